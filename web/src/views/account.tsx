// One's own account: password, second factor, where one is signed in, and the history of it.
import { useState } from "preact/hooks";
import { api } from "../api/rest";
import type { OwnAccount } from "../api/types";
import { clock, date, t, word } from "../i18n";
import { useTitle } from "../ui/hooks";
import { address } from "../state/text";
import { Fault, Icon, Note } from "../ui/parts";
import { CodeFault, Field, RecoveryCodes, useDoing } from "./form";
import { Loaded, useLoad } from "./load";
import { Identities } from "./oidc";
import { Enrol, PasswordForm } from "./owed";
import { Page } from "./page";
import { SignIns } from "./signins";
import { OwnTokens } from "./tokens";

const when = (iso: string): string => `${date(iso)} ${clock(iso)}`;

/** What asks for the password once more, and then does it. */
function Again({ label, danger, run: work }: { label: "second_remove" | "second_codes"; danger?: boolean; run: (password: string) => Promise<void> }) {
  const [open, setOpen] = useState(false);
  const [password, setPassword] = useState("");
  const { busy, fault, run } = useDoing();
  if (!open)
    return (
      <button class={danger === true ? "btn danger" : "btn"} type="button" onClick={() => setOpen(true)} data-test={label}>
        {t(label)}
      </button>
    );
  return (
    <form
      class="col gap wide"
      onSubmit={(e) => {
        e.preventDefault();
        void run(async () => work(password));
      }}
    >
      <Field label="second_password" type="password" value={password} set={setPassword} complete="current-password" test="again-password" />
      <CodeFault fault={fault} wrong="password_not" />
      <div class="actions3">
        <button class={danger === true ? "btn danger" : "btn pri"} disabled={busy} data-test="again-do">
          {t(label)}
        </button>
        <button class="btn ghost" type="button" onClick={() => setOpen(false)}>
          {t("cancel")}
        </button>
      </div>
    </form>
  );
}

function SecondFactor({ account, reload }: { account: OwnAccount; reload: () => void }) {
  const [enrolling, setEnrolling] = useState(false);
  const [codes, setCodes] = useState<string[] | undefined>();
  const done = () => {
    setEnrolling(false);
    setCodes(undefined);
    reload();
  };
  if (codes !== undefined) return <RecoveryCodes codes={codes} done={done} />;
  if (enrolling) return <Enrol done={done} />;
  return (
    <>
      <p class="sm dim" data-test="second-state">
        {account.second_at === null ? t("second_off") : t("second_on", date(account.second_at), account.recovery_codes_left)}
      </p>
      <div class="actions3">
        <button class={account.second_at === null ? "btn pri" : "btn"} onClick={() => setEnrolling(true)} data-test="second-set">
          <Icon of="shield" />
          {t(account.second_at === null ? "second_set" : "second_replace")}
        </button>
        {account.second_at !== null && <Again label="second_codes" run={async (password) => setCodes((await api<{ recovery_codes: string[] }>("POST", "/account/second/codes", { password })).recovery_codes)} />}
        {account.second_at !== null && !account.second_required && (
          <Again
            label="second_remove"
            danger
            run={async (password) => {
              await api("POST", "/account/second/remove", { password });
              reload();
            }}
          />
        )}
      </div>
    </>
  );
}

function Sessions({ account, reload }: { account: OwnAccount; reload: () => void }) {
  const { busy, fault, run } = useDoing();
  return (
    <section class="panel" aria-label={t("sessions")}>
      <header>
        <h2>{t("sessions")}</h2>
        <span class="num">{account.sessions.length}</span>
      </header>
      {account.sessions.map((s) => (
        <div key={s.session} class="line" data-test="session">
          <span class="sp col">
            <b class="cut">{s.agent === "" ? address(s.client) : s.agent}</b>
            <span class="sm dim">
              {address(s.client)} · {t("session_since", when(s.created_at))}
            </span>
          </span>
          {s.here ? (
            <span class="tag acc">{t("session_here")}</span>
          ) : (
            <button
              class="btn"
              disabled={busy}
              onClick={() =>
                void run(async () => {
                  await api("DELETE", `/account/sessions/${s.session}`);
                  reload();
                })
              }
              data-test="session-end"
            >
              {t("session_end")}
            </button>
          )}
        </div>
      ))}
      {fault !== undefined && <Fault error={fault} />}
    </section>
  );
}

export function AccountPage() {
  const account = useLoad<OwnAccount>("/account");
  const [saved, setSaved] = useState(false);
  useTitle(`${t("account_own")} · ${t("brand")}`);
  return (
    <Page>
      <h1>{t("account_own")}</h1>
      <Loaded of={account}>
        {(a) => (
          <>
            <p class="sm dim">
              <b>{a.name}</b> · {a.login} · {[word("role", a.role), a.organisation].filter((s) => s !== "").join(" · ")}
            </p>
            <section class="panel pad col gap" aria-label={t("second")}>
              <h2>{t("second")}</h2>
              <SecondFactor account={a} reload={account.reload} />
            </section>
            {saved && <Note kind="acc">{t("password_saved")}</Note>}
            {a.has_password ? (
              <PasswordForm
                done={() => {
                  setSaved(true);
                  account.reload();
                }}
              />
            ) : (
              <p class="sm dim">{t("password_none")}</p>
            )}
            <Identities account={a} reload={account.reload} />
            <Sessions account={a} reload={account.reload} />
            <OwnTokens hasPassword={a.has_password} />
            <SignIns path="/account/signins" />
          </>
        )}
      </Loaded>
    </Page>
  );
}
