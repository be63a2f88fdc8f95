// The room: stage, strip of people, side panel, dock.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Participant, Recording } from "../api/types";
import { duration, t } from "../i18n";
import { chooseStage } from "../state/stage";
import type { Room } from "../state/room";
import { Icon, Message, Net, Note } from "../ui/parts";
import { SidePanel } from "./side";

// ---- media elements: play() is called explicitly, as Safari-class engines want it

function Picture({ media, participant, source, track, mirror }: { media: MediaStreamTrack; participant: string; source: string; track: string; mirror?: boolean }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current === null) return;
    video.current.srcObject = new MediaStream([media]);
    void video.current.play().catch(() => undefined);
  }, [media]);
  return (
    <video
      ref={video}
      muted
      playsInline
      class={`${mirror === true ? "mirror" : ""} ${source === "screen" ? "whole" : ""}`}
      data-participant={participant}
      data-source={source}
      data-track={track}
    />
  );
}

function Sound({ media, track, participant, refused }: { media: MediaStreamTrack; track: string; participant: string; refused: () => void }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current === null) return;
    audio.current.srcObject = new MediaStream([media]);
    audio.current.play().catch(refused);
  }, [media]);
  return <audio ref={audio} data-track={track} data-participant={participant} />;
}

export function useNow(every = 1000): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), every);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}

function RecordingBadge({ r }: { r: Recording | undefined }) {
  const now = useNow();
  if (r === undefined || r.state === "off") return <span class="tag na" data-test="recording" data-state="off">{t("rec_off")}</span>;
  if (r.state === "on")
    return (
      <span class="rec" data-test="recording" data-state="on" title={r.hours_left > 0 ? t("rec_hours", r.hours_left.toFixed(1)) : ""}>
        <span class="long">{t("rec_on")}</span> <b>{duration(now - Date.parse(r.since))}</b>
      </span>
    );
  const text = r.state === "starting" ? t("rec_starting") : r.state === "stopped" ? t("rec_stopped", r.by) : t("rec_failed");
  return (
    <span class="rec stopped" data-test="recording" data-state={r.state} title={r.reason}>
      {text}
    </span>
  );
}

// ---- people

interface TileProps {
  room: Room;
  p: Participant;
  large?: boolean;
  source: "camera" | "screen";
}

function mediaOf(room: Room, participant: string, source: string): { media: MediaStreamTrack; track: string } | undefined {
  const me = room.me.value?.participant === participant;
  if (me) {
    const own = source === "screen" ? room.screen.value : room.camera.value;
    return own === undefined ? undefined : { media: own, track: `own-${source}` };
  }
  const track = room.tracks.value.find((x) => x.participant === participant && x.source === source);
  const remote = room.remote.value.find((r) => r.track === track?.track);
  return track === undefined || remote === undefined || track.muted || track.paused_by_host ? undefined : { media: remote.media, track: track.track };
}

function Tile({ room, p, large, source }: TileProps) {
  const me = room.me.value?.participant === p.participant;
  const m = me && source === "camera" && room.cameraOff.value ? undefined : mediaOf(room, p.participant, source);
  const talking = room.speaker.value === p.participant;
  const pinned = room.pinned.value === p.participant;
  const silent = p.muted.includes("microphone") || (me && room.muted.value);
  return (
    <div class={`tile ${talking ? "talk" : ""} ${large === true ? "large" : ""}`} data-test={large === true ? "stage" : "tile"} data-participant={p.participant} data-state={p.state}>
      {m !== undefined ? (
        <Picture media={m.media} track={m.track} participant={p.participant} source={source} mirror={me && source === "camera"} />
      ) : (
        <div class="initial" aria-hidden="true">
          {p.name.slice(0, 1)}
        </div>
      )}
      {p.state === "reconnecting" && <div class="veil">{t("state_reconnecting")}</div>}
      <div class="nm">
        {silent ? <Icon of="micOff" small /> : talking ? <Icon of="speaker" small /> : <Net quality={p.quality} />}
        <span class="cut">
          {p.name}
          {me ? ` (${t("you")})` : ""}
          {p.host ? ` ${t("is_host")}` : ""}
        </span>
        <span class="vh">{talking ? t("speaking") : t(`net_${p.quality}`)}</span>
      </div>
      {large !== true && (
        <button class="pinbtn" aria-pressed={pinned} aria-label={t(pinned ? "unpin" : "pin")} title={t(pinned ? "unpin" : "pin")} onClick={() => (room.pinned.value = pinned ? undefined : p.participant)}>
          <Icon of="pin" small />
        </button>
      )}
    </div>
  );
}

