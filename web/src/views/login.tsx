// Signing in: the password, then whatever the session still owes.
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/rest";
import type { Owes, SessionAccount } from "../api/types";
import { t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Fault, Note } from "../ui/parts";
import { Field, useDoing } from "./form";
import { OidcButton } from "./oidc";
import { Owed } from "./owed";
import { Page } from "./page";

/** Only a place of this server: a link must not lead elsewhere after the password was typed. */
export function placeAfter(search: string): string {
  const to = new URLSearchParams(search).get("to") ?? "";
  return /^\/(?![/\\])/.test(to) ? to : "";
}

function Form({ login, setLogin, password, setPassword, signedIn }: { login: string; setLogin: (v: string) => void; password: string; setPassword: (v: string) => void; signedIn: (a: SessionAccount) => void }) {
  const { busy, fault, run } = useDoing();
  const ready = login !== "" && password !== "";
  return (
    <>
      <h1>{t("sign_in")}</h1>
      <form
        class="panel pad col gap"
        onSubmit={(e) => {
          e.preventDefault();
          if (ready) void run(async () => signedIn(await api<SessionAccount>("POST", "/session", { login, password })));
        }}
      >
        <Field label="login" value={login} set={setLogin} max={64} complete="username" test="login" />
        <Field label="password" type="password" value={password} set={setPassword} complete="current-password" test="password" />
        {fault !== undefined &&
          (fault.status === 401 ? <Note kind="fail">{t("sign_in_failed")}</Note> : fault.status === 429 ? <Note kind="warn">{t("sign_in_slow")}</Note> : <Fault error={fault} />)}
        <button class="btn pri big" disabled={busy || !ready} data-test="sign-in">
          {t(busy ? "signing_in" : ready ? "sign_in" : "sign_in_needs")}
        </button>
        <OidcButton />
      </form>
      <p class="sm dim">{t("sign_in_what")}</p>
    </>
  );
}

export function Login() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [owes, setOwes] = useState<Owes>("");
  useTitle(`${t("sign_in")} · ${t("brand")}`);
  const goOn = (a: SessionAccount) => {
    const to = placeAfter(location.search);
    if (a.owes === "") location.assign(to !== "" ? to : "/");
    else setOwes(a.owes);
  };
  const look = async () => goOn(await api<SessionAccount>("GET", "/session"));
  useEffect(() => {
    /* Half signed in before a reload: on with what is owed. Nobody at all: the form. */
    void api<SessionAccount>("GET", "/session").then(
      (a) => setOwes(a.owes),
      () => undefined,
    );
  }, []);
  const settled = () => void look();
  return (
    <Page bare>
      <div class="narrow middle col gap">
        {owes === "" ? (
          <Form login={login} setLogin={setLogin} password={password} setPassword={setPassword} signedIn={goOn} />
        ) : (
          <Owed
            owes={owes}
            password={password}
            done={() => {
              if (owes === "password") setPassword("");
              settled();
            }}
          />
        )}
      </div>
    </Page>
  );
}
