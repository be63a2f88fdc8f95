// A recording's tracks together: pictures follow the clock, the voice mix leads it.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { IndexTrack, RecordingIndex } from "../api/types";
import { clock, duration, t } from "../i18n";
import { Picture } from "../replay/picture";
import { Playback } from "../replay/playback";
import { initial } from "../state/text";
import { fileAt, firstPicture, gapAt, largeAt, nextGap, speakingAt } from "../state/tracks";
import { Icon, Note } from "../ui/parts";
import { GapList, gapWords, Timeline } from "./timeline";

const BACK_MS = 10_000;
const SPEEDS = [0.5, 1, 1.5, 2, 3];

interface CellProps {
  index: RecordingIndex;
  track: IndexTrack;
  play: Playback;
  url: (file: string) => string;
  large: boolean;
  choose: () => void;
  row: number;
  at: number;
}

function Cell({ index, track, play, url, large, choose, row, at }: CellProps) {
  const gap = gapAt(index.gaps, track.track, at);
  const name = track.source === "screen" ? t("screen_of", track.name) : track.name;
  const talks = speakingAt(index, at) === track.participant && track.source !== "screen";
  return (
    <figure
      class={`tile cell ${large ? "main" : ""} ${talks ? "talk" : ""}`}
      data-test="cell"
      data-track={track.track}
      data-large={large}
      {...(large ? { style: { gridRow: `1 / span ${row}` } } : { style: { gridRow: "" } })}
    >
      <Picture
        index={index}
        track={track}
        play={play}
        url={url}
        instead={(why) => (
          <div class="initial">
            <span aria-hidden="true">{initial(track.name)}</span>
            <small>{why === "cannot_play" ? t("cannot_play") : gap !== undefined ? gapWords(index, gap) : t("nothing_then")}</small>
          </div>
        )}
      />
      <figcaption class="nm">
        {talks && (
          <span class="c-pass">
            <Icon of="speaker" size="s" />
          </span>
        )}
        <span class="cut">{name}</span>
        {talks && <span class="vh">{t("speaking")}</span>}
      </figcaption>
      {!large && <button class="over" aria-label={t("make_large", name)} title={t("make_large", name)} onClick={choose} />}
    </figure>
  );
}

function Controls({ index, play, chosen, follow }: { index: RecordingIndex; play: Playback; chosen: boolean; follow: () => void }) {
  const at = play.at.value;
  const playing = play.playing.value;
  const total = Math.max(1, index.duration_ms);
  const over = at >= total && !playing;
  const then = new Date(Date.parse(index.started_at) + at).toISOString();
  return (
    <div class="row controls">
      <button class="btn sq round-b" aria-label={t("back10")} title={t("back10")} onClick={() => play.seek(at - BACK_MS)}>
        <Icon of="back10" />
      </button>
      <button class="btn pri playbtn" onClick={() => play.toggle()} data-test="play">
        <Icon of={playing ? "pause" : "play"} />
        {t(playing ? "pause" : over ? "replay_again" : "play")}
      </button>
      <button class="btn sq round-b" aria-label={t("ahead10")} title={t("ahead10")} onClick={() => play.seek(at + BACK_MS)}>
        <Icon of="ahead10" />
      </button>
      <span class="mono nw" data-test="clock">
        {duration(at)} <span class="mute">/ {duration(total)}</span>
      </span>
      <span class="dim nw sm">{t("at_the_time", clock(then, true))}</span>
      <span class="sp" />
      {chosen && (
        <button class="btn" onClick={follow} data-test="follow">
          <Icon of="speaker" />
          {t("follow_speaker")}
        </button>
      )}
      <div class="speeds" role="group" aria-label={t("speed")}>
        {SPEEDS.map((s) => (
          <button key={s} aria-pressed={play.rate.value === s} onClick={() => play.setRate(s)}>
            {s}×
          </button>
        ))}
      </div>
    </div>
  );
}

function keyOf(e: KeyboardEvent, index: RecordingIndex, play: Playback): (() => void) | undefined {
  const at = play.at.value;
  const step = e.shiftKey ? 1000 : BACK_MS;
  const speed = SPEEDS.indexOf(play.rate.value);
  if (e.ctrlKey || e.altKey || e.metaKey) return undefined;
  if (/^\d$/.test(e.key)) return () => play.seek((index.duration_ms * Number(e.key)) / 10);
  switch (e.key) {
    case " ":
      return () => play.toggle();
    case "ArrowLeft":
      return () => play.seek(at - step);
    case "ArrowRight":
      return () => play.seek(at + step);
    case "<":
      return () => play.setRate(SPEEDS[speed - 1] ?? play.rate.value);
    case ">":
      return () => play.setRate(SPEEDS[speed + 1] ?? play.rate.value);
    case "g":
    case "G":
      return () => play.seek(nextGap(index.gaps, at)?.start_ms ?? nextGap(index.gaps, -2)?.start_ms ?? at);
    default:
      return undefined;
  }
}

export function Player({ index, url }: { index: RecordingIndex; url: (file: string) => string }) {
  const total = Math.max(1, index.duration_ms);
  const play = useMemo(() => new Playback(index, url), []);
  const [chosen, choose] = useState<number | undefined>();
  const before = useRef<number | undefined>();
  useEffect(() => play.grow(index), [index]);
  useEffect(() => () => play.close(), []);
  // Before the first press it stands on the first picture, not on the instant before it.
  const at = play.at.value === 0 && !play.playing.value ? firstPicture(index) : play.at.value;
  const large = largeAt(index, at, chosen, before.current);
  before.current = large;
  // A track that comes only later, or is over, keeps no place.
  const pictures = index.tracks.filter((x) => x.kind === "video" && (x.track === large || fileAt(x, at) !== undefined));
  const press = (e: KeyboardEvent) => {
    const button = e.target instanceof HTMLButtonElement && e.key === " "; // There the space presses the button.
    const run = button ? undefined : keyOf(e, index, play);
    if (run === undefined) return;
    e.preventDefault();
    run();
  };
  return (
    <div class="player" data-theme="ink" tabIndex={0} onKeyDown={press} aria-label={t("replay")} role="group" data-test="player" data-at={Math.round(play.at.value)} data-playing={play.playing.value}>
      {pictures.length === 0 ? (
        <div class="empty tall">
          <Icon of="speaker" />
          {t("replay_sound_only")}
        </div>
      ) : (
        <div class={pictures.length === 1 ? "cells one" : "cells"} style={{ gridTemplateRows: `repeat(${pictures.length - 1}, max-content) 1fr` }}>
          {pictures.map((p) => (
            <Cell key={p.track} at={at} index={index} track={p} play={play} url={url} large={p.track === large} choose={() => choose(p.track)} row={pictures.length} />
          ))}
        </div>
      )}
      {index.mix === null && <p class="sm mute">{t(index.state === "live" ? "replay_sound_later" : "replay_silent")}</p>}
      {play.mute.value && <Note kind="warn">{t("cannot_play")}</Note>}
      {play.refused.value && <Note kind="warn">{t("play_refused")}</Note>}
      <Controls index={index} play={play} chosen={chosen !== undefined} follow={() => choose(undefined)} />
      <Timeline index={index} at={play.at.value} total={total} seek={(ms) => play.seek(ms)} />
      <GapList index={index} seek={(ms) => play.seek(ms)} />
      <p class="xs mute keyline">{t("replay_keys")}</p>
    </div>
  );
}
