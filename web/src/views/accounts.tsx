// Accounts, as an administrator keeps them; an auditor reads.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { AccountFull, Organisation } from "../api/types";
import { t, type TextKey, word } from "../i18n";
import { Dialog } from "../ui/dialog";
import { CopyLink, Fault, Icon, Note } from "../ui/parts";
import { Choice, Field, useDoing } from "./form";
import { useLoad } from "./load";
import { type Difference, Overtaken } from "./overtaken";
import { usePaged } from "./paged";

const ROLES = ["manager", "expert", "supervisor", "dispatcher", "auditor", "admin"] as const;
const roleOptions = () => ROLES.map((r) => [r, word("role", r)] as const);

function OncePassword({ password }: { password: string }) {
  return (
    <Note kind="warn">
      <b>{t("once_password")}</b>
      <p class="secret" data-test="once-password">
        {password}
      </p>
      <p>{t("once_password_what")}</p>
      <CopyLink url={password} label="once_copy" />
    </Note>
  );
}

function AccountFault({ fault, conflict }: { fault: ApiError | undefined; conflict: TextKey }) {
  return fault === undefined ? null : <Fault error={fault} own={{ conflict }} />;
}

interface FormProps {
  account: AccountFull | undefined;
  organisations: Organisation[];
  saved: (a: AccountFull & { password?: string }) => void;
  stale: () => void;
}

function AccountForm({ account, organisations, saved, stale }: FormProps) {
  const [login, setLogin] = useState("");
  const [name, setName] = useState(account?.name ?? "");
  const [role, setRole] = useState<string>(account?.role ?? "manager");
  const [organisation, setOrganisation] = useState(account?.organisation_id ?? "");
  const [theirs, setTheirs] = useState<AccountFull | undefined>();
  const { busy, fault, run } = useDoing();
  const ready = name.trim() !== "" && (account !== undefined || login.trim().length >= 2);
  const organisationName = (id: string) => organisations.find((o) => o.organisation === id)?.name ?? t("organisation_none");
  const differences = (a: AccountFull): Difference[] => [
    { label: t("name"), mine: name.trim(), theirs: a.name },
    { label: t("account_role"), mine: word("role", role), theirs: word("role", a.role) },
    { label: t("organisation"), mine: organisationName(organisation), theirs: organisationName(a.organisation_id) },
  ];
  const send = async (version = account?.version) => {
    const fields = { name: name.trim(), role, organisation };
    if (account === undefined) {
      saved(await api<AccountFull & { password: string }>("POST", "/accounts", { ...fields, login: login.trim() }));
      return;
    }
    try {
      saved(await api<AccountFull>("PUT", `/accounts/${account.account}`, fields, { version: version ?? 0 }));
    } catch (e) {
      const error = asApiError(e);
      if (error.status !== 412) throw e;
      setTheirs(error.more["current"] as AccountFull);
    }
  };
  if (theirs !== undefined)
    return (
      <Overtaken
        rows={differences(theirs)}
        keep={() => {
          setTheirs(undefined);
          void run(() => send(theirs.version));
        }}
        take={stale}
      />
    );
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) void run(() => send());
      }}
    >
      {account === undefined && <Field label="login" value={login} set={setLogin} max={64} hint="account_login_rule" test="account-login" />}
      <Field label="name" value={name} set={setName} max={40} test="account-name" />
      <Choice label="account_role" value={role} set={setRole} options={roleOptions()} test="account-role" />
      <Choice label="organisation" value={organisation} set={setOrganisation} options={[["", t("organisation_none")] as const, ...organisations.map((o) => [o.organisation, o.name] as const)]} test="account-organisation" />
      <AccountFault fault={fault} conflict={account === undefined ? "account_taken" : "account_last_admin"} />
      <button class="btn pri" disabled={!ready || busy} data-test="account-save">
        {t(account !== undefined ? "account_save" : ready ? "account_create" : "account_needs")}
      </button>
    </form>
  );
}

const DEEDS = [
  ["disable", "account_disable", "account_disable_what"],
  ["password", "account_reset", "account_reset_what"],
  ["second/remove", "account_unsecond", "account_unsecond_what"],
] as const;

