// Scheduling a meeting of a project, and changing one: fill in, look it over, send.
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, asApiError } from "../../api/rest";
import type { Kind } from "../../api/types";
import { t, type TextKey, word } from "../../i18n";
import { forget, keep, kept } from "../../state/kept";
import { type Calendar, KINDS, LIMITS, type Named, ofKind, overlapping, readDraft, type ScheduleField, type ScheduleForm, wrongFields } from "../../state/schedule";
import { Fault, Note } from "../../ui/parts";
import { Agenda } from "./agenda";
import { FindColleague } from "./colleagues";
import { Papers } from "./papers";
import { Line, Pick } from "./field";
import { Guests, type Suggested } from "./guests";
import { Review } from "./review";
import { useBusy, When } from "./when";

const WRONG: Record<ScheduleField, TextKey> = {
  title: "wrong_title",
  agenda: "wrong_agenda",
  day: "wrong_day",
  time: "wrong_time",
  minutes: "wrong_minutes",
  host: "wrong_host",
  people: "wrong_people",
};

/** Which field a refusal of the server is about: its text begins with the field's name. */
const NAMES: Record<string, ScheduleField> = { title: "title", agenda: "agenda", starts_at: "day", duration_min: "minutes", host: "host", participants: "people" };
export function fieldOf(e: ApiError | undefined): ScheduleField | undefined {
  return e?.status === 400 || e?.status === 409 ? NAMES[/^[a-z_]+/.exec(e.message)?.[0] ?? ""] : undefined;
}

/** What is typed is kept until it is sent: the page may be loaded again. */
function useDraft(key: string, first: ScheduleForm) {
  const [back] = useState(() => readDraft(kept("session", key)));
  const [form, setForm] = useState(back ?? first);
  const change = (part: Partial<ScheduleForm>) => {
    const next = { ...form, ...part };
    setForm(next);
    keep("session", key, JSON.stringify(next));
  };
  const drop = () => forget("session", key);
  const [restored, setRestored] = useState(back !== undefined);
  const again = () => {
    drop();
    setForm(first);
    setRestored(false);
  };
  return { form, change, drop, restored, again };
}

export interface ScheduleProps {
  /** Of the draft. */
  draft: string;
  first: ScheduleForm;
  project: { id: string; title: string };
  calendar: Calendar | undefined;
  zone: string;
  parties: Suggested[];
  /** The meeting that is changed; undefined: a new one. */
  meeting?: { id: string; live: boolean };
  me: Named;
  /** Whether it was sent: what was not is kept as a draft. */
  send: (form: ScheduleForm, reason: string) => Promise<boolean>;
}

export const suggest = (project: string) => (kind: Kind): string => t("title_suggested", t(`kind_${kind}`), project).slice(0, LIMITS.title);

function HostField({ form, me, change, fault }: { form: ScheduleForm; me: Named; change: (p: Partial<ScheduleForm>) => void; fault: string }) {
  const [other, setOther] = useState(false);
  return (
    <div class="col gap">
      <div class="col label">
        <span class="sm dim">{t("host")}</span>
        <div class="row wrap">
          <b data-test="meeting-host">{form.host.id === me.id ? t("host_me", form.host.name) : form.host.name}</b>
          <button type="button" class="btn ghost" aria-expanded={other} onClick={() => setOther(!other)} data-test="host-other">
            {t(other ? "close" : "host_other")}
          </button>
          {form.host.id !== me.id && me.id !== "" && (
            <button type="button" class="btn ghost" onClick={() => change({ host: me })}>
              {t("host_back")}
            </button>
          )}
        </div>
        {fault !== "" && <span class="sm c-fail">{fault}</span>}
      </div>
      {other && (
        <FindColleague
          text="host_find"
          hint="people_find_hint"
          chosen={[form.host.id]}
          fits={(c) => c.role === "manager" || c.role === "expert"}
          pick={(c) => {
            change({ host: { id: c.account, name: c.name }, people: form.people.filter((p) => p.account !== c.account) });
            setOther(false);
          }}
          test="host-find"
        />
      )}
    </div>
  );
}

