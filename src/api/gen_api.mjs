// From what `yunjiand --openapi` says: docs/openapi.yaml, and the types that the pages use.
//   yunjiand --openapi | node src/api/gen_api.mjs [FOLDER]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const api = JSON.parse(readFileSync(0, "utf8"));
const folder = process.argv[2] ?? ".";

/* ---- YAML ---- */

const word = /^[A-Za-z$/_][A-Za-z0-9$/_.{}-]*$/;
const reserved = /^(?:null|true|false|yes|no|on|off|y|n|~)$/i;
const scalar = (v) => (typeof v === "string" && word.test(v) && !reserved.test(v) ? v : JSON.stringify(v));

function yaml(v, indent = "") {
  if (Array.isArray(v)) {
    if (v.length === 0) return " []\n";
    if (v.every((x) => typeof x !== "object")) return ` [${v.map((x) => JSON.stringify(x)).join(", ")}]\n`;
    return `\n${v.map((x) => `${indent}-${yaml(x, `${indent}  `).replace(/^\n\s*/, " ")}`).join("")}`;
  }
  if (v === null || typeof v !== "object") return ` ${scalar(v)}\n`;
  const entries = Object.entries(v);
  return entries.length === 0 ? " {}\n" : `\n${entries.map(([k, x]) => `${indent}${scalar(k)}:${yaml(x, `${indent}  `)}`).join("")}`;
}

/* ---- TypeScript ---- */

const plain = { string: "string", integer: "number", boolean: "boolean", null: "null" };
const many = (t) => (t.includes(" | ") ? `(${t})[]` : `${t}[]`);

function type(s) {
  if (s.$ref !== undefined) return s.$ref.split("/").at(-1);
  if (s.enum !== undefined) return s.enum.map((w) => JSON.stringify(w)).join(" | ");
  if (s.anyOf !== undefined) return s.anyOf.map(type).join(" | ");
  if (Array.isArray(s.type)) return s.type.map((t) => type({ ...s, type: t })).join(" | ");
  if (s.type === "array") return s.items.type === "integer" && s.minItems === 2 ? "[number, number]" : many(type(s.items));
  if (s.type !== "object") return plain[s.type];
  if (s.properties !== undefined) return `{\n${members(s)}}`;
  const value = s.additionalProperties === undefined ? "unknown" : type(s.additionalProperties);
  return s.propertyNames === undefined ? `Record<string, ${value}>` : `Partial<Record<${type(s.propertyNames)}, ${value}>>`;
}

function members(s) {
  return Object.entries(s.properties)
    .map(([name, p]) => `${p.description === undefined ? "" : `  /** ${p.description} */\n`}  ${name}${s.required.includes(name) ? "" : "?"}: ${type(p)};\n`)
    .join("");
}

function declaration([name, s]) {
  const about = s.description === undefined ? "" : `/** ${s.description} */\n`;
  return s.properties === undefined ? `${about}export type ${name} = ${type(s)};\n` : `${about}export interface ${name} {\n${members(s)}}\n`;
}

const made = "Made by `make api` from the tables of routes and answers.";
mkdirSync(join(folder, "docs"), { recursive: true });
mkdirSync(join(folder, "web/src/api"), { recursive: true });
writeFileSync(join(folder, "docs/openapi.yaml"), `# ${made}\n${yaml(api).slice(1)}`);
writeFileSync(
  join(folder, "web/src/api/types.ts"),
  `// ${made} What WebSockets say is in messages.ts.\nexport type * from "./messages";\n\n${Object.entries(api.components.schemas).map(declaration).join("\n")}`,
);
