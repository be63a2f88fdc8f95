// Cancelling a meeting: why, and once more whether it is meant.
import type { MeetingPage } from "../../api/types";
import { useState } from "preact/hooks";
import { api } from "../../api/rest";
import { t } from "../../i18n";
import { Dialog } from "../../ui/dialog";
import { Fault, Note } from "../../ui/parts";
import { useDoing } from "../form";
import { Line } from "./field";

export function Cancel({ m, close, done }: { m: MeetingPage; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const { busy, fault, run } = useDoing();
  const ready = reason.trim() !== "";
  const overtaken = fault?.status === 412;
  return (
    <Dialog title={t("cancel_title")} close={close} test="cancel-dialog">
      <form
        class="col gap"
        onSubmit={(e) => {
          e.preventDefault();
          if (!ready) return;
          void run(async () => {
            await api("POST", `/meetings/${m.id}/cancel`, { reason: reason.trim() }, { version: m.version });
            done();
            close();
          });
        }}
      >
        <p class="dim">{t("cancel_what")}</p>
        <Line text="cancel_reason" value={reason} set={setReason} max={200} test="cancel-reason" hint={t("cancel_reason_what")} />
        {overtaken && (
          <Note kind="warn">
            {t("cancel_overtaken")}
            <div class="row wrap actions">
              <button
                type="button"
                class="btn"
                onClick={() => {
                  done();
                  close();
                }}
              >
                {t("cancel_look")}
              </button>
            </div>
          </Note>
        )}
        {fault !== undefined && !overtaken && <Fault error={fault} own={{ conflict: "cancel_live" }} />}
        <button class="btn bad" disabled={!ready || busy} data-test="cancel-go">
          {t(busy ? "cancelling" : ready ? "cancel_go" : "cancel_needs")}
        </button>
      </form>
    </Dialog>
  );
}
