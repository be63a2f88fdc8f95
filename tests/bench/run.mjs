// make bench: everything that docs/benchmarks.md says, measured in one run.
//   node tests/bench/run.mjs [PART...]     QUICK=1: a short form
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { othersUse } from "./lib/calm.mjs";
import { captured } from "./lib/captured.mjs";
import { forwarding, SCENES } from "./lib/forwarding.mjs";
import { joins } from "./lib/joins.mjs";
import { largest } from "./lib/largest.mjs";
import { machine } from "./lib/machine.mjs";
import { memory } from "./lib/memory.mjs";
import { packaging, seeking } from "./lib/others.mjs";
import { recorded } from "./lib/recorded.mjs";
import { records } from "./lib/records.mjs";
import { requests } from "./lib/requests.mjs";
import { slowsync } from "./lib/slowsync.mjs";
import { writeReport } from "./lib/report.mjs";
import { enterSpace, root } from "./lib/space.mjs";

if (process.env.BENCH_SPACE === undefined) enterSpace();

const quick = (process.env.QUICK ?? "") !== "" && process.env.QUICK !== "0";
const begun = Date.now();
const minutes = () => ((Date.now() - begun) / 60_000).toFixed(1);
const say = (text) => console.log(`${minutes().padStart(5)} min  ${text}`);
const fail = (name, e) => {
  failed[name] = String(e.message);
  console.error(`FAILED  ${name}: ${e.stack}`);
};
const common = { quick, say, seconds: quick ? 2 : 4, fail };

const PARTS = {
  forwarding: () => forwarding({ ...common, rounds: quick ? 1 : 3, scenes: SCENES }),
  largest: () => largest(common),
  memory: () => memory({ ...common, seconds: 2 }),
  joins: () => joins(common),
  recorded: () => recorded({ ...common, rounds: quick ? 1 : 2, seconds: quick ? 6 : 12 }),
  captured: () => captured(common),
  packaging: () => packaging(common),
  seeking: () => seeking(common),
  records: () => records(common),
  requests: () => requests(common),
  fsync: () => slowsync(common),
};

const only = process.argv.slice(2);
const unknown = only.find((p) => !(p in PARTS));
if (unknown !== undefined) {
  console.error(`There is no part ${unknown}; the parts are ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

const here = machine(root);
const kept = join(root, "build/bench.json");
/** A whole run of before, on this machine: named parts are measured anew in it, and the report says when. */
function whole() {
  if (only.length === 0 || quick || !existsSync(kept)) return undefined;
  const r = JSON.parse(readFileSync(kept, "utf8"));
  return r.whole === true && r.machine.processor === here.processor && r.machine.kernel === here.kernel ? r : undefined;
}

const before = whole();
const result = { ...(before ?? { machine: here, quick, whole: only.length === 0 && !quick, calm_before: await othersUse(cpus().length) }), failed: { ...before?.failed } };
const { failed } = result;
for (const name of only) delete failed[name];
say(`${here.processor}, ${here.cores} cores, kernel ${here.kernel}; others use ${(await othersUse(cpus().length)).busy_percent.toFixed(0)} % of a core before the start`);
for (const [name, measure] of Object.entries(PARTS)) {
  if (only.length > 0 && !only.includes(name)) continue;
  try {
    result[name] = await measure();
    if (before !== undefined) result.renewed = { ...result.renewed, [name]: { date: here.date, commit: here.commit } };
  } catch (e) {
    fail(name, e);
  }
}
if (before === undefined) result.minutes = Number(minutes());
mkdirSync(join(root, "build"), { recursive: true });
writeFileSync(kept, `${JSON.stringify(result, null, 1)}\n`);
const file = join(root, result.whole ? "docs/benchmarks.md" : "build/benchmarks.md");
writeReport(file, result);
console.log(readFileSync(file, "utf8"));
say(`written: ${file} and build/bench.json`);
process.exit(Object.keys(result.failed).length > 0 ? 1 : 0);
