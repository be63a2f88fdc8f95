// Chinese first, English second. What the views call; the texts themselves are in texts/.
import { signal } from "@preact/signals";
import { keep, kept } from "../state/kept";
import { clockText, dateText, dayText, lengthText } from "./format";
import { type Arg, type Language, text, type TextKey, texts } from "./texts";

export { bitrateText, duration } from "./format";
export type { Arg, TextKey } from "./texts";

/** Chinese unless the reader chose otherwise or has an English browser. */
export function firstLanguage(chosen: string, browser: string): Language {
  if (chosen === "zh" || chosen === "en") return chosen;
  return browser.toLowerCase().startsWith("en") ? "en" : "zh";
}

const browser = (): string => ("navigator" in globalThis ? navigator.language : "");
export const language = signal<Language>(firstLanguage(kept("local", "language"), browser()));

export function setLanguage(l: Language): void {
  language.value = l;
  keep("local", "language", l);
  document.documentElement.lang = l === "zh" ? "zh-CN" : "en";
}

export const t = (key: TextKey, ...args: Arg[]): string => text(language.value, key, ...args);
export const has = (key: string): key is TextKey => key in texts;
/** The word for a value the server sends, as role_expert; nothing for one this page does not know. */
export const word = (prefix: string, value: string): string => {
  const key = `${prefix}_${value}`;
  return has(key) ? t(key) : "";
};

export const clock = (iso: string, seconds = false): string => clockText(language.value, iso, seconds);
export const day = (iso: string): string => dayText(language.value, iso);
export const date = (iso: string): string => dateText(language.value, iso);
export const length = (ms: number): string => lengthText(language.value, ms);
