// An invitation link: looks it up, and shows the door, or the way back into the meeting.
import { useEffect, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { Invitation, Ticket } from "../api/types";
import { t } from "../i18n";
import { openBoth } from "../rtc/devices";
import { Room } from "../state/room";
import { loadStub } from "../state/ticket";
import { Fault, Icon, Message } from "../ui/parts";
import { Door } from "./door";
import { RoomPage } from "./roompage";

/** The page was loaded again in the middle of a meeting: the same person comes back, as muted and as dark as before. */
export function useReturn(): { returning: boolean; room: Room | undefined } {
  const [stub] = useState(loadStub);
  const [room, setRoom] = useState<Room | undefined>();
  useEffect(() => {
    if (stub === undefined) return;
    void openBoth({ camera: !stub.cameraOff, microphone: true }).then((c) => setRoom(new Room(stub, { ...c, muted: stub.muted, cameraOff: stub.cameraOff })));
  }, []);
  return { returning: stub !== undefined, room };
}

const mayReplay = (i: Invitation): boolean => i.host || i.role === "manager" || i.role === "expert";

function Over({ i }: { i: Invitation }) {
  return (
    <Message icon="check" title={t("meeting_over")} text={t("meeting_over_what")}>
      {mayReplay(i) && (
        <a class="btn pri" href={`/m/${i.id}/recording`} data-test="to-replay">
          <Icon of="play" />
          {t("to_replay")}
        </a>
      )}
    </Message>
  );
}

export function WayIn() {
  const secret = location.hash.slice(1);
  const back = useReturn();
  const [invitation, setInvitation] = useState<Invitation | undefined>();
  const [fault, setFault] = useState<ApiError | undefined>();
  const look = () => {
    setFault(undefined);
    api<Invitation>("POST", "/invitations/look", { secret }).then(setInvitation, (e: unknown) => setFault(asApiError(e)));
  };
  useEffect(() => {
    const other = () => location.reload(); // Another link pasted over this one changes only the fragment.
    addEventListener("hashchange", other);
    if (!back.returning) look();
    return () => removeEventListener("hashchange", other);
  }, []);
  if (back.room !== undefined) return <RoomPage room={back.room} />;
  if (back.returning) return <Message title={t("returning")} />;
  if (fault !== undefined && (fault.code === "offline" || fault.code === "busy" || fault.status >= 500 || fault.status === 429))
    return (
      <Message icon="warn" title={t("no_server")}>
        <Fault error={fault} />
        <button class="btn pri" onClick={look} data-test="look-again">
          <Icon of="refresh" />
          {t("try_again")}
        </button>
      </Message>
    );
  if (fault !== undefined) return <Message icon="link" title={t("link_unknown")} text={t("link_unknown_what")} />;
  if (invitation === undefined) return <Message title={t("loading")} />;
  if (invitation.state === "ended") return <Over i={invitation} />;
  return (
    <Door
      title={invitation.title}
      kind={invitation.kind}
      host={invitation.host_name}
      startsAt={invitation.starts_at}
      name={invitation.name}
      organisation={invitation.organisation}
      guest={!invitation.host && invitation.role !== "expert"}
      enter={(name, organisation) => api<Ticket>("POST", "/invitations/redeem", { secret, name, organisation, consent: true })}
    />
  );
}
