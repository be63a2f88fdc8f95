// What the recording lacks, in words: a hatch cannot say it to everybody.
import type { Gap } from "../../api/types";
import { length, t } from "../../i18n";
import { Icon } from "../../ui/parts";
import { Cue } from "./cue";
import { gapWords } from "./gapwords";
import { stopOf } from "./happenings";
import type { Scene } from "./scene";

/** Of one track and this short: told together. */
const SHORT_MS = 1000;

function Item({ scene, gap, go }: { scene: Scene; gap: Gap; go: (ms: number) => void }) {
  return (
    <li class="note-row" data-test="gap-item">
      <span class="c-warn">
        <Icon of="half" />
      </span>
      <Cue ms={gap.start_ms} go={go} what={t("lane_gaps")} />
      <span class="anywhere">{gapWords(scene.index, gap, stopOf(scene.stops, gap))}</span>
    </li>
  );
}

export function GapList({ scene, go }: { scene: Scene; go: (ms: number) => void }) {
  const { gaps, state, mix } = scene.index;
  const small = gaps.filter((g) => g.track !== null && g.end_ms - g.start_ms < SHORT_MS);
  const large = gaps.filter((g) => !small.includes(g));
  const all = length(small.reduce((sum, g) => sum + g.end_ms - g.start_ms, 0));
  return (
    <section class="gaps" aria-label={t("gaps_title")} data-test="gaps">
      <div class="row">
        <span class={gaps.length === 0 ? "c-pass" : "c-warn"}>
          <Icon of="gap" />
        </span>
        <h2>{t("gaps_title")}</h2>
        {large.length > 0 && <span class="num">{large.length}</span>}
      </div>
      {gaps.length === 0 && <p class="sm dim">{t(state === "live" ? "gaps_none_yet" : "gaps_none")}</p>}
      <ul>
        {large.map((g) => (
          <Item key={`${g.start_ms}-${g.track ?? 0}-${g.reason}`} scene={scene} gap={g} go={go} />
        ))}
      </ul>
      {small.length > 0 && (
        <details>
          <summary class="sm">{t("gaps_small", small.length, all)}</summary>
          <ul>
            {small.map((g) => (
              <Item key={`${g.start_ms}-${g.track ?? 0}-${g.reason}`} scene={scene} gap={g} go={go} />
            ))}
          </ul>
        </details>
      )}
      {mix === null && state === "final" && <p class="sm dim">{t("replay_silent")}</p>}
    </section>
  );
}
