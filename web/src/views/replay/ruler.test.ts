import { expect, test } from "vitest";
import { follow, isClosest, isWhole, pan, ticks, whole, zoom } from "./ruler";

const HOUR = 3_600_000;

test("ruler marks are round, few, and inside", () => {
  expect(ticks({ from: 0, to: 10_000 }, 9)).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
  expect(ticks({ from: 0, to: 4 * HOUR }, 9)).toEqual(Array.from({ length: 9 }, (_, i) => i * 1_800_000));
  expect(ticks({ from: 3_599_500, to: 3_609_500 }, 6)).toEqual([3_600_000, 3_602_000, 3_604_000, 3_606_000, 3_608_000]);
  for (const span of [1, 7, 40, 3 * 60, 77 * 60, 5 * 3600, 30 * 3600].map((s) => s * 1000))
    for (const most of [3, 9]) expect([span, ticks({ from: 123, to: 123 + span }, most).length <= most]).toEqual([span, true]);
});

test("zooming keeps the point under the pointer", () => {
  const w = zoom({ from: 0, to: 4 * HOUR }, 0.5, HOUR, 4 * HOUR);
  expect(w).toEqual({ from: HOUR / 2, to: 2.5 * HOUR });
  expect(zoom(w, 2, HOUR, 4 * HOUR)).toEqual({ from: 0, to: 4 * HOUR });
  expect(isWhole(zoom(w, 100, HOUR, 4 * HOUR), 4 * HOUR)).toBe(true);
  expect(isClosest(zoom(w, 0.0001, HOUR, 4 * HOUR))).toBe(true);
  expect(zoom(whole(4000), 0.5, 2000, 4000)).toEqual({ from: 0, to: 4000 }); // nothing shorter than 10 s
});

test("moving and following stay inside the recording", () => {
  const w = { from: 0, to: HOUR };
  expect(pan(w, 0.5, 4 * HOUR)).toEqual({ from: HOUR / 2, to: 1.5 * HOUR });
  expect(pan(w, -1, 4 * HOUR)).toEqual(w);
  expect(pan(w, 99, 4 * HOUR)).toEqual({ from: 3 * HOUR, to: 4 * HOUR });
  expect(follow(w, HOUR - 1, 4 * HOUR)).toBe(w);
  const turned = follow(w, HOUR + 1, 4 * HOUR);
  expect(turned.from).toBeCloseTo(0.9 * HOUR, -2);
  expect(turned.to - turned.from).toBe(HOUR);
});
