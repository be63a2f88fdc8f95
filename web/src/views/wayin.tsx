// The way in: what meeting this is, how one looks and sounds, who one is, consent, one button.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ApiError } from "../api/rest";
import type { Invitation, Ticket } from "../api/types";
import { type Chosen, meter, openBoth, openCamera, openMicrophone, type Trouble } from "../rtc/devices";
import { day, has, t } from "../i18n";
import { Brand, Icon, LanguageSwitch, Message, Note } from "../ui/parts";
import { Room } from "../state/room";
import { RoomPage } from "./room";

const stored = (key: string): string => localStorage.getItem(key) ?? "";

export function Preview({ track, label }: { track: MediaStreamTrack | undefined; label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current === null) return;
    video.current.srcObject = track === undefined ? null : new MediaStream([track]);
    if (track !== undefined) void video.current.play().catch(() => undefined);
  }, [track]);
  return (
    <div class="preview">
      {track === undefined ? <div class="nopicture">{t("no_camera_preview")}</div> : <video ref={video} muted playsInline data-test="preview" />}
      <span class="badge">{label}</span>
    </div>
  );
}

function Meter({ track }: { track: MediaStreamTrack }) {
  const [level, setLevel] = useState(0);
  useEffect(() => meter(track, setLevel), [track]);
  const lit = Math.round(level * 11);
  return (
    <div class="row" data-test="meter" data-level={lit}>
      <Icon of="mic" />
      <span class="nw">{t(lit > 1 ? "hears_you" : "say_something")}</span>
      <span class="bars" aria-hidden="true">
        {Array.from({ length: 11 }, (_, i) => (
          <i key={i} class={i < lit ? "on" : ""} />
        ))}
      </span>
    </div>
  );
}

function Troubles({ chosen, again }: { chosen: Chosen; again: () => void }) {
  const list: [Trouble, "camera" | "microphone"][] = [
    [chosen.cameraTrouble, "camera"],
    [chosen.microphoneTrouble, "microphone"],
  ];
  const bad = list.filter(([x]) => x !== "none");
  if (bad.length === 0) return null;
  return (
    <Note kind="warn">
      {bad.map(([x, what]) => {
        const key = `trouble_${x}`;
        return <p key={what}>{has(key) ? t(key, t(what)) : ""}</p>;
      })}
      <button class="btn" onClick={again} data-test="try-again">
        {t("try_again")}
      </button>
    </Note>
  );
}

function Picker({ chosen, change }: { chosen: Chosen; change: (c: Partial<Chosen>) => void }) {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    if ("mediaDevices" in navigator) void navigator.mediaDevices.enumerateDevices().then(setDevices);
  }, []);
  const pick = async (kind: "videoinput" | "audioinput", id: string) => {
    try {
      if (kind === "videoinput") {
        chosen.camera?.stop();
        change({ camera: await openCamera(id), cameraTrouble: "none" });
      } else {
        chosen.microphone?.stop();
        change({ microphone: await openMicrophone(id), microphoneTrouble: "none" });
      }
    } catch {
      change(kind === "videoinput" ? { camera: undefined, cameraTrouble: "busy" } : { microphone: undefined, microphoneTrouble: "busy" });
    }
  };
  const select = (kind: "videoinput" | "audioinput", label: string, current: MediaStreamTrack | undefined) => (
    <label class="col">
      <span class="sm dim">{label}</span>
      <select class="field" value={current?.getSettings().deviceId ?? ""} onChange={(e) => void pick(kind, e.currentTarget.value)}>
        {devices
          .filter((d) => d.kind === kind)
          .map((d, i) => (
            <option key={d.deviceId} value={d.deviceId}>
              {d.label === "" ? `${label} ${i + 1}` : d.label}
            </option>
          ))}
      </select>
    </label>
  );
  return (
    <div class="col gap">
      {select("videoinput", t("camera"), chosen.camera)}
      {select("audioinput", t("microphone"), chosen.microphone)}
    </div>
  );
}

const nothing: Chosen = { camera: undefined, microphone: undefined, cameraTrouble: "none", microphoneTrouble: "none" };

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

