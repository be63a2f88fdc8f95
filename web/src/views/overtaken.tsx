// Somebody else has changed meanwhile what is being saved: both versions side by side, and what to do.
import { t, type TextKey } from "../i18n";
import { Note } from "../ui/parts";

export interface Difference {
  label: string;
  mine: string;
  theirs: string;
}

export interface OvertakenProps {
  what?: TextKey;
  rows: Difference[];
  keep: () => void;
  take: () => void;
  busy?: boolean;
}

export function Overtaken({ what = "overtaken_any", rows, keep, take, busy = false }: OvertakenProps) {
  return (
    <div class="col gap" data-test="overtaken">
      <Note kind="warn">{t(what)}</Note>
      <table>
        <thead>
          <tr>
            <th>{t("overtaken_field")}</th>
            <th>{t("overtaken_mine")}</th>
            <th>{t("overtaken_theirs")}</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .filter((r) => r.mine !== r.theirs)
            .map((r) => (
              <tr key={r.label}>
                <th scope="row">{r.label}</th>
                <td>{r.mine}</td>
                <td>{r.theirs}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <div class="row wrap">
        <button type="button" class="btn pri" disabled={busy} onClick={keep} data-test="overtaken-keep">
          {t("overtaken_keep")}
        </button>
        <button type="button" class="btn" disabled={busy} onClick={take} data-test="overtaken-take">
          {t("overtaken_take")}
        </button>
      </div>
    </div>
  );
}
