// What whoever runs the server sees of it: numbers, health, log, the service manager, and a proxy in front.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, closeBrowser, enter, sees, signalPage } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { nginx } from "../lib/nginx.mjs";
import { Person, redeem, secretOf } from "../lib/person.mjs";
import { finalIndex } from "../lib/record.mjs";
import { Server, input, until } from "../lib/server.mjs";

const IP = "10.77.0.1";
const TOKEN = "0f7c2a-metrics-e81";
const folder = mkdtempSync(join(tmpdir(), "yunjian-operations-"));
const log = join(folder, "yunjian.log");
const server = new Server({
  env: { YUNJIAN_METRICS_TOKEN: TOKEN, YUNJIAN_LOG_FORMAT: "json", YUNJIAN_LOG_FILE: log, YUNJIAN_LOG_LEVEL: "3", YUNJIAN_TRUSTED_PROXIES: "127.0.0.1", YUNJIAN_SEGMENT_SECONDS: "2" },
});
const front = { port: server.port + 5000, ip: IP };
front.url = `https://${front.ip}:${front.port}`;
server.env.YUNJIAN_PUBLIC_URL = front.url;
/** The same server, asked through the proxy. */
const outside = Object.create(server, { url: { value: front.url }, ip: { value: front.ip }, port: { value: front.port } });
const secrets = [TOKEN];
let proxy;
let browser;
let demo;
let host;

/** May run beside others. */
export const light = true;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await proxy?.stop();
  await server.close();
  if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
}

const page = async () => (await server.request("/metrics", { headers: { authorization: `Bearer ${TOKEN}` } })).text;
/** The sum of a metric over its series with these labels. */
function value(text, name, labels = {}) {
  const lines = text.split("\n").filter((l) => l.startsWith(`${name}{`) || l.startsWith(`${name} `));
  const mine = lines.filter((l) => Object.entries(labels).every(([k, v]) => l.includes(`${k}="${v}"`)));
  return mine.length === 0 ? undefined : mine.reduce((n, l) => n + Number(l.slice(l.lastIndexOf(" ") + 1)), 0);
}
const series = (text) => text.split("\n").filter((l) => l !== "" && !l.startsWith("#")).length;
const lines = (path = log) => readFileSync(path, "utf8").trim().split("\n");

