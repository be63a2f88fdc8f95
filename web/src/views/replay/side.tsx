// The paper column: what was written, who was there, what is missing.
import { useRef, useState } from "preact/hooks";
import { t } from "../../i18n";
import { ChatList } from "./chatlist";
import type { Deck } from "./deck";
import { GapList } from "./gaplist";
import { PeopleList } from "./peoplelist";
import type { Scene } from "./scene";

type Tab = "chat" | "people";
const TABS: Tab[] = ["chat", "people"];

export function Side({ scene, deck }: { scene: Scene; deck: Deck }) {
  const [tab, setTab] = useState<Tab>("chat");
  const row = useRef<HTMLDivElement>(null);
  const go = (ms: number) => deck.jump(ms);
  const counts = { chat: scene.chat.length, people: scene.people.length };
  const turn = (e: KeyboardEvent) => {
    if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
    e.preventDefault();
    const next = TABS.find((x) => x !== tab) ?? tab;
    setTab(next);
    row.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <aside class="record" aria-label={t("record_side")}>
      <div class="tabs" role="tablist" ref={row} onKeyDown={turn}>
        {TABS.map((x) => (
          <button key={x} id={`tab-${x}`} role="tab" aria-selected={tab === x} aria-controls="tabpane" tabIndex={tab === x ? 0 : -1} onClick={() => setTab(x)} data-test={`tab-${x}`}>
            {t(x === "chat" ? "tab_chat" : "tab_people")} <span class="num">{counts[x]}</span>
          </button>
        ))}
      </div>
      <div id="tabpane" class="pane" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "chat" ? <ChatList scene={scene} go={go} /> : <PeopleList scene={scene} deck={deck} go={go} />}
      </div>
      <GapList scene={scene} go={go} />
    </aside>
  );
}
