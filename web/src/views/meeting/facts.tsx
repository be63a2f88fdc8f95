// A meeting's page, its upper part: what, when in whose zone, how far away, and what may be done with it.
import type { MeetingPage } from "../../api/types";
import { useState } from "preact/hooks";
import { day, length, t, word } from "../../i18n";
import { differs, ownZone } from "../../state/zone";
import { distance } from "../../state/until";
import { useNow } from "../../ui/hooks";
import { Icon, Note } from "../../ui/parts";
import { useAccount } from "../page";
import { Cancel } from "./cancel";
import { ownWords, whenWords } from "./words";

const STATE = { scheduled: "acc", live: "pass", ended: "na", archived: "na", cancelled: "fail" } as const;

export function StateTag({ state }: { state: keyof typeof STATE }) {
  return (
    <span class={`tag ${STATE[state]}`} data-test="meeting-state" data-state={state}>
      {t(`state_${state}`)}
    </span>
  );
}

/** How long until it begins; once the time has come, that it has. */
export function Countdown({ m }: { m: Pick<MeetingPage, "state" | "starts_at" | "duration_min"> }) {
  const now = useNow();
  if (m.state !== "scheduled") return null;
  const d = distance(Date.parse(m.starts_at), m.duration_min, now);
  return (
    <span class={d.of === "running" || d.of === "over" ? "tag warn" : "tag acc"} data-test="countdown">
      <Icon of="clock" />
      {t(`until_${d.of}`, d.a, d.b)}
    </span>
  );
}

export function When({ m }: { m: Pick<MeetingPage, "starts_at" | "duration_min" | "timezone"> }) {
  const start = Date.parse(m.starts_at);
  return (
    <div class="col">
      <b data-test="meeting-when">{whenWords(m.starts_at, m.duration_min, m.timezone)}</b>
      {differs(start, m.timezone) && (
        <span class="sm dim" data-test="meeting-when-here">
          {t("when_yours", ownWords(m.starts_at, m.duration_min), ownZone())}
          {" · "}
          {t("when_zone", m.timezone)}
        </span>
      )}
    </div>
  );
}

export function Happened({ m }: { m: MeetingPage }) {
  return (
    <>
      {m.state === "cancelled" && (
        <Note kind="fail" icon="no">
          <b data-test="cancelled">{t("cancelled_why", m.cancel_reason)}</b>
          {m.cancelled_at !== null && <p>{t("cancelled_at", day(m.cancelled_at))}</p>}
        </Note>
      )}
      {m.times.length > 0 && m.state !== "cancelled" && (
        <Note kind="acc">
          {m.times.map((x) => (
            <p key={x.at} data-test="rescheduled">
              {t("rescheduled", x.who, day(x.from), day(x.to))}
              {x.reason !== "" && ` · ${x.reason}`}
            </p>
          ))}
        </Note>
      )}
    </>
  );
}

const MAY_AUDIT = ["manager", "auditor", "admin"];

function Actions({ m, reload }: { m: MeetingPage; reload: () => void }) {
  const [cancelling, setCancelling] = useState(false);
  const account = useAccount();
  const open = m.state === "scheduled" || m.state === "live";
  return (
    <div class="row wrap actions3">
      {m.rights.edit && open && (
        <a class="btn" href={`/m/${m.id}/edit`} data-test="meeting-edit">
          <Icon of="edit" />
          {t("meeting_edit")}
        </a>
      )}
      {m.rights.invite && open && (
        <a class="btn" href={`/m/${m.id}/invitations`} data-test="meeting-invitations">
          <Icon of="link" />
          {t("invitations")}
        </a>
      )}
      {m.state === "scheduled" && (
        <a class="btn" href={`/api/v1/meetings/${m.id}/invitation.ics`} download data-test="meeting-ics">
          <Icon of="calendar" />
          {t("to_calendar")}
        </a>
      )}
      {account !== undefined && MAY_AUDIT.includes(account.role) && (
        <a class="btn ghost" href={`/audit?object=${m.id}`} data-test="meeting-audit">
          {t("audit")}
        </a>
      )}
      {m.rights.cancel && m.state === "scheduled" && (
        <button class="btn danger" onClick={() => setCancelling(true)} data-test="meeting-cancel">
          {t("meeting_cancel")}
        </button>
      )}
      {cancelling && <Cancel m={m} close={() => setCancelling(false)} done={reload} />}
    </div>
  );
}

export function Facts({ m, enter, reload }: { m: MeetingPage; enter: () => void; reload: () => void }) {
  const open = m.state === "scheduled" || m.state === "live";
  return (
    <section class="panel pad col gap4">
      <div class="row wrap gap4">
        <span class="sp col gap">
          <When m={m} />
          <span class="row wrap sm dim">
            <span>{word("kind", m.kind)}</span>·<span>{length(m.duration_min * 60_000)}</span>·<span>{t("host_is", m.host_name)}</span>
            <Countdown m={m} />
          </span>
        </span>
        {open && m.rights.join && (
          <button class="btn pri enterbtn" onClick={enter} data-test="enter-meeting">
            <Icon of="cam" />
            {t("enter_as_host")}
          </button>
        )}
      </div>
      <Actions m={m} reload={reload} />
    </section>
  );
}

export function AgendaPanel({ m }: { m: MeetingPage }) {
  const points = m.agenda.split("\n").filter((s) => s.trim() !== "");
  if (points.length === 0) return null;
  return (
    <section class="panel">
      <header>
        <h2>{t("agenda")}</h2>
      </header>
      <ol class="points read pad" data-test="agenda">
        {points.map((p, i) => (
          <li key={i} class="row">
            <span class="num">{i + 1}</span>
            <span class="anywhere">{p}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
