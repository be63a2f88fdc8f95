// The `send` connection: what this person publishes. The browser offers.
import type { Source } from "../api/types";
import { Line } from "./line";
import type { Wire } from "./session";

const SOURCES: Source[] = ["microphone", "camera", "screen"];
const BITRATE: Record<Source, number> = { microphone: 0, camera: 1_800_000, screen: 3_000_000 };

function preferred(): RTCRtpCodec[] {
  const all = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  const rank = (c: RTCRtpCodec): number => ["video/vp8", "video/h264", "video/vp9"].indexOf(c.mimeType.toLowerCase());
  const good = all.filter((c) => rank(c) >= 0).sort((a, b) => rank(a) - rank(b));
  const helpers = all.filter((c) => ["video/rtx", "video/red", "video/ulpfec"].includes(c.mimeType.toLowerCase()));
  return [...good, ...helpers];
}

export class SendSide {
  readonly line: Line;
  private readonly senders = new Map<Source, RTCRtpTransceiver>();
  /** null: published, but with nothing to show now (the camera is off). */
  private readonly local = new Map<Source, MediaStreamTrack | null>();

  constructor(
    private readonly wire: Wire,
    private readonly inOrder: <T>(work: () => Promise<T>) => Promise<T>,
  ) {
    this.line = new Line({
      made: () => undefined,
      // A restart that fails is followed by the next step of the cure; without a socket, by the resume.
      restart: () => void this.again(true).catch(() => undefined),
      rebuild: () => {
        this.drop();
        void this.again(false).catch(() => undefined);
      },
    });
  }

  drop(): void {
    this.line.drop();
    this.senders.clear();
    for (const [source, track] of this.local) if (track === null) this.local.delete(source); // Begins anew when it has something to show.
  }

  forget(): void {
    this.local.clear();
  }

  /** Several at once cost one exchange. */
  async publish(tracks: [Source, MediaStreamTrack][]): Promise<void> {
    for (const [source, track] of tracks) this.local.set(source, track);
    if (tracks.length > 0) await this.inOrder(() => this.offer(false));
  }

  async unpublish(source: Source): Promise<void> {
    this.local.delete(source);
    if (this.line.open !== undefined) await this.inOrder(() => this.offer(false));
  }

  /** Another device, or none for now, for the same track: nothing to agree anew unless it was never published. */
  async replace(source: Source, track: MediaStreamTrack | null): Promise<void> {
    const known = this.senders.get(source);
    if (known === undefined || known.direction === "inactive") {
      if (track !== null) await this.publish([[source, track]]);
      else this.local.delete(source);
      return;
    }
    this.local.set(source, track);
    await known.sender.replaceTrack(track);
  }

  /** Says again what is sent, as after a resume. */
  async again(iceRestart: boolean): Promise<void> {
    if (this.local.size > 0) await this.inOrder(() => this.offer(iceRestart));
  }

  private fit(pc: RTCPeerConnection): void {
    for (const source of SOURCES) {
      const track = this.local.get(source);
      const t = this.senders.get(source);
      if (track === undefined) {
        if (t === undefined || t.direction === "inactive") continue;
        void t.sender.replaceTrack(null);
        t.direction = "inactive";
      } else if (t !== undefined) {
        if (t.sender.track !== track) void t.sender.replaceTrack(track);
        t.direction = "sendonly";
      } else if (track !== null) {
        this.add(pc, source, track);
      }
    }
  }

  private add(pc: RTCPeerConnection, source: Source, track: MediaStreamTrack): void {
    const video = track.kind === "video";
    const t = pc.addTransceiver(track, { direction: "sendonly", ...(video ? { sendEncodings: [{ maxBitrate: BITRATE[source] }] } : {}) });
    if (video && "setCodecPreferences" in t) t.setCodecPreferences(preferred());
    this.senders.set(source, t);
  }

  private async offer(iceRestart: boolean): Promise<void> {
    // An offer whose answer never came may have been taken: only another connection is unambiguous to both.
    if (this.line.open?.signalingState === "have-local-offer") this.drop();
    const pc = this.line.get();
    this.fit(pc);
    await pc.setLocalDescription(await pc.createOffer({ iceRestart }));
    const tracks = [...this.senders].flatMap(([source, t]) => (t.mid === null ? [] : [{ mid: t.mid, source }]));
    const answer = await this.wire.request<{ sdp: string }>("send_offer", { sdp: pc.localDescription?.sdp ?? "", tracks });
    if (pc === this.line.open) await pc.setRemoteDescription({ type: "answer", sdp: answer.sdp });
  }
}
