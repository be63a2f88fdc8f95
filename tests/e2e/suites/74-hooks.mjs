// Webhooks: what happens to projects and meetings is told to who has subscribed, once, signed, in order, and to nobody who must not be reached.
import { createHmac } from "node:crypto";
import http from "node:http";
import { account, seen } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Person, redeem } from "../lib/person.mjs";
import { Server, until } from "../lib/server.mjs";

const server = new Server({ env: { YUNJIAN_HOOKS_PRIVATE: "1" } });
const strict = new Server();
const people = {};
let receiver;
let port;
let answer = 200;
const heard = [];
let all;

/** May run beside others. */
export const light = true;

export async function close() {
  receiver?.close();
  await server.close();
  await strict.close();
}

const EVENTS = "project.created project.changed project.moved meeting.scheduled meeting.changed meeting.rescheduled meeting.cancelled meeting.started meeting.ended recording.ready";
const signed = (m, secret) => `sha256=${createHmac("sha256", secret).update(`${m.headers["x-yunjian-timestamp"]}.${m.headers["x-yunjian-delivery"]}.${m.text}`).digest("hex")}` === m.headers["x-yunjian-signature"];
const arrives = (event, about = () => true) => until(() => heard.find((m) => m.json.event === event && about(m.json)), 8000, `${event} is told`);
const field = { title: "变电所", customer: "锦澜" };

