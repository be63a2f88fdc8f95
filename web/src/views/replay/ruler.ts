// The ruler of the timeline: which part of the recording is shown, and round moments on it.
const SECOND = 1000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].map((s) => s * SECOND);
const DAY = 86_400 * SECOND;

export interface Window {
  from: number;
  to: number;
}

/** Round moments from `from` to `to`, at most `most` of them. */
export function ticks({ from, to }: Window, most: number): number[] {
  const step = STEPS.find((s) => (to - from) / s <= most - 1) ?? DAY;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, i) => (first + i) * step);
}

const SHORTEST = 10 * SECOND;

export const whole = (total: number): Window => ({ from: 0, to: Math.max(1, total) });

/** A part of `span` around `centre`, inside the recording. */
function around(centre: number, span: number, total: number): Window {
  const long = Math.min(Math.max(1, total), Math.max(SHORTEST, span));
  const from = Math.max(0, Math.min(total - long, centre - long / 2));
  return { from, to: from + long };
}

/** Nearer (factor < 1) or farther, so that `centre` stays where it is on the screen. */
export function zoom(w: Window, factor: number, centre: number, total: number): Window {
  const span = (w.to - w.from) * factor;
  const part = (centre - w.from) / (w.to - w.from);
  return around(centre + (0.5 - part) * span, span, total);
}

export function pan(w: Window, parts: number, total: number): Window {
  const span = w.to - w.from;
  return around(w.from + span / 2 + span * parts, span, total);
}

/** Turns the page when the clock has left the part that is shown. */
export function follow(w: Window, at: number, total: number): Window {
  if (at >= w.from && at <= w.to) return w;
  const span = w.to - w.from;
  return around(at + span * 0.4, span, total);
}

export const isWhole = (w: Window, total: number): boolean => w.to - w.from >= Math.max(1, total) - 1;
/** The deepest zoom that makes sense has been reached. */
export const isClosest = (w: Window): boolean => w.to - w.from <= SHORTEST;
export const part = (w: Window, ms: number): number => (ms - w.from) / (w.to - w.from);
