// Pieces of several dashboards.
import type { ComponentChildren } from "preact";
import type { Done, Meeting, Pace, ProjectList } from "../../api/types";
import { language, t } from "../../i18n";
import { average, THEN_DAYS, WITH_DAYS } from "../../state/pace";
import { byDay } from "../../state/upcoming";
import { date } from "../../i18n";
import { Icon, type IconName } from "../../ui/parts";
import { Loaded, useLoad } from "../load";
import { MeetingRow } from "../meetingrow";
import { ProjectTable } from "../projecttable";

export function Today({ line, children }: { line: string; children?: ComponentChildren }) {
  const today = new Date().toLocaleDateString(language.value === "zh" ? "zh-CN" : "en-GB", { month: "long", day: "numeric", weekday: "long" });
  return (
    <div class="row wrap pagehead">
      <div class="sp heading">
        <h1>{t("today_is", today)}</h1>
        <p class="sm dim">{line}</p>
      </div>
      {children}
    </div>
  );
}

export function Panel({ title, count, more, test, children }: { title: string; count?: number; more?: ComponentChildren; test?: string; children: ComponentChildren }) {
  return (
    <section class="panel" aria-label={title} data-test={test}>
      <header>
        <h2>{title}</h2>
        {count !== undefined && <span class="num">{count}</span>}
        <span class="sp" />
        {more}
      </header>
      {children}
    </section>
  );
}

export function Nothing({ icon, words }: { icon: IconName; words: string }) {
  return (
    <div class="empty">
      <Icon of={icon} />
      {words}
    </div>
  );
}

export function Days({ list }: { list: Meeting[] }) {
  return (
    <>
      {byDay(list).map((d) => (
        <div key={d.day}>
          <h3 class="dayhead">{date(d.day)}</h3>
          {d.meetings.map((m) => (
            <MeetingRow key={m.id} m={m} project={m.project} />
          ))}
        </div>
      ))}
    </>
  );
}

/** Projects by how little time is left. */
export function Limits({ query, all, title, none, managers }: { query: string; all: string; title: string; none: string; managers: boolean }) {
  const list = useLoad<ProjectList>(`/projects?${query}`);
  return (
    <Panel
      title={title}
      test="limits"
      more={
        <a class="sm" href={all}>
          {t("show_all")}
        </a>
      }
    >
      <Loaded of={list}>{(d) => (d.projects.length === 0 ? <Nothing icon="check" words={none} /> : <ProjectTable list={d.projects.slice(0, 8)} managers={managers} label={title} />)}</Loaded>
    </Panel>
  );
}

function Bar({ d, most, label }: { d: Done; most: number; label: string }) {
  const days = average(d);
  if (days === undefined) return null;
  return (
    <li class="cr">
      <span class="sm">{label}</span>
      <svg class="cb" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="so" width={most === 0 ? 0 : Math.max(1, (100 * days) / most)} height="10" />
      </svg>
      <span class="sm">{t("days_number", days.toFixed(1))}</span>
    </li>
  );
}

/** The average of the last twelve months, by stage, beside what others have reached by the same means. */
export function PacePanel({ pace }: { pace: Pace }) {
  const total = average(pace.total);
  const stages = pace.stages.filter((s) => s.done.projects > 0);
  const most = Math.max(0, ...stages.map((s) => average(s.done) ?? 0));
  return (
    <Panel title={t("pace")} test="pace" more={<span class="xs mute">{t("pace_of", pace.total.projects)}</span>}>
      <div class="pad col gap">
        {total === undefined ? (
          <p class="dim">{t("pace_none")}</p>
        ) : (
          <p>
            <span class="big2">{total.toFixed(1)}</span> <span class="dim">{t("workdays")}</span>
          </p>
        )}
        {stages.length > 0 && (
          <ul class="ch">
            {stages.map((s) => (
              <Bar key={s.stage} d={s.done} most={most} label={t(`stage_${s.stage}`)} />
            ))}
          </ul>
        )}
        <p class="xs mute">{t("pace_beside", THEN_DAYS, WITH_DAYS)}</p>
      </div>
    </Panel>
  );
}
