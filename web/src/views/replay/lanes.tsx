// The lanes of the timeline: who spoke when, comings and goings, messages, gaps.
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Gap } from "../../api/types";
import { duration, length, t } from "../../i18n";
import { Icon, type IconName } from "../../ui/parts";
import type { Deck } from "./deck";
import { gapWords } from "./gapwords";
import { left, visible, wide } from "./geometry";
import { type Person, screenSpans, stopOf } from "./happenings";
import { cluster, type Cluster, type Mark, NEAR_PX, stepIn } from "./markers";
import type { Window } from "./ruler";
import type { Scene } from "./scene";
import { mergeSpans, type Span } from "./spans";

interface LaneProps {
  scene: Scene;
  deck: Deck;
  w: Window;
  width: number;
}

const MIN_BAR_PX = 3;

function Bars({ spans, w, width, colour }: { spans: Span[]; w: Window; width: number; colour: number }) {
  const perPx = (w.to - w.from) / Math.max(1, width);
  // Bars that would touch are drawn as one.
  const shown = useMemo(() => {
    const inside = spans.filter(([from, to]) => visible(w, from, to)).map(([from, to]): Span => [Math.max(from, w.from), Math.min(to, w.to)]);
    return mergeSpans(inside, perPx);
  }, [spans, w.from, w.to, perPx]);
  return (
    <>
      {shown.map(([from, to]) => (
        <i key={from} class={`speech o${colour}`} style={{ left: left(w, from), width: wide(w, from, Math.max(to, from + MIN_BAR_PX * perPx)) }} />
      ))}
    </>
  );
}

function Lane({ label, children, lane, test, class: c = "" }: { label: ComponentChildren; children: ComponentChildren; lane?: string; test?: string; class?: string }) {
  return (
    <div class={`lane ${c}`} data-lane={lane} data-test={test}>
      <div class="lb">{label}</div>
      <div class="track">{children}</div>
    </div>
  );
}

function PersonLane({ p, deck, ...at }: LaneProps & { p: Person }) {
  const name = t("lane_speech", p.name, p.speech.length);
  const label =
    p.speech.length === 0 ? (
      <span class="cut" title={name}>
        {p.name}
      </span>
    ) : (
      <button class="whobtn" aria-label={`${name}, ${t("speech_next", p.name)}`} title={t("speech_next", p.name)} onClick={() => deck.speech(p.speech, 1)} data-test="lane-next">
        <span class="cut">{p.name}</span>
        <Icon of="right" size="s" />
      </button>
    );
  return (
    <Lane label={label} lane={p.participant} test="lane">
      <Bars spans={p.speech} w={at.w} width={at.width} colour={p.colour} />
    </Lane>
  );
}

interface MarksProps<T extends Mark> extends LaneProps {
  marks: T[];
  /** How one mark looks and what it is called. */
  icon: (m: T) => IconName;
  name: (m: T) => string;
  many: (c: Cluster<T>) => string;
  test: string;
}

function Marks<T extends Mark>({ marks, deck, scene, w, width, icon, name, many, test }: MarksProps<T>) {
  const list = useMemo(() => cluster(marks.filter((m) => visible(w, m.ms, m.ms)), width / (w.to - w.from)), [marks, w.from, w.to, width]);
  return (
    <>
      {list.map((c) => {
        const [first] = c.items;
        const words = c.items.length === 1 && first !== undefined ? name(first) : many(c);
        return (
          <button
            key={c.ms}
            class="mark"
            tabIndex={-1}
            style={{ left: `clamp(${NEAR_PX / 2}px, ${left(w, c.ms)}, 100% - ${NEAR_PX / 2}px)` }}
            aria-label={words}
            title={words}
            onClick={() => deck.jump(stepIn(c, scene.play.at.peek())?.ms)}
            data-test={test}
            data-count={c.items.length}
          >
            {c.items.length === 1 && first !== undefined ? <Icon of={icon(first)} size="s" /> : <b>{c.items.length}</b>}
          </button>
        );
      })}
    </>
  );
}

