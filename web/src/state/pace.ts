// Averages, as a page shows them.
import type { Done, Pace } from "../api/types";

/** What a utility that works like this has published: working days before and since. */
export const THEN_DAYS = 30;
export const WITH_DAYS = 16;

export const average = (d: Done): number | undefined => (d.projects === 0 ? undefined : d.days / d.projects);

export interface Totals {
  open: number;
  late: number;
  more: number;
  most: number;
}
/** Projects that run, and how many of them are late by how much. */
export function totals(pace: Pace): Totals {
  const sum = { open: 0, late: 0, more: 0, most: 0 };
  for (const s of pace.stages) {
    if (s.stage === "closed" || s.stage === "withdrawn") continue;
    sum.open += s.projects;
    sum.late += s.late;
    sum.more += s.late_more;
    sum.most += s.late_most;
  }
  return sum;
}