// ---- dock

function Tool({ icon, label, on, bad, run, test }: { icon: Parameters<typeof Icon>[0]["of"]; label: string; on?: boolean; bad?: boolean; run: () => void; test: string }) {
  return (
    <button class={`tool ${on === true ? "on" : ""} ${bad === true ? "danger" : ""}`} aria-pressed={on} onClick={run} data-test={test}>
      <Icon of={icon} />
      <span>{label}</span>
    </button>
  );
}

function LeaveSheet({ room, close }: { room: Room; close: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} class="dialog" onClose={close} data-theme="ink">
      <h2>{t("leave_end")}</h2>
      <div class="col gap">
        <button class="btn big" onClick={() => void room.leave()} data-test="leave">
          {t("leave")}
        </button>
        {room.me.value?.rights.end === true && (
          <>
            <button class="btn bad big" onClick={() => room.end()} data-test="end">
              {t("end")}
            </button>
            <p class="sm dim">{t("end_what")}</p>
          </>
        )}
        <button class="btn ghost big" onClick={() => box.current?.close()}>
          {t("cancel")}
        </button>
      </div>
    </dialog>
  );
}

const phone = (): boolean => matchMedia("(pointer:coarse)").matches;

function Dock({ room, leave }: { room: Room; leave: () => void }) {
  const muted = room.muted.value || room.microphone.value === undefined;
  const dark = room.cameraOff.value || room.camera.value === undefined;
  return (
    <div class="tools" role="toolbar">
      <Tool test="mute" icon={muted ? "micOff" : "mic"} label={t(muted ? "unmute" : "mute")} on={muted} run={() => void room.mute("microphone", !room.muted.value)} />
      <Tool test="camera" icon={dark ? "camOff" : "cam"} label={t(dark ? "camera_on" : "camera_off")} on={dark} run={() => void room.mute("camera", !room.cameraOff.value)} />
      {phone() && room.camera.value !== undefined && <Tool test="flip" icon="flip" label={t("flip")} run={() => void room.flip()} />}
      {"getDisplayMedia" in navigator.mediaDevices && (
        <Tool test="share" icon="share" label={t(room.screen.value === undefined ? "share" : "share_stop")} on={room.screen.value !== undefined} run={() => void room.share()} />
      )}
      <Tool test="leave-menu" icon="leave" label={t("leave_end")} bad run={leave} />
    </div>
  );
}

// ---- the page

function useKeys(room: Room, escape: () => void): void {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.key === "Escape") escape();
      if (!e.altKey || e.ctrlKey || e.metaKey) return;
      const key = e.code;
      if (key === "KeyM") void room.mute("microphone", !room.muted.value);
      else if (key === "KeyV") void room.mute("camera", !room.cameraOff.value);
      else if (key === "KeyS") void room.share();
      else return;
      e.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function Sounds({ room }: { room: Room }) {
  const [refused, setRefused] = useState(false);
  const hear = () => {
    setRefused(false);
    for (const a of document.querySelectorAll("audio")) void a.play().catch(() => setRefused(true));
  };
  const voices = room.tracks.value.filter((x) => x.kind === "audio" && x.participant !== room.me.value?.participant);
  return (
    <>
      {voices.map((v) => {
        const r = room.remote.value.find((x) => x.track === v.track);
        return r === undefined ? null : <Sound key={v.track} media={r.media} track={v.track} participant={v.participant} refused={() => setRefused(true)} />;
      })}
      {refused && (
        <button class="btn pri hear" onClick={hear} data-test="tap-to-hear">
          <Icon of="speaker" />
          {t("tap_to_hear")}
        </button>
      )}
    </>
  );
}

