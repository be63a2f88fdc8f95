// Meetings over the interface: scheduled with their people, changed by two, moved, cancelled; invitations and what is
// known of who comes; attendance; telephone numbers; project links.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { account } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Receiver } from "../lib/outside.mjs";
import { Person, redeem, secretOf } from "../lib/person.mjs";
import { Server, sleep, until } from "../lib/server.mjs";

export const light = true; // no browsers

const folder = mkdtempSync(join(tmpdir(), "yunjian-meetings-"));
const gateway = new Receiver("g4teway"); // What the utility attaches its text messages to.
let server;
const people = [];
const PHONE = "13812345678";
const MASKED = "138****5678";
let a; // accounts
let project;
let meeting;
let invited; // by name

export async function close() {
  for (const p of people) p.close();
  await server?.close();
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
}

const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
const as = (token) => ({ headers: { cookie: `__Host-yj=${token}` } });
const read = async (token, path) => (await server.request(`/api/v1${path}`, as(token))).json();
const sql = (text) => execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", text], { encoding: "utf8" }).trim();
const body = (m, change = {}) => ({ kind: m.kind, title: m.title, agenda: m.agenda, host: m.host, starts_at: m.starts_at, duration_min: m.duration_min, record_auto: m.record_auto, ...change });
const tag = (m) => ({ "if-match": `"${m.version}"` });
const plan = (change = {}) => ({ kind: "review", title: "云审图", starts_at: at(60), record_auto: false, ...change });

/** Refused, with this status and a word of what is wrong. */
async function refused(answer, status, word, what) {
  const rs = await answer;
  equal(rs.status, status, `${what}: ${rs.text}`);
  ok(rs.json().detail.includes(word), `${what}: ${rs.json().detail}`);
  return rs.json();
}

