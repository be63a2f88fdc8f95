// The stages of a project as a bar: what is behind and how long it took, what is now, how long each may take.
import type { ProjectPage } from "../api/types";
import { language, t } from "../i18n";
import { stageBar, type StageTime, urgency } from "../state/project";
import { Icon } from "../ui/parts";
import { dayWords, Due } from "./due";

function words(days: number | undefined, limit: number | undefined): string {
  if (days === undefined) return limit === undefined ? t("no_limit") : t("limit_of", limit);
  return limit === undefined ? t("days", days) : t("days_of", days, limit);
}

function under(s: StageTime, p: ProjectPage): string {
  if (s.state === "now") return words(p.stage_days, s.limit);
  if (s.state === "skipped") return t("stage_skipped");
  if (s.state === "done") return p.times[s.stage] === undefined ? t("stage_done") : words(p.times[s.stage], s.limit);
  return words(undefined, s.limit);
}

function Meter({ days, limit }: { days: number | undefined; limit: number | undefined }) {
  if (days === undefined || limit === undefined) return null;
  return (
    <svg class="mt" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="of" width="100" height="6" />
      <rect class="so" width={Math.min(100, (100 * days) / limit)} height="6" />
    </svg>
  );
}

function Step({ s, p }: { s: StageTime; p: ProjectPage }) {
  const now = s.state === "now";
  return (
    <li class={now ? `now ${urgency(p)}` : s.state} data-test="stage" data-state={s.state} {...(now ? { "aria-current": "step" as const } : {})}>
      <span class="row nm2">
        {s.state === "done" && <Icon of="check" size="s" />}
        {s.state === "skipped" && <Icon of="right" size="s" />}
        {t(`stage_${s.stage}`)}
      </span>
      <Meter days={now ? p.stage_days : s.state === "done" ? p.times[s.stage] : undefined} limit={s.limit} />
      <span class="xs">{under(s, p)}</span>
    </li>
  );
}

export function StageBar({ p }: { p: ProjectPage }) {
  return (
    <section class="panel stages" aria-label={t("stages")}>
      <div class="row wrap">
        {p.total_days === null ? (
          <p>
            <span class="big2">{p.stage_days}</span> <span class="dim">{t("workdays_in_stage")}</span>
          </p>
        ) : (
          <p>
            <span class="big2">{p.total_days}</span> <span class="dim">{t("workdays_since_application")}</span>
          </p>
        )}
        <span class="sp" />
        <Due p={p} {...(p.due_on === null ? {} : { until: dayWords(p.due_on, language.value) })} />
      </div>
      <ol class="bar10">
        {stageBar(p.stage, p.moves, p.limits).map((s) => (
          <Step key={s.stage} s={s} p={p} />
        ))}
      </ol>
    </section>
  );
}
