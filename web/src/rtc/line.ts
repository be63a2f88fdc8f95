// One peer connection, and its mending: first an ICE restart, then made anew.
export type Cure = "nothing" | "wait" | "restart" | "rebuild";

/** STUN and TURN servers that the server named in its welcome, for connections made from now on. */
let iceServers: RTCIceServer[] = [];
export function useIceServers(list: RTCIceServer[]): void {
  iceServers = list;
}

const RESTARTS = 2;
const DISCONNECTED_MS = 2000;
const RESTART_MS = 6000;

/** What a state of a connection asks for, after so many restarts without success. */
export function cure(state: RTCPeerConnectionState, restarts: number): Cure {
  if (state === "disconnected" && restarts === 0) return "wait";
  if (state === "failed" || state === "disconnected") return restarts < RESTARTS ? "restart" : "rebuild";
  return "nothing";
}

export interface LineWork {
  /** Just made: add what it needs. */
  made: (pc: RTCPeerConnection) => void;
  restart: () => void;
  rebuild: () => void;
}

export class Line {
  private pc: RTCPeerConnection | undefined;
  private timer: number | undefined;
  private restarts = 0;

  constructor(private readonly work: LineWork) {}

  get open(): RTCPeerConnection | undefined {
    return this.pc;
  }
  get flows(): boolean {
    return this.pc?.connectionState === "connected";
  }

  get(): RTCPeerConnection {
    if (this.pc !== undefined) return this.pc;
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers });
    this.pc = pc;
    pc.onconnectionstatechange = () => this.look(pc);
    this.work.made(pc);
    return pc;
  }

  private look(pc: RTCPeerConnection): void {
    if (pc !== this.pc) return;
    window.clearTimeout(this.timer);
    if (pc.connectionState === "connected") this.restarts = 0;
    const what = cure(pc.connectionState, this.restarts);
    if (what === "wait") this.timer = window.setTimeout(() => this.mend(), DISCONNECTED_MS);
    else if (what !== "nothing") this.mend();
  }

  /** One step of the cure now, and another look later: a restart that leads nowhere changes no state for a long time. */
  mend(): void {
    const pc = this.pc;
    window.clearTimeout(this.timer);
    if (pc === undefined || pc.connectionState === "connected") return;
    if (this.restarts >= RESTARTS) {
      this.restarts = 0;
      this.work.rebuild();
      return;
    }
    this.restarts++;
    this.work.restart();
    this.timer = window.setTimeout(() => this.mend(), RESTART_MS);
  }

  drop(): void {
    window.clearTimeout(this.timer);
    this.restarts = 0;
    if (this.pc === undefined) return;
    this.pc.onconnectionstatechange = this.pc.ontrack = null;
    this.pc.close();
    this.pc = undefined;
  }
}
