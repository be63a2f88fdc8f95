// Camera and microphone: opening, and saying what is wrong when they do not.
import { keep, kept } from "../state/kept";

export type Trouble = "none" | "denied" | "missing" | "busy" | "insecure";
export type Facing = "user" | "environment";

export interface Chosen {
  camera: MediaStreamTrack | undefined;
  microphone: MediaStreamTrack | undefined;
  cameraTrouble: Trouble;
  microphoneTrouble: Trouble;
}
export interface Wanted {
  camera: boolean;
  microphone: boolean;
}

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export const canCapture = (): boolean => "mediaDevices" in navigator;
export const canShare = (): boolean => canCapture() && "getDisplayMedia" in navigator.mediaDevices;

export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "missing";
}

/** The one chosen last time, when it is there; any other else. */
const ideal = (kind: "camera" | "microphone"): MediaTrackConstraints => {
  const id = kept("local", kind);
  return id === "" ? {} : { deviceId: { ideal: id } };
};

function video(deviceId: string | undefined, facing: Facing | undefined): MediaTrackConstraints {
  if (deviceId !== undefined) return { ...VIDEO, deviceId: { exact: deviceId } };
  return facing === undefined ? { ...VIDEO, ...ideal("camera") } : { ...VIDEO, facingMode: facing };
}

async function open(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  if (!canCapture()) throw new DOMException("needs https", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia(constraints);
  const track = stream.getTracks()[0];
  if (track === undefined) throw new DOMException("nothing came", "NotFoundError");
  return track;
}

export const openCamera = (deviceId?: string, facing?: Facing): Promise<MediaStreamTrack> => open({ video: video(deviceId, facing) });
export const openMicrophone = (deviceId?: string): Promise<MediaStreamTrack> =>
  open({ audio: { ...AUDIO, ...(deviceId === undefined ? ideal("microphone") : { deviceId: { exact: deviceId } }) } });

export const remember = (kind: "camera" | "microphone", deviceId: string): void => keep("local", kind, deviceId);

interface Opened {
  track: MediaStreamTrack | undefined;
  trouble: Trouble;
}
const opened = (how: Promise<MediaStreamTrack> | undefined): Promise<Opened> =>
  how === undefined
    ? Promise.resolve({ track: undefined, trouble: "none" })
    : how.then(
        (track): Opened => ({ track, trouble: "none" }),
        (e: unknown): Opened => ({ track: undefined, trouble: troubleOf(e) }),
      );

/** Asks for both at once, which shows one question; then for each alone, so that one missing does not cost the other. */
export async function openBoth(wanted: Wanted = { camera: true, microphone: true }): Promise<Chosen> {
  if (!canCapture()) return { camera: undefined, microphone: undefined, cameraTrouble: "insecure", microphoneTrouble: "insecure" };
  if (wanted.camera && wanted.microphone) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: video(undefined, undefined), audio: { ...AUDIO, ...ideal("microphone") } });
      return { camera: stream.getVideoTracks()[0], microphone: stream.getAudioTracks()[0], cameraTrouble: "none", microphoneTrouble: "none" };
    } catch {
      // Which of the two it was, the questions one by one tell.
    }
  }
  const [camera, microphone] = await Promise.all([opened(wanted.camera ? openCamera() : undefined), opened(wanted.microphone ? openMicrophone() : undefined)]);
  return { camera: camera.track, microphone: microphone.track, cameraTrouble: camera.trouble, microphoneTrouble: microphone.trouble };
}

/** Calls back when the reader turns a permission on in the browser's own settings. */
export function onGranted(then: () => void): () => void {
  const states: PermissionStatus[] = [];
  let over = false;
  for (const name of ["camera", "microphone"] as const) {
    navigator.permissions.query({ name }).then(
      (s) => {
        if (over) return;
        states.push(s);
        s.onchange = () => {
          if (s.state === "granted") then();
        };
      },
      () => undefined, // Not every engine knows these names: the button stays.
    );
  }
  return () => {
    over = true;
    for (const s of states) s.onchange = null;
  };
}

/** Loudness from 0 to 1, about 20 times a second, until the returned function is called. */
export function meter(track: MediaStreamTrack, heard: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const wake = (): void => void context.resume();
  addEventListener("pointerdown", wake);
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const v of samples) sum += v * v;
    const db = 10 * Math.log10(sum / samples.length + 1e-9);
    heard(Math.max(0, Math.min(1, (db + 60) / 50)));
  }, 50);
  return () => {
    window.clearInterval(timer);
    removeEventListener("pointerdown", wake);
    void context.close();
  };
}
