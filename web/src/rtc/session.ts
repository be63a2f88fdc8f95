// The two peer connections of a participant, in order and together.
import { signal } from "@preact/signals";
import type { Source } from "../api/types";
import { RecvSide } from "./recv";
import { SendSide } from "./send";

export interface RemoteTrack {
  track: string;
  media: MediaStreamTrack;
}

export interface Wire {
  request: <T = object>(type: string, m?: object) => Promise<T>;
  /** Both connections and the socket anew. */
  anew: () => void;
}

export class MediaSession {
  readonly remote = signal<RemoteTrack[]>([]);
  private queue: Promise<unknown> = Promise.resolve();
  private readonly send: SendSide;
  private readonly recv: RecvSide;

  constructor(wire: Wire) {
    this.send = new SendSide(wire, (w) => this.inOrder(w));
    this.recv = new RecvSide(
      wire,
      (w) => this.inOrder(w),
      (tracks) => {
        this.remote.value = tracks;
      },
    );
  }

  /** One exchange at a time. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const run = this.queue.then(work, work);
    this.queue = run.catch(() => undefined);
    return run;
  }

  get fresh(): boolean {
    return this.send.line.open === undefined && this.recv.line.open === undefined;
  }
  get connections(): { send: RTCPeerConnection | undefined; recv: RTCPeerConnection | undefined } {
    return { send: this.send.line.open, recv: this.recv.line.open };
  }

  publish(tracks: [Source, MediaStreamTrack][]): Promise<void> {
    return this.send.publish(tracks);
  }
  unpublish(source: Source): Promise<void> {
    return this.send.unpublish(source);
  }
  replace(source: Source, track: MediaStreamTrack | null): Promise<void> {
    return this.send.replace(source, track);
  }

  /** Drops what the server does not know: it was restarted, or gave a connection up while the socket was away. */
  keep(known: { sends: boolean; receives: boolean }): void {
    if (!known.sends) this.send.drop();
    if (!known.receives) this.recv.drop();
  }

  /** In the meeting, for the first time or again: mend what does not flow, and say what is sent. */
  async resume(mine: [Source, MediaStreamTrack][]): Promise<void> {
    if (this.recv.line.open !== undefined && !this.recv.line.flows) this.recv.line.mend();
    if (this.send.line.open === undefined) await this.send.publish(mine);
    else await this.send.again(!this.send.line.flows);
  }

  takeOffer(sdp: string, revision: number, tracks: { mid: string; track: string }[]): void {
    this.recv.takeOffer(sdp, revision, tracks);
  }

  /** What the server gave up and asks to be made anew. */
  lost(which: "send" | "recv"): void {
    if (which === "recv") {
      this.recv.drop();
      return;
    }
    this.send.drop();
    void this.send.again(false).catch(() => undefined); // Then the next resume says it.
  }

  reset(): void {
    this.send.drop();
    this.recv.drop();
  }

  close(): void {
    this.reset();
    this.send.forget();
  }
}
