// Beside the stage: people and chat.
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, has, t } from "../i18n";
import type { Participant } from "../api/types";
import type { Room } from "../state/room";
import { Icon, Net, Note } from "../ui/parts";

function Person({ room, p }: { room: Room; p: Participant }) {
  const [open, setOpen] = useState(false);
  const me = room.me.value;
  const mine = me?.participant === p.participant;
  const role = `role_${p.role}`;
  return (
    <li class="person" data-test="person" data-participant={p.participant}>
      <div class="row">
        <span class="face" aria-hidden="true">
          {p.name.slice(0, 1)}
        </span>
        <span class="sp cut">
          <b>{p.name}</b>
          {mine ? ` (${t("you")})` : ""} {p.host && <span class="tag acc">{t("is_host")}</span>}
          <br />
          <span class="xs mute">
            {has(role) ? t(role) : ""}
            {p.organisation === "" ? "" : ` · ${p.organisation}`}
          </span>
        </span>
        {p.muted.includes("microphone") && <Icon of="micOff" small />}
        <span class="xs row" title={p.rtt_ms > 0 ? `${p.rtt_ms} ms · ${(p.loss_permille / 10).toFixed(1)} %` : ""}>
          <Net quality={p.quality} />
          <span class="long">{t(`net_${p.quality}`)}</span>
        </span>
        {me?.rights.admit === true && !mine && (
          <button class="btn sq ghost" aria-expanded={open} aria-label={`${t("more")}: ${p.name}`} onClick={() => setOpen(!open)} data-test="person-more">
            <Icon of="more" />
          </button>
        )}
      </div>
      {open && (
        <div class="row wrap">
          <button class="btn" onClick={() => room.muteOther(p.participant, "microphone")} data-test="mute-other">
            <Icon of="micOff" small />
            {t("mute_them")}
          </button>
          <button class="btn" onClick={() => room.ask("remove", p.participant)} data-test="remove">
            <Icon of="cross" small />
            {t("remove_them")}
          </button>
        </div>
      )}
    </li>
  );
}

function RecordingTools({ room }: { room: Room }) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const r = room.recording.value;
  if (room.me.value?.rights.record !== true || r === undefined) return null;
  if (r.state === "off" || r.state === "stopped")
    return (
      <button class="btn" onClick={() => room.startRecording()} data-test="rec-start">
        {t("rec_start")}
      </button>
    );
  if (!asking)
    return (
      <button class="btn" onClick={() => setAsking(true)} data-test="rec-stop">
        <Icon of="stop" small />
        {t("rec_stop")}
      </button>
    );
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        room.stopRecording(reason.trim());
        setAsking(false);
        setReason("");
      }}
    >
      <label class="col">
        <span class="sm">{t("rec_stop_why")}</span>
        <input class="field" value={reason} maxLength={150} onInput={(e) => setReason(e.currentTarget.value)} data-test="rec-reason" />
      </label>
      <div class="row">
        <button class="btn bad" disabled={reason.trim() === ""} data-test="rec-stop-yes">
          {t("rec_stop")}
        </button>
        <button type="button" class="btn ghost" onClick={() => setAsking(false)}>
          {t("cancel")}
        </button>
      </div>
    </form>
  );
}

function People({ room }: { room: Room }) {
  const me = room.me.value;
  return (
    <div class="scroll">
      {room.waiting.value.map((w) => (
        <div key={w.participant} class="knock row" data-test="knock">
          <span class="sp cut">
            <b>{w.name}</b>
            <br />
            <span class="xs mute">{w.organisation}</span>
          </span>
          <button class="btn pri" onClick={() => room.ask("admit", w.participant)} data-test="admit">
            {t("admit")}
          </button>
          <button class="btn" onClick={() => room.ask("refuse", w.participant)} data-test="refuse">
            {t("refuse")}
          </button>
        </div>
      ))}
      {room.hostAway.value && me?.rights.take_over === true && !me.host && (
        <Note kind="warn">
          {t("host_away")}{" "}
          <button class="btn" onClick={() => room.takeOver()} data-test="take-over">
            {t("take_over")}
          </button>
        </Note>
      )}
      <ul>
        {room.participants.value.map((p) => (
          <Person key={p.participant} room={room} p={p} />
        ))}
      </ul>
      <div class="pad">
        <RecordingTools room={room} />
        <p class="xs mute keys">{t("keys")}</p>
      </div>
    </div>
  );
}

function ChatPane({ room }: { room: Room }) {
  const [text, setText] = useState("");
  const [failed, setFailed] = useState(false);
  const key = useRef(crypto.randomUUID());
  const end = useRef<HTMLDivElement>(null);
  const messages = room.chat.value;
  useEffect(() => {
    room.unread.value = 0;
    end.current?.scrollIntoView({ block: "end" });
  }, [messages.length]);
  const send = async () => {
    if (text.trim() === "") return;
    const done = await room.write(text.trim(), key.current);
    setFailed(!done);
    if (!done) return; // The same key goes with the next try: it cannot become two messages.
    key.current = crypto.randomUUID();
    setText("");
  };
  return (
    <>
      <div class="scroll chat" role="log" aria-live="polite">
        {messages.length === 0 && (
          <div class="empty">
            <Icon of="chat" />
            {t("chat_empty")}
          </div>
        )}
        {messages.map((c) => (
          <div key={c.chat} class={c.participant === room.me.value?.participant ? "say mine" : "say"} data-test="chat-message">
            <span class="xs mute">
              {c.name} · {clock(c.at)}
            </span>
            <p>{c.text}</p>
          </div>
        ))}
        <div ref={end} />
      </div>
      {failed && <Note kind="fail">{t("chat_failed")}</Note>}
      <form
        class="row write"
        onSubmit={(e) => {
          e.preventDefault();
          void send();
        }}
      >
        <input class="field" value={text} maxLength={1300} placeholder={t("chat_write")} aria-label={t("chat_write")} onInput={(e) => setText(e.currentTarget.value)} data-test="chat-text" />
        <button class="btn pri" data-test="chat-send">
          {t("send")}
        </button>
      </form>
    </>
  );
}

export function SidePanel({ room, tab, show }: { room: Room; tab: "people" | "chat"; show: (tab: "people" | "chat" | undefined) => void }) {
  return (
    <aside class="side-panel" data-test="side">
      <div class="tabs" role="tablist">
        <button role="tab" aria-selected={tab === "people"} onClick={() => show("people")}>
          {t("tab_people")} {room.waiting.value.length > 0 && <span class="num">{room.waiting.value.length}</span>}
        </button>
        <button role="tab" aria-selected={tab === "chat"} onClick={() => show("chat")}>
          {t("tab_chat")}
        </button>
        <span class="sp" />
        <button class="btn sq ghost" aria-label={t("close")} onClick={() => show(undefined)}>
          <Icon of="cross" />
        </button>
      </div>
      {tab === "people" ? <People room={room} /> : <ChatPane room={room} />}
    </aside>
  );
}
