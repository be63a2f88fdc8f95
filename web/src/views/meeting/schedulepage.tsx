// The pages that schedule a meeting of a project, and that change one.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../../api/rest";
import type { DocumentList, MeetingMade, MeetingPage, PartyPart, ProjectPage, Role } from "../../api/types";
import { t } from "../../i18n";
import { forget } from "../../state/kept";
import { remember } from "../../state/links";
import { type Calendar, differingFields, emptyForm, type Named, nextWorkday, placeOf, points, type ScheduleForm, startOf } from "../../state/schedule";
import { dayAfter, localIn, ownZone } from "../../state/zone";
import { useTitle } from "../../ui/hooks";
import { Fault, Note } from "../../ui/parts";
import { go } from "../../ui/route";
import { Loaded, useLoad } from "../load";
import { Overtaken } from "../overtaken";
import { Crumbs, Page, useAccount } from "../page";
import type { Suggested } from "./guests";
import { Schedule, suggest } from "./schedule";
import { fieldWords, valueWords } from "./words";

const SPAN_DAYS = 399;

/** A year of working days from today on; without it the form goes on, with fewer hints. */
function useCalendar() {
  const [from] = useState(() => localIn(Date.now() - 86_400_000, ownZone()).day);
  const load = useLoad<Calendar>(`/calendar?from=${from}&to=${dayAfter(from, SPAN_DAYS)}`);
  return { calendar: load.data, known: load.data !== undefined || load.error !== undefined };
}

const ROLE_OF: Record<PartyPart, Role> = { customer: "customer", designer: "designer", contractor: "contractor", operator: "expert" };
/** A number that is masked is none to send a message to. */
const whole = (phone: string): string => (phone.includes("*") ? "" : phone);

/** The organisations of a project; where it names none, its customer. */
export function suggestedOf(p: Pick<ProjectPage, "parties" | "customer">): Suggested[] {
  const list = p.parties.map((x) => ({ role: ROLE_OF[x.part], organisation: x.organisation, person: x.person, phone: whole(x.phone) }));
  return list.length > 0 || p.customer === "" ? list : [{ role: "customer", organisation: p.customer, person: "", phone: "" }];
}

const papers = (f: ScheduleForm) => f.documents.map((d) => ({ document: d.id }));
const common = (f: ScheduleForm, zone: string) => ({
  title: f.title.trim(),
  kind: f.kind,
  agenda: points(f).join("\n"),
  starts_at: startOf(f, zone),
  duration_min: Number(f.minutes),
  host: f.host.id,
  record_auto: f.record,
});

async function schedule(project: string, f: ScheduleForm, zone: string): Promise<boolean> {
  const participants = f.people.map((p) => (p.account !== "" ? { account: p.account } : { name: p.name.trim(), organisation: p.organisation.trim(), role: p.role, phone: p.phone.trim(), email: p.email.trim() }));
  const made = await api<MeetingMade>("POST", `/projects/${project}/meetings`, { ...common(f, zone), participants, documents: papers(f) });
  remember(made.invitations.filter((i) => !i.account));
  go(`/m/${made.id}/invitations`);
  return true;
}

function New({ p }: { p: ProjectPage }) {
  const { calendar, known } = useCalendar();
  const account = useAccount();
  useTitle(`${t("meeting_new")} · ${p.title}`);
  if (!known || account === undefined) return null;
  const zone = calendar?.timezone ?? ownZone();
  const me: Named = { id: account.account, name: account.name };
  const first = emptyForm(me, suggest(p.title)("review"), calendar === undefined ? "" : nextWorkday(calendar));
  return (
    <>
      <div class="heading">
        <Crumbs>
          {" / "}
          <a href={`/projects/${p.id}`}>{p.title}</a>
        </Crumbs>
        <h1>{t("meeting_new")}</h1>
      </div>
      <Schedule draft={`schedule:${p.id}`} first={first} project={p} calendar={calendar} zone={zone} parties={suggestedOf(p)} me={me} send={(f) => schedule(p.id, f, zone)} />
    </>
  );
}

export function SchedulePage({ id }: { id: string }) {
  const project = useLoad<ProjectPage>(`/projects/${id}`);
  return (
    <Page>
      <Loaded of={project}>{(p) => (p.rights.edit ? <New p={p} /> : <Note kind="warn">{t("fault_denied")}</Note>)}</Loaded>
    </Page>
  );
}

// ---- changing one

