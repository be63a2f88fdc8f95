// A person on the stage or in the strip, and everybody's sound.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Participant, Source } from "../api/types";
import { t } from "../i18n";
import type { Room } from "../state/room";
import { initial } from "../state/text";
import { Icon, Net } from "../ui/parts";

// ---- media elements: play() is called explicitly, as Safari-class engines want it

interface PictureProps {
  media: MediaStreamTrack;
  participant: string;
  source: Source;
  track: string;
  mirror: boolean;
}

function Picture({ media, participant, source, track, mirror }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const v = video.current;
    if (v === null) return;
    v.srcObject = new MediaStream([media]);
    // Muted pictures may play; when the page was hidden just now, they go on when it is seen again.
    const play = () => void v.play().catch(() => undefined);
    play();
    document.addEventListener("visibilitychange", play);
    return () => {
      document.removeEventListener("visibilitychange", play);
      v.srcObject = null;
    };
  }, [media]);
  const look = `${mirror ? "mirror" : ""} ${source === "screen" ? "whole" : ""}`;
  return <video ref={video} muted playsInline autoplay class={look} data-participant={participant} data-source={source} data-track={track} />;
}

function Voice({ media, track, participant, refused }: { media: MediaStreamTrack; track: string; participant: string; refused: () => void }) {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current === null) return;
    audio.current.srcObject = new MediaStream([media]);
    audio.current.play().catch((e: unknown) => {
      if (e instanceof DOMException && e.name === "NotAllowedError") refused();
    });
  }, [media]);
  return <audio ref={audio} autoplay data-track={track} data-participant={participant} />;
}

/** Everybody's voice; where the browser wants a tap before it plays sound, a button for it. */
export function Voices({ room }: { room: Room }) {
  const [refused, setRefused] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const { tracks, me } = room.meeting;
  const hear = () => {
    setRefused(false);
    for (const a of box.current?.querySelectorAll("audio") ?? []) void a.play().catch(() => setRefused(true));
  };
  const voices = tracks.value.filter((x) => x.kind === "audio" && x.participant !== me.value?.participant);
  return (
    <div ref={box}>
      {voices.map((v) => {
        const r = room.media.remote.value.find((x) => x.track === v.track);
        return r === undefined ? null : <Voice key={v.track} media={r.media} track={v.track} participant={v.participant} refused={() => setRefused(true)} />;
      })}
      {refused && (
        <button class="btn pri hear" onClick={hear} data-test="tap-to-hear">
          <Icon of="speaker" />
          <span>
            {t("tap_to_hear")}
            <small>{t("tap_to_hear_what")}</small>
          </span>
        </button>
      )}
    </div>
  );
}

// ---- tiles

interface Shown {
  media: MediaStreamTrack;
  track: string;
}

function shownOf(room: Room, participant: string, source: "camera" | "screen"): Shown | undefined {
  if (room.meeting.me.value?.participant === participant) {
    const own = source === "screen" ? room.own.screen.value : room.own.camera.value;
    return own === undefined ? undefined : { media: own, track: `own-${source}` };
  }
  const track = room.meeting.tracks.value.find((x) => x.participant === participant && x.source === source);
  const remote = room.media.remote.value.find((r) => r.track === track?.track);
  if (track === undefined || remote === undefined || track.muted || track.paused_by_host) return undefined;
  return { media: remote.media, track: track.track };
}

interface TileProps {
  room: Room;
  p: Participant;
  large?: boolean;
  source: "camera" | "screen";
}

function Name({ room, p, source, large }: TileProps) {
  const me = room.meeting.me.value?.participant === p.participant;
  const talking = room.meeting.speaker.value === p.participant;
  const silent = p.muted.includes("microphone") || (me && room.own.muted.value);
  const quality = p.state === "reconnecting" ? "lost" : p.quality;
  const poor = quality !== "good";
  return (
    <div class="nm">
      {silent ? (
        <span class="c-fail">
          <Icon of="micOff" size="s" />
        </span>
      ) : talking ? (
        <span class="c-pass">
          <Icon of="speaker" size="s" />
        </span>
      ) : (
        <Net quality={quality} />
      )}
      <span class="cut">
        {source === "screen" ? t("shares", p.name) : me && large !== true ? t("you") : p.name}
        {me && large !== true && <span class="vh">{p.name}</span>}
        {p.host && source !== "screen" ? ` ${t("is_host")}` : ""}
        {large === true && talking ? ` · ${t("speaking")}` : ""}
      </span>
      {poor && p.state !== "reconnecting" && <span class={`netword ${quality}`} aria-hidden="true">{t(`short_${quality}`)}</span>}
      <span class="vh">
        {silent ? t("is_muted") : talking ? t("speaking") : ""} {t(`net_${quality}`)}
      </span>
    </div>
  );
}

export function Tile(props: TileProps) {
  const { room, p, large, source } = props;
  const me = room.meeting.me.value?.participant === p.participant;
  const shown = shownOf(room, p.participant, source);
  const talking = room.meeting.speaker.value === p.participant;
  const pinned = room.meeting.pinned.value === p.participant;
  const pin = () => {
    room.meeting.pinned.value = pinned ? undefined : p.participant;
  };
  return (
    <div class={`tile ${talking ? "talk" : ""} ${large === true ? "large" : ""}`} data-test={large === true ? "stage" : "tile"} data-participant={p.participant} data-state={p.state}>
      {shown !== undefined ? (
        <Picture media={shown.media} track={shown.track} participant={p.participant} source={source} mirror={me && source === "camera" && room.own.mirrored} />
      ) : (
        <div class="initial">
          <span aria-hidden="true">{initial(p.name)}</span>
          {large === true && <small>{t("no_picture")}</small>}
        </div>
      )}
      {p.state === "reconnecting" && (
        <div class="veil">
          <Icon of="refresh" />
          {t("state_reconnecting")}
        </div>
      )}
      <Name {...props} />
      {(large !== true || pinned) && (
        <button class="pinbtn" aria-pressed={pinned} aria-label={`${t(pinned ? "unpin" : "pin")}: ${p.name}`} title={t(pinned ? "unpin" : "pin")} onClick={pin} data-test="pin">
          <Icon of="pin" size="s" />
          {large === true && <span>{t("pinned")}</span>}
        </button>
      )}
    </div>
  );
}
