// The way in: what meeting this is, how one looks and sounds, who one is, consent, one button.
import { useEffect, useState } from "preact/hooks";
import { type ApiError, asApiError } from "../api/rest";
import type { Ticket } from "../api/types";
import { day, length, t } from "../i18n";
import { type Chosen, onGranted } from "../rtc/devices";
import { keep } from "../state/kept";
import { Room } from "../state/room";
import { useTitle } from "../ui/hooks";
import { Fault, TopBar } from "../ui/parts";
import { Picker } from "./devices";
import { type Devices, Network, Preview, Sound, Troubles, useDoorDevices } from "./doordevices";
import { Consent, type Expected, useWho, type Who, WhoFields } from "./doorwho";
import { Help } from "./help";
import { kindWords } from "./meeting/words";
import { RoomPage } from "./roompage";

export interface DoorProps {
  title: string;
  kind: string;
  host: string;
  startsAt: string;
  minutes: number;
  who: Expected | undefined; // undefined: known already, from the account
  guest: boolean;
  enter: (who: Who) => Promise<Ticket>;
}

const NOBODY: Expected = { name: "", organisation: "", role: "", phone: "", phoneNeeded: false };

function useEntering(p: DoorProps, d: Devices) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const [room, setRoom] = useState<Room | undefined>();
  const enter = async (who: Who) => {
    setBusy(true);
    setFault(undefined);
    try {
      if (p.who !== undefined) {
        keep("local", "name", who.name);
        keep("local", "organisation", who.organisation);
      }
      const ticket = await p.enter(who);
      const wanted = { muted: d.muted, cameraOff: d.cameraOff };
      const { camera, microphone } = d.chosen;
      const made = new Room({ ...ticket, at: location.href, ...wanted }, { camera, microphone, ...wanted });
      setRoom(made);
      if (d.asking) void d.answer().then((c) => made.own.late(c)); // The browser's question is still open.
    } catch (e) {
      setFault(asApiError(e));
      setBusy(false);
    }
  };
  return { busy, fault, room, enter };
}

export function Door(p: DoorProps) {
  const d = useDoorDevices();
  const [help, setHelp] = useState<"no" | "open" | "still">("no");
  const [picking, setPicking] = useState(false);
  const who = useWho(p.who ?? NOBODY);
  const [consent, setConsent] = useState(false);
  const { busy, fault, room, enter } = useEntering(p, d);
  useTitle(`${p.title} · ${t("brand")}`);
  const denied = (c: Chosen) => c.cameraTrouble === "denied" || c.microphoneTrouble === "denied";
  const again = async () => setHelp(denied(await d.ask()) ? "still" : "no");
  useEffect(() => (denied(d.chosen) ? onGranted(() => void again()) : undefined), [d.chosen]);

  if (room !== undefined) return <RoomPage room={room} />;
  if (help !== "no")
    return (
      <Help
        camera={d.chosen.cameraTrouble === "denied"}
        microphone={d.chosen.microphoneTrouble === "denied"}
        still={help === "still"}
        again={() => void again()}
        back={() => setHelp("no")}
        without={() => setHelp("no")}
      />
    );
  const needs = p.who === undefined ? undefined : who.fault;
  const label = busy ? "entering" : needs !== undefined ? `enter_needs_${needs}` as const : consent ? "enter" : "enter_needs_consent";
  const kind = kindWords(p);
  return (
    <form
      class="paper door"
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy && needs === undefined && consent) void enter({ name: who.name.trim(), organisation: who.organisation.trim(), phone: who.phone.trim() });
      }}
    >
      <TopBar />
      <main class="doorway">
        <div class="heading">
          <h1>{p.title}</h1>
          <p class="dim">
            {kind === "" ? "" : `${kind} · `}
            {day(p.startsAt)} · {t("host_is", p.host)}
            {p.minutes > 0 && ` · ${t("about_length", length(p.minutes * 60_000))}`}
          </p>
        </div>
        <div class="col gap left">
          <Preview d={d} />
          <div class="panel pad col gap dev">
            <Sound d={d} />
            <div class="row">
              <Network camera={d.chosen.camera} />
              <span class="sp" />
              <button type="button" class="btn ghost" aria-expanded={picking} onClick={() => setPicking(!picking)} data-test="devices">
                {t(picking ? "devices_close" : "change_device")}
              </button>
            </div>
            {picking && (
              <Picker
                camera={d.chosen.camera}
                microphone={d.chosen.microphone}
                pickCamera={(id) => void d.pickCamera(id)}
                pickMicrophone={(id) => void d.pickMicrophone(id)}
              />
            )}
          </div>
          <Troubles d={d} help={() => setHelp("open")} />
        </div>
        <div class="col gap right">
          {p.who !== undefined && <WhoFields w={who} />}
          <Consent given={consent} give={setConsent} />
          {fault !== undefined && <Fault error={fault} own={{ not_found: "link_unknown_what" }} />}
        </div>
      </main>
      <footer class="dockb">
        <button class="btn pri big" disabled={busy || needs !== undefined || !consent} data-test="enter">
          {t(label)}
        </button>
        {p.guest && <p class="sm dim center">{t("guest_note")}</p>}
      </footer>
    </form>
  );
}