export function Door(p: DoorProps) {
  const [chosen, setChosen] = useState<Chosen>(nothing);
  const [asked, setAsked] = useState(false);
  const [picking, setPicking] = useState(false);
  const [name, setName] = useState(p.name === undefined || p.name === "" ? stored("name") : p.name);
  const [organisation, setOrganisation] = useState(p.organisation === "" ? stored("organisation") : p.organisation);
  const [consent, setConsent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const [room, setRoom] = useState<Room | undefined>();

  const ask = () => {
    setAsked(true);
    void openBoth().then(setChosen);
  };
  useEffect(ask, []);

  const needsName = p.name !== undefined && name.trim() === "";
  const label = busy ? t("entering") : needsName ? t("enter_needs_name") : consent ? t("enter") : t("enter_needs_consent");
  const enter = async () => {
    setBusy(true);
    setFault("");
    try {
      localStorage.setItem("name", name.trim());
      localStorage.setItem("organisation", organisation.trim());
      const ticket = await p.enter(name.trim(), organisation.trim());
      sessionStorage.setItem("ticket", JSON.stringify({ ...ticket, at: location.href }));
      setRoom(new Room(ticket.token, chosen.microphone, chosen.camera));
    } catch (e) {
      setFault(e instanceof ApiError && e.message !== "" ? e.message : t("load_failed"));
      setBusy(false);
    }
  };
  if (room !== undefined) return <RoomPage room={room} />;
  const kind = `kind_${p.kind}`;
  return (
    <div class="paper door">
      <header class="top">
        <Brand />
        <span class="sp" />
        <LanguageSwitch />
      </header>
      <main class="doorway">
        <div class="heading">
          <h1>{p.title}</h1>
          <p class="dim">
            {has(kind) ? t(kind) : ""} · {day(p.startsAt)} · {t("host_is", p.host)}
          </p>
        </div>
        <div class="col gap left">
          <Preview track={chosen.camera} label={t("preview")} />
          <div class="panel pad col gap">
            {chosen.microphone !== undefined ? <Meter track={chosen.microphone} /> : asked && <span class="dim">{t("no_microphone")}</span>}
            <div class="row">
              <span class="sp" />
              <button class="btn ghost" aria-expanded={picking} onClick={() => setPicking(!picking)} data-test="devices">
                {t("change_device")}
              </button>
            </div>
            {picking && <Picker chosen={chosen} change={(c) => setChosen({ ...chosen, ...c })} />}
          </div>
          <Troubles chosen={chosen} again={ask} />
        </div>
        <div class="col gap right">
          {p.name !== undefined && (
            <div class="panel pad col gap">
              <label class="col">
                <span class="sm dim">{t("name")}</span>
                <input class="field" value={name} maxLength={40} autoComplete="name" onInput={(e) => setName(e.currentTarget.value)} data-test="name" />
              </label>
              <label class="col">
                <span class="sm dim">{t("organisation")}</span>
                <input class="field" value={organisation} maxLength={40} autoComplete="organization" onInput={(e) => setOrganisation(e.currentTarget.value)} data-test="organisation" />
              </label>
            </div>
          )}
          <label class="panel pad consent">
            <input type="checkbox" checked={consent} onChange={(e) => setConsent(e.currentTarget.checked)} data-test="consent" />
            <span>
              <b>{t("consent")}</b>
              <br />
              <span class="dim sm">{t("consent_why")}</span>
            </span>
          </label>
          {fault !== "" && <Note kind="fail">{fault}</Note>}
        </div>
      </main>
      <footer class="dockb">
        <button class="btn pri big" disabled={busy || needsName || !consent} onClick={() => void enter()} data-test="enter">
          {label}
        </button>
        {p.guest && <p class="sm dim center">{t("guest_note")}</p>}
      </footer>
    </div>
  );
}

export function WayIn() {
  const secret = location.hash.slice(1);
  const [invitation, setInvitation] = useState<Invitation | undefined>();
  const [fault, setFault] = useState<ApiError | undefined>();
  const [back, setBack] = useState<Room | undefined>();
  useEffect(() => {
    const kept = sessionStorage.getItem("ticket");
    if (kept !== null) {
      const ticket = JSON.parse(kept) as Ticket & { at: string };
      if (ticket.at === location.href) {
        // The page was loaded again in the middle of a meeting: the same person comes back.
        void openBoth().then((c) => setBack(new Room(ticket.token, c.microphone, c.camera)));
        return;
      }
    }
    api<Invitation>("POST", "/invitations/look", { secret }).then(setInvitation, (e: unknown) => {
      if (e instanceof ApiError) setFault(e);
    });
  }, []);
  if (back !== undefined) return <RoomPage room={back} />;
  if (fault !== undefined) return <Message title={t("link_unknown")} text={t("link_unknown_what")} />;
  if (invitation === undefined) return <Message title={t("loading")} />;
  if (invitation.state === "ended")
    return (
      <Message title={t("meeting_over")} text={t("meeting_over_what")}>
        <a class="btn" href={`/m/${invitation.id}/recording`}>
          {t("to_replay")}
        </a>
      </Message>
    );
  return (
    <Door
      title={invitation.title}
      kind={invitation.kind}
      host={invitation.host_name}
      startsAt={invitation.starts_at}
      name={invitation.name}
      organisation={invitation.organisation}
      guest={!invitation.host && invitation.role !== "expert"}
      enter={(name, organisation) => api<Ticket>("POST", "/invitations/redeem", { secret, name, organisation, consent: true })}
    />
  );
}
