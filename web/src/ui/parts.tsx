// Small pieces that every page uses.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ApiError } from "../api/rest";
import { language, setLanguage, t, type TextKey } from "../i18n";
import { initial } from "../state/text";
import { Icon, type IconName } from "./icons";

export { Icon, type IconName } from "./icons";

export function Brand() {
  return (
    <span class="brand">
      <Icon of="mark" />
      {t("brand")}
    </span>
  );
}

export function LanguageSwitch() {
  const next = language.value === "zh" ? "en" : "zh";
  return (
    <button type="button" class="btn ghost" data-test="language" lang={next === "zh" ? "zh-CN" : "en"} onClick={() => setLanguage(next)}>
      {t("other_language")}
    </button>
  );
}

/** The head of the pages that stand by themselves: a guest's, before and beside the meeting. */
export function TopBar({ children = <Brand />, records = false }: { children?: ComponentChildren; records?: boolean }) {
  return (
    <header class={records ? "top records" : "top"}>
      {children}
      <span class="sp" />
      <LanguageSwitch />
    </header>
  );
}

export type Quality = "good" | "fair" | "poor" | "lost";

export function Net({ quality }: { quality: Quality }) {
  return (
    <span class={`net ${quality}`} aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}

/** A page of one message on the way in or out. */
export function Message({ title, text, icon, children }: { title: string; text?: string; icon?: IconName; children?: ComponentChildren }) {
  return (
    <div class="paper">
      <header class="top">
        <Brand />
        <span class="sp" />
        <LanguageSwitch />
      </header>
      <main class="sheet message" data-test="message">
        {icon !== undefined && (
          <span class="medal">
            <Icon of={icon} size="l" />
          </span>
        )}
        <h1 role="status">{title}</h1>
        {text !== undefined && <p class="dim">{text}</p>}
        <div class="row wrap center">{children}</div>
      </main>
    </div>
  );
}

const NOTE_ICON = { warn: "warn", fail: "warn", acc: "clock", plain: "quest" } as const;

export function Note({ kind, icon, children }: { kind: keyof typeof NOTE_ICON; icon?: IconName; children: ComponentChildren }) {
  return (
    <div class={`note ${kind}`} role={kind === "fail" ? "alert" : "status"}>
      <Icon of={icon ?? NOTE_ICON[kind]} />
      <div class="sp">{children}</div>
    </div>
  );
}

const FAULTS: Record<string, TextKey> = {
  offline: "fault_offline",
  busy: "fault_busy",
  denied: "fault_denied",
  gone: "fault_gone",
  invalid: "fault_invalid",
};

/** What went wrong in words, with the number by which the server's log finds it. */
export function Fault({ error, own = {} }: { error: ApiError; own?: Record<string, TextKey> }) {
  return (
    <Note kind="fail">
      <span data-test="fault">{t(own[error.code] ?? FAULTS[error.code] ?? "fault_other")}</span>
      {error.requestId !== "" && <small class="mono faultid">{t("fault_id", error.requestId)}</small>}
    </Note>
  );
}

/** @returns whether it is really on the clipboard. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // Refused or not there: the caller shows the text to copy by hand.
  }
}

export function CopyLink({ url, class: c = "btn", label = "link_copy" }: { url: string; class?: string; label?: TextKey }) {
  const [state, setState] = useState<"rest" | "done" | "refused">("rest");
  const run = async () => setState((await copy(url)) ? "done" : "refused");
  return (
    <>
      <button class={c} type="button" onClick={() => void run()} data-test="copy-link">
        <Icon of={state === "done" ? "check" : "link"} />
        {t(state === "done" ? "link_copied" : label)}
      </button>
      {state === "refused" && (
        <label class="col gap">
          <input class="field mono" readOnly value={url} onFocus={(e) => e.currentTarget.select()} />
          <span class="sm dim" role="status">
            {t("link_copy_by_hand")}
          </span>
        </label>
      )}
    </>
  );
}

export function Face({ name }: { name: string }) {
  return (
    <span class="face" aria-hidden="true">
      {initial(name)}
    </span>
  );
}
