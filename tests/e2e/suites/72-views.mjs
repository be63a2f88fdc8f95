// What a replay is told of its meeting, and who watched it: not even a reader without the page stays out of the log.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { account as signUp } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { at, chromium, click, closeBrowser, enter, sees, signalPage, type } from "../lib/browser.mjs";
import { finalIndex } from "../lib/record.mjs";
import { Person, redeem } from "../lib/person.mjs";

const server = new Server();
let browser;
let demo;
let index;
let auditor;
let clerk; // reads events, and is on record for it
let admin;
let hook;
let second;
let host;
let guest;
const TEXT = "图纸 3 号柜的接地在哪里?";
const MANY = 2400;

/** May run beside others. */
export const light = true;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
}

async function account(login, role, name) {
  return { cookie: `__Host-yj=${(await signUp(server, login, role, name)).token()}`, name };
}
const base = () => `/api/v1/meetings/${demo.meeting}`;
const get = (who, path, headers = {}) => server.request(`${base()}${path}`, { headers: { cookie: who.cookie, ...headers } });
const put = (who, view, spans) =>
  server.request(`${base()}/recording/views/${view}`, { method: "PUT", headers: { cookie: who.cookie, "content-type": "application/json" }, body: JSON.stringify({ spans }) });
const open = (who) => server.request(`${base()}/recording/views`, { method: "POST", headers: { cookie: who.cookie, "content-length": "0" } });
const views = async (who = auditor) => {
  const r = await get(who, "/recording/views");
  equal(r.status, 200, r.text);
  return r.json().views.filter((v) => v.name !== clerk.name);
};
const clerkViews = async () => (await get(auditor, "/recording/views")).json().views.filter((v) => v.name === clerk.name);

async function events(after = 0) {
  const list = [];
  for (;;) {
    const r = await get(clerk, `/events?after=${list.at(-1)?.event ?? after}`);
    equal(r.status, 200, r.text);
    const { events: some, more } = r.json();
    ok(some.length <= 1000, `${some.length} in an answer`);
    list.push(...some);
    if (!more) return list;
  }
}

