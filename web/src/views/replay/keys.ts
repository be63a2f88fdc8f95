// The keyboard of the replay, one row a key: what it does and how the list names it.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { TextKey } from "../../i18n";
import { keep, kept } from "../../state/kept";
import { type Deck, JUMP_MS, STEP_MS } from "./deck";

export interface Hands {
  deck: Deck;
  full: () => void;
  help: () => void;
}

interface Row {
  /** As on the keyboard; the first is what the list shows. */
  shown: string;
  what: TextKey;
  /** What `KeyboardEvent.key` is, and what it does. */
  does: Record<string, (h: Hands, e: KeyboardEvent) => void>;
}

const by = (sign: 1 | -1) => (h: Hands, e: KeyboardEvent) => h.deck.by(sign * (e.shiftKey ? STEP_MS : JUMP_MS));
const digits = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [String(n), (h: Hands) => h.deck.tenth(n)]));

export const ROWS: Row[] = [
  { shown: "Space", what: "key_play", does: { " ": (h) => h.deck.toggle() } },
  { shown: "← →", what: "key_jump", does: { ArrowLeft: by(-1), ArrowRight: by(1) } },
  { shown: "Shift ← →", what: "key_step", does: {} },
  { shown: "[ ]", what: "key_event", does: { "[": (h) => h.deck.event(-1), "]": (h) => h.deck.event(1) } },
  { shown: "< >", what: "key_speed", does: { "<": (h) => h.deck.faster(-1), ">": (h) => h.deck.faster(1) } },
  { shown: "G", what: "key_gap", does: { g: (h) => h.deck.gap() } },
  { shown: "X", what: "key_swap", does: { x: (h) => h.deck.swap() } },
  { shown: "0–9", what: "key_tenth", does: digits },
  { shown: "M", what: "key_mute", does: { m: (h) => h.deck.mute() } },
  { shown: "F", what: "key_full", does: { f: (h) => h.full() } },
  { shown: "?", what: "key_help", does: { "?": (h) => h.help() } },
];

const table = Object.assign({}, ...ROWS.map((r) => r.does)) as Row["does"];

/** Single keys can be turned off, for those whose devices press them by accident. */
export const singleKeys = signal(kept("local", "single_keys") !== "off");
export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  keep("local", "single_keys", on ? "on" : "off");
}

export function actionOf(e: KeyboardEvent): ((h: Hands, e: KeyboardEvent) => void) | undefined {
  if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing) return undefined;
  return table[e.key.length === 1 ? e.key.toLowerCase() : e.key];
}

/** What has the focus needs the key itself: a button its space, a field all, a slider of its own its arrows. */
export function needsKey(target: Element | null, key: string): boolean {
  if (target === null) return false;
  if (target.matches("textarea, select, [contenteditable]")) return true;
  if (target.matches("input[type=range]")) return key.startsWith("Arrow");
  if (target.matches("input")) return true;
  return key === " " && target.matches("button, a, summary");
}

/**
 * Keys work while the stage or the timeline has the focus, which is where it is when the page opens. Nothing else takes
 * them, but a button of theirs that was pressed and has gone (unpin) leaves them where they were.
 */
export function useKeys(film: { readonly current: HTMLElement | null }, hands: Hands): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    if (document.activeElement === document.body) film.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const note = (e: FocusEvent) => {
      const target = e.target as Element;
      last.current = film.current?.contains(target) === true ? target : null;
    };
    const press = (e: KeyboardEvent) => {
      const focus = document.activeElement;
      const orphaned = focus === document.body && last.current?.isConnected === false;
      const ours = orphaned || film.current?.contains(focus) === true;
      const act = actionOf(e);
      if (!ours || act === undefined || needsKey(focus, e.key) || document.querySelector("dialog[open]") !== null) return;
      if (!singleKeys.peek() && e.key.length === 1 && e.key !== " ") return;
      e.preventDefault();
      act(hands, e);
    };
    window.addEventListener("focusin", note);
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("focusin", note);
      window.removeEventListener("keydown", press);
    };
  }, [hands]);
}
