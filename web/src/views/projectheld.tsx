// The meetings of a project: what comes, and of what was, who was there, for how long, and its recording.
import type { Held, Present } from "../api/types";
import { duration, length, t, word } from "../i18n";
import { inOrder, isOver } from "../state/history";
import { Icon } from "../ui/parts";
import { MeetingRow } from "./meetingrow";

function WhoWasThere({ people }: { people: Present[] }) {
  if (people.length === 0) return null;
  return (
    <details class="whowas">
      <summary>{t("people_came", people.length)}</summary>
      <ul>
        {people.map((p) => (
          <li key={`${p.name} ${p.organisation} ${p.role}`}>
            <b class="anywhere">{p.name}</b>
            <span class="dim anywhere">{[word("role", p.role), p.organisation].filter((s) => s !== "").join(" · ")}</span>
            <span class="nw">{length(p.present_ms)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Only of a recording: to the replay, or why not yet. */
function Recording({ m }: { m: Held }) {
  const r = m.recording;
  if (r === null) return isOver(m) && m.people.length > 0 ? <span class="tag na">{t("held_unrecorded")}</span> : null;
  if (isOver(m) && !r.final)
    return (
      <span class="tag warn">
        <Icon of="clock" />
        {t("held_preparing")}
      </span>
    );
  return (
    <a class="btn" href={`/m/${m.id}/recording`} data-test="held-replay">
      <Icon of="play" size="s" />
      {isOver(m) ? t("held_replay", duration(r.length_ms)) : t("held_recording")}
    </a>
  );
}

export function HeldMeetings({ meetings }: { meetings: Held[] }) {
  return (
    <section class="panel" aria-label={t("meetings")}>
      <header>
        <h2>{t("meetings")}</h2>
        <span class="num">{meetings.length}</span>
      </header>
      {meetings.length === 0 && (
        <div class="empty">
          <Icon of="calendar" />
          {t("meetings_empty")}
        </div>
      )}
      {inOrder(meetings).map((m) => (
        <MeetingRow key={m.id} m={m} below={<WhoWasThere people={m.people} />}>
          <Recording m={m} />
        </MeetingRow>
      ))}
    </section>
  );
}
