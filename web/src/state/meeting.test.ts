import { beforeEach, expect, test } from "vitest";
import type { Notice, Participant, Recording, Welcome } from "../api/types";
import { MeetingState, recordingNews } from "./meeting";

const person = (participant: string, more: Partial<Participant> = {}): Participant => ({
  participant, name: participant.toUpperCase(), organisation: "", role: "expert", host: false, state: "in", quality: "good", rtt_ms: 0, loss_permille: 0, muted: [], ...more,
});
const recording = (state: Recording["state"], more: Partial<Recording> = {}): Recording => ({ state, since: "2026-11-24T10:00:00Z", by: "", reason: "", hours_left: 9, ...more });
const welcome: Welcome = {
  type: "ok", id: 1, participant: "me", name: "Me", role: "expert", host: false, state: "in", media: false, sends: false, receives: false, ice_servers: [], server_time: "",
  meeting: { id: "m", kind: "review", title: "", host_name: "", starts_at: "", state: "live", record_auto: true },
  rights: { admit: false, record: true, end: false, take_over: true },
};
const snapshot = (participants: Participant[], state: Recording["state"] = "off"): Notice => ({
  type: "snapshot", participants, tracks: [], waiting: [], chat: [], recording: recording(state), speaker: null, watchers: 0, host: false, rights: welcome.rights,
});
const chat = (n: number, participant: string): Notice => ({ type: "chat", chat: n, participant, name: participant, text: "t", at: "", key: "k" });

let m: MeetingState;
beforeEach(() => {
  m = new MeetingState();
  m.me.value = welcome;
  m.take(snapshot([person("me"), person("h", { host: true })]));
});

test("who comes and goes is said once, and oneself never", () => {
  expect(m.take({ type: "participant", ...person("a") })?.text).toBe("joined");
  expect(m.take({ type: "participant", ...person("a", { quality: "poor" }) })).toBeUndefined();
  expect(m.take({ type: "participant", ...person("me", { quality: "poor" }) })).toBeUndefined();
  expect(m.take({ type: "participant_left", participant: "a", reason: "gone" })).toEqual({ text: "fell_away", args: ["A"], urgent: false });
  expect(m.participants.value.map((p) => p.participant)).toEqual(["me", "h"]);
});

test("who leaves takes tracks and pin along", () => {
  m.take({ type: "participant", ...person("a") });
  m.take({ type: "track", track: "1", participant: "a", source: "camera", kind: "video", muted: false, paused_by_host: false });
  m.pinned.value = "a";
  m.take({ type: "participant_left", participant: "a", reason: "removed" });
  expect(m.tracks.value).toEqual([]);
  expect(m.pinned.value).toBeUndefined();
});

test("a message sent again is one message, and one's own is not unread", () => {
  expect(m.take(chat(1, "h"))?.text).toBe("chat_from");
  expect(m.take(chat(1, "h"))).toBeUndefined();
  expect(m.take(chat(2, "me"))).toBeUndefined();
  expect(m.chat.value.length).toBe(2);
  expect(m.unread.value).toBe(1);
});

test("one's own voice does not change who was heard last", () => {
  m.take({ type: "speaker", participant: "h" });
  m.take({ type: "speaker", participant: "me" });
  expect(m.speaker.value).toBe("me");
  expect(m.heard.value).toBe("h");
});

test("hours left are told often and are no news; stopping is urgent and has its reason", () => {
  expect(recordingNews(undefined, recording("on"))).toBeUndefined();
  expect(recordingNews(recording("on"), recording("on", { hours_left: 3 }))).toBeUndefined();
  expect(recordingNews(recording("on"), recording("stopped", { by: "H", reason: "lunch" }))).toEqual({ text: "rec_stopped_why", args: ["H", "lunch"], urgent: true });
  expect(recordingNews(recording("on"), recording("failed"))).toBeUndefined();
});

test("a recording that comes back after a fault is shown as resumed, one that begins is not", () => {
  m.take({ ...recording("on"), type: "recording" });
  expect(m.resumedAt.value).toBe(0);
  m.take({ ...recording("failed"), type: "recording" });
  expect(m.take({ ...recording("on"), type: "recording" })?.text).toBe("rec_resumed");
  expect(m.resumedAt.value).toBeGreaterThan(0);
});

test("the managers see how many displays watch", () => {
  const m = new MeetingState();
  m.take({ ...(snapshot([person("me")]) as Extract<Notice, { type: "snapshot" }>), watchers: 3 });
  expect(m.watchers.value).toBe(3);
  m.take({ type: "watchers", count: 1 });
  expect(m.watchers.value).toBe(1);
});

test("there is one host, and the snapshot says what oneself has become", () => {
  expect(m.take({ type: "host", participant: "me", name: "Me" })?.text).toBe("you_host");
  expect(m.participants.value.filter((p) => p.host).map((p) => p.participant)).toEqual(["me"]);
  expect(m.me.value?.rights.admit).toBe(false);
  m.take({ ...(snapshot([person("me", { host: true })]) as Extract<Notice, { type: "snapshot" }>), host: true, rights: { admit: true, record: true, end: true, take_over: true } });
  expect(m.me.value?.rights.admit).toBe(true);
  expect(m.me.value?.host).toBe(true);
});

test("the host is away when no host is in", () => {
  expect(m.hostAway.value).toBe(false);
  m.take({ type: "participant", ...person("h", { host: true, state: "reconnecting" }) });
  expect(m.hostAway.value).toBe(true);
});

test("the waiting list, and the lobby's word", () => {
  const knock: Notice = { type: "waiting", participant: "w", name: "W", organisation: "", role: "customer" };
  expect(m.take(knock)?.text).toBe("knocks");
  expect(m.take(knock)).toBeUndefined();
  m.take({ type: "waiting_left", participant: "w" });
  expect(m.waiting.value).toEqual([]);
  m.take({ type: "lobby", host_here: false });
  expect(m.hostHere.value).toBe(false);
});
