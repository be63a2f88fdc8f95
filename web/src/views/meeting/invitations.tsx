// The invitation sheet: one link a person, shown once; how it was sent and how far it has come; another, or none any more.
import { useState } from "preact/hooks";
import { api } from "../../api/rest";
import type { Delivery, DeliveryWays, Invited, MeetingPage } from "../../api/types";
import { day, t, type TextKey, word } from "../../i18n";
import { forgetLink, made, remember } from "../../state/links";
import { type Invitee, personFaults } from "../../state/schedule";
import { Dialog } from "../../ui/dialog";
import { useTitle } from "../../ui/hooks";
import { Face, Fault, Icon, Note } from "../../ui/parts";
import { useDoing } from "../form";
import { Loaded, useLoad } from "../load";
import { Crumbs, Page } from "../page";
import { LinkTools, PrintCard } from "./card";
import { Countdown, StateTag } from "./facts";
import { colleagueOf, guestOf, GuestFields } from "./guests";
import { FindColleague } from "./colleagues";
import { InvitationTag } from "./invited";
import { whenWords } from "./words";

const AGAIN_MS = 5000;

interface Sheet {
  m: MeetingPage;
  invited: Invited[];
  deliveries: Delivery[];
  reload: () => void;
}

// ---- one person

const WAY: Record<Delivery["way"], TextKey> = { mail: "way_mail", gateway: "way_gateway" };

function Delivered({ m, d, reload }: { m: MeetingPage; d: Delivery; reload: () => void }) {
  const { busy, fault, run } = useDoing();
  const bad = d.state === "failed" || d.state === "given_up";
  return (
    <div class={`row wrap sm ${bad ? "c-fail" : "dim"}`} data-test="delivery" data-state={d.state}>
      <Icon of={bad ? "warn" : d.state === "sent" ? "check" : "clock"} size="s" />
      <span class="anywhere">
        {t(`delivery_${d.state}`, t(WAY[d.way]), d.to, day(d.changed_at))}
        {bad && d.error !== "" && `: ${d.error}`}
      </span>
      {bad && (
        <button
          type="button"
          class="btn ghost"
          disabled={busy}
          onClick={() =>
            void run(async () => {
              await api("POST", `/meetings/${m.id}/deliveries/${d.delivery}/retry`);
              reload();
            })
          }
          data-test="delivery-retry"
        >
          {t("delivery_retry")}
        </button>
      )}
      {fault !== undefined && <Fault error={fault} />}
    </div>
  );
}

function Revoke({ i, close, go }: { i: Invited; close: () => void; go: () => Promise<void> }) {
  const { busy, fault, run } = useDoing();
  return (
    <Dialog title={t("revoke_title", i.name === "" ? t("person_unnamed") : i.name)} close={close} test="revoke-dialog">
      <p class="dim">{t("revoke_what")}</p>
      {fault !== undefined && <Fault error={fault} />}
      <button type="button" class="btn bad" disabled={busy} onClick={() => void run(go)} data-test="revoke-go">
        {t(busy ? "revoking" : "revoke_go")}
      </button>
    </Dialog>
  );
}

function expiry(i: Invited): string {
  if (i.revoked_at !== null) return t("link_revoked_at", day(i.revoked_at));
  return t(i.state === "expired" ? "link_ran_out" : "link_until", day(i.expires_at));
}

function Card({ i, s }: { i: Invited; s: Sheet }) {
  const { m } = s;
  const { busy, fault, run } = useDoing();
  const [revoking, setRevoking] = useState(false);
  const url = made.value.get(i.id);
  const dead = i.state === "revoked" || i.state === "expired";
  const again = () =>
    run(async () => {
      /* What was taken back stays so: the person is invited anew. */
      const anew = { name: i.name, organisation: i.organisation, role: i.role, email: i.email, phone: i.phone.includes("*") ? "" : i.phone };
      if (i.state === "revoked") {
        remember([await api<{ id: string; url: string }>("POST", `/meetings/${m.id}/invitations`, anew)]);
        s.reload();
        return;
      }
      const r = await api<{ id: string; url: string }>("POST", `/meetings/${m.id}/invitations/${i.id}/resend`);
      forgetLink(i.id);
      remember([r]);
      s.reload();
    });
  const revoke = async () => {
    await api("POST", `/meetings/${m.id}/invitations/${i.id}/revoke`);
    forgetLink(i.id);
    s.reload();
    setRevoking(false);
  };
  return (
    <article class="panel invitation" data-test="invitation" data-state={i.state}>
      <div class="line wrap">
        <Face name={i.name === "" ? "?" : i.name} />
        <span class="sp col">
          <b class="anywhere">{i.name === "" ? t("person_unnamed") : i.name}</b>
          <span class="sm dim anywhere">{[word("role", i.role), i.organisation, i.phone, i.email].filter((x) => x !== "").join(" · ")}</span>
        </span>
        <InvitationTag i={i} />
      </div>
      <div class="pad col gap">
        {url !== undefined && <LinkTools m={m} whom={i} url={url} />}
        {s.deliveries
          .filter((d) => d.about === i.id)
          .slice(0, 3)
          .map((d) => (
            <Delivered key={d.delivery} m={m} d={d} reload={s.reload} />
          ))}
        {i.account ? (
          <p class="sm dim">{t("invited_account")}</p>
        ) : (
          <>
            <p class="sm dim" data-test="link-state">
              {expiry(i)}
              {url === undefined && !dead && ` ${t("link_gone")}`}
            </p>
            <div class="row wrap">
              <button type="button" class="btn" disabled={busy} onClick={() => void again()} data-test="invitation-again">
                <Icon of="refresh" />
                {t(busy ? "making" : i.state === "revoked" ? "invite_again" : "link_new")}
              </button>
              {!dead && (
                <button type="button" class="btn danger" disabled={busy} onClick={() => setRevoking(true)} data-test="invitation-revoke">
                  {t("revoke")}
                </button>
              )}
            </div>
          </>
        )}
        {i.account && !dead && (
          <div>
            <button type="button" class="btn danger" disabled={busy} onClick={() => setRevoking(true)} data-test="invitation-revoke">
              {t("revoke_account")}
            </button>
          </div>
        )}
        {fault !== undefined && <Fault error={fault} />}
      </div>
      {revoking && <Revoke i={i} close={() => setRevoking(false)} go={revoke} />}
    </article>
  );
}

