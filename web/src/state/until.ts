// How far away a meeting's beginning is.
const MINUTE = 60_000;

export type Until = "days" | "hours" | "minutes" | "now" | "running" | "over";
/** From when on a guest's link leads straight to the door. */
export const EARLY_MS = 30 * MINUTE;

export interface Distance {
  of: Until;
  /** Days and hours, hours and minutes, or minutes alone. */
  a: number;
  b: number;
}

/** Rounded up to minutes: "in 1 min" until the moment comes. */
export function distance(startMs: number, minutes: number, nowMs: number): Distance {
  const left = startMs - nowMs;
  if (left <= 0) {
    const since = Math.floor(-left / MINUTE);
    if (since < 1) return { of: "now", a: 0, b: 0 };
    return since < minutes ? { of: "running", a: since, b: 0 } : { of: "over", a: since, b: 0 };
  }
  const m = Math.ceil(left / MINUTE);
  if (m < 60) return { of: "minutes", a: m, b: 0 };
  const h = Math.floor(m / 60);
  return h < 24 ? { of: "hours", a: h, b: m % 60 } : { of: "days", a: Math.floor(h / 24), b: h % 24 };
}

export const isEarly = (startMs: number, nowMs: number): boolean => startMs - nowMs > EARLY_MS;
