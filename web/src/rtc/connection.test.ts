import { expect, test } from "vitest";
import { troubleOf } from "./devices";
import { cure } from "./line";
import { gradeOf } from "./probe";
import { sessionOf } from "./recv";
import { between, count } from "./stats";

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
