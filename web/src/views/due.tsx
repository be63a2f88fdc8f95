// How a project stands to the time limit of its stage.
import type { Project } from "../api/types";
import { t } from "../i18n";
import { urgency } from "../state/project";
import { Icon } from "../ui/parts";

/** "2026-12-04" as people write it. A day has no zone: it is read as the viewer's noon. */
export function dayWords(day: string, language: "zh" | "en"): string {
  return new Date(`${day}T12:00:00`).toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { month: "long", day: "numeric" });
}

export function Due({ p, until }: { p: Pick<Project, "days_left" | "due_on">; until?: string }) {
  const how = urgency(p);
  if (how === "none" || p.days_left === null) return null;
  if (how === "late")
    return (
      <span class="tag fail">
        <Icon of="warn" />
        {t("late_by", -p.days_left)}
      </span>
    );
  const words = p.days_left === 0 ? t("due_today") : until !== undefined ? t("due_in", p.days_left, until) : t("days_left", p.days_left);
  return (
    <span class={how === "soon" ? "tag warn" : "tag"}>
      <Icon of="clock" />
      {words}
    </span>
  );
}
