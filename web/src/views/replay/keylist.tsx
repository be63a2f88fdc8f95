// The list of keys, and the switch for those who press them by accident.
import { t } from "../../i18n";
import { Dialog } from "../../ui/dialog";
import { ROWS, setSingleKeys, singleKeys } from "./keys";

export function KeyList({ close }: { close: () => void }) {
  return (
    <Dialog title={t("key_help")} close={close} test="keys-dialog">
      <dl class="keys wide-keys">
        {ROWS.map((r) => (
          <div key={r.shown} class="row">
            <dt>
              <kbd>{r.shown === "Space" ? t("key_space") : r.shown}</kbd>
            </dt>
            <dd class="sp">{t(r.what)}</dd>
          </div>
        ))}
      </dl>
      <label class="row tick">
        <input type="checkbox" checked={singleKeys.value} onChange={(e) => setSingleKeys(e.currentTarget.checked)} data-test="single-keys" />
        {t("single_keys")}
      </label>
    </Dialog>
  );
}
