import { expect, test } from "vitest";
import { dayAfter, differs, localIn, momentOf, weekday } from "./zone";

const utc = (text: string): number => Date.parse(text);

test("a day and a time stand for the moment when the zone's clocks show them", () => {
  const table: [string, string, string, string][] = [
    ["2026-11-26", "10:00", "Asia/Shanghai", "2026-11-26T02:00:00Z"],
    ["2026-11-26", "00:00", "Asia/Shanghai", "2026-11-25T16:00:00Z"],
    ["2026-11-26", "23:59", "America/Los_Angeles", "2026-11-27T07:59:00Z"],
    ["2026-06-01", "12:00", "Europe/Berlin", "2026-06-01T10:00:00Z"],
    ["2026-11-26", "12:00", "Asia/Kathmandu", "2026-11-26T06:15:00Z"],
    ["2026-03-29", "02:30", "Europe/Berlin", "2026-03-29T01:30:00Z"], // left out: clocks then show 03:30
    ["2026-10-25", "02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"], // comes twice: the first
    ["2026-10-25", "03:30", "Europe/Berlin", "2026-10-25T02:30:00Z"],
  ];
  for (const [day, time, zone, want] of table) expect(new Date(momentOf({ day, time }, zone)).toISOString(), `${day} ${time} ${zone}`).toBe(new Date(want).toISOString());
});

test("what is no day or time is no moment", () => {
  for (const l of [{ day: "", time: "10:00" }, { day: "2026-11-26", time: "" }, { day: "2026-13-01", time: "10:00" }, { day: "2026-11-26", time: "25:00" }]) expect(momentOf(l, "Asia/Shanghai")).toBeNaN();
});

test("there and back again, all through the year", () => {
  for (const zone of ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"])
    for (let ms = utc("2026-01-01T00:00Z"); ms < utc("2027-01-01T00:00Z"); ms += 6 * 5_400_000) {
      const there = localIn(ms, zone);
      expect(localIn(momentOf(there, zone), zone), `${zone} ${ms}`).toEqual(there);
    }
});

test("zones differ when their clocks do, at that moment", () => {
  expect(differs(utc("2026-11-26T02:00Z"), "Asia/Shanghai", "Asia/Singapore")).toBe(false);
  expect(differs(utc("2026-11-26T02:00Z"), "Asia/Shanghai", "Europe/Berlin")).toBe(true);
  expect(differs(utc("2026-01-15T12:00Z"), "Europe/London", "UTC")).toBe(false);
  expect(differs(utc("2026-07-15T12:00Z"), "Europe/London", "UTC")).toBe(true);
});

test("days go over the ends of months, and have their weekday", () => {
  expect(dayAfter("2026-12-31", 1)).toBe("2027-01-01");
  expect(dayAfter("2028-02-28", 1)).toBe("2028-02-29");
  expect(dayAfter("2026-03-01", -1)).toBe("2026-02-28");
  expect([weekday("2026-11-26"), weekday("2026-11-29")]).toEqual([4, 0]);
});
