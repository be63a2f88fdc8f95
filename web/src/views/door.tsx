// The way in: what meeting this is, how one looks and sounds, who one is, consent, one button.
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, asApiError } from "../api/rest";
import type { Ticket } from "../api/types";
import { day, t, type TextKey, word } from "../i18n";
import { type Chosen, type Facing, onGranted, openBoth, openCamera, openMicrophone, remember, type Trouble, troubleOf } from "../rtc/devices";
import { type Grade, probe } from "../rtc/probe";
import { keep, kept } from "../state/kept";
import { Room } from "../state/room";
import { TOUCH, useMatch, useTitle } from "../ui/hooks";
import { Brand, CopyLink, Fault, Icon, type IconName, LanguageSwitch, Net, Note } from "../ui/parts";
import { Meter, OwnPicture, Picker } from "./devices";
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

const nothing: Chosen = { camera: undefined, microphone: undefined, cameraTrouble: "none", microphoneTrouble: "none" };

// ---- devices of the door

interface Devices {
  chosen: Chosen;
  asking: boolean;
  muted: boolean;
  cameraOff: boolean;
  ask: () => Promise<Chosen>;
  setMuted: (on: boolean) => void;
  setCameraOff: (on: boolean) => void;
  pickCamera: (id: string | undefined, facing?: Facing) => Promise<void>;
  pickMicrophone: (id: string) => Promise<void>;
}

function useDoorDevices(): Devices {
  const [chosen, setChosen] = useState<Chosen>(nothing);
  const [asking, setAsking] = useState(true);
  const [muted, setMuted] = useState(false);
  const [cameraOff, setCameraOff] = useState(false);
  const held = useRef(chosen);
  const change = (c: Partial<Chosen>) => {
    held.current = { ...held.current, ...c };
    setChosen(held.current);
  };
  const ask = async () => {
    setAsking(true);
    held.current.camera?.stop();
    held.current.microphone?.stop();
    const c = await openBoth();
    change(c);
    setAsking(false);
    return c;
  };
  useEffect(() => {
    void ask();
  }, []);
  const pickCamera = async (id: string | undefined, facing?: Facing) => {
    held.current.camera?.stop(); // Phones open one camera at a time.
    try {
      change({ camera: await openCamera(id, facing), cameraTrouble: "none" });
      if (id !== undefined) remember("camera", id);
    } catch (e) {
      change({ camera: undefined, cameraTrouble: troubleOf(e) });
    }
  };
  const pickMicrophone = async (id: string) => {
    try {
      const microphone = await openMicrophone(id);
      held.current.microphone?.stop();
      change({ microphone, microphoneTrouble: "none" });
      remember("microphone", id);
    } catch (e) {
      change({ microphone: undefined, microphoneTrouble: troubleOf(e) });
    }
  };
  const dark = (on: boolean) => {
    setCameraOff(on);
    if (on) {
      held.current.camera?.stop();
      change({ camera: undefined });
    } else {
      void pickCamera(undefined);
    }
  };
  return { chosen, asking, muted, cameraOff, ask, setMuted, setCameraOff: dark, pickCamera, pickMicrophone };
}

function Round({ icon, off, label, run, test }: { icon: IconName; off?: boolean; label: string; run: () => void; test: string }) {
  return (
    <button type="button" class={off === true ? "round off" : "round"} aria-pressed={off} aria-label={label} title={label} onClick={run} data-test={test}>
      <Icon of={icon} />
    </button>
  );
}