function ComingLane(p: LaneProps) {
  const { coming } = p.scene;
  if (coming.length === 0) return null;
  return (
    <Lane label={<span class="cut">{t("lane_coming")}</span>}>
      <Marks
        {...p}
        marks={coming}
        test="mark-coming"
        icon={(m) => (m.came ? "come" : "leave")}
        name={(m) => `${duration(m.ms)} ${t(m.came ? "came" : "went_off", m.name)}`}
        many={(c) => t("many_comings", c.items.length, duration(c.ms), c.items.map((m) => t(m.came ? "came" : "went_off", m.name)).slice(0, 4).join(t("and")))}
      />
    </Lane>
  );
}

function ChatLane(p: LaneProps) {
  const chat = useMemo(() => p.scene.chat.flatMap((m) => (m.ms === undefined ? [] : [{ ...m, ms: m.ms }])), [p.scene.chat]);
  if (chat.length === 0) return null;
  return (
    <Lane label={<span class="cut">{t("lane_chat")}</span>}>
      <Marks
        {...p}
        marks={chat}
        test="mark-chat"
        icon={() => "chat"}
        name={(m) => `${duration(m.ms)} ${m.name}: ${m.text.slice(0, 80)}`}
        many={(c) => t("many_messages", c.items.length, duration(c.ms))}
      />
    </Lane>
  );
}

const LABEL_PX = 96;

function GapLane({ scene, deck, w, width }: LaneProps) {
  const px = width / (w.to - w.from);
  const { gaps } = scene.index;
  const list = useMemo(() => cluster(gaps.filter((g) => visible(w, g.start_ms, g.end_ms)).map((g) => ({ ms: g.start_ms, g })), px), [gaps, w.from, w.to, px]);
  return (
    <Lane class="gaplane" label={<span class="cut">{t("lane_gaps")}</span>}>
      {gaps.length === 0 && <span class="none">{t("no_gaps")}</span>}
      {list.map((c, i) => {
        const end = Math.max(...c.items.map((m) => m.g.end_ms));
        const room = ((list[i + 1]?.ms ?? w.to) - end) * px;
        const [first] = c.items;
        if (first === undefined) return null;
        const words = c.items.length === 1 ? gapWords(scene.index, first.g, stopOf(scene.stops, first.g)) : t("many_gaps", c.items.length);
        const from = Math.max(w.from, c.ms);
        const wideEnough = (end - from) * px >= NEAR_PX;
        return (
          <button
            key={c.ms}
            class={`gapmark${c.items.some((m) => m.g.track === null) ? "" : " one"}`}
            tabIndex={-1}
            style={{ left: left(w, from), width: wideEnough ? wide(w, from, Math.min(w.to, end)) : "" }}
            title={`${duration(c.ms)} ${words}`}
            aria-label={`${duration(c.ms)} ${words}`}
            onClick={() => deck.jump(stepIn(c, scene.play.at.peek())?.ms)}
            data-test="gap"
          >
            <i class="hatch" />
            {room > LABEL_PX && <span class="gaplabel">{c.items.length === 1 ? t("gap_short", lengthOf(first.g)) : t("many_gaps", c.items.length)}</span>}
          </button>
        );
      })}
    </Lane>
  );
}
const lengthOf = (g: Gap): string => length(g.end_ms - g.start_ms);

export function Lanes(p: LaneProps) {
  const screens = useMemo(() => screenSpans(p.scene.index), [p.scene.index]);
  return (
    <>
      {p.scene.people.map((who) => (
        <PersonLane key={who.participant} p={who} {...p} />
      ))}
      {screens.length > 0 && (
        <Lane
          label={
            <button class="whobtn" title={t("screen_next")} aria-label={t("screen_next")} onClick={() => p.deck.speech(screens, 1)}>
              <span class="cut">{t("lane_screen")}</span>
              <Icon of="right" size="s" />
            </button>
          }
        >
          <Bars spans={screens} w={p.w} width={p.width} colour={0} />
        </Lane>
      )}
      <ComingLane {...p} />
      <ChatLane {...p} />
    </>
  );
}

export { GapLane };