export const tests = {
  async "an administrator subscribes, a test message comes, signed with the secret that was shown once"() {
    receiver = http.createServer((rq, rs) => {
      let text = "";
      rq.on("data", (d) => (text += d));
      rq.on("end", () => {
        if (answer === 200) heard.push({ path: rq.url, headers: rq.headers, text, json: JSON.parse(text) });
        rs.writeHead(answer, answer === 302 ? { location: `http://127.0.0.1:${port}/moved` } : {}).end();
      });
    });
    await new Promise((done) => receiver.listen(0, "127.0.0.1", done));
    port = receiver.address().port;
    await server.start();
    for (const [login, role] of [["gly", "admin"], ["shen", "manager"], ["sun", "auditor"]]) people[login] = await account(server, login, role);
    const { gly, shen, sun } = people;
    const url = `http://127.0.0.1:${port}/all`;
    for (const bad of ["ftp://example.cn/", "http://example.cn/", "https://", "https://user:pw@example.cn/", "https://example.cn/#x", "javascript:alert(1)", "http://127.0.0.1.example.cn/", "not one"])
      equal((await gly.post("/webhooks", { name: "x", url: bad, events: "project.created", active: true })).status, 400, bad);
    for (const bad of ["", "project.*", "project.created,project.moved", "ping"]) equal((await gly.post("/webhooks", { name: "x", url, events: bad, active: true })).status, 400, bad);
    all = await gly.want(201, "POST", "/webhooks", { name: "营销系统", url, events: EVENTS, active: true });
    ok(/^[0-9a-f]{64}$/.test(all.secret), "a secret");
    const list = await sun.want(200, "GET", "/webhooks");
    ok(list.webhooks.length === 1 && !JSON.stringify(list).includes(all.secret), "an auditor sees it, without the secret");
    equal(list.events.join(" "), EVENTS, "what there is to subscribe to");
    equal((await shen.get("/webhooks")).status, 403, "not a manager's");
    await gly.want(204, "POST", `/webhooks/${all.webhook}/ping`);
    const m = await arrives("ping");
    equal(`${m.path} ${m.headers["x-yunjian-event"]} ${signed(m, all.secret)}`, "/all ping true");
    ok(Math.abs(m.headers["x-yunjian-timestamp"] - Date.now() / 1000) < 30, "with its time");
  },

  async "changes of projects are told in their order, with ids and nothing else; what was refused is not"() {
    const { shen } = people;
    const p = await shen.want(201, "POST", "/projects", field);
    const q = await shen.want(200, "PUT", `/projects/${p.id}`, { ...field, title: "改" }, seen(p.version));
    equal((await shen.call("PUT", `/projects/${p.id}`, { ...field, title: "迟" }, seen(p.version))).status, 412, "too late");
    await shen.want(200, "POST", `/projects/${p.id}/moves`, { to: "application" }, seen(q.version));
    await arrives("project.moved");
    const mine = heard.filter((m) => m.json.project === p.id);
    equal(mine.map((m) => m.json.event).join(), "project.created,project.changed,project.moved", "each once, in order");
    for (const m of mine) {
      equal(Object.keys(m.json).join(), "event,at,project,meeting", "no content");
      ok(signed(m, all.secret), "signed");
    }
    equal(new Set(mine.map((m) => m.headers["x-yunjian-delivery"])).size, 3, "three deliveries");
    const key = { "idempotency-key": "twice" };
    for (let i = 0; i < 2; i++) await shen.want(201, "POST", "/projects", { ...field, title: "一次" }, key);
    await arrives("project.created", (m) => m.project !== p.id);
    await shen.want(201, "POST", "/projects", { ...field, title: "后一个" });
    await until(() => heard.filter((m) => m.json.event === "project.created").length >= 3, 8000, "the next one");
    equal(heard.filter((m) => m.json.event === "project.created").length, 3, "a request sent twice is told once");
  },

  async "a meeting: scheduled, changed, moved, cancelled; another one: started, ended"() {
    const { shen } = people;
    const project = (await shen.want(200, "GET", "/projects")).projects[0].id;
    const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
    const m = await shen.want(201, "POST", `/projects/${project}/meetings`, { kind: "review", title: "云审图", starts_at: at(1), record_auto: false });
    const as = (change) => ({ kind: "review", title: "云审图", agenda: "", starts_at: m.starts_at, duration_min: m.duration_min, host: m.host, record_auto: false, reason: "", ...change });
    const renamed = await shen.want(200, "PUT", `/meetings/${m.id}`, as({ title: "云审图(二)" }), seen(m.version));
    const moved = await shen.want(200, "PUT", `/meetings/${m.id}`, as({ title: "云审图(二)", starts_at: at(2), reason: "客户有事" }), seen(renamed.version));
    await shen.want(200, "POST", `/meetings/${m.id}/cancel`, { reason: "不办了" }, seen(moved.version));
    await arrives("meeting.cancelled", (x) => x.meeting === m.id);
    equal(heard.filter((x) => x.json.meeting === m.id).map((x) => x.json.event).join(), "meeting.scheduled,meeting.changed,meeting.rescheduled,meeting.cancelled", "each once, in order");
    const made = await server.cli("meeting", "create", project, "survey", "云勘察");
    const host = new Person(server, (await redeem(server, made.host_url, "主持")).token, "主持");
    await host.connect();
    await host.ask("join");
    const started = await arrives("meeting.started");
    equal(`${started.json.meeting} ${started.json.project}`, `${made.meeting} ${project}`);
    await host.ask("end");
    await arrives("meeting.ended", (m) => m.meeting === made.meeting);
  },

  async "what fails is seen, tried again, and sent again by hand; redirects are not followed"() {
    const { gly, shen } = people;
    const path = `/webhooks/${all.webhook}/deliveries`;
    const last = async () => (await gly.want(200, "GET", path)).deliveries[0];
    answer = 410;
    await gly.want(204, "POST", `/webhooks/${all.webhook}/ping`);
    const failed = await until(async () => ((await last()).state === "failed" ? last() : undefined), 8000, "refused for good");
    equal(`${failed.event} ${failed.attempts} ${failed.error} ${failed.again}`, "ping 1 answered 410 true");
    answer = 302;
    await gly.want(204, "POST", `${path}/${failed.delivery}/retry`);
    await until(async () => (await last()).error.includes("302"), 8000, "a redirect is no delivery");
    answer = 200;
    await gly.want(204, "POST", `${path}/${failed.delivery}/retry`);
    await until(async () => (await last()).state === "sent", 8000, "and now it is sent");
    equal(heard.filter((m) => m.headers["x-yunjian-delivery"] === failed.delivery).length, 1, "under the same number");
    ok(heard.every((m) => m.path === "/all"), "nothing was sent elsewhere");
    equal((await gly.post(`${path}/${failed.delivery}/retry`)).status, 409, "delivered is delivered");
    equal((await gly.post(`${path}/${"0".repeat(32)}/retry`)).status, 404, "none of these");
    equal((await shen.post(`${path}/${failed.delivery}/retry`)).status, 403, "not a manager's");
  },

  async "changed by If-Match, switched off, another secret, removed"() {
    const { gly, shen } = people;
    const path = `/webhooks/${all.webhook}`;
    const fields = { name: "营销系统", url: all.url, events: "project.created", active: false };
    equal((await gly.call("PUT", path, fields)).status, 428);
    const off = await gly.want(200, "PUT", path, fields, seen(all.version));
    const late = await gly.call("PUT", path, { ...fields, name: "别的" }, seen(all.version));
    equal(`${late.status} ${late.json().current.active}`, "412 false");
    const before = heard.length;
    await shen.want(201, "POST", "/projects", { ...field, title: "没人听" });
    const on = await gly.want(200, "PUT", path, { ...fields, active: true }, seen(off.version));
    const renewed = await gly.want(200, "POST", `${path}/secret`);
    ok(renewed.secret !== all.secret && renewed.version === on.version + 1, "another secret");
    const p = await shen.want(201, "POST", "/projects", { ...field, title: "听得见" });
    const m = await arrives("project.created", (x) => x.project === p.id);
    ok(signed(m, renewed.secret) && !signed(m, all.secret), "signed by the new one");
    equal(heard.length, before + 1, "nothing of the time when it was off");
    await gly.want(204, "DELETE", path);
    equal((await gly.get(path)).status, 404);
    await shen.want(201, "POST", "/projects", { ...field, title: "再没人听" });
    const what = (await gly.want(200, "GET", "/audit?what=webhook")).entries.map((e) => e.what).join();
    ok(what.includes("webhook.remove") && what.includes("webhook.add") && what.includes("webhook.secret") && what.includes("webhook.ping"), what);
  },

  async "a change goes through though nobody can be told; link-local addresses are never asked, private ones only if that is configured"() {
    const { gly, shen } = people;
    const reasons = async (who, urls) => {
      const one = async (url) => {
        const { webhook } = await who.want(201, "POST", "/webhooks", { name: url, url, events: "project.created", active: true });
        await who.want(204, "POST", `/webhooks/${webhook}/ping`);
        return until(async () => (await who.want(200, "GET", `/webhooks/${webhook}/deliveries`)).deliveries.find((d) => d.error !== "")?.error, 12_000, url);
      };
      return [...new Set(await Promise.all(urls.map(one)))].join();
    };
    const never = ["https://169.254.169.254/latest/meta-data", "https://[fe80::1]/", "https://[::ffff:169.254.169.254]/", "https://0.0.0.0/", "https://[fd00:ec2::254]/"];
    equal(await reasons(gly, never), "its address may not be reached", "by the server that may tell private addresses");
    const h = await gly.want(201, "POST", "/webhooks", { name: "落空", url: "http://127.0.0.1:1/", events: EVENTS, active: true });
    await shen.want(201, "POST", "/projects", { ...field, title: "照常" });
    await until(async () => (await gly.want(200, "GET", `/webhooks/${h.webhook}/deliveries`)).deliveries[0]?.attempts > 0, 8000, "it was tried");
    await strict.start();
    const admin = await account(strict, "gly", "admin");
    const before = heard.length;
    equal(await reasons(admin, [`http://127.0.0.1:${port}/all`, "https://10.0.0.1/", "https://192.168.1.1/", "https://localhost/", ...never.slice(0, 1)]), "its address may not be reached", "by the one that may not");
    equal(heard.length, before, "nothing came");
  },
};
