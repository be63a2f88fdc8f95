// A meeting's page: what is planned, going in, its recording, who is invited and who was there.
import { useState } from "preact/hooks";
import { api } from "../api/rest";
import type { MeetingPage, Ticket } from "../api/types";
import { clock, day, t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Icon, Message } from "../ui/parts";
import { DevicesIn } from "./devicesin";
import { Documents } from "./documents";
import { Door } from "./door";
import { Loaded, useLoad } from "./load";
import { WhoWasThere } from "./meeting/attendance";
import { AgendaPanel, Facts, Happened, StateTag } from "./meeting/facts";
import { InvitedPanel } from "./meeting/invited";
import { Crumbs, Page } from "./page";
import { RoomPage } from "./roompage";
import { Watched } from "./watched";
import { useReturn } from "./wayin";

const AGAIN_MS = 1500; // After the end the replay is offered within two seconds.
const over = (m: MeetingPage): boolean => m.state === "ended" || m.state === "archived" || m.state === "cancelled";

function RecordingPanel({ id, m }: { id: string; m: MeetingPage }) {
  const r = m.recording;
  const ended = over(m);
  const words =
    r === null
      ? t(ended ? "recording_none_ended" : "recording_none")
      : r.state === "stopped"
        ? t("recording_stopped", r.by, r.reason)
        : ended
          ? t("recording_done", day(r.started_at))
          : t("recording_on", clock(r.started_at));
  return (
    <section class="panel pad row wrap recordingrow" data-test="recording-panel" data-state={r?.state ?? "none"}>
      <span class={r === null ? "c-na" : "c-pass"}>
        <Icon of={r === null ? "quest" : "shield"} size="l" />
      </span>
      <div class="sp">
        <h2>{t("recording")}</h2>
        <p class="sm dim">{words}</p>
      </div>
      {r !== null &&
        (m.rights.replay ? (
          <a class={ended ? "btn pri" : "btn"} href={`/m/${id}/recording`} data-test="open-replay">
            <Icon of="play" />
            {t("recording_open")}
          </a>
        ) : (
          <span class="sm dim">{t("recording_not_yours")}</span>
        ))}
    </section>
  );
}

function Body({ id, m, enter, reload }: { id: string; m: MeetingPage; enter: () => void; reload: () => void }) {
  const came = m.people.some((p) => p.joined_at !== null);
  return (
    <>
      <div class="heading">
        <Crumbs>
          {" / "}
          <a href={`/projects/${m.project.id}`}>{m.project.title}</a>
        </Crumbs>
        <h1>
          {m.title} <StateTag state={m.state} />
        </h1>
      </div>
      <Happened m={m} />
      <Facts m={m} enter={enter} reload={reload} />
      <div class="columns">
        <div class="col gap4">
          {m.state !== "scheduled" && m.state !== "cancelled" && <RecordingPanel id={id} m={m} />}
          <AgendaPanel m={m} />
          {(m.state !== "cancelled" || came) && <WhoWasThere people={m.people} />}
          <Documents of={{ meeting: id }} />
          {m.recording !== null && <Watched meeting={id} />}
        </div>
        <div class="col gap4">
          {m.rights.invite && <InvitedPanel meeting={id} open={!over(m)} />}
          {m.rights.devices && !over(m) && <DevicesIn id={id} />}
        </div>
      </div>
    </>
  );
}

export function MeetingView({ id }: { id: string }) {
  const back = useReturn();
  const [entering, setEntering] = useState(false);
  const page = useLoad<MeetingPage>(`/meetings/${id}`, entering || back.returning ? undefined : AGAIN_MS);
  const m = page.data;
  useTitle(`${m?.title ?? t("meetings")} · ${t("brand")}`);
  if (back.room !== undefined) return <RoomPage room={back.room} />;
  if (back.returning) return <Message title={t("returning")} />;
  if (entering && m !== undefined)
    return (
      <Door
        title={m.title}
        kind={m.kind}
        host={m.host_name}
        startsAt={m.starts_at}
        minutes={m.duration_min}
        who={undefined}
        guest={false}
        enter={() => api<Ticket>("POST", `/meetings/${id}/join`, { consent: true })}
      />
    );
  return (
    <Page wide>
      <Loaded of={page}>{(d) => <Body id={id} m={d} enter={() => setEntering(true)} reload={page.reload} />}</Loaded>
    </Page>
  );
}
