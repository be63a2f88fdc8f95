import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nextWait } from "../api/socket";
import { browserOf, stepsFor } from "../rtc/browser";
import { cure } from "../rtc/line";
import { gradeOf } from "../rtc/probe";
import { sessionOf } from "../rtc/recv";
import { between, count } from "../rtc/stats";
import { troubleOf } from "../rtc/devices";
import { inOrder } from "../views/project";
import { placeAfter } from "../views/login";
import { badge, room } from "./recording";
import { excess, initial } from "./text";
import { readStub } from "./ticket";
import { Toasts } from "./toasts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("notices come two seconds apart, the urgent one at once", () => {
  const toasts = new Toasts();
  const shown = () => toasts.current.value?.text;
  toasts.say("a");
  toasts.say("b");
  expect(shown()).toBe("a");
  vi.advanceTimersByTime(1999);
  expect(shown()).toBe("a");
  vi.advanceTimersByTime(1);
  expect(shown()).toBe("b");
  toasts.say("c");
  toasts.say("stop", true);
  expect(shown()).toBe("stop");
  vi.advanceTimersByTime(4999);
  expect(shown()).toBe("stop");
  toasts.say("d");
  vi.advanceTimersByTime(1);
  expect(shown()).toBe("d"); // "c" has waited too long to be news.
  vi.advanceTimersByTime(5000);
  expect(shown()).toBeUndefined();
});
test("of a crowd only the latest are said", () => {
  const toasts = new Toasts();
  for (let i = 0; i < 20; i++) toasts.say(String(i));
  const seen: (string | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    seen.push(toasts.current.value?.text);
    vi.advanceTimersByTime(2000);
  }
  expect(seen.slice(0, 5)).toEqual(["0", "17", "18", "18", "18"]);
});

test("coming back is quick for a minute, then rarer", () => {
  expect(nextWait(250, 0)).toBe(375);
  expect(nextWait(1900, 10_000)).toBe(2000);
  expect(nextWait(9000, 61_000)).toBe(10_000);
});

test("a connection is restarted twice, then made anew", () => {
  expect(cure("connected", 0)).toBe("nothing");
  expect(cure("connecting", 1)).toBe("nothing");
  expect(cure("disconnected", 0)).toBe("wait");
  expect(cure("failed", 0)).toBe("restart");
  expect(cure("disconnected", 1)).toBe("restart");
  expect(cure("failed", 2)).toBe("rebuild");
});

test("the session of an SDP", () => {
  expect(sessionOf("v=0\r\no=yunjian 77123 4 IN IP4 0.0.0.0\r\ns=-\r\n")).toBe("77123");
  expect(sessionOf("rubbish")).toBe("");
});

const AGENTS: [string, string, boolean][] = [
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "chrome", false],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0", "edge", false],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "firefox", false],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15", "safari", false],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1", "safari", true],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1", "chrome", true],
  ["Mozilla/5.0 (Linux; Android 16; V2) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0 Mobile Safari/537.36 XWEB/1 MMWEBSDK/1 MicroMessenger/8.0.60", "wechat", true],
  ["Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 AliApp(DingTalk/7.6)", "dingtalk", true],
  ["curl/8", "other", false],
];
test.each(AGENTS)("which browser is %s", (agent, name, phone) => {
  expect(browserOf(agent)).toEqual({ name, phone });
});
test("three steps for every browser, each with something to press", () => {
  for (const [agent] of AGENTS) {
    const steps = stepsFor(browserOf(agent));
    expect(steps.length).toBe(3);
    expect(steps.every((s) => s.picture.some((m) => m.marked === true))).toBe(true);
  }
});

test("why a device did not open", () => {
  const named = (name: string) => Object.assign(new Error(), { name });
  expect(["NotAllowedError", "NotReadableError", "NotFoundError", "OverconstrainedError"].map((n) => troubleOf(named(n)))).toEqual(["denied", "busy", "missing", "missing"]);
});

