// The return visits to be made, those whose time runs out first.
import type { Visit } from "../../api/types";
import { language, t } from "../../i18n";
import { dayWords, Due } from "../due";
import { usePaged } from "../paged";
import { Failed } from "../load";
import { Nothing, Panel, Today } from "./parts";

function Row({ v }: { v: Visit }) {
  return (
    <tr data-test="visit">
      <td class="what">
        <b class="anywhere">{v.customer}</b>
        <span class="below sm dim anywhere">{[v.title, v.number].filter((s) => s !== "").join(" · ")}</span>
      </td>
      <td class="sm anywhere">{[v.park, v.address].filter((s) => s !== "").join(" ")}</td>
      <td class="sm nw">{t("energized_on", dayWords(v.energized_on, language.value), v.days)}</td>
      <td class="left">
        <Due p={v} />
      </td>
      <td class="sm dim">{v.manager}</td>
    </tr>
  );
}

export function DispatcherDesk() {
  const { list, error, more, reload } = usePaged<{ visits: Visit[]; next: string }, Visit>("/visits", "cursor", (a) => ({ list: a.visits, next: a.next === "" ? null : a.next }));
  const late = list?.filter((v) => (v.days_left ?? 0) < 0).length ?? 0;
  return (
    <>
      <Today line={t("visits_line", list?.length ?? 0, late)} />
      {error !== undefined && <Failed error={error} again={reload} />}
      <Panel title={t("visits")} test="visits" {...(list === undefined ? {} : { count: list.length })}>
        {list?.length === 0 && <Nothing icon="phone" words={t("visits_none")} />}
        {list !== undefined && list.length > 0 && (
          <table class="rows" aria-label={t("visits")}>
            <thead>
              <tr>
                <th scope="col">{t("customer")}</th>
                <th scope="col">{t("project_address")}</th>
                <th scope="col">{t("energized_column")}</th>
                <th scope="col">{t("left_column")}</th>
                <th scope="col">{t("project_manager")}</th>
              </tr>
            </thead>
            <tbody>
              {list.map((v) => (
                <Row key={v.id} v={v} />
              ))}
            </tbody>
          </table>
        )}
        {more !== undefined && (
          <div class="pad">
            <button class="btn wide" onClick={more}>
              {t("projects_more")}
            </button>
          </div>
        )}
      </Panel>
    </>
  );
}
