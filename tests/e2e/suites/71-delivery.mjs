// Mail through a real mail server, posts to a real receiver, and what is done when either misbehaves.
import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ICAL from "ical.js";
import { account } from "../lib/account.mjs";
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

/** The calendar entry as a calendar reads it, and what of RFC 5545 a reader forgives. */
function entry(text) {
  ok(/\r\n$/.test(text) && !/[^\r]\n/.test(text), "lines end with CR LF");
  for (const line of Buffer.from(text).toString("latin1").split("\r\n")) ok(line.length <= 75, `${line.length} octets in a line`);
  ok(!text.split("\r\n").some((l) => l.includes("\uFFFD")), "no character is cut");
  const calendar = new ICAL.Component(ICAL.parse(text));
  const zone = calendar.getFirstSubcomponent("vtimezone");
  if (zone !== null) ICAL.TimezoneService.register(zone);
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent"));
  return { method: calendar.getFirstPropertyValue("method"), uid: event.uid, sequence: event.sequence, summary: event.summary, description: event.description, starts: event.startDate.toJSDate(), ends: event.endDate.toJSDate(), zone: event.startDate.zone.tzid, organizer: event.organizer, alarm: event.component.getFirstSubcomponent("valarm")?.getFirstPropertyValue("trigger").toSeconds(), url: event.component.getFirstPropertyValue("url") };
}
/** Of the alternatives and the file alike, which must not differ; byte by byte, since the parser changes line ends. */
function calendarOf(m) {
  const bodies = [...m.raw.matchAll(/^Content-Type: (?:text\/calendar|application\/ics)[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/gm)].map((x) => Buffer.from(x[1], "base64").toString());
  equal(bodies.length, 2, "twice in the mail");
  equal(bodies[0], bodies[1], "the same");
  ok(m.parsed.attachments.some((a) => a.filename === "invitation.ics"), "as a file too");
  return entry(bodies[0]);
}

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
    await until(async () => (await failed(server)).some((r) => r.to === "138****0002" && r.error === "answered 400"), 3000, "400 is for good");
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

  async "who is invited hears of it, of a new time and of the end of it, and the calendar follows"() {
    gateway.answer = () => 204;
    const shen = await account(server, "shen", "manager", "沈知远", "供电公司");
    const project = (await shen.want(201, "POST", "/projects", { title: "锦澜精密制造 10 kV", customer: "锦澜" })).id;
    const starts = new Date(Math.ceil(Date.now() / 3600_000) * 3600_000 + 72 * 3600_000);
    const people = [
      { name: "李雯", role: "customer", email: "li.wen@example.cn", phone: "138 0013 8000" },
      { name: "周工", role: "designer", email: "zhou@example.cn" },
      { name: "无址", role: "contractor" },
    ];
    const body = { kind: "review", title: "锦澜精密制造 10 kV 业扩工程，主接线与继电保护", agenda: "一、主接线\n二、继电保护", starts_at: starts.toISOString(), duration_min: 90, record_auto: true };
    const made = await shen.want(201, "POST", `/projects/${project}/meetings`, { ...body, participants: people });
    const li = made.invitations.find((i) => i.name === "李雯");
    const invited = await until(() => mail.of("li.wen@example.cn")[0], 4000, "the mail has come");
    ok(invited.parsed.text.includes(li.url) && invited.parsed.html.includes(li.url), "with the link");
    ok(/录制/.test(invited.parsed.text) && /摄像头/.test(invited.parsed.text) && /UTC\+08:00/.test(invited.parsed.text), "what will be needed, that it is recorded, and when");
    ok(invited.parsed.subject.startsWith(`会议邀请：${body.title}，`), invited.parsed.subject);
    equal(invited.parsed.to[0].name, "李雯", "by her name");
    const first = calendarOf(invited);
    equal(first.method, "REQUEST", "method");
    equal(first.zone, "Asia/Shanghai", "zone");
    equal(first.starts.getTime(), starts.getTime(), "begins");
    equal(first.ends - first.starts, 90 * 60_000, "lasts");
    equal(first.url, li.url, "leads in");
    equal(first.alarm, -900, "reminds");
    ok(first.summary.includes(body.title) && first.description.includes("二、继电保护"), "says what");
    equal(first.organizer, "mailto:meetings@utility.example", "organizer");
    const short = await until(() => gateway.posts.find((p) => p.json.to.phone === "13800138000" && p.event === "invitation"), 3000, "the short message");
    ok(short.genuine && short.json.link === li.url && short.json.text.includes(li.url), "has the link");
    equal(short.json.meeting.starts_at, starts.toISOString(), "and the parts");
    await until(async () => {
      const { invitations } = await shen.want(200, "GET", `/meetings/${made.id}/invitations`);
      const of = (name) => invitations.find((i) => i.name === name);
      return of("李雯").state === "sent" && of("周工").state === "sent" && of("无址").state === "new";
    }, 3000, "the list says who was told");

    const head = await shen.call("GET", `/meetings/${made.id}`);
    const moved = new Date(starts.getTime() + 24 * 3600_000);
    const put = await shen.call("PUT", `/meetings/${made.id}`, { ...body, host: "", starts_at: moved.toISOString(), reason: "设计图未完成" }, { "if-match": head.headers.etag });
    equal(put.status, 200, put.text);
    const again = await until(() => mail.of("li.wen@example.cn")[1], 4000, "of the new time");
    const second = calendarOf(again);
    equal(second.uid, first.uid, "the same entry");
    ok(second.sequence > first.sequence && second.method === "REQUEST", "a later one");
    equal(second.starts.getTime(), moved.getTime(), "moved");
    equal(second.url, li.url, "the link is still there");
    ok(again.parsed.subject.startsWith("会议改期：") && again.parsed.text.includes("设计图未完成"), "and why");

    const secret = li.url.split("#")[1];
    const byLink = await server.post("/api/v1/invitations/ics", { secret });
    equal(byLink.headers["content-type"], "text/calendar; charset=utf-8", byLink.text);
    equal(entry(byLink.text).uid, first.uid, "the same entry by the link");
    equal((await server.post("/api/v1/invitations/ics", { secret: "0".repeat(secret.length) })).status, 404, "by no link none");
    const redeemed = await server.post("/api/v1/invitations/redeem", { secret, name: "李雯", organisation: "锦澜", phone: "13800138000", consent: true });
    const inside = await server.request(`/api/v1/meetings/${made.id}/invitation.ics`, { headers: { cookie: redeemed.headers["set-cookie"].map((c) => c.split(";")[0]).join("; ") } });
    equal(entry(inside.text).uid, first.uid, "and by who is in");
    equal((await shen.call("GET", `/meetings/${made.id}/invitation.ics`)).status, 200, "the host has it too");

    equal(inDatabase(server, `SELECT COUNT(*) FROM outbox WHERE kind = 'reminder' AND state = 'waiting' AND next_at = ${moved.getTime() - 3600_000}`), "3", "reminders wait for their time");
    inDatabase(server, "UPDATE outbox SET next_at = 1 WHERE kind = 'reminder' AND state = 'waiting' AND recipient = 'zhou@example.cn'");
    await until(() => mail.of("zhou@example.cn").find((m) => m.parsed.subject.startsWith("会议提醒：")), 3000, "one whose time has come");

    const cancel = await shen.call("POST", `/meetings/${made.id}/cancel`, { reason: "客户撤回申请" }, { "if-match": put.headers.etag });
    equal(cancel.status, 200, cancel.text);
    const end = await until(() => mail.of("li.wen@example.cn").find((m) => m.parsed.subject.startsWith("会议取消：")), 4000, "of the end");
    const third = calendarOf(end);
    ok(third.method === "CANCEL" && third.uid === first.uid && third.sequence > second.sequence, "taken out of the calendar");
    ok(end.parsed.text.includes("客户撤回申请"), "and why");
    equal(inDatabase(server, "SELECT COUNT(*) FROM outbox WHERE kind = 'reminder' AND state = 'waiting'"), "0", "no reminder is left");
  },

  async "a link that waits to be sent lies in no file in clear"() {
    const shen = await account(server, "fang", "manager");
    const project = (await shen.want(201, "POST", "/projects", { title: "乙", customer: "锦澜" })).id;
    mail.rules.set("later@example.cn", { later: 1 });
    const made = await shen.want(201, "POST", `/projects/${project}/meetings`, { kind: "survey", title: "乙", starts_at: new Date(Date.now() + 86400_000).toISOString(), record_auto: false, participants: [{ name: "迟", role: "customer", email: "later@example.cn" }] });
    await until(async () => (await waiting(server)).some((r) => r.to === "later@example.cn" && r.attempts === 1), 3000, "it waits");
    const secret = made.invitations[0].url.split("#")[1];
    for (const name of readdirSync(server.env.YUNJIAN_DATA)) {
      const path = join(server.env.YUNJIAN_DATA, name);
      if (statSync(path).isFile()) ok(!readFileSync(path).includes(secret), `${name} holds the link`);
    }
    ok(!readFileSync(server.logFile).includes(secret), "nor does the log");
    await until(() => mail.of("later@example.cn").length === 1, 6000, "sent");
    ok(mail.of("later@example.cn")[0].parsed.text.includes(secret), "with the link");
    const { deliveries } = await shen.want(200, "GET", `/meetings/${made.id}/deliveries`);
    equal(deliveries.map((d) => `${d.kind} ${d.way} ${d.to}`).sort().join(), "invitation mail later@example.cn,reminder mail later@example.cn", "on the meeting's list");
    equal((await shen.call("POST", `/meetings/${made.id}/deliveries/${deliveries.find((d) => d.kind === "invitation").delivery}/retry`)).status, 409, "what was sent is not sent again");
    const invitation = made.invitations[0].id;
    equal((await shen.call("POST", `/meetings/${made.id}/invitations/${invitation}/revoke`)).status, 204, "taken back");
    const end = await until(() => mail.of("later@example.cn")[1], 4000, "told so");
    ok(end.parsed.subject.startsWith("邀请收回：") && calendarOf(end).method === "CANCEL", "and the calendar too");
  },
};
