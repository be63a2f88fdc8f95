// What the recording badge says.
import type { Recording } from "../api/types";
import type { Arg, TextKey } from "../i18n/texts";

export type BadgeLook = "on" | "resumed" | "stopped" | "plain";
export interface Badge {
  look: BadgeLook;
  text: TextKey;
  args: Arg[];
  /** Milliseconds recorded without a break, when it records. */
  runs: number | undefined;
}

const RESUMED_MS = 3000;
const LOW_HOURS = 2;

export function badge(r: Recording | undefined, resumedAt: number, now: number): Badge {
  if (r === undefined || r.state === "off") return { look: "plain", text: "rec_off", args: [], runs: undefined };
  if (r.state === "on") {
    const runs = Math.max(0, now - Date.parse(r.since));
    return now - resumedAt < RESUMED_MS ? { look: "resumed", text: "rec_resumed", args: [], runs } : { look: "on", text: "rec_on", args: [], runs };
  }
  if (r.state === "starting") return { look: "plain", text: "rec_starting", args: [], runs: undefined };
  if (r.state === "failed") return { look: "stopped", text: "rec_failed", args: [], runs: undefined };
  return { look: "stopped", text: r.by === "" ? "rec_stopped_short" : "rec_stopped", args: [r.by], runs: undefined };
}

/** How long the disk lasts, in hours, or in minutes when it is short. Nothing when the server has not measured. */
export function room(hours: number): { text: TextKey; args: Arg[]; low: boolean } | undefined {
  if (hours <= 0) return undefined;
  if (hours < LOW_HOURS) return { text: "rec_hours_low", args: [Math.floor(hours * 60)], low: true };
  return { text: "rec_hours", args: [hours >= 100 ? Math.floor(hours / 10) * 10 : Math.floor(hours)], low: false };
}