function Deeds({ account, changed }: { account: AccountFull; changed: (a: AccountFull) => void }) {
  const [password, setPassword] = useState("");
  const { busy, fault, run } = useDoing();
  const act = (what: string) =>
    run(async () => {
      const answer = await api<AccountFull & { password?: string }>("POST", `/accounts/${account.account}/${what}`, what === "password" ? {} : undefined);
      setPassword(what === "password" ? (answer.password ?? "") : "");
      if (what !== "password") changed(answer);
    });
  if (account.disabled_at !== null)
    return (
      <button class="btn" disabled={busy} onClick={() => void act("enable")} data-test="account-enable">
        {t("account_enable")}
      </button>
    );
  return (
    <div class="col gap">
      {password !== "" && <OncePassword password={password} />}
      {DEEDS.filter(([what]) => what !== "second/remove" || account.second_at !== null).map(([what, label, why]) => (
        <div key={what} class="col label">
          <button class={what === "disable" ? "btn danger" : "btn"} disabled={busy} onClick={() => void act(what)} data-test={label}>
            {t(label)}
          </button>
          <span class="xs mute">{t(why)}</span>
        </div>
      ))}
      <AccountFault fault={fault} conflict="account_last_admin" />
    </div>
  );
}

function Line({ a, open }: { a: AccountFull; open: () => void }) {
  return (
    <button class="line" onClick={open} data-test="account">
      <span class="sp col">
        <b class="cut">
          {a.name} <span class="dim">{a.login}</span>
        </b>
        <span class="sm dim cut">{[word("role", a.role), a.organisation].filter((s) => s !== "").join(" · ")}</span>
      </span>
      <span class="tags">
        {a.disabled_at !== null && <span class="tag fail">{t("state_disabled")}</span>}
        {a.disabled_at === null && a.must_change && <span class="tag warn">{t("must_change")}</span>}
        {a.second_at !== null && (
          <span class="tag pass long">
            <Icon of="shield" />
            {t("second_yes")}
          </span>
        )}
      </span>
      <Icon of="right" size="s" />
    </button>
  );
}

export function accountsPath(q: string, role: string, state: string): string {
  const words = [["q", q.trim()], ["role", role], ["state", state]].filter(([, v]) => v !== "");
  return `/accounts${words.length === 0 ? "" : "?"}${words.map(([k, v]) => `${k}=${encodeURIComponent(v ?? "")}`).join("&")}`;
}

export function Accounts({ mayEdit }: { mayEdit: boolean }) {
  const [q, setQ] = useState("");
  const [role, setRole] = useState("");
  const [state, setState] = useState("");
  const [open, setOpen] = useState<AccountFull | "new" | undefined>();
  const [once, setOnce] = useState("");
  const { list, error, more, reload } = usePaged<{ accounts: AccountFull[]; next: string | null }, AccountFull>(accountsPath(q, role, state), "after", (a) => ({ list: a.accounts, next: a.next }));
  const organisations = useLoad<{ organisations: Organisation[] }>("/organisations").data?.organisations ?? [];
  const shut = () => {
    setOpen(undefined);
    setOnce("");
    reload();
  };
  const account = open === "new" ? undefined : open;
  const again = async () => account !== undefined && setOpen(await api<AccountFull>("GET", `/accounts/${account.account}`));
  return (
    <section class="panel" aria-label={t("accounts")}>
      <header>
        <h2 class="sp">{t("accounts")}</h2>
        {mayEdit && (
          <button class="btn pri" onClick={() => setOpen("new")} data-test="account-new">
            <Icon of="plus" />
            {t("account_new")}
          </button>
        )}
      </header>
      <div class="filters">
        <Field label="account_find" type="search" value={q} set={setQ} test="account-find" />
        <Choice label="account_role" value={role} set={setRole} options={[["", t("role_any")] as const, ...roleOptions()]} test="filter-role" />
        <Choice label="state_column" value={state} set={setState} options={[["", t("state_any")], ["active", t("state_active")], ["disabled", t("state_disabled")]]} test="filter-state" />
      </div>
      {error !== undefined && <Fault error={error} />}
      {list?.length === 0 && <div class="empty">{t("accounts_none")}</div>}
      {list?.map((a) => (
        <Line key={a.account} a={a} open={() => setOpen(a)} />
      ))}
      {more !== undefined && (
        <button class="btn ghost" onClick={more}>
          {t("more")}
        </button>
      )}
      {open !== undefined && (
        <Dialog title={account === undefined ? t("account_new") : `${account.name} · ${account.login}`} close={shut} test="account-dialog">
          {once !== "" && <OncePassword password={once} />}
          {mayEdit && once === "" && (
            <AccountForm
              key={account === undefined ? "" : `${account.account} ${account.version}`}
              account={account}
              organisations={organisations}
              stale={() => void again()}
              saved={(a) => {
                setOnce(a.password ?? "");
                if (a.password === undefined) shut();
              }}
            />
          )}
          {mayEdit && account !== undefined && <Deeds account={account} changed={setOpen} />}
          {!mayEdit && account !== undefined && <p class="dim">{[word("role", account.role), account.organisation].join(" · ")}</p>}
        </Dialog>
      )}
    </section>
  );
}
