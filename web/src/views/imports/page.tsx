// Projects from a table: choose, see what the check has found, confirm, watch, done.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../../api/rest";
import { sendFile } from "../../api/sendfile";
import type { Import, ImportList } from "../../api/types";
import { t } from "../../i18n";
import { BYTES_MAX, isOpen, isRunning, partDone, template } from "../../state/imports";
import { useTitle } from "../../ui/hooks";
import { Fault, Icon, Note } from "../../ui/parts";
import { Crumbs, Page } from "../page";
import { Counts, Report } from "./report";

const POLL_MS = 500;

function Bar({ part, text, test }: { part: number; text: string; test: string }) {
  return (
    <div class="col gap" role="status" data-test={test}>
      <span>{text}</span>
      <progress max={1} value={part} aria-label={text} />
    </div>
  );
}

function Template() {
  const [url, setUrl] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([template(t)], { type: "text/csv" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, []);
  return (
    <a href={url} download="projects.csv">
      {t("import_template")}
    </a>
  );
}

interface ChooseProps {
  send: (file: File, existing: string) => void;
  sending: { name: string; part: number; cancel: () => void } | undefined;
  fault: ApiError | undefined;
}

function Choose({ send, sending, fault }: ChooseProps) {
  const [file, setFile] = useState<File | undefined>();
  const [existing, setExisting] = useState("update");
  const large = file !== undefined && file.size > BYTES_MAX;
  if (sending !== undefined)
    return (
      <>
        <Bar part={sending.part} text={t("import_uploading", sending.name)} test="import-uploading" />
        <button class="btn" onClick={sending.cancel}>
          {t("import_cancel")}
        </button>
      </>
    );
  return (
    <form
      class="col gap4"
      onSubmit={(e) => {
        e.preventDefault();
        if (file !== undefined && !large) send(file, existing);
      }}
    >
      <p class="dim">{t("import_how")}</p>
      <Template />
      <label class="col label">
        <span class="sm dim">{t("import_file")}</span>
        <input class="field file" type="file" accept=".csv,.txt,text/csv" onChange={(e) => setFile(e.currentTarget.files?.[0])} data-test="import-file" />
      </label>
      {large && <Note kind="fail">{t("import_too_big")}</Note>}
      <fieldset class="col">
        <legend class="sm dim">{t("import_existing")}</legend>
        {(["update", "refuse"] as const).map((x) => (
          <label key={x} class="row tick">
            <input type="radio" name="existing" checked={existing === x} onChange={() => setExisting(x)} data-test={`import-${x}`} />
            {t(`import_${x}`)}
          </label>
        ))}
      </fieldset>
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn pri" disabled={file === undefined || large} data-test="import-check">
        {t(file === undefined ? "import_needs" : "import_check")}
      </button>
    </form>
  );
}

function Checked({ im, confirm, cancel, busy }: { im: Import; confirm: () => void; cancel: () => void; busy: boolean }) {
  const { bad, fresh, changed } = im.rows;
  const text = bad > 0 ? t("import_blocked", bad) : fresh + changed === 0 ? t("import_nothing") : t("import_go", fresh, changed);
  return (
    <div class="col gap4" data-test="import-checked">
      <Counts im={im} />
      <Report im={im} />
      <div class="row wrap">
        <button class="btn pri" disabled={busy || bad > 0 || fresh + changed === 0} onClick={confirm} data-test="import-confirm">
          {text}
        </button>
        <button class="btn" disabled={busy} onClick={cancel} data-test="import-cancel">
          {t("import_other")}
        </button>
      </div>
    </div>
  );
}

function Running({ im, cancel, busy }: { im: Import; cancel: () => void; busy: boolean }) {
  if (im.state === "undoing") return <p role="status">{t("import_undoing")}</p>;
  const text = im.state === "checking" ? t("import_checking", im.name, im.done_rows.toLocaleString()) : t("import_writing", im.name, im.done_rows.toLocaleString(), im.rows.all.toLocaleString());
  return (
    <>
      {im.state === "checking" ? <p role="status">{text}</p> : <Bar part={partDone(im)} text={text} test="import-progress" />}
      <div class="row">
        <button class="btn" disabled={busy} onClick={cancel} data-test="import-cancel">
          {t("import_cancel")}
        </button>
      </div>
    </>
  );
}

function Over({ im, again }: { im: Import; again: () => void }) {
  return (
    <div class="col gap4" data-test={`import-${im.state}`}>
      {im.state === "done" && <Note kind="acc" icon="check">{t("import_done", im.rows.fresh.toLocaleString(), im.rows.changed.toLocaleString())}</Note>}
      {im.state === "failed" && <Note kind="fail">{t(im.reason === "overtaken" ? "import_failed_overtaken" : "import_failed_file")}</Note>}
      {im.state === "cancelled" && <Note kind="plain">{t("import_cancelled")}</Note>}
      <div class="row wrap">
        <a class="btn pri" href="/projects">
          {t("import_to_projects")}
        </a>
        <button class="btn" onClick={again} data-test="import-again">
          {t("import_again")}
        </button>
      </div>
    </div>
  );
}

function useImport() {
  const [im, setIm] = useState<Import | undefined>();
  const [loaded, setLoaded] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const [busy, setBusy] = useState(false);
  const here = useRef(true);
  const tried = async (what: () => Promise<Import>) => {
    setBusy(true);
    try {
      const next = await what();
      if (here.current) setIm(next);
      setFault(undefined);
    } catch (e) {
      setFault(asApiError(e));
    }
    setBusy(false);
  };
  useEffect(() => {
    // Whoever left the page while it ran finds it again.
    api<ImportList>("GET", "/imports").then(
      (d) => {
        setIm(d.imports.find(isOpen));
        setLoaded(true);
      },
      (e: unknown) => {
        setFault(asApiError(e));
        setLoaded(true);
      },
    );
    return () => {
      here.current = false;
    };
  }, []);
  const running = im !== undefined && isRunning(im);
  useEffect(() => {
    if (!running) return;
    const timer = window.setInterval(() => {
      api<Import>("GET", `/imports/${im.id}`).then(
        (next) => here.current && setIm(next),
        (e: unknown) => setFault(asApiError(e)),
      );
    }, POLL_MS);
    return () => window.clearInterval(timer);
  }, [running, im?.id]);
  return { im, setIm, loaded, fault, setFault, busy, tried };
}

export function ImportPage() {
  const { im, setIm, loaded, fault, setFault, busy, tried } = useImport();
  const [sending, setSending] = useState<ChooseProps["sending"]>();
  useTitle(`${t("import_title")} · ${t("brand")}`);
  const send = async (file: File, existing: string) => {
    setFault(undefined);
    const path = `/imports?existing=${existing}&name=${encodeURIComponent(file.name)}`;
    const s = sendFile<Import>(path, file, "text/csv", (part) => setSending({ name: file.name, part, cancel: s.cancel }));
    setSending({ name: file.name, part: 0, cancel: s.cancel });
    try {
      setIm(await s.answer);
    } catch (e) {
      const error = asApiError(e);
      if (error.code !== "cancelled") setFault(error);
    }
    setSending(undefined);
  };
  const another = async () => {
    if (im !== undefined) await tried(() => api<Import>("DELETE", `/imports/${im.id}`));
    setIm(undefined);
  };
  return (
    <Page wide>
      <div class="heading">
        <Crumbs> / {t("import")}</Crumbs>
        <h1>{t("import_title")}</h1>
      </div>
      <section class="panel pad col gap4" aria-busy={busy}>
        {im === undefined && loaded && <Choose send={(f, x) => void send(f, x)} sending={sending} fault={fault} />}
        {im !== undefined && fault !== undefined && <Fault error={fault} />}
        {im !== undefined && isRunning(im) && <Running im={im} busy={busy} cancel={() => void tried(() => api<Import>("DELETE", `/imports/${im.id}`))} />}
        {im?.state === "checked" && <Checked im={im} busy={busy} confirm={() => void tried(() => api<Import>("POST", `/imports/${im.id}/confirm`))} cancel={() => void another()} />}
        {im !== undefined && !isOpen(im) && <Over im={im} again={() => setIm(undefined)} />}
      </section>
    </Page>
  );
}

/** The way here, in the head of the list. */
export function ImportLink() {
  return (
    <a class="btn" href="/projects/import" data-test="project-import">
      <Icon of="come" />
      {t("import")}
    </a>
  );
}
