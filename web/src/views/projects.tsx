// The projects one sees: search, filters, page after page; and making another.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { Project, ProjectList } from "../api/types";
import { t } from "../i18n";
import { ALL_STAGES, bodyOf, EMPTY_FORM, type FormField, isStage, type ProjectForm } from "../state/project";
import { ExportButton } from "./imports/export";
import { ImportLink } from "./imports/page";
import { useTitle } from "../ui/hooks";
import { Fault, Icon } from "../ui/parts";
import { Due } from "./due";
import { Loaded } from "./load";
import { Page, useAccount } from "./page";
import { MainFields, OtherFields } from "./projectform";

/** A form's making of something: busy, failed with its reason, or on to the page of what was made. */
export function useMaking(make: () => Promise<string>) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const run = async () => {
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      location.assign(await make());
    } catch (e) {
      setFault(asApiError(e));
      setBusy(false);
    }
  };
  return { busy, fault, run };
}

export const numberTaken = (e: ApiError | undefined): boolean => e?.status === 409 && e.message.startsWith("number:");

function NewProject() {
  const [form, setForm] = useState<ProjectForm>(EMPTY_FORM);
  const [wrong, setWrong] = useState<FormField[]>([]);
  const { busy, fault, run } = useMaking(async () => {
    const r = bodyOf(form);
    if ("wrong" in r) throw new Error("checked before");
    return `/projects/${(await api<Project>("POST", "/projects", r.body)).id}`;
  });
  const ready = form.title.trim() !== "" && form.customer.trim() !== "";
  const fields = { form, wrong: numberTaken(fault) ? [...wrong, "number" as const] : wrong, change: (part: Partial<ProjectForm>) => setForm({ ...form, ...part }) };
  const send = () => {
    const r = bodyOf(form);
    setWrong("wrong" in r ? r.wrong : []);
    if ("body" in r) void run();
  };
  return (
    <form
      class="panel pad col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) send();
      }}
    >
      <h2>{t("project_new")}</h2>
      <MainFields {...fields} />
      <details class="col gap" open={wrong.some((x) => x !== "title" && x !== "customer") || numberTaken(fault)}>
        <summary class="sm">{t("project_more")}</summary>
        <OtherFields {...fields} />
      </details>
      {fault !== undefined && !numberTaken(fault) && <Fault error={fault} />}
      <button class="btn pri" disabled={!ready || busy} data-test="project-create">
        {t(busy ? "creating" : ready ? "project_create" : "project_needs")}
      </button>
    </form>
  );
}

interface Filters {
  q: string;
  stage: string;
  late: boolean;
  sort: string;
}
const NO_FILTERS: Filters = { q: "", stage: "", late: false, sort: "recent" };
const TYPING_MS = 250;

function queryOf(f: Filters, cursor: string): string {
  const q = new URLSearchParams();
  if (f.q.trim() !== "") q.set("q", f.q.trim());
  if (f.stage !== "") q.set("stage", f.stage);
  if (f.late) q.set("late", "1");
  if (f.sort !== "recent") q.set("sort", f.sort);
  if (cursor !== "") q.set("cursor", cursor);
  return q.toString();
}

/** The filters stand in the address, so that going back and sending the link keep them. */
function filtersOfAddress(): Filters {
  const q = new URLSearchParams(location.search);
  const stage = q.get("stage") ?? "";
  return { q: q.get("q") ?? "", stage: isStage(stage) ? stage : "", late: q.has("late"), sort: q.get("sort") === "due" ? "due" : "recent" };
}

