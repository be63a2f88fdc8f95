import { expect, test } from "vitest";
import { wallDate, wallTime, zoneName } from "./wall";

const MS = Date.parse("2026-11-20T02:41:07.500Z");

test("one clock where both show the same, two where they differ", () => {
  expect(wallTime("zh-CN", MS, "Asia/Shanghai", "Asia/Shanghai")).toEqual({ here: "10:41:07", there: undefined });
  expect(wallTime("zh-CN", MS, "Asia/Shanghai", "Asia/Singapore")).toEqual({ here: "10:41:07", there: undefined });
  expect(wallTime("zh-CN", MS, "Asia/Shanghai", "Europe/Berlin")).toEqual({ here: "03:41:07", there: "10:41:07" });
  expect(wallTime("en-GB", MS, "Asia/Shanghai", "UTC")).toEqual({ here: "02:41:07", there: "10:41:07" });
});

test("the same hour of another day is another time", () => {
  expect(wallTime("en-GB", MS, "Pacific/Kiritimati", "Pacific/Honolulu").there).toBe("16:41:07");
});

test("a zone that is not known, or none", () => {
  expect(wallTime("zh-CN", MS, "Mars/Olympus", "UTC")).toEqual({ here: "02:41:07", there: undefined });
  expect(wallTime("zh-CN", MS, undefined, "UTC").there).toBeUndefined();
});

test("dates and the zone in words", () => {
  expect(wallDate("zh-CN", MS, "Asia/Shanghai", "UTC")).toEqual({ here: "2026年11月20日 02:41", there: "10:41" });
  expect(wallDate("zh-CN", MS, "Asia/Shanghai", "America/New_York")).toEqual({ here: "2026年11月19日 21:41", there: "2026年11月20日 10:41" });
  expect(wallDate("zh-CN", MS, "Asia/Shanghai", "Asia/Singapore").there).toBeUndefined();
  expect(zoneName("zh-CN", "Asia/Shanghai", MS)).toBe("中国标准时间");
});
