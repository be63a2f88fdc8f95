// The timeline of a replay: a ruler that can be dragged, who spoke when, and the gaps.
import type { Gap, RecordingIndex } from "../api/types";
import { duration, has, length, t } from "../i18n";
import { lanes, type Span, ticks } from "../state/tracks";
import { NARROW, useMatch } from "../ui/hooks";
import { Icon } from "../ui/parts";

const percent = (ms: number, total: number): string => `${(100 * ms) / total}%`;

export function gapWords(index: RecordingIndex, g: Gap): string {
  const key = `gap_${g.reason}`;
  const why = has(key) ? t(key) : t("gap_other");
  const name = index.tracks.find((x) => x.track === g.track)?.name;
  const long = length(g.end_ms - g.start_ms);
  return name === undefined ? t("gap", long, why) : t("gap_of", long, why, name);
}

// Positions go through the CSSOM (Preact sets style properties): the content policy refuses style attributes.
function Bars({ spans, total, organisation }: { spans: Span[]; total: number; organisation: number }) {
  return (
    <>
      {spans.map(([from, to]) => (
        <i key={from} class={`speech o${organisation}`} style={{ left: percent(from, total), width: percent(Math.max(to - from, total / 400), total) }} />
      ))}
    </>
  );
}

interface TimelineProps {
  index: RecordingIndex;
  at: number;
  total: number;
  seek: (ms: number) => void;
}

function GapLane({ index, total, seek }: Omit<TimelineProps, "at">) {
  return (
    <div class="lane gaplane">
      <span class="who">{t("lane_gaps")}</span>
      <div class="track">
        {index.gaps.length === 0 && <span class="none">{t("no_gaps")}</span>}
        {index.gaps.map((g) => {
          const words = gapWords(index, g);
          return (
            <button
              key={`${g.start_ms}-${g.track ?? 0}`}
              class={g.track === null ? "hatch" : "hatch one"}
              style={{ left: percent(g.start_ms, total), width: percent(g.end_ms - g.start_ms, total) }}
              title={words}
              aria-label={`${duration(g.start_ms)} ${words}`}
              onClick={() => seek(g.start_ms)}
              data-test="gap"
            />
          );
        })}
      </div>
    </div>
  );
}

export function Timeline({ index, at, total, seek }: TimelineProps) {
  const narrow = useMatch(NARROW);
  const click = (e: MouseEvent & { currentTarget: HTMLElement }) => {
    const box = e.currentTarget.getBoundingClientRect();
    seek((total * (e.clientX - box.left)) / box.width);
  };
  const people = lanes(index);
  return (
    <div class="timeline">
      <div class="lane ruler">
        <span class="who" />
        <div class="track" aria-hidden="true">
          {ticks(total, narrow ? 4 : 9).map((ms) => (
            <span key={ms} class="tick" style={{ left: percent(ms, total) }}>
              {duration(ms)}
            </span>
          ))}
        </div>
      </div>
      <div class="lane">
        <span class="who" />
        <div class="track seek">
          <input
            type="range"
            min={0}
            max={total}
            step={100}
            value={at}
            aria-label={t("position")}
            aria-valuetext={`${duration(at)} / ${duration(total)}`}
            onInput={(e) => seek(Number(e.currentTarget.value))}
            data-test="seek"
          />
        </div>
      </div>
      {people.map((l, i) => (
        <div key={l.participant} class="lane" role="img" aria-label={t("lane_speech", l.name, l.spans.length)}>
          <span class="who">
            <span class="cut">{l.name}</span>
          </span>
          <div class="track" onClick={click}>
            <Bars spans={l.spans} total={total} organisation={(i % 6) + 1} />
          </div>
        </div>
      ))}
      <GapLane index={index} total={total} seek={seek} />
      <div class="lane head" aria-hidden="true">
        <span class="who" />
        <div class="track">
          <i class="playhead" style={{ left: percent(at, total) }} />
        </div>
      </div>
    </div>
  );
}

/** The gaps once more in words: what a picture of hatching cannot say to everybody. */
export function GapList({ index, seek }: { index: RecordingIndex; seek: (ms: number) => void }) {
  if (index.gaps.length === 0) return null;
  return (
    <ul class="gaplist">
      {index.gaps.map((g) => (
        <li key={`${g.start_ms}-${g.track ?? 0}`} class="row">
          <span class="c-warn">
            <Icon of="gap" />
          </span>
          <button class="cue" onClick={() => seek(g.start_ms)}>
            {duration(g.start_ms)}
          </button>
          <span>{gapWords(index, g)}</span>
        </li>
      ))}
    </ul>
  );
}
