// Imports, as far as they need no page: the columns of the table, the words for what is wrong.
import type { Import, ImportChange, ImportFault } from "../api/types";
import { texts, type TextKey } from "../i18n/texts";

export const BYTES_MAX = 64 * 1024 * 1024;

/** The columns that are read, in the table's order, as the server names them. */
const COLUMNS: Record<string, TextKey> = {
  number: "project_number",
  title: "project_title",
  customer: "customer",
  park: "project_park",
  address: "project_address",
  latitude: "col_latitude",
  longitude: "col_longitude",
  voltage_kv: "project_voltage",
  capacity_kva: "project_capacity",
  load_nature: "project_load",
  importance: "project_importance",
  sources: "project_sources",
  wanted_on: "project_wanted",
  stage: "stages",
  stage_on: "col_stage_on",
};
const PARTS: Record<string, TextKey> = { customer_side: "part_customer", designer: "part_designer", contractor: "part_contractor", operator: "part_operator" };

type Say = (key: TextKey, ...args: (string | number)[]) => string;

/** The column's name for people; empty for the row as a whole. */
export function columnName(column: string, say: Say): string {
  const [, part, which] = /^(.*?)(?:_(person|phone))?$/.exec(column) ?? [];
  const ofPart = PARTS[part ?? ""];
  if (ofPart !== undefined) return which === undefined ? say(ofPart) : say(which === "person" ? "col_person" : "col_phone", say(ofPart));
  const key = COLUMNS[column];
  return key === undefined ? column : say(key);
}

/** The empty table: a header in the viewer's language, with the mark that spreadsheets want. */
export function template(say: Say): string {
  const names = [...Object.keys(COLUMNS), ...Object.keys(PARTS).flatMap((p) => [p, `${p}_person`, `${p}_phone`])].map((c) => (c === "stage" ? say("stage_one") : columnName(c, say)));
  return `\ufeff${names.map((n) => (n.includes(",") ? `"${n}"` : n)).join(",")}\r\n`;
}

/** Why a cell is refused, in words. */
export function whyText(f: ImportFault, say: Say): string {
  const key = `why_${f.why}`;
  return key in texts ? say(key as TextKey, f.about, Math.floor(f.about / 3)) : f.why;
}

export const changeText = (c: ImportChange, language: "zh" | "en"): { before: string; after: string } => {
  const i = language === "zh" ? 0 : 1;
  return { before: c.before[i] ?? "", after: c.after[i] ?? "" };
};

export const isRunning = (im: Import): boolean => im.state === "checking" || im.state === "writing" || im.state === "undoing";
export const isOpen = (im: Import): boolean => isRunning(im) || im.state === "checked";

/** 0 to 1; rows are counted with the header and empty ones while it writes. */
export const partDone = (im: Import): number => (im.rows.all === 0 ? 0 : Math.min(1, im.done_rows / im.rows.all));
