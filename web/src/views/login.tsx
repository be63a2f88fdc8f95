// Signing in.
import { useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import { t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Fault, Note } from "../ui/parts";
import { Page } from "./page";

/** Only a place of this server: a link must not lead elsewhere after the password was typed. */
export function placeAfter(search: string): string {
  const to = new URLSearchParams(search).get("to") ?? "";
  return /^\/(?![/\\])/.test(to) ? to : "/projects";
}

export function Login() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ApiError | undefined>();
  useTitle(`${t("sign_in")} · ${t("brand")}`);
  const go = async () => {
    setBusy(true);
    setFault(undefined);
    try {
      await api("POST", "/session", { login, password });
      location.assign(placeAfter(location.search));
    } catch (e) {
      setFault(asApiError(e));
      setBusy(false);
    }
  };
  const ready = login !== "" && password !== "";
  return (
    <Page bare>
      <div class="narrow middle col gap">
        <h1>{t("sign_in")}</h1>
        <form
          class="panel pad col gap"
          onSubmit={(e) => {
            e.preventDefault();
            if (ready && !busy) void go();
          }}
        >
          <label class="col label">
            <span class="sm dim">{t("login")}</span>
            <input class="field" value={login} maxLength={64} autoComplete="username" autoCapitalize="none" onInput={(e) => setLogin(e.currentTarget.value)} data-test="login" />
          </label>
          <label class="col label">
            <span class="sm dim">{t("password")}</span>
            <input class="field" type="password" value={password} maxLength={200} autoComplete="current-password" onInput={(e) => setPassword(e.currentTarget.value)} data-test="password" />
          </label>
          {fault !== undefined &&
            (fault.status === 401 ? <Note kind="fail">{t("sign_in_failed")}</Note> : fault.status === 429 ? <Note kind="warn">{t("sign_in_slow")}</Note> : <Fault error={fault} />)}
          <button class="btn pri big" disabled={busy || !ready} data-test="sign-in">
            {t(busy ? "signing_in" : ready ? "sign_in" : "sign_in_needs")}
          </button>
        </form>
        <p class="sm dim">{t("sign_in_what")}</p>
      </div>
    </Page>
  );
}
