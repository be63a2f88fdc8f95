// Mail through a real mail server, posts to a real receiver, and what is done when either misbehaves.
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { equal, ok } from "../lib/expect.mjs";
import { certificates, genuine, MailServer, Receiver } from "../lib/outside.mjs";
import { bin, root, Server, sleep, until } from "../lib/server.mjs";

export const light = true;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "yunjian-delivery-"));
const HOST = "10.77.0.1"; // Not loopback: there TLS is required.
const open = [];
const keep = (x) => (open.push(x), x);

export async function close() {
  for (const x of open.reverse()) await x.close();
  rmSync(folder, { recursive: true, force: true });
}

function secretFile(name, text, mode = 0o600) {
  const path = join(folder, name);
  writeFileSync(path, `${text}\n`);
  chmodSync(path, mode);
  return path;
}

const certs = certificates(folder, HOST);
const mailEnv = (port, more = {}) => ({
  YUNJIAN_SMTP_URL: `smtp://${HOST}:${port}`,
  YUNJIAN_SMTP_FROM: "meetings@utility.example",
  YUNJIAN_SMTP_USER: "yunjian",
  YUNJIAN_SMTP_PASSWORD_FILE: secretFile("smtp", "p4ss"),
  YUNJIAN_DELIVERY_CA: certs.ca,
  ...more,
});
const gatewayEnv = (port) => ({ YUNJIAN_GATEWAY_URL: `http://127.0.0.1:${port}/sms`, YUNJIAN_GATEWAY_SECRET_FILE: secretFile("gateway", "g4teway") });

const send = (server, ...to) => Promise.all(to.map((t) => server.cli("outbox", "test", t)));
const waiting = (server) => server.cli("outbox", "list");
const failed = (server) => server.cli("outbox", "list", "failed");
const inDatabase = (server, sql) => execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", sql], { encoding: "utf8" }).trim();
const findings = async (server) => JSON.parse((await run(join(bin, "yunjian"), ["--json", "doctor"], { env: server.env, cwd: root }).catch((e) => e)).stdout).checks;

let server;
let mail;
let gateway;

