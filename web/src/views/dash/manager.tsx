// The first page of whoever runs projects, and of experts: what comes next, what waits, what runs late.
import type { Meeting, MeetingList, Pace, ProjectList, WaitingForMe } from "../../api/types";
import { clock, t } from "../../i18n";
import { urgency } from "../../state/project";
import { isThisWeek, isToday, nextOf } from "../../state/upcoming";
import { useNow } from "../../ui/hooks";
import { Icon, type IconName } from "../../ui/parts";
import { Loaded, useLoad } from "../load";
import { NextMeeting } from "./next";
import { Days, Limits, Nothing, PacePanel, Panel, Today } from "./parts";

const AGAIN_MS = 15_000;
const LOBBY_MS = 5000;
const DUE = "sort=due&open=1";

interface Todo {
  key: string;
  icon: IconName;
  look: string;
  what: string;
  about: string;
  href: string;
  words: string;
}

/** In the order in which they matter: people at the door, limits that are over or near, recordings. */
function todosOf(waiting: WaitingForMe | undefined, due: ProjectList | undefined): Todo[] {
  const list: Todo[] = [];
  for (const l of waiting?.lobbies ?? [])
    list.push({ key: l.meeting.id, icon: "people", look: "c-warn", what: t("todo_lobby", l.first, l.waiting), about: l.meeting.title, href: `/m/${l.meeting.id}`, words: t("todo_lobby_do") });
  for (const p of due?.projects ?? []) {
    const how = urgency(p);
    if (p.days_left === null || how === "fine" || how === "none") continue;
    const what = how === "late" ? t("todo_late", t(`stage_${p.stage}`), -p.days_left) : t("todo_soon", t(`stage_${p.stage}`), p.days_left);
    list.push({ key: p.id, icon: how === "late" ? "warn" : "clock", look: how === "late" ? "c-fail" : "c-warn", what, about: p.title, href: `/projects/${p.id}`, words: t("todo_open") });
  }
  for (const r of waiting?.replays ?? [])
    list.push({ key: `r${r.meeting.id}`, icon: "play", look: "mute", what: t("todo_replay", clock(r.ended_at)), about: r.meeting.title, href: `/m/${r.meeting.id}`, words: t("todo_open") });
  return list;
}

const TODOS = 8;
function Todos({ list }: { list: Todo[] }) {
  return (
    <Panel title={t("todo")} count={list.length} test="todo">
      {list.length === 0 && <Nothing icon="check" words={t("todo_none")} />}
      <ul class="td">
        {list.slice(0, TODOS).map((x) => (
          <li key={x.key}>
            <span class={x.look}>
              <Icon of={x.icon} />
            </span>
            <div>
              <b class="anywhere">{x.what}</b>
              <p class="sm dim anywhere">{x.about}</p>
            </div>
            <a class="btn" href={x.href} aria-label={`${x.words}: ${x.about}`}>
              {x.words}
            </a>
          </li>
        ))}
      </ul>
      {list.length > TODOS && (
        <p class="pad sm">
          <a href="/projects?sort=due&open=1">{t("todo_more", list.length - TODOS)}</a>
        </p>
      )}
    </Panel>
  );
}

function Week({ list, now }: { list: Meeting[]; now: number }) {
  const week = list.filter((m) => isThisWeek(m, now));
  return (
    <Panel
      title={t("this_week")}
      count={week.length}
      more={
        <a class="sm" href="/meetings">
          {t("all_meetings")}
        </a>
      }
    >
      {week.length === 0 ? <Nothing icon="calendar" words={t("week_none")} /> : <Days list={week} />}
    </Panel>
  );
}

export function useUpcoming() {
  const now = useNow(10_000);
  const coming = useLoad<MeetingList>("/meetings?when=upcoming", AGAIN_MS);
  const live = useLoad<MeetingList>("/meetings?when=live", AGAIN_MS);
  const list = [...(live.data?.meetings ?? []), ...(coming.data?.meetings ?? []).filter((m) => m.state !== "live")];
  const next = nextOf(list, now);
  return { now, coming, list, next, then: nextOf(list.filter((m) => m !== next), now), today: list.filter((m) => isToday(m, now) || m.state === "live").length };
}

export function ManagerDesk() {
  const { now, coming, list, next, then, today } = useUpcoming();
  const waiting = useLoad<WaitingForMe>("/waiting", LOBBY_MS);
  const due = useLoad<ProjectList>(`/projects?${DUE}`);
  const pace = useLoad<Pace>("/pace");
  const todos = todosOf(waiting.data, due.data);
  const late = due.data?.projects.filter((p) => urgency(p) === "late").length ?? 0;
  return (
    <>
      <Today line={t("day_line", today, todos.length, late)} />
      <div class="columns">
        <div class="col gap4">
          <Loaded of={coming}>
            {() => (
              <>
                <NextMeeting m={next} then={then} lobby={waiting.data?.lobbies.find((l) => l.meeting.id === next?.id)} now={now} hosts />
                <Week list={list.filter((m) => m !== next)} now={now} />
              </>
            )}
          </Loaded>
          <Limits query={DUE} all={`/projects?${DUE}`} title={t("limits")} none={t("limits_none")} managers={false} />
        </div>
        <div class="col gap4">
          <Loaded of={waiting}>{() => <Todos list={todos} />}</Loaded>
          <Loaded of={pace}>{(d) => <PacePanel pace={d} />}</Loaded>
        </div>
      </div>
    </>
  );
}

export function ExpertDesk() {
  const { now, coming, list, next, then, today } = useUpcoming();
  const past = useLoad<MeetingList>("/meetings?when=past");
  return (
    <>
      <Today line={t("day_line_expert", today)} />
      <div class="columns">
        <div class="col gap4">
          <Loaded of={coming}>
            {() => (
              <>
                <NextMeeting m={next} then={then} lobby={undefined} now={now} hosts={false} />
                <Week list={list.filter((m) => m !== next)} now={now} />
              </>
            )}
          </Loaded>
        </div>
        <div class="col gap4">
          <Panel title={t("just_over")}>
            <Loaded of={past}>{(d) => (d.meetings.length === 0 ? <Nothing icon="play" words={t("over_none")} /> : <Days list={d.meetings.slice(0, 6)} />)}</Loaded>
          </Panel>
        </div>
      </div>
    </>
  );
}
