// The way in: what meeting this is, how one looks and sounds, who one is, consent, one button.
import { useEffect, useState } from "preact/hooks";
import { type ApiError, asApiError } from "../api/rest";
import type { Ticket } from "../api/types";
import { day, t, word } from "../i18n";
import { type Chosen, onGranted } from "../rtc/devices";
import { keep, kept } from "../state/kept";
import { Room } from "../state/room";
import { useTitle } from "../ui/hooks";
import { Brand, Fault, LanguageSwitch } from "../ui/parts";
import { Picker } from "./devices";
import { type Devices, Network, Preview, Sound, Troubles, useDoorDevices } from "./doordevices";
import { Help } from "./help";
import { RoomPage } from "./roompage";

export interface DoorProps {
  title: string;
  kind: string;
  host: string;
  startsAt: string;
  name: string | undefined; // undefined: known already, from the account
  organisation: string;
  guest: boolean;
  enter: (name: string, organisation: string) => Promise<Ticket>;
}

// ---- who

interface Who {
  name: string;
  organisation: string;
  setName: (s: string) => void;
  setOrganisation: (s: string) => void;
}

function WhoFields({ w }: { w: Who }) {
  return (
    <div class="panel pad who">
      <label class="col label">
        <span class="sm dim">{t("name")}</span>
        <input class="field" value={w.name} maxLength={40} required autoComplete="name" onInput={(e) => w.setName(e.currentTarget.value)} data-test="name" />
      </label>
      <label class="col label">
        <span class="sm dim">{t("organisation")}</span>
        <input class="field" value={w.organisation} maxLength={40} autoComplete="organization" onInput={(e) => w.setOrganisation(e.currentTarget.value)} data-test="organisation" />
      </label>
    </div>
  );
}

function Consent({ given, give }: { given: boolean; give: (yes: boolean) => void }) {
  return (
    <label class="panel pad consent">
      <input type="checkbox" checked={given} onChange={(e) => give(e.currentTarget.checked)} data-test="consent" />
      <span>
        <b>{t("consent")}</b>
        <br />
        <span class="dim sm">{t("consent_why")}</span>
      </span>
    </label>
  );
}

// ---- the page

function useEntering(p: DoorProps, d: Devices) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const [room, setRoom] = useState<Room | undefined>();
  const enter = async (name: string, organisation: string) => {
    setBusy(true);
    setFault(undefined);
    try {
      keep("local", "name", name);
      keep("local", "organisation", organisation);
      const ticket = await p.enter(name, organisation);
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
  const [name, setName] = useState(p.name === undefined || p.name === "" ? kept("local", "name") : p.name);
  const [organisation, setOrganisation] = useState(p.organisation === "" ? kept("local", "organisation") : p.organisation);
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
  const needsName = p.name !== undefined && name.trim() === "";
  const label = busy ? "entering" : needsName ? "enter_needs_name" : consent ? "enter" : "enter_needs_consent";
  const kind = word("kind", p.kind);
  return (
    <form
      class="paper door"
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy && !needsName && consent) void enter(name.trim(), organisation.trim());
      }}
    >
      <header class="top">
        <Brand />
        <span class="sp" />
        <LanguageSwitch />
      </header>
      <main class="doorway">
        <div class="heading">
          <h1>{p.title}</h1>
          <p class="dim">
            {kind === "" ? "" : `${kind} · `}
            {day(p.startsAt)} · {t("host_is", p.host)}
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
          {p.name !== undefined && <WhoFields w={{ name, organisation, setName, setOrganisation }} />}
          <Consent given={consent} give={setConsent} />
          {fault !== undefined && <Fault error={fault} own={{ not_found: "link_unknown_what" }} />}
        </div>
      </main>
      <footer class="dockb">
        <button class="btn pri big" disabled={busy || needsName || !consent} data-test="enter">
          {t(label)}
        </button>
        {p.guest && <p class="sm dim center">{t("guest_note")}</p>}
      </footer>
    </form>
  );
}
