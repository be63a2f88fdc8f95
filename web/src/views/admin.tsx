// Administration: accounts, organisations, the history of signing in.
import { t, type TextKey } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Accounts } from "./accounts";
import { Organisations } from "./organisations";
import { Page, useAccount } from "./page";
import { SignIns } from "./signins";
import { AllTokens } from "./tokens";
import { Webhooks } from "./webhooks";

const TABS = ["accounts", "organisations", "signins", "tokens", "webhooks"] as const satisfies readonly TextKey[];

export function AdminPage({ tab }: { tab: string }) {
  const account = useAccount();
  const mayEdit = account?.role === "admin";
  const at = TABS.find((x) => x === tab) ?? "accounts";
  useTitle(`${t(at)} · ${t("brand")}`);
  return (
    <Page wide>
      <h1>{t("admin_pages")}</h1>
      <nav class="tabs" aria-label={t("admin_pages")}>
        {TABS.map((x) => (
          <a key={x} href={`/admin/${x}`} {...(x === at ? { "aria-current": "page" } : {})}>
            {t(x)}
          </a>
        ))}
      </nav>
      {at === "accounts" && <Accounts mayEdit={mayEdit} />}
      {at === "organisations" && <Organisations mayEdit={mayEdit} />}
      {at === "signins" && <SignIns path="/signins" names />}
      {at === "tokens" && <AllTokens mayEdit={mayEdit} />}
      {at === "webhooks" && <Webhooks mayEdit={mayEdit} />}
    </Page>
  );
}
