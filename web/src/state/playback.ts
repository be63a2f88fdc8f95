// The clock of a replay. The voice mix leads where there is one, the wall clock elsewhere; pictures follow.
import { signal } from "@preact/signals";
import type { IndexFile } from "../api/types";

export interface Fix {
  /** Jump there, in seconds. */
  seek?: number;
  rate: number;
}

const CLOSE_S = 0.04;
const FAR_S = 0.5;
const STILL_S = 0.02;
const NUDGE = 0.06;

/** How a follower that is at `have` gets to `want`: nothing, a little faster or slower, or a jump. */
export function fix(want: number, have: number, playing: boolean, rate: number): Fix {
  const off = want - have;
  if (!playing) return Math.abs(off) > STILL_S ? { seek: want, rate } : { rate };
  if (Math.abs(off) <= CLOSE_S) return { rate };
  if (Math.abs(off) < FAR_S) return { rate: rate * (off > 0 ? 1 + NUDGE : 1 - NUDGE) };
  return { seek: want, rate };
}

export const covers = (f: IndexFile | null, ms: number): f is IndexFile => f !== null && ms >= f.start_ms && ms < f.end_ms;

/** What the clock reads of the leading sound, as far as it is of use. */
export interface Lead {
  paused: boolean;
  ended: boolean;
  seeking: boolean;
  currentTime: number;
}

/** The clock after `passed` milliseconds. A sound that stalls holds it; one that has ended or is not there lets it run. */
export function advance(at: number, passed: number, rate: number, mix: IndexFile | null, lead: Lead | undefined): number {
  if (lead === undefined || !covers(mix, at) || lead.ended) return at + passed * rate;
  if (lead.paused || lead.seeking) return at;
  return mix.start_ms + lead.currentTime * 1000;
}

const SHOW_MS = 80;

export class Playback {
  readonly at = signal(0);
  readonly playing = signal(false);
  readonly rate = signal(1);
  /** The browser did not let the sound start without another press. */
  readonly refused = signal(false);
  private sound: HTMLAudioElement | undefined;
  private exact = 0;
  private frame = 0;
  private last = 0;
  private starting = false;

  constructor(
    private total: number,
    private mix: IndexFile | null,
  ) {}

  /** A recording that went on has more of the same. */
  grow(total: number, mix: IndexFile | null): void {
    this.total = total;
    this.mix = mix;
  }

  attach(sound: HTMLAudioElement | null): void {
    this.sound = sound ?? undefined;
    this.place();
  }

  /** Puts the sound where the clock is. */
  private place(): void {
    if (this.sound === undefined || this.mix === null) return;
    this.sound.currentTime = Math.max(0, (this.exact - this.mix.start_ms) / 1000);
    this.sound.playbackRate = this.rate.value;
  }

  play(): void {
    if (this.exact >= this.total) this.seek(0);
    this.playing.value = true;
    this.refused.value = false;
    this.last = performance.now();
    this.lead();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(this.step);
  }

  pause(): void {
    this.playing.value = false;
    cancelAnimationFrame(this.frame);
    this.sound?.pause();
    this.at.value = this.exact;
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else this.play();
  }

  seek(ms: number): void {
    this.exact = Math.max(0, Math.min(this.total, ms));
    this.at.value = this.exact;
    this.place();
  }

  setRate(rate: number): void {
    this.rate.value = rate;
    if (this.sound !== undefined) this.sound.playbackRate = rate;
  }

  /** Starts the sound where it has something, and stops it where it has not. */
  private lead(): void {
    const sound = this.sound;
    if (sound === undefined) return;
    if (!covers(this.mix, this.exact)) {
      if (!sound.paused) sound.pause();
      return;
    }
    if (!sound.paused || sound.ended || this.starting) return;
    this.place();
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

  private readonly step = (): void => {
    if (!this.playing.value) return;
    const now = performance.now();
    this.exact = Math.min(this.total, advance(this.exact, now - this.last, this.rate.value, this.mix, this.broken ? undefined : this.sound));
    this.last = now;
    if (Math.abs(this.exact - this.at.value) >= SHOW_MS) this.at.value = this.exact;
    if (this.exact >= this.total) {
      this.pause();
      return;
    }
    this.lead();
    this.frame = requestAnimationFrame(this.step);
  };

  /** A sound that cannot be played must not hold the pictures. */
  private get broken(): boolean {
    return this.sound?.error != null;
  }

  close(): void {
    this.playing.value = false;
    cancelAnimationFrame(this.frame);
  }
}
