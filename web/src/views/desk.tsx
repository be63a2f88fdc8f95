// The host's pages: sign in, projects, a project's meetings, a meeting.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api, ApiError } from "../api/rest";
import type { Kind, Meeting, Role, Ticket } from "../api/types";
import { day, has, t } from "../i18n";
import { Icon, Note, Page } from "../ui/parts";
import { Door } from "./wayin";

interface Project {
  id: string;
  title: string;
  customer: string;
  created_at: string;
}
interface MeetingPage extends Meeting {
  project: { id: string; title: string; customer: string };
  people: { participant: string; name: string; organisation: string; role: Role; host: boolean; joined_at: string | null; left_at: string | null }[];
  recording: { state: string; started_at: string } | null;
  rights: { invite: boolean; join: boolean; replay: boolean };
}

export function useLoad<T>(path: string, every?: number): { data: T | undefined; error: ApiError | undefined; reload: () => void } {
  const [data, setData] = useState<T | undefined>();
  const [error, setError] = useState<ApiError | undefined>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    api<T>("GET", path).then(
      (d) => {
        setData(d);
        setError(undefined);
      },
      (e: unknown) => {
        if (e instanceof ApiError) setError(e);
      },
    );
  }, [path, round]);
  useEffect(() => {
    if (every === undefined) return;
    const timer = window.setInterval(() => setRound((r) => r + 1), every);
    return () => window.clearInterval(timer);
  }, [every]);
  return { data, error, reload: () => setRound(round + 1) };
}

export function Loaded<T>({ of, children }: { of: { data: T | undefined; error: ApiError | undefined; reload: () => void }; children: (data: T) => ComponentChildren }) {
  if (of.error?.status === 401)
    return (
      <div class="empty">
        <b>{t("not_signed_in")}</b>
        <a class="btn pri" href={`/login?to=${encodeURIComponent(location.pathname)}`}>
          {t("sign_in")}
        </a>
      </div>
    );
  if (of.error !== undefined && of.data === undefined)
    return (
      <div class="empty" role="alert">
        <Icon of="warn" />
        {of.error.status === 404 || of.error.status === 403 ? t("not_found") : t("load_failed")}
        <button class="btn" onClick={of.reload}>
          {t("try_again")}
        </button>
      </div>
    );
  if (of.data === undefined) return <div class="skel" role="status" aria-label={t("loading")} />;
  return <>{children(of.data)}</>;
}

export function Login() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState(false);
  const go = async () => {
    setBusy(true);
    setFault(false);
    try {
      await api("POST", "/session", { login, password });
      const to = new URLSearchParams(location.search).get("to") ?? "/projects";
      location.assign(to.startsWith("/") && !to.startsWith("//") ? to : "/projects");
    } catch {
      setFault(true);
      setBusy(false);
    }
  };
  return (
    <Page>
      <h1>{t("sign_in")}</h1>
      <form
        class="panel pad col gap narrow"
        onSubmit={(e) => {
          e.preventDefault();
          void go();
        }}
      >
        <label class="col">
          <span class="sm dim">{t("login")}</span>
          <input class="field" value={login} autoComplete="username" onInput={(e) => setLogin(e.currentTarget.value)} data-test="login" />
        </label>
        <label class="col">
          <span class="sm dim">{t("password")}</span>
          <input class="field" type="password" value={password} autoComplete="current-password" onInput={(e) => setPassword(e.currentTarget.value)} data-test="password" />
        </label>
        {fault && <Note kind="fail">{t("sign_in_failed")}</Note>}
        <button class="btn pri big" disabled={busy || login === "" || password === ""} data-test="sign-in">
          {t(busy ? "signing_in" : "sign_in")}
        </button>
      </form>
    </Page>
  );
}

