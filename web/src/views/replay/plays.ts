// Whether this browser can play what a recording holds.
import type { IndexTrack, RecordingIndex } from "../../api/types";

const CODECS: Record<string, string> = { VP8: "vp8", VP9: "vp9", H264: "avc1.42e01f", AV1: "av01.0.05M.08", opus: "opus", Opus: "opus" };

export const mimeOf = (track: IndexTrack, type: string): string => {
  const codec = CODECS[track.codec];
  return codec === undefined ? type : `${type}; codecs="${codec}"`;
};

/** The kinds that cannot be played, as "WebM": a sentence names them. */
export function unplayable(index: RecordingIndex, can: (mime: string) => boolean): string[] {
  const bad = index.tracks.flatMap((x) => x.files.filter((f) => !can(mimeOf(x, f.type))).map((f) => (f.type.includes("webm") ? "WebM" : "MP4")));
  if (index.mix !== null && !can(`${index.mix.type}; codecs="opus"`)) bad.push(index.mix.type.includes("webm") ? "WebM" : "MP4");
  return [...new Set(bad)];
}

export const browserPlays = (mime: string): boolean => document.createElement(mime.startsWith("audio") ? "audio" : "video").canPlayType(mime) !== "";
