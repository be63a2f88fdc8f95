// The row under the stage: moving, playing, time, sound, speed.
import type { ComponentChildren } from "preact";
import { duration, language, t } from "../../i18n";
import { useMatch } from "../../ui/hooks";
import { Icon, type IconName } from "../../ui/parts";
import { type Deck, JUMP_MS, SPEEDS } from "./deck";
import type { Scene } from "./scene";
import { wallTime, zoneName } from "./wall";

export const locale = (): string => (language.value === "zh" ? "zh-CN" : "en-GB");

function Tool({ of, name, run, test, pressed, class: c = "" }: { of: IconName; name: string; run: () => void; test?: string; pressed?: boolean; class?: string }) {
  return (
    <button class={`btn sq tool-b ${c}`} aria-label={name} title={name} onClick={run} data-test={test} {...(pressed === undefined ? {} : { "aria-pressed": pressed })}>
      <Icon of={of} size="l" />
    </button>
  );
}

function PlayButton({ scene, deck }: { scene: Scene; deck: Deck }) {
  const { play } = scene;
  const playing = play.playing.value;
  const over = !playing && play.at.value >= play.total.value;
  const name = t(playing ? "pause" : over ? "replay_again" : "play");
  return (
    <button class="btn pri playbtn" aria-label={name} title={`${name} (${t("key_space")})`} onClick={() => deck.toggle()} data-test="play">
      <Icon of={playing ? "pause" : over ? "refresh" : "play"} size="l" />
    </button>
  );
}

function Time({ scene }: { scene: Scene }) {
  const { play, index, meeting } = scene;
  const at = play.at.value;
  const then = Date.parse(index.started_at) + at;
  const wall = wallTime(locale(), then, meeting.timezone);
  return (
    <span class="times">
      <span class="mono nw" data-test="clock">
        <b>{duration(at)}</b> <span class="mute">/ {duration(play.total.value)}</span>
      </span>
      <span class="dim sm" data-test="wall" title={wall.there === undefined ? "" : zoneName(locale(), meeting.timezone, then)}>
        {wall.there === undefined ? t("at_the_time", wall.here) : t("at_two_times", wall.here, wall.there)}
      </span>
    </span>
  );
}

function Volume({ deck }: { deck: Deck }) {
  const volume = deck.volume.value;
  const off = volume === 0;
  return (
    <span class="row volume">
      <Tool of={off ? "soundOff" : "sound"} name={t(off ? "sound_turn_on" : "sound_turn_off")} run={() => deck.mute()} test="mute" pressed={off} />
      <input
        type="range"
        min={0}
        max={100}
        step={5}
        value={Math.round(volume * 100)}
        aria-label={t("volume")}
        aria-valuetext={`${Math.round(volume * 100)} %`}
        onInput={(e) => deck.setVolume(Number(e.currentTarget.value) / 100)}
        data-test="volume"
      />
    </span>
  );
}

const FLAT = "(max-height:480px) and (orientation:landscape)";

function Speeds({ scene, deck }: { scene: Scene; deck: Deck }) {
  const rate = scene.play.rate.value;
  const flat = useMatch(FLAT); // A phone on its side has no room for five buttons.
  if (flat)
    return (
      <select class="field speedpick" aria-label={t("speed")} value={String(rate)} onChange={(e) => deck.setRate(Number(e.currentTarget.value))}>
        {SPEEDS.map((s) => (
          <option key={s} value={String(s)}>
            {s}×
          </option>
        ))}
      </select>
    );
  return (
    <div class="speeds" role="group" aria-label={t("speed")}>
      {SPEEDS.map((s) => (
        <button key={s} aria-pressed={rate === s} aria-label={t("speed_times", s)} onClick={() => deck.setRate(s)} data-test={`speed-${s}`}>
          {s}
          {rate === s ? "×" : ""}
        </button>
      ))}
    </div>
  );
}

interface ControlsProps {
  scene: Scene;
  deck: Deck;
  full: () => void;
  isFull: boolean;
  help: () => void;
  live: ComponentChildren;
}

export function Controls({ scene, deck, full, isFull, help, live }: ControlsProps) {
  return (
    <div class="controls" role="group" aria-label={t("controls")}>
      <div class="row moves">
        <Tool of="prev" name={t("event_before")} run={() => deck.event(-1)} test="event-before" />
        <Tool of="back10" name={t("back10")} run={() => deck.by(-JUMP_MS)} test="back10" />
        <PlayButton scene={scene} deck={deck} />
        <Tool of="ahead10" name={t("ahead10")} run={() => deck.by(JUMP_MS)} test="ahead10" />
        <Tool of="next" name={t("event_after")} run={() => deck.event(1)} test="event-after" />
      </div>
      <Time scene={scene} />
      {live}
      <span class="sp" />
      <div class="row rest">
        <Volume deck={deck} />
        <Speeds scene={scene} deck={deck} />
        {document.fullscreenEnabled && <Tool of={isFull ? "unfull" : "full"} name={t(isFull ? "full_leave" : "full_enter")} run={full} test="full" />}
        <Tool of="keys" name={t("key_help")} run={help} test="keys" class="keysbtn" />
      </div>
    </div>
  );
}
