import { expect, test } from "vitest";
import type { IndexTrack, RecordingIndex } from "../../api/types";
import { fileUrl } from "./data";
import { swapped } from "./scene";

const track = (n: number, participant: string, source: string, from: number, to: number) => ({ track: n, participant, name: participant, kind: "video", source, spans: [[from, to]], files: [] }) as unknown as IndexTrack;
const index = {
  tracks: [track(1, "a", "camera", 0, 9000), track(2, "b", "camera", 0, 9000), track(3, "a", "screen", 2000, 4000), track(4, "c", "screen", 8000, 9500)],
  speech: [{ participant: "b", spans: [[2500, 3500]] }],
} as unknown as RecordingIndex;

test("a screen and whoever speaks change places, there and back", () => {
  expect(swapped(index, undefined, 3000)?.track).toBe(2);
  expect(swapped(index, { participant: "b", source: "camera" }, 3000)?.track).toBe(3);
  expect(swapped(index, { participant: "a", source: "screen" }, 3000)?.track).toBe(2);
  expect(swapped(index, undefined, 3900)?.track).toBe(1); // nobody speaks: the first
});

test("without a screen, or without a face, nothing changes", () => {
  expect(swapped(index, undefined, 1000)).toBeUndefined();
  expect(swapped(index, undefined, 9200)).toBeUndefined();
});

test("the address of a file, of a track as of a preview", () => {
  expect([fileUrl("m1", "tracks/a.webm"), fileUrl("m1", "previews/t1-0.jpg")]).toEqual(["/api/v1/meetings/m1/recording/files/a.webm", "/api/v1/meetings/m1/recording/files/t1-0.jpg"]);
});
