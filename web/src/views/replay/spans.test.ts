import { expect, test } from "vitest";
import { Seen } from "./seen";
import { mergeSpans, nextSpan, type Span, spanAt, totalOf } from "./spans";

test("spans in order, overlaps as one", () => {
  const given: Span[] = [[50, 60], [0, 10], [5, 20], [20, 30], [32, 40]];
  expect(mergeSpans(given)).toEqual([[0, 30], [32, 40], [50, 60]]);
  expect(mergeSpans(given, 2)).toEqual([[0, 40], [50, 60]]);
  expect(given[1]).toEqual([0, 10]); // what was given stays as it was
  expect([totalOf([[0, 30], [32, 40]]), totalOf([])]).toEqual([38, 0]);
});

test("the next speech, and round to the first", () => {
  const spans: Span[] = [[100, 200], [300, 400]];
  expect([nextSpan(spans, 0), nextSpan(spans, 100), nextSpan(spans, 300), nextSpan([], 5)]).toEqual([[100, 200], [300, 400], [100, 200], undefined]);
});

test("a press beside a short speech still means it", () => {
  const spans: Span[] = [[100, 110], [118, 200]];
  expect([spanAt(spans, 119, 10), spanAt(spans, 95, 10), spanAt(spans, 80, 10)]).toEqual([[118, 200], [100, 110], undefined]);
});

test("a clock that tells but once a second, or once a minute, has played all the same", () => {
  const seen = new Seen(100);
  seen.moved(1000);
  seen.playing(1016, 16, 1);
  seen.playing(4016, 1000, 3);
  seen.playing(64_100, 60_000, 1);
  seen.moved(64_100);
  seen.moved(80_000); // a jump by hand
  seen.playing(80_900, 900, 1);
  expect(seen.list()).toEqual([[1000, 64_100], [80_000, 80_900]]);
  seen.moved(70_000);
  seen.playing(85_000, 15_000, 1); // over what was seen before
  expect(seen.list()).toEqual([[1000, 64_100], [70_000, 85_000]]);
});

test("what was played is seen, what was jumped over is not", () => {
  const seen = new Seen(100);
  for (const at of [1000, 1500, 2000]) seen.playing(at, 500, 1);
  seen.playing(60_000, 500, 1); // a jump
  seen.playing(61_500, 500, 3);
  seen.playing(61_400, 500, 1); // back a little
  expect(seen.list()).toEqual([[1000, 2000], [60_000, 61_500]]);
});

test("a standing picture counts a second, and never beyond the end", () => {
  const seen = new Seen(100);
  seen.still(5000, 60_000);
  seen.still(5000, 60_000);
  seen.still(59_700, 60_000);
  seen.still(60_000, 60_000);
  expect(seen.list()).toEqual([[5000, 6000], [59_700, 60_000]]);
});

test("what the clock was moved over while it stood is not played", () => {
  const seen = new Seen(100);
  seen.playing(1000, 500, 1);
  seen.moved(1400);
  seen.playing(1900, 500, 1);
  expect(seen.list()).toEqual([[1400, 1900]]);
});

test("what was taken is not told again, unless it is given back", () => {
  const seen = new Seen(100);
  seen.moved(1000);
  seen.playing(2000, 1000, 1);
  const first = seen.take();
  expect(first).toEqual([[1000, 2000]]);
  expect(seen.take()).toEqual([]);
  seen.playing(3000, 1000, 1);
  expect(seen.list()).toEqual([[2000, 3000]]);
  seen.giveBack(first);
  expect(seen.take()).toEqual([[1000, 3000]]);
});

test("too many parts become fewer, none is lost", () => {
  const seen = new Seen(10);
  for (let i = 0; i < 40; i++) seen.still(i * 5000, 1_000_000);
  const list = seen.list();
  expect(list.length).toBeLessThanOrEqual(10);
  expect(list[0]?.[0]).toBe(0);
  expect(list.at(-1)?.[1]).toBe(196_000);
});