function Preview({ d }: { d: Devices }) {
  const touch = useMatch(TOUCH);
  const { camera } = d.chosen;
  const facing = camera?.getSettings().facingMode;
  return (
    <div class="preview">
      {camera !== undefined ? (
        <OwnPicture track={camera} mirrored={facing !== "environment"} test="preview" />
      ) : (
        <div class="nopicture">{t(d.asking ? "asking_devices" : d.cameraOff ? "camera_is_off" : d.chosen.microphone === undefined ? "no_picture" : "no_camera_preview")}</div>
      )}
      {camera !== undefined && <span class="badge">{t("preview")}</span>}
      <div class="rounds">
        {d.chosen.microphone !== undefined && (
          <Round icon={d.muted ? "micOff" : "mic"} off={d.muted} label={t(d.muted ? "door_unmute" : "door_mute")} run={() => d.setMuted(!d.muted)} test="door-mute" />
        )}
        {(camera !== undefined || d.cameraOff) && (
          <Round
            icon={d.cameraOff ? "camOff" : "cam"}
            off={d.cameraOff}
            label={t(d.cameraOff ? "door_camera_on" : "door_camera_off")}
            run={() => d.setCameraOff(!d.cameraOff)}
            test="door-camera"
          />
        )}
        {touch && camera !== undefined && (
          <Round icon="flip" label={t("door_flip")} run={() => void d.pickCamera(undefined, facing === "environment" ? "user" : "environment")} test="door-flip" />
        )}
      </div>
    </div>
  );
}

function Sound({ d }: { d: Devices }) {
  if (d.chosen.microphone !== undefined && !d.muted) return <Meter track={d.chosen.microphone} />;
  if (d.asking) return null;
  return (
    <div class="row meter">
      <span class="c-warn">
        <Icon of="micOff" />
      </span>
      <span>{t(d.chosen.microphone === undefined ? "no_microphone" : "microphone_is_off")}</span>
    </div>
  );
}

function Network({ camera }: { camera: MediaStreamTrack | undefined }) {
  const [grade, setGrade] = useState<Grade | undefined>();
  useEffect(() => void probe().then(setGrade), []);
  const height = Math.min(camera?.getSettings().height ?? 0, camera?.getSettings().width ?? 0);
  if (grade === undefined) return <span class="dim">{t("probing")}</span>;
  return (
    <span class="row dim" data-test="door-network" data-quality={grade}>
      <Net quality={grade} />
      {grade === "good" && height > 0 ? t("picture_up_to", t("net_good"), height) : t(`net_${grade}`)}
    </span>
  );
}

// ---- what is wrong

const TROUBLE: Record<Exclude<Trouble, "none">, TextKey> = {
  denied: "trouble_denied",
  missing: "trouble_missing",
  busy: "trouble_busy",
  insecure: "trouble_insecure",
};

function troubles(c: Chosen): { trouble: Exclude<Trouble, "none">; what: TextKey }[] {
  const { cameraTrouble: camera, microphoneTrouble: microphone } = c;
  if (camera === microphone) return camera === "none" ? [] : [{ trouble: camera, what: "both_devices" }];
  return [
    ...(camera === "none" ? [] : [{ trouble: camera, what: "the_camera" as const }]),
    ...(microphone === "none" ? [] : [{ trouble: microphone, what: "the_microphone" as const }]),
  ];
}

function Troubles({ d, help }: { d: Devices; help: () => void }) {
  const list = troubles(d.chosen);
  if (list.length === 0 || d.asking) return null;
  const denied = list.some((x) => x.trouble === "denied");
  return (
    <Note kind="warn">
      {list.map((x) => (
        <p key={x.what} data-test="trouble" data-trouble={x.trouble}>
          {t(TROUBLE[x.trouble], t(x.what))}
        </p>
      ))}
      <div class="row wrap actions">
        {denied && (
          <button type="button" class="btn" onClick={help} data-test="open-help">
            {t("open_help")}
          </button>
        )}
        {list.some((x) => x.trouble === "insecure") ? (
          <CopyLink url={location.href.replace(/^http:/, "https:")} />
        ) : (
          <button type="button" class="btn" onClick={() => void d.ask()} data-test="try-again">
            <Icon of="refresh" />
            {t("try_again")}
          </button>
        )}
      </div>
    </Note>
  );
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
      const { camera, microphone } = d.chosen;
      setRoom(new Room({ ...ticket, at: location.href, muted: d.muted, cameraOff: d.cameraOff }, { camera, microphone, muted: d.muted, cameraOff: d.cameraOff }));
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
