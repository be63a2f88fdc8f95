// Documents of a project or of a meeting, or what who came by a project link may revise: the list, uploads into it by button, drop or camera, and what one may do with each.
import { useEffect, useState } from "preact/hooks";
import type { Document, DocumentList, Revision } from "../api/types";
import { clock, date, t, type TextKey } from "../i18n";
import { sizeText } from "../state/size";
import { add, forget, items, type Left, leftOver } from "../state/uploads";
import { copy, Icon } from "../ui/parts";
import { DocumentMore } from "./documentmore";
import { Loaded, useLoad } from "./load";
import { LeftLine, UploadLine } from "./uploadline";

export type Of = { project: string } | { meeting: string } | { link: true };
const pathOf = (of: Of): string => ("project" in of ? `/projects/${of.project}` : "meeting" in of ? `/meetings/${of.meeting}` : "/link");
export const contentOf = (d: Document, r: Revision): string => `/api/v1/documents/${d.id}/revisions/${r.number}/content`;
/** Nothing of it is fetched before the scanner has let it through. */
export const fetchable = (r: Revision): boolean => r.scan === "off" || r.scan === "clean";

const SCAN: Record<string, { kind: string; text: TextKey } | undefined> = {
  waiting: { kind: "warn", text: "scan_waiting" },
  infected: { kind: "fail", text: "scan_infected" },
  clean: { kind: "pass", text: "scan_clean" },
};

export function Scan({ r }: { r: Revision }) {
  const s = SCAN[r.scan];
  if (s === undefined) return null;
  return (
    <span class={`tag ${s.kind}`} data-test="document-scan" data-state={r.scan} title={r.finding}>
      <Icon of={r.scan === "clean" ? "check" : r.scan === "waiting" ? "clock" : "warn"} />
      {t(s.text)}
    </span>
  );
}

export function Digest({ r }: { r: Revision }) {
  const [copied, setCopied] = useState(false);
  const run = async () => setCopied(await copy(r.sha256));
  return (
    <button class="digest mono xs" type="button" title={r.sha256} aria-label={`${t("document_sha_copy")} ${r.sha256.slice(0, 8)}`} onClick={() => void run()} data-test="document-sha" data-sha={r.sha256}>
      {copied ? t("document_sha_copied") : r.sha256.slice(0, 8)}
    </button>
  );
}

/** Choosing files; the input itself is only for the keyboard and for who reads by ear. */
export function Choose({ label, icon, title, many = true, camera = false, take, class: c = "btn", test }: ChooseProps) {
  return (
    <label class={`${c} choose`} title={title}>
      <Icon of={icon} />
      {title === undefined && label}
      <input
        type="file"
        class="vh"
        multiple={many}
        aria-label={title ?? label}
        data-test={test}
        {...(camera ? { accept: "image/*", capture: "environment" as const } : {})}
        onChange={(e) => {
          take([...(e.currentTarget.files ?? [])]);
          e.currentTarget.value = "";
        }}
      />
    </label>
  );
}
interface ChooseProps {
  label: string;
  icon: "folder" | "photo" | "plus" | "raise";
  /** Only the sign is shown, and this is its name. */
  title?: string;
  many?: boolean;
  camera?: boolean;
  take: (files: File[]) => void;
  class?: string;
  test: string;
}

function Line({ d, list, revise, changed }: { d: Document; list: DocumentList; revise: (d: Document, files: File[]) => void; changed: () => void }) {
  const [open, setOpen] = useState(false);
  const r = d.latest;
  if (r === null) return null;
  return (
    <li class={d.withdrawn === null ? "line doc" : "line doc off"} data-test="document" data-id={d.id}>
      <span class="doctype mono" aria-hidden="true">
        {r.type}
      </span>
      <div class="sp col">
        <span class="row wrap docname">
          <b>{d.title}</b>
          <span class="tag acc" data-test="document-revision">
            {t("document_revision", r.number)}
          </span>
          {d.withdrawn !== null && <span class="tag na">{t("document_withdrawn")}</span>}
          <Scan r={r} />
        </span>
        <span class="sm dim docfacts">
          {[r.name, sizeText(r.bytes), t("document_by", r.uploaded_by), `${date(r.uploaded_at)} ${clock(r.uploaded_at)}`].join(" · ")} <Digest r={r} />
        </span>
        {d.withdrawn !== null && <span class="sm dim">{t("document_withdrawn_by", d.withdrawn.by, d.withdrawn.reason)}</span>}
        {r.same_as !== null && <span class="sm c-warn">{t("document_same", r.same_as.title, r.same_as.number)}</span>}
      </div>
      <span class="row docdo">
        {list.rights.read && fetchable(r) && (
          <a class="btn sq ghost" href={contentOf(d, r)} download aria-label={t("document_download", d.title)} title={t("document_download", d.title)} data-test="document-download">
            <Icon of="fetch" />
          </a>
        )}
        {list.rights.revise && d.withdrawn === null && <Choose class="btn sq ghost" icon="raise" many={false} label="" title={t("document_revise", d.title)} take={(f) => revise(d, f)} test="document-revise" />}
        {list.rights.read && (
          <button class="btn sq ghost" type="button" aria-label={t("document_more", d.title)} title={t("document_more", d.title)} onClick={() => setOpen(true)} data-test="document-more">
            <Icon of="more" />
          </button>
        )}
      </span>
      {open && <DocumentMore id={d.id} edit={list.rights.edit} close={() => setOpen(false)} changed={changed} />}
    </li>
  );
}

