// The two peer connections of a participant: `send` offers, `recv` answers. Perfect order is kept by queues.
import type { Socket } from "../api/socket";
import type { Source } from "../api/types";

export interface RemoteTrack {
  track: string;
  media: MediaStreamTrack;
}

const SOURCES: Source[] = ["microphone", "camera", "screen"];

function preferred(kind: "audio" | "video"): RTCRtpCodec[] {
  const all = RTCRtpSender.getCapabilities(kind)?.codecs ?? [];
  const rank = (c: RTCRtpCodec): number => ["video/vp8", "video/h264", "video/vp9"].indexOf(c.mimeType.toLowerCase());
  const good = all.filter((c) => rank(c) >= 0).sort((a, b) => rank(a) - rank(b));
  const helpers = all.filter((c) => ["video/rtx", "video/red", "video/ulpfec"].includes(c.mimeType.toLowerCase()));
  return [...good, ...helpers];
}

export class MediaSession {
  private send: RTCPeerConnection | undefined;
  private recv: RTCPeerConnection | undefined;
  private readonly senders = new Map<Source, RTCRtpTransceiver>();
  private readonly local = new Map<Source, MediaStreamTrack>();
  private mids = new Map<string, string>();
  private queue: Promise<unknown> = Promise.resolve();
  private readonly timers = new Map<RTCPeerConnection, number>();

  constructor(
    private readonly socket: () => Socket | undefined,
    private readonly onRemote: (tracks: RemoteTrack[]) => void,
  ) {}

  get fresh(): boolean {
    return this.send === undefined && this.recv === undefined;
  }

  /** There is a connection that publishes; without one the first offer makes it. */
  get sends(): boolean {
    return this.send !== undefined;
  }

  /** Everything anew, as after a restart of the server. */
  reset(): void {
    for (const pc of [this.send, this.recv]) if (pc !== undefined) this.drop(pc);
    this.send = this.recv = undefined;
    this.senders.clear();
    this.mids = new Map();
    this.onRemote([]);
  }

  private drop(pc: RTCPeerConnection): void {
    window.clearTimeout(this.timers.get(pc));
    this.timers.delete(pc);
    pc.onconnectionstatechange = pc.ontrack = null;
    pc.close();
  }

  /** One exchange at a time. */
  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    const run = this.queue.then(work, work);
    this.queue = run.catch(() => undefined);
    return run;
  }

  private watch(pc: RTCPeerConnection, restart: () => void): void {
    pc.onconnectionstatechange = () => {
      window.clearTimeout(this.timers.get(pc));
      const wait = pc.connectionState === "failed" ? 0 : pc.connectionState === "disconnected" ? 2000 : -1;
      if (wait >= 0) this.timers.set(pc, window.setTimeout(restart, wait));
    };
  }

  // ---- send

  /** Several at once cost one exchange. */
  async publish(tracks: [Source, MediaStreamTrack][]): Promise<void> {
    for (const [source, track] of tracks) this.local.set(source, track);
    await this.inOrder(() => this.offer(false));
  }

  async unpublish(source: Source): Promise<void> {
    this.local.delete(source);
    await this.inOrder(() => this.offer(false));
  }

  /** Another camera or microphone for the same track: nothing to agree anew. */
  async replace(source: Source, track: MediaStreamTrack): Promise<void> {
    this.local.set(source, track);
    await this.senders.get(source)?.sender.replaceTrack(track);
  }

  /** After a resume or reset: say again what we send. */
  async republish(): Promise<void> {
    if (this.local.size > 0) await this.inOrder(() => this.offer(false));
  }

  private connection(): RTCPeerConnection {
    if (this.send !== undefined) return this.send;
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.send = pc;
    this.watch(pc, () => void this.inOrder(() => this.offer(true)).catch(() => undefined));
    return pc;
  }

  private fit(pc: RTCPeerConnection): void {
    for (const source of SOURCES) {
      const track = this.local.get(source);
      const t = this.senders.get(source);
      if (track === undefined) {
        if (t !== undefined && t.direction !== "inactive") {
          void t.sender.replaceTrack(null);
          t.direction = "inactive";
        }
        continue;
      }
      if (t !== undefined) {
        if (t.sender.track !== track) void t.sender.replaceTrack(track);
        t.direction = "sendonly";
        continue;
      }
      const video = track.kind === "video";
      const added = pc.addTransceiver(track, {
        direction: "sendonly",
        ...(video ? { sendEncodings: [{ maxBitrate: source === "screen" ? 3_000_000 : 1_800_000 }] } : {}),
      });
      if (video && "setCodecPreferences" in added) added.setCodecPreferences(preferred("video"));
      this.senders.set(source, added);
    }
  }

  private async offer(iceRestart: boolean): Promise<void> {
    const socket = this.socket();
    if (socket === undefined) return;
    const pc = this.connection();
    this.fit(pc);
    if (pc.signalingState === "have-local-offer") await pc.setLocalDescription({ type: "rollback" });
    await pc.setLocalDescription(await pc.createOffer({ iceRestart }));
    const tracks = [...this.senders].flatMap(([source, t]) => (t.mid === null ? [] : [{ mid: t.mid, source }]));
    const answer = await socket.request<{ sdp: string }>("send_offer", { sdp: pc.localDescription?.sdp ?? "", tracks });
    if (pc.signalingState === "have-local-offer") await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
  }

  // ---- recv

  takeOffer(sdp: string, revision: number, tracks: { mid: string; track: string }[]): void {
    void this.inOrder(async () => {
      const socket = this.socket();
      if (socket === undefined) return;
      const pc = this.receiver();
      await pc.setRemoteDescription({ type: "offer", sdp });
      await pc.setLocalDescription();
      this.mids = new Map(tracks.map((t) => [t.mid, t.track]));
      this.report();
      await socket.request("recv_answer", { sdp: pc.localDescription?.sdp ?? "", revision });
    }).catch(() => undefined);
  }

  private receiver(): RTCPeerConnection {
    if (this.recv !== undefined) return this.recv;
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.recv = pc;
    pc.ontrack = () => this.report();
    this.watch(pc, () => void this.socket()?.request("recv_restart").catch(() => undefined));
    return pc;
  }

  private report(): void {
    const found: RemoteTrack[] = [];
    for (const t of this.recv?.getTransceivers() ?? []) {
      const id = t.mid === null ? undefined : this.mids.get(t.mid);
      if (id !== undefined && t.currentDirection !== "inactive") found.push({ track: id, media: t.receiver.track });
    }
    this.onRemote(found);
  }

  /** What the server asked to be made anew. */
  lost(which: "send" | "recv"): void {
    const pc = which === "send" ? this.send : this.recv;
    if (pc !== undefined) this.drop(pc);
    if (which === "recv") {
      this.recv = undefined;
      return;
    }
    this.send = undefined;
    this.senders.clear();
    void this.republish().catch(() => undefined);
  }

  close(): void {
    this.reset();
    this.local.clear();
  }
}
