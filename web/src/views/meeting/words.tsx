// A meeting's fields in words, as several of its pages show them.
import { clock, day, language, length, t, type TextKey, word } from "../../i18n";
import { type Compared, points, type ScheduleForm } from "../../state/schedule";

const LOCALE = { zh: "zh-CN", en: "en-GB" } as const;

/** "2026年11月26日周四 10:00–11:00", by the clocks of the zone. */
export function whenWords(iso: string, minutes: number, zone: string): string {
  if (iso === "") return t("not_given");
  const from = new Date(iso);
  const to = new Date(from.getTime() + minutes * 60_000);
  const locale = LOCALE[language.value];
  const style = zoned(zone);
  const date = from.toLocaleDateString(locale, { ...style, year: "numeric", month: "long", day: "numeric", weekday: "short" });
  const time = (d: Date): string => d.toLocaleTimeString(locale, { ...style, hour: "2-digit", minute: "2-digit" });
  return `${date} ${time(from)}\u2060–\u2060${time(to)}`; // Never broken in two at the dash.
}

/** A zone that this browser does not know is the viewer's own. */
function zoned(zone: string): { timeZone?: string } {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return { timeZone: zone };
  } catch {
    return {};
  }
}

/** The same for the viewer's own clocks, short: "今天 10:00–11:00". */
export const ownWords = (iso: string, minutes: number): string => `${day(iso)}–${clock(new Date(Date.parse(iso) + minutes * 60_000).toISOString())}`;

const FIELD: Record<Compared, TextKey> = {
  kind: "kind",
  title: "meeting_title",
  day: "when_day",
  time: "when_time",
  minutes: "when_length",
  host: "host",
  agenda: "agenda",
  record: "recording",
  documents: "schedule_papers",
};
export const fieldWords = (f: Compared): string => t(FIELD[f]);

export function valueWords(form: ScheduleForm, f: Compared): string {
  switch (f) {
    case "kind":
      return word("kind", form.kind);
    case "minutes":
      return length(Number(form.minutes) * 60_000);
    case "host":
      return form.host.name;
    case "agenda":
      return points(form).map((p, i) => `${i + 1}. ${p}`).join("\n") || t("not_given");
    case "record":
      return t(form.record ? "record_auto" : "record_by_hand");
    case "documents":
      return form.documents.map((d) => d.name).join("\n") || t("not_given");
    default:
      return form[f];
  }
}

/** The kind, unless the title says it already. */
export function kindWords(m: { kind: string; title: string }): string {
  const words = word("kind", m.kind);
  return m.title.startsWith(words) ? "" : words;
}
