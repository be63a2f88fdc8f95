import { expect, test } from "vitest";
import { byDay, isThisWeek, isTime, isToday, nextOf } from "./upcoming";

const now = new Date(2026, 10, 25, 9, 50).getTime(); // A Wednesday.
const at = (day: number, hour: number, state: "scheduled" | "live" | "ended" = "scheduled") => ({ starts_at: new Date(2026, 10, day, hour).toISOString(), state, duration_min: 60 });

test("it is time a quarter of an hour before, and as long as it is on", () => {
  expect(isTime(at(25, 10), now)).toBe(true);
  expect(isTime(at(25, 11), now)).toBe(false);
  expect(isTime(at(24, 9, "live"), now)).toBe(true);
  expect(isTime(at(25, 9, "ended"), now)).toBe(false);
});

test("next is what is on, then what begins next; what nobody began is past", () => {
  const list = [at(25, 14), at(25, 8), at(25, 10)];
  expect(nextOf(list, now)).toEqual(at(25, 10));
  expect(nextOf([...list, at(25, 7, "live")], now)).toEqual(at(25, 7, "live"));
  expect(nextOf([at(25, 8), at(24, 10, "ended")], now)).toBeUndefined();
});

test("days and weeks are the viewer's", () => {
  expect(byDay([at(25, 10), at(25, 14), at(27, 9)]).map((d) => d.meetings.length)).toEqual([2, 1]);
  expect(isThisWeek(at(29, 23), now)).toBe(true);
  expect(isThisWeek(at(30, 0), now)).toBe(false);
  expect(isToday(at(25, 23), now)).toBe(true);
  expect(isToday(at(26, 0), now)).toBe(false);
});
