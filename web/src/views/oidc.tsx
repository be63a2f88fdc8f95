// Signing in by an identity provider: there and back. What ties the two together waits in this tab alone.
import { useEffect, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { OwnAccount, SessionAccount } from "../api/types";
import { t } from "../i18n";
import { keep, kept } from "../state/kept";
import { Fault, Icon, Message } from "../ui/parts";
import { useDoing } from "./form";
import { useLoad } from "./load";

interface Provider {
  enabled: boolean;
  name: string;
}

/** Off to the provider's page. */
async function go(link: boolean): Promise<void> {
  const { url, ticket } = await api<{ url: string; ticket: string }>("POST", "/oidc/start", { link });
  keep("session", "oidc", ticket);
  location.assign(url);
}

export function OidcButton() {
  const provider = useLoad<Provider>("/oidc").data;
  const { busy, fault, run } = useDoing();
  if (provider?.enabled !== true) return null;
  return (
    <>
      <span class="or">{t("oidc_or")}</span>
      <button type="button" class="btn big" disabled={busy} onClick={() => void run(async () => go(false))} data-test="oidc">
        <Icon of="shield" />
        {t("oidc_sign_in", provider.name)}
      </button>
      {fault !== undefined && <Fault error={fault} />}
    </>
  );
}

/** The page that the provider sends the browser back to. */
export function OidcBack() {
  const [fault, setFault] = useState<ApiError | undefined>();
  useEffect(() => {
    const q = new URLSearchParams(location.search);
    const ticket = kept("session", "oidc");
    keep("session", "oidc", "");
    history.replaceState(null, "", "/oidc"); /* The code is not left in the address. */
    const finish = async () => {
      const a = await api<SessionAccount & { linked?: boolean }>("POST", "/oidc/finish", { ticket, state: q.get("state") ?? "", code: q.get("code") ?? "" });
      location.replace(a.linked === true ? "/account" : a.owes !== "" ? "/login" : "/");
    };
    void finish().catch((e: unknown) => setFault(asApiError(e)));
  }, []);
  if (fault === undefined) return <Message icon="shield" title={t("oidc_working")} />;
  const unknown = fault.status === 404;
  return (
    <Message icon="warn" title={t(fault.status === 409 ? "oidc_taken" : unknown ? "oidc_unknown" : "oidc_failed")} text={t(unknown ? "oidc_unknown_what" : "oidc_failed_what")}>
      <a class="btn pri" href="/login" data-test="oidc-again">
        {t("oidc_again")}
      </a>
    </Message>
  );
}

export function Identities({ account, reload }: { account: OwnAccount; reload: () => void }) {
  const provider = useLoad<Provider>("/oidc").data;
  const { busy, fault, run } = useDoing();
  if (provider?.enabled !== true) return null;
  const linked = account.identities.length > 0;
  return (
    <section class="panel pad col gap" aria-label={provider.name}>
      <h2>{provider.name}</h2>
      {linked && <p class="sm dim">{t("oidc_linked")}</p>}
      <div class="actions3">
        {linked ? (
          <button
            class="btn"
            disabled={busy || !account.has_password}
            onClick={() =>
              void run(async () => {
                await api("DELETE", "/account/identities");
                reload();
              })
            }
            data-test="oidc-unlink"
          >
            {t("oidc_unlink")}
          </button>
        ) : (
          <button class="btn" disabled={busy} onClick={() => void run(async () => go(true))} data-test="oidc-link">
            {t("oidc_link", provider.name)}
          </button>
        )}
      </div>
      {fault !== undefined && <Fault error={fault} />}
    </section>
  );
}
