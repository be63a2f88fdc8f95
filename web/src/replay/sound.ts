// The voice mix of a recording in an element of its own, on the meeting clock.
import type { IndexFile } from "../api/types";
import type { Lead } from "./clock";
import { Feed } from "./feed";
import { wayOf, type Way } from "./support";

const BUDGET = 4 << 20;
const AHEAD_MS = 20_000; // Sound is small.
const HIDDEN_AHEAD_MS = 90_000; // Browsers may wake a hidden page that makes no noise once a minute only.
const OVER_MS = 120;

export class Sound {
  readonly element = document.createElement("audio");
  private file: IndexFile | undefined;
  private way: Way = "no";
  private feed: Feed | undefined;
  private address = "";
  private live = false;
  private wish: number | undefined;

  /** @param changed  is called when more of it is there, or when it cannot be played. */
  constructor(
    private readonly url: (file: string) => string,
    private readonly changed: () => void,
  ) {
    const e = this.element;
    e.preload = "auto";
    e.preservesPitch = true;
    e.dataset.test = "mix";
    e.addEventListener("error", () => {
      if (this.feed === undefined) this.way = "no";
      changed();
    });
    e.addEventListener("loadedmetadata", () => {
      if (this.wish !== undefined) this.seek(this.wish);
    });
    document.body.append(e);
  }

  /** There is a mix, and it cannot be played. */
  get broken(): boolean {
    return this.file !== undefined && this.way === "no";
  }

  set(file: IndexFile | null, live: boolean): void {
    if (file === null) return;
    if (this.file === undefined) this.way = wayOf(file);
    this.file = file;
    this.live = live;
    if (this.way === "pieces") {
      this.feed ??= new Feed(this.element, this.url, BUDGET, this.fed);
      this.feed.set([file], live);
    } else if (this.way === "whole") {
      const address = this.url(file.file);
      if (address === this.address) return;
      this.address = address;
      this.element.src = address;
    }
  }

  private readonly fed = (): void => {
    if (this.feed?.failed === true && this.file !== undefined) {
      const at = this.ms;
      this.feed.close();
      this.feed = undefined;
      this.way = "whole";
      this.set(this.file, this.live);
      this.seek(at);
    }
    this.changed();
  };

  /** Where its own time is 0, on the meeting clock: what is fed is fed at its place. */
  private get zero(): number {
    return this.feed === undefined ? (this.file?.start_ms ?? 0) : 0;
  }
  get ms(): number {
    return this.zero + this.element.currentTime * 1000;
  }

  seek(ms: number): void {
    if (this.file === undefined) return;
    this.wish = ms;
    if (this.element.readyState >= HTMLMediaElement.HAVE_METADATA) this.wish = undefined;
    this.element.currentTime = Math.max(0, (ms - this.zero) / 1000);
  }

  want(at: number, rate: number): void {
    this.feed?.want(at, (document.hidden ? HIDDEN_AHEAD_MS : AHEAD_MS) * Math.max(1, rate));
  }

  ready(at: number): boolean {
    return this.feed === undefined || this.feed.ready(at);
  }

  /** Nothing when it cannot lead: not there, or not playable. */
  lead(): Lead | undefined {
    if (this.file === undefined || this.way === "no") return undefined;
    const e = this.element;
    const last = this.file.end_ms - this.ms < OVER_MS && (this.feed === undefined || this.feed.until(this.ms) - this.ms < OVER_MS);
    return { stands: e.paused || e.seeking, over: e.ended || (!this.live && last && !e.seeking), ms: this.ms };
  }

  close(): void {
    this.feed?.close();
    this.element.remove();
    this.element.removeAttribute("src");
    this.element.load();
  }
}
