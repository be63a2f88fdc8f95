// Runs the suites, each in a network of its own where it can reach nothing but itself, and counts what they say.
//   node run.mjs [--faults | --nightly] [NAME...]
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { described } from "./lib/openapi.mjs";

const args = process.argv.slice(2);
const faults = args.includes("--faults");
const nightly = args.includes("--nightly");
const only = args.filter((a) => !a.startsWith("--"));
const here = import.meta.dirname;
const folders = nightly ? ["suites", "faults"] : [faults ? "faults" : "suites"];
const files = folders
  .flatMap((f) => readdirSync(join(here, f)).filter((n) => n.endsWith(".mjs")).sort().map((n) => join(f, n)))
  .filter((n) => only.length === 0 || only.some((o) => n.includes(o)));

// A pair of virtual interfaces gives an address that is not loopback: Firefox uses no other. No addresses of
// their own making: those appear a second later, and Chromium then drops its requests ("network changed").
const network = `
set -e
ip link set lo up
ip link add yj0 type veth peer name yj1
ip link set yj0 addrgenmode none
ip link set yj1 addrgenmode none
ip addr add 10.77.0.1/24 dev yj0
ip addr add fd77::1/64 dev yj0 nodad
ip link set yj0 up
ip link set yj1 up
exec "$@"`;
const wrap = process.getuid() === 0 ? ["unshare", "--net"] : ["unshare", "--net", "--map-root-user"];

if (spawnSync(wrap[0], [...wrap.slice(1), "ip", "link"], { stdio: "ignore" }).status !== 0) {
  console.log("SKIPPED  browsers: no network namespace can be made here; run as root");
  console.log("0 passed, 0 failed");
  process.exit(0);
}

// What one suite has made for all: a recorded meeting.
const shared = mkdtempSync(join(tmpdir(), "yunjian-shared-"));
const openapi = join(shared, "openapi.json");
writeFileSync(openapi, JSON.stringify(described()));
process.once("exit", () => rmSync(shared, { recursive: true, force: true }));

function once(file) {
  return new Promise((done) => {
    const child = spawn(wrap[0], [...wrap.slice(1), "bash", "-c", network, "bash", process.execPath, join(here, "lib/suite.mjs"), join(here, file)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { YUNJIAN_SHARED: shared, YUNJIAN_OPENAPI: openapi, ...process.env, ...(nightly ? { YUNJIAN_NIGHTLY: "1" } : {}) },
    });
    let text = "";
    child.stdout.on("data", (d) => {
      text += d;
      process.stdout.write(d);
    });
    child.once("close", (code) => {
      const good = (text.match(/^ok {6}/gm) ?? []).length;
      const bad = (text.match(/^FAILED {2}/gm) ?? []).length;
      const dead = code !== 0 && bad === 0;
      if (dead) console.log(`FAILED  ${file}: ended with ${code}`);
      done([good, bad + (dead ? 1 : 0)]);
    });
  });
}

let passed = 0;
let failed = 0;
const took = [];
const failing = [];
async function lane(names) {
  for (let file = names.shift(); file !== undefined; file = names.shift()) {
    const begun = Date.now();
    const [good, bad] = await once(file);
    if (bad > 0) failing.push([file, good, bad]);
    else passed += good;
    took.push(`${file} ${Math.round((Date.now() - begun) / 1000)}`);
  }
}

// Those that keep the processor busy run one after the other; beside them those that say of themselves that they are
// light, because they mostly wait. At night nothing runs beside anything: there the limits are the real ones.
const light = nightly ? [] : files.filter((f) => readFileSync(join(here, f), "utf8").includes("\nexport const light = true;"));
await Promise.all([lane(files.filter((f) => !light.includes(f))), lane(light)]);

// Two browsers beside two others on two cores may be too slow for anything. What has failed is tried once more with nothing
// beside it, and that counts; what fails alone is broken, and so is a tree in which many fail.
const AGAIN_MOST = 4;
for (const [file, good, bad] of failing) {
  if (nightly || only.length === 1 || failing.length > AGAIN_MOST) {
    passed += good;
    failed += bad;
    continue;
  }
  console.log(`AGAIN   ${file}: ${bad} failed beside others; alone:`);
  const [well, ill] = await once(file);
  passed += well;
  failed += ill;
}
console.log(`s: ${took.join(", ")}`);
if (files.length === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
