// The form by which a meeting is scheduled or changed, as far as it needs no page.
import type { Kind, Role } from "../api/types";
import { dayAfter, type Local, localIn, momentOf, weekday } from "./zone";

export const KINDS: Kind[] = ["review", "survey", "acceptance", "forum"];
/** Who may be invited, and in which role. */
export const INVITED: Role[] = ["customer", "designer", "contractor", "expert"];

/** Somebody to be invited: one with an account, or by a name and a way to reach them. */
export interface Invitee {
  /** Of this row, on this page. */
  key: string;
  account: string;
  name: string;
  organisation: string;
  role: Role;
  phone: string;
  email: string;
}
export interface Named {
  id: string;
  name: string;
}

/** As typed. */
export interface ScheduleForm extends Local {
  kind: Kind;
  title: string;
  agenda: string[];
  minutes: string;
  /** An account; its name is for showing. */
  host: Named;
  record: boolean;
  people: Invitee[];
  documents: Named[];
}
export type ScheduleField = "title" | "agenda" | "day" | "time" | "minutes" | "host" | "people";

export const LIMITS = { title: 60, points: 40, point: 200, people: 60, name: 40, phone: 20, email: 120, minutes: [5, 720] } as const;
const LENGTHS = [30, 45, 60, 90, 120, 180];
/** The lengths to choose from; one that was set otherwise stays among them. */
export const lengths = (now: string): number[] => [...new Set([...LENGTHS, Number(now)])].filter((n) => n > 0).sort((a, b) => a - b);

let made = 0;
export const newKey = (): string => `p${++made}`;

export function emptyForm(host: Named, title: string, day: string): ScheduleForm {
  return { kind: "review", title, agenda: [], day, time: "10:00", minutes: "60", host, record: true, people: [], documents: [] };
}

/** Another kind: the title follows unless it was written by hand. */
export function ofKind(f: ScheduleForm, kind: Kind, suggest: (kind: Kind) => string): ScheduleForm {
  const own = f.title.trim() !== "" && f.title !== suggest(f.kind);
  return { ...f, kind, title: own ? f.title : suggest(kind) };
}

/** The list with one entry `by` places further, kept inside. */
export function moved<T>(list: readonly T[], from: number, by: number): T[] {
  const to = Math.min(list.length - 1, Math.max(0, from + by));
  const rest = [...list];
  const [one] = rest.splice(from, 1);
  if (one !== undefined) rest.splice(to, 0, one);
  return rest;
}

// ---- what is wrong with it

/** + and what people put between the digits; 5 digits at least, for an extension, and 15 at most as E.164 has it. */
export function isPhone(text: string): boolean {
  const plain = text.replaceAll(/[\s()-]/g, "");
  return /^\+?\d{5,15}$/.test(plain);
}
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text);

export type PersonFault = "name" | "phone" | "email";
export function personFaults(p: Invitee): PersonFault[] {
  const faults: PersonFault[] = [];
  if (p.account === "" && p.name.trim() === "") faults.push("name");
  if (p.phone.trim() !== "" && !isPhone(p.phone)) faults.push("phone");
  if (p.email.trim() !== "" && !isEmail(p.email.trim())) faults.push("email");
  return faults;
}

export function wrongFields(f: ScheduleForm, zone: string): ScheduleField[] {
  const wrong: ScheduleField[] = [];
  const minutes = Number(f.minutes);
  if (f.title.trim() === "") wrong.push("title");
  if (Number.isNaN(momentOf({ day: f.day, time: "12:00" }, zone))) wrong.push("day");
  if (Number.isNaN(momentOf({ day: "2026-01-01", time: f.time }, zone))) wrong.push("time");
  if (!Number.isInteger(minutes) || minutes < LIMITS.minutes[0] || minutes > LIMITS.minutes[1]) wrong.push("minutes");
  if (f.people.some((p) => personFaults(p).length > 0)) wrong.push("people");
  return wrong;
}

