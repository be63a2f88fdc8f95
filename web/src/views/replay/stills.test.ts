import { expect, test } from "vitest";
import type { IndexTrack, PreviewSheet, RecordingIndex } from "../../api/types";
import { place, stageStill, stillAt, strip } from "./stills";

const sheet = (n: number, at: number[]): PreviewSheet => ({ file: `previews/000${n}-000.jpg`, width: 160, height: 90, columns: 3, at });
const track = (n: number, participant: string, sheets: PreviewSheet[]): IndexTrack => ({
  track: n, kind: "video", source: "camera", participant, name: participant, codec: "VP8", previews: sheets,
  files: [{ file: `tracks/${n}.webm`, type: "video/webm", start_ms: 0, end_ms: 60_000 }], spans: [[0, 40_000], [50_000, 60_000]],
});
const a = track(1, "a", [sheet(1, [100, 10_000, 20_000, 30_000]), sheet(2, [40_000, 50_000])]);
const b = track(2, "b", [sheet(3, [5000])]);
const index: RecordingIndex = {
  version: 1, meeting: "m", state: "final", started_at: "2026-11-24T10:00:00.000Z", duration_ms: 60_000, tracks: [a, b], mix: null, gaps: [],
  speech: [{ participant: "a", spans: [[0, 4000]] }, { participant: "b", spans: [[20_000, 24_000]] }],
};

test("the picture for a moment is the last one before it", () => {
  expect([100, 9999, 10_000, 29_999, 45_000, 99_000].map((ms) => stillAt(a, ms)?.ms)).toEqual([100, 100, 10_000, 20_000, 40_000, 50_000]);
  expect(stillAt(a, 45_000)?.k).toBe(0);
});

test("before the first, one that comes soon will do, a late one will not", () => {
  expect([stillAt(a, 0)?.ms, stillAt(b, 2500)?.ms, stillAt(b, 1000)?.ms]).toEqual([100, 5000, undefined]);
  expect(stillAt({ ...a, previews: [] }, 500)).toBeUndefined();
});

test("its place on the sheet", () => {
  const found = stillAt(a, 30_000);
  if (found === undefined) throw new Error("no picture");
  expect(place(found)).toEqual({ x: 0, y: 90 });
});

test("the stage's own picture: who speaks, or who is pinned; none where the track showed nothing", () => {
  expect(stageStill(index, 21_000, undefined)?.track.track).toBe(2);
  expect(stageStill(index, 21_000, 1)?.still?.ms).toBe(20_000);
  expect(stageStill(index, 45_000, 1)).toEqual({ track: a, still: undefined });
});

test("a strip follows the stage", () => {
  expect(strip(index, { from: 0, to: 60_000 }, 6, undefined).map((c) => [c.ms, c.shown?.track.track])).toEqual([[5000, 1], [15_000, 1], [25_000, 1], [35_000, 1], [45_000, 1], [55_000, 1]]);
  expect(strip(index, { from: 20_000, to: 24_000 }, 2, undefined).map((c) => c.shown?.track.track)).toEqual([2, 2]);
});