// ---- somebody more

function Add({ s }: { s: Sheet }) {
  const [p, setP] = useState<Invitee>(() => guestOf({}));
  const [tried, setTried] = useState(false);
  const { busy, fault, run } = useDoing();
  const send = (who: Invitee) =>
    run(async () => {
      const body = who.account !== "" ? { account: who.account, role: "expert", name: "" } : { name: who.name.trim(), organisation: who.organisation.trim(), role: who.role, phone: who.phone.trim(), email: who.email.trim() };
      const r = await api<{ id: string; url: string }>("POST", `/meetings/${s.m.id}/invitations`, body);
      if (who.account === "") remember([r]);
      setP(guestOf({ role: who.role }));
      setTried(false);
      s.reload();
    });
  const faults = personFaults(p).filter((f) => f !== "name");
  return (
    <form
      class="panel pad col gap"
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        setTried(true);
        if (faults.length === 0) void send(p);
      }}
      data-test="invite-form"
    >
      <h2>{t("invite_more")}</h2>
      <p class="sm dim">{t("invite_what")}</p>
      <GuestFields p={p} faults={tried ? faults : []} change={(part) => setP({ ...p, ...part })} prefix="invite" />
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn pri" disabled={busy} data-test="invite">
        <Icon of="link" />
        {t(busy ? "making" : "invite_go")}
      </button>
      <FindColleague text="people_find" hint="people_find_hint" chosen={[s.m.host]} pick={(c) => void send(colleagueOf(c))} test="people-find" />
    </form>
  );
}

// ---- the page

function WaysNote({ ways }: { ways: DeliveryWays | undefined }) {
  if (ways === undefined) return null;
  if (!ways.mail && !ways.gateway)
    return (
      <Note kind="acc" icon="link">
        <span data-test="ways-none">{t("ways_none")}</span>
      </Note>
    );
  return (
    <Note kind="plain" icon="check">
      <span data-test="ways">{t("ways_are", [ways.mail ? t("way_mail") : "", ways.gateway ? t("way_gateway") : ""].filter((x) => x !== "").join(t("list_and")))}</span>
    </Note>
  );
}

function Body({ s }: { s: Sheet }) {
  const { m } = s;
  const ways = useLoad<DeliveryWays>("/delivery").data;
  const known = s.invited.filter((i) => made.value.has(i.id));
  useTitle(`${t("invitations")} · ${m.title}`);
  return (
    <>
      <div class="row wrap noprint">
        <div class="sp heading">
          <Crumbs>
            {" / "}
            <a href={`/projects/${m.project.id}`}>{m.project.title}</a>
            {" / "}
            <a href={`/m/${m.id}`}>{m.title}</a>
          </Crumbs>
          <h1>
            {t("invitations")} <StateTag state={m.state} />
          </h1>
          <p class="dim row wrap">
            <span>
              {m.title} · {whenWords(m.starts_at, m.duration_min, m.timezone)}
            </span>
            <Countdown m={m} />
          </p>
        </div>
        <button type="button" class="btn" disabled={known.length === 0} onClick={() => print()} data-test="print">
          <Icon of="print" />
          {t(known.length === 0 ? "print_none" : "print", known.length)}
        </button>
        <a class="btn" href={`/m/${m.id}`} data-test="to-meeting">
          {t("to_meeting")}
        </a>
      </div>
      <div class="columns noprint">
        <div class="col gap4" data-test="invitations">
          <WaysNote ways={ways} />
          {known.length > 0 && <Note kind="warn">{t("links_once")}</Note>}
          {s.invited.length === 0 && (
            <div class="panel empty">
              <Icon of="people" />
              {t("invited_none")}
            </div>
          )}
          {s.invited.map((i) => (
            <Card key={i.id} i={i} s={s} />
          ))}
        </div>
        {(m.state === "scheduled" || m.state === "live") && <Add s={s} />}
      </div>
      <div class="printed" aria-hidden="true">
        {known.map((i) => (
          <PrintCard key={i.id} m={m} whom={i} url={made.value.get(i.id) ?? ""} />
        ))}
      </div>
    </>
  );
}

export function InvitationsPage({ id }: { id: string }) {
  const meeting = useLoad<MeetingPage>(`/meetings/${id}`);
  const list = useLoad<{ invitations: Invited[] }>(`/meetings/${id}/invitations`, AGAIN_MS);
  const sent = useLoad<{ deliveries: Delivery[] }>(`/meetings/${id}/deliveries`, AGAIN_MS);
  const reload = () => {
    list.reload();
    sent.reload();
  };
  return (
    <Page wide>
      <Loaded of={meeting}>
        {(m) => <Loaded of={list}>{(l) => <Body s={{ m, invited: l.invitations, deliveries: sent.data?.deliveries ?? [], reload }} />}</Loaded>}
      </Loaded>
    </Page>
  );
}