export function formOfPlan(m: MeetingPage, documents: Named[]): ScheduleForm {
  return {
    ...placeOf(m.starts_at, m.timezone),
    kind: m.kind,
    title: m.title,
    agenda: m.agenda === "" ? [] : m.agenda.split("\n"),
    minutes: String(m.duration_min),
    host: { id: m.host, name: m.host_name },
    record: m.record_auto,
    people: [],
    documents,
  };
}

/** The documents are no part of the version: they are put down only when they change. */
async function change(m: MeetingPage, documents: Named[], f: ScheduleForm, reason: string): Promise<void> {
  const fields = differingFields(formOfPlan(m, documents), f);
  if (fields.some((x) => x !== "documents")) await api("PUT", `/meetings/${m.id}`, { ...common(f, m.timezone), reason }, { version: m.version });
  if (fields.includes("documents")) await api("PUT", `/meetings/${m.id}/documents`, { documents: papers(f) });
  go(`/m/${m.id}`);
}

interface Overtaking {
  mine: ScheduleForm;
  reason: string;
  theirs: MeetingPage;
}

/** Both versions, and which of them is to stand. */
function Choice({ o, documents, ...rest }: { o: Overtaking; documents: Named[]; keep: () => void; take: () => void; busy: boolean }) {
  const theirs = formOfPlan(o.theirs, documents);
  const rows = differingFields(o.mine, theirs).map((f) => ({ label: fieldWords(f), mine: valueWords(o.mine, f), theirs: valueWords(theirs, f) }));
  return (
    <section class="panel pad">
      <Overtaken what="overtaken_meeting" rows={rows} {...rest} />
    </section>
  );
}

function Change({ m, documents }: { m: MeetingPage; documents: Named[] }) {
  const { calendar, known } = useCalendar();
  const account = useAccount();
  const [over, setOver] = useState<Overtaking | undefined>();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  useTitle(`${t("meeting_edit")} · ${m.title}`);
  if (!known || account === undefined) return null;
  const draft = `edit:${m.id}:${m.version}`;
  const send = async (f: ScheduleForm, reason: string, of: MeetingPage) => {
    try {
      await change(of, documents, f, reason);
      forget("session", draft);
      return true;
    } catch (e) {
      const error = asApiError(e);
      const theirs = error.more["current"];
      if (error.status !== 412 || typeof theirs !== "object") throw error;
      setOver({ mine: f, reason, theirs: { ...m, ...(theirs as MeetingPage) } });
      return false;
    }
  };
  const again = async (o: Overtaking) => {
    setBusy(true);
    setFault(undefined);
    setOver(undefined);
    await send(o.mine, o.reason, o.theirs).catch((e: unknown) => {
      setOver(o);
      setFault(asApiError(e));
    });
    setBusy(false);
  };
  return (
    <>
      <div class="heading">
        <Crumbs>
          {" / "}
          <a href={`/projects/${m.project.id}`}>{m.project.title}</a>
          {" / "}
          <a href={`/m/${m.id}`}>{m.title}</a>
        </Crumbs>
        <h1>{t("meeting_edit")}</h1>
      </div>
      {fault !== undefined && <Fault error={fault} />}
      {over !== undefined ? (
        <Choice
          o={over}
          documents={documents}
          busy={busy}
          keep={() => void again(over)}
          take={() => {
            forget("session", draft);
            go(`/m/${m.id}`);
          }}
        />
      ) : (
        <Schedule draft={draft} first={formOfPlan(m, documents)} project={m.project} calendar={calendar} zone={m.timezone} parties={[]} meeting={{ id: m.id, live: m.state === "live" }} me={{ id: account.account, name: account.name }} send={(f, reason) => send(f, reason, m)} />
      )}
    </>
  );
}

export function EditPage({ id }: { id: string }) {
  const meeting = useLoad<MeetingPage>(`/meetings/${id}`);
  const linked = useLoad<DocumentList>(`/meetings/${id}/documents`);
  return (
    <Page>
      <Loaded of={meeting}>
        {(m) => {
          if (!m.rights.edit || (m.state !== "scheduled" && m.state !== "live")) return <Note kind="warn">{t(m.rights.edit ? "edit_over" : "fault_denied")}</Note>;
          return <Loaded of={linked}>{(l) => <Change m={m} documents={l.documents.map((d) => ({ id: d.id, name: d.title }))} />}</Loaded>;
        }}
      </Loaded>
    </Page>
  );
}
