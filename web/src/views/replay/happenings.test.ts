import { expect, test } from "vitest";
import type { Attendance, IndexTrack, MeetingEvent, RecordingIndex } from "../../api/types";
import { comings, currentMessage, messages, moments, peopleOf, playableMoment, stopOf, stops, talkingAt } from "./happenings";

const track = (n: number, participant: string, source: IndexTrack["source"], spans: [number, number][]): IndexTrack => ({
  track: n, kind: source === "microphone" ? "audio" : "video", source, participant, name: participant.toUpperCase(), codec: "VP8", spans, files: [],
});
const index: RecordingIndex = {
  version: 1, meeting: "m", state: "final", started_at: "2026-11-24T10:00:00.000Z", duration_ms: 60_000, mix: null,
  tracks: [track(1, "a", "camera", [[0, 60_000]]), track(2, "b", "microphone", [[5000, 60_000]]), track(3, "b", "screen", [[30_000, 35_000]])],
  gaps: [{ start_ms: 10_000, end_ms: 12_000, reason: "stopped", track: null }, { start_ms: 20_000, end_ms: 22_000, reason: "loss", track: 1 }],
  speech: [{ participant: "a", spans: [[1000, 2000], [8000, 9000]] }, { participant: "b", spans: [[1200, 3000]] }],
};
const event = (n: number, at_ms: number | null, type: string, participant: string, data: Record<string, unknown> | null = null): MeetingEvent => ({
  event: n, at: "2026-11-24T10:00:00.000Z", at_ms, type, participant, name: "", data,
});
const person = (participant: string, organisation: string, more: Partial<Attendance> = {}): Attendance => ({
  participant, name: `${participant}!`, organisation, role: "customer", host: false, joined_at: "x", left_at: null, present_ms: 1, here: true, identity: "stated_unverified" as const, phone: "", consent_at: "x", ...more,
});
const nameOf = (e: MeetingEvent): string => e.participant;
const events = [
  event(1, -500, "join", "a"), event(2, 5000, "join", "b"), event(3, null, "chat", "a", { text: "before" }), event(4, 8100, "chat", "b", { text: "now" }),
  event(5, 11_000, "chat", "b", { text: "in the gap" }), event(6, 10_100, "recording_stop", "a", { by: "A", reason: "secret" }),
  event(7, 61_000, "leave", "b"), event(8, 3, "dance", "b"), event(9, -400, "leave", "c"), event(11, 30_000, "rejoin", "b"), event(10, 40_000, "chat", "b", { text: 7 }),
];

test("a message has a moment only where there is a recording", () => {
  expect(messages(events, index, nameOf).map((m) => [m.text, m.ms])).toEqual([["before", undefined], ["now", 8100], ["in the gap", undefined], ["", 40_000]]);
  expect([playableMoment(index, 10_000), playableMoment(index, 12_000), playableMoment(index, 21_000), playableMoment(index, 60_001)]).toEqual([10_000, 12_000, 21_000, undefined]);
});

test("who was there before the recording is there from its beginning; who left before is not in it", () => {
  expect(comings(events, index, nameOf).map((c) => [c.participant, c.ms, c.came])).toEqual([["a", 0, true], ["b", 5000, true], ["b", 60_000, false], ["b", 30_000, true]]);
});

test("a stop is told with its gap", () => {
  const list = stops(events, nameOf);
  expect(index.gaps.map((g) => stopOf(list, g)?.reason)).toEqual(["secret", undefined]);
});

test("people in the order in which they came, a colour an organisation", () => {
  const people = peopleOf(index, [person("c", "X"), person("b", "Y", { host: true }), person("a", "X"), person("d", "", { joined_at: null })]);
  expect(people.map((p) => [p.name, p.colour, p.host, p.speech.length])).toEqual([["a!", 1, false, 2], ["b!", 2, true, 1], ["c!", 1, false, 0]]);
  expect(peopleOf(index, [person("a", "X"), person("b", "X"), person("c", "")]).map((p) => p.colour)).toEqual([1, 2, 3]); // of one organisation: a colour each
  expect(peopleOf(index, []).map((p) => [p.name, p.role, p.colour])).toEqual([["A", undefined, 1], ["B", undefined, 2]]);
});

test("moments worth a stop, near ones once", () => {
  const people = peopleOf(index, []);
  expect(moments(index, people, messages(events, index, nameOf), comings(events, index, nameOf))).toEqual([0, 1000, 5000, 8000, 10_000, 20_000, 30_000, 40_000, 60_000]);
});

test("who speaks, and which message was last", () => {
  const people = peopleOf(index, []);
  expect([1500, 2500, 5000].map((ms) => talkingAt(people, ms).map((p) => p.participant).join())).toEqual(["a,b", "b", ""]);
  const chat = messages(events, index, nameOf);
  expect([0, 8099, 39_000, 50_000].map((ms) => currentMessage(chat, ms)?.id)).toEqual([undefined, 4, 4, 10]);
});
