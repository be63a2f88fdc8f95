// One's own microphone, camera and screen in a meeting: turning on and off, changing, falling out.
import { signal } from "@preact/signals";
import type { Source } from "../api/types";
import { type Chosen, type Facing, openCamera, openMicrophone, remember, troubleOf } from "../rtc/devices";
import type { Arg, TextKey } from "../i18n/texts";

export interface Start extends Pick<Chosen, "camera" | "microphone"> {
  muted: boolean;
  cameraOff: boolean;
}

/** What becomes of a change: to the others, and to the person. */
export interface Out {
  publish: (source: Source, track: MediaStreamTrack) => Promise<void>;
  unpublish: (source: Source) => Promise<void>;
  replace: (source: Source, track: MediaStreamTrack | null) => Promise<void>;
  mute: (source: Source, on: boolean) => void;
  say: (urgent: boolean, text: TextKey, ...args: Arg[]) => void;
  changed: () => void;
}

export class OwnMedia {
  readonly microphone = signal<MediaStreamTrack | undefined>(undefined);
  readonly camera = signal<MediaStreamTrack | undefined>(undefined);
  readonly screen = signal<MediaStreamTrack | undefined>(undefined);
  readonly muted = signal(false);
  readonly cameraOff = signal(false);
  /** A device is being opened: its button says so. */
  readonly busy = signal<Source | undefined>(undefined);
  private facing: Facing | undefined;
  private cameraId: string | undefined;

  constructor(
    start: Start,
    private readonly out: Out,
  ) {
    this.muted.value = start.muted;
    this.cameraOff.value = start.cameraOff || start.camera === undefined;
    if (start.microphone !== undefined) this.takeMicrophone(start.microphone);
    if (start.camera !== undefined) this.takeCamera(start.camera);
  }

  get mirrored(): boolean {
    return this.camera.value?.getSettings().facingMode !== "environment";
  }

  get published(): [Source, MediaStreamTrack][] {
    const all: [Source, MediaStreamTrack | undefined][] = [
      ["microphone", this.microphone.value],
      ["camera", this.camera.value],
      ["screen", this.screen.value],
    ];
    return all.filter((x): x is [Source, MediaStreamTrack] => x[1] !== undefined);
  }

  /** Devices that the browser gave only after the person had come in: as wanted at the door. */
  async late(start: Pick<Start, "camera" | "microphone">): Promise<void> {
    if (start.microphone !== undefined && this.microphone.value === undefined) {
      this.takeMicrophone(start.microphone);
      await this.out.replace("microphone", start.microphone);
      this.out.mute("microphone", this.muted.value);
    } else {
      start.microphone?.stop();
    }
    if (start.camera !== undefined && this.camera.value === undefined) {
      this.takeCamera(start.camera);
      this.cameraOff.value = false;
      await this.out.replace("camera", start.camera);
    } else {
      start.camera?.stop();
    }
    this.out.changed();
  }

  // ---- microphone

  private takeMicrophone(track: MediaStreamTrack): void {
    track.enabled = !this.muted.value;
    track.onended = () => void this.microphoneFell(track);
    this.microphone.value = track;
  }

  private async microphoneFell(track: MediaStreamTrack): Promise<void> {
    if (this.microphone.value !== track) return;
    try {
      const next = await openMicrophone();
      this.takeMicrophone(next);
      await this.out.replace("microphone", next);
      this.out.say(true, "microphone_replaced", next.label);
    } catch {
      this.microphone.value = undefined;
      this.muted.value = true;
      this.out.mute("microphone", true);
      this.out.say(true, "microphone_unplugged");
    }
    this.out.changed();
  }

  async setMuted(on: boolean): Promise<void> {
    if (this.busy.value === "microphone") return;
    if (!on && this.microphone.value === undefined && !(await this.openMicrophone(undefined))) return;
    this.muted.value = on;
    if (this.microphone.value !== undefined) this.microphone.value.enabled = !on;
    this.out.mute("microphone", on);
    this.out.changed();
  }

