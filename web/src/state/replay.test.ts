import { expect, test } from "vitest";
import type { IndexTrack, RecordingIndex } from "../api/types";
import { fileAt, firstPicture, gapAt, largeAt, nextGap, shows, speakingAt } from "./tracks";

const track = (n: number, participant: string, source: IndexTrack["source"], spans: [number, number][]): IndexTrack => ({
  track: n, kind: source === "microphone" ? "audio" : "video", source, participant, name: participant.toUpperCase(), codec: "VP8", spans,
  files: [
    { file: `tracks/${n}-0.webm`, type: "video/webm", start_ms: 100, end_ms: 5000 },
    { file: `tracks/${n}-1.webm`, type: "video/webm", start_ms: 6000, end_ms: 10_000 },
  ],
});
const a = track(1, "a", "camera", [[100, 4000], [6000, 9000]]);
const b = track(2, "b", "camera", [[0, 10_000]]);
const s = track(3, "b", "screen", [[7000, 8000]]);
const index: RecordingIndex = {
  version: 1, meeting: "m", state: "final", started_at: "2026-11-24T10:00:00.000Z", duration_ms: 10_000, tracks: [a, b, s],
  mix: { file: "tracks/mix.webm", type: "audio/webm", start_ms: 500, end_ms: 9000 },
  gaps: [
    { start_ms: 4000, end_ms: 6000, reason: "outage", track: null },
    { start_ms: 2000, end_ms: 2500, reason: "loss", track: 1 },
  ],
  speech: [{ participant: "a", spans: [[200, 1500]] }, { participant: "b", spans: [[1400, 3000]] }],
};

test("a moment has a file, or none between two", () => {
  expect(fileAt(a, 100)?.file).toBe("tracks/1-0.webm");
  expect(fileAt(a, 5500)).toBeUndefined();
  expect(fileAt(a, 9999)?.file).toBe("tracks/1-1.webm");
  expect(fileAt(a, 10_000)).toBeUndefined();
  expect([shows(a, 3999), shows(a, 4500), shows(a, 6000)]).toEqual([true, false, true]);
});

test("it stands on the first picture, when that comes soon", () => {
  expect(firstPicture({ ...index, tracks: [a] })).toBe(100);
  expect(firstPicture({ ...index, tracks: [s] })).toBe(0);
  expect(firstPicture({ ...index, tracks: [] })).toBe(0);
});

test("a gap of the track goes before one of the meeting, and another track's is not ours", () => {
  expect(gapAt(index.gaps, 1, 2100)?.reason).toBe("loss");
  expect(gapAt(index.gaps, 2, 2100)).toBeUndefined();
  expect(gapAt(index.gaps, 1, 4100)?.reason).toBe("outage");
  expect(nextGap(index.gaps, 0)?.start_ms).toBe(2000);
  expect(nextGap(index.gaps, 2000)?.start_ms).toBe(4000);
  expect(nextGap(index.gaps, 4000)).toBeUndefined();
});

test("large is: chosen, screen, speaker, the one before, any", () => {
  expect(largeAt(index, 7500, 1, undefined)).toBe(1);
  expect(largeAt(index, 7500, undefined, 1)).toBe(3);
  expect(largeAt(index, 300, undefined, 2)).toBe(1);
  expect(largeAt(index, 2000, undefined, 1)).toBe(2);
  expect(largeAt(index, 3500, undefined, 1)).toBe(1);
  expect(largeAt(index, 4500, undefined, 1)).toBe(2);
  expect(largeAt({ ...index, tracks: [] }, 0, undefined, undefined)).toBeUndefined();
  expect(largeAt(index, 300, 77, undefined)).toBe(1);
  expect([largeAt(index, 1450, undefined, 1), largeAt(index, 1450, undefined, 2), largeAt(index, 1450, undefined, undefined)]).toEqual([1, 2, 2]); // both speak: who has it keeps it
  expect(speakingAt(index, 4000)).toBeUndefined();
});
