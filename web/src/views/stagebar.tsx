// The stages of a project as a bar: what is behind, what is now, how long each may take.
import type { ProjectPage } from "../api/types";
import { language, t } from "../i18n";
import { stageBar, type StageTime, urgency } from "../state/project";
import { Icon } from "../ui/parts";
import { dayWords, Due } from "./due";

function under(s: StageTime, p: ProjectPage): string {
  if (s.state === "now") return s.limit === undefined ? t("days", p.stage_days) : t("days_of", p.stage_days, s.limit);
  if (s.state === "skipped") return t("stage_skipped");
  if (s.state === "done") return t("stage_done");
  return s.limit === undefined ? t("no_limit") : t("limit_of", s.limit);
}

export function StageBar({ p }: { p: ProjectPage }) {
  const bar = stageBar(p.stage, p.moves, p.limits);
  const how = urgency(p);
  return (
    <section class="panel pad stages" aria-label={t("stages")}>
      <div class="row wrap">
        <b>{t(`stage_${p.stage}`)}</b>
        <span class="dim sm">{t("in_stage", p.stage_days)}</span>
        <span class="sp" />
        <Due p={p} {...(p.due_on === null ? {} : { until: dayWords(p.due_on, language.value) })} />
      </div>
      <ol class="bar10">
        {bar.map((s) => (
          <li key={s.stage} class={`${s.state} ${s.state === "now" ? how : ""}`} data-test="stage" data-state={s.state} {...(s.state === "now" ? { "aria-current": "step" as const } : {})}>
            <span class="row nm2">
              {s.state === "done" && <Icon of="check" size="s" />}
              {s.state === "skipped" && <Icon of="right" size="s" />}
              {t(`stage_${s.stage}`)}
            </span>
            <span class="xs">{under(s, p)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
