// A project: its stage, details, history and meetings, and scheduling another.
import { useState } from "preact/hooks";
import { api } from "../api/rest";
import type { Kind, Meeting, ProjectPage as ProjectData } from "../api/types";
import { clock, date, language, t } from "../i18n";
import { type FormField, formOf } from "../state/project";
import { useTitle } from "../ui/hooks";
import { Fault, Icon, Note } from "../ui/parts";
import { Loaded, useLoad } from "./load";
import { Crumbs, Leaf, Page } from "./page";
import { Parties } from "./parties";
import { fieldName, ProjectEdit, shown } from "./projectedit";
import { Moves } from "./projectmove";
import { useMaking } from "./projects";
import { StageBar } from "./stagebar";

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

const SHOWN: FormField[] = ["number", "customer", "park", "address", "place", "voltage", "capacity", "load", "importance", "sources", "wanted"];

function Details({ p, edit }: { p: ProjectData; edit: () => void }) {
  const form = formOf(p);
  return (
    <section class="panel">
      <header>
        <h2 class="sp">{t("project_details")}</h2>
        {p.rights.edit && (
          <button class="btn" onClick={edit} data-test="project-edit">
            {t("project_edit")}
          </button>
        )}
      </header>
      <dl class="pairs">
        {SHOWN.map((f) => (
          <div key={f}>
            <dt>{fieldName(f)}</dt>
            <dd class={form[f] === "" ? "mute" : ""}>{shown(form, f)}</dd>
          </div>
        ))}
        <div>
          <dt>{t("project_manager")}</dt>
          <dd>{p.manager === "" ? t("not_given") : p.manager}</dd>
        </div>
      </dl>
    </section>
  );
}

function History({ p }: { p: ProjectData }) {
  return (
    <section class="panel">
      <header>
        <h2>{t("history")}</h2>
      </header>
      <ol class="past" data-test="history">
        {[...p.moves].reverse().map((m) => (
          <li key={m.at}>
            <span class="mono mute sm nw">
              {date(m.at)} {clock(m.at)}
            </span>
            <span>
              {t("history_moved", m.who, t(`stage_${m.to}`))}
              {m.reason !== "" && <span class="dim sm"> · {m.reason}</span>}
            </span>
          </li>
        ))}
        <li>
          <span class="mono mute sm nw">
            {date(p.created_at)} {clock(p.created_at)}
          </span>
          <span>{t("history_made")}</span>
        </li>
      </ol>
    </section>
  );
}

function Meetings({ id }: { id: string }) {
  const list = useLoad<{ meetings: Meeting[] }>(`/projects/${id}/meetings`, 10_000);
  return (
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
  );
}

function Heading({ p, moved, overtaken }: { p: ProjectData; moved: (p: ProjectData) => void; overtaken: () => void }) {
  const facts = [p.number, p.customer, p.voltage_v === null ? "" : `${p.voltage_v / 1000} kV`, p.capacity_kva === null ? "" : `${p.capacity_kva.toLocaleString()} kVA`, p.manager === "" ? "" : `${t("project_manager")} ${p.manager}`];
  return (
    <div class="row wrap">
      <div class="sp heading">
        <Crumbs>{p.park !== "" && <span class="dim"> / {p.park}</span>}</Crumbs>
        <h1>{p.title}</h1>
        <p class="sm dim">{facts.filter((x) => x !== "").join(" · ")}</p>
      </div>
      {p.rights.edit && <Moves p={p} moved={moved} overtaken={overtaken} />}
    </div>
  );
}

function Whole({ first, reload }: { first: ProjectData; reload: () => void }) {
  const [changed, setChanged] = useState<ProjectData | undefined>();
  const [editing, setEditing] = useState(false);
  const [overtaken, setOvertaken] = useState(false);
  const p = changed !== undefined && changed.version >= first.version ? changed : first;
  useTitle(`${p.title} · ${t("brand")}`);
  const again = () => {
    setOvertaken(true);
    reload();
  };
  const take = (next: ProjectData) => {
    setOvertaken(false);
    setChanged(next);
  };
  return (
    <>
      <Heading p={p} moved={take} overtaken={again} />
      {overtaken && <Note kind="warn">{t("overtaken_move")}</Note>}
      <StageBar p={p} />
      <div class="columns">
        <div class="col gap">
          <Meetings id={p.id} />
          <History p={p} />
        </div>
        <div class="col gap">
          <Details p={p} edit={() => setEditing(true)} />
          <Parties list={p.parties} />
          {p.rights.edit && <NewMeeting project={p.id} />}
        </div>
      </div>
      {editing && <ProjectEdit p={p} close={() => setEditing(false)} saved={take} reload={reload} />}
    </>
  );
}

export function ProjectPage({ id }: { id: string }) {
  const project = useLoad<ProjectData>(`/projects/${id}`);
  return (
    <Page wide>
      <Loaded of={project}>{(p) => <Whole first={p} reload={project.reload} />}</Loaded>
    </Page>
  );
}
