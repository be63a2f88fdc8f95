// The `recv` connection: what this person is sent. The server offers, one offer at a time.
import { Line } from "./line";
import type { RemoteTrack, Wire } from "./session";

/** The session of an SDP (RFC 8866 5.2): another one is another connection of the server. */
export function sessionOf(sdp: string): string {
  return /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? "";
}

export class RecvSide {
  readonly line: Line;
  private session = "";
  private mids = new Map<string, string>();

  constructor(
    private readonly wire: Wire,
    private readonly inOrder: <T>(work: () => Promise<T>) => Promise<T>,
    private readonly found: (tracks: RemoteTrack[]) => void,
  ) {
    this.line = new Line({
      made: (pc) => {
        pc.ontrack = () => this.report();
      },
      restart: () => void wire.request("recv_restart").catch(() => undefined), // Without a socket: after the resume.
      rebuild: () => wire.anew(),
    });
  }

  drop(): void {
    this.line.drop();
    this.session = "";
    this.mids = new Map();
    this.found([]);
  }

  async take(sdp: string, revision: number, tracks: { mid: string; track: string }[]): Promise<void> {
    const session = sessionOf(sdp);
    if (this.session !== "" && session !== this.session) this.drop();
    this.session = session;
    const pc = this.line.get();
    let answer: string;
    try {
      await pc.setRemoteDescription({ type: "offer", sdp });
      await pc.setLocalDescription();
      answer = pc.localDescription?.sdp ?? "";
    } catch (e) {
      if (pc === this.line.open) this.wire.anew(); // The two sides no longer agree on what there is.
      throw e;
    }
    this.mids = new Map(tracks.map((x) => [x.mid, x.track]));
    this.report();
    await this.wire.request("recv_answer", { sdp: answer, revision });
  }

  takeOffer(sdp: string, revision: number, tracks: { mid: string; track: string }[]): void {
    // A lost socket or a newer offer makes this one void; what else fails has asked for a new beginning above.
    void this.inOrder(() => this.take(sdp, revision, tracks)).catch(() => undefined);
  }

  private report(): void {
    const list: RemoteTrack[] = [];
    for (const t of this.line.open?.getTransceivers() ?? []) {
      const id = t.mid === null ? undefined : this.mids.get(t.mid);
      if (id !== undefined && t.currentDirection !== "inactive") list.push({ track: id, media: t.receiver.track });
    }
    this.found(list);
  }
}
