// One clock for everything that a replay shows. The voice mix leads where there is one, the wall clock elsewhere.
//
//   const play = new Playback(index, url)   url("tracks/x.webm") gives the address of a file
//   play.at, .total                         signals, ms of the meeting clock: where it is, how far it can be played by now
//   play.playing, .rate                     signals: what was asked for
//   play.waiting                            signal: it plays, but what comes next is not here yet
//   play.refused                            signal: the browser wants another press before it lets sound out
//   play.mute                               signal: this browser cannot play the sound; the pictures go on without it
//   play.play() .pause() .toggle() .seek(ms) .setRate(0.5 … 3) .setVolume(0 … 1)
//   play.grow(index)                        a newer index of the same recording (while the meeting runs): every second or so
//   play.toNow()                            as near to the running meeting as can be played without a break
//   play.close()                            once, when the page goes
//   <Picture/> of picture.tsx shows a track at this clock; unplayable() of support.ts tells what this browser cannot play.
import { signal } from "@preact/signals";
import type { IndexFile, RecordingIndex } from "../api/types";
import { advance, covers, endOf, type Lead, type Motion, Steady, waitsForMore } from "./clock";
import { Sound } from "./sound";
import { Ticker } from "./ticker";

export type Url = (file: string) => string;

/** What goes with the clock. */
export interface Follower {
  /** Told about once a screen frame, once a second while the page is hidden, and at every change. */
  step: (at: number, motion: Motion, rate: number) => void;
  /** Whether it has what is to be shown then; the clock waits for it. */
  ready: (at: number) => boolean;
}

const SHOW_MS = 80;
const NOW_MS = 2000;
/** So much has to be there before it goes on after a wait. */
const AFTER_WAIT_MS = 300;

export class Playback {
  readonly at = signal(0);
  readonly total = signal(1);
  readonly playing = signal(false);
  readonly rate = signal(1);
  readonly waiting = signal(false);
  readonly refused = signal(false);
  readonly mute = signal(false);
  private readonly sound: Sound;
  private mix: IndexFile | null = null;
  private live = false;
  private readonly followers = new Set<Follower>();
  private exact = 0;
  private motion: Motion = "still";
  private readonly steady = new Steady();
  private readonly ticker = new Ticker(() => this.step());
  private last = 0;
  private starting = false;

  constructor(index: RecordingIndex, url: Url) {
    this.sound = new Sound(url, () => (this.mute.value = this.sound.broken));
    this.sound.element.addEventListener("timeupdate", this.ticker.hidden);
    this.grow(index);
  }

  grow(index: RecordingIndex): void {
    const first = this.mix === null && index.mix !== null;
    this.live = index.state === "live";
    this.total.value = endOf(index);
    this.mix = index.mix;
    this.sound.set(index.mix, this.live);
    this.mute.value = this.sound.broken;
    if (first) this.sound.seek(this.exact);
    this.fetchAhead();
  }

  private fetchAhead(): void {
    this.sound.want(this.exact, this.rate.value);
  }

  /** @returns to be called when it goes. */
  follow(f: Follower): () => void {
    this.followers.add(f);
    f.step(this.exact, this.motion, this.rate.value);
    return () => this.followers.delete(f);
  }

  private tell(motion: Motion): void {
    this.motion = motion;
    this.fetchAhead();
    for (const f of this.followers) f.step(this.exact, motion, this.rate.value);
  }

  play(): void {
    if (this.exact >= this.total.value && !this.live) this.seek(0);
    this.playing.value = true;
    this.refused.value = false;
    this.last = performance.now();
    this.lead();
    this.ticker.start();
  }

  pause(): void {
    this.playing.value = false;
    this.waiting.value = false;
    this.ticker.stop();
    this.sound.element.pause();
    this.at.value = this.exact;
    this.tell("still");
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else this.play();
  }

  seek(ms: number): void {
    this.exact = Math.max(0, Math.min(this.total.value, ms));
    this.at.value = this.exact;
    this.sound.seek(this.exact);
    this.tell(this.playing.value ? "held" : "still");
  }

  toNow(): void {
    this.seek(this.total.value - NOW_MS);
    this.play();
  }

  setRate(rate: number): void {
    this.rate.value = rate;
    this.sound.element.playbackRate = rate;
    this.tell(this.motion);
  }

  setVolume(volume: number): void {
    this.sound.element.volume = Math.max(0, Math.min(1, volume));
    this.sound.element.muted = volume === 0; // Where pages may not set the volume (phones), silence still works.
  }

  /** Whether the clock has to stand: something that is to be seen or heard is not there yet. */
  private short(): boolean {
    const waits = this.waiting.value;
    const then = Math.min(this.exact + (waits ? AFTER_WAIT_MS * this.rate.value : 0), this.total.value - 1);
    const all = [this.sound, ...this.followers].every((f) => f.ready(then));
    return !all || waitsForMore(this.exact, this.total.value, this.rate.value, this.live, waits);
  }

  /** Starts the sound where it has something, and stops it where it has not or where it has to wait. */
  private lead(): void {
    const sound = this.sound.element;
    if (this.waiting.value || !covers(this.mix, this.exact) || this.sound.lead()?.over === true) {
      if (!sound.paused) sound.pause();
      return;
    }
    if (!sound.paused || this.starting || this.mute.value) return;
    if (Math.abs(this.sound.ms - this.exact) > 20) this.sound.seek(this.exact);
    sound.playbackRate = this.rate.value;
    this.starting = true;
    sound.play().then(
      () => {
        this.starting = false;
        if (!this.playing.value) sound.pause();
      },
      (e: unknown) => {
        this.starting = false;
        if (e instanceof DOMException && e.name === "NotAllowedError") {
          this.refused.value = true;
          this.pause();
        }
      },
    );
  }

  /** Where the sound is, if it leads. */
  private heard(now: number): Lead | undefined {
    const lead = this.sound.lead();
    if (lead === undefined) return undefined;
    if (!lead.stands) return { ...lead, ms: this.steady.read(lead.ms, now, this.rate.value) };
    this.steady.stand(lead.ms);
    return lead;
  }

  private step(): void {
    const now = performance.now();
    const before = this.exact;
    const heard = this.heard(now);
    this.waiting.value = this.short();
    if (!this.waiting.value) this.exact = Math.min(this.total.value, advance(before, now - this.last, this.rate.value, this.mix, heard));
    this.last = now;
    if (Math.abs(this.exact - this.at.value) >= SHOW_MS) this.at.value = this.exact;
    if (this.exact >= this.total.value && !this.live) {
      this.pause();
      return;
    }
    this.lead();
    this.tell(this.exact === before ? "held" : "runs");
  }

  close(): void {
    this.playing.value = false;
    this.ticker.close();
    this.sound.element.removeEventListener("timeupdate", this.ticker.hidden);
    this.sound.close();
  }
}
