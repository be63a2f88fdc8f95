// What a new session gives before it may go on: a code, a password of one's own, a second factor.
import { useState } from "preact/hooks";
import { api } from "../api/rest";
import type { Owes } from "../api/types";
import { t } from "../i18n";
import { Fault, Icon, Note } from "../ui/parts";
import { CodeFault, CodeField, Field, RecoveryCodes, useDoing } from "./form";
import { Qr } from "../ui/qr";

interface Step {
  done: () => void;
}

function Second({ done }: Step) {
  const [code, setCode] = useState("");
  const { busy, fault, run } = useDoing();
  const ready = code.length >= 6;
  return (
    <form
      class="panel pad col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready)
          void run(async () => {
            await api("POST", "/session/second", { code });
            done();
          });
      }}
    >
      <p class="sm dim">{t("owed_second_what")}</p>
      <CodeField label="code" value={code} set={setCode} long />
      <CodeFault fault={fault} />
      <button class="btn pri big" disabled={!ready || busy} data-test="go-on">
        {t(busy ? "going_on" : ready ? "go_on" : "code_needs")}
      </button>
    </form>
  );
}

export function PasswordForm({ done, own }: Step & { own?: string }) {
  const [current, setCurrent] = useState(own ?? "");
  const [password, setPassword] = useState("");
  const { busy, fault, run } = useDoing();
  const ready = current !== "" && Array.from(password).length >= 10;
  return (
    <form
      class="panel pad col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready)
          void run(async () => {
            await api("POST", "/account/password", { current, password });
            setCurrent("");
            setPassword("");
            done();
          });
      }}
    >
      {own === undefined ? <h2>{t("password_change")}</h2> : <p class="sm dim">{t("owed_password_what")}</p>}
      <Field label="password_current" type="password" value={current} set={setCurrent} complete="current-password" test="password-current" />
      <Field label="password_new" type="password" value={password} set={setPassword} complete="new-password" hint="password_rule" test="password-new" />
      {fault !== undefined &&
        (fault.status === 400 ? <Note kind="fail">{t(fault.message.startsWith("current") ? "password_not" : "password_weak")}</Note> : fault.status === 429 ? <Note kind="warn">{t("code_slow")}</Note> : <Fault error={fault} />)}
      <button class={own === undefined ? "btn pri" : "btn pri big"} disabled={!ready || busy} data-test="password-save">
        {t(busy ? "password_saving" : ready ? "password_save" : "password_needs")}
      </button>
    </form>
  );
}

interface Offer {
  secret: string;
  uri: string;
}

function Scan({ offer, confirmed }: { offer: Offer; confirmed: (codes: string[]) => void }) {
  const [code, setCode] = useState("");
  const { busy, fault, run } = useDoing();
  const ready = /^\d{6}$/.test(code);
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) void run(async () => confirmed((await api<{ recovery_codes: string[] }>("POST", "/account/second/confirm", { code })).recovery_codes));
      }}
    >
      <b>{t("second_scan")}</b>
      <Qr text={offer.uri} label={t("second_qr")} />
      <p class="sm dim">
        {t("second_type")} <span class="secret" data-test="secret">{offer.secret.match(/.{4}/g)?.join(" ")}</span>
      </p>
      <b>{t("second_then")}</b>
      <CodeField label="code_six" value={code} set={setCode} />
      <CodeFault fault={fault} />
      <button class="btn pri big" disabled={!ready || busy} data-test="second-confirm">
        {t(busy ? "going_on" : ready ? "second_confirm" : "code_needs")}
      </button>
    </form>
  );
}

/** Enrolling: the password once more, the code to scan, one of its codes, the recovery codes. */
export function Enrol({ done, password: given = "" }: Step & { password?: string }) {
  const [password, setPassword] = useState(given);
  const [offer, setOffer] = useState<Offer | undefined>();
  const [codes, setCodes] = useState<string[] | undefined>();
  const { busy, fault, run } = useDoing();
  if (codes !== undefined) return <RecoveryCodes codes={codes} done={done} />;
  if (offer !== undefined) return <Scan offer={offer} confirmed={setCodes} />;
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        void run(async () => setOffer(await api<Offer>("POST", "/account/second", { password })));
      }}
    >
      <Field label="second_password" type="password" value={password} set={setPassword} complete="current-password" test="second-password" />
      <CodeFault fault={fault} wrong="password_not" />
      <button class="btn pri" disabled={busy} data-test="second-start">
        <Icon of="shield" />
        {t("second_start")}
      </button>
    </form>
  );
}

const TITLES = { second: "owed_second", password: "owed_password", enrol: "owed_enrol" } as const;

export function Owed({ owes, password, done }: Step & { owes: Exclude<Owes, "">; password: string }) {
  return (
    <>
      <h1>{t(TITLES[owes])}</h1>
      {owes === "second" && <Second done={done} />}
      {owes === "password" && <PasswordForm own={password} done={done} />}
      {owes === "enrol" && (
        <div class="panel pad col gap">
          <p class="sm dim">{t("owed_enrol_what")}</p>
          <Enrol password={password} done={done} />
        </div>
      )}
    </>
  );
}
