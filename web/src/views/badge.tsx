// The recording badge and what stands behind it; stopping asks for a reason.
import { useState } from "preact/hooks";
import { clock, duration, t } from "../i18n";
import { badge, room as roomLeft } from "../state/recording";
import type { Room } from "../state/room";
import { Dialog } from "../ui/dialog";
import { NARROW, useMatch, useNow } from "../ui/hooks";
import { Icon } from "../ui/parts";

export function RecordingTools({ room }: { room: Room }) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const r = room.meeting.recording.value;
  if (room.meeting.me.value?.rights.record !== true || r === undefined) return null;
  if (r.state === "off" || r.state === "stopped")
    return (
      <button class="btn" onClick={() => room.ask("recording_start")} data-test="rec-start">
        {t("rec_start")}
      </button>
    );
  if (!asking)
    return (
      <button class="btn" onClick={() => setAsking(true)} data-test="rec-stop">
        <Icon of="stop" size="s" />
        {t("rec_stop")}
      </button>
    );
  const given = reason.trim();
  return (
    <form
      class="col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (given === "") return;
        room.ask("recording_stop", { reason: given });
        setAsking(false);
        setReason("");
      }}
    >
      <label class="col label">
        <span class="sm">{t("rec_stop_why")}</span>
        <input class="field" value={reason} maxLength={150} autofocus onInput={(e) => setReason(e.currentTarget.value)} data-test="rec-reason" />
      </label>
      <div class="row wrap">
        <button class="btn bad" disabled={given === ""} data-test="rec-stop-yes">
          {t(given === "" ? "rec_stop_needs" : "rec_stop")}
        </button>
        <button type="button" class="btn ghost" onClick={() => setAsking(false)}>
          {t("rec_keep")}
        </button>
      </div>
    </form>
  );
}

/** The state in words: since when, by whom, why not, how long the disk lasts. */
export function RecordingFacts({ room }: { room: Room }) {
  const r = room.meeting.recording.value;
  if (r === undefined) return null;
  const left = roomLeft(r.hours_left);
  const auto = room.meeting.me.value?.meeting.record_auto === true;
  return (
    <div class="col facts" data-test="rec-facts">
      {r.state === "on" && (
        <p>
          {t("rec_since", clock(r.since, true))} · {r.by === "" ? t("rec_auto") : t("rec_by", r.by)}
        </p>
      )}
      {r.state === "off" && <p>{t(auto ? "rec_off_auto" : "rec_off_manual")}</p>}
      {r.state === "stopped" && <p>{t("rec_stopped_why", r.by, r.reason)}</p>}
      {r.state === "failed" && <p class="c-warn">{t("rec_failed")}</p>}
      {left !== undefined && <p class={left.low ? "c-warn" : "dim"}>{t(left.text, ...left.args)}</p>}
    </div>
  );
}

export function RecordingBadge({ room }: { room: Room }) {
  const [open, setOpen] = useState(false);
  const now = useNow();
  const r = room.meeting.recording.value;
  const b = badge(r, room.meeting.resumedAt.value, now);
  const text = t(b.text, ...b.args);
  const narrow = useMatch(NARROW);
  return (
    <>
      <button
        class={`rec ${b.look}`}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
        aria-label={`${text} ${b.runs === undefined ? "" : duration(b.runs)}`}
        title={t("rec_details")}
        data-test="recording"
        data-state={r?.state ?? "off"}
        data-look={b.look}
      >
        <span class={b.look === "on" ? "cut recword" : "cut"}>{narrow && b.text === "rec_stopped" ? t("rec_stopped_short") : text}</span>
        {b.runs !== undefined && <b>{duration(b.runs)}</b>}
      </button>
      {open && (
        <Dialog ink title={t("rec_details")} close={() => setOpen(false)} test="rec-dialog">
          <p class="b">{text}</p>
          <RecordingFacts room={room} />
        </Dialog>
      )}
    </>
  );
}
