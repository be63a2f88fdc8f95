// Times and lengths as people read them, in the viewer's own time zone.
import { type Language, text } from "./texts";

const DAY = 86_400_000;
const locale = (l: Language): string => (l === "zh" ? "zh-CN" : "en-GB");

export function clockText(l: Language, iso: string, seconds = false): string {
  const style: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) };
  return new Date(iso).toLocaleTimeString(locale(l), style);
}

function midnight(d: Date): number {
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
}

/** "今天", "11月27日周四", and with the year when it is another one. */
export function dateText(l: Language, iso: string, now: Date = new Date()): string {
  const d = new Date(iso);
  const days = Math.round((midnight(d) - midnight(now)) / DAY);
  if (days === 0) return text(l, "today");
  if (days === 1) return text(l, "tomorrow");
  if (days === -1) return text(l, "yesterday");
  const year: Intl.DateTimeFormatOptions = d.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return d.toLocaleDateString(locale(l), { ...year, month: "long", day: "numeric", weekday: "short" });
}

export function dayText(l: Language, iso: string, now: Date = new Date()): string {
  return `${dateText(l, iso, now)} ${clockText(l, iso)}`;
}

/** A length in words: two units at most. */
export function lengthText(l: Language, ms: number): string {
  const s = Math.max(0, ms / 1000);
  if (s < 10) return text(l, "seconds", Math.round(s * 10) / 10);
  const whole = Math.round(s);
  if (whole < 60) return text(l, "seconds", whole);
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return minutes % 60 === 0 ? text(l, "hours", minutes / 60) : text(l, "hours_minutes", Math.floor(minutes / 60), minutes % 60);
  return whole % 60 === 0 ? text(l, "minutes", minutes) : text(l, "minutes_seconds", minutes, whole % 60);
}

/** A running clock: 41:07, 1:12:40. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const h = Math.floor(s / 3600);
  return `${h > 0 ? `${h}:` : ""}${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

export function bitrateText(bps: number): string {
  return bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(1)} Mbit/s` : `${Math.round(bps / 1000)} kbit/s`;
}
