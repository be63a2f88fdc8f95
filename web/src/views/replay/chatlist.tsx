// What was written, beside its moment; the list follows the clock unless somebody reads elsewhere in it.
import { useEffect, useRef } from "preact/hooks";
import { clock, t } from "../../i18n";
import { Icon } from "../../ui/parts";
import { Cue } from "./cue";
import { currentMessage } from "./happenings";
import { type Scene, useClock } from "./scene";

const READING_MS = 6000;
const MARGIN_PX = 60;
const STILL = "(prefers-reduced-motion:reduce)";

/** Scrolls `list` so that its `[aria-current]` is seen; not while somebody scrolls by hand. */
function useFollow(list: { readonly current: HTMLElement | null }, current: number | undefined): void {
  const touched = useRef(-READING_MS);
  useEffect(() => {
    const hand = () => (touched.current = performance.now());
    const e = list.current;
    for (const type of ["wheel", "touchmove", "keydown"]) e?.addEventListener(type, hand, { passive: true });
    return () => {
      for (const type of ["wheel", "touchmove", "keydown"]) e?.removeEventListener(type, hand);
    };
  }, []);
  useEffect(() => {
    const e = list.current;
    const item = e?.querySelector<HTMLElement>("[aria-current]");
    if (e === null || item === null || item === undefined || performance.now() - touched.current < READING_MS) return;
    const box = e.getBoundingClientRect();
    const it = item.getBoundingClientRect();
    if (it.top >= box.top + MARGIN_PX && it.bottom <= box.bottom - MARGIN_PX) return;
    e.scrollTo({ top: e.scrollTop + it.top - box.top - box.height / 3, behavior: matchMedia(STILL).matches ? "auto" : "smooth" });
  }, [current]);
}

export function ChatList({ scene, go }: { scene: Scene; go: (ms: number) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const current = useClock(scene, (at) => currentMessage(scene.chat, at)?.id);
  useFollow(list, current);
  if (scene.chat.length === 0)
    return (
      <div class="empty">
        <Icon of="chat" />
        {t(scene.index.state === "live" ? "chat_none_yet" : "chat_none")}
      </div>
    );
  return (
    <div class="items" ref={list} tabIndex={0} role="region" aria-label={t("tab_chat")} data-test="chat-list">
      <ol>
        {scene.chat.map((m) => (
          <li key={m.id} class={m.id === current ? "item on" : "item"} data-test="chat-item" {...(m.id === current ? { "aria-current": "true" as const } : {})}>
            {m.ms === undefined ? (
              <span class="nocue mono" title={t("not_recorded_then")}>
                {clock(m.at)}
              </span>
            ) : (
              <Cue ms={m.ms} go={go} on={m.id === current} what={m.name} />
            )}
            <p>
              <b>{m.name}</b> <span class="said">{m.text}</span>
            </p>
          </li>
        ))}
      </ol>
    </div>
  );
}
