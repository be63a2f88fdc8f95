// The district: projects by stage, what is late and by how much, how long it takes, who meets today.
import type { MeetingList, Pace, PaceStage } from "../../api/types";
import { t } from "../../i18n";
import { average, totals } from "../../state/pace";
import { isToday } from "../../state/upcoming";
import { useNow } from "../../ui/hooks";
import { Icon } from "../../ui/parts";
import { Loaded, useLoad } from "../load";
import { Days, Limits, Nothing, PacePanel, Panel, Today } from "./parts";

const AGAIN_MS = 30_000;

function Figure({ n, words, look, href }: { n: number; words: string; look?: string; href: string }) {
  return (
    <a class="panel figure" href={href}>
      <b class={look ?? ""}>{n.toLocaleString()}</b>
      <span class="sm dim">{words}</span>
    </a>
  );
}

function StageRow({ s, most }: { s: PaceStage; most: number }) {
  const days = average(s.done);
  return (
    <tr data-test="stage-count" data-stage={s.stage}>
      <td class="what">
        <a href={`/projects?stage=${s.stage}`}>{t(`stage_${s.stage}`)}</a>
      </td>
      <td class="n">
        <span class="both">
          <svg class="cb" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="so" width={most === 0 ? 0 : (100 * s.projects) / most} height="10" />
            <rect class="late" width={most === 0 ? 0 : (100 * s.late) / most} height="10" />
          </svg>
          <b>{s.projects.toLocaleString()}</b>
        </span>
      </td>
      <td class="n">
        {s.late === 0 ? (
          <span class="mute">0</span>
        ) : (
          <a class="tag fail" href={`/projects?stage=${s.stage}&late=1&sort=due`}>
            <Icon of="warn" />
            {s.late.toLocaleString()}
          </a>
        )}
      </td>
      <td class="n long">{s.late_more.toLocaleString()}</td>
      <td class="n long">{s.late_most.toLocaleString()}</td>
      <td class="n">{days === undefined ? <span class="mute">–</span> : t("days_number", days.toFixed(1))}</td>
    </tr>
  );
}

function Stages({ pace }: { pace: Pace }) {
  const open = pace.stages.filter((s) => s.stage !== "closed" && s.stage !== "withdrawn");
  const most = Math.max(0, ...open.map((s) => s.projects));
  return (
    <Panel title={t("by_stage")} test="by-stage">
      <table class="counts" aria-label={t("by_stage")}>
        <thead>
          <tr>
            <th scope="col">{t("stages")}</th>
            <th scope="col">{t("projects")}</th>
            <th scope="col">{t("late_column")}</th>
            <th scope="col" class="long">
              {t("late_over", pace.late_more_than)}
            </th>
            <th scope="col" class="long">
              {t("late_over", pace.late_most_than)}
            </th>
            <th scope="col">{t("average_column")}</th>
          </tr>
        </thead>
        <tbody>
          {open.map((s) => (
            <StageRow key={s.stage} s={s} most={most} />
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

export function SupervisorDesk() {
  const now = useNow(60_000);
  const pace = useLoad<Pace>("/pace", AGAIN_MS);
  const coming = useLoad<MeetingList>("/meetings?when=upcoming", AGAIN_MS);
  const live = useLoad<MeetingList>("/meetings?when=live", AGAIN_MS);
  const today = [...(live.data?.meetings ?? []), ...(coming.data?.meetings ?? []).filter((m) => m.state !== "live" && isToday(m, now))];
  return (
    <Loaded of={pace}>
      {(d) => {
        const sum = totals(d);
        return (
          <>
            <Today line={t("district_line", sum.open, sum.late, today.length)} />
            <div class="figures">
              <Figure n={sum.open} words={t("projects_running")} href="/projects?open=1" />
              <Figure n={sum.late} words={t("late_column")} look={sum.late > 0 ? "c-fail" : "c-pass"} href="/projects?late=1&sort=due" />
              <Figure n={sum.most} words={t("late_over", d.late_most_than)} look={sum.most > 0 ? "c-fail" : "c-pass"} href="/projects?late=1&sort=due" />
              <Figure n={today.length} words={t("meetings_today")} href="/meetings" />
            </div>
            <div class="columns">
              <div class="col gap4">
                <Stages pace={d} />
                <Limits query="late=1&sort=due" all="/projects?late=1&sort=due" title={t("late_most")} none={t("late_none")} managers />
              </div>
              <div class="col gap4">
                <PacePanel pace={d} />
                <Panel title={t("meetings_today")} count={today.length}>
                  <Loaded of={coming}>{() => (today.length === 0 ? <Nothing icon="calendar" words={t("today_none")} /> : <Days list={today} />)}</Loaded>
                </Panel>
              </div>
            </div>
          </>
        );
      }}
    </Loaded>
  );
}