test("network by the time of an answer", () => {
  expect([gradeOf(20), gradeOf(300), gradeOf(900), gradeOf(undefined)]).toEqual(["good", "fair", "poor", "lost"]);
});

test("own quality comes from what was counted between two looks", () => {
  const rows = (bytes: number, got: number, lost: number) => [
    { type: "outbound-rtp", bytesSent: bytes },
    { type: "inbound-rtp", bytesReceived: bytes * 2, packetsReceived: got, packetsLost: lost },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.0314 },
    { type: "candidate-pair", currentRoundTripTime: 9 },
  ];
  const first = count(rows(1000, 100, 0), 0);
  expect(between(first, count(rows(3500, 195, 5), 2000))).toEqual({ rttMs: 31, lossPercent: 5, upBps: 10_000, downBps: 20_000 });
  expect(between(first, count(rows(10, 1, 0), 2000))).toBeUndefined();
});

const rec = { since: new Date(1_000_000).toISOString(), by: "H", reason: "lunch", hours_left: 3 };
test("the badge of each state", () => {
  const look = (state: "off" | "on" | "starting" | "stopped" | "failed", resumed = 0) => badge({ ...rec, state }, resumed, 1_061_000);
  expect(badge(undefined, 0, 0).text).toBe("rec_off");
  expect(look("on")).toEqual({ look: "on", text: "rec_on", args: [], runs: 61_000 });
  expect(look("on", 1_059_000).look).toBe("resumed");
  expect(look("on", 1_057_000).look).toBe("on");
  expect(look("stopped")).toMatchObject({ look: "stopped", text: "rec_stopped", args: ["H"] });
  expect(look("failed")).toMatchObject({ look: "stopped", text: "rec_failed", runs: undefined });
});
test("how long the disk lasts", () => {
  expect(room(0)).toBeUndefined();
  expect(room(0.5)).toEqual({ text: "rec_hours_low", args: [30], low: true });
  expect(room(66.7)).toEqual({ text: "rec_hours", args: [66], low: false });
  expect(room(1234)).toEqual({ text: "rec_hours", args: [1230], low: false });
});

test("a ticket is of use on its own page only", () => {
  const kept = JSON.stringify({ token: "t", participant: "p", meeting: "m", at: "https://x/j#1", muted: true });
  expect(readStub(kept, "https://x/j#1")).toEqual({ token: "t", participant: "p", meeting: "m", at: "https://x/j#1", muted: true, cameraOff: false });
  expect(readStub(kept, "https://x/j#2")).toBeUndefined();
  expect(readStub("{broken", "https://x/j#1")).toBeUndefined();
  expect(readStub("null", "")).toBeUndefined();
  expect(readStub("", "")).toBeUndefined();
});

test("texts are measured as the server does", () => {
  expect(excess("abc", 3)).toBe(0);
  expect(excess("汉字", 3)).toBe(1);
  expect(excess("汉字", 2)).toBe(2);
  expect(excess("a😀", 4)).toBe(1);
  expect([initial("吴大勇"), initial("😀x"), initial("")]).toEqual(["吴", "😀", ""]);
});

test("after signing in only a place of this server", () => {
  expect(placeAfter("?to=%2Fm%2F1")).toBe("/m/1");
  for (const bad of ["", "?to=https://evil", "?to=//evil", "?to=/\\evil"]) expect(placeAfter(bad)).toBe("/projects");
});

test("meetings: what is on, what comes next, what was last", () => {
  const m = (id: string, state: "live" | "scheduled" | "ended", day: number) => ({ id, state, starts_at: `2026-11-${day}T10:00:00Z`, kind: "review" as const, title: id, host_name: "" });
  expect(inOrder([m("old", "ended", 10), m("later", "scheduled", 28), m("next", "scheduled", 27), m("last", "ended", 20), m("on", "live", 26)]).map((x) => x.id)).toEqual(["on", "next", "later", "last", "old"]);
});
