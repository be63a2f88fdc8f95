// Feeds one media element with pieces of a track's files, on the meeting clock: what is wanted is fetched once, kept as long
// as memory allows, and dropped far from the clock.
import type { IndexFile } from "../api/types";
import { Refusal, signedOut, whatNext } from "./answer";
import { evict, type Piece, pieceAt, pieces, sizeOf, uncovered, wanted } from "./plan";
import { mime, sourceClass } from "./support";

type Bytes = Uint8Array<ArrayBuffer>;

interface Job {
  part: Part;
  stop: AbortController;
}

class Part {
  got: Bytes[] = [];
  received = 0;
  /** Bytes that the decoder's buffer has. */
  fed = 0;
  /** How often the browser has thrown it out by itself. */
  thrown = 0;
  constructor(public piece: Piece) {}
  get bytes(): number {
    return Math.max(this.received, this.fed);
  }
  get whole(): boolean {
    return this.fed >= sizeOf(this.piece);
  }
  reset(): void {
    this.got = [];
    this.received = this.fed = 0;
  }
}

const LONG_S = 1_000_000; // A duration beyond any meeting: its real end is the clock's affair.
const RETRY_MS = [300, 1000, 3000, 5000];
const EDGE_S = 0.001;
const BEHIND_S = 0.25;
const SMALL = 256 << 10;
const JOBS = 3;

async function read(rs: Response, take: (b: Bytes) => void): Promise<void> {
  if (rs.status !== 206 || rs.body === null) throw new Refusal(rs.status);
  signedOut.value = false;
  const reader = rs.body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    take(value);
  }
}

const get = (url: string, from: number, to: number, signal: AbortSignal): Promise<Response> =>
  fetch(url, { headers: { range: `bytes=${from}-${to - 1}` }, cache: "no-store", signal });

/** Where a piece lies in the buffer, seconds. */
const extent = (p: Piece): [number, number] => [Math.max(0, p.start_ms / 1000 - EDGE_S / 2), p.end_ms / 1000 - EDGE_S / 2];

export class Feed {
  private parts: Part[] = [];
  private readonly source: MediaSource;
  private readonly address: string;
  private buffer: SourceBuffer | undefined;
  private type = "";
  private readonly inits = new Map<string, Bytes | "coming">();
  private jobs: Job[] = [];
  private headed: string | undefined;
  private feeding: Part | undefined;
  private failures = 0;
  private timer = 0;
  private closed = false;
  private live = false;
  private at = 0;
  private ahead = 0;
  /** Something that cannot be mended: the type, or files that are gone. */
  failed = false;

  /** @param budget bytes; @param changed is called when there is more, or when it has failed */
  constructor(
    private readonly element: HTMLMediaElement,
    private readonly url: (file: string) => string,
    private budget: number,
    private readonly changed: () => void,
  ) {
    const Source = sourceClass();
    if (Source === undefined) throw new Error("no media source");
    this.source = new Source();
    this.address = URL.createObjectURL(this.source);
    this.source.addEventListener("sourceopen", this.open, { once: true });
    element.disableRemotePlayback = true; // The managed kind asks for it.
    element.src = this.address;
    element.addEventListener("error", this.broken);
  }

  /** New or grown files. What has been fetched of them stays. */
  set(files: IndexFile[], live: boolean): void {
    this.live = live;
    const known = new Map(this.parts.map((p) => [`${p.piece.file.file} ${p.piece.from}`, p]));
    this.parts = pieces(files, live).map((piece) => {
      const part = known.get(`${piece.file.file} ${piece.from}`);
      if (part === undefined) return new Part(piece);
      part.piece = piece;
      return part;
    });
    this.turn();
  }

  /** The clock's place, and how far ahead to fetch. */
  want(at: number, ahead: number): void {
    const near = Math.abs(at - this.at) < 200 && ahead === this.ahead;
    if (near && at >= this.at) return;
    this.at = at;
    this.ahead = ahead;
    this.turn();
  }

  /** Whether what is to be played at a moment is there, or nothing can be. */
  ready(ms: number): boolean {
    if (this.failed) return true;
    const part = this.parts[pieceAt(this.pieces, ms)];
    return part === undefined || part.whole || this.has(ms / 1000);
  }