function Live({ room }: { room: Room }) {
  const [leaving, setLeaving] = useState(false);
  const [side, setSide] = useState<"people" | "chat" | undefined>(phone() ? undefined : "people");
  useKeys(room, () => setSide(undefined));
  const me = room.me.value;
  if (me === undefined) return null;
  const people = room.participants.value;
  const stage = chooseStage(me.participant, people, room.tracks.value, room.speaker.value, room.pinned.value);
  const large = people.find((p) => p.participant === stage?.participant);
  const kind = `kind_${me.meeting.kind}` as const;
  const waiting = room.waiting.value.length;
  const open = (which: "people" | "chat") => setSide(side === which ? undefined : which);
  return (
    <div class={`room ${side !== undefined ? "with-side" : ""}`} data-theme="ink" data-test="room">
      <header class="bar">
        <Icon of="doc" />
        <span class="tag acc long">{t(kind)}</span>
        <b class="cut title">{me.meeting.title}</b>
        <span class="sp" />
        <RecordingBadge r={room.recording.value} />
        <button class="btn" onClick={() => open("people")} data-test="people">
          <Icon of="people" />
          {t("people", people.length)}
          {waiting > 0 && <span class="tag warn">{t("waiting_n", waiting)}</span>}
        </button>
        <button class="btn" onClick={() => open("chat")} data-test="chat-open" aria-label={t("tab_chat")}>
          <Icon of="chat" />
          {room.unread.value > 0 && side !== "chat" && <span class="num">{room.unread.value}</span>}
        </button>
      </header>
      <main class="stage">
        {room.offline.value && <Note kind="warn">{t("reconnecting")}</Note>}
        {room.recording.value?.state === "failed" && <Note kind="fail">{t("rec_failed_what")}</Note>}
        {large !== undefined && stage !== undefined ? (
          <Tile room={room} p={large} large source={stage.source} />
        ) : (
          <div class="empty">
            <Icon of="clock" />
            <b>{t("alone")}</b>
            <span>{t("alone_what")}</span>
          </div>
        )}
        <Sounds room={room} />
        {room.toast.value !== undefined && (
          <div class="toast" role="status" aria-live={room.toast.value.urgent ? "assertive" : "polite"}>
            {room.toast.value.text}
          </div>
        )}
      </main>
      {side !== undefined && <SidePanel room={room} tab={side} show={setSide} />}
      <footer class="dock">
        <div class="strip">
          {people
            .filter((p) => p.participant !== stage?.participant || stage.source === "screen")
            .map((p) => (
              <Tile key={p.participant} room={room} p={p} source="camera" />
            ))}
        </div>
        <Dock room={room} leave={() => setLeaving(true)} />
      </footer>
      {leaving && <LeaveSheet room={room} close={() => setLeaving(false)} />}
    </div>
  );
}

function Ended({ room }: { room: Room }) {
  const me = room.me.value;
  const replay = me !== undefined && (me.host || me.role === "manager" || me.role === "expert");
  useEffect(() => sessionStorage.removeItem("ticket"), []);
  return (
    <Message title={t("meeting_over")} text={t("meeting_over_what")}>
      {replay && (
        <>
          <a class="btn pri" href={`/m/${me.meeting.id}/recording`} data-test="to-replay">
            {t("to_replay")}
          </a>
          <a class="btn" href={`/m/${me.meeting.id}`}>
            {t("to_meeting")}
          </a>
        </>
      )}
    </Message>
  );
}

export function RoomPage({ room }: { room: Room }) {
  const phase = room.phase.value;
  switch (phase) {
    case "connecting":
      return <Message title={t("connecting")} />;
    case "waiting":
      return (
        <Message title={t("waiting_title")} text={t("waiting_what")}>
          <span class="tag acc" data-test="waiting">
            <Icon of="clock" />
            {room.me.value?.meeting.title}
          </span>
        </Message>
      );
    case "in":
      return <Live room={room} />;
    case "ended":
      return <Ended room={room} />;
    case "left":
      return (
        <Message title={t("left")} text={t("left_what")}>
          <button class="btn pri" onClick={() => location.reload()}>
            {t("come_back")}
          </button>
        </Message>
      );
    case "gone":
      sessionStorage.removeItem("ticket");
      return <Message title={t("link_unknown")} text={t("link_unknown_what")} />;
    default:
      sessionStorage.removeItem("ticket");
      return <Message title={t(phase)} />;
  }
}
