// Which meeting is next, and whether it is time to go in.
import type { Meeting } from "../api/types";

/** From so long before its start a meeting is offered to be entered. */
export const EARLY_MS = 15 * 60_000;
const DAY_MS = 86_400_000;

const startOf = (m: Pick<Meeting, "starts_at">): number => Date.parse(m.starts_at);
export const isTime = (m: Pick<Meeting, "starts_at" | "state">, now: number): boolean => m.state === "live" || (m.state === "scheduled" && startOf(m) - now <= EARLY_MS);

/** The one that is on; else the one that begins next; a meeting that nobody began is past when its time is over. */
export function nextOf<M extends Pick<Meeting, "starts_at" | "state" | "duration_min">>(list: M[], now: number): M | undefined {
  const coming = list.filter((m) => m.state === "live" || (m.state === "scheduled" && startOf(m) + m.duration_min * 60_000 > now));
  return coming.sort((a, b) => Number(b.state === "live") - Number(a.state === "live") || startOf(a) - startOf(b))[0];
}

export const midnightOf = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);

/** By the viewer's days, the earliest first. */
export function byDay<M extends Pick<Meeting, "starts_at">>(list: M[]): { day: string; meetings: M[] }[] {
  const days: { day: string; key: number; meetings: M[] }[] = [];
  for (const m of list) {
    const key = midnightOf(startOf(m));
    const last = days.at(-1);
    if (last?.key === key) last.meetings.push(m);
    else days.push({ key, day: m.starts_at, meetings: [m] });
  }
  return days;
}

/** Up to the end of Sunday, and of today at least. */
export function isThisWeek(m: Pick<Meeting, "starts_at">, now: number): boolean {
  const weekday = (new Date(now).getDay() + 6) % 7;
  return startOf(m) < midnightOf(now) + (7 - weekday) * DAY_MS;
}
export const isToday = (m: Pick<Meeting, "starts_at">, now: number): boolean => midnightOf(startOf(m)) === midnightOf(now);
