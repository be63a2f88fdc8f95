import { expect, test } from "vitest";
import type { IndexFile } from "../api/types";
import { aheadOf, evict, type Held, pieceAt, pieces, uncovered, wanted } from "./plan";

const a: IndexFile = { file: "a", type: "video/webm", start_ms: 120, end_ms: 9000, init_bytes: 500, media_bytes: 9500, points: [[120, 500], [4000, 3500], [8000, 8500]] };
const b: IndexFile = { file: "b", type: "video/mp4", start_ms: 12_000, end_ms: 15_000, init_bytes: 700, media_bytes: 2700, points: [[12_000, 700]] };
const list = pieces([a, b], true);

test("pieces lie between points; the last one of the newest file may grow", () => {
  expect(list.map((p) => [p.file.file, p.from, p.to, p.start_ms, p.end_ms, p.open])).toEqual([
    ["a", 500, 3500, 120, 4000, false],
    ["a", 3500, 8500, 4000, 8000, false],
    ["a", 8500, 9500, 8000, 9000, false],
    ["b", 700, 2700, 12_000, 15_000, true],
  ]);
  expect(pieces([a], false).at(-1)?.open).toBe(false);
  expect(pieces([{ ...a, points: [] }], true)).toEqual([]);
});

test("a moment has a piece, or none before, between and after the files", () => {
  expect([0, 119, 120, 3999, 4000, 8999, 9000, 11_999, 12_000, 15_000].map((ms) => pieceAt(list, ms))).toEqual([-1, -1, 0, 0, 1, 2, -1, -1, 3, -1]);
});

test("wanted is what holds the moment and what follows it, the moment's own first", () => {
  const from = (at: number, ahead: number) => wanted(list, at, ahead).map((p) => p.from);
  expect(from(5000, 4000)).toEqual([3500, 8500]);
  expect(from(5000, 0)).toEqual([3500]);
  expect(from(10_000, 1000)).toEqual([]);
  expect(from(10_000, 2000)).toEqual([700]);
  expect(from(0, 60_000)).toEqual([500, 3500, 8500, 700]);
});

const held = (bytes: number[]): Held[] => list.map((piece, i) => ({ piece, bytes: bytes[i] ?? 0 }));
test("the furthest from the clock goes first, what is wanted never, and only as much as is needed", () => {
  const starts = (h: Held[]) => h.map((x) => x.piece.start_ms);
  expect(starts(evict(held([10, 10, 10, 10]), 500, 0, 40))).toEqual([]);
  expect(starts(evict(held([10, 10, 10, 10]), 500, 0, 35))).toEqual([12_000]);
  expect(starts(evict(held([10, 10, 10, 10]), 500, 0, 15))).toEqual([12_000, 8000, 4000]);
  expect(starts(evict(held([10, 10, 10, 10]), 13_000, 0, 15))).toEqual([120, 4000, 8000]);
  expect(starts(evict(held([10, 10, 10, 10]), 500, 60_000, 0))).toEqual([]);
  expect(starts(evict(held([0, 10, 10, 10]), 13_000, 0, 25))).toEqual([4000]);
});

test("faster play looks further ahead", () => {
  expect([aheadOf(false, 3), aheadOf(true, 0.5), aheadOf(true, 1), aheadOf(true, 3)]).toEqual([4000, 10_000, 10_000, 30_000]);
});

test("the cover of a finished MP4 becomes a free box again; what is no such MP4 stays as it is", () => {
  const box = (size: number, type: string, rest: number) => [0, 0, 0, size, ...new TextEncoder().encode(type), ...Array<number>(rest).fill(7)];
  const whole = new Uint8Array([...box(24, "ftyp", 16), ...box(1, "mdat", 8), ...box(8, "moov", 0)]);
  const out = uncovered(whole);
  expect([...out]).toEqual([...box(24, "ftyp", 16), ...box(16, "free", 8), ...box(8, "moov", 0)]);
  expect(whole[27]).toBe(1);
  for (const other of [[0x1a, 0x45, 0xdf, 0xa3, ...Array<number>(40).fill(1)], box(24, "ftyp", 16), [...box(200, "ftyp", 30)], []])
    expect([...uncovered(new Uint8Array(other))]).toEqual(other);
});
