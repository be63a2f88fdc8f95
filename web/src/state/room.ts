// One meeting of this page: the socket, the media, one's own devices, and what is shown of them.
import { signal } from "@preact/signals";
import { isLost, Socket, SocketError } from "../api/socket";
import type { Notice, Source, Welcome } from "../api/types";
import { t, type TextKey } from "../i18n";
import { useIceServers } from "../rtc/line";
import { MediaSession } from "../rtc/session";
import { MeetingState } from "./meeting";
import { OwnMedia, type Start } from "./own";
import { dropStub, saveStub, type Stub } from "./ticket";
import { Toasts } from "./toasts";

export type Phase = "connecting" | "waiting" | "in" | "ended" | "removed" | "refused" | "replaced" | "gone" | "outdated" | "left";

const CLOSED: Record<number, Phase> = { 4000: "outdated", 4001: "gone", 4002: "replaced", 4003: "removed", 4004: "ended", 4005: "gone" };
/** With these a page loaded again begins at the door; with the others it comes back by itself. */
const FINAL: Phase[] = ["ended", "removed", "refused", "gone", "left"];
const ANEW_MS = 3000;

export class Room {
  readonly phase = signal<Phase>("connecting");
  readonly offline = signal(false);
  readonly waitingSince = signal(0);
  readonly meeting = new MeetingState();
  readonly toasts = new Toasts();
  readonly media: MediaSession;
  readonly own: OwnMedia;
  private readonly socket: Socket;
  private resuming = false;
  private anewAt = 0;
  private anewTimer: number | undefined;

  constructor(
    private readonly stub: Stub,
    start: Start,
  ) {
    this.media = new MediaSession({ request: (type, m) => this.socket.request(type, m), anew: () => this.anew() });
    this.own = new OwnMedia(start, {
      publish: (source, track) => this.sent(this.inside ? this.media.publish([[source, track]]) : undefined),
      unpublish: (source) => this.sent(this.media.unpublish(source)),
      replace: (source, track) => this.sent(this.inside ? this.media.replace(source, track) : undefined),
      mute: (source, on) => {
        if (this.inside) this.ask("mute", { source, on });
      },
      say: (urgent, text, ...args) => this.toasts.say(t(text, ...args), urgent),
      changed: () => this.save(),
    });
    this.save();
    this.socket = new Socket(stub.token, {
      welcome: (w) => this.welcome(w),
      notice: (n) => this.take(n),
      lost: () => {
        this.offline.value = true;
      },
      over: (code) => this.finish(CLOSED[code] ?? "gone"),
      fresh: () => this.media.fresh,
    });
  }

  private get inside(): boolean {
    return this.phase.value === "in";
  }

  private save(): void {
    if (!FINAL.includes(this.phase.value)) saveStub({ ...this.stub, muted: this.own.muted.value, cameraOff: this.own.cameraOff.value });
  }

  private say(text: TextKey, urgent: boolean, ...args: (string | number)[]): void {
    this.toasts.say(t(text, ...args), urgent);
  }

  private finish(phase: Phase): void {
    if (!["connecting", "waiting", "in"].includes(this.phase.value)) return;
    this.phase.value = phase;
    window.clearTimeout(this.anewTimer);
    this.socket.close();
    this.media.close();
    this.own.close();
    this.toasts.clear();
    if (FINAL.includes(phase)) dropStub();
  }

  // ---- coming in and coming back

  private welcome(w: Welcome): void {
    this.meeting.me.value = w;
    useIceServers(w.ice_servers);
    if (this.offline.value && this.inside) this.say("back_again", false);
    this.offline.value = false;
    this.media.keep(w);
    this.resuming = true;
    if (w.state === "new") {
      // The answer says whether to wait; who is let in straight gets a snapshot. Without an answer the next hello says it again.
      void this.socket.request<{ state: string }>("join").then(
        (a) => {
          if (a.state === "waiting") this.wait();
        },
        () => undefined,
      );
    } else if (w.state === "waiting") {
      this.wait();
    }
  }

