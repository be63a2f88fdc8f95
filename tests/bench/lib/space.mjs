// A network and processes of the bench's own: nothing leaves it, and all of it ends with the bench.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../..");
export const bin = process.env.YUNJIAN_BIN ?? join(root, "build/release");
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const address = { v4: "10.78.0.1", v6: "fd78::1" };

/** [server's core, generator's core]: each alone on its own. */
export const cores = (process.env.BENCH_CORES ?? "0,1").split(",");

const network = `
set -e
ip link set lo up
ip link add yb0 type veth peer name yb1
ip link set yb0 addrgenmode none
ip link set yb1 addrgenmode none
ip addr add ${address.v4}/24 dev yb0
ip addr add ${address.v6}/64 dev yb0 nodad
ip link set yb0 up
ip link set yb1 up
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -H -n)"
exec "$@"`;

/** Runs this program again in spaces of its own; does not return. */
export function enterSpace() {
  if (cpus().length < 2) {
    console.error("The bench needs two processor cores: one for the server, one for the generator.");
    process.exit(2);
  }
  const user = process.getuid() === 0 ? [] : ["--map-root-user"];
  const args = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc", ...user];
  const scratch = mkdtempSync(join(tmpdir(), "yunjian-bench-"));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined); // Inside it ends; here is tidied up.
  const end = spawnSync("unshare", [...args, "bash", "-c", network, "bash", process.execPath, ...process.argv.slice(1)], {
    stdio: "inherit",
    env: { ...process.env, BENCH_SPACE: "1", TMPDIR: scratch },
  });
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  process.exit(end.status ?? 1);
}

/** Starts a program on one core. */
export function start(core, command, args, options = {}) {
  const child = spawn("taskset", ["-c", core, command, ...args], { stdio: ["ignore", "pipe", "pipe"], cwd: root, ...options });
  child.text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (d) => (child.text = (child.text + d).slice(-20_000)));
  child.gone = new Promise((done) => child.once("exit", (code, signal) => done({ code, signal })));
  return child;
}

/** Ends it, and waits until it is gone. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  if ((await Promise.race([child.gone, sleep(10_000)])) === undefined) {
    child.kill("SIGKILL");
    await child.gone;
  }
}

/** Runs a program to its end and returns what it printed. @param input what it can read. */
export function run(core, command, args, { env = process.env, ms = 120_000, input } = {}) {
  return new Promise((done, fail) => {
    const child = spawn("taskset", ["-c", core, command, ...args], { stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"], cwd: root, env });
    // One that has ended before it read this says why by its exit code.
    child.stdin?.once("error", (e) => e.code === "EPIPE" || fail(e));
    child.stdin?.end(input);
    let out = "";
    let err = "";
    const late = setTimeout(() => child.kill("SIGKILL"), ms);
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    child.once("error", fail);
    child.once("close", (code) => {
      clearTimeout(late);
      if (code === 0) done(out);
      else fail(Object.assign(new Error(`${command} ${args.slice(0, 2).join(" ")}: ended with ${code}: ${(err || out).slice(-600)}`), { code }));
    });
  });
}

export async function until(what, ms, say) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await Promise.resolve().then(what).catch(() => undefined);
    if (got) return got;
    if (Date.now() > end) throw new Error(`${say}: not within ${ms} ms`);
    await sleep(50);
  }
}
