// What happened in a project, in one line of time: its stages, its meetings, their recordings.
import type { Held, MeetingBrief, ProjectPage, Stage } from "../api/types";

export type Happening =
  | { at: string; what: "made" }
  | { at: string; what: "moved"; who: string; to: Stage; reason: string }
  | { at: string; what: "met"; meeting: Held }
  | { at: string; what: "recorded"; meeting: Held };

/** The latest first. A meeting is told when somebody was there; its recording from when it began. */
export function happenings(p: Pick<ProjectPage, "created_at" | "moves">, held: Held[]): Happening[] {
  const list: Happening[] = [{ at: p.created_at, what: "made" }];
  for (const m of p.moves) list.push({ at: m.at, what: "moved", who: m.who, to: m.to, reason: m.reason });
  for (const meeting of held) {
    if (meeting.people.length > 0) list.push({ at: meeting.starts_at, what: "met", meeting });
    if (meeting.recording !== null) list.push({ at: meeting.recording.started_at, what: "recorded", meeting });
  }
  return list.map((h, i) => ({ h, i })).sort((a, b) => Date.parse(b.h.at) - Date.parse(a.h.at) || b.i - a.i).map(({ h }) => h);
}

const ORDER: Partial<Record<string, number>> = { live: 0, scheduled: 1 };
const rank = (m: MeetingBrief): number => ORDER[m.state] ?? 2;
export const isOver = (m: Pick<MeetingBrief, "state">): boolean => m.state !== "live" && m.state !== "scheduled";
/** What is on first, then what comes next, then what was last. */
export function inOrder<M extends MeetingBrief>(meetings: M[]): M[] {
  const at = (m: MeetingBrief): number => Date.parse(m.starts_at);
  return [...meetings].sort((a, b) => rank(a) - rank(b) || (isOver(a) ? at(b) - at(a) : at(a) - at(b)));
}
