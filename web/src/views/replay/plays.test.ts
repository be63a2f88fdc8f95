import { expect, test } from "vitest";
import type { IndexTrack, RecordingIndex } from "../../api/types";
import { mimeOf, unplayable } from "./plays";

const track = (codec: string, type: string): IndexTrack => ({
  track: 1, kind: "video", source: "camera", participant: "a", name: "A", codec, spans: [], files: [{ file: "tracks/1.x", type, start_ms: 0, end_ms: 1 }],
});
const index: RecordingIndex = {
  state: "final", started_at: "2026-11-24T10:00:00.000Z", duration_ms: 1, gaps: [], speech: [], tracks: [track("VP8", "video/webm"), track("H264", "video/mp4")],
  mix: { file: "tracks/mix.webm", type: "audio/webm", start_ms: 0, end_ms: 1 },
};

test("the browser is asked for the codec too, when it is known", () => {
  expect(mimeOf(track("VP9", "video/webm"), "video/webm")).toBe('video/webm; codecs="vp9"');
  expect(mimeOf(track("X99", "video/webm"), "video/webm")).toBe("video/webm");
});

test("what cannot be played is named once", () => {
  expect(unplayable(index, () => true)).toEqual([]);
  expect(unplayable(index, (m) => !m.includes("webm"))).toEqual(["WebM"]);
  expect(unplayable(index, (m) => !m.startsWith("audio"))).toEqual(["WebM"]);
  expect(unplayable(index, () => false)).toEqual(["WebM", "MP4"]);
});
