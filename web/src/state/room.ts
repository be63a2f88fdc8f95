// One meeting as this page knows it. Notices of the server in, signals for the views out.
import { computed, signal } from "@preact/signals";
import { Socket } from "../api/socket";
import type { Chat, Notice, Participant, Recording, Source, Track, Waiting, Welcome } from "../api/types";
import { openCamera } from "../rtc/devices";
import { MediaSession, type RemoteTrack } from "../rtc/session";
import { t } from "../i18n";

export type Phase = "connecting" | "waiting" | "in" | "ended" | "removed" | "refused" | "replaced" | "gone" | "left";

/** Notices replace each other at most every two seconds, for those who hear them read. */
export interface Toast {
  text: string;
  urgent: boolean;
}

export function upsert<T>(list: T[], item: T, same: (a: T) => boolean): T[] {
  return list.some(same) ? list.map((x) => (same(x) ? item : x)) : [...list, item];
}

export class Room {
  readonly phase = signal<Phase>("connecting");
  readonly me = signal<Welcome | undefined>(undefined);
  readonly participants = signal<Participant[]>([]);
  readonly tracks = signal<Track[]>([]);
  readonly waiting = signal<Waiting[]>([]);
  readonly chat = signal<Chat[]>([]);
  readonly unread = signal(0);
  readonly recording = signal<Recording | undefined>(undefined);
  readonly speaker = signal<string | null>(null);
  readonly pinned = signal<string | undefined>(undefined);
  readonly remote = signal<RemoteTrack[]>([]);
  readonly offline = signal(false);
  readonly toast = signal<Toast | undefined>(undefined);
  readonly microphone = signal<MediaStreamTrack | undefined>(undefined);
  readonly camera = signal<MediaStreamTrack | undefined>(undefined);
  readonly screen = signal<MediaStreamTrack | undefined>(undefined);
  readonly muted = signal(false);
  readonly cameraOff = signal(false);
  readonly hostAway = computed(() => {
    const hosts = this.participants.value.filter((p) => p.host);
    return hosts.every((p) => p.state !== "in");
  });

  private socket: Socket | undefined;
  private readonly media = new MediaSession(
    () => this.socket,
    (tracks) => {
      this.remote.value = tracks;
    },
  );
  private facing: "user" | "environment" = "user";
  private toastTimer: number | undefined;

  constructor(token: string, microphone: MediaStreamTrack | undefined, camera: MediaStreamTrack | undefined) {
    this.microphone.value = microphone;
    this.camera.value = camera;
    this.socket = new Socket(token, {
      welcome: (w) => this.welcome(w),
      notice: (n) => this.take(n),
      lost: () => {
        this.offline.value = true;
      },
      over: (code) => this.over(code),
      fresh: () => this.media.fresh,
    });
  }