export const tests = {
  async "a meeting is scheduled with its agenda, host, people and links, as one change"() {
    const secret = join(folder, "gateway");
    writeFileSync(secret, "g4teway\n", { mode: 0o600 });
    await gateway.listen();
    server = new Server({ env: { YUNJIAN_GATEWAY_URL: `http://127.0.0.1:${gateway.port}/sms`, YUNJIAN_GATEWAY_SECRET_FILE: secret } });
    await server.start();
    a = {};
    for (const [login, role, name] of [["shen", "manager", "沈知远"], ["qian", "manager", "钱多"], ["lin", "expert", "林工"], ["zhao", "supervisor", "赵主任"], ["sun", "auditor", "孙"]]) a[login] = await account(server, login, role, name, "供电公司");
    project = (await a.shen.want(201, "POST", "/projects", { title: "锦澜精密制造 10 kV 业扩工程", customer: "锦澜精密制造" })).id;
    meeting = await a.shen.want(201, "POST", `/projects/${project}/meetings`, plan({
      agenda: "供电方案核对\n接地电阻",
      duration_min: 90,
      participants: [
        { role: "customer", name: "陈立", organisation: "锦澜精密制造", phone: "+86 138-1234-5678", email: "chen@jinlan.example" },
        { role: "designer", name: "周工", organisation: "设计院" },
        { account: a.lin.id },
        { account: a.qian.id },
      ],
    }));
    invited = Object.fromEntries(meeting.invitations.map((i) => [i.name, i]));
    equal(Object.keys(invited).join(), "陈立,周工,林工,钱多", "all are invited");
    ok(invited["陈立"].url.startsWith(`${server.url}/j#`) && invited["林工"].url === `${server.url}/m/${meeting.id}`, "links for guests, the page for accounts");
    equal(invited["钱多"].role, "expert", "a manager takes part in another's meeting as an expert");
    const m = await a.shen.want(200, "GET", `/meetings/${meeting.id}`);
    equal([m.agenda, m.duration_min, m.host, m.host_name, m.state, m.version].join("|"), `供电方案核对\n接地电阻|90|${a.shen.id}|沈知远|scheduled|1`, "the meeting");
    equal(JSON.stringify(m.rights), JSON.stringify({ invite: true, edit: true, cancel: true, archive: false, join: true, replay: true, devices: true }), "rights");
    equal(sql(`SELECT group_concat(what) FROM (SELECT what FROM audit WHERE object = '${meeting.id}' ORDER BY id)`), "meeting.add,invitation.add,invitation.add,invitation.add,invitation.add", "the audit log");
  },

  async "what cannot be scheduled is refused whole, and says what is wrong with it"() {
    const before = sql("SELECT (SELECT COUNT(*) FROM meeting), (SELECT COUNT(*) FROM invitation), (SELECT COUNT(*) FROM audit)");
    const post = (change, who = a.shen) => who.call("POST", `/projects/${project}/meetings`, plan(change));
    const person = (p) => ({ participants: [{ role: "customer", name: "好" }, p] });
    for (const [what, change, word] of [
      ["in the past", { starts_at: at(-11) }, "past"],
      ["in three years", { starts_at: at(3 * 365 * 24 * 60) }, "two years"],
      ["a time that is none", { starts_at: "tomorrow" }, "starts_at"],
      ["no time", { starts_at: undefined }, "starts_at"],
      ["four minutes", { duration_min: 4 }, "duration_min"],
      ["thirteen hours", { duration_min: 780 }, "duration_min"],
      ["an unknown kind", { kind: "party" }, "kind"],
      ["no title", { title: "" }, "title"],
      ["an agenda without end", { agenda: "x".repeat(2001) }, "agenda"],
      ["an unknown host", { host: "0".repeat(32) }, "host"],
      ["a host who may not", { host: a.sun.id }, "host"],
      ["an unknown account", person({ account: "0".repeat(32) }), "participants, 2: account"],
      ["an auditor", person({ account: a.sun.id }), "participants, 2: account"],
      ["the host", person({ account: a.shen.id }), "participants, 2: account"],
      ["nobody's role", person({ name: "x" }), "participants, 2: role"],
      ["an administrator by link", person({ name: "x", role: "admin" }), "role"],
      ["no number", person({ role: "customer", phone: "12" }), "participants, 2: phone"],
      ["no address", person({ role: "customer", email: "a@b..cn" }), "participants, 2: email"],
      ["a link that has run out", person({ role: "customer", expires_at: at(-1) }), "participants, 2: expires_at"],
      ["61 people", { participants: Array.from({ length: 61 }, () => ({ role: "customer" })) }, "participants"],
    ])
      await refused(post(change), 400, word, what);
    await refused(post({ participants: [{ account: a.lin.id }, { account: a.lin.id }] }), 409, "already", "one twice");
    equal((await post({}, a.qian)).status, 404, "another manager's project");
    equal((await post({}, a.zhao)).status, 403, "a supervisor reads only");
    equal((await a.shen.call("POST", `/projects/${"0".repeat(32)}/meetings`, plan())).status, 404, "an unknown project");
    equal(sql("SELECT (SELECT COUNT(*) FROM meeting), (SELECT COUNT(*) FROM invitation), (SELECT COUNT(*) FROM audit)"), before, "nothing is left of any of them");
  },

  async "the lists: mine, all, to come, past, of a project, by kind and by words"() {
    const titles = async (who, query) => (await who.want(200, "GET", `/meetings?${query}`)).meetings.map((m) => m.title).join();
    await a.qian.want(201, "POST", "/projects", { title: "望江食品", customer: "望江" }).then((p) => a.qian.want(201, "POST", `/projects/${p.id}/meetings`, plan({ kind: "survey", title: "云勘察", starts_at: at(30), host: a.lin.id })));
    for (const [who, query, want] of [
      [a.shen, "", "云审图"],
      [a.lin, "when=upcoming", "云勘察,云审图"],
      [a.lin, "", "云审图,云勘察"],
      [a.qian, "when=upcoming", "云勘察,云审图"],
      [a.zhao, "when=upcoming", "云勘察,云审图"],
      [a.zhao, "scope=mine", ""],
      [a.sun, "kind=survey", "云勘察"],
      [a.zhao, `project=${project}`, "云审图"],
      [a.zhao, `project=${"0".repeat(32)}`, ""],
      [a.zhao, `q=${encodeURIComponent("锦澜精密")}`, "云审图"],
      [a.zhao, `q=${encodeURIComponent("勘")}`, "云勘察"],
      [a.lin, `q=${encodeURIComponent("接地")}`, "云审图"],
      [a.shen, `q=${encodeURIComponent("望江")}`, ""],
      [a.zhao, "when=past", ""],
    ])
      equal(await titles(who, query), want, `${who.login}: ${query}`);
    for (const query of ["when=never", "kind=party", "scope=yours", "cursor=x", "when=upcoming&cursor=1"]) equal((await a.zhao.get(`/meetings?${query}`)).status, 400, query);
    equal((await a.shen.get("/meetings?scope=all")).status, 403, "a manager has his own");
    equal((await a.shen.want(200, "GET", `/projects/${project}/meetings`)).meetings.length, 1, "of the project");
  },

  async "two who change it: the second is told what there is now; without a version nothing is changed"() {
    const m = await a.shen.want(200, "GET", `/meetings/${meeting.id}`);
    const put = (change, headers) => a.shen.call("PUT", `/meetings/${meeting.id}`, body(m, change), headers);
    await refused(put({ title: "x" }, {}), 428, "If-Match", "no version");
    const one = await put({ title: "云审图(二)" }, tag(m));
    equal(one.status, 200, one.text);
    equal(one.headers.etag, '"2"', "its new version");
    const late = await refused(put({ title: "云审图(三)" }, tag(m)), 412, "changed", "the second");
    equal(`${late.current.title} ${late.current.version}`, "云审图(二) 2", "with what there is now");
    equal((await a.shen.call("PUT", `/meetings/${meeting.id}`, { title: "x" }, { "if-match": '"2"' })).status, 400, "what is left out would be lost");
    equal((await a.lin.call("PUT", `/meetings/${meeting.id}`, body(m), { "if-match": '"2"' })).status, 403, "an expert who is invited");
    equal((await a.zhao.call("PUT", `/meetings/${meeting.id}`, body(m), { "if-match": '"2"' })).status, 403, "a supervisor");
    await refused(put({ starts_at: at(-60) }, { "if-match": '"2"' }), 400, "past", "into the past");
  },

  async "moving it keeps the time that was, and the links last as long after it as before"() {
    const expires = () => Number(sql(`SELECT expires_at FROM invitation WHERE public_id = '${invited["周工"].id}'`));
    const m = await a.shen.want(200, "GET", `/meetings/${meeting.id}`);
    const before = expires();
    const later = new Date(Date.parse(m.starts_at) + 86_400_000).toISOString();
    const rs = await a.shen.call("PUT", `/meetings/${meeting.id}`, body(m, { starts_at: later, reason: "客户改期" }), tag(m));
    equal(rs.status, 200, rs.text);
    const [t] = rs.json().times;
    equal([t.who, t.from, t.to, t.reason].join("|"), `沈知远|${m.starts_at}|${later}|客户改期`, "the time that was");
    equal(expires() - before, 86_400_000, "ms later");
    equal(sql(`SELECT sequence FROM meeting WHERE public_id = '${meeting.id}'`), "1", "the calendar entry's number");
    equal((await a.lin.want(200, "GET", "/meetings?when=upcoming")).meetings.at(-1).starts_at, later, "in the list of who is invited");
    equal(sql("SELECT what FROM audit ORDER BY id DESC LIMIT 1"), "meeting.reschedule", "the audit log");
  },

  async "an invitation's way: made, opened, redeemed; sent anew, run out, taken back"() {
    const list = async () => Object.fromEntries((await a.shen.want(200, "GET", `/meetings/${meeting.id}/invitations`)).invitations.map((i) => [i.name, i]));
    const look = (url) => server.post("/api/v1/invitations/look", { secret: secretOf(url) });
    const zhou = invited["周工"];
    equal((await list())["周工"].state, "new", "made");
    equal((await look(zhou.url)).json().agenda, "供电方案核对\n接地电阻", "what it shows");
    equal((await list())["周工"].state, "opened");
    const again = await a.shen.want(200, "POST", `/meetings/${meeting.id}/invitations/${zhou.id}/resend`);
    equal((await look(zhou.url)).status, 404, "the old link is none any more");
    equal((await look(again.url)).status, 200, "the new one is good");
    sql(`UPDATE invitation SET expires_at = 1 WHERE public_id = '${zhou.id}'`);
    equal((await look(again.url)).json().state, "expired");
    equal((await list())["周工"].state, "expired");
    const third = await a.shen.want(200, "POST", `/meetings/${meeting.id}/invitations/${zhou.id}/resend`);
    const { token } = (await server.post("/api/v1/invitations/redeem", { secret: secretOf(third.url), name: "周 工", organisation: "设计院", phone: PHONE, consent: true })).json();
    equal((await list())["周工"].state, "redeemed");
    equal((await server.request(`/api/v1/meetings/${meeting.id}`, as(token))).status, 200, "she sees the meeting's page");
    await a.shen.want(204, "POST", `/meetings/${meeting.id}/invitations/${zhou.id}/revoke`);
    equal((await server.request(`/api/v1/meetings/${meeting.id}`, as(token))).status, 401, "taken back");
    equal((await look(third.url)).json().state, "revoked");
    await refused(a.shen.call("POST", `/meetings/${meeting.id}/invitations/${zhou.id}/resend`), 409, "anew", "no way back");
    equal((await a.lin.get(`/meetings/${meeting.id}/invitations`)).status, 403, "an expert");
    await a.shen.want(204, "POST", `/meetings/${meeting.id}/invitations/${invited["钱多"].id}/revoke`);
    equal((await a.qian.get(`/meetings/${meeting.id}`)).status, 404, "an account whose invitation was taken back sees nothing");
    equal((await a.qian.want(200, "GET", "/meetings")).meetings.some((m) => m.id === meeting.id), false, "nor in the list");
    await a.shen.want(201, "POST", `/meetings/${meeting.id}/invitations`, { account: a.qian.id });
    equal((await a.qian.get(`/meetings/${meeting.id}`)).status, 200, "and once more");
    equal((await a.shen.call("POST", `/meetings/${meeting.id}/invitations/${"0".repeat(32)}/revoke`)).status, 404, "an unknown one");
  },

  async "who comes: how it is known who it is, and the number for the host alone"() {
    const chen = (await server.post("/api/v1/invitations/redeem", { secret: secretOf(invited["陈立"].url), name: "陈立", organisation: "锦澜", phone: "", consent: true })).json();
    equal(chen.identity, "invitation_name_matched");
    equal(sql(`SELECT phone FROM participant WHERE public_id = '${chen.participant}'`), PHONE, "confirmed, not typed again");
    const open = await a.shen.want(201, "POST", `/meetings/${meeting.id}/invitations`, { role: "customer" });
    const other = (await server.post("/api/v1/invitations/redeem", { secret: secretOf(open.url), name: "张三", organisation: "", phone: "(0571) 8765-4321", consent: true })).json();
    equal(other.identity, "stated_unverified");
    equal((await server.post("/api/v1/invitations/redeem", { secret: secretOf(open.url), name: "张三", organisation: "", phone: PHONE, consent: false })).status, 400, "without consent");
    equal((await server.post("/api/v1/invitations/redeem", { secret: secretOf(open.url), name: "张三", organisation: "", phone: "x", consent: true })).status, 400, "with no number");
    await refused(server.post("/api/v1/invitations/redeem", { secret: secretOf(open.url), name: "张三", organisation: "", consent: true }), 400, "phone", "a guest says how to reach her");
    const hostToken = (await a.shen.want(201, "POST", `/meetings/${meeting.id}/join`, { consent: true })).token;
    const linToken = (await a.lin.want(201, "POST", `/meetings/${meeting.id}/join`, { consent: true })).token;
    const person = async (token, name) => {
      const p = new Person(server, token, name);
      people.push(p);
      await p.connect();
      return p;
    };
    const host = await person(hostToken, "host");
    await host.ask("join");
    const guest = await person(chen.token, "chen");
    equal((await guest.ask("join")).state, "waiting");
    const knock = await until(() => host.notices.find((n) => n.type === "waiting"), 3000, "somebody knocks");
    equal(`${knock.identity} ${knock.phone}`, `invitation_name_matched ${PHONE}`, "what the host sees at the door");
    await host.ask("admit", { participant: knock.participant });
    await until(() => guest.notices.some((n) => n.type === "admitted"), 3000, "let in");
    const expert = await person(linToken, "lin");
    equal((await expert.ask("join")).state, "in", "who is invited by account goes straight in");
    await sleep(1200);
    await guest.ask("leave");
    await until(async () => (await read(hostToken, `/meetings/${meeting.id}/attendance`)).people.some((p) => p.name === "陈立" && p.present_ms > 0 && !p.here), 3000, "gone");
    const all = Object.fromEntries((await read(hostToken, `/meetings/${meeting.id}/attendance`)).people.map((p) => [p.name, p]));
    ok(all["陈立"].present_ms >= 1000 && all["陈立"].spans.length === 1, JSON.stringify(all["陈立"]));
    equal([all["陈立"].identity, all["张三"].identity, all["林工"].identity].join(), "invitation_name_matched,stated_unverified,account");
    equal(all["张三"].joined_at, null, "at the door, and never in");
    ok(all["林工"].here && all["林工"].left_at === null, "still there");
    const [total] = (await a.shen.want(200, "GET", `/projects/${project}/attendance`)).people.filter((p) => p.name === "陈立");
    equal(`${total.meetings} ${total.present_ms === all["陈立"].present_ms}`, "1 true", "and of the project");
  },

  async "every route that shows a number masks it but for the host"() {
    const chen = await read((await redeem(server, (await a.shen.want(201, "POST", `/meetings/${meeting.id}/invitations`, { role: "customer", name: "陈立", phone: PHONE })).url, "陈立")).token, `/meetings/${meeting.id}`);
    ok(JSON.stringify(chen).includes(MASKED), "a guest sees the others' masked");
    const tokens = { lin: a.lin.token(), zhao: a.zhao.token(), sun: a.sun.token(), qian: a.qian.token() };
    const open = await a.shen.want(201, "POST", `/meetings/${meeting.id}/invitations`, { role: "customer", phone: PHONE });
    const link = await a.shen.want(201, "POST", `/projects/${project}/links`, { name: "吴工", role: "contractor", phone: PHONE });
    const linked = (await server.post("/api/v1/links/redeem", { secret: secretOf(link.url), name: "吴工", organisation: "", phone: "" })).json();
    const paths = [`/meetings/${meeting.id}`, `/meetings/${meeting.id}/attendance`, `/meetings/${meeting.id}/invitations`, `/projects/${project}/attendance`, `/projects/${project}/links`, "/link", "/meetings", "/audit"];
    let shown = 0;
    for (const [who, token] of [...Object.entries(tokens), ["link", linked.token]])
      for (const path of paths) {
        const { status, text } = await server.request(`/api/v1${path}`, as(token));
        ok(!text.includes(PHONE), `${who} ${path}: shows the number`);
        if (status === 200 && text.includes(MASKED)) shown++;
      }
    ok(shown >= 8, `${shown} answers showed it masked`);
    for (const [path, secret] of [["/invitations/look", open.url], ["/links/look", link.url]]) {
      const { text } = await server.post(`/api/v1${path}`, { secret: secretOf(secret) });
      ok(text.includes(MASKED) && !text.includes(PHONE), `${path}: ${text}`);
    }
    for (const path of paths.slice(0, 3)) ok((await a.shen.get(path)).text.includes(PHONE), `the host: ${path}`);
    for (const path of paths.slice(4, 5)) ok(!(await a.shen.get(path)).text.includes(PHONE), `of no meeting of hers: ${path}`);
    const m = await a.qian.want(200, "GET", "/meetings?kind=survey"); // of whose project she is the manager, and another the host
    await a.qian.want(201, "POST", `/meetings/${m.meetings[0].id}/invitations`, { role: "customer", name: "何", phone: PHONE });
    ok(!(await a.qian.get(`/meetings/${m.meetings[0].id}/invitations`)).text.includes(PHONE), "the project's manager who is not the host");
    ok(sql("SELECT group_concat(detail) FROM audit").includes(PHONE) === false, "the audit log has no numbers");
  },

  async "under way: its words may change, its time may not, and it is not cancelled but ended"() {
    const m = await a.shen.want(200, "GET", `/meetings/${meeting.id}`);
    equal(m.state, "live");
    const put = (change) => a.shen.call("PUT", `/meetings/${meeting.id}`, body(m, change), tag(m));
    await refused(put({ starts_at: at(600) }), 409, "under way", "moved");
    await refused(put({ host: a.lin.id }), 409, "under way", "another host");
    await refused(a.shen.call("POST", `/meetings/${meeting.id}/cancel`, { reason: "x" }, tag(m)), 409, "end it", "cancelled");
    equal((await put({ title: "改了名" })).status, 200, "another title");
    const late = new Person(server, (await a.lin.want(201, "POST", `/meetings/${meeting.id}/join`, { consent: true })).token, "late");
    people.push(late);
    equal((await late.connect()).meeting.title, "改了名", "who comes now reads the new one");
    const v = await a.shen.want(200, "GET", `/meetings/${meeting.id}`);
    await refused(a.shen.call("POST", `/meetings/${meeting.id}/archive`, undefined, tag(v)), 409, "ended", "archived before its end");
    await server.cli("meeting", "end", meeting.id);
    const over = await refused(a.shen.call("PUT", `/meetings/${meeting.id}`, body(v), tag(v)), 410, "ended", "changed after its end");
    equal(over.state, "ended");
    const archived = await a.shen.call("POST", `/meetings/${meeting.id}/archive`, undefined, tag(v));
    equal(archived.json().state, "archived", archived.text);
    equal((await a.shen.want(200, "GET", "/meetings?when=past")).meetings[0].state, "archived");
    equal((await a.shen.call("POST", `/meetings/${meeting.id}/join`, { consent: true })).status, 410, "nobody comes in");
  },

  async "a cancelled meeting says so with its reason wherever it is met, and nobody enters"() {
    const m = await a.shen.want(201, "POST", `/projects/${project}/meetings`, plan({ participants: [{ role: "customer", name: "陈立", phone: PHONE }, { account: a.lin.id }] }));
    const [link] = m.invitations;
    const early = new Person(server, (await redeem(server, link.url, "陈立")).token, "early");
    people.push(early);
    await early.connect();
    equal((await early.ask("join")).state, "waiting");
    await refused(a.shen.call("POST", `/meetings/${m.id}/cancel`, { reason: "" }, tag(m)), 400, "reason", "without a reason");
    await refused(a.shen.call("POST", `/meetings/${m.id}/cancel`, { reason: "x" }), 428, "If-Match", "without a version");
    const done = await a.shen.call("POST", `/meetings/${m.id}/cancel`, { reason: "现场停电" }, tag(m));
    equal(`${done.json().state} ${done.json().cancel_reason}`, "cancelled 现场停电", done.text);
    await until(() => early.closed !== undefined, 3000, "who waited is sent away");
    equal(early.closed.code, 4005);
    equal(early.notices.find((n) => n.type === "cancelled")?.reason, "现场停电", "and told why");
    const look = (await server.post("/api/v1/invitations/look", { secret: secretOf(link.url) })).json();
    equal(`${look.state} ${look.cancel_reason}`, "cancelled 现场停电", "the link");
    const redeemed = await server.post("/api/v1/invitations/redeem", { secret: secretOf(link.url), name: "陈立", organisation: "", phone: PHONE, consent: true });
    equal(`${redeemed.status} ${redeemed.json().cancel_reason}`, "410 现场停电", "the door");
    equal((await a.lin.call("POST", `/meetings/${m.id}/join`, { consent: true })).status, 410, "by account");
    equal((await a.shen.call("POST", `/meetings/${m.id}/invitations`, { role: "customer" })).status, 410, "no more invitations");
    const token = early.token;
    const back = new Person(server, token, "back");
    people.push(back);
    await back.connect().catch(() => undefined);
    await until(() => back.closed !== undefined, 3000, "not by the old token either");
    equal(back.closed.code, 4005);
    equal((await a.lin.want(200, "GET", "/meetings?when=cancelled")).meetings[0].cancel_reason, "现场停电", "in the list");
    equal(sql(`SELECT group_concat(what) FROM audit WHERE object = '${m.id}' AND what LIKE 'meeting.%'`), "meeting.add,meeting.cancel");
  },

  async "who was let in is put out when the invitation is taken back"() {
    const m = await a.shen.want(201, "POST", `/projects/${project}/meetings`, plan({ participants: [{ role: "customer", name: "陈立" }, { account: a.lin.id }] }));
    const host = new Person(server, (await a.shen.want(201, "POST", `/meetings/${m.id}/join`, { consent: true })).token, "host");
    const guest = new Person(server, (await redeem(server, m.invitations[0].url, "陈立")).token, "guest");
    const expert = new Person(server, (await a.lin.want(201, "POST", `/meetings/${m.id}/join`, { consent: true })).token, "expert");
    people.push(host, guest, expert);
    await host.enter();
    await guest.enter(host);
    await expert.enter();
    for (const [i, p] of [guest, expert].entries()) {
      await a.shen.want(204, "POST", `/meetings/${m.id}/invitations/${m.invitations[i].id}/revoke`);
      await until(() => p.closed !== undefined, 3000, `${p.name} is put out`);
      equal(p.closed.code, 4001, p.name);
    }
    equal(host.closed, undefined, "the host stays");
  },

  async "a project link: outlives the meetings, sees its project and no other, ends when it is taken back"() {
    const made = await a.shen.want(201, "POST", `/projects/${project}/links`, { name: "周工", organisation: "设计院", role: "designer", phone: PHONE });
    ok(made.url.startsWith(`${server.url}/p#`), made.url);
    const look = (url) => server.post("/api/v1/links/look", { secret: secretOf(url) });
    equal((await look(made.url)).json().project.title, "锦澜精密制造 10 kV 业扩工程");
    equal((await server.post("/api/v1/links/redeem", { secret: secretOf(made.url), name: "周工", organisation: "", phone: "12" })).status, 400, "no number");
    const { token, identity } = (await server.post("/api/v1/links/redeem", { secret: secretOf(made.url), name: "周工", organisation: "设计院", phone: "" })).json();
    equal(identity, "invitation_name_matched");
    const page = await read(token, "/link");
    equal(`${page.project.id} ${page.project.stage} ${page.person.name} ${page.meetings.length} ${page.rights.upload}`, `${project} reserve 周工 3 true`);
    for (const path of [`/projects/${project}`, `/projects/${project}/links`, "/projects", "/meetings", `/meetings/${meeting.id}`, "/account", "/audit"]) ok([401, 403, 404].includes((await server.request(`/api/v1${path}`, as(token))).status), `${path} is not for a link`);
    equal((await server.request("/api/v1/session", as(token))).json().name, "周工", "who it is");
    const list = async () => (await a.shen.want(200, "GET", `/projects/${project}/links`)).links.find((l) => l.id === made.id);
    equal((await list()).state, "redeemed");
    const again = await a.shen.want(200, "POST", `/projects/${project}/links/${made.id}/resend`);
    equal((await look(made.url)).status, 404, "the old one stops");
    sql(`UPDATE project_link SET expires_at = 1 WHERE public_id = '${made.id}'`);
    equal(`${(await look(again.url)).status} ${(await look(again.url)).json().state}`, "410 expired");
    equal((await server.request("/api/v1/link", as(token))).status, 401, "and so does the session");
    sql(`UPDATE project_link SET expires_at = NULL WHERE public_id = '${made.id}'`);
    equal((await server.request("/api/v1/link", as(token))).status, 200);
    equal((await a.qian.call("POST", `/projects/${project}/links/${made.id}/revoke`)).status, 404, "another manager");
    await a.shen.want(204, "POST", `/projects/${project}/links/${made.id}/revoke`);
    equal((await server.request("/api/v1/link", as(token))).status, 401, "taken back");
    equal((await look(again.url)).json().state, "revoked");
    await refused(a.shen.call("POST", `/projects/${project}/links/${made.id}/resend`), 409, "new one", "no way back");
    for (const [what, change, word] of [["no name", { name: "" }, "name"], ["an expert", { role: "expert" }, "role"], ["a past end", { expires_at: at(-1) }, "expires_at"], ["no number", { phone: "x" }, "phone"]]) await refused(a.shen.call("POST", `/projects/${project}/links`, { name: "x", role: "designer", ...change }), 400, word, what);
    equal(sql(`SELECT group_concat(DISTINCT what) FROM audit WHERE object = '${project}' AND what LIKE 'link.%'`), "link.add,link.redeem,link.open,link.resend,link.revoke");
  },

  async "whoever can be reached is told: invited, moved, taken back, cancelled; and of a project link"() {
    const number = "13700000001";
    const told = (event) => gateway.posts.filter((p) => p.json.to.phone === number && p.event === event);
    const m = await a.shen.want(201, "POST", `/projects/${project}/meetings`, plan({ participants: [{ role: "customer", name: "陈立", phone: number }, { role: "customer", name: "何", phone: "13700000002" }] }));
    const first = await until(() => told("invitation")[0], 5000, "the invitation");
    ok(JSON.stringify(first.json).includes(secretOf(m.invitations[0].url)), "with the link");
    const list = async () => (await a.shen.want(200, "GET", `/meetings/${m.id}/invitations`)).invitations;
    await until(async () => (await list()).every((i) => i.state === "sent"), 5000, "both on record as sent");
    const again = await a.shen.want(200, "POST", `/meetings/${m.id}/invitations/${m.invitations[0].id}/resend`);
    await until(() => told("invitation").some((p) => JSON.stringify(p.json).includes(secretOf(again.url))), 5000, "the new link");
    const moved = await a.shen.call("PUT", `/meetings/${m.id}`, body(m, { starts_at: at(300), reason: "客户改期" }), tag(m));
    const change = await until(() => told("rescheduled")[0], 5000, "the other time");
    ok(JSON.stringify(change.json).includes("客户改期"), JSON.stringify(change.json));
    await a.shen.want(204, "POST", `/meetings/${m.id}/invitations/${m.invitations[1].id}/revoke`);
    await until(() => gateway.posts.some((p) => p.event === "revoked" && p.json.to.phone === "13700000002"), 5000, "who is not invited any more");
    equal((await a.shen.call("POST", `/meetings/${m.id}/cancel`, { reason: "现场停电" }, tag(moved.json()))).status, 200);
    const over = await until(() => told("cancelled")[0], 5000, "that it is not held");
    ok(JSON.stringify(over.json).includes("现场停电"), JSON.stringify(over.json));
    equal(gateway.posts.filter((p) => p.event === "cancelled" && p.json.to.phone === "13700000002").length, 0, "who was not invited any more is not told");
    const link = await a.shen.want(201, "POST", `/projects/${project}/links`, { name: "陈立", role: "customer", phone: number });
    ok(JSON.stringify((await until(() => told("project_link")[0], 5000, "the project link")).json).includes(secretOf(link.url)), "with the link");
  },

  async "whoever guesses at links waits"() {
    const secret = secretOf(invited["陈立"].url).replaceAll(/./g, "0");
    const guess = (path) => server.post(path, { secret, name: "x", organisation: "", phone: PHONE, consent: true });
    let rs;
    for (let n = 0; n < 90 && rs?.status !== 429; n++) rs = await guess(n % 2 === 0 ? "/api/v1/links/look" : "/api/v1/invitations/look");
    equal(rs.status, 429, "after some tries");
    ok(Number(rs.headers["retry-after"]) > 0, "and is told for how long");
  },
};
