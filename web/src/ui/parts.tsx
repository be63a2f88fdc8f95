// Small pieces that every page uses.
import type { ComponentChildren } from "preact";
import { language, setLanguage, t } from "../i18n";

const paths = {
  mic: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  micOff: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4M4 3l16 18",
  cam: "M3 7h11v10H3zM14 10l7-3v10l-7-3z",
  camOff: "M3 7h11v10H3zM14 10l7-3v10l-7-3zM3 3l18 18",
  flip: "M4 10a8 8 0 0 1 14-4l2 2M20 14a8 8 0 0 1-14 4l-2-2M20 4v4h-4M4 20v-4h4",
  share: "M3 5h18v12H3zM12 13V8m-2.500 2.500L12 8l2.500 2.500M8 21h8",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 20a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6M18 14a6 6 0 0 1 3 6",
  chat: "M4 5h16v11H9l-5 4z",
  leave: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  check: "M5 12.500 10 17l9-10",
  cross: "M6 6l12 12M18 6 6 18",
  warn: "M12 4 2.500 20h19zM12 10v4M12 17h.01",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  play: "M7 4v16l13-8z",
  pause: "M7 5v14M17 5v14",
  speaker: "M4 10v4h4l5 4V6L8 10zM16 9a4 4 0 0 1 0 6",
  doc: "M5 3h10l4 4v14H5zM8.500 13.500l2 2 4-4.500",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  folder: "M3 6h6l2 3h10v10H3z",
  stop: "M7 7h10v10H7z",
} as const;

export function Icon({ of, small }: { of: keyof typeof paths; small?: boolean }) {
  return (
    <svg class={small === true ? "i i-s" : "i"} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={paths[of]} />
    </svg>
  );
}

export function Brand() {
  return (
    <span class="brand">
      <Icon of="doc" />
      {t("brand")}
    </span>
  );
}

export function LanguageSwitch() {
  return (
    <button class="btn ghost" data-test="language" lang={language.value === "zh" ? "en" : "zh-CN"} onClick={() => setLanguage(language.value === "zh" ? "en" : "zh")}>
      {t("other_language")}
    </button>
  );
}

export function Net({ quality }: { quality: "good" | "fair" | "poor" | "lost" }) {
  return (
    <span class={`net ${quality}`} aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}

export function Page({ children, wide }: { children: ComponentChildren; wide?: boolean }) {
  return (
    <div class="paper">
      <header class="top">
        <a href="/projects" class="plain">
          <Brand />
        </a>
        <span class="sp" />
        <LanguageSwitch />
      </header>
      <main class={wide === true ? "sheet wide" : "sheet"}>{children}</main>
    </div>
  );
}

export function Message({ title, text, children }: { title: string; text?: string; children?: ComponentChildren }) {
  return (
    <div class="paper">
      <header class="top">
        <Brand />
        <span class="sp" />
        <LanguageSwitch />
      </header>
      <main class="sheet message" data-test="message">
        <h1>{title}</h1>
        {text !== undefined && <p class="dim">{text}</p>}
        <div class="row wrap">{children}</div>
      </main>
    </div>
  );
}

export function Note({ kind, children }: { kind: "warn" | "fail" | "acc"; children: ComponentChildren }) {
  return (
    <div class={`note ${kind}`} role={kind === "fail" ? "alert" : "status"}>
      <Icon of={kind === "acc" ? "clock" : "warn"} />
      <div>{children}</div>
    </div>
  );
}
