// The frame of the records' pages: brand, who is signed in, signing out.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../api/rest";
import type { Role, SessionAccount } from "../api/types";
import { t, type TextKey, word } from "../i18n";
import { Brand, Face, LanguageSwitch } from "../ui/parts";

/** Known for the whole visit; asked once. Who came by a link has no account: then nobody is shown. */
let asked: Promise<SessionAccount | undefined> | undefined;

export function useAccount(): SessionAccount | undefined {
  const [account, setAccount] = useState<SessionAccount | undefined>();
  useEffect(() => {
    asked ??= api<SessionAccount>("GET", "/session").catch(() => undefined);
    void asked.then((a) => setAccount(a?.account === "" ? undefined : a));
  }, []);
  return account;
}

/** Where each role's records are. */
const PAGES: Partial<Record<Role, (readonly [string, TextKey])[]>> = {
  admin: [
    ["/admin", "admin_pages"],
    ["/audit", "audit"],
  ],
  manager: [
    ["/projects", "projects"],
    ["/audit", "audit"],
  ],
  auditor: [
    ["/projects", "projects"],
    ["/admin", "accounts"],
    ["/audit", "audit"],
  ],
};
const pagesOf = (role: Role) => PAGES[role] ?? ([["/projects", "projects"]] as const);

function Pages({ role }: { role: Role }) {
  return (
    <nav class="pages" aria-label={t("pages")}>
      {pagesOf(role).map(([href, words]) => (
        <a key={href} class="btn ghost" href={href} {...(location.pathname.startsWith(href) ? { "aria-current": "page" } : {})}>
          {t(words)}
        </a>
      ))}
    </nav>
  );
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
  useEffect(() => {
    /* What a session still owes is given on the page of signing in. */
    if (bare !== true && account !== undefined && account.owes !== "") location.replace(`/login?to=${encodeURIComponent(location.pathname)}`);
  }, [account, bare]);
  return (
    <div class="paper">
      <a class="skip" href="#content">
        {t("skip")}
      </a>
      <header class="top records">
        <a href="/projects" class="plain">
          <Brand />
        </a>
        {bare !== true && account !== undefined && <Pages role={account.role} />}
        <span class="sp" />
        <LanguageSwitch />
        {bare !== true && account !== undefined && (
          <>
            <a class="row account plain" href="/account" title={t("account_own")} aria-label={t("account_own")} data-test="own-account">
              <Face name={account.name} />
              <span class="long col">
                <b class="sm">{account.name}</b>
                <span class="xs mute">{[word("role", account.role), account.organisation].filter((s) => s !== "").join(" · ")}</span>
              </span>
            </a>
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
