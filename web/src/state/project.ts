// A project's form and its time limits, as far as they need no page.
import type { Project, ProjectFields, Stage } from "../api/types";

export const STAGES: Stage[] = ["reserve", "application", "survey", "supply_plan", "drawing_review", "construction", "interim_inspection", "acceptance", "energization", "return_visit"];
export const ALL_STAGES: Stage[] = [...STAGES, "closed", "withdrawn"];
export const isStage = (s: string): s is Stage => (ALL_STAGES as string[]).includes(s);

/** As typed. */
export interface ProjectForm {
  number: string;
  title: string;
  customer: string;
  park: string;
  address: string;
  place: string;
  voltage: string;
  capacity: string;
  load: string;
  importance: string;
  sources: string;
  wanted: string;
}
export type FormField = keyof ProjectForm;

export const EMPTY_FORM: ProjectForm = { number: "", title: "", customer: "", park: "", address: "", place: "", voltage: "", capacity: "", load: "", importance: "0", sources: "1", wanted: "" };

const degrees = (e6: number): string => (e6 / 1e6).toFixed(6);

export function formOf(p: ProjectFields): ProjectForm {
  return {
    number: p.number,
    title: p.title,
    customer: p.customer,
    park: p.park,
    address: p.address,
    place: p.latitude_e6 === null || p.longitude_e6 === null ? "" : `${degrees(p.latitude_e6)}, ${degrees(p.longitude_e6)}`,
    voltage: p.voltage_v === null ? "" : String(p.voltage_v / 1000),
    capacity: p.capacity_kva === null ? "" : String(p.capacity_kva),
    load: p.load_nature,
    importance: String(p.importance ?? 0),
    sources: String(p.sources),
    wanted: p.wanted_on ?? "",
  };
}

/** Thousands may be written with commas; a number above 0 and at most `most`, or nothing. */
function amount(text: string, most: number): number | null | undefined {
  const plain = text.trim().replaceAll(/[,,\s]/g, "");
  if (plain === "") return null;
  const n = Number(plain);
  return /^\d+(\.\d+)?$/.test(plain) && n > 0 && n <= most ? n : undefined;
}

function place(text: string): { latitude_e6: number; longitude_e6: number } | null | undefined {
  if (text.trim() === "") return null;
  const m = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,,\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  const [lat, lon] = [Number(m?.[1]), Number(m?.[2])];
  return m !== null && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { latitude_e6: Math.round(lat * 1e6), longitude_e6: Math.round(lon * 1e6) } : undefined;
}

/** What is sent, or which fields cannot be. */
export function bodyOf(f: ProjectForm): { body: ProjectFields } | { wrong: FormField[] } {
  const kv = amount(f.voltage, 1100);
  const kva = amount(f.capacity, 10_000_000);
  const at = place(f.place);
  const wrong: FormField[] = [];
  if (f.title.trim() === "") wrong.push("title");
  if (f.customer.trim() === "") wrong.push("customer");
  if (kv === undefined) wrong.push("voltage");
  if (kva === undefined || (kva !== null && !Number.isInteger(kva))) wrong.push("capacity");
  if (at === undefined) wrong.push("place");
  if (wrong.length > 0 || kv === undefined || kva === undefined || at === undefined) return { wrong };
  return {
    body: {
      number: f.number.trim(),
      title: f.title.trim(),
      customer: f.customer.trim(),
      park: f.park.trim(),
      address: f.address.trim(),
      latitude_e6: at?.latitude_e6 ?? null,
      longitude_e6: at?.longitude_e6 ?? null,
      voltage_v: kv === null ? null : Math.round(kv * 1000),
      capacity_kva: kva,
      load_nature: f.load.trim(),
      importance: f.importance === "0" ? null : Number(f.importance),
      sources: Number(f.sources),
      wanted_on: f.wanted === "" ? null : f.wanted,
    },
  };
}

export const differing = (a: ProjectForm, b: ProjectForm): FormField[] => (Object.keys(a) as FormField[]).filter((k) => a[k].trim() !== b[k].trim());

export type Urgency = "late" | "soon" | "fine" | "none";
const SOON_DAYS = 3;

export function urgency(p: Pick<Project, "days_left">): Urgency {
  if (p.days_left === null) return "none";
  if (p.days_left < 0) return "late";
  return p.days_left <= SOON_DAYS ? "soon" : "fine";
}

/** Working days that the stage may take; undefined: no limit. */
export const limitOf = (p: Pick<Project, "stage_days" | "days_left">): number | undefined => (p.days_left === null ? undefined : Math.max(1, p.stage_days + p.days_left));

export type MoveKind = "none" | "next" | "skip" | "back" | "withdraw";

/** As the server sees it: which moves need a reason. */
export function moveKind(from: Stage, to: Stage): MoveKind {
  const [a, b] = [ALL_STAGES.indexOf(from), ALL_STAGES.indexOf(to)];
  if (a === b) return "none";
  if (to === "withdrawn") return a < ALL_STAGES.indexOf("energization") ? "withdraw" : "none";
  if (from === "withdrawn") return to === "reserve" ? "back" : "none";
  if (b < a) return "back";
  return b === a + 1 ? "next" : "skip";
}

export const nextStage = (s: Stage): Stage | undefined => (s === "withdrawn" || s === "closed" ? undefined : ALL_STAGES[ALL_STAGES.indexOf(s) + 1]);

export interface StageTime {
  stage: Stage;
  state: "done" | "now" | "skipped" | "to_come";
  limit: number | undefined;
}

/** The bar: what is behind, what is now, what was skipped (never entered although later ones were). */
export function stageBar(stage: Stage, moves: { from: Stage; to: Stage }[], limits: Partial<Record<Stage, number>>): StageTime[] {
  const entered = new Set<Stage>(["reserve", ...moves.map((m) => m.to)]);
  const at = stage === "withdrawn" ? ALL_STAGES.indexOf(moves.at(-1)?.from ?? "reserve") + 1 : ALL_STAGES.indexOf(stage);
  return STAGES.map((s, i) => ({
    stage: s,
    limit: limits[s],
    state: s === stage ? "now" : i >= at ? "to_come" : entered.has(s) ? "done" : "skipped",
  }));
}
