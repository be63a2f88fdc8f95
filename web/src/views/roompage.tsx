// Which page a meeting shows: connecting, waiting, the room, or how it ended for this person.
import { useEffect, useState } from "preact/hooks";
import { t, type TextKey } from "../i18n";
import type { Phase, Room } from "../state/room";
import { useTitle } from "../ui/hooks";
import { Icon, type IconName, Message } from "../ui/parts";
import { Live } from "./room";
import { WaitingRoom } from "./waiting";

const LONG_MS = 8000;

function Connecting() {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLong(true), LONG_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return <Message title={t("connecting")} {...(long ? { text: t("connecting_long") } : {})} />;
}

function Ended({ room }: { room: Room }) {
  const me = room.meeting.me.value;
  const replay = me !== undefined && (me.host || me.role === "manager" || me.role === "expert");
  const state = room.meeting.recording.value?.state;
  const recorded = state !== undefined && state !== "off";
  return (
    <Message icon="check" title={t("meeting_over")} text={t(!recorded ? "meeting_over_unrecorded" : replay ? "meeting_over_mine" : "meeting_over_what")}>
      {replay && (
        <>
          <a class="btn pri" href={`/m/${me.meeting.id}/recording`} data-test="to-replay">
            <Icon of="play" />
            {t("to_replay")}
          </a>
          <a class="btn" href={`/m/${me.meeting.id}`}>
            {t("to_meeting")}
          </a>
        </>
      )}
    </Message>
  );
}

type Over = Exclude<Phase, "connecting" | "waiting" | "in" | "ended">;
const OVER: Record<Over, { icon: IconName; what: TextKey; again?: TextKey }> = {
  left: { icon: "leave", what: "left_what", again: "come_back" },
  replaced: { icon: "swap", what: "replaced_what", again: "use_here" },
  outdated: { icon: "refresh", what: "outdated_what", again: "reload" },
  removed: { icon: "leave", what: "removed_what", again: "ask_again" },
  refused: { icon: "clock", what: "refused_what", again: "ask_again" },
  gone: { icon: "link", what: "gone_what", again: "ask_again" },
};

function Gone({ room, phase }: { room: Room; phase: Over }) {
  const { icon, what, again } = OVER[phase];
  const unrecorded = phase === "left" && !room.meeting.recorded.value;
  return (
    <Message icon={icon} title={t(phase)} text={t(unrecorded ? "left_unrecorded_what" : what)}>
      {again !== undefined && (
        <button class="btn pri" onClick={() => room.again()} data-test="again">
          {t(again)}
        </button>
      )}
    </Message>
  );
}

export function RoomPage({ room }: { room: Room }) {
  const phase = room.phase.value;
  const title = room.meeting.me.value?.meeting.title;
  useTitle(title === undefined ? t("brand") : `${title} · ${t("brand")}`);
  switch (phase) {
    case "connecting":
      return <Connecting />;
    case "waiting":
      return <WaitingRoom room={room} />;
    case "in":
      return <Live room={room} />;
    case "ended":
      return <Ended room={room} />;
    default:
      return <Gone room={room} phase={phase} />;
  }
}