/** What promtool says of a page: nothing when it is in order. */
function promtool(text) {
  return new Promise((done) => {
    const child = spawn("promtool", ["check", "metrics"], { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    child.stdout.on("data", (d) => (said += d));
    child.stderr.on("data", (d) => (said += d));
    child.once("close", (code) => done(`${code}${said}`));
    input(child).end(text);
  });
}

export const tests = {
  async "behind nginx, people meet, are recorded, and fetch a range of the recording"() {
    await server.start();
    proxy = await nginx(join(folder, "nginx"), server, front.port, IP);
    demo = await server.demo();
    ok(demo.host_url.startsWith(front.url), demo.host_url);
    browser = await chromium();
    host = await enter(await signalPage(browser, { id: 1, tone: 523, burst: 1760 }), demo.host_url, "沈知远");
    const guest = await enter(await signalPage(browser, { id: 2, tone: 659, burst: 2350 }), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, 2), sees(guest, 1)]);
    await until(async () => value(await page(), "yunjian_journal_segments_total") >= 1, 10_000, "a segment is closed");
  },

  async "the numbers of a running meeting, in order by promtool"(note) {
    await until(async () => value(await page(), "yunjian_media_peers") === 4, 5000, "two connections a person");
    const first = await page();
    equal(await promtool(first), "0", "promtool");
    equal(value(first, "yunjian_websockets"), 2, "sockets");
    equal(value(first, "yunjian_meetings"), 1, "meetings");
    equal(value(first, "yunjian_people"), 2, "people");
    equal(value(first, "yunjian_recordings"), 1, "recordings");
    equal(value(first, "yunjian_ready"), 1, "ready");
    between(value(first, "process_open_fds"), 20, 500, "descriptors");
    between(value(first, "process_resident_memory_bytes"), 5e6, 1e9, "memory");
    ok(value(first, "yunjian_data_free_bytes") > 1e6, "room");
    ok(value(first, "yunjian_records_commit_duration_seconds_count") >= 3, "commits");
    ok(value(first, "yunjian_http_requests_total", { route: "/api/v1/invitations/redeem", code: "2xx" }) === 2, "two came in");
    const later = await until(async () => {
      const t = await page();
      return value(t, "yunjian_media_packets_total", { direction: "out" }) > value(first, "yunjian_media_packets_total", { direction: "out" }) + 20 ? t : undefined;
    }, 5000, "packets are counted");
    ok(value(later, "yunjian_media_bytes_total", { direction: "in" }) > value(first, "yunjian_media_bytes_total", { direction: "in" }) + 2000, "bytes are counted");
    note(`${series(later)} series`);
  },

  async "nobody can make the page longer, and only those may read it who may"() {
    for (let i = 0; i < 60; i++) await server.request(`/api/v1/made-up-${i}/x`);
    for (let i = 0; i < 20; i++) await server.request(`/api/v1/meetings/${i}${i}/recording?q=${i}`);
    await page();
    const before = series(await page());
    for (let i = 60; i < 120; i++) await server.request(`/api/v1/made-up-${i}/x`);
    for (let i = 20; i < 40; i++) await server.request(`/api/v1/meetings/${i}${i}/recording?q=${i}`);
    equal(series(await page()), before, "series");
    for (const [headers, status] of [[{}, 401], [{ authorization: `Bearer ${TOKEN}x` }, 401], [{ authorization: "Bearer " }, 401]]) {
      const r = await server.request("/metrics", { headers });
      equal(r.status, status, JSON.stringify(headers));
      ok(!r.text.includes("yunjian_"), "no numbers");
    }
    const person = await redeem(server, demo.guest_url, "王五");
    secrets.push(person.token);
    equal((await server.request("/metrics", { headers: { authorization: `Bearer ${person.token}` } })).status, 403, "a guest");
    equal((await outside.request("/metrics", { headers: { authorization: `Bearer ${TOKEN}` }, foreign: true })).status, 404, "through the proxy");
    for (const path of ["/healthz", "/readyz"]) equal((await server.request(path)).status, 200, path);
    equal((await server.request("/readyz")).json().status, "ready", "it is ready");
    equal((await server.request("/healthz", { method: "POST" })).status, 405, "no other method");
  },

  async "the client's own address is known behind the proxy, and nobody can pretend another"() {
    const bad = { login: "nobody", password: "guess-0ff5e7" };
    secrets.push(bad.password);
    const forged = { "x-forwarded-for": "203.0.113.9" };
    equal((await outside.post("/api/v1/session", bad, { ...forged, origin: front.url })).status, 401, "through the proxy");
    const seen = () => lines().map((l) => JSON.parse(l)).filter((l) => l.route === "/api/v1/session" && l.status === "401");
    await until(() => seen().length === 1, 3000, "it is in the log");
    equal(seen()[0].client, IP, "the address that nginx saw");
    equal((await server.post("/api/v1/session", bad, { "x-forwarded-for": "198.51.100.4" })).status, 401, "from the proxy's own address");
    await until(() => seen().length === 2, 3000, "it is in the log too");
    equal(seen()[1].client, "198.51.100.4", "who is trusted is believed");
    const direct = Object.create(server, { url: { value: `https://${IP}:${server.port}` } });
    equal((await direct.post("/api/v1/session", bad, forged)).status, 401, "past the proxy");
    await until(() => seen().length === 3, 3000, "it is in the log as well");
    ok(!JSON.stringify(seen()[2]).includes("203.0.113.9") && seen()[2].client.endsWith(IP), `from ${seen()[2].client}`);
  },

  async "the meeting ends through the proxy, and ranges of its recording come through it"() {
    await server.cli("meeting", "end", demo.meeting);
    const index = await finalIndex(server.recordingPath(demo.meeting));
    const file = index.tracks.find((t) => t.kind === "video").files[0].file.replace("tracks/", "");
    const got = await host.evaluate(async (path) => {
      const r = await fetch(path, { headers: { range: "bytes=100-299" } });
      return { status: r.status, range: r.headers.get("content-range"), bytes: (await r.arrayBuffer()).byteLength };
    }, `/api/v1/meetings/${demo.meeting}/recording/files/${file}`);
    equal(got.status, 206, "status");
    equal(got.bytes, 200, "bytes");
    ok(got.range.startsWith("bytes 100-299/"), got.range);
  },

  async "every line of the log is one JSON object with a request's number, and none holds a secret"(note) {
    const other = await server.demo();
    const entered = await redeem(outside, other.host_url, "沈知远");
    const person = new Person(outside, entered.token);
    await person.enter();
    person.close();
    const login = { login: "zhao", password: "correct-horse-77" };
    equal((await server.cliIn(`${login.password}\n`, "user", "add", login.login, "manager")).code, 0, "an account");
    const signed = await outside.post("/api/v1/session", login, { origin: front.url });
    equal(signed.status, 200, signed.text);
    const cookies = (signed.headers["set-cookie"] ?? []).map((c) => c.split(";")[0].split("=")[1]).filter((c) => c.length > 8);
    ok(cookies.length > 0, "a session");
    secrets.push(entered.token, login.password, ...cookies, ...[demo.host_url, demo.guest_url, other.host_url, other.guest_url].map(secretOf));
    await outside.request(`/j/${secretOf(other.guest_url)}`); /* pasted wrongly */
    await outside.request(`/api/v1/none/${secretOf(other.guest_url)}?token=${entered.token}`);
    await until(() => lines().some((l) => l.includes('"/api/v1/session"') && l.includes('"200"')), 3000, "the log is written");
    const all = lines().map((l) => JSON.parse(l));
    ok(all.length > 100 && all.every((l) => /^\d{4}-.*Z$/.test(l.time) && ["error", "warn", "info", "debug"].includes(l.level) && l.module !== "" && typeof l.message === "string"), "shape");
    ok(all.some((l) => l.message === `a socket of ${IP}`) && !all.some((l) => l.message.startsWith("a socket of 127")), "whose sockets, behind the proxy");
    const requests = all.filter((l) => l.message === "request");
    equal(new Set(requests.map((l) => l.request)).size, requests.length, "numbers of requests");
    const problem = (await server.request("/api/v1/none")).json();
    await until(() => lines().some((l) => l.includes(problem.request_id)), 3000, "an error's number leads to its line");
    const text = readFileSync(log, "utf8") + readFileSync(server.logFile, "utf8");
    for (const s of secrets) ok(!text.includes(s), `the log holds the secret ${s}`);
    note(`${all.length} lines, ${secrets.length} secrets looked for`);
  },

  async "moved away, the log is opened again on SIGHUP"() {
    renameSync(log, `${log}.1`);
    server.process.kill("SIGHUP");
    await until(() => existsSync(log), 3000, "there is a new one");
    const old = lines(`${log}.1`).length;
    await server.request("/api/v1/none");
    await until(() => lines().some((l) => l.includes('"status":"404"')), 3000, "it is written to");
    equal(lines(`${log}.1`).length, old, "and the old one is not");
  },

  async "the service manager is told: ready, alive, stopping; a server without room is live and not ready"() {
    const other = new Server({ data: join(folder, "notified"), env: { NOTIFY_SOCKET: join(folder, "notify"), WATCHDOG_USEC: "900000", YUNJIAN_DISK_RESERVE_MIB: "1048576" } });
    const listen = "import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM)\ns.bind(sys.argv[1])\nprint('bound',flush=True)\nwhile True: print(s.recv(4096).decode(),flush=True)";
    const ear = spawn("python3", ["-c", listen, join(folder, "notify")], { stdio: ["ignore", "pipe", "inherit"] });
    let heard = "";
    ear.stdout.on("data", (d) => (heard += d));
    try {
      await until(() => heard.includes("bound"), 5000, "somebody listens");
      await other.start();
      await until(() => heard.includes(`READY=1\nSTATUS=Serving ${other.url}`), 5000, "ready");
      await until(() => heard.split("WATCHDOG=1").length > 4, 5000, "alive");
      equal((await other.request("/healthz")).status, 200, "live");
      const r = await other.request("/readyz");
      equal(r.status, 503, "ready");
      equal(`${r.json().status} ${r.json().disk} ${r.json().workers} ${r.json().records}`, "not_ready false true true", "and why");
      await other.stop();
      await until(() => heard.includes("STOPPING=1"), 3000, "stopping");
    } finally {
      ear.kill();
      await other.close();
    }
  },
};
