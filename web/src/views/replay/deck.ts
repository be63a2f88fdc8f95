// What can be done with a replay, by buttons, keys and the timeline alike.
import { effect, signal } from "@preact/signals";
import { duration, t } from "../../i18n";
import { keep, kept } from "../../state/kept";
import { nextGap } from "../../state/tracks";
import { nextMark, previousMark } from "./markers";
import { type Scene, shownAt, swapped } from "./scene";
import { nextSpan, type Span } from "./spans";

export const SPEEDS = [0.5, 1, 1.5, 2, 3];
export const JUMP_MS = 10_000;
export const STEP_MS = 1000;

const KEEP = "replay_volume";
const keptVolume = (): number => {
  const n = Number.parseFloat(kept("local", KEEP));
  return n >= 0 && n <= 1 ? n : 1;
};

export class Deck {
  /** What a listener should hear about; a line replaces the one before. */
  readonly said = signal("");
  readonly volume = signal(keptVolume());
  private loud = this.volume.value || 1;

  constructor(private scene: Scene) {
    effect(() => scene.play.setVolume(this.volume.value));
  }

  renew(scene: Scene): void {
    this.scene = scene;
  }

  private get at(): number {
    return this.scene.play.at.peek();
  }

  toggle(): void {
    this.scene.play.toggle();
  }
  seek(ms: number): void {
    this.scene.play.seek(ms);
  }
  by(ms: number): void {
    this.seek(this.at + ms);
  }
  /** A jump that is said, because nothing else tells where it went. */
  jump(ms: number | undefined): void {
    if (ms === undefined) return;
    this.seek(ms);
    this.said.value = t("jumped_to", duration(ms));
  }
  tenth(n: number): void {
    this.jump((this.scene.play.total.peek() * n) / 10);
  }
  event(step: 1 | -1): void {
    const { moments, play } = this.scene;
    this.jump(step > 0 ? nextMark(moments, this.at) : (previousMark(moments, this.at, play.playing.peek()) ?? 0));
  }
  gap(): void {
    const { gaps } = this.scene.index;
    const found = nextGap(gaps, this.at) ?? nextGap(gaps, -2);
    if (found === undefined) this.said.value = t("no_gaps");
    else this.jump(found.start_ms);
  }
  speech(spans: readonly Span[], step: 1 | -1): void {
    if (step > 0) this.jump(nextSpan(spans, this.at)?.[0]);
    else this.jump(previousMark(spans.map(([from]) => from), this.at, this.scene.play.playing.peek()) ?? spans.at(-1)?.[0]);
  }

  setRate(rate: number): void {
    this.scene.play.setRate(rate);
    this.said.value = t("speed_is", rate);
  }
  faster(step: 1 | -1): void {
    const next = SPEEDS[SPEEDS.indexOf(this.scene.play.rate.peek()) + step];
    if (next !== undefined) this.setRate(next);
  }

  setVolume(volume: number): void {
    this.volume.value = volume;
    if (volume > 0) this.loud = volume;
    keep("local", KEEP, String(volume));
  }
  mute(): void {
    const on = this.volume.peek() > 0;
    this.setVolume(on ? 0 : this.loud);
    this.said.value = t(on ? "sound_off" : "sound_on");
  }

  /** The stage with its controls on the whole screen, and back. */
  full(element: HTMLElement | null): void {
    const done = document.fullscreenElement === null ? element?.requestFullscreen() : document.exitFullscreen();
    done?.catch(() => (this.said.value = t("full_refused")));
  }

  pin(participant: string, source: "camera" | "screen" | "microphone", name: string): void {
    this.scene.pin.value = { participant, source };
    this.said.value = t("pinned_now", name);
  }
  /** The shared screen and whoever speaks change places. */
  swap(): void {
    const { index, play, pin } = this.scene;
    const to = swapped(index, pin.peek(), shownAt(index, play));
    if (to === undefined) this.said.value = t("no_swap");
    else if (to.source === "camera") this.pin(to.participant, "camera", to.name);
    else {
      pin.value = undefined; // A screen is large by itself.
      this.said.value = t("screen_of", to.name);
    }
  }
  unpin(): void {
    this.scene.pin.value = undefined;
    this.said.value = t("follow_speaker");
  }
}
