// Documents of the project that a meeting is about.
import type { DocumentList } from "../../api/types";
import { t } from "../../i18n";
import type { Named } from "../../state/schedule";
import { useLoad } from "../load";

export function Papers({ project, chosen, change }: { project: string; chosen: Named[]; change: (list: Named[]) => void }) {
  const list = useLoad<DocumentList>(`/projects/${project}/documents`);
  if (list.error !== undefined) return <p class="sm dim">{t("papers_later")}</p>;
  const open = list.data?.documents.filter((d) => d.withdrawn === null) ?? [];
  if (open.length === 0) return <p class="sm dim">{t("papers_none")}</p>;
  return (
    <ul class="col" data-test="papers">
      {open.map((d) => (
        <li key={d.id}>
          <label class="row tick">
            <input
              type="checkbox"
              checked={chosen.some((c) => c.id === d.id)}
              onChange={(e) => change(e.currentTarget.checked ? [...chosen, { id: d.id, name: d.title }] : chosen.filter((c) => c.id !== d.id))}
              data-test="paper"
            />
            {d.title}
          </label>
        </li>
      ))}
    </ul>
  );
}