  private async openMicrophone(id: string | undefined): Promise<boolean> {
    this.busy.value = "microphone";
    try {
      const old = this.microphone.value;
      const track = await openMicrophone(id);
      if (id !== undefined) remember("microphone", id);
      this.takeMicrophone(track);
      old?.stop();
      await this.out.replace("microphone", track);
      return true;
    } catch (e) {
      this.out.say(true, troubleOf(e) === "denied" ? "microphone_denied" : "microphone_failed");
      return false;
    } finally {
      this.busy.value = undefined;
    }
  }

  async chooseMicrophone(id: string): Promise<void> {
    await this.openMicrophone(id);
  }

  // ---- camera

  private takeCamera(track: MediaStreamTrack): void {
    track.onended = () => void this.cameraFell(track);
    this.camera.value = track;
    this.cameraId = track.getSettings().deviceId;
  }

  private async cameraFell(track: MediaStreamTrack): Promise<void> {
    if (this.camera.value !== track) return;
    this.out.say(true, "camera_unplugged");
    await this.darken();
  }

  /** The lamp beside the lens goes out as well: the device is let go. */
  private async darken(): Promise<void> {
    this.camera.value?.stop();
    this.camera.value = undefined;
    this.cameraOff.value = true;
    this.out.mute("camera", true);
    this.out.changed();
    await this.out.replace("camera", null);
  }

  async setCameraOff(on: boolean): Promise<void> {
    if (this.busy.value === "camera") return;
    if (on) await this.darken();
    else await this.openCamera(this.facing === undefined ? this.cameraId : undefined, this.facing);
  }

  private async openCamera(id: string | undefined, facing: Facing | undefined): Promise<boolean> {
    this.busy.value = "camera";
    this.camera.value?.stop(); // Phones open one camera at a time.
    try {
      this.takeCamera(await this.anyCamera(id, facing));
      this.cameraOff.value = false;
    } catch (e) {
      this.out.say(true, troubleOf(e) === "denied" ? "camera_denied" : "camera_failed");
      await this.darken();
      return false;
    } finally {
      this.busy.value = undefined;
    }
    this.out.changed();
    if (this.camera.value !== undefined) await this.out.replace("camera", this.camera.value);
    this.out.mute("camera", false);
    return true;
  }

  /** The wanted one; when it is no longer there, another. */
  private async anyCamera(id: string | undefined, facing: Facing | undefined): Promise<MediaStreamTrack> {
    try {
      return await openCamera(id, facing);
    } catch (e) {
      if (id === undefined && facing === undefined) throw e;
      return openCamera();
    }
  }

  async chooseCamera(id: string): Promise<void> {
    this.facing = undefined;
    if (await this.openCamera(id, undefined)) remember("camera", id);
  }

  async flip(): Promise<void> {
    if (this.busy.value === "camera") return;
    const now = this.camera.value?.getSettings().facingMode ?? this.facing ?? "user";
    this.facing = now === "environment" ? "user" : "environment";
    await this.openCamera(undefined, this.facing);
  }

  // ---- screen

  async share(): Promise<void> {
    if (this.busy.value === "screen" || this.screen.value !== undefined) return;
    this.busy.value = "screen";
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } } });
      const track = stream.getVideoTracks()[0];
      if (track === undefined) return;
      track.contentHint = "detail";
      track.onended = () => {
        if (this.screen.value === track) void this.stopShare(); // By the browser's own button.
      };
      this.screen.value = track;
      await this.out.publish("screen", track);
    } catch (e) {
      // Closing the browser's question is an answer, not a failure.
      if (!(e instanceof DOMException && e.name === "NotAllowedError")) this.out.say(true, "share_failed");
    } finally {
      this.busy.value = undefined;
    }
  }

  async stopShare(): Promise<void> {
    const track = this.screen.value;
    if (track === undefined) return;
    track.stop();
    this.screen.value = undefined;
    this.out.say(false, "share_ended");
    await this.out.unpublish("screen");
  }

  /** A host did it. */
  silenced(source: Source): void {
    if (source === "microphone") {
      this.muted.value = true;
      if (this.microphone.value !== undefined) this.microphone.value.enabled = false;
    }
    if (source === "camera") void this.darken();
    if (source === "screen") void this.stopShare();
    this.out.changed();
  }

  close(): void {
    for (const s of [this.microphone, this.camera, this.screen]) {
      s.value?.stop();
      s.value = undefined;
    }
  }
}
