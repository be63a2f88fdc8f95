import { expect, test } from "vitest";
import { firstLanguage } from ".";
import { bitrateText, dateText, dayText, duration, lengthText } from "./format";

const at = (y: number, m: number, d: number, h = 10, min = 5): string => new Date(y, m - 1, d, h, min).toISOString();
const now = new Date(2026, 10, 26, 23, 50);

test("days near by have names, others a date, another year its number", () => {
  expect(dayText("zh", at(2026, 11, 26), now)).toBe("今天 10:05");
  expect(dayText("zh", at(2026, 11, 27, 0, 1), now)).toBe("明天 00:01");
  expect(dateText("en", at(2026, 11, 25), now)).toBe("Yesterday");
  expect(dateText("zh", at(2026, 11, 28), now)).toBe("11月28日周六");
  expect(dateText("en", at(2025, 11, 26), now)).toContain("2025");
});

test("lengths have two units at most", () => {
  const cases: [number, string][] = [[-5, "0 秒"], [6400, "6.4 秒"], [42_000, "42 秒"], [59_600, "1 分"], [200_000, "3 分 20 秒"], [4_360_000, "1 小时 12 分"], [7_200_000, "2 小时"]];
  for (const [ms, words] of cases) expect(lengthText("zh", ms)).toBe(words);
  expect(lengthText("en", 4_360_000)).toBe("1 h 12 min");
});

test("a running clock shows hours only when there are some", () => {
  expect([duration(-1), duration(61_999), duration(3_600_000), duration(4_360_000)]).toEqual(["00:00", "01:01", "1:00:00", "1:12:40"]);
});

test("bitrates", () => {
  expect([bitrateText(64_400), bitrateText(1_850_000)]).toEqual(["64 kbit/s", "1.9 Mbit/s"]);
});

test("Chinese unless the reader chose English or has an English browser", () => {
  expect(firstLanguage("", "zh-CN")).toBe("zh");
  expect(firstLanguage("", "de-DE")).toBe("zh");
  expect(firstLanguage("", "en-US")).toBe("en");
  expect(firstLanguage("zh", "en-US")).toBe("zh");
  expect(firstLanguage("klingon", "fr")).toBe("zh");
});
