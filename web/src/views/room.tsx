// The room: bar, stage, side panel, strip and tools.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { chooseStage } from "../state/stage";
import type { Room } from "../state/room";
import { NARROW, TOUCH, useMatch } from "../ui/hooks";
import { Icon, Note } from "../ui/parts";
import { RecordingBadge } from "./badge";
import { ChatPane } from "./chat";
import { Dock, useKeys } from "./dock";
import { type Layer, Layers } from "./layers";
import { OwnNet, useFlows } from "./netinfo";
import { People } from "./people";
import { Tile, Voices } from "./tile";

type Side = "people" | "chat";

function Bar({ room, side, open, leave }: { room: Room; side: Side | undefined; open: (s: Side) => void; leave: () => void }) {
  const narrow = useMatch(NARROW);
  const { me, participants, waiting, unread } = room.meeting;
  const kind = me.value?.meeting.kind ?? "review";
  const fresh = side === "chat" ? 0 : unread.value;
  return (
    <header class="bar" data-region tabIndex={-1} aria-label={t("region_top")}>
      {narrow ? (
        <button class="btn sq ghost leave" onClick={leave} aria-label={t("leave_end")} data-test="leave-menu">
          <Icon of="leave" />
        </button>
      ) : (
        <Icon of="mark" />
      )}
      <span class="tag acc long">{t(`kind_${kind}`)}</span>
      <b class="cut title">{me.value?.meeting.title}</b>
      <span class="sp" />
      <RecordingBadge room={room} />
      <OwnNet room={room} />
      <button class="btn" aria-expanded={side === "people"} onClick={() => open("people")} data-test="people">
        <Icon of="people" />
        <span class="long">{t("people", participants.value.length)}</span>
        <span class="short" aria-hidden="true">
          {participants.value.length}
        </span>
        {waiting.value.length > 0 && (
          <span class="tag warn">
            <span class="long">{t("waiting_n", waiting.value.length)}</span>
            <span class="short">+{waiting.value.length}</span>
          </span>
        )}
      </button>
      {!narrow && (
        <button class="btn chatbtn" aria-expanded={side === "chat"} onClick={() => open("chat")} data-test="chat-open" aria-label={fresh > 0 ? `${t("tab_chat")}, ${t("unread", fresh)}` : t("tab_chat")} title={t("tab_chat")}>
          <Icon of="chat" />
          {fresh > 0 && <span class="num">{fresh > 99 ? "99+" : fresh}</span>}
        </button>
      )}
    </header>
  );
}

function Alone({ room }: { room: Room }) {
  const me = room.meeting.me.value;
  const what = me?.rights.record !== true ? "alone_guest" : me.meeting.record_auto ? "alone_what" : "alone_manual";
  return (
    <div class="empty">
      <Icon of="clock" />
      <b>{t("alone")}</b>
      <span>{t(what)}</span>
    </div>
  );
}

/** Somebody at the door, when the list of those who wait is not open. */
function KnockNow({ room, look }: { room: Room; look: () => void }) {
  const first = room.meeting.waiting.value[0];
  if (first === undefined || room.meeting.me.value?.rights.admit !== true) return null;
  return (
    <div class="note warn" role="status" data-test="knock-now">
      <Icon of="people" />
      <div class="sp">{t("knocks", first.name)}</div>
      <button class="btn pri" onClick={() => room.about("admit", first.participant)} data-test="admit-now">
        {t("admit")}
      </button>
      <button class="btn" onClick={look}>
        {t("knocks_look")}
      </button>
    </div>
  );
}

/** What the person must know now, in the order of weight: the recording first. */
function Banners({ room, children }: { room: Room; children: ComponentChildren }) {
  const { recording, recorded } = room.meeting;
  const [shown, setShown] = useState(false);
  const offline = room.offline.value;
  const flows = useFlows(room, offline);
  useEffect(() => {
    if (!offline) {
      setShown(false);
      return;
    }
    const timer = window.setTimeout(() => setShown(true), 500); // A blink is not worth a word.
    return () => window.clearTimeout(timer);
  }, [offline]);
  const words = !recorded.value ? "reconnecting_unrecorded" : flows ? "reconnecting" : "reconnecting_media";
  return (
    <div class="banners">
      {recording.value?.state === "failed" && <Note kind="fail">{t("rec_failed_what")}</Note>}
      {shown && offline && (
        <div data-test="offline">
          <Note kind="warn" icon="refresh">
            {t(words)}
          </Note>
        </div>
      )}
      {children}
      {room.own.screen.value !== undefined && (
        <div class="note acc" role="status">
          <Icon of="share" />
          <div class="sp">{t("you_share")}</div>
          <button class="btn" onClick={() => void room.own.stopShare()} data-test="share-stop">
            {t("share_stop")}
          </button>
        </div>
      )}
    </div>
  );
}

