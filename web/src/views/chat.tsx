// Chat: what is said in writing is kept with the recording. A message that did not go out keeps its text and its key.
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, t } from "../i18n";
import { CHAT_BYTES, excess } from "../state/text";
import type { Room } from "../state/room";
import { Icon, Note } from "../ui/parts";

interface Draft {
  text: string;
  key: string;
}
/** Outlives the panel: closing it must not lose what was written. */
const drafts = new WeakMap<Room, Draft>();
const draftOf = (room: Room): Draft => drafts.get(room) ?? { text: "", key: crypto.randomUUID() };

function Write({ room }: { room: Room }) {
  const [draft, setDraft] = useState(draftOf(room));
  const [state, setState] = useState<"rest" | "sending" | "failed">("rest");
  const put = (d: Draft) => {
    drafts.set(room, d);
    setDraft(d);
  };
  const text = draft.text.trim();
  const over = excess(text, CHAT_BYTES);
  const send = async () => {
    if (text === "" || over > 0 || state === "sending") return;
    setState("sending");
    const done = await room.write(text, draft.key);
    setState(done ? "rest" : "failed");
    if (done) put({ text: "", key: crypto.randomUUID() }); // The same key goes with the next try: it cannot become two messages.
  };
  return (
    <>
      {state === "failed" && <Note kind="fail">{t("chat_failed")}</Note>}
      {over > 0 && <Note kind="warn">{t("chat_long", over)}</Note>}
      <form
        class="row write"
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        <textarea
          class="field"
          rows={1}
          value={draft.text}
          placeholder={t("chat_write")}
          aria-label={t("chat_write")}
          enterkeyhint="send"
          onInput={(e) => put({ ...draft, text: e.currentTarget.value })}
          onKeyDown={(e) => {
            // Enter also ends a word in an input method: that is not sending.
            if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
            e.preventDefault();
            void send();
          }}
          data-test="chat-text"
        />
        <button class="btn pri" disabled={state === "sending"} data-test="chat-send">
          {t(state === "sending" ? "sending" : "send")}
        </button>
      </form>
    </>
  );
}

export function ChatPane({ room }: { room: Room }) {
  const end = useRef<HTMLDivElement>(null);
  const messages = room.meeting.chat.value;
  useEffect(() => {
    room.meeting.unread.value = 0;
    end.current?.scrollIntoView({ block: "nearest" });
  }, [messages.length]);
  return (
    <>
      <div class="scroll chat" role="log" tabIndex={0} aria-label={t("tab_chat")}>
        {messages.length === 0 && (
          <div class="empty">
            <Icon of="chat" />
            {t("chat_empty")}
          </div>
        )}
        {messages.map((c) => (
          <div key={c.chat} class={c.participant === room.meeting.me.value?.participant ? "say mine" : "say"} data-test="chat-message">
            <span class="xs mute">
              {c.name} · {clock(c.at)}
            </span>
            <p>{c.text}</p>
          </div>
        ))}
        <div ref={end} />
      </div>
      <Write room={room} />
    </>
  );
}
