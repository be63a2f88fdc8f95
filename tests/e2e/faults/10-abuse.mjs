// What no honest client sends over HTTP and WebSocket, and what each gets for it (SECURITY.md, doors).
import { between, equal, ok } from "../lib/expect.mjs";
import { Person, redeem, secretOf } from "../lib/person.mjs";
import { dial, exchange, frame, socket, statusOf, upgrade } from "../lib/raw.mjs";
import { Server, nightly, sleep, until } from "../lib/server.mjs";
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const server = new Server({ ip: "10.77.0.1" });
const PER_ADDRESS = 256;
let demo;
let host;
let guest;
let slowest = 0;
let watching = true;
let watch;

export async function close() {
  watching = false;
  await watch;
  host?.close();
  guest?.close();
  await server.close();
}

/** An honest request every 200 ms, from another address than the abuses. */
async function honest() {
  const other = Object.assign(Object.create(Object.getPrototypeOf(server)), server, { url: server.url.replace("10.77.0.1", "127.0.0.1") });
  while (watching) {
    const begun = Date.now();
    const rs = await other.post("/api/v1/invitations/look", { secret: secretOf(demo.guest_url) });
    if (rs.status !== 200) throw new Error(`the honest request was answered ${rs.status}: ${rs.text}`);
    slowest = Math.max(slowest, Date.now() - begun);
    await sleep(200);
  }
}

const name = () => new URL(server.url).host;
const get = (path, more = "") => `GET ${path} HTTP/1.1\r\nHost: ${name()}\r\n${more}Connection: close\r\n\r\n`;
const cookie = (p) => ({ cookie: `__Host-yj=${p.token}` });

/** The frames must end the socket within `ms`: by a close frame, with one of the codes where they are given, or at once. */
async function endsSocket(what, bytes, codes, ms = 3000) {
  const s = await socket(server);
  for (const b of [bytes].flat()) s.send(b);
  await until(() => s.gone !== undefined || s.code() !== undefined, ms, `${what}: the end of the socket`);
  s.socket.destroy();
  if (codes !== undefined) ok(codes.includes(s.code()), `${what}: close code ${s.code()}`);
}

/** May run beside others. */
export const light = true;