export function Projects() {
  const list = useLoad<{ projects: Project[] }>("/projects");
  const [title, setTitle] = useState("");
  const [customer, setCustomer] = useState("");
  const create = async () => {
    const p = await api<Project>("POST", "/projects", { title, customer });
    location.assign(`/projects/${p.id}`);
  };
  return (
    <Page>
      <h1>{t("projects")}</h1>
      <Loaded of={list}>
        {(d) => (
          <>
            <div class="panel">
              {d.projects.length === 0 ? (
                <div class="empty">
                  <Icon of="folder" />
                  {t("projects_empty")}
                </div>
              ) : (
                d.projects.map((p) => (
                  <a key={p.id} class="line" href={`/projects/${p.id}`} data-test="project">
                    <Icon of="folder" />
                    <b class="sp cut">{p.title}</b>
                    <span class="dim cut">{p.customer}</span>
                  </a>
                ))
              )}
            </div>
            <form
              class="panel pad col gap"
              onSubmit={(e) => {
                e.preventDefault();
                void create();
              }}
            >
              <h2>{t("project_new")}</h2>
              <label class="col">
                <span class="sm dim">{t("project_title")}</span>
                <input class="field" value={title} maxLength={60} onInput={(e) => setTitle(e.currentTarget.value)} data-test="project-title" />
              </label>
              <label class="col">
                <span class="sm dim">{t("customer")}</span>
                <input class="field" value={customer} maxLength={40} onInput={(e) => setCustomer(e.currentTarget.value)} data-test="project-customer" />
              </label>
              <button class="btn pri" disabled={title.trim() === "" || customer.trim() === ""} data-test="project-create">
                {t("create")}
              </button>
            </form>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const KINDS: Kind[] = ["review", "survey", "acceptance", "forum"];
const inputTime = (d: Date): string => new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

export function ProjectPage({ id }: { id: string }) {
  const project = useLoad<Project>(`/projects/${id}`);
  const list = useLoad<{ meetings: Meeting[] }>(`/projects/${id}/meetings`);
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState<Kind>("review");
  const [when, setWhen] = useState(inputTime(new Date()));
  const [auto, setAuto] = useState(true);
  const create = async () => {
    const body = { title, kind, starts_at_ms: new Date(when).getTime(), record_auto: auto };
    const m = await api<Meeting>("POST", `/projects/${id}/meetings`, body);
    location.assign(`/m/${m.id}`);
  };
  return (
    <Page>
      <Loaded of={project}>
        {(p) => (
          <>
            <div>
              <h1>{p.title}</h1>
              <p class="dim">{p.customer}</p>
            </div>
            <Loaded of={list}>
              {(d) => (
                <div class="panel">
                  <header>
                    <h2>{t("meetings")}</h2>
                  </header>
                  {d.meetings.length === 0 && <div class="empty">{t("meetings_empty")}</div>}
                  {d.meetings.map((m) => (
                    <a key={m.id} class="line" href={`/m/${m.id}`} data-test="meeting">
                      <span class="tag acc">{t(`kind_${m.kind}`)}</span>
                      <b class="sp cut">{m.title}</b>
                      <span class="dim nw">{day(m.starts_at)}</span>
                      <span class={`tag ${m.state === "live" ? "pass" : "na"}`}>{t(`state_${m.state}`)}</span>
                    </a>
                  ))}
                </div>
              )}
            </Loaded>
            <form
              class="panel pad col gap"
              onSubmit={(e) => {
                e.preventDefault();
                void create();
              }}
            >
              <h2>{t("meeting_new")}</h2>
              <label class="col">
                <span class="sm dim">{t("meeting_title")}</span>
                <input class="field" value={title} maxLength={60} onInput={(e) => setTitle(e.currentTarget.value)} data-test="meeting-title" />
              </label>
              <label class="col">
                <span class="sm dim">{t("kind")}</span>
                <select class="field" value={kind} onChange={(e) => setKind(e.currentTarget.value as Kind)}>
                  {KINDS.map((k) => (
                    <option key={k} value={k}>
                      {t(`kind_${k}`)}
                    </option>
                  ))}
                </select>
              </label>
              <label class="col">
                <span class="sm dim">{t("when")}</span>
                <input class="field" type="datetime-local" value={when} onInput={(e) => setWhen(e.currentTarget.value)} />
              </label>
              <label class="row">
                <input type="checkbox" checked={auto} onChange={(e) => setAuto(e.currentTarget.checked)} /> {t("record_auto")}
              </label>
              <button class="btn pri" disabled={title.trim() === "" || when === ""} data-test="meeting-create">
                {t("create")}
              </button>
            </form>
          </>
        )}
      </Loaded>
    </Page>
  );
}

const INVITED: Role[] = ["customer", "designer", "contractor", "expert"];

function Invite({ id }: { id: string }) {
  const [role, setRole] = useState<Role>("customer");
  const [url, setUrl] = useState("");
  const make = async () => {
    const r = await api<{ url: string }>("POST", `/meetings/${id}/invitations`, { role, name: "", organisation: "" });
    setUrl(r.url);
    await navigator.clipboard.writeText(r.url).catch(() => undefined); // The link stands in the field as well.
  };
  return (
    <div class="panel pad col gap">
      <h2>{t("invite")}</h2>
      <label class="col">
        <span class="sm dim">{t("invite_role")}</span>
        <select class="field" value={role} onChange={(e) => setRole(e.currentTarget.value as Role)} data-test="invite-role">
          {INVITED.map((r) => (
            <option key={r} value={r}>
              {t(`role_${r}`)}
            </option>
          ))}
        </select>
      </label>
      <button class="btn" onClick={() => void make()} data-test="invite">
        <Icon of="link" />
        {t("copy_link")}
      </button>
      {url !== "" && (
        <>
          <input class="field mono" readOnly value={url} aria-label={t("invite")} data-test="invite-url" onFocus={(e) => e.currentTarget.select()} />
          <p class="sm c-pass" role="status">
            {t("copied")}
          </p>
        </>
      )}
    </div>
  );
}

export function MeetingView({ id }: { id: string }) {
  const page = useLoad<MeetingPage>(`/meetings/${id}`, 5000);
  const [entering, setEntering] = useState(false);
  const m = page.data;
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
    <Page>
      <Loaded of={page}>
        {(d) => (
          <>
            <div>
              <a class="sm" href={`/projects/${d.project.id}`}>
                {d.project.title}
              </a>
              <h1>{d.title}</h1>
              <p class="dim">
                {t(`kind_${d.kind}`)} · {day(d.starts_at)} · {t("host_is", d.host_name)} · {t(`state_${d.state}`)}
              </p>
            </div>
            {d.state !== "ended" && d.rights.join && (
              <button class="btn pri big" onClick={() => setEntering(true)} data-test="enter-meeting">
                {t("enter_as_host")}
              </button>
            )}
            <div class="panel pad row wrap">
              <h2 class="sp">{t("recording")}</h2>
              {d.recording === null ? (
                <span class="dim">{t("recording_none")}</span>
              ) : (
                d.rights.replay && (
                  <a class="btn pri" href={`/m/${id}/recording`} data-test="open-replay">
                    <Icon of="play" />
                    {t("recording_open")}
                  </a>
                )
              )}
            </div>
            {d.rights.invite && d.state !== "ended" && <Invite id={id} />}
            <div class="panel">
              <header>
                <h2>{t("who_was_there")}</h2>
              </header>
              {d.people.every((p) => p.joined_at === null) && <div class="empty">{t("nobody_yet")}</div>}
              {d.people
                .filter((p) => p.joined_at !== null)
                .map((p) => {
                  const role = `role_${p.role}`;
                  return (
                    <div key={p.participant} class="line">
                      <b class="sp cut">{p.name}</b>
                      <span class="dim cut">
                        {has(role) ? t(role) : ""} {p.organisation}
                      </span>
                      <span class="dim nw">{p.joined_at === null ? "" : day(p.joined_at)}</span>
                    </div>
                  );
                })}
            </div>
          </>
        )}
      </Loaded>
    </Page>
  );
}
