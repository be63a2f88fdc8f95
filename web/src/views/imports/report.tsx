// What the check has found: how many, every bad row and why, every change.
import { useEffect, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../../api/rest";
import type { Import, ImportRow, ImportRows } from "../../api/types";
import { language, t } from "../../i18n";
import { changeText, columnName, whyText } from "../../state/imports";
import { Fault, Note } from "../../ui/parts";

function useRows(id: string) {
  const [rows, setRows] = useState<ImportRow[]>([]);
  const [next, setNext] = useState<number | null>(null);
  const [error, setError] = useState<ApiError | undefined>();
  const load = async (after: number, before: ImportRow[]) => {
    try {
      const page = await api<ImportRows>("GET", `/imports/${id}/rows?after=${after}`);
      setRows([...before, ...page.rows]);
      setNext(page.next);
      setError(undefined);
    } catch (e) {
      setError(asApiError(e));
    }
  };
  useEffect(() => {
    void load(0, []);
  }, [id]);
  return { rows, error, more: next === null ? undefined : () => void load(next, rows) };
}

function Count({ n, text, kind }: { n: number; text: "import_fresh" | "import_changed" | "import_unchanged" | "import_bad"; kind: string }) {
  return (
    <div class={`count ${n > 0 ? kind : ""}`} data-test={text}>
      <b>{n.toLocaleString()}</b>
      <span class="sm">{t(text)}</span>
    </div>
  );
}

export function Counts({ im }: { im: Import }) {
  return (
    <div class="counts">
      <Count n={im.rows.fresh} text="import_fresh" kind="c-pass" />
      <Count n={im.rows.changed} text="import_changed" kind="c-acc" />
      <Count n={im.rows.unchanged} text="import_unchanged" kind="" />
      <Count n={im.rows.bad} text="import_bad" kind="c-fail" />
    </div>
  );
}

function Bad({ rows }: { rows: ImportRow[] }) {
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={t("import_problems")}>
      <table data-test="import-problems">
        <thead>
          <tr>
            <th>{t("import_row")}</th>
            <th>{t("import_column")}</th>
            <th>{t("import_value")}</th>
            <th>{t("import_why")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.flatMap((r) =>
            (r.faults ?? []).map((f, i) => (
              <tr key={`${r.row}-${i}`}>
                <td class="mono">{r.row === 0 ? t("import_whole") : r.row}</td>
                <td>{columnName(f.column, t)}</td>
                <td class="value">{f.value}</td>
                <td>{whyText(f, t)}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Changes({ rows }: { rows: ImportRow[] }) {
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={t("import_changes")}>
      <table data-test="import-changes">
        <thead>
          <tr>
            <th>{t("import_row")}</th>
            <th>{t("project_number")}</th>
            <th>{t("import_column")}</th>
            <th>{t("import_before")}</th>
            <th>{t("import_after")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.flatMap((r) =>
            (r.changes ?? []).map((c) => {
              const { before, after } = changeText(c, language.value);
              return (
                <tr key={`${r.row}-${c.column}`}>
                  <td class="mono">{r.row}</td>
                  <td>{r.number}</td>
                  <td>{columnName(c.column, t)}</td>
                  <td class={before === "" ? "value mute" : "value"}>{before === "" ? t("not_given") : before}</td>
                  <td class={after === "" ? "value mute" : "value"}>{after === "" ? t("not_given") : after}</td>
                </tr>
              );
            }),
          )}
        </tbody>
      </table>
    </div>
  );
}

export function Report({ im }: { im: Import }) {
  const { rows, error, more } = useRows(im.id);
  const unread = rows.flatMap((r) => r.unread ?? []);
  const bad = rows.filter((r) => r.faults !== undefined);
  const changes = rows.filter((r) => r.changes !== undefined);
  return (
    <>
      <p class="sm dim">{t("import_read_as", im.name, im.encoding.toUpperCase())}</p>
      {im.sure === "guess" && <Note kind="warn">{t("import_guessed")}</Note>}
      {unread.length > 0 && <p class="sm dim">{t("import_unread", unread.join(language.value === "zh" ? "、" : ", "))}</p>}
      {error !== undefined && <Fault error={error} />}
      {bad.length > 0 && (
        <section class="col gap">
          <h3>{t("import_problems")}</h3>
          <Bad rows={bad} />
        </section>
      )}
      {changes.length > 0 && (
        <section class="col gap">
          <h3>{t("import_changes")}</h3>
          <Changes rows={changes} />
        </section>
      )}
      {rows.some((r) => r.cut === true) && <Note kind="warn">{t("import_cut")}</Note>}
      {more !== undefined && (
        <button class="btn" onClick={more} data-test="import-more">
          {t("import_more")}
        </button>
      )}
    </>
  );
}