export const tests = {
  async "a meeting, a person in it, and an honest client beside all that follows"() {
    await server.start();
    demo = await server.demo();
    host = new Person(server, (await redeem(server, demo.host_url, "沈知远")).token, "host");
    await host.enter();
    guest = new Person(server, (await redeem(server, demo.guest_url, "陈立")).token, "guest");
    await guest.enter(host);
    watch = honest();
    watch.catch(() => undefined); /* Looked at in the last test. */
  },

  // ---- the upgrade

  async "an upgrade from elsewhere, or not quite ours, is refused"() {
    equal(statusOf((await exchange(server, upgrade(server), 300)).text), 101, "the upgrade that all others differ from by one thing");
    for (const [what, change] of [
      ["foreign Origin", { headers: { Origin: "https://evil.example" } }],
      ["Origin by http", { headers: { Origin: server.url.replace("https", "http") } }],
      ["Origin with another port", { headers: { Origin: `${server.url}1` } }],
      ["Origin with our name in front", { headers: { Origin: `${server.url}.evil.example` } }],
      ["null Origin", { headers: { Origin: "null" } }],
      ["no Origin", { headers: { Origin: undefined } }],
      ["no Host", { headers: { Host: undefined } }],
      ["Host of another site", { headers: { Host: "evil.example" } }],
      ["version 12", { headers: { "Sec-WebSocket-Version": "12" } }],
      ["no version", { headers: { "Sec-WebSocket-Version": undefined } }],
      ["no key", { headers: { "Sec-WebSocket-Key": undefined } }],
      ["path /", { path: "/" }],
      ["path /ws/v2", { path: "/ws/v2" }],
      ["path /ws/v1/x", { path: "/ws/v1/x" }],
      ["no subprotocol", { headers: { "Sec-WebSocket-Protocol": undefined } }],
      ["another subprotocol", { headers: { "Sec-WebSocket-Protocol": "mailbox" } }],
      ["subprotocol http", { headers: { "Sec-WebSocket-Protocol": "http" } }],
      ["POST", { method: "POST" }],
    ]) {
      const got = await exchange(server, upgrade(server, change), 700);
      ok(!got.text.includes(" 101 "), `${what}: ${got.text.slice(0, 60)}`);
    }
  },

  // ---- frames

  async "frames that no browser sends end the socket"() {
    const hello = JSON.stringify({ type: "ping", id: 1 });
    await endsSocket("binary frame", frame(hello, { opcode: 2 }), [1003, 1009]);
    await endsSocket("65537 bytes", frame("x".repeat(65537)), [1009]);
    await endsSocket("announced 1 TB", frame("{", { announced: 2 ** 40 }));
    await endsSocket("reserved opcode", frame(hello, { opcode: 5 }));
    await endsSocket("continuation of nothing", frame(hello, { opcode: 0 }));
    await endsSocket("fragments over 64 KiB", [frame("x".repeat(30000), { fin: false }), frame("x".repeat(30000), { opcode: 0, fin: false }), frame("x".repeat(9000), { opcode: 0, fin: false })], [1009]);
  },

  async "fragments without an end are cut off, empty ones too, also of who has said hello"(note) {
    const took = await Promise.all([" ", ""].map(async (text) => {
      const { token } = await redeem(server, demo.guest_url, "碎片");
      const s = await socket(server);
      s.send(frame(JSON.stringify({ type: "hello", id: 1, version: 1, token, fresh: true })));
      await until(() => s.frames().includes('"ok"'), 3000, "hello");
      s.send(frame("{", { fin: false }));
      const drip = setInterval(() => s.send(frame(text, { opcode: 0, fin: false })), 100);
      await Promise.race([s.end, sleep(22_000)]);
      clearInterval(drip);
      s.socket.destroy();
      return s.gone ?? Infinity;
    }));
    note(`cut off after ${took.join(", ")} ms`);
    for (const t of took) ok(t < 20_000, `after ${t} ms`);
    equal(guest.closed, undefined, "who only answered pings meanwhile is still there");
  },

  // ---- messages

  async "a message before hello is an error, and does nothing"() {
    const s = await socket(server);
    for (const m of [{ type: "chat", id: 1, text: "x", key: "k" }, { type: "end", id: 2 }, { type: "join", id: 3 }]) s.send(frame(JSON.stringify(m)));
    await until(() => (s.frames().toString().match(/not_signed_in/g) ?? []).length === 3, 3000, "three refusals");
    s.socket.destroy();
  },

  async "bad JSON, deep JSON, no type: told, and closed"() {
    await endsSocket("bad JSON", frame('{"type":'), [4000]);
    await endsSocket("not UTF-8", frame(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])));
    await endsSocket("deep JSON", frame(`{"type":"ping","id":1,"x":${"[".repeat(20000)}${"]".repeat(20000)}}`), [4000]);
    await endsSocket("not an object", frame("[1,2,3]"), [4000]);
    await endsSocket("no type", frame('{"id":1}'), [4000]);
    await endsSocket("twice the same member", frame('{"type":"ping","type":"end","id":1}'), [4000]);
  },

  async "unknown types and wrong members are answered with an error, and the socket lives"() {
    for (const [type, members, code] of [
      ["no_such_thing", {}, "invalid"],
      ["chat", { text: "", key: "k" }, "invalid"],
      ["chat", { text: 7, key: "k" }, "invalid"],
      ["chat", { text: "x".repeat(13000), key: "k" }, "invalid"],
      ["mute", { source: "kitchen", on: true }, "invalid"],
      ["send_offer", { sdp: "v=0\r\n", tracks: "none" }, "invalid"],
      ["end", {}, "denied"],
      ["admit", { participant: "x" }, "denied"],
      ["remove", { participant: "x" }, "denied"],
      ["recording_stop", { reason: "x" }, "denied"],
    ]) {
      const got = await guest.ask(type, members).then(() => "ok", (e) => e.code);
      equal(got, code, `${type} ${JSON.stringify(members).slice(0, 60)}`);
    }
    await guest.ask("ping");
  },

  async "without hello the socket ends after 10 s; with a forged token at once"() {
    const s = await socket(server);
    const late = s.end;
    await endsSocket("forged token", frame(JSON.stringify({ type: "hello", id: 1, version: 1, token: randomBytes(16).toString("hex"), fresh: true })), [4001]);
    await Promise.race([late, sleep(15_500)]);
    s.socket.destroy();
    between(s.gone ?? 99_999, 9000, 15_000, "ms until it ended");
    equal(s.code(), 4000, "close code");
  },

  // ---- requests

  async "large headers, large bodies, long paths are refused before they are read"() {
    const big = await exchange(server, get("/", `X-Big: ${"x".repeat(64 * 1024)}\r\n`));
    ok(big.gone !== undefined && statusOf(big.text) !== 200, `64 KiB of header: ${big.text.slice(0, 40)}`);
    const many = await exchange(server, get("/", Array.from({ length: 2000 }, (_, i) => `X-${i}: 1\r\n`).join("")));
    ok(statusOf(many.text) !== 200, `2000 headers: ${many.text.slice(0, 40)}`);
    const path = await exchange(server, get(`/${"a".repeat(3000)}`));
    ok(statusOf(path.text) !== 200, `a path of 3000: ${path.text.slice(0, 40)}`);
    const head = `POST /api/v1/invitations/look HTTP/1.1\r\nHost: ${name()}\r\nContent-Type: application/json\r\n`;
    for (const [what, more] of [
      ["announced 1 GB", "Content-Length: 1000000000\r\n\r\n"],
      ["announced 65537", "Content-Length: 65537\r\n\r\n"],
      ["a negative length", "Content-Length: -5\r\n\r\n"],
      ["no number", "Content-Length: 5x\r\n\r\n"],
      ["chunked", "Transfer-Encoding: chunked\r\n\r\n"],
    ]) {
      const got = await exchange(server, head + more, 2000);
      ok([400, 411, 413, 0].includes(statusOf(got.text)), `${what}: ${got.text.slice(0, 40)}`);
      ok(statusOf(got.text) !== 0 || got.gone !== undefined, `${what}: neither an answer nor an end`);
    }
  },

  async "slow senders of a header or a body are cut off"(note) {
    const slow = async (first) => {
      const line = await dial(server);
      line.send(first);
      const drip = setInterval(() => line.send("x"), 500);
      await Promise.race([line.end, sleep(30_000)]);
      clearInterval(drip);
      line.socket.destroy();
      return line.gone ?? Infinity;
    };
    const took = await Promise.all([
      slow(`GET / HTTP/1.1\r\nHost: ${name()}\r\nX-Slow: `),
      slow(`POST /api/v1/invitations/look HTTP/1.1\r\nHost: ${name()}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n`),
      slow(""),
    ]);
    note(`cut off after ${took.join(", ")} ms`);
    for (const t of took) ok(t < 25_000, `after ${t} ms`);
  },

  async "paths that climb out of their folder find nothing"() {
    const page = (await server.request("/")).data;
    for (const path of ["/../../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/assets/../../data/key.pem", "/..%2f..%2fetc/passwd", "//etc/passwd", "/.git/config", "/assets/%00", "/..\\..\\etc\\passwd",
      `/api/v1/meetings/${demo.meeting}/recording/files/..%2findex.json`, `/api/v1/meetings/${demo.meeting}/recording/files/../../../key.pem`, `/api/v1/meetings/..%2f..%2f/recording`]) {
      const got = await exchange(server, get(path, `Cookie: __Host-yj=${host.token}\r\n`), 2000);
      ok(!/root:|BEGIN|\[core\]|"version":1/.test(got.text), `${path}: ${got.text.slice(-200)}`);
      /* A path that has been made straight may be one of the application: that is the page and nothing else. */
      ok([400, 404, 0].includes(statusOf(got.text)) || got.bytes.subarray(-page.length).equals(page), `${path}: ${got.text.slice(0, 60)}`);
    }
  },

  async "nothing changes by GET, from another site, in another content type, without a right"() {
    const body = { secret: secretOf(demo.guest_url), name: "x", organisation: "", phone: "13800002046", consent: true };
    const path = "/api/v1/invitations/redeem";
    equal((await server.request(path)).status, 405, "GET");
    equal((await server.request("/api/v1/session", { method: "PUT" })).status, 405, "PUT");
    equal((await server.post(path, body, { origin: "https://evil.example" })).status, 403, "foreign Origin");
    equal((await server.post(path, body, { origin: "null" })).status, 403, "null Origin");
    equal((await server.post(path, body, { "sec-fetch-site": "cross-site" })).status, 403, "cross-site by fetch metadata");
    equal((await server.post(path, body, { "content-type": "text/plain" })).status, 415, "text/plain");
    equal((await server.post(path, body, { "content-type": "application/x-www-form-urlencoded" })).status, 415, "a form");
    equal((await server.post(path, { ...body, consent: false })).status, 400, "no consent");
    equal((await server.request("/api/v1/projects")).status, 401, "no cookie");
    equal((await server.request("/api/v1/projects", { headers: { cookie: `__Host-yj=${"a".repeat(32)}` } })).status, 401, "a forged cookie");
    equal((await server.request("/api/v1/projects", { headers: { authorization: `Bearer ${"a".repeat(32)}` } })).status, 401, "a forged token");
    equal((await server.request(`/api/v1/projects`, { headers: cookie(guest) })).status, 403, "a guest");
    equal((await server.post("/api/v1/projects", { title: "x", customer: "y" }, cookie(guest))).status, 403, "a guest who makes a project");
    equal((await server.post(`/api/v1/meetings/${demo.meeting}/invitations`, { role: "expert", name: "x", organisation: "" }, cookie(guest))).status, 403, "a guest who invites");
  },

  // ---- what every answer carries

  async "the security headers are on every kind of answer"() {
    const kinds = [
      ["page", await server.request("/")],
      ["not modified", await server.request("/", { headers: { "if-none-match": (await server.request("/")).headers.etag } })],
      ["asset", await server.request(/\/assets\/[^"]+\.js/.exec((await server.request("/")).text)[0])],
      ["missing", await server.request("/assets/none.js")],
      ["json", await server.post("/api/v1/invitations/look", { secret: secretOf(demo.guest_url) })],
      ["unknown in the API", await server.request("/api/v1/none")],
      ["wrong method", await server.request("/api/v1/invitations/look")],
      ["not signed in", await server.request("/api/v1/projects")],
      ["bad body", await server.post("/api/v1/invitations/look", {})],
      ["HEAD", await server.request("/", { method: "HEAD" })],
      ["other method", await server.request("/", { method: "PATCH" })],
      ["foreign Origin", await server.post("/api/v1/invitations/look", {}, { origin: "https://evil.example" })],
    ];
    for (const [what, { headers, status }] of kinds) {
      const say = (h) => `${what} (${status}): ${h}: ${headers[h]}`;
      ok(/max-age=\d{7,}/.test(headers["strict-transport-security"]), say("strict-transport-security"));
      equal(headers["x-content-type-options"], "nosniff", say("x-content-type-options"));
      equal(headers["cross-origin-opener-policy"], "same-origin", say("cross-origin-opener-policy"));
      for (const f of ["camera=(self)", "microphone=(self)", "geolocation=(self)"]) ok(headers["permissions-policy"]?.includes(f), say("permissions-policy"));
      const csp = headers["content-security-policy"] ?? "";
      for (const c of ["script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) ok(csp.includes(c), say("content-security-policy"));
      ok(!/unsafe|\*/.test(csp), say("content-security-policy"));
      ok(headers["access-control-allow-origin"] === undefined && headers.server === undefined, say("server"));
    }
  },

  async "the session cookie is one that no other site and no script gets"() {
    const rs = await server.post("/api/v1/invitations/redeem", { secret: secretOf(demo.guest_url), name: "x", organisation: "", phone: "13800002046", consent: true });
    const [c] = rs.headers["set-cookie"];
    for (const word of ["__Host-yj=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite="]) ok(c.includes(word), `${word} in ${c}`);
  },

  // ---- bytes of a recording

  async "the bytes of a recording: only with the right, whole or in parts"() {
    const content = randomBytes(300_000);
    const folder = join(server.recordingPath(demo.meeting), "tracks");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "0009-0.webm"), content);
    const path = `/api/v1/meetings/${demo.meeting}/recording/files/0009-0.webm`;
    equal((await server.request(path)).status, 401, "without a token");
    ok([403, 404].includes((await server.request(path, { headers: cookie(guest) })).status), "a guest without a grant");
    const other = await server.demo();
    const stranger = await redeem(server, other.host_url, "外人");
    equal((await server.request(path, { headers: cookie(stranger) })).status, 404, "the host of another meeting");
    const ask = (headers, method) => server.request(path, { method, headers: { ...cookie(host), ...headers } });
    const whole = await ask({});
    equal(whole.status, 200, "whole");
    ok(whole.data.equals(content), "the whole content");
    equal(whole.headers["accept-ranges"], "bytes", "accept-ranges");
    ok(whole.headers["x-content-type-options"] === "nosniff" && whole.headers["content-security-policy"] !== undefined, "guard headers");
    for (const [range, from, to] of [["0-0", 0, 0], ["100-199", 100, 199], ["299999-", 299_999, 299_999], ["250000-900000", 250_000, 299_999], ["-5", 299_995, 299_999], ["-900000", 0, 299_999]]) {
      const part = await ask({ range: `bytes=${range}` });
      equal(part.status, 206, range);
      equal(part.headers["content-range"], `bytes ${from}-${to}/300000`, `content-range of ${range}`);
      ok(part.data.equals(content.subarray(from, to + 1)), `content of ${range}`);
    }
    for (const range of ["300000-", "-0", "999999999999-"]) {
      const none = await ask({ range: `bytes=${range}` });
      equal(none.status, 416, range);
      equal(none.headers["content-range"], "bytes */300000", `content-range of ${range}`);
    }
    for (const range of ["bytes=0-1,5-6", "bytes=9-3", "bytes=x-", "lines=0-1", "bytes=-", `bytes=${"9".repeat(40)}-`]) {
      const all = await ask({ range });
      ok(all.status === 200 && all.data.length === 300_000, `${range}: ${all.status}, ${all.data.length} bytes`);
    }
    equal((await ask({ range: "bytes=0-9", "if-range": whole.headers.etag })).status, 206, "If-Range of this version");
    equal((await ask({ range: "bytes=0-9", "if-range": '"other"' })).status, 200, "If-Range of another version");
    const head = await ask({}, "HEAD");
    ok(head.status === 200 && head.data.length === 0 && head.headers["content-length"] === "300000", `HEAD: ${head.status} ${head.headers["content-length"]}`);
    equal((await ask({}, "POST")).status, 405, "POST");
  },

  // ---- many

  async "connections per address are limited; the people who are in notice nothing"() {
    const lines = [];
    const one = () => dial(server).then((l) => lines.push(l), () => undefined);
    for (let i = 0; i < PER_ADDRESS + 60; i += 20) await Promise.all(Array.from({ length: 20 }, one));
    await sleep(300);
    const open = lines.filter((l) => l.gone === undefined).length;
    between(open, PER_ADDRESS - 40, PER_ADDRESS, "connections that one address may hold");
    await guest.ask("ping");
    for (const l of lines) l.socket.destroy();
    await until(async () => (await server.request("/")).status === 200, 3000, "room again when they are gone");
  },

  async "guessing passwords is limited, per account and per address"(note) {
    const add = await server.cliIn("correct horse battery", "user", "add", "lin", "manager", "林");
    equal(add.code, 0, add.err);
    const sign = (login, password) => server.post("/api/v1/session", { login, password });
    equal((await sign("lin", "correct horse battery")).status, 200, "the right password");
    let tries = 0;
    let last;
    do last = await sign("lin", `wrong ${tries++}`);
    while (last.status === 401 && tries < 40);
    equal(last.status, 429, `after ${tries} tries`);
    ok(Number(last.headers["retry-after"]) > 0, `retry-after: ${last.headers["retry-after"]}`);
    between(tries, 5, 20, "tries per account");
    equal((await sign("lin", "correct horse battery")).status, 429, "then even the right one has to wait");
    note(`an account is closed for a while after ${tries - 1} failures`);
    let more = 0;
    while (last.status !== 429 || more === 0) {
      const four = await Promise.all([0, 1, 2, 3].map((n) => sign(`nobody${more + n}`, "wrong")));
      last = four.find((r) => r.status === 429) ?? four[0];
      more += four.filter((r) => r.status === 401).length;
      ok(more < 60, "an address that tries many accounts is not limited");
    }
    note(`an address after ${more} more`);
  },

  async "guessing invitations is limited per address; others still enter"(note) {
    let tries = 0;
    let last;
    do last = await server.post("/api/v1/invitations/look", { secret: randomBytes(16).toString("hex") });
    while (last.status === 404 && ++tries < 200);
    equal(last.status, 429, `after ${tries} tries`);
    equal((await server.post("/api/v1/invitations/redeem", { secret: randomBytes(16).toString("hex"), name: "x", organisation: "", consent: true })).status, 429, "redeem as well");
    note(`limited after ${tries} tries`);
  },

  async "all the while honest requests were answered (at night: within a second), and the meeting lives"(note) {
    watching = false;
    await watch;
    note(`slowest honest request ${slowest} ms`);
    ok(slowest < (nightly ? 1000 : 3000), `${slowest} ms`);
    await guest.ask("chat", { text: "还在", key: "k1" });
    await until(() => host.chats().some((c) => c.text === "还在"), 2000, "the chat");
    equal(host.closed ?? guest.closed, undefined, "nobody was thrown out");
  },
};
