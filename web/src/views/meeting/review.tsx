// What is about to be sent, to be looked over once: the page before the button that does it.
import { useState } from "preact/hooks";
import type { ApiError } from "../../api/rest";
import { day, length, t, word } from "../../i18n";
import { type Calendar, differingFields, type Invitee, points, type ScheduleForm, startOf, type Taken } from "../../state/schedule";
import { differs } from "../../state/zone";
import { Fault, Icon, Note } from "../../ui/parts";
import { fieldWords, valueWords, whenWords } from "./words";
import { Line } from "./field";
import { Hints } from "./when";

interface ReviewProps {
  form: ScheduleForm;
  zone: string;
  calendar: Calendar | undefined;
  clashes: Taken[];
  project: { title: string };
  /** As it was, when a meeting is changed. */
  before: ScheduleForm | undefined;
  live: boolean;
  busy: boolean;
  fault: ApiError | undefined;
  back: () => void;
  send: (reason: string) => void;
}

function PersonLine({ p }: { p: Invitee }) {
  const reach = [p.phone, p.email].filter((s) => s.trim() !== "").join(" · ");
  return (
    <li class="row wrap">
      <b>{p.name === "" ? t("person_unnamed") : p.name}</b>
      <span class="sm dim">{[word("role", p.role), p.organisation].filter((s) => s !== "").join(" · ")}</span>
      <span class="sp" />
      <span class="sm mute">{p.account !== "" ? t("person_account") : reach === "" ? t("person_by_hand") : reach}</span>
    </li>
  );
}

function Changes({ form, before }: { form: ScheduleForm; before: ScheduleForm }) {
  const fields = differingFields(before, form);
  if (fields.length === 0) return <Note kind="plain">{t("change_nothing")}</Note>;
  return (
    <table data-test="changes">
      <thead>
        <tr>
          <th>{t("overtaken_field")}</th>
          <th>{t("change_before")}</th>
          <th>{t("change_after")}</th>
        </tr>
      </thead>
      <tbody>
        {fields.map((f) => (
          <tr key={f}>
            <th scope="row">{fieldWords(f)}</th>
            <td>{valueWords(before, f)}</td>
            <td>{valueWords(form, f)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Whole({ form, zone, project }: { form: ScheduleForm; zone: string; project: { title: string } }) {
  const start = startOf(form, zone);
  const agenda = points(form);
  return (
    <dl class="pairs long-pairs" data-test="looked-over">
      <div>
        <dt>{t("kind")}</dt>
        <dd>{word("kind", form.kind)}</dd>
      </div>
      <div>
        <dt>{t("project_one")}</dt>
        <dd>{project.title}</dd>
      </div>
      <div>
        <dt>{t("schedule_when")}</dt>
        <dd>
          <b>{whenWords(start, Number(form.minutes), zone)}</b>
          {differs(Date.parse(start), zone) && <span class="block sm dim">{t("when_here", day(start))}</span>}
        </dd>
      </div>
      <div>
        <dt>{t("when_length")}</dt>
        <dd>{length(Number(form.minutes) * 60_000)}</dd>
      </div>
      <div>
        <dt>{t("host")}</dt>
        <dd>{form.host.name}</dd>
      </div>
      <div>
        <dt>{t("agenda")}</dt>
        <dd>{agenda.length === 0 ? <span class="mute">{t("not_given")}</span> : agenda.map((a, i) => <span key={i} class="block">{`${i + 1}. ${a}`}</span>)}</dd>
      </div>
      {form.documents.length > 0 && (
        <div>
          <dt>{t("schedule_papers")}</dt>
          <dd>
            {form.documents.map((d) => (
              <span key={d.id} class="block">
                {d.name}
              </span>
            ))}
          </dd>
        </div>
      )}
      <div>
        <dt>{t("recording")}</dt>
        <dd>{t(form.record ? "record_auto" : "record_by_hand")}</dd>
      </div>
    </dl>
  );
}

export function Review(p: ReviewProps) {
  const { form, before } = p;
  const [reason, setReason] = useState("");
  const moved = before !== undefined && differingFields(before, form).some((f) => f === "day" || f === "time" || f === "minutes");
  const nothing = before !== undefined && differingFields(before, form).length === 0;
  return (
    <form
      class="col gap4"
      onSubmit={(e) => {
        e.preventDefault();
        if (!p.busy && !nothing) p.send(reason.trim());
      }}
      data-test="review"
    >
      <section class="panel">
        <header>
          <h2>{before === undefined ? form.title : t("change_title")}</h2>
        </header>
        {before === undefined ? <Whole form={form} zone={p.zone} project={p.project} /> : <Changes form={form} before={before} />}
      </section>
      <Hints form={form} zone={p.zone} calendar={p.calendar} clashes={p.clashes} />
      {before === undefined && (
        <section class="panel">
          <header>
            <h2 class="sp">{t("schedule_people")}</h2>
            <span class="num">{form.people.length}</span>
          </header>
          {form.people.length === 0 ? (
            <p class="sm dim pad">{t("people_later")}</p>
          ) : (
            <ul class="col pad gap">
              {form.people.map((x) => (
                <PersonLine key={x.key} p={x} />
              ))}
            </ul>
          )}
        </section>
      )}
      {moved && <Line text="change_reason" value={reason} set={setReason} max={200} test="change-reason" hint={t("change_reason_what")} />}
      {p.fault !== undefined && <Fault error={p.fault} />}
      <div class="dockb flow row wrap">
        <button type="button" class="btn" disabled={p.busy} onClick={p.back} data-test="review-back">
          <Icon of="left" />
          {t("review_back")}
        </button>
        <button class="btn pri sp tall" disabled={p.busy || nothing} data-test="meeting-create">
          {t(p.busy ? (before === undefined ? "scheduling" : "change_saving") : nothing ? "change_none" : before === undefined ? "schedule_send" : "change_send")}
        </button>
      </div>
    </form>
  );
}
