// The stage: one picture large, the others as tiles beside it; who has no picture has a tile with a name.
import { useRef } from "preact/hooks";
import type { IndexTrack, RecordingIndex } from "../../api/types";
import { t } from "../../i18n";
import { Picture, type Why } from "../../replay/picture";
import { initial } from "../../state/text";
import { fileAt, gapAt, largeAt } from "../../state/tracks";
import { Icon } from "../../ui/parts";
import type { Deck } from "./deck";
import { gapWords } from "./gapwords";
import { type Person, talkingAt } from "./happenings";
import { pinned, type Scene, useClock } from "./scene";

export interface Seat {
  key: string;
  participant: string;
  /** Without: a voice only. */
  track: IndexTrack | undefined;
}

/** Who has a place at a moment: every picture that is there, and everybody who is only heard. */
export function seatsAt(index: RecordingIndex, ms: number): Seat[] {
  const there = index.tracks.filter((x) => fileAt(x, ms) !== undefined);
  const pictures = there.filter((x) => x.kind === "video");
  const voices = there.filter((x) => x.kind === "audio" && !pictures.some((p) => p.participant === x.participant && p.source === "camera"));
  return [
    ...pictures.map((track) => ({ key: `v${track.track}`, participant: track.participant, track })),
    ...voices.filter((x, i) => voices.findIndex((y) => y.participant === x.participant) === i).map((x) => ({ key: `p${x.participant}`, participant: x.participant, track: undefined })),
  ];
}

const seatName = (seat: Seat, name: string): string => (seat.track?.source === "screen" ? t("screen_of", name) : name);

const JUMP_MS = 1500;

const KEPT = 4;
/** Who is mounted, last seen first: those who are there, and a few who were, so that coming back fetches nothing again. */
export function stayed(there: number[], before: number[]): number[] {
  return [...there, ...before.filter((x) => !there.includes(x)).slice(0, KEPT)];
}

interface CellProps {
  scene: Scene;
  deck: Deck;
  seat: Seat;
  person: Person | undefined;
  large: boolean;
  /** Not there at this moment: nothing is shown, what was fetched stays. */
  away: boolean;
  /** How many tiles stand beside the large one. */
  beside: number;
}

function Instead({ scene, seat, name, why }: { scene: Scene; seat: Seat; name: string; why: Why | "voice" }) {
  const gap = gapAt(scene.index.gaps, seat.track?.track ?? null, scene.play.at.peek());
  const words = why === "cannot_play" ? t("cannot_play") : gap !== undefined ? gapWords(scene.index, gap) : t(why === "voice" ? "voice_only" : "nothing_then");
  return (
    <div class="initial">
      <span class="face big" aria-hidden="true">
        {initial(name)}
      </span>
      <small>{words}</small>
    </div>
  );
}

function Cell({ scene, deck, seat, person, large, away, beside }: CellProps) {
  const name = person?.name ?? seat.track?.name ?? "";
  const full = seatName(seat, name);
  const source = seat.track?.source ?? "microphone";
  const talks = useClock(scene, (at) => source !== "screen" && talkingAt(scene.people, at).some((p) => p.participant === seat.participant));
  const pin = scene.pin.value;
  const held = pin !== undefined && pin.participant === seat.participant && pin.source === source;
  return (
    <figure class={`tile cell${large ? " main" : ""}${talks ? " talk" : ""}`} data-test={away ? "away" : "cell"} data-track={seat.track?.track} data-participant={seat.participant} data-large={large} data-talks={talks} style={{ gridRow: large ? `1 / span ${beside + 1}` : "", display: away ? "none" : "" }}>
      {seat.track === undefined ? (
        <Instead scene={scene} seat={seat} name={name} why="voice" />
      ) : (
        <Picture index={scene.index} track={seat.track} play={scene.play} url={scene.url} instead={(why) => <Instead scene={scene} seat={seat} name={name} why={why} />} />
      )}
      {large && <div class="press" onClick={() => deck.toggle()} />}
      {!large && <button class="over" aria-label={t("make_large", full)} title={t("make_large", full)} onClick={() => deck.pin(seat.participant, source, full)} data-test="tile" />}
      <figcaption class="cap">
        {talks && (
          <span class="c-pass">
            <Icon of="speaker" size="s" />
          </span>
        )}
        <span class="cut">{full}</span>
        {talks && <span class={large ? "nw" : "vh"}>{t("speaking_now")}</span>}
      </figcaption>
      {large && held && (
        <button class="btn unpinbtn" onClick={() => deck.unpin()} data-test="follow">
          <Icon of="pin" size="s" />
          {t("unpin")}
        </button>
      )}
    </figure>
  );
}

