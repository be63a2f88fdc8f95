// A meeting's page: going in, its links, its recording, who was there and for how long.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { Attendance, MeetingPage, Role, Ticket } from "../api/types";
import { clock, date, day, length, t, word } from "../i18n";
import { useTitle } from "../ui/hooks";
import { copy, CopyLink, Face, Fault, Icon, Message } from "../ui/parts";
import { DevicesIn } from "./devicesin";
import { Door } from "./door";
import { Loaded, useLoad } from "./load";
import { Crumbs, Page } from "./page";
import { RoomPage } from "./roompage";
import { Watched } from "./watched";
import { useReturn } from "./wayin";

const INVITED: Role[] = ["customer", "designer", "contractor", "expert"];
const AGAIN_MS = 1500; // After the end the replay is offered within two seconds.

interface Link {
  url: string;
  whom: string;
  copied: boolean;
}

function Invite({ id }: { id: string }) {
  const [role, setRole] = useState<Role>("customer");
  const [name, setName] = useState("");
  const [links, setLinks] = useState<Link[]>([]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  const make = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      const { url } = await api<{ url: string }>("POST", `/meetings/${id}/invitations`, { role, name: name.trim(), organisation: "" });
      const copied = await copy(url);
      setLinks([{ url, copied, whom: [word("role", role), name.trim()].filter((s) => s !== "").join(" ") }, ...links]);
      setName("");
    } catch (e) {
      setFault(asApiError(e));
    }
    setBusy(false);
  };
  const [latest, ...older] = links;
  return (
    <form
      class="panel pad col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (!busy) void make();
      }}
    >
      <h2>{t("invite")}</h2>
      <p class="sm dim">{t("invite_what")}</p>
      <label class="col label">
        <span class="sm dim">{t("invite_role")}</span>
        <select class="field" value={role} onChange={(e) => setRole(e.currentTarget.value as Role)} data-test="invite-role">
          {INVITED.map((r) => (
            <option key={r} value={r}>
              {word("role", r)}
            </option>
          ))}
        </select>
      </label>
      <label class="col label">
        <span class="sm dim">{t("invite_name")}</span>
        <input class="field" value={name} maxLength={40} onInput={(e) => setName(e.currentTarget.value)} data-test="invite-name" />
      </label>
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn" disabled={busy} data-test="invite">
        <Icon of="link" />
        {t(busy ? "making" : "copy_link")}
      </button>
      {latest !== undefined && (
        <div class="col gap" role="status">
          <span class={`sm ${latest.copied ? "c-pass" : "dim"}`}>
            {t("link_for", latest.whom)}: {t(latest.copied ? "link_copied" : "link_copy_by_hand")} {t("link_good")}
          </span>
          <input class="field mono" readOnly value={latest.url} aria-label={t("link_for", latest.whom)} data-test="invite-url" onFocus={(e) => e.currentTarget.select()} />
        </div>
      )}
      {older.map((l) => (
        <div key={l.url} class="row wrap sm">
          <span class="sp">{t("link_for", l.whom)}</span>
          <CopyLink url={l.url} class="btn ghost" />
        </div>
      ))}
    </form>
  );
}

function RecordingPanel({ id, d }: { id: string; d: MeetingPage }) {
  const r = d.recording;
  const words =
    r === null
      ? t(d.state === "ended" ? "recording_none_ended" : "recording_none")
      : r.state === "stopped"
        ? t("recording_stopped", r.by, r.reason)
        : d.state === "ended"
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
        (d.rights.replay ? (
          <a class={d.state === "ended" ? "btn pri" : "btn"} href={`/m/${id}/recording`} data-test="open-replay">
            <Icon of="play" />
            {t("recording_open")}
          </a>
        ) : (
          <span class="sm dim">{t("recording_not_yours")}</span>
        ))}
    </section>
  );
}

function times(p: Attendance): string {
  if (p.joined_at === null) return "";
  const from = clock(p.joined_at);
  const to = p.here || p.left_at === null ? t("here_now") : clock(p.left_at);
  return `${date(p.joined_at)} ${t("from_to", from, to)}`;
}

function WhoWasThere({ people }: { people: Attendance[] }) {
  const came = people.filter((p) => p.joined_at !== null);
  return (
    <section class="panel">
      <header>
        <h2>{t("who_was_there")}</h2>
        <span class="num">{came.length}</span>
      </header>
      {came.length === 0 && (
        <div class="empty">
          <Icon of="people" />
          {t("nobody_yet")}
        </div>
      )}
      {came.map((p) => (
        <div key={p.participant} class="line wrap" data-test="attendance" data-here={p.here}>
          <Face name={p.name} />
          <span class="sp cut col">
            <span class="row">
              <b class="cut">{p.name}</b>
              {p.host && <span class="tag acc">{t("is_host")}</span>}
              {p.here && <span class="tag pass">{t("here_now")}</span>}
            </span>
            <span class="sm dim cut">{[word("role", p.role), p.organisation].filter((s) => s !== "").join(" · ")}</span>
          </span>
          <span class="col right sm">
            <span class="nw">{times(p)}</span>
            <b class="nw">{t("stayed", length(p.present_ms))}</b>
          </span>
        </div>
      ))}
    </section>
  );
}

function Body({ id, d, enter }: { id: string; d: MeetingPage; enter: () => void }) {
  const open = d.state !== "ended";
  return (
    <>
      <div class="row wrap">
        <div class="sp heading">
          <Crumbs>
            {" / "}
            <a href={`/projects/${d.project.id}`}>{d.project.title}</a>
          </Crumbs>
          <h1>
            {d.title} <span class={`tag ${d.state === "live" ? "pass" : "na"}`}>{t(`state_${d.state}`)}</span>
          </h1>
          <p class="dim">
            {t(`kind_${d.kind}`)} · {day(d.starts_at)} · {t("host_is", d.host_name)}
          </p>
        </div>
        {open && d.rights.join && (
          <button class="btn pri enterbtn" onClick={enter} data-test="enter-meeting">
            <Icon of="cam" />
            {t("enter_as_host")}
          </button>
        )}
      </div>
      <div class={open && d.rights.invite ? "columns" : "col gap4"}>
        <div class="col gap4">
          <RecordingPanel id={id} d={d} />
          <WhoWasThere people={d.people} />
          {d.recording !== null && <Watched meeting={id} />}
        </div>
        <div class="col gap4">
          {d.rights.invite && open && <Invite id={id} />}
          {d.rights.devices && open && <DevicesIn id={id} />}
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
        name={undefined}
        organisation=""
        guest={false}
        enter={() => api<Ticket>("POST", `/meetings/${id}/join`, { consent: true })}
      />
    );
  return (
    <Page wide>
      <Loaded of={page}>{(d) => <Body id={id} d={d} enter={() => setEntering(true)} />}</Loaded>
    </Page>
  );
}
