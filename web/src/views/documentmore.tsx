// All revisions of a document, its name and kind, and withdrawing it.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { DocumentKind, DocumentPage } from "../api/types";
import { clock, date, t } from "../i18n";
import { sizeText } from "../state/size";
import { Dialog } from "../ui/dialog";
import { Fault, Icon, Note } from "../ui/parts";
import { contentOf, Digest, fetchable, Scan } from "./documents";
import { Loaded, useLoad } from "./load";

const KINDS: DocumentKind[] = ["drawing", "plan", "photo", "other"];

function History({ d }: { d: DocumentPage }) {
  return (
    <ol class="revisions" data-test="document-history">
      {d.history.map((r) => (
        <li key={r.number} class="row wrap">
          <span class="tag acc">{t("document_revision", r.number)}</span>
          <span class="sp sm">
            {r.name}
            <span class="dim"> · {[sizeText(r.bytes), t("document_by", r.uploaded_by), `${date(r.uploaded_at)} ${clock(r.uploaded_at)}`].join(" · ")}</span>
          </span>
          <Scan r={r} />
          <Digest r={r} />
          {fetchable(r) && (
            <a class="btn sq ghost" href={contentOf(d, r)} download aria-label={t("document_download", r.name)} title={t("document_download", r.name)}>
              <Icon of="fetch" />
            </a>
          )}
        </li>
      ))}
    </ol>
  );
}

/** One change at a time; of two people the second is told, and sees what there is now. */
function useChange(d: DocumentPage, done: () => void): { busy: boolean; fault: ApiError | undefined; run: (method: "PUT" | "POST", path: string, body?: object) => Promise<void> } {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const run = async (method: "PUT" | "POST", path: string, body?: object) => {
    setBusy(true);
    setFault(undefined);
    try {
      await api(method, `/documents/${d.id}${path}`, body, { version: d.version });
      done();
    } catch (e) {
      setFault(asApiError(e));
      if (asApiError(e).status === 412) done();
    } finally {
      setBusy(false);
    }
  };
  return { busy, fault, run };
}

function Edit({ d, done }: { d: DocumentPage; done: () => void }) {
  const [title, setTitle] = useState(d.title);
  const [kind, setKind] = useState(d.kind);
  const [reason, setReason] = useState("");
  const { busy, fault, run } = useChange(d, done);
  const changed = title.trim() !== "" && (title.trim() !== d.title || kind !== d.kind);
  return (
    <div class="col gap4">
      <form
        class="col gap"
        onSubmit={(e) => {
          e.preventDefault();
          if (changed) void run("PUT", "", { title: title.trim(), kind });
        }}
      >
        <label class="col label">
          <span class="sm dim">{t("document_title")}</span>
          <input class="field" value={title} maxLength={60} onInput={(e) => setTitle(e.currentTarget.value)} data-test="document-title" />
        </label>
        <label class="col label">
          <span class="sm dim">{t("document_kind")}</span>
          <select class="field" value={kind} onChange={(e) => setKind(e.currentTarget.value as DocumentKind)} data-test="document-kind">
            {KINDS.map((k) => (
              <option key={k} value={k}>
                {t(`document_kind_${k}`)}
              </option>
            ))}
          </select>
        </label>
        <button class="btn pri" disabled={!changed || busy} data-test="document-save">
          {t("document_save")}
        </button>
      </form>
      {d.withdrawn !== null ? (
        <>
          <Note kind="warn">{t("document_withdrawn_by", d.withdrawn.by, d.withdrawn.reason)}</Note>
          <button class="btn" type="button" disabled={busy} onClick={() => void run("POST", "/restore")} data-test="document-restore">
            {t("document_restore")}
          </button>
        </>
      ) : (
        <form
          class="col gap"
          onSubmit={(e) => {
            e.preventDefault();
            if (reason.trim() !== "") void run("POST", "/withdraw", { reason: reason.trim() });
          }}
        >
          <label class="col label">
            <span class="sm dim">{t("document_withdraw_why")}</span>
            <input class="field" value={reason} maxLength={160} onInput={(e) => setReason(e.currentTarget.value)} data-test="document-reason" />
          </label>
          <button class="btn" disabled={reason.trim() === "" || busy} data-test="document-withdraw">
            {t(reason.trim() === "" ? "document_withdraw_needs" : "document_withdraw")}
          </button>
        </form>
      )}
      {fault !== undefined && (fault.status === 412 ? <Note kind="warn">{t("overtaken_move")}</Note> : <Fault error={fault} />)}
    </div>
  );
}

export function DocumentMore({ id, edit, close, changed }: { id: string; edit: boolean; close: () => void; changed: () => void }) {
  const page = useLoad<DocumentPage>(`/documents/${id}`);
  const done = () => {
    page.reload();
    changed();
  };
  return (
    <Dialog title={page.data?.title ?? t("documents")} close={close} test="document-dialog">
      <Loaded of={page}>
        {(d) => (
          <div class="col gap4">
            <History d={d} />
            {edit && <Edit key={d.version} d={d} done={done} />}
          </div>
        )}
      </Loaded>
    </Dialog>
  );
}
