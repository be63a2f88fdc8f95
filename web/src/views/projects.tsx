// The projects one sees: search, filters, order, page after page.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { ProjectList } from "../api/types";
import { t } from "../i18n";
import { ALL_STAGES, isStage } from "../state/project";
import { useTitle } from "../ui/hooks";
import { Icon } from "../ui/parts";
import { ExportButton } from "./imports/export";
import { ImportLink } from "./imports/page";
import { Loaded } from "./load";
import { Page, useAccount } from "./page";
import { NewProject } from "./projectnew";
import { ProjectTable } from "./projecttable";

interface Filters {
  q: string;
  stage: string;
  late: boolean;
  open: boolean;
  sort: string;
}
const NO_FILTERS: Filters = { q: "", stage: "", late: false, open: false, sort: "recent" };
const TYPING_MS = 250;

function queryOf(f: Filters, cursor: string): string {
  const q = new URLSearchParams();
  if (f.q.trim() !== "") q.set("q", f.q.trim());
  if (f.stage !== "") q.set("stage", f.stage);
  if (f.late) q.set("late", "1");
  if (f.open) q.set("open", "1");
  if (f.sort !== "recent") q.set("sort", f.sort);
  if (cursor !== "") q.set("cursor", cursor);
  return q.toString();
}

/** The filters stand in the address, so that going back and sending the link keep them. */
function filtersOfAddress(): Filters {
  const q = new URLSearchParams(location.search);
  const stage = q.get("stage") ?? "";
  return { q: q.get("q") ?? "", stage: isStage(stage) ? stage : "", late: q.has("late"), open: q.has("open"), sort: q.get("sort") === "due" ? "due" : "recent" };
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
  useEffect(
    () => () => {
      latest.current = -1; // An answer that comes after the page is gone.
    },
    [],
  );
  return { data: list, error, busy, reload: () => void load(""), more: () => void load(list?.next ?? "") };
}

function Tick({ on, set, words, test }: { on: boolean; set: (on: boolean) => void; words: "projects_late" | "projects_open"; test: string }) {
  return (
    <label class="row tick">
      <input type="checkbox" checked={on} onChange={(e) => set(e.currentTarget.checked)} data-test={test} />
      {t(words)}
    </label>
  );
}

function Search({ filters, change }: { filters: Filters; change: (f: Filters) => void }) {
  const searching = filters.q.trim() !== "";
  return (
    <div class="finding" role="search" aria-label={t("projects_find")}>
      <span class="findbox">
        <Icon of="find" />
        <input class="field" type="search" value={filters.q} maxLength={60} placeholder={t("projects_find_hint")} aria-label={t("projects_find")} onInput={(e) => change({ ...filters, q: e.currentTarget.value })} data-test="projects-find" />
      </span>
      <select class="field" value={filters.stage} aria-label={t("stages")} onChange={(e) => change({ ...filters, stage: e.currentTarget.value })} data-test="projects-stage">
        <option value="">{t("stage_any")}</option>
        {ALL_STAGES.map((s) => (
          <option key={s} value={s}>
            {t(`stage_${s}`)}
          </option>
        ))}
      </select>
      <select class={searching ? "field off" : "field"} value={searching ? "recent" : filters.sort} disabled={searching} aria-label={t("projects_order")} onChange={(e) => change({ ...filters, sort: e.currentTarget.value })} data-test="projects-order">
        <option value="recent">{t("order_recent")}</option>
        <option value="due">{t("order_due")}</option>
      </select>
      <span class="row ticks">
        <Tick on={filters.open} set={(open) => change({ ...filters, open })} words="projects_open" test="projects-open" />
        <Tick on={filters.late} set={(late) => change({ ...filters, late })} words="projects_late" test="projects-late" />
      </span>
    </div>
  );
}

function Empty({ filtered, own, clear }: { filtered: boolean; own: boolean; clear: () => void }) {
  return (
    <div class="empty tall">
      <Icon of="folder" />
      {t(filtered ? "projects_none" : own ? "projects_empty" : "projects_empty_all")}
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
  const own = useAccount()?.role === "manager";
  useTitle(`${t("projects")} · ${t("brand")}`);
  return (
    <Page wide>
      <div class="row wrap pagehead">
        <h1 class="sp">{t("projects")}</h1>
        {own && <ImportLink />}
        <ExportButton query={queryOf(filters, "")} />
        {own && <NewProject />}
      </div>
      <Loaded of={list}>
        {(d) => (
          <section class="panel" aria-label={t("projects")} aria-busy={list.busy}>
            <Search filters={filters} change={setFilters} />
            {d.projects.length === 0 ? <Empty filtered={queryOf({ ...filters, sort: "recent" }, "") !== ""} own={own} clear={() => setFilters(NO_FILTERS)} /> : <ProjectTable list={d.projects} managers={!own} label={t("projects")} />}
            {d.next !== "" && (
              <div class="pad">
                <button class="btn wide" disabled={list.busy} onClick={list.more} data-test="projects-more">
                  {t(list.busy ? "loading" : "projects_more")}
                </button>
              </div>
            )}
          </section>
        )}
      </Loaded>
    </Page>
  );
}
