// What happened in a meeting, as the replay shows it: from the meeting's log and the recording's index.
import type { Attendance, Gap, MeetingEvent, RecordingIndex, Role } from "../../api/types";
import type { Span } from "./spans";

export interface Message {
  id: number;
  /** On the meeting clock; undefined when it has no moment of the recording. */
  ms: number | undefined;
  at: string;
  name: string;
  text: string;
}
export interface Coming {
  ms: number;
  participant: string;
  name: string;
  came: boolean;
}
export interface Stop {
  ms: number;
  name: string;
  reason: string;
}
export interface Person {
  participant: string;
  name: string;
  role: Role | undefined;
  organisation: string;
  host: boolean;
  speech: Span[];
  /** Own colour of the organisation, 1 to 6. */
  colour: number;
}

const textOf = (e: MeetingEvent, key: string): string => {
  const value = e.data?.[key];
  return typeof value === "string" ? value : "";
};

/** A moment that can be played: recorded, and in no gap of the whole meeting. */
export function playableMoment(index: RecordingIndex, ms: number | null): number | undefined {
  if (ms === null || ms < 0 || ms > index.duration_ms) return undefined;
  return index.gaps.some((g) => g.track === null && ms > g.start_ms && ms < g.end_ms) ? undefined : ms;
}

export function messages(events: readonly MeetingEvent[], index: RecordingIndex, nameOf: (e: MeetingEvent) => string): Message[] {
  return events
    .filter((e) => e.type === "chat")
    .map((e) => ({ id: e.event, ms: playableMoment(index, e.at_ms), at: e.at, name: nameOf(e), text: textOf(e, "text") }));
}

export function comings(events: readonly MeetingEvent[], index: RecordingIndex, nameOf: (e: MeetingEvent) => string): Coming[] {
  return events.flatMap((e) => {
    const came = e.type === "join" || e.type === "rejoin";
    if (!came && e.type !== "leave") return [];
    // Who was there before the recording began is there from its beginning.
    const ms = e.at_ms === null || e.at_ms < 0 ? (came ? 0 : undefined) : Math.min(e.at_ms, index.duration_ms);
    return ms === undefined ? [] : [{ ms, participant: e.participant, name: nameOf(e), came }];
  });
}

/** Who stopped the recording, and why: said where its gap begins. */
export function stops(events: readonly MeetingEvent[], nameOf: (e: MeetingEvent) => string): Stop[] {
  return events.flatMap((e) => {
    if (e.type !== "recording_stop" || e.at_ms === null) return [];
    return [{ ms: e.at_ms, name: textOf(e, "by") || nameOf(e), reason: textOf(e, "reason") }];
  });
}

const STOP_NEAR_MS = 5000;
export const stopOf = (list: readonly Stop[], gap: Gap): Stop | undefined =>
  gap.reason === "stopped" ? list.find((s) => Math.abs(s.ms - gap.start_ms) < STOP_NEAR_MS) : undefined;

/** Everybody who can be heard or seen, in the order in which they came, with what is known of them. */
export function peopleOf(index: RecordingIndex, known: readonly Attendance[]): Person[] {
  const ids = [...new Set([...index.tracks.map((x) => x.participant), ...known.filter((p) => p.joined_at !== null).map((p) => p.participant)])];
  const firms: string[] = [];
  // One colour an organisation; where all are of one, or none is known, one a person.
  const apart = new Set(known.map((p) => p.organisation).filter((o) => o !== "")).size > 1;
  return ids.map((participant) => {
    const who = known.find((p) => p.participant === participant);
    const name = who?.name ?? index.tracks.find((x) => x.participant === participant)?.name ?? "";
    const firm = !apart || who === undefined || who.organisation === "" ? participant : who.organisation;
    if (!firms.includes(firm)) firms.push(firm);
    const speech = index.speech.filter((s) => s.participant === participant).flatMap((s) => s.spans);
    return { participant, name, role: who?.role, organisation: who?.organisation ?? "", host: who?.host ?? false, speech, colour: (firms.indexOf(firm) % 6) + 1 };
  });
}

export const screenSpans = (index: RecordingIndex): Span[] => index.tracks.filter((x) => x.source === "screen").flatMap((x) => x.spans);

const SAME_MS = 400;

/** All moments worth a stop, in order: speeches, shared screens, comings and goings, messages, gaps. */
export function moments(index: RecordingIndex, people: readonly Person[], chat: readonly Message[], coming: readonly Coming[]): number[] {
  const all = [
    ...people.flatMap((p) => p.speech.map(([from]) => from)),
    ...screenSpans(index).map(([from]) => from),
    ...coming.map((c) => c.ms),
    ...chat.flatMap((m) => (m.ms === undefined ? [] : [m.ms])),
    ...index.gaps.map((g) => g.start_ms),
  ].sort((a, b) => a - b);
  return all.filter((ms, i) => i === 0 || ms - (all[i - 1] ?? 0) > SAME_MS);
}

export const talkingAt = (people: readonly Person[], ms: number): Person[] => people.filter((p) => p.speech.some(([from, to]) => ms >= from && ms <= to));

/** The message that was the last one at a moment. */
export function currentMessage(chat: readonly Message[], at: number): Message | undefined {
  let found: Message | undefined;
  for (const m of chat) if (m.ms !== undefined && m.ms <= at + 50) found = m;
  return found;
}
