// The audit log: who did what to what, when and from where.
import { useState } from "preact/hooks";
import type { AuditEntry } from "../api/types";
import { clock, date, t, type TextKey } from "../i18n";
import { address } from "../state/text";
import { useTitle } from "../ui/hooks";
import { Fault } from "../ui/parts";
import { Choice, Field } from "./form";
import { Page, useAccount } from "./page";
import { usePaged } from "./paged";

const KINDS = ["account", "session", "organisation", "project", "meeting", "invitation", "participant", "recording", "device"] as const;

/** The day's first moment here, so many days on; "" for none. */
export const dayMs = (day: string, on = 0): string => {
  const d = new Date(`${day}T00:00:00`);
  if (day === "" || Number.isNaN(d.getTime())) return "";
  d.setDate(d.getDate() + on);
  return String(d.getTime());
};

export function auditPath(f: { who: string; what: string; object: string; from: string; to: string }): string {
  const q = new URLSearchParams();
  for (const [k, v] of [["who", f.who.trim()], ["what", f.what === "" ? "" : `${f.what}.`], ["object", f.object.trim()], ["from_ms", dayMs(f.from)], ["to_ms", dayMs(f.to, 1)]] as const) if (v !== "") q.set(k, v);
  return `/audit?${q.toString().replaceAll("+", "%20")}`;
}

function Row({ e }: { e: AuditEntry }) {
  return (
    <tr data-test="audit-entry">
      <td>
        {date(e.at)} {clock(e.at, true)}
      </td>
      <td>
        <b>{e.who}</b>
        {e.login !== "" && e.login !== e.who && <span class="xs mute"> {e.login}</span>}
        {e.token !== "" && <span class="xs mute below">{t("by_token", e.token)}</span>}
        <span class="below xs mute">{address(e.client)}</span>
      </td>
      <td class="mono">{e.what}</td>
      <td>
        {e.project !== "" && <span class="below">{e.project}</span>}
        {e.detail !== "" && <span class="below">{e.detail}</span>}
        <span class="below xs mute mono">{e.object}</span>
      </td>
    </tr>
  );
}

export function AuditLog() {
  const [filter, setFilter] = useState(() => {
    const q = new URLSearchParams(location.search);
    return { who: q.get("who") ?? "", what: "", object: q.get("object") ?? "", from: "", to: "" };
  });
  const set = (name: keyof typeof filter) => (v: string) => setFilter({ ...filter, [name]: v });
  const { list, error, more } = usePaged<{ entries: AuditEntry[]; next: number | null }, AuditEntry>(auditPath(filter), "before", (a) => ({ list: a.entries, next: a.next }));
  return (
    <section class="panel" aria-label={t("audit")}>
      <div class="filters">
        <Field label="audit_who" value={filter.who} set={set("who")} test="audit-who" />
        <Choice label="audit_do" value={filter.what} set={set("what")} test="audit-what" options={[["", t("audit_any")] as const, ...KINDS.map((k) => [k, t(`what_${k}` satisfies TextKey)] as const)]} />
        <Field label="audit_from" type="date" value={filter.from} set={set("from")} test="audit-from" />
        <Field label="audit_to" type="date" value={filter.to} set={set("to")} test="audit-to" />
        <Field label="audit_object" value={filter.object} set={set("object")} test="audit-object" />
      </div>
      {error !== undefined && <Fault error={error} />}
      {list?.length === 0 && <div class="empty">{t("audit_none")}</div>}
      {list !== undefined && list.length > 0 && (
        <table class="log">
          <thead>
            <tr>
              <th>{t("when_column")}</th>
              <th>{t("audit_who")}</th>
              <th>{t("audit_do")}</th>
              <th>{t("audit_object_column")}</th>
            </tr>
          </thead>
          <tbody>
            {list.map((e) => (
              <Row key={e.entry} e={e} />
            ))}
          </tbody>
        </table>
      )}
      {more !== undefined && (
        <button class="btn ghost" onClick={more} data-test="audit-more">
          {t("audit_older")}
        </button>
      )}
    </section>
  );
}

export function AuditPage() {
  const account = useAccount();
  useTitle(`${t("audit")} · ${t("brand")}`);
  return (
    <Page wide>
      <div class="heading">
        <h1>{t("audit")}</h1>
        <p class="sm dim">
          {t("audit_what")} {account?.role === "admin" && t("audit_without")}
          {account?.role === "manager" && t("audit_own")}
        </p>
      </div>
      <AuditLog />
    </Page>
  );
}