/** Uploads that this browser once began here and that no page goes on with. */
function useLeft(to: string, may: boolean): [Left[], () => void] {
  const [left, setLeft] = useState<Left[]>([]);
  const [turn, setTurn] = useState(0);
  const under = items.value.length;
  useEffect(() => {
    let gone = false;
    if (may) void leftOver(to).then((l) => !gone && setLeft(l));
    return () => {
      gone = true;
    };
  }, [to, may, turn, under]);
  return [left, () => setTurn(turn + 1)];
}

function Panel({ of, list, reload }: { of: Of; list: DocumentList; reload: () => void }) {
  const [over, setOver] = useState(false);
  const to = pathOf(of);
  const [left, again] = useLeft(to, list.rights.upload);
  const may = list.rights.upload;
  const take = (files: File[]) => add(files, to, to, list.limits.upload_bytes, reload);
  const revise = (d: Document, files: File[]) => add(files, `/documents/${d.id}`, to, list.limits.upload_bytes, reload);
  const under = items.value.filter((i) => i.shownIn === to);
  const empty = list.documents.length === 0 && under.length === 0 && left.length === 0;
  return (
    <section
      class={over ? "panel docs over" : "panel docs"}
      aria-label={t("documents")}
      data-test="documents"
      onDragOver={(e) => {
        if (!may) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={(e) => {
        if (!(e.relatedTarget instanceof Node && e.currentTarget.contains(e.relatedTarget))) setOver(false);
      }}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        if (may) take([...(e.dataTransfer?.files ?? [])]);
      }}
    >
      <header>
        <h2>{t("documents")}</h2>
        <span class="num">{list.documents.length}</span>
        <span class="sp" />
        {may && <Choose class="btn sq ghost camera" icon="photo" label="" title={t("document_photo")} camera take={take} test="document-photo" />}
        {may && <Choose class="btn pri" icon="plus" label={t("document_upload")} take={take} test="document-upload" />}
      </header>
      {over && (
        <p class="dropword" role="status">
          {t("documents_drop")}
        </p>
      )}
      {(under.length > 0 || left.length > 0) && (
        <ul class="uploads">
          {under.map((i) => (
            <UploadLine key={i.key} item={i} />
          ))}
          {left.map((l) => (
            <LeftLine key={l.storageKey} left={l} take={take} forget={() => void forget(l).then(again)} />
          ))}
        </ul>
      )}
      {empty && (
        <div class="empty">
          <Icon of="folder" />
          {t(may ? "documents_empty" : "documents_empty_read")}
        </div>
      )}
      <ul>
        {list.documents.map((d) => (
          <Line key={d.id} d={d} list={list} revise={revise} changed={reload} />
        ))}
      </ul>
      {may && (
        <p class="xs mute doclimits">
          {t("documents_limits", sizeText(list.limits.upload_bytes))}
          {list.limits.project_bytes > 0 && ` · ${t("documents_used", sizeText(list.limits.project_used), sizeText(list.limits.project_bytes))}`}
        </p>
      )}
    </section>
  );
}

export function Documents({ of }: { of: Of }) {
  const list = useLoad<DocumentList>(`${pathOf(of)}/documents`, 10_000);
  return <Loaded of={list}>{(d) => <Panel of={of} list={d} reload={list.reload} />}</Loaded>;
}

