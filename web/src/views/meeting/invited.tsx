// Who is invited to a meeting and how far it has come with each, on the meeting's page.
import type { InvitationState, Invited } from "../../api/types";
import { day, t, word } from "../../i18n";
import { Face, Icon } from "../../ui/parts";
import { useLoad } from "../load";

const KIND: Record<InvitationState, string> = { new: "na", sent: "acc", opened: "acc", redeemed: "pass", expired: "warn", revoked: "na" };

export function InvitationTag({ i }: { i: Pick<Invited, "state"> }) {
  return (
    <span class={`tag ${KIND[i.state]}`} data-test="invitation-state" data-state={i.state}>
      {t(`invitation_${i.state}`)}
    </span>
  );
}

const lastWord = (i: Invited): string => {
  const at = i.revoked_at ?? i.redeemed_at ?? i.opened_at ?? i.sent_at;
  return at === null ? "" : day(at);
};

export function InvitedPanel({ meeting, open }: { meeting: string; open: boolean }) {
  const list = useLoad<{ invitations: Invited[] }>(`/meetings/${meeting}/invitations`, 15_000);
  if (list.data === undefined) return null;
  const { invitations } = list.data;
  return (
    <section class="panel" data-test="invited">
      <header>
        <h2 class="sp">{t("invited")}</h2>
        <span class="num">{invitations.length}</span>
      </header>
      {invitations.length === 0 && (
        <div class="empty">
          <Icon of="people" />
          {t("invited_none")}
        </div>
      )}
      {invitations.map((i) => (
        <div key={i.id} class="line wrap" data-test="invited-person">
          <Face name={i.name === "" ? "?" : i.name} />
          <span class="sp col">
            <b class="anywhere">{i.name === "" ? t("person_unnamed") : i.name}</b>
            <span class="sm dim anywhere">{[word("role", i.role), i.organisation].filter((s) => s !== "").join(" · ")}</span>
          </span>
          <span class="col right">
            <InvitationTag i={i} />
            <span class="xs mute nw">{lastWord(i)}</span>
          </span>
        </div>
      ))}
      {open && (
        <div class="pad">
          <a class="btn wide" href={`/m/${meeting}/invitations`}>
            <Icon of="link" />
            {t("invitations_open")}
          </a>
        </div>
      )}
    </section>
  );
}
