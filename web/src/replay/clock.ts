// The arithmetic of a replay's clock. Times of the clock are milliseconds, of a media element seconds.
import type { IndexFile, RecordingIndex } from "../api/types";

export interface Fix {
  /** Jump there, in seconds. */
  seek?: number;
  rate: number;
}

/** It runs; it is held because something is not there yet; or nobody plays it, and what it shows has to be exact. */
export type Motion = "runs" | "held" | "still";

const CLOSE_S = 0.01;
const FAR_S = 0.5;
const STILL_S = 0.002;
const NUDGE = 0.25;
const GAIN = 3; // A picture is muted: nobody hears how it catches up.

/** How a picture that is at `have` gets to `want`: nothing, a little faster or slower the further it is off, or a jump. */
export function fix(want: number, have: number, motion: Motion, rate: number): Fix {
  const off = want - have;
  const far = Math.abs(off) >= FAR_S * Math.max(1, rate);
  if (motion === "still") return Math.abs(off) > STILL_S ? { seek: want, rate } : { rate };
  if (far) return { seek: want, rate };
  if (motion === "held" || Math.abs(off) <= CLOSE_S * Math.max(1, rate)) return { rate };
  return { rate: rate * (1 + Math.max(-NUDGE, Math.min(NUDGE, GAIN * off))) };
}

export const covers = (f: IndexFile | null, ms: number): f is IndexFile => f !== null && ms >= f.start_ms && ms < f.end_ms;

/** What the clock reads of the leading sound, as far as it is of use. */
export interface Lead {
  /** It does not play, or is on its way to where it shall. */
  stands: boolean;
  /** Nothing comes any more. */
  over: boolean;
  /** Where it is on the meeting clock. */
  ms: number;
}

const STEP_MS = 150;

/** The time of a sound that runs. Some browsers move it in steps, of 40 to 80 ms: between two of them it goes on as time does. */
export class Steady {
  private ms = NaN;
  private since: number | undefined;

  /** It stands at `ms`: nothing is known of its steps until it has made one. */
  stand(ms: number): void {
    this.ms = ms;
    this.since = undefined;
  }

  read(ms: number, now: number, rate: number): number {
    if (ms !== this.ms) {
      this.ms = ms;
      this.since = now;
    }
    return this.since === undefined ? ms : ms + Math.min(STEP_MS, now - this.since) * rate;
  }
}

/** The clock after `passed` milliseconds. A sound that stands holds it; one that is over or not there lets it run. */
export function advance(at: number, passed: number, rate: number, mix: IndexFile | null, lead: Lead | undefined): number {
  if (lead === undefined || !covers(mix, at) || lead.over) return at + passed * rate;
  return lead.stands ? at : lead.ms;
}

const EDGE_MS = 150;
const CUSHION_MS = 1500;

/** Up to where a recording can be played by now. While it is made, the sound is the last to be there. */
export function endOf(index: RecordingIndex): number {
  const end = index.state === "live" && index.mix !== null ? Math.min(index.mix.end_ms, index.duration_ms) : index.duration_ms;
  return Math.max(1, end);
}

/** Whether a clock at the end of what is there waits for more; once it waits, for a cushion that lasts until the next look. */
export function waitsForMore(at: number, end: number, rate: number, live: boolean, waits: boolean): boolean {
  return live && end - at < (waits ? CUSHION_MS : EDGE_MS) * Math.max(1, rate);
}
