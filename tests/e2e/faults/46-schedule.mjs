// kill -9 while meetings are scheduled, moved and cancelled: every acknowledged change is there, nothing half done.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { account } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { secretOf } from "../lib/person.mjs";
import { Server, sleep } from "../lib/server.mjs";

export const light = true; // no browsers

const KILLS = process.env.YUNJIAN_NIGHTLY ? 30 : 4;
const PEOPLE = 12; // of each meeting
const server = new Server();
const made = []; // acknowledged
const moved = new Map(); // id: the acknowledged time
const cancelled = new Set();
let shen;
let project;

export async function close() {
  await server.close();
}

const sql = (text) => execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", text], { encoding: "utf8" }).trim();
const at = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
const plan = (n) => ({ kind: "review", title: `会议 ${n}`, starts_at: at(60 + n), record_auto: false, agenda: "甲\n乙", participants: Array.from({ length: PEOPLE }, (_, i) => ({ role: "customer", name: `客户 ${i}`, phone: `1380000${String(1000 + i)}` })) });
const body = (m, change) => ({ kind: m.kind, title: m.title, agenda: m.agenda, host: m.host, starts_at: m.starts_at, duration_min: m.duration_min, record_auto: m.record_auto, ...change });

/** One after the other until the server is gone. */
async function work(lane) {
  for (let n = 0; ; n++) {
    const rs = await shen.call("POST", `/projects/${project}/meetings`, plan(lane * 1000 + n));
    if (rs.status !== 201) throw new Error(`scheduling: ${rs.status} ${rs.text}`);
    const m = rs.json();
    made.push(m);
    const tag = { "if-match": `"${m.version}"` };
    if (n % 3 === 1) {
      const to = at(600 + n);
      const put = await shen.call("PUT", `/meetings/${m.id}`, body(m, { starts_at: to, reason: "改期" }), tag);
      if (put.status !== 200) throw new Error(`moving: ${put.status} ${put.text}`);
      moved.set(m.id, to);
    } else if (n % 3 === 2) {
      const end = await shen.call("POST", `/meetings/${m.id}/cancel`, { reason: "停电" }, tag);
      if (end.status !== 200) throw new Error(`cancelling: ${end.status} ${end.text}`);
      cancelled.add(m.id);
    }
  }
}

const broken = (e) => ["ECONNRESET", "ECONNREFUSED", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"].includes(e.code) || e.message.includes("socket hang up");

export const tests = {
  async [`kill -9 of the server, ${KILLS} times, with four at work`](note) {
    await server.start();
    shen = await account(server, "shen", "manager", "沈知远");
    project = (await shen.want(201, "POST", "/projects", { title: "锦澜", customer: "锦澜" })).id;
    for (let k = 0; k < KILLS; k++) {
      const before = made.length;
      const lanes = [0, 1, 2, 3].map((lane) => work(k * 10 + lane).catch((e) => e));
      await sleep(300 + Math.random() * 700);
      await server.kill();
      for (const e of await Promise.all(lanes)) ok(broken(e), `ended by the kill alone: ${e.stack}`);
      ok(made.length > before, "some were acknowledged");
      await server.start();
    }
    note(`${made.length} meetings acknowledged, ${moved.size} moved, ${cancelled.size} cancelled`);
  },

  async "every acknowledged meeting is there, with all its people, its links, its time and its state"() {
    const rows = new Map(JSON.parse(sql("SELECT json_group_array(json_array(public_id, starts_at, state, (SELECT COUNT(*) FROM invitation i WHERE i.meeting_id = m.id))) FROM meeting m")).map((r) => [r[0], r]));
    for (const m of made) {
      const [, starts, state, people] = rows.get(m.id) ?? [];
      equal(people, PEOPLE, `people of ${m.title}`);
      if (moved.has(m.id)) equal(starts, Date.parse(moved.get(m.id)), `the time of ${m.title}`);
      if (cancelled.has(m.id)) equal(state, "cancelled", `${m.title}`);
    }
    for (const m of [made[0], made.at(-1), made[Math.floor(made.length / 2)]])
      for (const i of m.invitations) equal((await server.post("/api/v1/invitations/look", { secret: secretOf(i.url) })).status, 200, `${m.title}: the link of ${i.name}`);
  },

  async "nothing is half done: people, history, calendar, words and the audit log belong together"() {
    equal(sql(`SELECT COUNT(*) FROM meeting m WHERE (SELECT COUNT(*) FROM invitation i WHERE i.meeting_id = m.id) <> ${PEOPLE}`), "0", "meetings without some of their people");
    equal(sql(`SELECT COUNT(*) FROM meeting m WHERE (SELECT COUNT(*) FROM audit WHERE object = m.public_id AND what IN ('meeting.add', 'invitation.add')) <> ${PEOPLE + 1}`), "0", "without their lines in the audit log");
    equal(sql("SELECT COUNT(*) FROM meeting m WHERE sequence <> (SELECT COUNT(*) FROM meeting_time_change t WHERE t.meeting_id = m.id) + (state = 'cancelled')"), "0", "moved without a trace");
    equal(sql("SELECT COUNT(*) FROM meeting m WHERE NOT EXISTS (SELECT 1 FROM calendar c WHERE c.meeting_id = m.id AND c.starts_at = m.starts_at)"), "0", "in nobody's calendar");
    equal(sql("SELECT COUNT(*) FROM meeting m WHERE NOT EXISTS (SELECT 1 FROM meeting_text t WHERE t.rowid = m.id)"), "0", "not to be found");
    equal(sql("PRAGMA integrity_check"), "ok");
  },
};
