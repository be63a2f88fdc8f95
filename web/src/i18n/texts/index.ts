// All texts. A key stands in one table only; texts.test.ts sees to it.
import { accounts } from "./accounts";
import { api } from "./api";
import { common } from "./common";
import { desk } from "./desk";
import { devices } from "./devices";
import { documents } from "./documents";
import { door } from "./door";
import { imports } from "./imports";
import { meeting } from "./meeting";
import { projects } from "./projects";
import { replay } from "./replay";
import { room } from "./room";
import { shell } from "./shell";

export const tables = { common, devices, door, room, desk, projects, imports, replay, accounts, shell, api, documents, meeting };
export const texts = { ...common, ...devices, ...door, ...room, ...desk, ...projects, ...imports, ...replay, ...accounts, ...shell, ...api, ...documents, ...meeting } as const satisfies Record<string, readonly [string, string]>;

export type TextKey = keyof typeof texts;
export type Language = "zh" | "en";
export type Arg = string | number;

export function text(language: Language, key: TextKey, ...args: Arg[]): string {
  const row: string = texts[key][language === "zh" ? 0 : 1];
  return row.replace(/\{(\d)\}/g, (_, n: string) => String(args[Number(n)] ?? ""));
}
