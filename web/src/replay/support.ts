// How this browser can play the files of a recording.
//   unplayable(index)   the kinds of files in it that this browser cannot play at all: "video/webm", "video/mp4", "audio/webm"
import type { IndexFile, RecordingIndex } from "../api/types";

/** Fed piece by piece, by the element itself from the file's address, or not at all. */
export type Way = "pieces" | "whole" | "no";

const CODECS: Record<string, string> = { VP8: "vp8", VP9: "vp9", H264: "avc1.42E01F" };

export function mime(file: IndexFile): string {
  if (file.type.startsWith("audio/")) return `${file.type}; codecs="opus"`;
  const codec = CODECS[file.codec ?? ""];
  return codec === undefined ? file.type : `${file.type}; codecs="${codec}"`;
}

declare const ManagedMediaSource: typeof MediaSource | undefined;

/** Phones of one make have the managed kind alone. */
export function sourceClass(): typeof MediaSource | undefined {
  if (typeof MediaSource !== "undefined") return MediaSource;
  return typeof ManagedMediaSource !== "undefined" ? ManagedMediaSource : undefined;
}

export function wayOf(file: IndexFile): Way {
  const type = mime(file);
  if (file.points !== undefined && sourceClass()?.isTypeSupported(type) === true) return "pieces";
  return document.createElement(file.type.startsWith("audio/") ? "audio" : "video").canPlayType(type) === "" ? "no" : "whole";
}

/** The way for a row of files that play one after the other in one element. */
export function wayOfAll(files: IndexFile[]): Way {
  const ways = files.map(wayOf);
  if (ways.every((w) => w === "pieces")) return "pieces";
  return ways.every((w) => w === "no") ? "no" : "whole";
}

export function unplayable(index: RecordingIndex): string[] {
  const files = [...index.tracks.filter((x) => x.kind === "video").flatMap((x) => x.files), ...(index.mix === null ? [] : [index.mix])];
  return [...new Set(files.filter((f) => wayOf(f) === "no").map((f) => f.type))];
}
