// A moment of a recording in a link: ?t=83, ?t=83.5, ?t=1m23s, ?t=00:01:23.

const LONGEST_MS = 100 * 3_600_000;
const UNITS = /^(?:(\d{1,3})h)?(?:(\d{1,5})m)?(?:(\d{1,7}(?:\.\d{1,3})?)s?)?$/;
const CLOCK = /^(?:(\d{1,3}):)?(\d{1,4}):([0-5]?\d(?:\.\d{1,3})?)$/;

/** Milliseconds of the meeting clock, or undefined for what is no moment. */
export function parseMoment(text: string): number | undefined {
  const found = UNITS.exec(text) ?? CLOCK.exec(text);
  if (text === "" || found === null) return undefined;
  const [h, m, s] = found.slice(1).map((x: string | undefined) => Number(x ?? 0));
  const ms = Math.round(((h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0)) * 1000);
  return ms <= LONGEST_MS ? ms : undefined;
}

/** What a page's address says: a moment, none, or something that is not one. */
export function askedMoment(search: string): number | "none" | "bad" {
  const text = new URLSearchParams(search).get("t");
  return text === null ? "none" : (parseMoment(text.trim().toLowerCase()) ?? "bad");
}

/** The link to a moment, to a tenth of a second; down, so that its first word is not cut off. */
export function linkTo(origin: string, path: string, ms: number): string {
  return `${origin}${path}?t=${Math.floor(Math.max(0, ms) / 100) / 10}`;
}