export const tests = {
  async "mail goes by TLS with a login, and says what it should"() {
    mail = keep(new MailServer({ key: certs.key, cert: certs.cert }));
    gateway = keep(new Receiver("g4teway"));
    await mail.listen(HOST);
    await gateway.listen();
    server = keep(new Server({ env: { ...mailEnv(mail.port), ...gatewayEnv(gateway.port) } }));
    await server.start();
    await send(server, "li@example.cn");
    const m = await until(() => mail.of("li@example.cn")[0], 3000, "the mail has come");
    ok(m.secure && m.user === "yunjian", "encrypted, and logged in");
    equal(m.from, "meetings@utility.example", "envelope");
    equal(m.hello, "utility.example", "EHLO");
    equal(m.parsed.from.name, "云鉴", "name of the sender");
    equal(m.parsed.from.address, "meetings@utility.example", "address of the sender");
    equal(m.parsed.subject, "测试", "subject");
    ok(m.parsed.text.includes("这是云鉴的一条测试消息") && m.parsed.html.includes("这是云鉴的一条测试消息"), "both bodies");
    ok(/^Auto-Submitted: auto-generated\r$/m.test(m.raw), "answering machines keep still");
    const { delivery, state } = await until(async () => JSON.parse(inDatabase(server, "SELECT json_object('delivery', public_id, 'state', state, 'sealed', sealed IS NULL) FROM outbox WHERE state = 'sent'") || "null"), 3000, "it is on record");
    equal(m.parsed.messageId, `<${delivery}@utility.example>`, "Message-ID");
    equal(state, "sent", "state");
    equal(inDatabase(server, "SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL"), "0", "its content is gone");
  },

  async "greylisted, cut off half way, refused: each as it should be, and none holds up another"() {
    mail.rules.set("grey@example.cn", { later: 1 });
    mail.rules.set("cut@example.cn", { dies: 1 });
    mail.rules.set("unknown@example.cn", { refused: true });
    mail.rules.set("content@example.cn", { content: true });
    await send(server, "grey@example.cn", "unknown@example.cn", "content@example.cn", "fine@example.cn");
    await until(() => mail.of("fine@example.cn").length === 1, 2500, "the others go on");
    await send(server, "cut@example.cn");
    await until(() => mail.of("grey@example.cn").length === 1 && mail.of("cut@example.cn").length === 1, 9000, "both come at the second try");
    const list = await until(async () => ((await failed(server)).length === 2 ? failed(server) : undefined), 3000, "two have failed");
    const of = (to) => list.find((r) => r.to === to);
    equal(of("unknown@example.cn").error, "RCPT: 550 5.1.1 <unknown@example.cn> unknown", "why");
    ok(of("content@example.cn").error.startsWith("DATA: 554"), "why");
    ok(of("unknown@example.cn").state === "failed" && of("unknown@example.cn").attempts === 1, "not tried again");
    ok(!readFileSync(server.logFile, "utf8").includes("@example.cn"), "the log has no addresses");
    mail.rules.delete("unknown@example.cn");
    await server.cli("outbox", "retry", of("unknown@example.cn").delivery);
    await until(() => mail.of("unknown@example.cn").length === 1, 3000, "sent after all");
    await until(async () => (await waiting(server)).length === 0, 3000, "nothing waits");
    equal(mail.of("grey@example.cn").length, 1, "once");
  },

  async "posts are signed, tried again while the receiver is ill, and one that hangs holds up nobody"() {
    const seen = new Map();
    let release;
    const hang = new Promise((done) => (release = done));
    gateway.answer = ({ json }) => {
      const n = (seen.get(json.to.phone) ?? 0) + 1;
      seen.set(json.to.phone, n);
      if (json.to.phone === "13800000001") return n === 1 ? 500 : 200;
      if (json.to.phone === "13800000002") return 400;
      if (json.to.phone === "13800000003") return n === 1 ? { status: 429, headers: { "retry-after": "3" } } : 204;
      if (json.to.phone === "13800000004") return n === 1 ? { status: 302, headers: { location: "/elsewhere" } } : 204;
      return json.to.phone === "13800000005" && n === 1 ? { status: 204, hold: hang } : 204;
    };
    await send(server, "13800000005");
    await until(() => seen.get("13800000005") === 1, 3000, "one hangs");
    const begun = Date.now();
    await send(server, "13800000001", "13800000002", "13800000003", "13800000004", "13800000006");
    await until(() => seen.get("13800000006") === 1, 2500, "the others go on");
    await until(() => ["1", "3", "4"].every((n) => seen.get(`1380000000${n}`) === 2), 9000, "tried again");
    release();
    for (const p of gateway.posts) ok(p.genuine, `signature of ${p.event}`);
    const of = (phone) => gateway.posts.filter((p) => p.json.to.phone === phone);
    ok(of("13800000003")[1].at - begun >= 2900, "Retry-After counts");
    for (const [a, b] of ["1", "3", "4"].map((n) => of(`1380000000${n}`))) equal(a.delivery, b.delivery, "the same delivery");
    equal(new Set(gateway.posts.map((p) => p.delivery)).size, 6, "each its own id");
    ok(gateway.posts.every((p) => p.path === "/sms"), "no redirect is followed");
    equal(of("13800000001")[0].headers["content-type"], "application/json; charset=utf-8", "type");
    equal(of("13800000001")[0].json.text, "【云鉴】测试", "what a phone would show");
    await until(async () => (await failed(server)).some((r) => r.to === "13800000002" && r.error === "answered 400"), 3000, "400 is for good");
    const forged = of("13800000001")[0];
    ok(!genuine("other", forged.headers, forged.body) && !genuine("g4teway", forged.headers, Buffer.from("{}")), "another secret or body is not genuine");
    ok(!genuine("g4teway", forged.headers, forged.body, Date.now() / 1000 + 400), "nor an old one");
  },

  async "the example of the manual is what it says"() {
    const text = readFileSync(join(root, "docs/delivery.md"), "utf8");
    const [, secret, at, delivery, body, signature] = /secret +(\S+)\n +timestamp +(\S+)\n +delivery +(\S+)\n +body +(\S+)\n +signature +(\S+)/.exec(text);
    const headers = { "x-yunjian-timestamp": at, "x-yunjian-delivery": delivery, "x-yunjian-signature": signature };
    ok(genuine(secret, headers, Buffer.from(body), Number(at)), "genuine");
  },

  async "nobody there: all waits, and goes when somebody is"() {
    const { port } = gateway;
    await gateway.close();
    await send(server, "13900000001", "13900000002");
    await until(async () => (await waiting(server)).filter((r) => r.attempts > 0).length > 0, 4000, "tried");
    const metrics = await server.request("/healthz");
    equal(metrics.status, 200, "the server is well");
    gateway = keep(new Receiver("g4teway"));
    await gateway.listen(port);
    await until(() => gateway.posts.length === 2, 9000, "both have come");
  },

  async "kill -9 between sending and record: it comes again under the same id; one before sending comes"() {
    const { port } = gateway;
    let release;
    const hold = new Promise((done) => (release = done));
    gateway.answer = () => ({ status: 204, hold });
    await send(server, "13700000001");
    const first = await until(() => gateway.posts.find((p) => p.json.to.phone === "13700000001"), 3000, "received, not answered");
    await server.kill();
    await gateway.close();
    release();
    await send(server, "13700000002", "13700000003"); // Put in while there is no server and no receiver.
    await server.start();
    await sleep(700);
    await server.kill();
    gateway = keep(new Receiver("g4teway"));
    await gateway.listen(port);
    await server.start();
    await until(() => ["1", "2", "3"].every((n) => gateway.posts.some((p) => p.json.to.phone === `1370000000${n}`)), 9000, "all have come");
    equal(gateway.posts.find((p) => p.json.to.phone === "13700000001").delivery, first.delivery, "the same id");
    await until(async () => (await waiting(server)).length === 0, 3000, "nothing waits");
  },

  async "no TLS, a wrong authority, a wrong password: no mail leaves, nothing is lost, the doctor says why"() {
    const bare = keep(new MailServer({ disabledCommands: ["STARTTLS"], authOptional: true }));
    await bare.listen(HOST);
    const of = async (env, check, want) => {
      const s = keep(new Server({ env }));
      await s.start();
      await send(s, "li@example.cn");
      const [row] = await until(async () => ((await waiting(s))[0]?.attempts > 0 ? waiting(s) : undefined), 4000, `${check} is tried`);
      ok(want.test(row.error), `${row.error} is ${want}`);
      const found = (await findings(s)).find((c) => c.check === check);
      ok(found?.verdict === "wrong" && found.do.length > 10, `the doctor finds ${check}`);
      await s.stop();
    };
    await Promise.all([
      of(mailEnv(bare.port, { YUNJIAN_SMTP_USER: "" }), "mail.silent", /SSL|TLS/i),
      of(mailEnv(mail.port, { YUNJIAN_DELIVERY_CA: "" }), "mail.silent", /certificate|SSL/i),
      of(mailEnv(mail.port, { YUNJIAN_SMTP_PASSWORD_FILE: secretFile("wrong", "wrong") }), "mail.silent", /535/),
      of(mailEnv(mail.port, { YUNJIAN_SMTP_PASSWORD_FILE: secretFile("shown", "p4ss", 0o644) }), "delivery.wrong", /smtp_password_file/),
    ]);
    equal(bare.mails.length, 0, "nothing in the clear");
    const here = (await findings(server)).map((c) => c.check);
    ok(here.includes("mail.fine") && here.includes("gateway.fine"), "and that all is well where it is");
  },
};
