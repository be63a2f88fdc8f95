// A gap in words: how long, why, and whose.
import type { Gap, RecordingIndex } from "../../api/types";
import { has, length, t } from "../../i18n";
import type { Stop } from "./happenings";

export function gapReason(g: Gap, stop?: Stop): string {
  if (stop !== undefined) return stop.reason === "" ? t("gap_stopped_by", stop.name) : t("gap_stopped_why", stop.name, stop.reason);
  const key = `gap_${g.reason}`;
  return has(key) ? t(key) : t("gap_other");
}

export function gapWords(index: RecordingIndex, g: Gap, stop?: Stop): string {
  const track = index.tracks.find((x) => x.track === g.track);
  const long = length(g.end_ms - g.start_ms);
  const why = gapReason(g, stop);
  if (track === undefined) return t("gap", long, why);
  return t("gap_of", long, why, track.source === "screen" ? t("screen_of", track.name) : t(track.kind === "audio" ? "voice_of" : "picture_of", track.name));
}
