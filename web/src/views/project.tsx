// A project: its meetings, and scheduling another.
import { useState } from "preact/hooks";
import { api } from "../api/rest";
import type { Kind, Meeting, Project } from "../api/types";
import { clock, date, language, t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Fault, Icon } from "../ui/parts";
import { Loaded, useLoad } from "./load";
import { Crumbs, Leaf, Page } from "./page";
import { useMaking } from "./projects";

const KINDS: Kind[] = ["review", "survey", "acceptance", "forum"];

/** What a field for date and time takes: the viewer's own time, without zone. */
export const inputTime = (d: Date): string => new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function NewMeeting({ project }: { project: string }) {
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState<Kind>("review");
  const [when, setWhen] = useState(inputTime(new Date()));
  const [auto, setAuto] = useState(true);
  const { busy, fault, run } = useMaking(async () => {
    const body = { title: title.trim(), kind, starts_at_ms: new Date(when).getTime(), record_auto: auto };
    return `/m/${(await api<Meeting>("POST", `/projects/${project}/meetings`, body)).id}`;
  });
  const ready = title.trim() !== "" && when !== "";
  return (
    <form
      class="panel pad col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) void run();
      }}
    >
      <h2>{t("meeting_new")}</h2>
      <label class="col label">
        <span class="sm dim">{t("meeting_title")}</span>
        <input class="field" value={title} maxLength={60} onInput={(e) => setTitle(e.currentTarget.value)} data-test="meeting-title" />
      </label>
      <label class="col label">
        <span class="sm dim">{t("kind")}</span>
        <select class="field" value={kind} onChange={(e) => setKind(e.currentTarget.value as Kind)} data-test="meeting-kind">
          {KINDS.map((k) => (
            <option key={k} value={k}>
              {t(`kind_${k}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="col label">
        <span class="sm dim">{t("when")}</span>
        <input class="field" type="datetime-local" value={when} onInput={(e) => setWhen(e.currentTarget.value)} data-test="meeting-when" />
      </label>
      <label class="row tick">
        <input type="checkbox" checked={auto} onChange={(e) => setAuto(e.currentTarget.checked)} data-test="meeting-auto" />
        {t("record_auto")}
      </label>
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn pri" disabled={!ready || busy} data-test="meeting-create">
        {t(busy ? "creating" : ready ? "meeting_create" : "meeting_needs")}
      </button>
    </form>
  );
}

function leafOf(iso: string): { day: string; month: string } {
  const d = new Date(iso);
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  return { day: String(d.getDate()), month: d.toLocaleDateString(locale, { month: "short", weekday: "short" }) };
}

const ORDER = { live: 0, scheduled: 1, ended: 2 };
/** What is on first, then what comes next, then what was last. */
export function inOrder(meetings: Meeting[]): Meeting[] {
  const at = (m: Meeting): number => Date.parse(m.starts_at);
  return [...meetings].sort((a, b) => ORDER[a.state] - ORDER[b.state] || (a.state === "ended" ? at(b) - at(a) : at(a) - at(b)));
}

function Row({ m }: { m: Meeting }) {
  const state = { live: "pass", scheduled: "acc", ended: "na" }[m.state];
  return (
    <a class={m.state === "live" ? "line now" : "line"} href={`/m/${m.id}`} data-test="meeting" data-state={m.state}>
      <Leaf {...leafOf(m.starts_at)} />
      <span class="sp cut col">
        <b class="cut">
          {t(`kind_${m.kind}`)} · {m.title}
        </b>
        <span class="sm dim cut">
          {date(m.starts_at)} {clock(m.starts_at)} · {t("host_is", m.host_name)}
        </span>
      </span>
      <span class={`tag ${state}`}>{t(`state_${m.state}`)}</span>
      <Icon of="right" size="s" />
    </a>
  );
}

export function ProjectPage({ id }: { id: string }) {
  const project = useLoad<Project>(`/projects/${id}`);
  const list = useLoad<{ meetings: Meeting[] }>(`/projects/${id}/meetings`, 10_000);
  useTitle(`${project.data?.title ?? t("projects")} · ${t("brand")}`);
  return (
    <Page wide>
      <Loaded of={project}>
        {(p) => (
          <>
            <div class="heading">
              <Crumbs>
                {" / "}
                <span class="dim">{p.customer}</span>
              </Crumbs>
              <h1>{p.title}</h1>
              <p class="sm dim">
                {t("customer")} {p.customer} · {t("since", date(p.created_at))}
              </p>
            </div>
            <div class="columns">
              <Loaded of={list}>
                {(d) => (
                  <section class="panel">
                    <header>
                      <h2>{t("meetings")}</h2>
                      <span class="num">{d.meetings.length}</span>
                    </header>
                    {d.meetings.length === 0 && (
                      <div class="empty">
                        <Icon of="calendar" />
                        {t("meetings_empty")}
                      </div>
                    )}
                    {inOrder(d.meetings).map((m) => (
                      <Row key={m.id} m={m} />
                    ))}
                  </section>
                )}
              </Loaded>
              <NewMeeting project={id} />
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
