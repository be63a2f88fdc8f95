// Who waits, who is here, how their line is; what a host may do; the recording.
import { useState } from "preact/hooks";
import type { Participant, Waiting } from "../api/types";
import { t, word } from "../i18n";
import type { Room } from "../state/room";
import { Face, Icon, Net, Note, type Quality } from "../ui/parts";
import { RecordingFacts, RecordingTools } from "./badge";
import { netFacts } from "./netinfo";

const about = (p: { role: string; organisation: string }): string => [word("role", p.role), p.organisation].filter((s) => s !== "").join(" · ");

function HostTools({ room, p }: { room: Room; p: Participant }) {
  const publishes = (source: string) => room.meeting.tracks.value.some((x) => x.participant === p.participant && x.source === source);
  const device = p.role === "device"; // Without a hand of its own to turn anything on again.
  return (
    <div class="col gap tools-of">
      <div class="row wrap">
        <button class="btn" disabled={p.muted.includes("microphone") && !device} onClick={() => room.muteOther(p.participant, "microphone")} data-test="mute-other">
          <Icon of="micOff" size="s" />
          {t(device && p.muted.includes("microphone") ? "device_unmute" : "mute_them")}
        </button>
        {publishes("camera") && (
          <button class="btn" disabled={p.muted.includes("camera") && !device} onClick={() => room.muteOther(p.participant, "camera")} data-test="darken-other">
            <Icon of="camOff" size="s" />
            {t(device && p.muted.includes("camera") ? "device_light" : "dark_them")}
          </button>
        )}
        <button class="btn danger" onClick={() => room.about("remove", p.participant)} data-test="remove">
          <Icon of="leave" size="s" />
          {t("remove_them")}
        </button>
      </div>
      <p class="xs mute">
        {t(device ? "device_mute_what" : "mute_them_what")} {t("remove_them_what")}
      </p>
    </div>
  );
}

function Person({ room, p }: { room: Room; p: Participant }) {
  const [open, setOpen] = useState<"tools" | "net" | undefined>();
  const me = room.meeting.me.value;
  const mine = me?.participant === p.participant;
  const quality: Quality = p.state === "reconnecting" ? "lost" : p.quality;
  const toggle = (what: "tools" | "net") => setOpen(open === what ? undefined : what);
  return (
    <li class="person" data-test="person" data-participant={p.participant}>
      <div class="row">
        <Face name={p.name} />
        <span class="sp cut">
          <b>{p.name}</b>
          {mine ? ` (${t("you")})` : ""} {p.host && <span class="tag acc">{t("is_host")}</span>}
          <br />
          <span class="xs mute">{about(p)}</span>
        </span>
        {p.muted.includes("microphone") && (
          <span class="c-fail" title={t("is_muted")}>
            <Icon of="micOff" size="s" />
            <span class="vh">{t("is_muted")}</span>
          </span>
        )}
        <button class="netbtn xs" aria-expanded={open === "net"} onClick={() => toggle("net")} data-test="person-net" data-quality={quality}>
          <Net quality={quality} />
          <span aria-hidden="true">{t(`short_${quality}`)}</span>
          <span class="vh">{t(`net_${quality}`)}</span>
        </button>
        {me?.rights.admit === true && !mine && (
          <button class="btn sq ghost" aria-expanded={open === "tools"} aria-label={`${t("more")}: ${p.name}`} title={t("more")} onClick={() => toggle("tools")} data-test="person-more">
            <Icon of="more" />
          </button>
        )}
      </div>
      {open === "net" && (
        <p class="xs dim" data-test="person-net-facts">
          {netFacts(p.rtt_ms, p.rtt_ms > 0 || p.loss_permille > 0 ? p.loss_permille / 10 : undefined)}
        </p>
      )}
      {open === "tools" && <HostTools room={room} p={p} />}
    </li>
  );
}

function Knock({ room, w }: { room: Room; w: Waiting }) {
  return (
    <div class="knock row" data-test="knock">
      <Face name={w.name} />
      <span class="sp cut">
        <b>{w.name}</b>
        <br />
        <span class="xs mute">{about(w)}</span>
      </span>
      <button class="btn pri" onClick={() => room.about("admit", w.participant)} aria-label={`${t("admit")}: ${w.name}`} data-test="admit">
        {t("admit")}
      </button>
      <button class="btn" onClick={() => room.about("refuse", w.participant)} aria-label={`${t("refuse")}: ${w.name}`} data-test="refuse">
        {t("refuse")}
      </button>
    </div>
  );
}

function HostAway({ room }: { room: Room }) {
  const { me, hostAway, recorded } = room.meeting;
  if (!hostAway.value || me.value?.rights.take_over !== true || me.value.host) return null;
  return (
    <div class="pad">
      <Note kind="warn">
        <p>{t(recorded.value ? "host_away" : "host_away_unrecorded")}</p>
        <button class="btn" onClick={() => room.ask("take_over")} data-test="take-over">
          {t("take_over")}
        </button>
      </Note>
    </div>
  );
}

export function People({ room }: { room: Room }) {
  const { waiting, participants, watchers } = room.meeting;
  return (
    <>
      <div class="scroll">
        {waiting.value.length > 0 && (
          <section aria-label={t("waiting_list")}>
            {waiting.value.map((w) => (
              <Knock key={w.participant} room={room} w={w} />
            ))}
          </section>
        )}
        <HostAway room={room} />
        <ul aria-label={t("in_the_room")}>
          {participants.value.map((p) => (
            <Person key={p.participant} room={room} p={p} />
          ))}
        </ul>
        {watchers.value > 0 && (
          <p class="pad sm dim" data-test="watchers">
            {t("devices_watch", String(watchers.value))}
          </p>
        )}
      </div>
      <section class="pad foot" aria-label={t("rec_details")}>
        <RecordingFacts room={room} />
        <RecordingTools room={room} />
      </section>
    </>
  );
}
