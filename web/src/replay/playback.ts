// One clock for everything that a replay shows. The voice mix leads where there is one, the wall clock elsewhere.
//
//   const play = new Playback(index, url)   url("tracks/x.webm") gives the address of a file
//   play.at, .total                         signals, ms of the meeting clock: where it is, how far there is something
//   play.playing, .rate                     signals: what was asked for
//   play.waiting                            signal: it plays, but what comes next is not here yet
//   play.refused                            signal: the browser wants another press before it lets sound out
//   play.mute                               signal: this browser cannot play the sound; the pictures go on without it
//   play.play() .pause() .toggle() .seek(ms) .setRate(0.5 … 3) .setVolume(0 … 1)
//   play.grow(index)                        a newer index of the same recording (while the meeting runs)
//   play.close()                            once, when the page goes
//   <Picture/> of picture.tsx shows a track at this clock.
import { signal } from "@preact/signals";
import type { IndexFile, RecordingIndex } from "../api/types";
import { advance, covers, type Lead } from "./clock";

export type Url = (file: string) => string;

/** What goes with the clock: told at every step, about once a screen frame, and at every change. */
export type Follower = (at: number, playing: boolean, rate: number) => void;

const SHOW_MS = 80;

export class Playback {
  readonly at = signal(0);
  readonly total = signal(1);
  readonly playing = signal(false);
  readonly rate = signal(1);
  readonly waiting = signal(false);
  readonly refused = signal(false);
  readonly mute = signal(false);
  private readonly sound = document.createElement("audio");
  private mix: IndexFile | null = null;
  private readonly followers = new Set<Follower>();
  private exact = 0;
  private frame = 0;
  private last = 0;
  private starting = false;

  constructor(
    index: RecordingIndex,
    private readonly url: Url,
  ) {
    this.sound.preload = "auto";
    this.sound.dataset.test = "mix";
    this.sound.addEventListener("error", () => (this.mute.value = true));
    document.body.append(this.sound);
    this.grow(index);
  }

  grow(index: RecordingIndex): void {
    this.total.value = Math.max(1, index.duration_ms);
    this.mix = index.mix;
    const src = index.mix === null ? undefined : new URL(this.url(index.mix.file), location.href).href;
    if (src === undefined || src === this.sound.src) return;
    this.sound.src = src;
    this.place();
  }

  /** Puts the sound where the clock is. */
  private place(): void {
    if (this.mix === null) return;
    this.sound.currentTime = Math.max(0, (this.exact - this.mix.start_ms) / 1000);
    this.sound.playbackRate = this.rate.value;
  }

  /** @returns to be called when it goes. */
  follow(f: Follower): () => void {
    this.followers.add(f);
    f(this.exact, this.playing.value, this.rate.value);
    return () => this.followers.delete(f);
  }

  private tell(): void {
    for (const f of this.followers) f(this.exact, this.playing.value, this.rate.value);
  }

  play(): void {
    if (this.exact >= this.total.value) this.seek(0);
    this.playing.value = true;
    this.refused.value = false;
    this.last = performance.now();
    this.lead();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(this.step);
  }

  pause(): void {
    this.playing.value = false;
    this.waiting.value = false;
    cancelAnimationFrame(this.frame);
    this.sound.pause();
    this.at.value = this.exact;
    this.tell();
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else this.play();
  }

  seek(ms: number): void {
    this.exact = Math.max(0, Math.min(this.total.value, ms));
    this.at.value = this.exact;
    this.place();
    this.tell();
  }

  setRate(rate: number): void {
    this.rate.value = rate;
    this.sound.playbackRate = rate;
    this.tell();
  }

  setVolume(volume: number): void {
    this.sound.volume = Math.max(0, Math.min(1, volume));
    this.sound.muted = volume === 0; // Where pages may not set the volume (phones), silence still works.
  }

  /** Starts the sound where it has something, and stops it where it has not. */
  private lead(): void {
    const sound = this.sound;
    if (!covers(this.mix, this.exact)) {
      if (!sound.paused) sound.pause();
      return;
    }
    if (!sound.paused || sound.ended || this.starting || this.mute.value) return;
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

  /** A sound that cannot be played must not hold the pictures. */
  private read(): Lead | undefined {
    const s = this.sound;
    if (this.mix === null || this.mute.value) return undefined;
    return { paused: s.paused, ended: s.ended, seeking: s.seeking, ms: this.mix.start_ms + s.currentTime * 1000 };
  }

  private readonly step = (): void => {
    if (!this.playing.value) return;
    const now = performance.now();
    const before = this.exact;
    this.exact = Math.min(this.total.value, advance(before, now - this.last, this.rate.value, this.mix, this.read()));
    this.last = now;
    this.waiting.value = this.exact === before && this.sound.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    if (Math.abs(this.exact - this.at.value) >= SHOW_MS) this.at.value = this.exact;
    if (this.exact >= this.total.value) {
      this.pause();
      return;
    }
    this.lead();
    this.tell();
    this.frame = requestAnimationFrame(this.step);
  };

  close(): void {
    this.playing.value = false;
    cancelAnimationFrame(this.frame);
    this.sound.remove();
    this.sound.removeAttribute("src");
    this.sound.load();
  }
}
