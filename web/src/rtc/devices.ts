// Camera and microphone: choosing, opening, saying what is wrong.
export type Trouble = "none" | "denied" | "missing" | "busy" | "insecure";

export interface Chosen {
  camera: MediaStreamTrack | undefined;
  microphone: MediaStreamTrack | undefined;
  cameraTrouble: Trouble;
  microphoneTrouble: Trouble;
}

const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

function troubleOf(error: unknown): Trouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "missing";
}

export async function openCamera(deviceId?: string, facing: "user" | "environment" = "user"): Promise<MediaStreamTrack> {
  const video = { ...VIDEO, ...(deviceId === undefined ? { facingMode: facing } : { deviceId: { exact: deviceId } }) };
  const stream = await navigator.mediaDevices.getUserMedia({ video });
  const track = stream.getVideoTracks()[0];
  if (track === undefined) throw new DOMException("no video", "NotFoundError");
  return track;
}

export async function openMicrophone(deviceId?: string): Promise<MediaStreamTrack> {
  const audio = { ...AUDIO, ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }) };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const track = stream.getAudioTracks()[0];
  if (track === undefined) throw new DOMException("no audio", "NotFoundError");
  return track;
}

/** Asks for both at once, which shows one question; then for each alone, so that one missing does not cost the other. */
export async function openBoth(): Promise<Chosen> {
  const none: Chosen = { camera: undefined, microphone: undefined, cameraTrouble: "insecure", microphoneTrouble: "insecure" };
  if (!("mediaDevices" in navigator)) return none;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...VIDEO, facingMode: "user" }, audio: AUDIO });
    return {
      camera: stream.getVideoTracks()[0],
      microphone: stream.getAudioTracks()[0],
      cameraTrouble: "none",
      microphoneTrouble: "none",
    };
  } catch {
    const [camera, microphone] = await Promise.allSettled([openCamera(), openMicrophone()]);
    return {
      camera: camera.status === "fulfilled" ? camera.value : undefined,
      microphone: microphone.status === "fulfilled" ? microphone.value : undefined,
      cameraTrouble: camera.status === "fulfilled" ? "none" : troubleOf(camera.reason),
      microphoneTrouble: microphone.status === "fulfilled" ? "none" : troubleOf(microphone.reason),
    };
  }
}

/** Loudness from 0 to 1, about 20 times a second, until the returned function is called. */
export function meter(track: MediaStreamTrack, heard: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const v of samples) sum += v * v;
    const db = 10 * Math.log10(sum / samples.length + 1e-9);
    heard(Math.max(0, Math.min(1, (db + 60) / 50)));
  }, 50);
  return () => {
    window.clearInterval(timer);
    void context.close();
  };
}
