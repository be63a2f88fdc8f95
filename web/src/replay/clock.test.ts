import { expect, test } from "vitest";
import type { RecordingIndex } from "../api/types";
import { advance, covers, endOf, fix, Steady, waitsForMore } from "./clock";

const mix = { file: "tracks/mix.webm", type: "audio/webm", start_ms: 500, end_ms: 9000 };

test("a picture near enough is let be, a little off is nudged by as much as it is off, far off jumps", () => {
  expect(fix(10, 10.009, "runs", 1)).toEqual({ rate: 1 });
  expect(fix(10.05, 10, "runs", 2).rate).toBeCloseTo(2.3);
  expect(fix(10.2, 10, "runs", 2).rate).toBeCloseTo(2.5);
  expect(fix(10, 10.2, "runs", 1).rate).toBeCloseTo(0.75);
  expect(fix(10, 8, "runs", 1.5)).toEqual({ seek: 10, rate: 1.5 });
  expect(fix(10, 9, "runs", 3).seek).toBeUndefined();
});
test("a nudged picture is within 10 ms soon, at any speed, and never jumps", () => {
  for (const rate of [0.5, 1, 2, 3]) {
    let have = 10 - 0.12 * rate;
    let want = 10;
    for (let n = 0; n < 90; n++, want += 0.016 * rate) {
      const f = fix(want, have, "runs", rate);
      expect(f.seek).toBeUndefined();
      have += 0.016 * f.rate;
    }
    expect(Math.abs(want - have)).toBeLessThan(0.0101 * Math.max(1, rate));
  }
});
test("standing still it is exact; held it is let be", () => {
  expect(fix(10, 10.001, "still", 1)).toEqual({ rate: 1 });
  expect(fix(10, 10.01, "still", 1)).toEqual({ seek: 10, rate: 1 });
  expect(fix(10, 10.1, "held", 1)).toEqual({ rate: 1 });
  expect(fix(10, 12, "held", 1)).toEqual({ seek: 10, rate: 1 });
});

const lead = { stands: false, over: false, ms: 1700 };
test("the voice mix leads the clock where it has something", () => {
  expect(advance(1000, 16, 1, mix, lead)).toBe(1700);
  expect(advance(1000, 16, 1, mix, { ...lead, stands: true })).toBe(1000);
});
test("before it, after it, and without it the clock runs by itself", () => {
  expect(advance(100, 16, 2, mix, lead)).toBe(132);
  expect(advance(9500, 16, 1, mix, lead)).toBe(9516);
  expect(advance(8990, 16, 1, mix, { ...lead, over: true, stands: true })).toBe(9006);
  expect(advance(1000, 16, 1, null, undefined)).toBe(1016);
  expect(covers(mix, 499) || covers(mix, 9000)).toBe(false);
});

test("what is still made ends where its sound ends, and is waited for there until there is a cushion", () => {
  const index = { state: "live", duration_ms: 9500, mix } as RecordingIndex;
  expect(endOf(index)).toBe(9000);
  expect(endOf({ ...index, state: "final" })).toBe(9500);
  expect(endOf({ ...index, mix: null })).toBe(9500);
  expect(waitsForMore(8000, 9000, 1, true, false)).toBe(false);
  expect(waitsForMore(8900, 9000, 1, true, false)).toBe(true);
  expect(waitsForMore(8000, 9000, 1, true, true)).toBe(true);
  expect(waitsForMore(7400, 9000, 1, true, true)).toBe(false);
  expect(waitsForMore(8999, 9000, 1, false, true)).toBe(false);
});

test("a sound whose time moves in steps is read as one that runs", () => {
  const steady = new Steady();
  steady.stand(1000);
  expect([steady.read(1000, 0, 1), steady.read(1000, 16, 1)]).toEqual([1000, 1000]); // asked to play, and not begun
  expect([steady.read(1075, 32, 1), steady.read(1075, 48, 1), steady.read(1075, 96, 1)]).toEqual([1075, 1091, 1139]);
  expect([steady.read(1150, 107, 1), steady.read(1150, 117, 2)]).toEqual([1150, 1170]);
  expect(steady.read(1150, 9000, 1)).toBe(1300); // it has stopped without a word: so does the clock, soon
  steady.stand(1150);
  expect(steady.read(1150, 9016, 1)).toBe(1150);
});