  /** Whether all of what belongs to a moment has been fed: a decoder may want more than the one picture. */
  settled(ms: number): boolean {
    return this.parts[pieceAt(this.pieces, ms)]?.whole !== false;
  }

  /** Where the element has to stand, in seconds: at the moment, or where the last picture before it lasts to. */
  place(ms: number): number {
    const s = (ms + 0.4) / 1000; // Between two milliseconds: no rounding shows the picture before.
    if (this.has(s)) return s;
    const part = this.parts[pieceAt(this.pieces, ms)];
    if (part === undefined || !part.whole) return s;
    const list = this.element.buffered;
    for (let i = list.length - 1; i >= 0; i--) if (list.end(i) <= s && list.end(i) * 1000 > part.piece.start_ms) return list.end(i) - EDGE_S;
    return s;
  }

  /** The end of what is buffered around a moment, ms; the moment itself where nothing is. */
  until(ms: number): number {
    const list = this.element.buffered;
    for (let i = 0; i < list.length; i++) if (list.start(i) * 1000 <= ms && ms <= list.end(i) * 1000 + 1) return list.end(i) * 1000;
    return ms;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.stopAll();
    this.element.removeEventListener("error", this.broken);
    this.element.removeAttribute("src");
    this.element.load();
    URL.revokeObjectURL(this.address);
  }

  private get pieces(): Piece[] {
    return this.parts.map((p) => p.piece);
  }

  /** Whether the element has the moment at `s` seconds, and enough behind it for a decoder not to stop short of it. */
  covers(s: number): boolean {
    return this.has(s) && (this.settled(s * 1000) || this.has(s + BEHIND_S));
  }

  private has(s: number): boolean {
    const list = this.element.buffered;
    for (let i = 0; i < list.length; i++) if (s >= list.start(i) && s < list.end(i)) return true;
    return false;
  }

  private readonly open = (): void => {
    this.source.duration = LONG_S;
    this.turn();
  };

  private readonly broken = (): void => {
    this.fail();
  };

  private fail(): void {
    if (this.failed || this.closed) return;
    this.failed = true;
    this.stopAll();
    this.changed();
  }

  /** Does what is next: drops, fetches, feeds. Called whenever something has changed. */
  private turn(): void {
    if (this.closed || this.failed || this.source.readyState === "closed") return;
    this.notice();
    const want = wanted(this.pieces, this.at, this.ahead);
    const list = this.parts.filter((p) => want.includes(p.piece));
    this.fetch(list);
    this.feed(list);
  }

  /** A browser short of memory throws out what it likes: then it is fetched again. */
  private notice(): void {
    const part = this.parts[pieceAt(this.pieces, this.at)];
    if (part === undefined || !part.whole || part.thrown > 1 || this.buffer?.updating === true || this.has(this.at / 1000)) return;
    const middle = (part.piece.start_ms + part.piece.end_ms) / 2000;
    if (this.has(middle)) return; // A hole that was always there.
    part.thrown++;
    part.reset();
  }

  // ---- fetching

  private stopAll(): void {
    for (const j of this.jobs) j.stop.abort();
    this.jobs = [];
  }

  /** What nobody waits for any more is stopped, unless the rest of it is small: a request costs more than that. */
  private fetch(list: Part[]): void {
    const left = (j: Job): number => sizeOf(j.part.piece) - j.part.received;
    const next = list.find((p) => p.received < sizeOf(p.piece) && !p.whole && !this.jobs.some((j) => j.part === p));
    const urgent = next !== undefined && next === list[0];
    const waits = this.jobs.some((j) => list.includes(j.part));
    if (next === undefined || this.timer !== 0 || (waits && !urgent)) return;
    for (const j of this.jobs) if (!list.includes(j.part) && (left(j) > SMALL || this.jobs.length >= JOBS)) j.stop.abort();
    this.jobs = this.jobs.filter((j) => !j.stop.signal.aborted);
    void this.load(next);
  }

  private async load(part: Part): Promise<void> {
    const stop = new AbortController();
    this.jobs.push({ part, stop });
    void this.head(part.piece.file);
    try {
      const { file, from, to } = part.piece;
      const rs = await get(this.url(file.file), from + part.received, to, stop.signal);
      await read(rs, (b) => {
        if (stop.signal.aborted) return;
        part.got.push(b);
        part.received += b.length;
        this.failures = 0;
        this.turn();
      });
    } catch (e) {
      if (!stop.signal.aborted) this.again(e, part.piece.open);
    }
    this.jobs = this.jobs.filter((j) => j.stop !== stop);
    this.turn();
  }

