// One installation of the product: real programs on a folder of its own.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, createWriteStream, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import https from "node:https";
import { check, hasText } from "./openapi.mjs";

const run = promisify(execFile);
export const root = resolve(import.meta.dirname, "../../..");
export const bin = process.env.YUNJIAN_BIN ?? join(root, "build/release");
/** The long versions, with the limits that hold on a machine that does nothing else. */
export const nightly = process.env.YUNJIAN_NIGHTLY !== undefined;
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** The standard input of a program that may have ended without reading it: its exit code says why, not this pipe. */
export function input(child) {
  child.stdin.on("error", (e) => {
    if (e.code !== "EPIPE") throw e;
  });
  return child.stdin;
}

/** Waits until `what` gives something true, and returns it; fails with `say` after `ms`. */
export async function until(what, ms, say) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      last = await what();
      if (last) return last;
    } catch (e) {
      last = e;
    }
    if (Date.now() > end) throw new Error(`${say}: not within ${ms} ms${last instanceof Error ? ` (${last.message})` : ""}`);
    await sleep(40);
  }
}

/** What is sent, where it is JSON. */
function jsonOf(headers, body) {
  try {
    return typeof body === "string" && headers["content-type"] === "application/json" ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

let nextPort = 20000 + Math.floor(Math.random() * 10000);

export class Server {
  /** @param env more YUNJIAN_* settings; `data` an existing folder (it is then not removed). */
  constructor({ env = {}, data, ip = "127.0.0.1", log } = {}) {
    this.own = data === undefined;
    this.folder = data ?? mkdtempSync(join(tmpdir(), "yunjian-e2e-"));
    mkdirSync(this.folder, { recursive: true });
    this.port = nextPort++;
    this.media = nextPort; // One port a worker, for UDP and TCP.
    nextPort += 10;
    this.ip = ip;
    this.url = `https://${ip.includes(":") ? `[${ip}]` : ip}:${this.port}`;
    this.logFile = log ?? join(this.folder, "server.log");
    this.env = {
      ...process.env,
      YUNJIAN_DATA: join(this.folder, "data"),
      YUNJIAN_HTTPS_PORT: String(this.port),
      YUNJIAN_MEDIA_PORT: String(this.media),
      YUNJIAN_PUBLIC_URL: this.url,
      YUNJIAN_WEB_ROOT: join(root, "web/dist"),
      ...env,
    };
  }

  async start() {
    const out = createWriteStream(this.logFile, { flags: "a" });
    this.process = spawn(join(bin, "yunjiand"), [], { env: this.env, stdio: ["ignore", "pipe", "pipe"], cwd: root });
    this.process.stdout.pipe(out);
    this.process.stderr.pipe(out);
    this.exit = new Promise((done) => this.process.once("exit", (code, signal) => done({ code, signal })));
    await until(() => this.ended || this.status(), 15_000, "server answers");
    if (this.ended) throw new Error(`the server ended with ${this.process.exitCode ?? this.process.signalCode}, see ${this.logFile}`);
    return this;
  }
  get ended() {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  async cli(...args) {
    const { stdout } = await run(join(bin, "yunjian"), ["--json", ...args], { env: this.env, cwd: root });
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  }
  /** With something on standard input; resolves also when the program fails. */
  async cliIn(text, ...args) {
    const child = spawn(join(bin, "yunjian"), ["--json", ...args], { env: this.env, cwd: root });
    let out = "";
    let err = "";
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    input(child).end(text);
    const code = await new Promise((done) => child.once("close", done));
    return { code, out, err };
  }
  status() {
    return this.cli("status");
  }
  demo() {
    return this.cli("demo");
  }
  recordingPath(meeting) {
    return join(this.env.YUNJIAN_DATA, "recordings", meeting);
  }

  kill() {
    this.process.kill("SIGKILL");
    return this.exit;
  }
  async stop() {
    if (this.process !== undefined && !this.ended) {
      this.process.kill("SIGTERM");
      return this.exit;
    }
    return undefined;
  }
  async close() {
    await this.stop();
    if (this.own && !process.env.KEEP) rmSync(this.folder, { recursive: true, force: true });
  }

  /** A plain HTTPS request; the self-made certificate is expected. */
  /** @param foreign the answer is a proxy's, which docs/openapi.yaml does not describe. */
  request(path, { method = "GET", headers = {}, body, agent, foreign = false } = {}) {
    return new Promise((done, fail) => {
      const rq = https.request(`${this.url}${path}`, { method, headers, rejectUnauthorized: false, agent }, (rs) => {
        const chunks = [];
        rs.on("data", (c) => chunks.push(c));
        rs.on("end", () => {
          const data = Buffer.concat(chunks);
          if (!foreign) check({ method, url: path, status: rs.statusCode, headers: rs.headers, body: hasText(rs.headers) ? data.toString() : undefined, sent: jsonOf(headers, body) });
          done({ status: rs.statusCode, headers: rs.headers, data, text: data.toString(), json: () => JSON.parse(data.toString()) });
        });
        rs.on("error", fail);
      });
      rq.on("error", fail);
      rq.setTimeout(20_000, () => rq.destroy(new Error("no answer in 20 s")));
      rq.end(body);
    });
  }
  post(path, body, headers = {}) {
    return this.request(path, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });
  }
}

export async function withServer(options, work) {
  const s = new Server(options);
  try {
    await s.start();
    return await work(s);
  } finally {
    await s.close();
  }
}
