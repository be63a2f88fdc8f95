import { expect, test } from "vitest";
import { advance, covers, fix } from "./clock";

const mix = { file: "tracks/mix.webm", type: "audio/webm", start_ms: 500, end_ms: 9000 };

test("a picture near enough is let be, a little off is nudged by as much as it is off, far off jumps", () => {
  expect(fix(10, 10.009, true, 1)).toEqual({ rate: 1 });
  expect(fix(10.05, 10, true, 2).rate).toBeCloseTo(2.1);
  expect(fix(10.2, 10, true, 2).rate).toBeCloseTo(2.2);
  expect(fix(10, 10.2, true, 1).rate).toBeCloseTo(0.9);
  expect(fix(10, 8, true, 1.5)).toEqual({ seek: 10, rate: 1.5 });
  expect(fix(10, 9, true, 3).seek).toBeUndefined();
});
test("standing still it is exact", () => {
  expect(fix(10, 10.001, false, 1)).toEqual({ rate: 1 });
  expect(fix(10, 10.01, false, 1)).toEqual({ seek: 10, rate: 1 });
});

const lead = { paused: false, ended: false, seeking: false, ms: 1700 };
test("the voice mix leads the clock where it has something", () => {
  expect(advance(1000, 16, 1, mix, lead)).toBe(1700);
  expect(advance(1000, 16, 1, mix, { ...lead, seeking: true })).toBe(1000);
  expect(advance(1000, 16, 1, mix, { ...lead, paused: true })).toBe(1000);
});
test("before it, after it, and without it the clock runs by itself", () => {
  expect(advance(100, 16, 2, mix, lead)).toBe(132);
  expect(advance(9500, 16, 1, mix, lead)).toBe(9516);
  expect(advance(8990, 16, 1, mix, { ...lead, ended: true })).toBe(9006);
  expect(advance(1000, 16, 1, null, undefined)).toBe(1016);
  expect(covers(mix, 499) || covers(mix, 9000)).toBe(false);
});
