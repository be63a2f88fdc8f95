// Tokens by which other systems use the interface: one's own, and for administrators everybody's.
import { useState } from "preact/hooks";
import { api } from "../api/rest";
import type { ApiToken, ApiTokenList, ApiTokenMade, OwnTokenList } from "../api/types";
import { clock, date, t, word } from "../i18n";
import { address } from "../state/text";
import { Dialog } from "../ui/dialog";
import { CopyLink, Fault, Icon, Note } from "../ui/parts";
import { Choice, CodeFault, Field, useDoing } from "./form";
import { Loaded, useLoad } from "./load";
import { usePaged } from "./paged";
import { Ticks } from "./ticks";

const DAYS = [30, 90, 180, 365] as const;
const TAG = { good: "tag pass", expired: "tag", revoked: "tag fail" } as const;
const scopesInWords = (scopes: string): string => scopes.split(" ").map((s) => word("scope", s)).join(", ");

/** Something that is shown once, and how to keep it. */
export function Once({ title, what, secret, copy }: { title: "token_secret" | "webhook_secret"; what: "token_secret_what" | "webhook_secret_what"; secret: string; copy: "token_copy" | "webhook_secret_copy" }) {
  return (
    <Note kind="warn">
      <b>{t(title)}</b>
      <p class="secret" data-test="once-secret">
        {secret}
      </p>
      <p>{t(what)}</p>
      <CopyLink url={secret} label={copy} />
    </Note>
  );
}

function TokenForm({ scopes, hasPassword, made }: { scopes: readonly string[]; hasPassword: boolean; made: (secret: string) => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const [days, setDays] = useState("90");
  const [password, setPassword] = useState("");
  const { busy, fault, run } = useDoing();
  const ready = name.trim() !== "" && chosen.length > 0 && (!hasPassword || password !== "");
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) void run(async () => made((await api<ApiTokenMade>("POST", "/account/tokens", { name: name.trim(), scopes: scopes.filter((s) => chosen.includes(s)).join(" "), days: Number(days), password })).secret));
      }}
    >
      <Field label="token_name" value={name} set={setName} max={26} hint="token_name_hint" test="token-name" />
      <Ticks label="token_scopes" options={scopes.map((s) => [s, word("scope", s)] as const)} chosen={chosen} set={setChosen} test="token-scope" />
      <Choice label="token_days" value={days} set={setDays} options={DAYS.map((d) => [String(d), t("token_days_n", d)] as const)} test="token-days" />
      {hasPassword && <Field label="token_password" type="password" value={password} set={setPassword} complete="current-password" test="token-password" />}
      {fault?.status === 409 ? <Fault error={fault} /> : <CodeFault fault={fault} wrong="password_not" />}
      <button class="btn pri" disabled={!ready || busy} data-test="token-make">
        {t(ready ? "token_make" : "token_needs")}
      </button>
    </form>
  );
}

function Line({ token: k, whose, revoke }: { token: ApiToken; whose: boolean; revoke: (() => void) | undefined }) {
  const used = k.used_at === null ? t("token_unused") : t("token_used", `${date(k.used_at)} ${clock(k.used_at)}`, address(k.used_from));
  return (
    <div class="line" data-test="token">
      <span class="sp col">
        <b class="cut">
          {k.name} {whose && <span class="dim">{`${k.account.name} · ${k.account.login}`}</span>}
        </b>
        <span class="sm dim">{scopesInWords(k.scopes)}</span>
        <span class="xs mute">{[t("token_until", date(k.expires_at)), used].join(" · ")}</span>
      </span>
      {k.state === "good" && revoke !== undefined ? (
        <button class="btn danger" onClick={revoke} aria-label={t("token_revoke_of", k.name)} data-test="token-revoke">
          {t("token_revoke")}
        </button>
      ) : (
        <span class={TAG[k.state]}>{word("token_state", k.state)}</span>
      )}
    </div>
  );
}

export function OwnTokens({ hasPassword }: { hasPassword: boolean }) {
  const list = useLoad<OwnTokenList>("/account/tokens");
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState("");
  const { fault, run } = useDoing();
  const shut = () => {
    setOpen(false);
    setSecret("");
    list.reload();
  };
  const revoke = (k: ApiToken) =>
    void run(async () => {
      await api("DELETE", `/account/tokens/${k.token}`);
      list.reload();
    });
  return (
    <section class="panel" aria-label={t("tokens")}>
      <header>
        <h2 class="sp">{t("tokens")}</h2>
        <button class="btn" onClick={() => setOpen(true)} data-test="token-new">
          <Icon of="plus" />
          {t("token_new")}
        </button>
      </header>
      <p class="sm dim pad">{t("tokens_own_what")}</p>
      {fault !== undefined && <Fault error={fault} />}
      <Loaded of={list}>{(d) => <>{d.tokens.length === 0 ? <div class="empty">{t("tokens_none")}</div> : d.tokens.map((k) => <Line key={k.token} token={k} whose={false} revoke={() => revoke(k)} />)}</>}</Loaded>
      {open && (
        <Dialog title={t("token_new")} close={shut} test="token-dialog">
          {secret !== "" ? <Once title="token_secret" what="token_secret_what" secret={secret} copy="token_copy" /> : <TokenForm scopes={list.data?.scopes ?? []} hasPassword={hasPassword} made={setSecret} />}
        </Dialog>
      )}
    </section>
  );
}

export function AllTokens({ mayEdit }: { mayEdit: boolean }) {
  const { list, error, more, reload } = usePaged<ApiTokenList, ApiToken>("/tokens", "before", (a) => ({ list: a.tokens, next: a.next }));
  const { fault, run } = useDoing();
  const revoke = (k: ApiToken) =>
    void run(async () => {
      await api("DELETE", `/tokens/${k.token}`);
      reload();
    });
  return (
    <section class="panel" aria-label={t("tokens")}>
      <header>
        <h2 class="sp">{t("tokens")}</h2>
      </header>
      <p class="sm dim pad">{t("tokens_all_what")}</p>
      {error !== undefined && <Fault error={error} />}
      {fault !== undefined && <Fault error={fault} />}
      {list?.length === 0 && <div class="empty">{t("tokens_none")}</div>}
      {list?.map((k) => (
        <Line key={k.token} token={k} whose revoke={mayEdit ? () => revoke(k) : undefined} />
      ))}
      {more !== undefined && (
        <button class="btn ghost" onClick={more}>
          {t("more")}
        </button>
      )}
    </section>
  );
}