// ---- what is worth knowing, and no fault

export interface Calendar {
  timezone: string;
  today: string;
  known_until: string | null;
  days_off: string[];
}
export type DayKind = "workday" | "weekend" | "holiday" | "worked" | "unknown";

/** What kind of day it is. Beyond what the calendar knows, only weekends are sure. */
export function dayKind(day: string, c: Calendar | undefined): DayKind {
  const ends = [0, 6].includes(weekday(day));
  if (c === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return "unknown";
  if (c.known_until !== null && day > c.known_until) return ends ? "weekend" : "unknown";
  const off = c.days_off.includes(day);
  if (off) return ends ? "weekend" : "holiday";
  return ends ? "worked" : "workday";
}

/** The first day after today that is worked. */
export function nextWorkday(c: Calendar): string {
  let day = dayAfter(c.today, 1);
  for (let n = 0; n < 60 && c.days_off.includes(day); n++) day = dayAfter(day, 1);
  return day;
}

export interface Taken {
  id: string;
  title: string;
  starts_at: string;
  minutes: number;
}
/** Of the host's other meetings those that run at the same time. */
export function overlapping(f: ScheduleForm, zone: string, others: Taken[], own = ""): Taken[] {
  const from = momentOf(f, zone);
  const to = from + Number(f.minutes) * 60_000;
  if (Number.isNaN(to)) return [];
  return others.filter((m) => m.id !== own && Date.parse(m.starts_at) < to && Date.parse(m.starts_at) + m.minutes * 60_000 > from);
}

// ---- kept while it is filled in

const isText = (x: unknown): x is string => typeof x === "string";
const texts = (x: unknown): string[] => (Array.isArray(x) ? x.filter(isText) : []);
const isNamed = (x: unknown): x is Named => typeof x === "object" && x !== null && isText((x as Named).id) && isText((x as Named).name);
const FIELDS = ["account", "name", "organisation", "phone", "email"] as const;
const isInvitee = (x: unknown): x is Invitee =>
  typeof x === "object" && x !== null && FIELDS.every((k) => isText((x as Invitee)[k])) && isText((x as Invitee).role);

/** What was kept, if this version of the page wrote it; rows get keys of this page. */
export function readDraft(text: string): ScheduleForm | undefined {
  let d: Partial<Record<keyof ScheduleForm, unknown>>;
  try {
    d = Object(JSON.parse(text)) as typeof d;
  } catch {
    return undefined;
  }
  const { kind, title, day, time, minutes, host, record } = d;
  if (!KINDS.includes(kind as Kind) || !isText(title) || !isText(day) || !isText(time) || !isText(minutes) || !isNamed(host) || typeof record !== "boolean") return undefined;
  const people = (Array.isArray(d.people) ? d.people : []).filter(isInvitee).map((p) => ({ ...p, key: newKey() }));
  const documents = (Array.isArray(d.documents) ? d.documents : []).filter(isNamed);
  return { kind: kind as Kind, title, agenda: texts(d.agenda), day, time, minutes, host, record, people, documents };
}

// ---- two versions of one meeting

export type Compared = Exclude<keyof ScheduleForm, "people">;
const COMPARED: Compared[] = ["kind", "title", "day", "time", "minutes", "host", "agenda", "record", "documents"];
const flat = (f: ScheduleForm, k: Compared): string => JSON.stringify(k === "agenda" ? points(f) : f[k]);
export const differingFields = (a: ScheduleForm, b: ScheduleForm): Compared[] => COMPARED.filter((k) => flat(a, k) !== flat(b, k));

/** The points that say something. */
export const points = (f: Pick<ScheduleForm, "agenda">): string[] => f.agenda.map((a) => a.trim()).filter((a) => a !== "");

export const startOf = (f: Local, zone: string): string => {
  const ms = momentOf(f, zone);
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString();
};
export const placeOf = (iso: string, zone: string): Local => localIn(Date.parse(iso), zone);
