// The waiting room: what is happening, that everything works, and nothing to do.
import { useEffect, useState } from "preact/hooks";
import { duration, t, type TextKey } from "../i18n";
import { type Grade, probe } from "../rtc/probe";
import type { Room } from "../state/room";
import { initial } from "../state/text";
import { useNow } from "../ui/hooks";
import { Icon, Net, Note, TopBar } from "../ui/parts";
import { OwnPicture } from "./devices";

const LONG_MS = 180_000;
const PROBE_MS = 15_000;

function Check({ ok, off, text }: { ok: boolean; off?: boolean; text: TextKey }) {
  return (
    <div>
      <span class={ok ? "c-pass" : off === true ? "c-na" : "c-warn"}>
        <Icon of={ok ? "ok" : off === true ? "quest" : "warn"} />
      </span>
      {t(text)}
    </div>
  );
}

function Checks({ room }: { room: Room }) {
  const [grade, setGrade] = useState<Grade>("good");
  useEffect(() => {
    const look = () => void probe().then(setGrade);
    look();
    const timer = window.setInterval(look, PROBE_MS);
    return () => window.clearInterval(timer);
  }, []);
  const { microphone, muted, camera, cameraOff } = room.own;
  const mic = microphone.value === undefined ? "check_no_microphone" : muted.value ? "check_microphone_off" : "check_microphone";
  const cam = camera.value !== undefined ? "check_camera" : cameraOff.value ? "check_camera_off" : "check_no_camera";
  const net = room.offline.value ? "lost" : grade;
  return (
    <div class="checks">
      <Check ok={mic === "check_microphone"} off={mic === "check_microphone_off"} text={mic} />
      <Check ok={cam === "check_camera"} off={cam === "check_camera_off"} text={cam} />
      <div>
        <Net quality={net} />
        {t(`net_${net}`)}
      </div>
    </div>
  );
}

export function WaitingRoom({ room }: { room: Room }) {
  const now = useNow();
  const me = room.meeting.me.value;
  const waited = now - room.waitingSince.value;
  const here = room.meeting.hostHere.value;
  const camera = room.own.camera.value;
  const host = me?.meeting.host_name ?? "";
  return (
    <div class="lobby" data-theme="ink" data-test="waiting" data-host={here ? "here" : "away"}>
      <TopBar>
        <span class="dim cut">{me?.meeting.title}</span>
      </TopBar>
      <main>
        <div class="hero">
          <div class="ring">{camera !== undefined ? <OwnPicture track={camera} mirrored={room.own.mirrored} /> : <span class="initial">{initial(me?.name ?? "")}</span>}</div>
          <h1 role="status">{t(here ? "waiting_title" : "waiting_early")}</h1>
          <p class="dim">{t(here ? "waiting_what" : "waiting_early_what", host)}</p>
          <p class="mono mute sm">{t("waited", duration(Math.max(0, waited)))}</p>
        </div>
        <Checks room={room} />
        {room.offline.value ? (
          <Note kind="warn">{t("reconnecting_unrecorded")}</Note>
        ) : (
          <Note kind="plain" icon={waited > LONG_MS ? "clock" : "shield"}>
            {t(waited > LONG_MS ? "waiting_long" : "waiting_note")}
          </Note>
        )}
      </main>
      <footer class="dockb">
        <button class="btn big" onClick={() => void room.leave()} data-test="leave">
          <Icon of="leave" />
          {t("waiting_leave")}
        </button>
      </footer>
    </div>
  );
}