function useProjects(filters: Filters) {
  const [list, setList] = useState<ProjectList | undefined>();
  const [error, setError] = useState<ApiError | undefined>();
  const [busy, setBusy] = useState(false);
  const latest = useRef(0);
  const load = async (cursor: string) => {
    const mine = ++latest.current;
    setBusy(true);
    try {
      const query = queryOf(filters, cursor);
      const page = await api<ProjectList>("GET", `/projects${query === "" ? "" : `?${query}`}`);
      if (mine !== latest.current) return;
      setList((l) => (cursor === "" || l === undefined ? page : { projects: [...l.projects, ...page.projects], next: page.next }));
      setError(undefined);
    } catch (e) {
      if (mine === latest.current) setError(asApiError(e));
    }
    if (mine === latest.current) setBusy(false);
  };
  useEffect(() => {
    const query = queryOf(filters, "");
    history.replaceState(null, "", query === "" ? location.pathname : `?${query}`);
    const timer = window.setTimeout(() => void load(""), list === undefined ? 0 : TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [filters]);
  return { data: list, error, busy, reload: () => void load(""), more: () => void load(list?.next ?? "") };
}

function Search({ filters, change }: { filters: Filters; change: (f: Filters) => void }) {
  return (
    <div class="row wrap finding" role="search" aria-label={t("projects_find")}>
      <input class="field sp" type="search" value={filters.q} maxLength={60} placeholder={t("projects_find_hint")} aria-label={t("projects_find")} onInput={(e) => change({ ...filters, q: e.currentTarget.value })} data-test="projects-find" />
      <select class="field auto" value={filters.stage} aria-label={t("stages")} onChange={(e) => change({ ...filters, stage: e.currentTarget.value })} data-test="projects-stage">
        <option value="">{t("stage_any")}</option>
        {ALL_STAGES.map((s) => (
          <option key={s} value={s}>
            {t(`stage_${s}`)}
          </option>
        ))}
      </select>
      <select class="field auto" value={filters.sort} aria-label={t("projects_order")} onChange={(e) => change({ ...filters, sort: e.currentTarget.value })} data-test="projects-order">
        <option value="recent">{t("order_recent")}</option>
        <option value="due">{t("order_due")}</option>
      </select>
      <label class="row tick">
        <input type="checkbox" checked={filters.late} onChange={(e) => change({ ...filters, late: e.currentTarget.checked })} data-test="projects-late" />
        {t("projects_late")}
      </label>
    </div>
  );
}

function Row({ p }: { p: Project }) {
  return (
    <a class="line" href={`/projects/${p.id}`} data-test="project">
      <Icon of="folder" />
      <span class="sp cut col">
        <b class="cut">{p.title}</b>
        <span class="sm dim cut">{[p.number, p.customer, p.park].filter((x) => x !== "").join(" · ")}</span>
      </span>
      <span class="long">
        <Due p={p} />
      </span>
      <span class={p.stage === "withdrawn" ? "tag na" : p.stage === "closed" ? "tag pass" : "tag acc"}>{t(`stage_${p.stage}`)}</span>
      <Icon of="right" size="s" />
    </a>
  );
}

function Empty({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  return (
    <div class="empty">
      <Icon of="folder" />
      {t(filtered ? "projects_none" : "projects_empty")}
      {filtered && (
        <button class="btn" onClick={clear}>
          {t("projects_clear")}
        </button>
      )}
    </div>
  );
}

export function Projects() {
  const [filters, setFilters] = useState<Filters>(filtersOfAddress);
  const list = useProjects(filters);
  const account = useAccount();
  useTitle(`${t("projects")} · ${t("brand")}`);
  return (
    <Page wide>
      <div class="row wrap">
        <h1 class="sp">{t("projects")}</h1>
        {account?.role === "manager" && <ImportLink />}
        <ExportButton query={queryOf(filters, "")} />
      </div>
      <Loaded of={list}>
        {(d) => (
          <div class="columns">
            <section class="panel" aria-label={t("projects")} aria-busy={list.busy}>
              <Search filters={filters} change={setFilters} />
              {d.projects.length === 0 ? <Empty filtered={queryOf(filters, "") !== ""} clear={() => setFilters(NO_FILTERS)} /> : d.projects.map((p) => <Row key={p.id} p={p} />)}
              {d.next !== "" && (
                <div class="pad">
                  <button class="btn wide" disabled={list.busy} onClick={list.more} data-test="projects-more">
                    {t(list.busy ? "loading" : "projects_more")}
                  </button>
                </div>
              )}
            </section>
            <NewProject />
          </div>
        )}
      </Loaded>
    </Page>
  );
}
