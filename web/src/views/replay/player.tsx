// The replay: stage, controls, timeline on ink; beside it, on paper, what was put on record.
import { effect, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { MeetingEvent, RecordingIndex } from "../../api/types";
import { duration, language, t } from "../../i18n";
import { Playback } from "../../replay/playback";
import { useTitle } from "../../ui/hooks";
import { Controls } from "./controls";
import { type Answer, fileUrl, useAttendance, useEvents } from "./data";
import { Deck } from "./deck";
import { Bar } from "./head";
import { comings, messages, moments, peopleOf, stops } from "./happenings";
import { KeyList } from "./keylist";
import { type Hands, useKeys } from "./keys";
import { LiveChip } from "./live";
import { askedMoment } from "./moment";
import { Notices } from "./notices";
import type { Pin, Scene } from "./scene";
import { Side } from "./side";
import { Stage } from "./stage";
import { Timeline } from "./timeline";
import { useViewLog } from "./viewlog";

interface PlayerProps {
  id: string;
  /** Under which it is on record that somebody watches. */
  view: string;
  answer: Answer;
  index: RecordingIndex;
}

/** The clock, standing at the moment that the address asks for. */
function usePlayback(id: string, index: RecordingIndex) {
  const asked = useMemo(() => askedMoment(location.search), []);
  const play = useMemo(() => {
    const made = new Playback(index, (file) => fileUrl(id, file));
    if (typeof asked === "number") made.seek(asked);
    return made;
  }, []);
  useEffect(() => play.grow(index), [index]);
  useEffect(() => () => play.close(), []);
  const late = useMemo(() => typeof asked === "number" && asked > index.duration_ms, []);
  return { play, asked: asked === "bad" ? ("bad" as const) : late ? ("late" as const) : undefined };
}

function useScene({ id, answer, index }: PlayerProps, play: Playback): Scene {
  const live = index.state === "live";
  const events = useEvents(id, live);
  const known = useAttendance(id, live);
  const pin = useSignal<Pin | undefined>(undefined);
  return useMemo(() => {
    const people = peopleOf(index, known);
    const nameOf = (e: MeetingEvent): string => [e.name, known.find((p) => p.participant === e.participant)?.name, people.find((p) => p.participant === e.participant)?.name].find((n) => n !== undefined && n !== "") ?? "";
    const chat = messages(events, index, nameOf);
    const coming = comings(events, index, nameOf);
    const url = (file: string) => fileUrl(id, file);
    return { id, meeting: answer.meeting, index, play, url, people, chat, coming, stops: stops(events, nameOf), moments: moments(index, people, chat, coming), pin };
  }, [id, answer.meeting, index, events, known, language.value]);
}

function useFull(film: { readonly current: HTMLElement | null }, deck: Deck) {
  const [isFull, setFull] = useState(false);
  useEffect(() => {
    const change = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", change);
    return () => document.removeEventListener("fullscreenchange", change);
  }, []);
  return { isFull, full: () => deck.full(film.current) };
}

/** When a running meeting has become a whole recording, it is said, and nothing moves. */
function useFinal(index: RecordingIndex, deck: Deck): void {
  const before = useRef(index.state);
  useEffect(() => {
    if (before.current === "live" && index.state === "final") deck.said.value = t("now_final", duration(index.duration_ms));
    before.current = index.state;
  }, [index.state]);
}

export function Player(props: PlayerProps) {
  const { play, asked } = usePlayback(props.id, props.index);
  const scene = useScene(props, play);
  const log = useViewLog(props.id, props.view, play);
  const deck = useMemo(() => new Deck(scene), [play]);
  deck.renew(scene);
  const film = useRef<HTMLElement>(null);
  const [help, setHelp] = useState(false);
  const { isFull, full } = useFull(film, deck);
  const hands = useMemo<Hands>(() => ({ deck, full, help: () => setHelp(true) }), [deck]);
  useKeys(film, hands);
  useFinal(props.index, deck);
  useTitle(`${t("replay")} · ${scene.meeting.title}`);
  // Read by tests and by nobody else: not worth drawing the page for.
  useEffect(
    () =>
      effect(() => {
        const e = film.current;
        if (e === null) return;
        e.dataset.at = String(Math.round(play.at.value));
        e.dataset.playing = String(play.playing.value);
        e.dataset.rate = String(play.rate.value);
      }),
    [play],
  );
  return (
    <div class="replay">
      <a class="skip" href="#record">
        {t("skip_to_record")}
      </a>
      <Bar scene={scene} deck={deck} log={log} />
      <main class="rmain">
        <section class="film" tabIndex={-1} data-theme="ink" ref={film} aria-label={t("replay")} data-test="player" data-state={props.index.state}>
          <Notices scene={scene} asked={asked} />
          <Stage scene={scene} deck={deck} />
          <Controls scene={scene} deck={deck} full={full} isFull={isFull} help={() => setHelp(true)} live={<LiveChip scene={scene} />} />
          <Timeline scene={scene} deck={deck} />
        </section>
        <Side scene={scene} deck={deck} />
      </main>
      <p class="vh" role="status" aria-live="polite" data-test="said">
        {deck.said.value}
      </p>
      {help && <KeyList close={() => setHelp(false)} />}
    </div>
  );
}
