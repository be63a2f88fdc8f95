// Projects as rows: where each stands and how it stands to its time limit. A phone gets cards.
import type { Project } from "../api/types";
import { t } from "../i18n";
import { limitOf, urgency } from "../state/project";
import { Due } from "./due";

/** Working days of the stage used so far, drawn against its limit; late is hatched, never colour alone. */
export function Used({ p }: { p: Pick<Project, "stage_days" | "days_left"> }) {
  const limit = limitOf(p);
  if (limit === undefined) return <span class="sm dim">{t("days_long", p.stage_days)}</span>;
  return (
    <span class={`used ${urgency(p)}`}>
      <meter class="vh" min={0} max={limit} value={Math.min(p.stage_days, limit)} aria-label={t("used_of", p.stage_days, limit)} />
      <svg class="mt" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="of" width="100" height="6" />
        <rect class="so" width={Math.min(100, (100 * p.stage_days) / limit)} height="6" />
      </svg>
      <span class="xs dim">{t("used_of", p.stage_days, limit)}</span>
    </span>
  );
}

const STAGE_LOOK: Partial<Record<Project["stage"], string>> = { withdrawn: "tag na", closed: "tag pass" };
export function StageTag({ stage }: { stage: Project["stage"] }) {
  return <span class={STAGE_LOOK[stage] ?? "tag acc"}>{t(`stage_${stage}`)}</span>;
}

function Row({ p, managers }: { p: Project; managers: boolean }) {
  return (
    <tr data-test="project">
      <td class="what">
        <a href={`/projects/${p.id}`}>{p.title}</a>
        <span class="below sm dim">{[p.number, p.customer, p.park].filter((x) => x !== "").join(" · ")}</span>
      </td>
      <td>
        <StageTag stage={p.stage} />
      </td>
      <td class="usedcell">
        <Used p={p} />
      </td>
      <td class="left">
        <Due p={p} />
      </td>
      {managers && <td class="sm dim whose">{p.manager}</td>}
    </tr>
  );
}

export function ProjectTable({ list, managers, label }: { list: Project[]; managers: boolean; label: string }) {
  return (
    <table class="rows" aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{t("project_column")}</th>
          <th scope="col">{t("stages")}</th>
          <th scope="col">{t("used_column")}</th>
          <th scope="col">{t("left_column")}</th>
          {managers && <th scope="col">{t("project_manager")}</th>}
        </tr>
      </thead>
      <tbody>
        {list.map((p) => (
          <Row key={p.id} p={p} managers={managers} />
        ))}
      </tbody>
    </table>
  );
}