/** The notice for the eye, and two regions for those who hear it: always there, or they would not be read. */
function Notices({ room }: { room: Room }) {
  const toast = room.toasts.current.value;
  return (
    <>
      <div class="vh" aria-live="polite">
        {toast?.urgent === false ? toast.text : ""}
      </div>
      <div class="vh" aria-live="assertive">
        {toast?.urgent === true ? toast.text : ""}
      </div>
      {toast !== undefined && (
        <div class={toast.urgent ? "toast urgent" : "toast"} aria-hidden="true" data-test="toast">
          {toast.text}
        </div>
      )}
    </>
  );
}

function SidePanel({ room, side, show }: { room: Room; side: Side; show: (s: Side | undefined) => void }) {
  const box = useRef<HTMLElement>(null);
  const { waiting, unread } = room.meeting;
  const tab = (which: Side, label: string, count: number) => (
    <button id={`tab-${which}`} role="tab" aria-selected={side === which} aria-controls="side" onClick={() => show(which)} data-test={`tab-${which}`}>
      {label} {count > 0 && <span class="num">{count}</span>}
    </button>
  );
  return (
    <aside class="side-panel" ref={box} data-region tabIndex={-1} aria-label={t("region_side")} data-test="side">
      <button class="handle" aria-label={t("sheet_handle")} onClick={() => show(undefined)} />
      <div class="row tabrow">
        <div class="tabs sp" role="tablist">
          {tab("people", t("tab_people"), waiting.value.length)}
          {tab("chat", t("tab_chat"), side === "chat" ? 0 : unread.value)}
        </div>
        <button class="btn sq ghost" aria-label={t("close")} title={t("close")} onClick={() => show(undefined)} data-test="side-close">
          <Icon of="cross" />
        </button>
      </div>
      <div class="tabpane" id="side" role="tabpanel" aria-labelledby={`tab-${side}`}>
        {side === "people" ? <People room={room} /> : <ChatPane room={room} />}
      </div>
    </aside>
  );
}

function useStage(room: Room) {
  const { me, participants, tracks, heard, pinned } = room.meeting;
  const choice = chooseStage(me.value?.participant ?? "", participants.value, tracks.value, heard.value, pinned.value);
  return { choice, large: participants.value.find((p) => p.participant === choice?.participant) };
}

export function Live({ room }: { room: Room }) {
  const touch = useMatch(TOUCH);
  const narrow = useMatch(NARROW);
  const [layer, setLayer] = useState<Layer | undefined>();
  const [side, setSide] = useState<Side | undefined>(touch || narrow ? undefined : "people");
  useKeys(
    room,
    () => setSide(undefined),
    () => setLayer("keys"),
  );
  const { choice, large } = useStage(room);
  const strip = room.meeting.participants.value.filter((p) => p.participant !== choice?.participant || choice.source === "screen");
  return (
    <div class={`room ${side !== undefined ? "with-side" : ""}`} data-theme="ink" data-test="room">
      <Bar room={room} side={side} open={(s) => setSide(side === s ? undefined : s)} leave={() => setLayer("leave")} />
      <main class="stage" data-region tabIndex={-1} aria-label={t("region_stage")}>
        <Banners room={room}>{side !== "people" && <KnockNow room={room} look={() => setSide("people")} />}</Banners>
        {large !== undefined && choice !== undefined ? <Tile key={`${choice.participant}-${choice.source}`} room={room} p={large} large source={choice.source} /> : <Alone room={room} />}
        <Voices room={room} />
        <Notices room={room} />
      </main>
      {side !== undefined && <SidePanel room={room} side={side} show={setSide} />}
      <footer class="dock" data-region tabIndex={-1} aria-label={t("region_dock")}>
        <div class="strip">
          {strip.map((p) => (
            <Tile key={p.participant} room={room} p={p} source="camera" />
          ))}
        </div>
        <Dock room={room} show={setLayer} chat={() => setSide(side === "chat" ? undefined : "chat")} />
      </footer>
      <Layers room={room} layer={layer} show={setLayer} />
    </div>
  );
}