function Section({ title, what, children }: { title: TextKey; what?: TextKey; children: preact.ComponentChildren }) {
  return (
    <section class="panel pad col gap4">
      <div>
        <h2>{t(title)}</h2>
        {what !== undefined && <p class="sm dim">{t(what)}</p>}
      </div>
      {children}
    </section>
  );
}

export function Schedule(p: ScheduleProps) {
  const { form, change, drop, restored, again } = useDraft(p.draft, p.first);
  const [tried, setTried] = useState(false);
  const [looking, setLooking] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const clashes = overlapping(form, p.zone, useBusy(form.host.id, form.day), p.meeting?.id);
  const wrong = wrongFields(form, p.zone);
  const refused = fieldOf(fault);
  const faultOf = (f: ScheduleField): string => (refused === f && fault !== undefined ? fault.message.replace(/^[^:]*: ?/, "") : tried && wrong.includes(f) ? t(WRONG[f]) : "");
  const toFault = () => window.setTimeout(() => box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0);
  useEffect(() => {
    scrollTo(0, 0);
  }, [looking]);
  const on = () => {
    setTried(true);
    setFault(undefined);
    if (wrong.length === 0) setLooking(true);
    else toFault();
  };
  const send = async (reason: string) => {
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      if (await p.send(form, reason)) drop();
    } catch (e) {
      const error = asApiError(e);
      setFault(error);
      if (fieldOf(error) !== undefined) {
        setLooking(false);
        toFault();
      }
    }
    setBusy(false);
  };
  if (looking)
    return (
      <Review form={form} zone={p.zone} calendar={p.calendar} clashes={clashes} project={p.project} before={p.meeting === undefined ? undefined : p.first} live={p.meeting?.live === true} busy={busy} fault={fault} back={() => setLooking(false)} send={(reason) => void send(reason)} />
    );
  const { people } = form;
  return (
    <form
      ref={box}
      class="col gap4 schedule"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        on();
      }}
    >
      {restored && (
        <Note kind="acc">
          <span data-test="draft">{t("draft_back")}</span>
          <div class="row wrap actions">
            <button type="button" class="btn" onClick={again} data-test="draft-drop">
              {t("draft_drop")}
            </button>
          </div>
        </Note>
      )}
      <Section title="schedule_what">
        <Pick text="kind" value={form.kind} set={(kind) => change(ofKind(form, kind, suggest(p.project.title)))} options={KINDS.map((k) => [k, word("kind", k)] as const)} test="meeting-kind" />
        <Line text="meeting_title" value={form.title} set={(title) => change({ title })} max={LIMITS.title} test="meeting-title" fault={faultOf("title")} />
      </Section>
      <Section title="schedule_when">
        {p.meeting?.live === true ? <Note kind="plain">{t("when_live")}</Note> : <When form={form} zone={p.zone} calendar={p.calendar} clashes={clashes} fault={faultOf} change={change} />}
      </Section>
      <Section title="agenda">
        <Agenda kind={form.kind} points={form.agenda} change={(agenda) => change({ agenda })} />
        {faultOf("agenda") !== "" && <span class="sm c-fail">{faultOf("agenda")}</span>}
      </Section>
      <Section title="schedule_people" {...(p.meeting === undefined ? { what: "schedule_people_what" as const } : {})}>
        <HostField form={form} me={p.me} change={change} fault={faultOf("host")} />
        {p.meeting === undefined && <Guests people={people} host={form.host.id} parties={p.parties} tried={tried} change={(people_) => change({ people: people_ })} />}
        {faultOf("people") !== "" && <span class="sm c-fail">{faultOf("people")}</span>}
      </Section>
      <Section title="schedule_papers">
        <Papers project={p.project.id} chosen={form.documents} change={(documents) => change({ documents })} />
      </Section>
      <Section title="recording">
        <label class="row tick">
          <input type="checkbox" checked={form.record} onChange={(e) => change({ record: e.currentTarget.checked })} data-test="meeting-auto" />
          {t("record_auto")}
        </label>
        <p class="sm dim">{t("record_auto_what")}</p>
      </Section>
      {fault !== undefined && refused === undefined && <Fault error={fault} />}
      <div class="dockb flow">
        <button class="btn pri big" data-test="meeting-look-over">
          {t(p.meeting === undefined ? "schedule_on" : "schedule_on_change")}
        </button>
      </div>
    </form>
  );
}