export const tests = {
  async "a meeting goes on record: chat, mute, a shared screen, a killed server, an end"() {
    demo = await server.demo();
    await server.start();
    auditor = await account("audit", "auditor", "审计");
    clerk = await account("clerk", "auditor", "书记");
    admin = await signUp(server, "gly", "admin", "管理");
    hook = (await admin.want(201, "POST", "/webhooks", { name: "档案", url: "https://127.0.0.1:1/", events: "meeting.started meeting.ended recording.ready", active: true })).webhook;
    browser = await chromium(["--auto-accept-this-tab-capture"]);
    host = await enter(await signalPage(browser, { id: 1, tone: 500, burst: 1000 }), demo.host_url, "沈知远");
    guest = await enter(await signalPage(browser, { id: 2, tone: 700, burst: 1400 }), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, 2), sees(guest, 1)]);
    await click(guest, "mute");
    await sleep(300);
    await click(guest, "mute");
    if ((await guest.$(at("chat-text"))) === null) await click(guest, "chat-open");
    await type(guest, "chat-text", TEXT);
    await click(guest, "chat-send");
    await until(async () => (await events()).some((e) => e.type === "chat"), 5000, "the message is among the events while the meeting runs");
    await sleep(2500); // An index, and with it a clock.
    const before = await events();
    await server.kill();
    await server.start();
    await Promise.all([sees(host, 2, 20_000), sees(guest, 1, 20_000)]);
    await until(async () => (await events(before.at(-1).event)).filter((e) => e.type === "join" || e.type === "rejoin").length >= 2, 8000, "both are back among the events");
    await sleep(1500);
    await server.cli("meeting", "end", demo.meeting);
    index = await finalIndex(server.recordingPath(demo.meeting));
  },

  async "who has subscribed is told of the start, the end and the recording, each once, over a restart"() {
    const told = async () => (await admin.want(200, "GET", `/webhooks/${hook}/deliveries`)).deliveries.reverse();
    const list = await until(async () => ((await told()).length >= 3 ? told() : undefined), 8000, "the recording is told of");
    equal(list.map((d) => d.event).join(), "meeting.started,meeting.ended,recording.ready", "in their order");
    ok(list.every((d) => d.about === demo.meeting), "of this meeting");
    equal(list[0].error, "its address may not be reached", "the first was tried, the others wait for it");
  },

  async "events: who came, spoke, was muted and went, on the meeting clock, over a restart"() {
    const list = await events();
    const types = list.map((e) => e.type);
    for (const t of ["join", "recording_start", "mute", "unmute", "chat", "restart", "rejoin", "end", "leave"]) ok(types.includes(t), `${t} in ${types.join(" ")}`);
    for (const [i, e] of list.entries()) {
      ok(i === 0 || (e.event > list[i - 1].event && e.at >= list[i - 1].at), `event ${e.event} is in order`);
      equal(Date.parse(e.at) - Date.parse(index.started_at), e.at_ms, `at_ms of ${e.type}`);
    }
    const chat = list.find((e) => e.type === "chat");
    equal(chat.data.text, TEXT, "the text");
    equal(chat.name, "陈立", "who wrote it");
    ok(chat.at_ms > 0 && chat.at_ms < index.duration_ms, `at ${chat.at_ms} of ${index.duration_ms} ms`);
    const mute = list.find((e) => e.type === "mute");
    equal(`${mute.name} ${mute.data.source} ${mute.data.by_host}`, "陈立 microphone false", "who was muted");
    ok(list.filter((e) => e.type === "leave").every((e) => e.data.reason === "ended"), "why they left");
    const restart = list.find((e) => e.type === "restart");
    const outage = index.gaps.find((g) => g.reason === "outage");
    ok(restart.at_ms >= outage.start_ms && restart.at_ms <= outage.end_ms, `the restart at ${restart.at_ms} is in the outage ${JSON.stringify(outage)}`);
    equal((await get(auditor, "/events?after=x")).status, 400, "no number");
  },

  async "who reads the events is in the log, once for all the questions of a page"() {
    const list = await clerkViews();
    equal(list.map((v) => `${v.kind} ${v.files.map((f) => f.file)}`).join(", "), "direct events", "one view, one row");
    const denied = await redeem(server, (await server.demo()).host_url, "外人");
    const r = await server.request(`${base()}/events`, { headers: { authorization: `Bearer ${denied.token}` } });
    ok(r.status >= 400, `a stranger gets ${r.status}`);
    equal((await views()).length, 0, "and is no viewer");
  },

  async "a long chat comes in pieces; a shared screen is an event"() {
    const other = await server.demo();
    const talk = new Person(server, (await redeem(server, other.host_url, "沈知远")).token, "沈知远");
    await talk.enter();
    for (let i = 0; i < MANY; i += 100) await Promise.all(Array.from({ length: 100 }, (_, k) => talk.ask("chat", { key: `k${i + k}`, text: `${i + k}` })));
    const was = demo;
    demo = other;
    const said = (await events()).filter((e) => e.type === "chat").map((e) => Number(e.data.text));
    equal(new Set(said).size, MANY, "all of them, once");
    equal(said.length, MANY, "none twice");
    ok((await events()).every((e) => e.at_ms === null), "no clock without a recording");
    talk.close();
    const sharer = await enter(await signalPage(browser, { id: 3, tone: 600, burst: 1200 }), other.host_url, "沈知远");
    await click(sharer, "share");
    try {
      await until(async () => (await events()).some((e) => e.type === "share" && e.name === "沈知远"), 30_000, "share");
      await click(sharer, "share");
      await until(async () => (await events()).some((e) => e.type === "share_end" && e.data.track > 0), 30_000, "share_end");
    } finally {
      demo = was; // The tests behind this one are about the other meeting.
    }
    await server.cli("meeting", "end", other.meeting);
  },

  async "a reader without the page is in the log before the first byte, with what was fetched"() {
    equal((await views()).length, 0, "nobody yet");
    const video = index.tracks.find((t) => t.kind === "video").files[0];
    const name = video.file.replace("tracks/", "");
    const [from, to] = [video.points[0], video.points.at(-1)];
    equal((await get(auditor, `/recording/files/${name}`, { range: `bytes=0-${video.init_bytes - 1}` })).status, 206, "the head");
    let [v] = await views();
    equal(`${v.name} ${v.role} ${v.kind} ${v.account}`, "审计 auditor direct true", "who");
    ok(v.client.endsWith("127.0.0.1"), `from ${v.client}`);
    equal(v.fetched.length, 0, "a head shows nothing");
    for (let at = from[1]; at < to[1]; at += 20_000) await get(auditor, `/recording/files/${name}`, { range: `bytes=${at}-${Math.min(at + 20_000, to[1]) - 1}` });
    await get(auditor, "/recording");
    const list = await until(async () => ((await views())[0].fetched.length > 0 ? views() : undefined), 3000, "the bytes are in the log");
    equal(list.length, 1, "one row");
    [v] = list;
    equal(JSON.stringify(v.fetched), JSON.stringify([[from[0], to[0]]]), "what the bytes show");
    equal(v.files.map((f) => f.file).sort().join(" "), `index.json ${video.file}`, "files");
    const row = v.files.find((f) => f.file === video.file);
    ok(row.bytes.length <= 2 && row.bytes.at(-1)[1] === to[1], `bytes ${JSON.stringify(row.bytes)}`);
    equal(v.played.length, 0, "no page said anything");
    const denied = await redeem(server, (await server.demo()).host_url, "外人");
    const was = (await views()).length;
    for (const path of ["/recording", `/recording/files/${name}`]) {
      const r = await server.request(`${base()}${path}`, { headers: { authorization: `Bearer ${denied.token}` } });
      ok(r.status >= 400, `a stranger gets ${r.status}`);
    }
    equal((await views()).length, was, "who gets nothing is no viewer");
  },

  async "a page's reports are joined; nobody else's are taken"() {
    second = await account("second", "auditor", "审计二");
    const { view } = (await open(auditor)).json();
    const first = await put(auditor, view, [[0, 2000], [1500, 2500]]);
    equal(JSON.stringify(first.json()), JSON.stringify({ view, spans: [[0, 2500]] }), first.text);
    equal(JSON.stringify((await put(auditor, view, [[2500, 3000], [4000, 4100]])).json().spans), "[[0,3000],[4000,4100]]", "joined");
    equal((await put(auditor, view, [])).status, 200, "nothing new");
    for (const bad of [[[1]], [[1, 2, 3]], [[2, 1]], [[1, 1]], [[-1, 5]], [["0", 5]], [[0, 1e15]], [[0.5, 2]], { 0: 1 }, "x", Array(101).fill([0, 1])])
      equal((await put(auditor, view, bad)).status, 400, JSON.stringify(bad).slice(0, 40));
    equal((await put(second, view, [[0, 1]])).status, 404, "another person's view");
    equal((await put(auditor, "0".repeat(32), [[0, 1]])).status, 404, "no view");
    const before = await open(second);
    equal(before.status, 201, "a page that announces itself before it reads");
    await get(second, "/recording");
    const list = await views();
    equal(list.map((v) => `${v.name} ${v.kind} ${v.played_ms}`).join(", "), "审计二 page 0, 审计 page 3100", "the list, newest first");
    ok(list[0].files.some((f) => f.file === "index.json"), "its reading belongs to it");
  },

  async "who may see who watched, and who may not"() {
    for (const role of ["supervisor", "expert", "admin", "dispatcher", "manager"]) {
      const r = await get(await account(`r-${role}`, role, role), "/recording/views");
      ok(r.status === 403 || r.status === 404, `${role}: ${r.status}`);
    }
    equal((await server.request(`${base()}/recording/views`)).status, 401, "nobody");
    const supervisor = await account("boss", "supervisor", "主管");
    equal((await open(supervisor)).status, 201, "a supervisor may replay");
    ok((await views()).some((v) => v.name === "主管" && v.role === "supervisor"), "and is seen to");
  },

  async "the log outlives a kill: what was answered is there"() {
    const name = index.tracks.find((t) => t.kind === "audio").files[0].file;
    const third = await account("third", "auditor", "审计三");
    const r = await get(third, `/recording/files/${name.replace("tracks/", "")}`);
    await server.kill();
    equal(r.status, 200, "the file");
    await server.start();
    ok((await views()).some((v) => v.name === "审计三" && v.files.some((f) => f.file === name)), "who read it is known");
  },

  async "a damaged row is shown with all the rest"() {
    const was = await views();
    const hurt = was.find((v) => v.name === "审计" && v.played_ms > 0);
    const bad = was.find((v) => v.files.some((f) => f.bytes.length > 0));
    execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000",
      `UPDATE viewing SET played = json_insert(played, '$[#]', json('[0,1]')) WHERE id = ${hurt.number}; UPDATE viewing_file SET bytes = json_insert(bytes, '$[#]', json('[0,1]')) WHERE viewing_id = ${bad.number} AND bytes <> '[]'`]);
    const list = await views();
    equal(list.map((v) => v.number).join(), was.map((v) => v.number).join(), "all the rows");
    const row = list.find((v) => v.number === hurt.number);
    equal(`${row.name} ${row.readable} ${row.played_ms}`, "审计 false 0", "the damaged one");
    ok(list.filter((v) => v.number !== hurt.number).every((v) => v.readable), "the others");
    const files = list.find((v) => v.number === bad.number).files;
    ok(files.some((f) => !f.readable && f.bytes.length === 0), "a file's as well");
  },
};
