// The meetings one sees: what comes, what is over, by day; searched, page after page.
import { useEffect, useState } from "preact/hooks";
import type { Kind, Meeting, MeetingList } from "../api/types";
import { t, type TextKey } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Icon } from "../ui/parts";
import { Days } from "./dash/parts";
import { Failed, Skeleton } from "./load";
import { Page } from "./page";
import { usePaged } from "./paged";

const TABS = [
  ["upcoming", "meetings_upcoming"],
  ["live", "meetings_live"],
  ["past", "meetings_past"],
  ["cancelled", "meetings_cancelled"],
] as const satisfies readonly (readonly [string, TextKey])[];
type Tab = (typeof TABS)[number][0];
const KINDS: Kind[] = ["review", "survey", "acceptance", "forum"];
const NONE: Record<Tab, TextKey> = { upcoming: "meetings_none_upcoming", live: "meetings_none_live", past: "meetings_none_past", cancelled: "meetings_none_cancelled" };
const TYPING_MS = 250;

interface Filters {
  when: Tab;
  kind: string;
  q: string;
}

function filtersOfAddress(): Filters {
  const q = new URLSearchParams(location.search);
  return { when: TABS.find(([x]) => x === q.get("when"))?.[0] ?? "upcoming", kind: KINDS.find((k) => k === q.get("kind")) ?? "", q: q.get("q") ?? "" };
}

function queryOf(f: Filters): string {
  const q = new URLSearchParams({ when: f.when });
  if (f.kind !== "") q.set("kind", f.kind);
  if (f.q.trim() !== "") q.set("q", f.q.trim());
  return q.toString();
}

function List({ filters }: { filters: Filters }) {
  const { list, error, more, reload } = usePaged<MeetingList, Meeting>(`/meetings?${queryOf(filters)}`, "cursor", (a) => ({ list: a.meetings, next: a.next === "" ? null : a.next }));
  if (error !== undefined && list === undefined) return <Failed error={error} again={reload} />;
  if (list === undefined) return <Skeleton />;
  const filtered = filters.q.trim() !== "" || filters.kind !== "";
  return (
    <>
      {error !== undefined && <Failed error={error} again={reload} />}
      {list.length === 0 && (
        <div class="empty tall">
          <Icon of="calendar" />
          {t(filtered ? "meetings_none_found" : NONE[filters.when])}
        </div>
      )}
      <Days list={list} />
      {more !== undefined && (
        <div class="pad">
          <button class="btn wide" onClick={more} data-test="meetings-more">
            {t("projects_more")}
          </button>
        </div>
      )}
    </>
  );
}

export function Meetings() {
  const [filters, setFilters] = useState<Filters>(filtersOfAddress);
  const [settled, setSettled] = useState(filters);
  useTitle(`${t("meetings")} · ${t("brand")}`);
  useEffect(() => {
    history.replaceState(null, "", `?${queryOf(filters)}`);
    const timer = window.setTimeout(() => setSettled(filters), filters.q === settled.q ? 0 : TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [filters]);
  return (
    <Page wide>
      <h1>{t("meetings")}</h1>
      <section class="panel" aria-label={t("meetings")}>
        <div class="finding three" role="search" aria-label={t("meetings_find")}>
          <span class="findbox">
            <Icon of="find" />
            <input class="field" type="search" value={filters.q} maxLength={60} placeholder={t("meetings_find_hint")} aria-label={t("meetings_find")} onInput={(e) => setFilters({ ...filters, q: e.currentTarget.value })} data-test="meetings-find" />
          </span>
          <select class="field" value={filters.when} aria-label={t("when_column")} onChange={(e) => setFilters({ ...filters, when: e.currentTarget.value as Tab })} data-test="meetings-when">
            {TABS.map(([x, words]) => (
              <option key={x} value={x}>
                {t(words)}
              </option>
            ))}
          </select>
          <select class="field" value={filters.kind} aria-label={t("kind")} onChange={(e) => setFilters({ ...filters, kind: e.currentTarget.value })} data-test="meetings-kind">
            <option value="">{t("kind_any")}</option>
            {KINDS.map((k) => (
              <option key={k} value={k}>
                {t(`kind_${k}`)}
              </option>
            ))}
          </select>
        </div>
        <List filters={settled} />
      </section>
    </Page>
  );
}
