// The frame of the records' pages: where one can go, who is signed in, in which language.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { SessionAccount } from "../api/types";
import { t, word } from "../i18n";
import { account, askAccount, signOut } from "../state/account";
import { isAt, placesOf } from "../state/places";
import { take, visit } from "../ui/route";
import { Brand, Face, Icon, LanguageSwitch } from "../ui/parts";

/** undefined also while it is not known yet. */
export function useAccount(): SessionAccount | undefined {
  useEffect(askAccount, []);
  return account.value ?? undefined;
}

const roleWords = (a: SessionAccount): string => [word("role", a.role), a.organisation].filter((s) => s !== "").join(" · ");

/** Closes by Esc, by a press elsewhere and by going on; the focus goes back to its button. */
function AccountMenu({ a }: { a: SessionAccount }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (e: Event) => {
      if (e.target instanceof Node && box.current?.contains(e.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
  return (
    <div
      class="who-menu"
      ref={box}
      onKeyDown={(e) => {
        if (e.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button ref={button} class="account" aria-expanded={open} aria-controls="account-menu" onClick={() => setOpen(!open)} data-test="account-menu">
        <Face name={a.name} />
        <span class="vh">{t("account_menu")}</span>
        <span class="account-words">
          <b class="sm cut">{a.name}</b>
          <span class="xs mute cut">{roleWords(a)}</span>
        </span>
      </button>
      <div id="account-menu" class="menu" hidden={!open}>
        <p class="menu-who">
          <b class="anywhere">{a.name}</b>
          <span class="xs mute anywhere">{[a.login, roleWords(a)].join(" · ")}</span>
        </p>
        <a class="nav" href="/account" data-test="own-account">
          <Icon of="gear" />
          {t("account_own")}
        </a>
        <button class="nav" onClick={() => void signOut()} data-test="sign-out">
          <Icon of="leave" />
          {t("sign_out")}
        </button>
      </div>
    </div>
  );
}

function Navigation({ a }: { a: SessionAccount }) {
  return (
    <nav class="places" aria-label={t("pages")}>
      {placesOf(a.role).map((p) => (
        <a key={p.href} class="nav" href={p.href} {...(isAt(p, location.pathname) ? { "aria-current": "page" as const } : {})}>
          <Icon of={p.icon} />
          <span>{t(p.words)}</span>
        </a>
      ))}
    </nav>
  );
}

/** By key and screen reader the reader begins a new page at its content, as if it had been loaded. */
function useContent() {
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    if (visit.peek().n > 0) main.current?.focus({ preventScroll: true });
  }, []);
  return main;
}

function Skip({ to }: { to: () => HTMLElement | null }) {
  return (
    <a
      class="skip"
      href="#content"
      onClick={(e) => {
        e.preventDefault();
        to()?.focus();
      }}
    >
      {t("skip")}
    </a>
  );
}

export function Page({ children, wide, bare }: { children: ComponentChildren; wide?: boolean; bare?: boolean }) {
  const a = useAccount();
  const main = useContent();
  useEffect(() => {
    /* What a session still owes is given on the page of signing in. */
    if (bare !== true && a !== undefined && a.owes !== "") location.replace(`/login?to=${encodeURIComponent(location.pathname)}`);
  }, [a, bare]);
  const content = (
    <main id="content" ref={main} class={wide === true ? "sheet wide" : "sheet"} tabIndex={-1}>
      {children}
    </main>
  );
  if (bare === true || account.value === null)
    return (
      <div class="paper">
        <Skip to={() => main.current} />
        <header class="top records">
          <Brand />
          <span class="sp" />
          <LanguageSwitch />
        </header>
        {content}
      </div>
    );
  return (
    <div class="app" onClick={take}>
      <Skip to={() => main.current} />
      <header class="side">
        <a href="/" class="plain">
          <Brand />
        </a>
        {a !== undefined && <Navigation a={a} />}
        <span class="sp" />
        <LanguageSwitch />
        {a !== undefined && <AccountMenu a={a} />}
      </header>
      {content}
    </div>
  );
}

/** What stands above this page; the list of projects only for those who have one. */
export function Crumbs({ children }: { children?: ComponentChildren }) {
  const a = useAccount();
  const up = a === undefined ? undefined : (placesOf(a.role).find((p) => p.href === "/projects") ?? placesOf(a.role)[0]);
  return (
    <nav class="crumbs sm" aria-label={t("breadcrumb")}>
      {up !== undefined && <a href={up.href}>{t(up.words)}</a>}
      {children}
    </nav>
  );
}

/** A thing's project: a link for those who may open it. */
export function OfProject({ of }: { of: { id: string; title: string } }) {
  const a = useAccount();
  const may = a !== undefined && placesOf(a.role).some((p) => p.href === "/projects");
  return may ? <a href={`/projects/${of.id}`}>{of.title}</a> : <span>{of.title}</span>;
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
