// What is known of a project.
import type { ProjectPage } from "../api/types";
import { t } from "../i18n";
import { type FormField, formOf } from "../state/project";
import { fieldName, shown } from "./projectedit";

const SHOWN: FormField[] = ["number", "customer", "park", "address", "place", "voltage", "capacity", "load", "importance", "sources", "wanted"];

export function Details({ p, edit }: { p: ProjectPage; edit: () => void }) {
  const form = formOf(p);
  return (
    <section class="panel" aria-label={t("project_details")}>
      <header>
        <h2 class="sp">{t("project_details")}</h2>
        {p.rights.edit && (
          <button class="btn" onClick={edit} data-test="project-edit">
            {t("project_edit")}
          </button>
        )}
      </header>
      <dl class="pairs">
        {SHOWN.map((f) => (
          <div key={f}>
            <dt>{fieldName(f)}</dt>
            <dd class={form[f] === "" ? "mute" : ""}>{shown(form, f)}</dd>
          </div>
        ))}
        <div>
          <dt>{t("project_manager")}</dt>
          <dd>{p.manager === "" ? t("not_given") : p.manager}</dd>
        </div>
      </dl>
    </section>
  );
}
