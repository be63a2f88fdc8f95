// What the clocks showed at a moment: the viewer's, and the meeting's where it differs.
export interface Wall {
  here: string;
  /** Undefined where both clocks show the same. */
  there: string | undefined;
}

const known = (zone: string | undefined): zone is string => {
  if (zone === undefined) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false; // A zone that this browser does not know: only its own clock is shown.
  }
};

type Style = Intl.DateTimeFormatOptions;

function both(locale: string, ms: number, style: Style, there: string | undefined, here?: string): Wall {
  const say = (zone: string | undefined, s: Style) => new Intl.DateTimeFormat(locale, { ...s, ...(zone === undefined ? {} : { timeZone: zone }) }).format(ms);
  if (!known(there)) return { here: say(here, style), there: undefined };
  const full: Style = { ...style, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" };
  return { here: say(here, style), there: say(here, full) === say(there, full) ? undefined : say(there, style) };
}

const TIME: Style = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const SHORT: Style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY: Style = { year: "numeric", month: "numeric", day: "numeric" };
const DATE: Style = { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** @param here  The viewer's zone; the browser's own without. */
export const wallTime = (locale: string, ms: number, there?: string, here?: string): Wall => both(locale, ms, TIME, there, here);
export function wallDate(locale: string, ms: number, there?: string, here?: string): Wall {
  const full = both(locale, ms, DATE, there, here);
  const sameDay = both(locale, ms, DAY, there, here);
  // The day is said once where it is the same.
  return full.there !== undefined && sameDay.here === sameDay.there ? { here: full.here, there: both(locale, ms, SHORT, there, here).there } : full;
}

/** A zone in words, as 中国标准时间. */
export function zoneName(locale: string, zone: string, ms: number): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "long" }).formatToParts(ms);
  return parts.find((p) => p.type === "timeZoneName")?.value ?? zone;
}
