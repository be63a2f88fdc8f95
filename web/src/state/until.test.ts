import { expect, test } from "vitest";
import { distance, isEarly } from "./until";

const at = Date.parse("2026-11-26T02:00:00Z");
const before = (ms: number) => distance(at, 60, at - ms);

test("days, hours and minutes until a meeting, rounded up, and how long it has been on", () => {
  const table: [number, string, number, number][] = [
    [1, "minutes", 1, 0],
    [60_000, "minutes", 1, 0],
    [60_001, "minutes", 2, 0],
    [59 * 60_000 + 1, "hours", 1, 0],
    [90 * 60_000, "hours", 1, 30],
    [24 * 3_600_000, "days", 1, 0],
    [50 * 3_600_000, "days", 2, 2],
    [0, "now", 0, 0],
    [-59_999, "now", 0, 0],
    [-60_000, "running", 1, 0],
    [-59 * 60_000, "running", 59, 0],
    [-60 * 60_000, "over", 60, 0],
  ];
  for (const [ms, of, a, b] of table) expect(before(ms), String(ms)).toEqual({ of, a, b });
});

test("half an hour before, the door is open", () => {
  expect(isEarly(at, at - 30 * 60_000)).toBe(false);
  expect(isEarly(at, at - 30 * 60_000 - 1)).toBe(true);
});
