// Takes one check at a time out of a copy of the server, and shows that the tests of rights notice each.
//   node tests/lint/mutate_policy.mjs [NAME...]      needs a release build beside it; ends with "N caught, M missed"
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const only = process.argv.slice(2);

/** An action that is allowed to everybody, whatever the table says. */
const open = (act) => ({
  name: `policy: ${act} is everybody's`,
  file: "src/domain/policy.c",
  from: "    if (acts[act].part == DOOR)\n",
  to: `    if (act == ${act})\n        return true;\n    if (acts[act].part == DOOR)\n`,
});

const mutants = [
  ...["ACT_ACCOUNTS", "ACT_ACCOUNTS_READ", "ACT_PROJECT_EDIT", "ACT_PROJECT_READ", "ACT_MEETING_SCHEDULE", "ACT_JOIN", "ACT_ADMIT", "ACT_RECORD", "ACT_REPLAY", "ACT_AUDIT_READ", "ACT_DEVICES", "ACT_METRICS", "ACT_MEETING_READ", "ACT_TAKE_OVER"].map(open),
  { name: "policy: reading is writing", file: "src/domain/policy.c", from: "(acts[act].part == READ ? words[cell].read : 0)", to: "words[cell].read" },
  { name: "caller: a right is not asked for", file: "src/api/caller.c", from: "return may_at_all(c->role, act) ? ERR_OK : ERR_DENIED;", to: "(void)may_at_all;\n    return ERR_OK;" },
  { name: "caller: a link reaches beyond its meeting", file: "src/api/caller.c", from: "if (c->participant && (of_account", to: "if (false && (of_account" },
  { name: "caller: a link is good for every meeting", file: "src/api/caller.c", from: "return strcmp(c->p.meeting_public_id, m->public_id) == 0 ? participant_relation(&c->p)\n                                                                 : REL_NONE;", to: "return participant_relation(&c->p);" },
  { name: "caller: every manager owns every project", file: "src/api/caller.c", from: "m->project_manager == c->account ? REL_OWN", to: "true ? REL_OWN" },
  { name: "caller: whoever owes something goes on", file: "src/api/caller.c", from: "if (c->participant || c->s.owes == OWES_NOTHING", to: "if (true || c->s.owes == OWES_NOTHING", suite: "66-accounts" },
  { name: "meetings: no right to the meeting of the path", file: "src/api/rest_meetings.c", from: "    if (policy_allows(c->role, rel, act))\n        return ERR_OK;", to: "    if (true || policy_allows(c->role, rel, act))\n        return ERR_OK;" },
  { name: "meetings: a link that ran out", file: "src/domain/meetings.c", from: "(expires != 0 && expires <= now_ms)", to: "(false && expires <= now_ms)" },
  { name: "meetings: a link that was revoked", file: "src/domain/meetings.c", from: "if (db_i64(&s, 10) != 0 || (expires", to: "if ((expires" },
  { name: "sessions: one that ran out", file: "src/db/sql/sessions.sql", from: "s.token_hash = :hash AND s.expires_at > :now AND", to: "s.token_hash = :hash AND :now > 0 AND" },
  { name: "sessions: one that has ended, of an account that was disabled", file: "src/db/sql/sessions.sql", from: "AND s.ended_at IS NULL AND a.disabled_at IS NULL", to: "" },
  { name: "sessions: one that has ended", file: "src/db/sql/sessions.sql", from: "AND s.ended_at IS NULL AND a.disabled_at IS NULL", to: "AND a.disabled_at IS NULL", suite: "66-accounts" },
  { name: "participants: whose session has ended", file: "src/db/sql/meetings.sql", from: " AND s.ended_at IS NULL", to: "", suite: "66-accounts" },
  { name: "signalling: a message needs no right", file: "src/api/signal.c", from: "if (m->act != 0 && !may(p, m->act)) {", to: "(void)may;\n    if (false) {" },
  { name: "signalling: who waits is in", file: "src/api/signal.c", from: "if (m->need == NEED_IN && p->state != PERSON_IN) {", to: "if (false) {" },
  { name: "signalling: hello to a meeting that has ended", file: "src/api/signal.c", from: '(put_out_before(j) || strcmp(j->m.state, "ended") == 0))', to: "put_out_before(j))" },
  { name: "projects: those of others are in the list", file: "src/db/sql/audit.sql", from: "WHERE p.manager_id = :manager AND", to: "WHERE :manager > 0 AND", suite: "66-accounts" },
  { name: "endings: whoever is signed out stays in the meeting", file: "src/api/endings.c", from: "if (is_meant(&p->who, account, only, but))", to: "if (false && is_meant(&p->who, account, only, but))", suite: "66-accounts" },
];

const copy = mkdtempSync(join(tmpdir(), "yunjian-mutants-"));
for (const d of ["src", "include", "build/release", "docs", "conf", "tests"]) cpSync(join(root, d), join(copy, d), { recursive: true, preserveTimestamps: true, filter: (p) => !p.includes("node_modules") });
for (const f of ["Makefile", "LAYERS"]) cpSync(join(root, f), join(copy, f), { preserveTimestamps: true });
symlinkSync(join(root, "tests/e2e/node_modules"), join(copy, "tests/e2e/node_modules"));
symlinkSync(join(root, "web"), join(copy, "web"));

const make = () => execFileSync("make", ["-s", "-j2", "programs"], { cwd: copy, stdio: ["ignore", "ignore", "inherit"] });
const suite = (name) => spawnSync("node", ["tests/e2e/run.mjs", name], { cwd: copy, encoding: "utf8" });

let caught = 0;
const missed = [];
make();
for (const name of ["68-policy", "66-accounts"]) {
  const whole = suite(name);
  if (whole.status !== 0) throw new Error(`${name} fails on the server as it is:\n${whole.stdout}`);
}
for (const m of mutants.filter((x) => only.length === 0 || only.some((o) => x.name.includes(o)))) {
  const path = join(copy, m.file);
  const text = readFileSync(path, "utf8");
  if (text.split(m.from).length !== 2) throw new Error(`${m.name}: what is taken out stands ${text.split(m.from).length - 1} times in ${m.file}`);
  writeFileSync(path, text.replace(m.from, () => m.to));
  make();
  const run = suite(m.suite ?? "68-policy");
  const why = /FAILED {2}(.*)/.exec(run.stdout)?.[1];
  console.log(`${why === undefined ? "MISSED" : "caught"}  ${m.name}${why === undefined ? "" : `: ${why}`}`);
  if (why === undefined) missed.push(m.name);
  else caught++;
  writeFileSync(path, text);
}
rmSync(copy, { recursive: true, force: true });
console.log(`${caught} caught, ${missed.length} missed`);
process.exit(missed.length === 0 ? 0 : 1);
