// Who was there: from when to when, how long in all, and how it is known who they are.
import type { Attendance, IdentityKind } from "../../api/types";
import { clock, date, length, t, type TextKey, word } from "../../i18n";
import { Face, Icon } from "../../ui/parts";

const IDENTITY: Record<IdentityKind, { words: TextKey; kind: string }> = {
  account: { words: "identity_account", kind: "pass" },
  invitation_name_matched: { words: "identity_invitation", kind: "acc" },
  stated_unverified: { words: "identity_stated", kind: "warn" },
  device_token: { words: "identity_device", kind: "na" },
};

export function IdentityTag({ of }: { of: IdentityKind }) {
  const { words, kind } = IDENTITY[of];
  return (
    <span class={`tag ${kind}`} data-test="identity" data-identity={of}>
      {t(words)}
    </span>
  );
}

function times(p: Attendance): string {
  if (p.joined_at === null) return "";
  const to = p.here || p.left_at === null ? t("here_now") : clock(p.left_at);
  return `${date(p.joined_at)} ${t("from_to", clock(p.joined_at), to)}`;
}

function Person({ p }: { p: Attendance }) {
  return (
    <div class="line wrap" data-test="attendance" data-here={p.here}>
      <Face name={p.name} />
      <span class="sp col">
        <span class="row wrap">
          <b class="anywhere">{p.name}</b>
          {p.host && <span class="tag acc">{t("is_host")}</span>}
          {p.here && <span class="tag pass">{t("here_now")}</span>}
          <IdentityTag of={p.identity} />
        </span>
        <span class="sm dim anywhere">{[word("role", p.role), p.organisation, p.phone].filter((s) => s !== "").join(" · ")}</span>
      </span>
      <span class="col right sm">
        <span class="nw">{times(p)}</span>
        <b class="nw">{t("stayed", length(p.present_ms))}</b>
      </span>
    </div>
  );
}

export function WhoWasThere({ people }: { people: Attendance[] }) {
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
        <Person key={p.participant} p={p} />
      ))}
    </section>
  );
}
