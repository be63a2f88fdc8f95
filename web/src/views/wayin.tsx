// An invitation link: looks it up, and shows the door, the way back into the meeting, or why there is no way in and what to do.
import { useEffect, useState } from "preact/hooks";
import { api, type ApiError, asApiError } from "../api/rest";
import type { Invitation, Ticket } from "../api/types";
import { day, t } from "../i18n";
import { openBoth } from "../rtc/devices";
import { Room } from "../state/room";
import { loadStub } from "../state/ticket";
import { isEarly } from "../state/until";
import { Fault, Icon, Message } from "../ui/parts";
import { Door } from "./door";
import { Early } from "./early";
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

function Cancelled({ i }: { i: Invitation }) {
  return (
    <Message icon="no" title={t("link_cancelled")} text={t("link_cancelled_what", i.host_name)}>
      <div class="panel pad told" data-test="link-cancelled">
        <b>{i.title}</b>
        <p class="dim">{day(i.starts_at)}</p>
        <p>{t("cancelled_why", i.cancel_reason)}</p>
      </div>
    </Message>
  );
}

/** A link that once was good: what became of it, and whom to ask. */
function Dead({ error }: { error: ApiError }) {
  const state = error.more["state"] === "revoked" ? "revoked" : "expired";
  const host = error.more["host_name"];
  return (
    <Message icon={state === "revoked" ? "no" : "clock"} title={t(`link_${state}`)} text={t(`link_${state}_what`)}>
      {typeof host === "string" && host !== "" && (
        <p class="dim" data-test="link-dead" data-state={state}>
          {t("link_ask", host)}
        </p>
      )}
    </Message>
  );
}

const isTrouble = (f: ApiError): boolean => f.code === "offline" || f.code === "busy" || f.status >= 500 || f.status === 429;

function Unreachable({ fault, again }: { fault: ApiError; again: () => void }) {
  return (
    <Message icon="warn" title={t(fault.status === 429 ? "link_slow" : "no_server")}>
      {fault.status === 429 ? <p class="dim">{t("link_slow_what")}</p> : <Fault error={fault} />}
      <button class="btn pri" onClick={again} data-test="look-again">
        <Icon of="refresh" />
        {t("try_again")}
      </button>
    </Message>
  );
}

function AtDoor({ i, secret }: { i: Invitation; secret: string }) {
  const guest = !i.host && i.role !== "expert";
  const [through, setThrough] = useState(!guest || i.state === "live" || !isEarly(Date.parse(i.starts_at), Date.now()));
  if (!through) return <Early i={i} secret={secret} on={() => setThrough(true)} />;
  return (
    <Door
      title={i.title}
      kind={i.kind}
      host={i.host_name}
      startsAt={i.starts_at}
      minutes={i.duration_min}
      who={{ name: i.name, organisation: i.organisation, role: i.role, phone: i.phone, phoneNeeded: i.phone_needed }}
      guest={guest}
      enter={({ name, organisation, phone }) => api<Ticket>("POST", "/invitations/redeem", { secret, name, organisation, ...(phone === "" ? {} : { phone }), consent: true })}
    />
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
  if (fault !== undefined && isTrouble(fault)) return <Unreachable fault={fault} again={look} />;
  if (fault?.status === 410) return <Dead error={fault} />;
  if (fault !== undefined) return <Message icon="link" title={t("link_unknown")} text={t("link_unknown_what")} />;
  if (invitation === undefined) return <Message title={t("loading")} />;
  if (invitation.state === "cancelled") return <Cancelled i={invitation} />;
  if (invitation.state === "ended" || invitation.state === "archived") return <Over i={invitation} />;
  return <AtDoor i={invitation} secret={secret} />;
}
