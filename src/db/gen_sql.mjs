// Turns named statements (src/db/sql/*.sql, "-- name: x") and migrations (src/db/migrations/NNNN_*.sql) into C.
// "-- part: y" names a piece that statements of the same file use as {y}.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

const [out, ...files] = process.argv.slice(2);
const quote = (text) =>
  text
    .trim()
    .split("\n")
    .map((line) => `    "${line.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}\\n"`)
    .join("\n");
const statements = [];
const migrations = [];
for (const file of files.sort()) {
  const text = readFileSync(file, "utf8");
  if (file.includes("/migrations/")) {
    migrations.push({ name: basename(file, ".sql"), text });
    continue;
  }
  const parts = new Map();
  for (const piece of text.split(/^-- (?=name: |part: )/m).slice(1)) {
    const end = piece.indexOf("\n");
    const name = piece.slice(6, end).trim();
    const body = piece.slice(end + 1).replace(/\{(\w+)\}/g, (whole, part) => {
      if (!parts.has(part)) throw new Error(`${file}: ${whole} is no part`);
      return parts.get(part);
    });
    if (piece.startsWith("part: ")) parts.set(name, body.trim());
    else statements.push({ name, text: body });
  }
}
const names = new Set();
let c = "/* Made from src/db/sql and src/db/migrations by gen_sql.mjs. */\n#ifndef SQL_GEN_H\n#define SQL_GEN_H\n\n#include \"db/db.h\"\n\n";
for (const { name, text } of statements) {
  if (names.has(name)) throw new Error(`statement ${name} stands twice`);
  names.add(name);
  c += `static const struct sql SQL_${name.toUpperCase()} = {"${name}",\n${quote(text)}};\n`;
}
c += `\n#define SQL_ALL \\\n${statements.map((s) => `    &SQL_${s.name.toUpperCase()}, \\`).join("\n")}\n\n`;
c += `#define SQL_MIGRATIONS \\\n${migrations
  .map((m) => `    {"${m.name}", ${quote(m.text).replaceAll("\n", " \\\n")}}, \\`)
  .join("\n")}\n\n#endif\n`;
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, c);
