// Which bytes of a track's files are wanted, and which can go. A piece begins at one of the index's points.
import type { IndexFile } from "../api/types";

export interface Piece {
  file: IndexFile;
  /** Bytes of the file, the end not included. */
  from: number;
  to: number;
  /** On the meeting clock, the end not included. */
  start_ms: number;
  end_ms: number;
  /** It may still grow. */
  open: boolean;
}

export const sizeOf = (p: Piece): number => p.to - p.from;

/** All pieces in order of time. @param live  the newest file is still written */
export function pieces(files: IndexFile[], live: boolean): Piece[] {
  return files.flatMap((file, n) => {
    const points = file.points ?? [];
    return points.map(([ms, from], i): Piece => {
      const next = points[i + 1];
      const open = live && next === undefined && n === files.length - 1;
      return { file, from, to: next?.[1] ?? file.media_bytes ?? from, start_ms: ms, end_ms: next?.[0] ?? file.end_ms, open };
    });
  });
}

/** The piece that holds a moment; -1 where there is none. */
export const pieceAt = (list: Piece[], ms: number): number => list.findIndex((p) => ms >= p.start_ms && ms < p.end_ms);

/** What to have, the most urgent first: the piece of the moment and what follows it within `ahead`. */
export function wanted<T extends Piece>(list: T[], at: number, ahead: number): T[] {
  return list.filter((p) => p.end_ms > at && p.start_ms <= at + ahead);
}

export interface Held {
  piece: Piece;
  bytes: number;
}

/** What to drop so that no more than `budget` bytes are held: the furthest from the clock first, never what is wanted. */
export function evict<T extends Held>(held: T[], at: number, ahead: number, budget: number): T[] {
  const far = (p: Piece): number => (p.start_ms > at ? p.start_ms - at : at - p.end_ms);
  const free = held.filter((h) => h.bytes > 0 && wanted([h.piece], at, ahead).length === 0).sort((a, b) => far(b.piece) - far(a.piece));
  let total = held.reduce((sum, h) => sum + h.bytes, 0);
  const drop: T[] = [];
  for (const h of free) {
    if (total <= budget) break;
    total -= h.bytes;
    drop.push(h);
  }
  return drop;
}

/** How far ahead to have things, ms. */
export const aheadOf = (playing: boolean, rate: number): number => (playing ? 10_000 * Math.max(1, rate) : 4000);

/** A finished MP4 begins with the head of the box that covers all fragments: a decoder that is fed by pieces must not see it. */
export function uncovered(init: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = init.slice();
  const view = new DataView(bytes.buffer);
  const at = bytes.length > 24 ? view.getUint32(0) : 0;
  if (at < 8 || at + 16 > bytes.length || view.getUint32(4) !== 0x66747970 || view.getUint32(at + 4) !== 0x6d646174) return bytes;
  view.setUint32(at, 16);
  view.setUint32(at + 4, 0x66726565);
  return bytes;
}
