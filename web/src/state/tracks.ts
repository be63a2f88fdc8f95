// What a recording has at a moment of its clock.
import type { Gap, IndexFile, IndexTrack, RecordingIndex } from "../api/types";

export type Span = [number, number];

export function fileAt(track: IndexTrack, ms: number): IndexFile | undefined {
  return track.files.find((f) => ms >= f.start_ms && ms < f.end_ms);
}

const within = (spans: Span[], ms: number): boolean => spans.some(([from, to]) => ms >= from && ms <= to);
export const shows = (track: IndexTrack, ms: number): boolean => within(track.spans, ms);

/** The gap that explains why a track has nothing at a moment: its own first, else one of the whole meeting. */
export function gapAt(gaps: Gap[], track: number | null, ms: number): Gap | undefined {
  const here = gaps.filter((g) => ms >= g.start_ms && ms < g.end_ms);
  return here.find((g) => g.track !== null && g.track === track) ?? here.find((g) => g.track === null);
}

/** The moment of the first picture; 0 when there is none, or only late. */
export function firstPicture(index: RecordingIndex): number {
  const starts = index.tracks.filter((x) => x.kind === "video").flatMap((x) => x.spans.map(([from]) => from));
  const first = Math.min(...starts);
  return first < 5000 ? first : 0;
}

export function nextGap(gaps: Gap[], ms: number): Gap | undefined {
  return [...gaps].sort((a, b) => a.start_ms - b.start_ms).find((g) => g.start_ms > ms + 1);
}

const speechOf = (index: RecordingIndex, participant: string): Span[] => index.speech.filter((s) => s.participant === participant).flatMap((s) => s.spans);

export function speakingAt(index: RecordingIndex, ms: number): string | undefined {
  return index.speech.find((s) => within(s.spans, ms))?.participant;
}

/** The picture that is large: the chosen one, else a shared screen, else whoever speaks, else the one before, else any. */
export function largeAt(index: RecordingIndex, ms: number, chosen: number | undefined, before: number | undefined): number | undefined {
  const pictures = index.tracks.filter((x) => x.kind === "video");
  const showing = pictures.filter((x) => shows(x, ms));
  const has = (n: number | undefined): boolean => n !== undefined && showing.some((x) => x.track === n);
  if (pictures.some((x) => x.track === chosen)) return chosen;
  const screen = showing.find((x) => x.source === "screen");
  if (screen !== undefined) return screen.track;
  // Two who speak at once do not take the stage from each other; who comes from elsewhere sees the last to begin.
  const faces = showing.filter((x) => within(speechOf(index, x.participant), ms));
  const began = (x: IndexTrack): number => Math.max(...speechOf(index, x.participant).flatMap(([from]) => (from <= ms ? [from] : [])));
  const face = faces.find((x) => x.track === before) ?? faces.sort((a, b) => began(b) - began(a))[0];
  if (face !== undefined) return face.track;
  return has(before) ? before : (showing[0] ?? pictures[0])?.track;
}
