// Keeps one muted video element at the clock.
import type { IndexFile } from "../api/types";
import { fix, type Motion } from "./clock";
import { Feed } from "./feed";
import { aheadOf } from "./plan";
import type { Follower } from "./playback";

const BUDGET = 16 << 20;
const PATIENCE_MS = 200;

export class Film implements Follower {
  private readonly feed: Feed | undefined;
  private file: IndexFile | undefined;
  private shown = true;
  private jumped = 0;
  /** Jumped to where there was nothing yet, or not enough. */
  private blind = false;
  private timer = 0;
  private last: { at: number; motion: Motion; rate: number } = { at: 0, motion: "still", rate: 1 };

  /** @param pieces  fed piece by piece on the meeting clock; else the element has the file's own address, see whole(). */
  constructor(
    private readonly video: HTMLVideoElement,
    url: (file: string) => string,
    pieces: boolean,
    private readonly failed: () => void,
  ) {
    if (pieces) this.feed = new Feed(video, url, BUDGET, this.fed);
    video.addEventListener("seeked", this.again);
    video.addEventListener("loadedmetadata", this.again);
  }

  set(files: IndexFile[], live: boolean): void {
    this.feed?.set(files, live);
  }

  /** The file whose address the element has. */
  whole(file: IndexFile): void {
    this.file = file;
  }

  /** Nothing is to be seen at the clock: it stands until there is. */
  show(shown: boolean): void {
    this.shown = shown;
  }

  private readonly fed = (): void => {
    if (this.feed?.failed === true) this.failed();
    else this.again();
  };

  private readonly again = (): void => {
    this.step(this.last.at, this.last.motion, this.last.rate);
  };

  step(at: number, motion: Motion, rate: number): void {
    this.last = { at, motion, rate };
    if (document.hidden && motion === "runs") return; // Nobody looks: sound goes on alone.
    this.feed?.want(at, aheadOf(motion !== "still", rate));
    const v = this.video;
    if (v.readyState < HTMLMediaElement.HAVE_METADATA) return;
    if (!this.shown || motion !== "runs") {
      if (!v.paused) v.pause();
      if (!this.shown) return;
    }
    const want = this.feed === undefined ? (at + 0.4 - (this.file?.start_ms ?? 0)) / 1000 : this.feed.place(at);
    const f = fix(want, v.currentTime, motion, rate);
    if (this.blind && this.feed?.covers(want) === true) this.go(want);
    else if (f.seek !== undefined && Math.abs(v.currentTime - f.seek) > 0.0005) this.jump(f.seek);
    if (v.playbackRate !== f.rate) v.playbackRate = f.rate;
    if (motion === "runs" && v.paused) void v.play().catch(() => undefined); // Muted pictures may play; the next step tries again.
  }

  /**
   * One jump at a time, or no picture is ever reached while somebody drags. But one is not waited for whose bytes may not
   * come any more, nor for long: a decoder may want more than the piece of the moment that was left.
   */
  private jump(to: number): void {
    const v = this.video;
    const now = performance.now();
    const settled = this.feed === undefined || this.feed.settled(v.currentTime * 1000);
    if (v.seeking && settled && now - this.jumped < PATIENCE_MS) {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(this.again, PATIENCE_MS);
      return;
    }
    this.go(to);
  }

  /**
   * A browser takes what begins shortly after the place for the place itself, and where bytes come in little by little it may
   * stop at a picture before it: so a jump ahead of the bytes is made once more when they are there.
   */
  private go(to: number): void {
    this.jumped = performance.now();
    this.blind = this.feed?.covers(to) === false;
    this.video.currentTime = to;
  }

  ready(at: number): boolean {
    return document.hidden || this.feed === undefined || this.feed.ready(at);
  }

  close(): void {
    clearTimeout(this.timer);
    this.video.removeEventListener("seeked", this.again);
    this.video.removeEventListener("loadedmetadata", this.again);
    this.feed?.close();
  }
}