  private wait(): void {
    if (this.waitingSince.value === 0) this.waitingSince.value = Date.now();
    this.phase.value = "waiting";
  }

  /** Inside, for the first time or again: publish what we have, and mend what does not flow. */
  private async entered(): Promise<void> {
    const again = this.inside;
    this.resuming = false;
    this.phase.value = "in";
    // Muted by a host while we were away: that stands until the person undoes it.
    const muted = this.meeting.self.value?.muted ?? [];
    if (again && muted.includes("microphone") && !this.own.muted.value) this.own.silenced("microphone");
    await this.sent(this.media.resume(this.own.published));
    if (this.own.muted.value) this.ask("mute", { source: "microphone", on: true });
  }

  /** Both connections anew, by a socket that says so. Not more often than every three seconds. */
  private anew(): void {
    window.clearTimeout(this.anewTimer);
    this.anewTimer = window.setTimeout(
      () => {
        this.anewAt = Date.now();
        this.media.reset();
        this.socket.again();
      },
      Math.max(0, this.anewAt + ANEW_MS - Date.now()),
    );
  }

  // ---- what the server says

  private take(n: Notice): void {
    const news = this.meeting.take(n);
    if (news !== undefined && n.type !== "snapshot") this.toasts.say(t(news.text, ...news.args), news.urgent);
    switch (n.type) {
      case "snapshot":
        if (this.resuming) void this.entered(); // Else it tells only what we have become.
        break;
      case "recv_offer":
        this.media.takeOffer(n.sdp, n.revision, n.tracks);
        break;
      case "muted":
        this.own.silenced(n.source);
        this.say(n.source === "microphone" ? "host_muted_you" : "host_darkened_you", true, n.by);
        break;
      case "media_lost":
        this.media.lost(n.pc);
        break;
      case "ended":
      case "removed":
      case "refused":
        this.finish(n.type);
        break;
      default:
        break;
    }
  }

  // ---- what the person does

  /** Publishing that the socket interrupts is said again after the resume; anything else the person must know. */
  private async sent(work: Promise<void> | undefined): Promise<void> {
    try {
      await work;
    } catch (e) {
      if (!isLost(e) && this.inside) this.say("publish_failed", true);
    }
  }

  /** Asks the server; a refusal is shown with its reason. */
  ask(type: string, m: object = {}): void {
    this.socket.request(type, m).catch((e: unknown) => {
      if (!this.inside || (isLost(e) && type === "mute")) return; // Mutes are said again after the resume.
      const code = e instanceof SocketError ? e.code : "";
      if (type === "take_over" && code === "conflict") this.say("taking_over_early", true);
      else if (code === "lost") this.say("reconnecting_unrecorded", true);
      else this.say("not_done", true, t(code === "denied" ? "fault_denied" : code === "busy" ? "fault_busy" : "fault_other"));
    });
  }

  /** @returns whether the server has stored it. The key makes sending again harmless. */
  async write(text: string, key: string): Promise<boolean> {
    try {
      await this.socket.request("chat", { text, key });
      return true;
    } catch {
      return false;
    }
  }

  about(type: "admit" | "refuse" | "remove", participant: string): void {
    this.ask(type, { participant });
  }
  muteOther(participant: string, source: Source): void {
    this.ask("mute_other", { participant, source });
  }

  /** The way on from where this ended: back as the same person after leaving, else what the page loaded again leads to. */
  again(): void {
    if (this.phase.value === "left") saveStub({ ...this.stub, muted: this.own.muted.value, cameraOff: this.own.cameraOff.value });
    location.reload();
  }

  async leave(): Promise<void> {
    await this.socket.request("leave").catch(() => undefined); // Gone is gone, also without an answer.
    this.finish("left");
  }
}