  private async head(file: IndexFile): Promise<void> {
    if (this.inits.has(file.file)) return;
    this.inits.set(file.file, "coming");
    const bytes: Bytes[] = [];
    try {
      await read(await get(this.url(file.file), 0, file.init_bytes ?? 0, new AbortController().signal), (b) => bytes.push(b));
      this.inits.set(file.file, uncovered(joined(bytes)));
    } catch (e) {
      this.inits.delete(file.file);
      this.again(e, this.live);
    }
    this.turn();
  }

  private again(e: unknown, grows: boolean): void {
    const then = whatNext(e, grows);
    if (then === "never") {
      this.fail();
      return;
    }
    if (then === "sign_in") signedOut.value = true;
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.failures++;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.turn();
    }, wait);
  }

  // ---- feeding

  private feed(list: Part[]): void {
    if (this.buffer?.updating === true) return;
    const next = list.find((p) => !p.whole);
    if (this.drop()) return;
    if (next === undefined || next.received <= (this.feeding === next ? next.fed : 0)) return;
    const { file } = next.piece;
    const init = this.inits.get(file.file);
    if (init === undefined) void this.head(file);
    if (init === undefined || init === "coming") return;
    try {
      this.append(next, file, init);
    } catch (e) {
      if (e instanceof DOMException && e.name === "QuotaExceededError") this.squeeze();
      else this.fail();
    }
  }

  private append(next: Part, file: IndexFile, init: Bytes): void {
    const buffer = (this.buffer ??= this.make(mime(file)));
    if (this.feeding !== next) {
      const left = this.feeding;
      this.feeding = undefined;
      buffer.abort();
      if (left !== undefined && this.clear(left, buffer)) return;
      next.fed = 0;
      this.feeding = next;
    }
    if (this.headed !== file.file) {
      if (this.type !== mime(file)) buffer.changeType((this.type = mime(file)));
      buffer.timestampOffset = file.start_ms / 1000;
      buffer.appendBuffer(init);
      this.headed = file.file;
      return;
    }
    const rest = joined(next.got, next.fed);
    buffer.appendBuffer(rest);
    next.fed += rest.length;
  }

  /**
   * What was fed of a piece that was left before its end goes, and comes again as a whole: put over its own remains while they
   * are decoded, it would make the decoder go on at the next key frame. @returns true when the buffer is busy with it.
   */
  private clear(left: Part, buffer: SourceBuffer): boolean {
    if ((left.whole && !left.piece.open) || left.fed === 0) return false;
    left.fed = 0;
    buffer.remove(...extent(left.piece));
    return true;
  }

  private make(type: string): SourceBuffer {
    const buffer = this.source.addSourceBuffer(type);
    this.type = type;
    buffer.addEventListener("updateend", () => {
      for (const p of this.parts) if (p.whole && !p.piece.open) p.got = [];
      this.turn();
      this.changed();
    });
    return buffer;
  }

  /** @returns true when the buffer is busy with it. */
  private drop(): boolean {
    const held = this.parts.filter((p) => !this.jobs.some((j) => j.part === p)).map((part) => ({ part, piece: part.piece, bytes: part.bytes }));
    for (const { part } of evict(held, this.at, this.ahead, this.budget)) {
      const fed = part.fed > 0;
      part.reset();
      if (this.feeding === part) this.feeding = undefined;
      if (!fed || this.buffer === undefined) continue;
      this.buffer.remove(...extent(part.piece));
      return true;
    }
    return false;
  }

  /** The browser has less room than we thought. */
  private squeeze(): void {
    const total = this.parts.reduce((sum, p) => sum + p.bytes, 0);
    this.budget = Math.floor(total * 0.75);
    if (!this.drop()) this.again(undefined, false);
  }
}

function joined(list: Bytes[], skip = 0): Bytes {
  const out = new Uint8Array(list.reduce((n, b) => n + b.length, 0) - skip);
  let at = -skip;
  for (const b of list) {
    if (at + b.length > 0) out.set(at < 0 ? b.subarray(-at) : b, Math.max(0, at));
    at += b.length;
  }
  return out;
}
