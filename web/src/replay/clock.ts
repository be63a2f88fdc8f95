// The arithmetic of a replay's clock. Times of the clock are milliseconds, of a media element seconds.
import type { IndexFile } from "../api/types";

export interface Fix {
  /** Jump there, in seconds. */
  seek?: number;
  rate: number;
}

const CLOSE_S = 0.01;
const FAR_S = 0.5;
const STILL_S = 0.002;
const NUDGE = 0.1;

/** How a picture that is at `have` gets to `want`: nothing, a little faster or slower the further it is off, or a jump. */
export function fix(want: number, have: number, playing: boolean, rate: number): Fix {
  const off = want - have;
  if (!playing) return Math.abs(off) > STILL_S ? { seek: want, rate } : { rate };
  if (Math.abs(off) <= CLOSE_S) return { rate };
  if (Math.abs(off) >= FAR_S * Math.max(1, rate)) return { seek: want, rate };
  return { rate: rate * (1 + Math.max(-NUDGE, Math.min(NUDGE, off))) };
}

export const covers = (f: IndexFile | null, ms: number): f is IndexFile => f !== null && ms >= f.start_ms && ms < f.end_ms;

/** What the clock reads of the leading sound, as far as it is of use. */
export interface Lead {
  paused: boolean;
  ended: boolean;
  seeking: boolean;
  /** Where it is on the meeting clock. */
  ms: number;
}

/** The clock after `passed` milliseconds. A sound that stalls holds it; one that has ended or is not there lets it run. */
export function advance(at: number, passed: number, rate: number, mix: IndexFile | null, lead: Lead | undefined): number {
  if (lead === undefined || !covers(mix, at) || lead.ended) return at + passed * rate;
  if (lead.paused || lead.seeking) return at;
  return lead.ms;
}
