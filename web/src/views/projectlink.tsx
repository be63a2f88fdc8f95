// A project link: a designer or contractor comes back to the project, by name, without an account.
import { useEffect, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { LinkPage, Meeting, ProjectLinkLook } from "../api/types";
import { language, t, word } from "../i18n";
import { forget, keep, kept } from "../state/kept";
import { useTitle } from "../ui/hooks";
import { Face, Fault, Icon, Message, TopBar } from "../ui/parts";
import { Documents } from "./documents";
import { useWho, WhoFields } from "./doorwho";
import { dayWords } from "./due";
import { useDoing } from "./form";
import { IdentityTag } from "./meeting/attendance";
import { StateTag } from "./meeting/facts";
import { kindWords, ownWords } from "./meeting/words";

function Confirm({ l, secret, inside }: { l: ProjectLinkLook; secret: string; inside: () => void }) {
  const who = useWho({ name: l.name, organisation: l.organisation, role: l.role, phone: l.phone, phoneNeeded: true });
  const { busy, fault, run } = useDoing();
  useTitle(`${l.project.title} · ${t("brand")}`);
  return (
    <form
      class="paper door"
      onSubmit={(e) => {
        e.preventDefault();
        if (who.fault !== undefined) return;
        void run(async () => {
          const phone = who.phone.trim();
          await api("POST", "/links/redeem", { secret, name: who.name.trim(), organisation: who.organisation.trim(), ...(phone === "" ? {} : { phone }) });
          inside();
        });
      }}
    >
      <TopBar />
      <main class="doorway single">
        <div class="heading">
          <h1>{l.project.title}</h1>
          <p class="dim">{t("plink_what")}</p>
        </div>
        <WhoFields w={who} />
        {fault !== undefined && <Fault error={fault} />}
      </main>
      <footer class="dockb single">
        <button class="btn pri big" disabled={busy || who.fault !== undefined} data-test="link-enter">
          {t(busy ? "entering" : who.fault !== undefined ? `enter_needs_${who.fault}` : "plink_enter")}
        </button>
        <p class="sm dim center">{t("plink_note")}</p>
      </footer>
    </form>
  );
}

function Line({ m }: { m: Meeting }) {
  return (
    <div class="line wrap" data-test="link-meeting" data-state={m.state}>
      <Icon of="calendar" />
      <span class="sp col">
        <b class="anywhere">
          {[kindWords(m), m.title].filter((s) => s !== "").join(" · ")}
        </b>
        <span class="sm dim anywhere">
          {ownWords(m.starts_at, m.duration_min)} · {t("host_is", m.host_name)}
        </span>
        {m.state === "cancelled" && <span class="sm c-fail anywhere">{t("cancelled_why", m.cancel_reason)}</span>}
      </span>
      <StateTag state={m.state} />
    </div>
  );
}

function Inside({ p }: { p: LinkPage }) {
  useTitle(`${p.project.title} · ${t("brand")}`);
  return (
    <div class="paper" data-test="link-page">
      <TopBar records />
      <main class="sheet wide" id="content">
        <div class="heading">
          <h1>
            {p.project.title} <span class="tag acc">{t(`stage_${p.project.stage}`)}</span>
          </h1>
          <p class="sm dim">{[p.project.number, p.project.customer, t("plink_since", dayWords(p.project.stage_on, language.value))].filter((s) => s !== "").join(" · ")}</p>
        </div>
        <div class="columns">
          <div class="col gap4">
            <section class="panel">
              <header>
                <h2>{t("meetings")}</h2>
                <span class="num">{p.meetings.length}</span>
              </header>
              {p.meetings.length === 0 && (
                <div class="empty">
                  <Icon of="calendar" />
                  {t("plink_no_meetings")}
                </div>
              )}
              {p.meetings.map((m) => (
                <Line key={m.id} m={m} />
              ))}
              {p.meetings.some((m) => m.state === "scheduled" || m.state === "live") && <p class="sm dim pad">{t("plink_own_link")}</p>}
            </section>
            <Documents of={{ link: true }} />
          </div>
          <section class="panel">
            <div class="line wrap">
              <Face name={p.person.name} />
              <span class="sp col">
                <b class="anywhere">{p.person.name}</b>
                <span class="sm dim anywhere">{[word("role", p.person.role), p.person.organisation].filter((s) => s !== "").join(" · ")}</span>
              </span>
              <IdentityTag of={p.person.identity} />
            </div>
            <p class="sm dim pad">{t("plink_you")}</p>
          </section>
        </div>
      </main>
    </div>
  );
}

function Refused({ fault, again }: { fault: ApiError; again: () => void }) {
  if (fault.status === 410) {
    const state = fault.more["state"] === "revoked" ? "revoked" : "expired";
    return <Message icon={state === "revoked" ? "no" : "clock"} title={t(`link_${state}`)} text={t("plink_dead")} />;
  }
  if (fault.status === 404 || fault.status === 400) return <Message icon="link" title={t("link_unknown")} text={t("plink_dead")} />;
  return (
    <Message icon="warn" title={t("no_server")}>
      <Fault error={fault} />
      <button class="btn pri" onClick={again} data-test="look-again">
        <Icon of="refresh" />
        {t("try_again")}
      </button>
    </Message>
  );
}

/** Whether this tab has come in by this link: then a page loaded again does not ask once more. */
const INSIDE = "project-link";

export function ProjectLink() {
  const secret = location.hash.slice(1);
  const [looked, setLooked] = useState<ProjectLinkLook | undefined>();
  const [page, setPage] = useState<LinkPage | undefined>();
  const [fault, setFault] = useState<ApiError | undefined>();
  const open = async () => {
    setFault(undefined);
    try {
      if (kept("session", INSIDE) === secret) {
        setPage(await api<LinkPage>("GET", "/link"));
        return;
      }
    } catch {
      forget("session", INSIDE); // The session is over: confirmed once more.
    }
    try {
      setLooked(await api<ProjectLinkLook>("POST", "/links/look", { secret }));
    } catch (e) {
      setFault(asApiError(e));
    }
  };
  const inside = async () => {
    keep("session", INSIDE, secret);
    await open();
  };
  useEffect(() => {
    const other = () => location.reload();
    addEventListener("hashchange", other);
    void open();
    return () => removeEventListener("hashchange", other);
  }, []);
  if (fault !== undefined) return <Refused fault={fault} again={() => void open()} />;
  if (page !== undefined) return <Inside p={page} />;
  if (looked !== undefined) return <Confirm l={looked} secret={secret} inside={() => void inside()} />;
  return <Message title={t("loading")} />;
}
