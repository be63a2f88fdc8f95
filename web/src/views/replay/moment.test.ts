import { expect, test } from "vitest";
import { askedMoment, linkTo, parseMoment } from "./moment";

test("the forms in which people write a moment", () => {
  const good: [string, number][] = [
    ["0", 0], ["83", 83_000], ["83.5", 83_500], ["83s", 83_000], ["1m23s", 83_000], ["1m", 60_000], ["1m5", 65_000], ["2h", 7_200_000],
    ["1h2m3.25s", 3_723_250], ["1:23", 83_000], ["00:01:23", 83_000], ["1:08:20", 4_100_000], ["75:00", 4_500_000], ["0:05.5", 5500],
  ];
  for (const [text, ms] of good) expect([text, parseMoment(text)]).toEqual([text, ms]);
});

test("what is no moment", () => {
  for (const text of ["", " ", "-1", "+5", "1e9", "NaN", "Infinity", "0x10", "1m-3s", "s", "m", "1:2:3:4", "1:60", ":30", "1:", "12,5", "9999999999", "101h", "1s2m", "<b>"])
    expect([text, parseMoment(text)]).toEqual([text, undefined]);
});

test("an address has a moment, none, or a bad one", () => {
  expect(askedMoment("")).toBe("none");
  expect(askedMoment("?t=1M23S")).toBe(83_000);
  expect(askedMoment("?x=1&t=%2083%20")).toBe(83_000);
  expect(askedMoment("?t=")).toBe("bad");
  expect(askedMoment("?t=soon")).toBe("bad");
});

test("a link and back is the same moment, to a tenth below", () => {
  expect(linkTo("https://x", "/m/1/recording", 83_590)).toBe("https://x/m/1/recording?t=83.5");
  for (const ms of [0, 999, 83_500, 4_100_049]) expect(askedMoment(new URL(linkTo("https://x", "/m", ms)).search)).toBe(Math.floor(ms / 100) * 100);
  expect(linkTo("https://x", "/m", -5)).toBe("https://x/m?t=0");
});
