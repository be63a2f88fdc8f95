// Days and times of day as they stand in a time zone, without a library.
/** A day "2026-11-26" and a time "10:00" in some zone. */
export interface Local {
  day: string;
  time: string;
}

const MINUTE = 60_000;

const STYLE: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const formats = new Map<string, Intl.DateTimeFormat>(); // Making one is slow.

function format(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat("en-US", { ...STYLE, timeZone: zone });
  } catch {
    made = new Intl.DateTimeFormat("en-US", STYLE); // A zone that this browser does not know: the viewer's own.
  }
  formats.set(zone, made);
  return made;
}

export function localIn(ms: number, zone: string): Local {
  const part: Record<string, string> = {};
  for (const p of format(zone).formatToParts(ms)) part[p.type] = p.value;
  return { day: `${part["year"] ?? ""}-${part["month"] ?? ""}-${part["day"] ?? ""}`, time: `${part["hour"] ?? ""}:${part["minute"] ?? ""}` };
}

const asUtc = (l: Local): number => Date.parse(`${l.day}T${l.time}:00Z`);

/** How far the zone is ahead of UTC at that moment, in ms. */
const ahead = (ms: number, zone: string): number => asUtc(localIn(ms, zone)) - Math.floor(ms / MINUTE) * MINUTE;

/** The moment when clocks in the zone show this; NaN for what is no day or time. Of an hour that comes twice, the first; of one that is left out, the one after. */
export function momentOf(l: Local, zone: string): number {
  const plain = asUtc(l);
  if (Number.isNaN(plain)) return NaN;
  const early = plain - ahead(plain - 86_400_000, zone);
  if (ahead(early, zone) === plain - early) return early;
  const late = plain - ahead(plain + 86_400_000, zone);
  return ahead(late, zone) === plain - late ? late : early;
}

/** Whether clocks here and in the zone show something else at that moment. */
export const differs = (ms: number, zone: string, here: string = ownZone()): boolean => ahead(ms, zone) !== ahead(ms, here);

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The n-th day after this one. */
export const dayAfter = (day: string, n: number): string => new Date(Date.parse(`${day}T00:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
/** 0 Sunday to 6 Saturday. */
export const weekday = (day: string): number => new Date(`${day}T00:00Z`).getUTCDay();