/** The seat on the stage: a picture by the rules of largeAt(); without any, whoever speaks. */
function largeSeat(scene: Scene, at: number, before: string | undefined): string | undefined {
  const seats = seatsAt(scene.index, at);
  const track = largeAt(scene.index, at, pinned(scene.index, scene.pin.value, at), before?.startsWith("v") === true ? Number(before.slice(1)) : undefined);
  if (track !== undefined && (seats.length === 0 || seats.some((s) => s.key === `v${track}`))) return `v${track}`;
  const talking = talkingAt(scene.people, at);
  const voice = seats.find((s) => s.participant === scene.pin.value?.participant) ?? seats.find((s) => talking.some((p) => p.participant === s.participant));
  return voice?.key ?? (seats.some((s) => s.key === before) ? before : seats[0]?.key);
}

export function Stage({ scene, deck }: { scene: Scene; deck: Deck }) {
  const before = useRef<{ key: string | undefined; at: number }>({ key: undefined, at: 0 });
  const mounted = useRef<number[]>([]);
  const large = useClock(scene, (at) => {
    const jumped = Math.abs(at - before.current.at) > JUMP_MS; // What was large elsewhere has no claim here.
    before.current = { key: largeSeat(scene, at, jumped ? undefined : before.current.key), at };
    return before.current.key;
  });
  // Drawn again only when somebody comes or goes.
  const keys = useClock(scene, (at) => seatsAt(scene.index, at).map((s) => s.key).join());
  const present = keys.split(",");
  const pictures = scene.index.tracks.filter((x) => x.kind === "video");
  const shown = pictures.filter((x) => present.includes(`v${x.track}`) || `v${x.track}` === large).map((x) => x.track);
  mounted.current = stayed(shown, mounted.current);
  const seatOf = (track: IndexTrack): Seat => ({ key: `v${track.track}`, participant: track.participant, track });
  const seats = pictures.filter((x) => shown.includes(x.track)).map(seatOf);
  const gone = pictures.filter((x) => mounted.current.includes(x.track) && !shown.includes(x.track)).map(seatOf);
  for (const key of present) if (key.startsWith("p")) seats.push({ key, participant: key.slice(1), track: undefined });
  const personOf = (s: Seat) => scene.people.find((p) => p.participant === s.participant);
  return (
    <div class={seats.length < 2 ? "cells one" : "cells"} style={{ gridTemplateRows: `repeat(${Math.max(0, seats.length - 1)}, max-content) 1fr` }} data-test="stage">
      {seats.length === 0 && <NobodyThere scene={scene} />}
      {[...seats, ...gone].map((s) => (
        <Cell key={s.key} scene={scene} deck={deck} seat={s} person={personOf(s)} large={s.key === large} away={gone.includes(s)} beside={seats.length - 1} />
      ))}
    </div>
  );
}

function NobodyThere({ scene }: { scene: Scene }) {
  const words = useClock(scene, (at) => {
    const gap = gapAt(scene.index.gaps, null, at);
    return gap === undefined ? t("nobody_then") : gapWords(scene.index, gap);
  });
  return (
    <figure class="tile cell main">
      <div class="initial">
        <Icon of="gap" size="l" />
        <small>{words}</small>
      </div>
    </figure>
  );
}