  say(text: string, urgent = false): void {
    this.toast.value = { text, urgent };
    window.clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => {
      this.toast.value = undefined;
    }, 5000);
  }

  private over(code: number): void {
    if (this.phase.value !== "connecting" && this.phase.value !== "waiting" && this.phase.value !== "in") return;
    this.finish(code === 4002 ? "replaced" : code === 4003 ? "removed" : code === 4004 ? "ended" : "gone");
  }

  private finish(phase: Phase): void {
    this.phase.value = phase;
    this.media.close();
    for (const s of [this.microphone, this.camera, this.screen]) {
      s.value?.stop();
      s.value = undefined;
    }
    this.socket?.close();
  }

  private welcome(w: Welcome): void {
    this.me.value = w;
    this.offline.value = false;
    if (!w.media) this.media.reset(); // The server does not know our connections: it was restarted.
    if (w.state === "new") {
      void this.socket?.request<{ state: string }>("join").then(
        (a) => {
          if (a.state === "waiting") this.phase.value = "waiting";
        },
        () => undefined,
      );
    } else if (w.state === "waiting") {
      this.phase.value = "waiting";
    }
  }

  /** Inside, for the first time or again: publish what we have. */
  private entered(): void {
    this.phase.value = "in";
    void this.publishAll().catch(() => undefined);
  }

  private async publishAll(): Promise<void> {
    if (this.media.sends) {
      await this.media.republish();
      return;
    }
    const mine: [Source, MediaStreamTrack | undefined][] = [
      ["microphone", this.microphone.value],
      ["camera", this.camera.value],
      ["screen", this.screen.value],
    ];
    const there = mine.filter((m): m is [Source, MediaStreamTrack] => m[1] !== undefined);
    if (there.length > 0) await this.media.publish(there);
    if (this.muted.value) await this.socket?.request("mute", { source: "microphone", on: true });
  }

  private nameOf(id: string): string {
    return this.participants.value.find((p) => p.participant === id)?.name ?? "";
  }

  private take(n: Notice): void {
    switch (n.type) {
      case "snapshot":
        this.participants.value = n.participants;
        this.tracks.value = n.tracks;
        this.waiting.value = n.waiting;
        this.chat.value = n.chat;
        this.recording.value = n.recording;
        this.speaker.value = n.speaker;
        if (this.me.value !== undefined) this.me.value = { ...this.me.value, host: n.host, rights: n.rights };
        this.entered();
        break;
      case "participant":
        if (!this.participants.value.some((p) => p.participant === n.participant)) this.say(t("joined", n.name));
        this.participants.value = upsert(this.participants.value, n, (p) => p.participant === n.participant);
        break;
      case "participant_left":
        this.say(t("went", this.nameOf(n.participant)));
        this.participants.value = this.participants.value.filter((p) => p.participant !== n.participant);
        this.tracks.value = this.tracks.value.filter((x) => x.participant !== n.participant);
        break;
      case "waiting":
        this.waiting.value = upsert(this.waiting.value, n, (p) => p.participant === n.participant);
        break;
      case "waiting_left":
        this.waiting.value = this.waiting.value.filter((p) => p.participant !== n.participant);
        break;
      case "track":
        this.tracks.value = upsert(this.tracks.value, n, (x) => x.track === n.track);
        break;
      case "track_left":
        this.tracks.value = this.tracks.value.filter((x) => x.track !== n.track);
        break;
      case "recv_offer":
        this.media.takeOffer(n.sdp, n.revision, n.tracks);
        break;
      case "chat":
        this.chat.value = upsert(this.chat.value, n, (c) => c.chat === n.chat);
        if (n.participant !== this.me.value?.participant) this.unread.value++;
        break;
      case "speaker":
        this.speaker.value = n.participant;
        break;
      case "recording":
        this.recording.value = n;
        if (n.state === "stopped") this.say(t("rec_stopped", n.by), true);
        break;
      case "host":
        this.participants.value = this.participants.value.map((p) => ({ ...p, host: p.participant === n.participant }));
        this.say(t("now_host", n.name));
        break;
      case "muted":
        if (n.source === "microphone") this.muted.value = true;
        if (n.source === "camera") this.cameraOff.value = true;
        this.say(t("host_muted_you", n.by), true);
        break;
      case "media_lost":
        this.media.lost(n.pc);
        break;
      case "shutdown":
        this.say(t("shutdown"), true);
        break;
      case "ended":
        this.finish("ended");
        break;
      case "removed":
        this.finish("removed");
        break;
      case "refused":
        this.finish("refused");
        break;
      case "admitted":
        break;
    }
  }

  // ---- what the person does

  async mute(source: "microphone" | "camera", on: boolean): Promise<void> {
    const flag = source === "microphone" ? this.muted : this.cameraOff;
    const track = source === "microphone" ? this.microphone.value : this.camera.value;
    flag.value = on;
    if (track !== undefined) track.enabled = !on;
    await this.socket?.request("mute", { source, on });
  }

  async flip(): Promise<void> {
    this.facing = this.facing === "user" ? "environment" : "user";
    this.camera.value?.stop(); // Phones open one camera at a time.
    try {
      const track = await openCamera(undefined, this.facing);
      this.camera.value = track;
      await this.media.replace("camera", track);
    } catch {
      this.say(t("camera_failed"), true);
    }
  }

  async share(): Promise<void> {
    if (this.screen.value !== undefined) {
      this.screen.value.stop();
      this.screen.value = undefined;
      await this.media.unpublish("screen");
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } } });
      const track = stream.getVideoTracks()[0];
      if (track === undefined) return;
      track.contentHint = "detail";
      track.onended = () => void this.share();
      this.screen.value = track;
      await this.media.publish([["screen", track]]);
    } catch (e) {
      if (!(e instanceof DOMException && e.name === "NotAllowedError")) this.say(t("share_failed"), true);
    }
  }

  /** @returns whether the server has stored it. The key makes sending again harmless. */
  async write(text: string, key: string): Promise<boolean> {
    try {
      await this.socket?.request("chat", { text, key });
      return this.socket !== undefined;
    } catch {
      return false;
    }
  }

  ask(type: "admit" | "refuse" | "remove", participant: string): void {
    void this.socket?.request(type, { participant }).catch(() => undefined);
  }
  muteOther(participant: string, source: Source): void {
    void this.socket?.request("mute_other", { participant, source }).catch(() => undefined);
  }
  takeOver(): void {
    void this.socket?.request("take_over").catch(() => undefined);
  }
  startRecording(): void {
    void this.socket?.request("recording_start").catch(() => undefined);
  }
  stopRecording(reason: string): void {
    void this.socket?.request("recording_stop", { reason }).catch(() => undefined);
  }
  end(): void {
    void this.socket?.request("end").catch(() => undefined);
  }
  async leave(): Promise<void> {
    await this.socket?.request("leave").catch(() => undefined);
    this.finish("left");
  }
}
