// What all parts of the replay's page share: the recording, its clock, who and what was in it.
import { computed, type Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { IndexTrack, RecordingIndex, Source } from "../../api/types";
import type { Playback, Url } from "../../replay/playback";
import { firstPicture, largeAt, shows } from "../../state/tracks";
import type { ReplayMeeting } from "./data";
import type { Coming, Message, Person, Stop } from "./happenings";

/** A person's picture keeps its pin when its track is made anew. */
export interface Pin {
  participant: string;
  source: Source;
}

export interface Scene {
  id: string;
  meeting: ReplayMeeting;
  index: RecordingIndex;
  play: Playback;
  url: Url;
  people: Person[];
  chat: Message[];
  coming: Coming[];
  stops: Stop[];
  /** Every moment worth a stop, in order. */
  moments: number[];
  pin: Signal<Pin | undefined>;
}

/** The pinned track, as long as it shows something. */
export function pinned(index: RecordingIndex, pin: Pin | undefined, ms: number): number | undefined {
  if (pin === undefined) return undefined;
  return index.tracks.find((x: IndexTrack) => x.participant === pin.participant && x.source === pin.source && shows(x, ms))?.track;
}

/** The picture to make large instead: the shared screen for a face, whoever speaks for the screen. None without both. */
export function swapped(index: RecordingIndex, pin: Pin | undefined, ms: number): IndexTrack | undefined {
  const there = index.tracks.filter((x) => x.kind === "video" && shows(x, ms));
  const screen = there.find((x) => x.source === "screen");
  if (screen === undefined || largeAt(index, ms, pinned(index, pin, ms), undefined) !== screen.track) return screen;
  const face = largeAt({ ...index, tracks: there.filter((x) => x.source === "camera") }, ms, undefined, undefined);
  return there.find((x) => x.track === face);
}

/** Before the first press it stands on the first picture, not on the instant before it. */
export const shownAt = (index: RecordingIndex, play: Playback): number => (play.at.value === 0 && !play.playing.value ? firstPicture(index) : play.at.value);

/** Something that depends on the clock; who uses it is drawn again only when it changes. */
export function useClock<T extends string | number | boolean | undefined>(scene: Scene, select: (at: number) => T): T {
  const { index, play, people, chat } = scene;
  return useMemo(() => computed(() => select(shownAt(index, play))), [index, play, people, chat]).value;
}
