// How one's own connection does: round trip, loss and bitrate over the last seconds, from the browser's own counters.
export interface Counters {
  at: number;
  bytesUp: number;
  bytesDown: number;
  packetsDown: number;
  lostDown: number;
  rttMs: number | undefined;
}
export interface OwnQuality {
  rttMs: number | undefined;
  lossPercent: number | undefined;
  upBps: number;
  downBps: number;
}

interface Row {
  type: string;
  bytesSent?: number;
  bytesReceived?: number;
  packetsReceived?: number;
  packetsLost?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
}

export function count(rows: Iterable<Row>, at: number): Counters {
  const c: Counters = { at, bytesUp: 0, bytesDown: 0, packetsDown: 0, lostDown: 0, rttMs: undefined };
  for (const r of rows) {
    if (r.type === "outbound-rtp") c.bytesUp += r.bytesSent ?? 0;
    if (r.type === "inbound-rtp") {
      c.bytesDown += r.bytesReceived ?? 0;
      c.packetsDown += r.packetsReceived ?? 0;
      c.lostDown += r.packetsLost ?? 0;
    }
    if (r.type === "candidate-pair" && r.nominated === true && r.currentRoundTripTime !== undefined)
      c.rttMs = Math.max(c.rttMs ?? 0, Math.round(r.currentRoundTripTime * 1000));
  }
  return c;
}

/** Counters that went back are those of another connection: then there is nothing to say yet. */
export function between(a: Counters, b: Counters): OwnQuality | undefined {
  const seconds = (b.at - a.at) / 1000;
  if (seconds <= 0 || b.bytesUp < a.bytesUp || b.bytesDown < a.bytesDown) return undefined;
  const got = b.packetsDown - a.packetsDown;
  const lost = Math.max(0, b.lostDown - a.lostDown);
  return {
    rttMs: b.rttMs,
    lossPercent: got + lost > 0 ? (100 * lost) / (got + lost) : undefined,
    upBps: ((b.bytesUp - a.bytesUp) * 8) / seconds,
    downBps: ((b.bytesDown - a.bytesDown) * 8) / seconds,
  };
}

export async function counters(connections: (RTCPeerConnection | undefined)[]): Promise<Counters> {
  const rows: Row[] = [];
  for (const pc of connections) {
    const report = await pc?.getStats();
    report?.forEach((r: Row) => rows.push(r));
  }
  return count(rows, performance.now());
}
