// The next meeting, large: when, what, and going in when it is time.
import { clock, date, length, t } from "../../i18n";
import { isTime } from "../../state/upcoming";
import type { Meeting, WaitingForMe } from "../../api/types";
import { Icon } from "../../ui/parts";

type Lobby = WaitingForMe["lobbies"][number];

function when(m: Meeting, now: number): string {
  if (m.state === "live") return t("next_live");
  const left = Date.parse(m.starts_at) - now;
  const at = `${date(m.starts_at)} ${clock(m.starts_at)}`;
  if (left <= 0) return t("next_late", at);
  return left < 3_600_000 ? t("next_in", at, length(Math.ceil(left / 60_000) * 60_000)) : t("next_at", at);
}

export function NextMeeting({ m, then, lobby, now, hosts }: { m: Meeting | undefined; then: Meeting | undefined; lobby: Lobby | undefined; now: number; hosts: boolean }) {
  if (m === undefined)
    return (
      <section class="panel" aria-label={t("next_meeting")}>
        <div class="empty tall">
          <Icon of="calendar" />
          <b>{t("next_none")}</b>
          <p>{t(hosts ? "next_none_what" : "next_none_invited")}</p>
          {hosts && (
            <a class="btn" href="/projects">
              {t("projects")}
            </a>
          )}
        </div>
      </section>
    );
  const time = isTime(m, now);
  return (
    <section class="panel hero-next" data-theme="ink" aria-label={t("next_meeting")} data-test="next-meeting">
      <div class="row wrap">
        <span class="tag acc">{t(`kind_${m.kind}`)}</span>
        <span class="sm dim">{when(m, now)}</span>
        <span class="sp" />
        {lobby !== undefined && (
          <span class="tag warn">
            <Icon of="people" />
            {t("lobby_waiting", lobby.waiting)}
          </span>
        )}
      </div>
      <h2>{m.title}</h2>
      <p class="sm dim">{[m.project.title, m.project.customer, t("host_is", m.host_name), t("lasts", m.duration_min)].join(" · ")}</p>
      <div class="row wrap doing">
        <a class={time ? "btn pri big" : "btn big"} href={`/m/${m.id}`} data-test="enter-next">
          {t(time ? "enter_as_host" : "open_meeting")}
        </a>
        {hosts && (
          <a class="btn big" href={`/m/${m.id}/invitations`}>
            <Icon of="link" />
            {t("invite")}
          </a>
        )}
        {then !== undefined && (
          <p class="sm then">
            <span class="dim">{t("then")}</span> <b>{`${clock(then.starts_at)} ${t(`kind_${then.kind}`)} · ${then.title}`}</b>
          </p>
        )}
      </div>
    </section>
  );
}
