// Preview pictures: which one stands for a moment, and where it lies on its sheet.
import type { IndexTrack, PreviewSheet, RecordingIndex } from "../../api/types";
import { largeAt, shows } from "../../state/tracks";
import type { Window } from "./ruler";

export interface Still {
  sheet: PreviewSheet;
  /** Which picture of the sheet. */
  k: number;
  ms: number;
}

/** A picture that comes only a little later may stand for the moment before it. */
const AHEAD_MS = 3000;

/** The last picture at or before the moment; the first one shortly after it when there is none. */
export function stillAt(track: IndexTrack, ms: number): Still | undefined {
  let best: Still | undefined;
  for (const sheet of track.previews ?? []) {
    sheet.at.forEach((at, k) => {
      if (at <= ms ? best === undefined || best.ms > ms || at > best.ms : best === undefined && at - ms <= AHEAD_MS) best = { sheet, k, ms: at };
    });
  }
  return best;
}

/** Where picture k lies, in pixels of the sheet. */
export function place({ sheet, k }: Still): { x: number; y: number } {
  return { x: (k % sheet.columns) * sheet.width, y: Math.floor(k / sheet.columns) * sheet.height };
}

export interface StageStill {
  track: IndexTrack;
  still: Still | undefined;
}

/** What stood on the stage at a moment: its track, and a picture when the track showed something then. */
export function stageStill(index: RecordingIndex, ms: number, chosen: number | undefined, before?: number): StageStill | undefined {
  const number = largeAt(index, ms, chosen, before);
  const track = index.tracks.find((x) => x.track === number);
  if (track === undefined) return undefined;
  return { track, still: shows(track, ms) ? stillAt(track, ms) : undefined };
}

export interface StripCell {
  ms: number;
  shown: StageStill | undefined;
}

/** One cell every so many pixels: what the stage showed in its middle. */
export function strip(index: RecordingIndex, w: Window, cells: number, chosen: number | undefined): StripCell[] {
  const step = (w.to - w.from) / cells;
  let before: number | undefined;
  return Array.from({ length: cells }, (_, i) => {
    const ms = w.from + step * (i + 0.5);
    const shown = stageStill(index, ms, chosen, before);
    before = shown?.track.track;
    return { ms, shown };
  });
}
