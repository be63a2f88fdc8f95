// Seeing and hearing oneself, and choosing among devices: at the door and in the room.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { canCapture, meter } from "../rtc/devices";
import { Icon } from "../ui/parts";

/** A picture of one's own, played explicitly, as Safari-class engines want it. */
export function OwnPicture({ track, mirrored, test }: { track: MediaStreamTrack; mirrored: boolean; test?: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current === null) return;
    video.current.srcObject = new MediaStream([track]);
    void video.current.play().catch(() => undefined); // Muted pictures are refused only while the page is hidden, and then start by themselves.
  }, [track]);
  return <video ref={video} muted playsInline autoplay class={mirrored ? "mirror" : ""} data-test={test} />;
}

const BARS = 11;

export function Meter({ track }: { track: MediaStreamTrack }) {
  const [level, setLevel] = useState(0);
  const [heard, setHeard] = useState(false);
  useEffect(
    () =>
      meter(track, (l) => {
        setLevel(l);
        if (l * BARS > 2) setHeard(true);
      }),
    [track],
  );
  const lit = Math.round(level * BARS);
  return (
    <div class="row meter" data-test="meter" data-level={lit}>
      <span class={heard ? "c-pass" : "dim"}>
        <Icon of="mic" />
      </span>
      <span class="nw" role="status">
        {t(heard ? "hears_you" : "say_something")}
      </span>
      <span class="bars" aria-hidden="true">
        {Array.from({ length: BARS }, (_, i) => (
          <i key={i} class={i < lit ? "on" : ""} />
        ))}
      </span>
    </div>
  );
}

export function useDevices(): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    if (!canCapture()) return;
    const look = () => void navigator.mediaDevices.enumerateDevices().then(setDevices);
    look();
    navigator.mediaDevices.addEventListener("devicechange", look);
    return () => navigator.mediaDevices.removeEventListener("devicechange", look);
  }, []);
  return devices;
}

interface PickerProps {
  camera: MediaStreamTrack | undefined;
  microphone: MediaStreamTrack | undefined;
  pickCamera: (id: string) => void;
  pickMicrophone: (id: string) => void;
}

export function Picker({ camera, microphone, pickCamera, pickMicrophone }: PickerProps) {
  const devices = useDevices();
  const select = (kind: "videoinput" | "audioinput", current: MediaStreamTrack | undefined, pick: (id: string) => void) => {
    const label = t(kind === "videoinput" ? "camera" : "microphone");
    const list = devices.filter((d) => d.kind === kind && d.deviceId !== "");
    const now = current?.getSettings().deviceId ?? "";
    return (
      <label class="col label">
        <span class="sm dim">{label}</span>
        {list.length === 0 ? (
          <span class="field off">{t("no_device", label)}</span>
        ) : (
          <select class="field" value={now} onChange={(e) => pick(e.currentTarget.value)} data-test={`pick-${kind}`}>
            {!list.some((d) => d.deviceId === now) && <option value={now}>—</option>}
            {list.map((d, i) => (
              <option key={d.deviceId} value={d.deviceId}>
                {d.label === "" ? t("device_n", label, i + 1) : d.label}
              </option>
            ))}
          </select>
        )}
      </label>
    );
  };
  return (
    <div class="col gap">
      {select("videoinput", camera, pickCamera)}
      {select("audioinput", microphone, pickMicrophone)}
    </div>
  );
}
