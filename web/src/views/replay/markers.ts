// Marks on the timeline: those too near to be pressed apart become one with a count.
export interface Mark {
  ms: number;
}
export interface Cluster<T extends Mark> {
  items: T[];
  /** Where it stands: at its first. */
  ms: number;
}

export const NEAR_PX = 24;

/** @param pxPerMs how many pixels a millisecond has. Two clusters stand at least NEAR_PX apart. */
export function cluster<T extends Mark>(marks: readonly T[], pxPerMs: number): Cluster<T>[] {
  const out: Cluster<T>[] = [];
  for (const mark of [...marks].sort((a, b) => a.ms - b.ms)) {
    const last = out.at(-1);
    if (last !== undefined && (mark.ms - last.ms) * pxPerMs < NEAR_PX) last.items.push(mark);
    else out.push({ items: [mark], ms: mark.ms });
  }
  return out;
}

/** Pressing a cluster goes to its first; pressing it again steps through the others. */
export function stepIn<T extends Mark>(c: Cluster<T>, at: number): T | undefined {
  const here = c.items.findIndex((m) => Math.abs(m.ms - at) < 1);
  return here < 0 ? c.items[0] : (c.items.find((m, i) => i > here && m.ms > at + 1) ?? c.items[0]);
}

/** While it plays the clock has gone on a little since the mark one has just heard: then "previous" is the one before. */
const GRACE_MS = 1500;

export function nextMark(list: readonly number[], at: number): number | undefined {
  return list.find((ms) => ms > at + 1);
}
export function previousMark(list: readonly number[], at: number, playing: boolean): number | undefined {
  const before = at - (playing ? GRACE_MS : 1);
  return [...list].reverse().find((ms) => ms < before);
}
