// The frame of the records' pages: brand, who is signed in, signing out.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/rest";
import type { Account } from "../api/types";
import { t, word } from "../i18n";
import { Brand, Face, LanguageSwitch } from "../ui/parts";

/** Known for the whole visit; asked once. Who came by a link has no account: then nobody is shown. */
let asked: Promise<Account | undefined> | undefined;

function useAccount(): Account | undefined {
  const [account, setAccount] = useState<Account | undefined>();
  useEffect(() => {
    asked ??= api<Account>("GET", "/session").catch(() => undefined);
    void asked.then((a) => setAccount(a?.account === "" ? undefined : a));
  }, []);
  return account;
}

async function signOut(): Promise<void> {
  try {
    await api("DELETE", "/session");
  } finally {
    location.assign("/login");
  }
}

export function Page({ children, wide, bare }: { children: ComponentChildren; wide?: boolean; bare?: boolean }) {
  const account = useAccount();
  return (
    <div class="paper">
      <a class="skip" href="#content">
        {t("skip")}
      </a>
      <header class="top records">
        <a href="/projects" class="plain">
          <Brand />
        </a>
        {bare !== true && account !== undefined && (
          <nav class="long">
            <a class="btn ghost" href="/projects">
              {t("projects")}
            </a>
          </nav>
        )}
        <span class="sp" />
        <LanguageSwitch />
        {bare !== true && account !== undefined && (
          <>
            <span class="row account" title={`${account.name} · ${account.organisation}`}>
              <Face name={account.name} />
              <span class="long col">
                <b class="sm">{account.name}</b>
                <span class="xs mute">{[word("role", account.role), account.organisation].filter((s) => s !== "").join(" · ")}</span>
              </span>
            </span>
            <button class="btn ghost" onClick={() => void signOut()} data-test="sign-out">
              {t("sign_out")}
            </button>
          </>
        )}
      </header>
      <main id="content" class={wide === true ? "sheet wide" : "sheet"} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

export function Crumbs({ children }: { children: ComponentChildren }) {
  return (
    <nav class="crumbs sm" aria-label={t("breadcrumb")}>
      <a href="/projects">{t("projects")}</a>
      {children}
    </nav>
  );
}

/** Date as a block, as on a calendar's leaf. */
export function Leaf({ day, month }: { day: string; month: string }) {
  return (
    <span class="leaf">
      <b>{day}</b>
      <span class="xs mute nw">{month}</span>
    </span>
  );
}
