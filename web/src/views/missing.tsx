// There is no such page.
import { t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Icon } from "../ui/parts";
import { Page } from "./page";

export function Missing() {
  useTitle(`${t("page_missing")} · ${t("brand")}`);
  return (
    <Page>
      <div class="message" data-test="missing">
        <span class="medal">
          <Icon of="quest" size="l" />
        </span>
        <h1>{t("page_missing")}</h1>
        <p class="dim">{t("page_missing_what")}</p>
        <a class="btn pri" href="/">
          {t("to_home")}
        </a>
      </div>
    </Page>
  );
}
