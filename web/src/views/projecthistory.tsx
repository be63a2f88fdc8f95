// What happened in a project, the latest first.
import type { ComponentChildren } from "preact";
import type { Held, ProjectPage } from "../api/types";
import { clock, date, duration, t } from "../i18n";
import { type Happening, happenings } from "../state/history";

function words(h: Happening): ComponentChildren {
  switch (h.what) {
    case "made":
      return t("history_made");
    case "moved":
      return (
        <>
          {t("history_moved", h.who, t(`stage_${h.to}`))}
          {h.reason !== "" && <span class="dim"> · {h.reason}</span>}
        </>
      );
    case "met":
      return (
        <>
          <a href={`/m/${h.meeting.id}`}>{h.meeting.title}</a>
          <span class="dim"> · {t("people_came", h.meeting.people.length)}</span>
        </>
      );
    case "recorded":
      return (
        <>
          {t("history_recorded")} <a href={`/m/${h.meeting.id}/recording`}>{h.meeting.title}</a>
          <span class="dim"> · {duration(h.meeting.recording?.length_ms ?? 0)}</span>
        </>
      );
  }
}

export function History({ p, held }: { p: ProjectPage; held: Held[] }) {
  return (
    <section class="panel" aria-label={t("history")}>
      <header>
        <h2>{t("history")}</h2>
      </header>
      <ol class="past" data-test="history">
        {happenings(p, held).map((h, i) => (
          <li key={`${h.at} ${h.what} ${i}`}>
            <span class="mono mute nw">
              {date(h.at)} {clock(h.at)}
            </span>
            <span class="anywhere">{words(h)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
