// Every cell of the table of docs/security.md against what the running server answers, over REST and over the WebSocket:
// one's own meeting, another's, another organisation's project, a link that ran out, a login that was revoked, a
// meeting that has ended. The expectation is read from the document here, by other code than the server's.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Account, account, meetingOf } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Person, redeem, secretOf } from "../lib/person.mjs";
import { bin, root, Server, until } from "../lib/server.mjs";
import { pdf, Tus } from "../lib/tus.mjs";

export const light = true; // no browsers
const server = new Server();
const people = [];
let callers; // {name, column, cookie, relation(thing)}
let devices; // of the ended meeting, from before its end
let things; // {mine, other, ended}: {project, meeting}
let rights;
let table;

export async function close() {
  for (const p of people) p.close();
  await server.close();
}

const COLUMNS = ["admin", "manager", "expert", "supervisor", "guest", "auditor", "nobody"];

/** The one row of a dispatcher, in which she has the supervisor's cell. */
const HERS = "see which projects await their return visit";

/** The rows of both tables of the document. */
function readTable() {
  const rows = [];
  let inside = false;
  for (const line of readFileSync(join(root, "docs/security.md"), "utf8").split("\n")) {
    if (line.startsWith("| action |")) inside = true;
    else if (!line.startsWith("|")) inside = false;
    else if (inside && !line.startsWith("|--")) {
      const cells = line.split("|").slice(1, -1).map((c) => c.trim());
      rows.push({ action: cells[0], cells: cells.slice(1) });
    }
  }
  return rows;
}

/** What a cell's words say of somebody who stands like this to the thing. */
function allowed(cell, relation, read) {
  if (cell === "Y" || cell === "Y, or a token") return true;
  if (cell === "R" || cell === "R, logged" || cell === "without content") return read;
  if (cell.startsWith("own, as")) return relation === "own" || relation === "as";
  if (cell.startsWith("own")) return relation === "own";
  if (cell === "as") return relation === "as";
  if (cell.startsWith("by project link")) return relation === "link";
  if (cell.startsWith("inv")) return relation === "inv";
  return false;
}

const NONE = "0".repeat(32);
const project = { title: "改", customer: "锦澜" };
const tusHeaders = { "tus-resumable": "1.0.0", "upload-length": "10", "upload-metadata": "filename eC5wZGY=" };
/**
 * How each route is tried. of: what stands in its path; list: it shows what is the caller's own, so that whoever owns
 * anything may; read: it changes nothing of the thing; ended: what it answers, once allowed, for a meeting that is over.
 */
const probes = {
  "GET /api/v1/accounts": {},
  "POST /api/v1/accounts": { body: { login: "x y", name: "x", role: "expert", organisation: "" } },
  "GET /api/v1/accounts/{id}": { of: "account" },
  "PUT /api/v1/accounts/{id}": { of: "account", body: { name: "x", role: "expert", organisation: "" } },
  "POST /api/v1/accounts/{id}/disable": { of: "self" },
  "POST /api/v1/accounts/{id}/enable": { of: "account" },
  "POST /api/v1/accounts/{id}/password": { of: "account", body: {} },
  "POST /api/v1/accounts/{id}/second/remove": { of: "account" },
  "GET /api/v1/accounts/{id}/signins": { of: "account" },
  "GET /api/v1/signins": {},
  "GET /api/v1/webhooks": {},
  "POST /api/v1/webhooks": { body: { name: "x", url: "https://127.0.0.1:1/", events: "no such", active: false } },
  "GET /api/v1/webhooks/{id}": { of: "webhook" },
  "PUT /api/v1/webhooks/{id}": { of: "webhook", body: { name: "x", url: "https://127.0.0.1:1/", events: "project.moved", active: false } },
  "DELETE /api/v1/webhooks/{id}": { of: "unhook" },
  "POST /api/v1/webhooks/{id}/secret": { of: "webhook" },
  "POST /api/v1/webhooks/{id}/ping": { of: "webhook" },
  "GET /api/v1/webhooks/{id}/deliveries": { of: "webhook" },
  "POST /api/v1/webhooks/{id}/deliveries/{delivery}/retry": { of: "webhook", second: "ping" },
  "GET /api/v1/tokens": {},
  "DELETE /api/v1/tokens/{id}": { of: "token" },
  "GET /api/v1/organisations": {},
  "POST /api/v1/organisations": { body: () => ({ name: `单位 ${Math.random()}`, kind: "design" }) },
  "GET /api/v1/organisations/{id}": { of: "organisation" },
  "PUT /api/v1/organisations/{id}": { of: "organisation", body: { name: "x", kind: "design" } },
  "GET /api/v1/audit": { list: true },
  "GET /api/v1/people": { list: true, read: false },
  "GET /api/v1/people/{id}/busy": { list: true, read: false, of: "account" },
  "GET /api/v1/projects": { list: true },
  "POST /api/v1/projects": { list: true, body: project },
  "GET /api/v1/projects/{id}": { of: "project" },
  "PUT /api/v1/projects/{id}": { of: "project", body: project },
  "POST /api/v1/projects/{id}/moves": { of: "project", body: { to: "closed" } },
  "GET /api/v1/projects/{id}/meetings": { of: "project" },
  "POST /api/v1/projects/{id}/meetings": { of: "project", body: { kind: "review", title: "x", starts_at: "1970-01-01T00:00:00.000Z", record_auto: false } },
  "GET /api/v1/projects/{id}/attendance": { of: "project" },
  "GET /api/v1/projects/{id}/links": { of: "project" },
  "POST /api/v1/projects/{id}/links": { of: "project", body: { name: "周工", role: "designer" } },
  "POST /api/v1/projects/{id}/links/{link}/resend": { of: "project", second: "link" },
  "POST /api/v1/projects/{id}/links/{link}/revoke": { of: "project", second: "link" },
  "GET /api/v1/link": { link: true },
  "GET /api/v1/meetings": { list: true },
  "GET /api/v1/meetings/{id}": { of: "meeting", ended: 200 },
  "PUT /api/v1/meetings/{id}": { of: "meeting", body: { kind: "review", title: "x", agenda: "", host: "", starts_at: "1970-01-01T00:00:00.000Z", duration_min: 60, record_auto: false }, ended: 428 },
  "POST /api/v1/meetings/{id}/cancel": { of: "meeting", body: { reason: "x" }, ended: 428 },
  "POST /api/v1/meetings/{id}/archive": { of: "meeting", ended: 428 },
  "GET /api/v1/meetings/{id}/attendance": { of: "meeting", ended: 200 },
  "GET /api/v1/meetings/{id}/invitations": { of: "meeting", ended: 200 },
  "POST /api/v1/meetings/{id}/invitations/{invitation}/resend": { of: "meeting", second: "invitation", ended: 410 },
  "POST /api/v1/meetings/{id}/invitations/{invitation}/revoke": { of: "meeting", second: "invitation", ended: 204 },
  "POST /api/v1/meetings/{id}/invitations": { of: "meeting", body: { role: "customer", name: "", organisation: "" }, ended: 410 },
  "PUT /api/v1/meetings/{id}/documents": { of: "meeting", body: (which) => ({ documents: which === "ended" ? [] : [{ document: things[which].document }] }), ended: 410 },
  "POST /api/v1/meetings/{id}/join": { of: "meeting", body: { consent: true }, ended: 410 },
  "GET /api/v1/meetings/{id}/recording": { of: "meeting", ended: 200 },
  "GET /api/v1/meetings/{id}/recording/files/{file}": { of: "meeting", second: "x.webm", ended: 200 },
  "GET /api/v1/meetings/{id}/events": { of: "meeting", ended: 200 },
  "POST /api/v1/meetings/{id}/recording/views": { of: "meeting", read: true, ended: 201 },
  "PUT /api/v1/meetings/{id}/recording/views/{view}": { of: "meeting", read: true, second: "view", body: { spans: [] }, ended: 200 },
  "GET /api/v1/meetings/{id}/recording/views": { of: "meeting", ended: 200 },
  "GET /api/v1/meetings/{id}/devices": { of: "meeting", ended: 200 },
  "POST /api/v1/meetings/{id}/devices": { of: "meeting", body: { label: "x", publish: true, view: false, days: 1 }, ended: 410 },
  "DELETE /api/v1/meetings/{id}/devices/{device}": { of: "meeting", second: "device", ended: 204 },
  "GET /api/v1/meetings/{id}/deliveries": { of: "meeting", read: false, ended: 200 },
  "GET /api/v1/meetings/{id}/invitation.ics": { of: "meeting", ended: 200 },
  "POST /api/v1/meetings/{id}/deliveries/{delivery}/retry": { of: "meeting", second: NONE, ended: 410 },
  "GET /metrics": { read: false },
  "GET /api/v1/projects/{id}/documents": { of: "project" },
  "GET /api/v1/meetings/{id}/documents": { of: "meeting", ended: 200 },
  "GET /api/v1/documents/{id}": { of: "document" },
  "PUT /api/v1/documents/{id}": { of: "document", linkless: true, body: { title: "x", kind: "drawing" } },
  "POST /api/v1/documents/{id}/withdraw": { of: "document", linkless: true, body: { reason: "x" } },
  "POST /api/v1/documents/{id}/restore": { of: "document", linkless: true },
  "GET /api/v1/documents/{id}/revisions/{number}/content": { of: "document", second: "1" },
  "POST /api/v1/projects/{id}/uploads": { of: "project", headers: tusHeaders },
  "POST /api/v1/meetings/{id}/uploads": { of: "meeting", headers: tusHeaders, ended: 201 },
  "POST /api/v1/documents/{id}/uploads": { of: "document", headers: tusHeaders },
  "GET /api/v1/documents/{id}/uploads/{upload}": { of: "document", second: "upload", read: false },
  "PATCH /api/v1/documents/{id}/uploads/{upload}": { of: "document", second: "upload", headers: { "tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream" } },
  "DELETE /api/v1/documents/{id}/uploads/{upload}": { of: "document", second: "upload", headers: { "tus-resumable": "1.0.0" } },
  "GET /api/v1/link/documents": { link: true },
  "GET /api/v1/uploads/{id}": { of: "upload", read: false },
  "PATCH /api/v1/uploads/{id}": { of: "upload", headers: { "tus-resumable": "1.0.0", "upload-offset": "0", "content-type": "application/offset+octet-stream" } },
  "GET /api/v1/projects.csv": { list: true },
  "GET /api/v1/imports": { list: true, read: false },
  "POST /api/v1/imports": { list: true, headers: { "content-type": "text/csv", "content-length": "0" } },
  "GET /api/v1/imports/{id}": { of: "import", read: false },
  "GET /api/v1/imports/{id}/rows": { of: "import", read: false },
  "POST /api/v1/imports/{id}/confirm": { of: "import" },
  "DELETE /api/v1/imports/{id}": { of: "import" },
  "DELETE /api/v1/uploads/{id}": { of: "upload", headers: { "tus-resumable": "1.0.0" } },
  "GET /api/v1/pace": { list: true },
  "GET /api/v1/visits": {},
  "GET /api/v1/waiting": { list: true },
  "GET /api/v1/projects/{id}/timeline": { of: "project" },
  "GET /api/v1/service": { read: false },
  "GET /api/v1/attention": {},
};
/** Open only to a device's own token, whose suites are 56 and 57: no session and no link may. */
const byDeviceToken = /^(POST|PATCH|DELETE) \/wh[ie]p\//;

const REFUSED = new Set([401, 403, 404]);
const OF_MEETING = new Set(["meeting", "document", "upload"]);
const BOTH = ["mine", "other"];
const WHICH = { meeting: ["mine", "other", "ended"], project: BOTH, document: BOTH };

async function seed() {
  const a = {};
  for (const [login, role] of [["gly", "admin"], ["shen", "manager"], ["qian", "manager"], ["lin", "expert"], ["zhao", "supervisor"], ["sun", "auditor"], ["zhou", "dispatcher"], ["wu", "manager"], ["tang", "expert"]]) a[login] = await account(server, login, role);
  const mine = (await a.shen.want(201, "POST", "/projects", { title: "甲", customer: "锦澜" })).id;
  const hosted = await server.cli("meeting", "create", mine, "review", "甲");
  things = { mine: { project: mine, meeting: hosted.meeting }, other: await meetingOf(a.qian, "乙"), ended: await meetingOf(a.shen, "丙") };
  const link = async (who, meeting, role) => (await who.want(201, "POST", `/meetings/${meeting}/invitations`, { role, name: "", organisation: "" })).url;
  const guest = async (who, meeting, role) => (await redeem(server, await link(who, meeting, role), role)).token;
  const t = {
    host: (await redeem(server, hosted.host_url, "主持")).token,
    guest: await guest(a.shen, things.mine.meeting, "customer"),
    expert: await guest(a.shen, things.mine.meeting, "expert"),
    stranger: await guest(a.qian, things.other.meeting, "designer"),
    late: await guest(a.shen, things.mine.meeting, "contractor"),
    taken: await guest(a.shen, things.mine.meeting, "contractor"),
    before: await guest(a.shen, things.ended.meeting, "customer"),
    expertBefore: await guest(a.shen, things.ended.meeting, "expert"),
  };
  devices = await Promise.all([0, 1, 2].map(async () => (await a.shen.want(201, "POST", `/meetings/${things.ended.meeting}/devices`, { label: "x", publish: true, view: false, days: 1 })).device));
  for (const m of Object.values(things)) m.invitation = (await (m === things.other ? a.qian : a.shen).want(201, "POST", `/meetings/${m.meeting}/invitations`, { role: "customer", name: "" })).id;
  await server.cli("meeting", "end", things.ended.meeting);
  const old = new Account(server, "shen", a.shen.password);
  await old.signIn();
  execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000",
    `UPDATE invitation SET expires_at = 1 WHERE id = (SELECT invitation_id FROM participant WHERE name = 'contractor' ORDER BY id LIMIT 1);
     UPDATE session SET expires_at = 1 WHERE public_id = '${(await old.want(200, "GET", "/session")).session}';
     UPDATE invitation SET revoked_at = 1 WHERE id = (SELECT invitation_id FROM participant WHERE name = 'contractor' ORDER BY id DESC LIMIT 1)`]);
  /* Project links: one that is good, one that ran out, one that was taken back, one of another's project. */
  const linked = async (who, project, name) => {
    const made = await who.want(201, "POST", `/projects/${project}/links`, { name, role: "designer", phone: "13812345678" });
    const rs = await server.post("/api/v1/links/redeem", { secret: secretOf(made.url), name, organisation: "" });
    equal(rs.status, 201, rs.text);
    return { id: made.id, token: rs.json().token };
  };
  const l = { good: await linked(a.shen, mine, "周工"), other: await linked(a.qian, things.other.project, "吴工"), late: await linked(a.shen, mine, "过期"), taken: await linked(a.shen, mine, "收回"), spare: await linked(a.shen, mine, "另一个") };
  await a.shen.want(204, "POST", `/projects/${mine}/links/${l.taken.id}/revoke`);
  execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", `UPDATE project_link SET expires_at = 1 WHERE public_id = '${l.late.id}'`]);
  for (const m of [things.mine, things.other, things.ended]) {
    m.link = m === things.other ? l.other.id : l.spare.id;
  }
  /* By account: invited by name, and the host of another manager's meeting. */
  const named = await account(server, "he", "expert");
  await a.shen.want(201, "POST", `/meetings/${things.mine.meeting}/invitations`, { account: named.id });
  const revoked = a.wu.token();
  await a.gly.want(200, "POST", `/accounts/${a.wu.id}/disable`);
  for (const m of Object.values(things)) {
    mkdirSync(join(server.recordingPath(m.meeting), "tracks"), { recursive: true });
    writeFileSync(join(server.recordingPath(m.meeting), "tracks/x.webm"), "x");
  }
  things.mine.document = (await new Tus(server, a.shen.token()).want(`meetings/${things.mine.meeting}`, "x.pdf", pdf(10))).document;
  things.other.document = (await new Tus(server, a.qian.token()).want(`meetings/${things.other.meeting}`, "x.pdf", pdf(10))).document;
  const org = (await a.gly.want(201, "POST", "/organisations", { name: "设计院", kind: "design" })).organisation;
  things.ids = { account: a.tang.id, self: a.gly.id, organisation: org, token: (await a.shen.want(201, "POST", "/account/tokens", { name: "x", scopes: "projects:read", days: 1, password: a.shen.password })).token };
  for (const name of ["webhook", "unhook"]) things.ids[name] = (await a.gly.want(201, "POST", "/webhooks", { name, url: "https://127.0.0.1:1/", events: "project.moved", active: false })).webhook;
  await a.gly.want(204, "POST", `/webhooks/${things.ids.webhook}/ping`);
  things.ids.ping = (await a.gly.want(200, "GET", `/webhooks/${things.ids.webhook}/deliveries`)).deliveries[0].delivery;
  const sent = await call({ token: a.shen.token() }, "POST", "/api/v1/imports", undefined, { "content-type": "text/csv" }, "title,customer\nx,y\n");
  equal(sent.status, 202, sent.text);
  things.ids.import = sent.json().id;
  const of = (map) => (which) => map[which] ?? "none";
  /* Who came by a link stands only to its meeting and what is linked to it: not to the project, and to nothing that is of all. */
  const links = new Set(Object.values(t));
  const row = (name, column, token, relation) => ({ name, column, token, byLink: links.has(token), relation: (which, of) => (links.has(token) && !OF_MEETING.has(of) ? "none" : relation(which)) });
  callers = [
    row("administrator", "admin", a.gly.token(), of({})),
    row("manager", "manager", a.shen.token(), of({ mine: "own", ended: "own" })),
    row("host of this meeting by link", "manager", t.host, of({ mine: "own" })),
    row("expert by account, not assigned", "expert", a.lin.token(), of({})),
    row("expert of this meeting", "expert", t.expert, of({ mine: "as" })),
    { ...row("expert by account, invited by name", "expert", named.token(), of({ mine: "as" })), relation: (which, kind) => (which === "mine" && OF_MEETING.has(kind) ? "as" : "none") },
    { ...row("designer by project link", "guest", l.good.token, of({})), relation: (which, kind) => (kind === "link" || (kind === "document" && which === "mine") ? "link" : "none"), byLink: true },
    row("designer whose project link ran out", "nobody", l.late.token, of({})),
    row("designer whose project link was taken back", "nobody", l.taken.token, of({})),
    row("expert of the ended meeting", "expert", t.expertBefore, of({ ended: "as" })),
    row("supervisor", "supervisor", a.zhao.token(), of({})),
    row("guest of this meeting", "guest", t.guest, of({ mine: "inv" })),
    row("guest of another meeting", "guest", t.stranger, of({ other: "inv" })),
    row("guest of the ended meeting", "guest", t.before, of({ ended: "inv" })),
    row("auditor", "auditor", a.sun.token(), of({})),
    row("guest whose link ran out", "nobody", t.late, of({})),
    row("guest whose link was revoked", "nobody", t.taken, of({})),
    row("manager whose login was revoked", "nobody", revoked, of({})),
    row("manager whose session ran out", "nobody", old.token(), of({})),
    row("dispatcher", "nobody", a.zhou.token(), of({})),
    row("nobody", "nobody", undefined, of({})),
  ];
  return { a, t };
}

const call = (caller, method, path, body, headers = {}, raw = undefined) =>
  server.request(path, {
    method,
    headers: { ...headers, ...(caller.token === undefined ? {} : { cookie: `__Host-yj=${caller.token}` }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? raw : JSON.stringify(body),
  });

/** What stands in the path. An upload is its maker's alone: one of the caller's, where there can be one, else the manager's. */
async function idOf(caller, probe, which) {
  if (probe.of !== "upload") return things[which][probe.of] ?? things.ids[probe.of];
  for (const who of [caller, callers.find((c) => c.name === "manager")]) {
    const rs = await call(who, "POST", `/api/v1/meetings/${things[which].meeting}/uploads`, undefined, tusHeaders);
    if (rs.status === 201) return rs.json().id;
  }
  return NONE;
}

/** What stands for the second placeholder: a view, a device or a revision's upload of this caller where one can be made. */
async function secondOf(caller, probe, meeting) {
  if (probe.second === "view") {
    const rs = await call(caller, "POST", `/api/v1/meetings/${meeting}/recording/views`);
    return rs.status < 300 ? (rs.json().view ?? rs.json().id) : NONE;
  }
  if (probe.second === "upload") {
    for (const who of [caller, callers.find((c) => c.name === "manager")]) {
      const rs = await call(who, "POST", `/api/v1/documents/${meeting}/uploads`, undefined, tusHeaders);
      if (rs.status === 201) return rs.json().id;
    }
    return NONE;
  }
  if (probe.second === "ping") return things.ids.ping;
  if (probe.second === "invitation" || probe.second === "link") return Object.values(things).find((x) => x.meeting === meeting || x.project === meeting)[probe.second];
  if (probe.second !== "device") return probe.second;
  if (meeting === things.ended.meeting) return devices[0] === undefined ? NONE : caller.relation("ended", "meeting") === "none" ? devices[0] : devices.shift();
  const owner = callers.find((c) => c.name === "manager");
  return (await call(owner, "POST", `/api/v1/meetings/${meeting}/devices`, { label: "x", publish: true, view: false, days: 1 })).json?.()?.device ?? NONE;
}

export const tests = {
  async "the document, the server's table and its routes agree; a row waits only while no route is of it"(note) {
    await server.start();
    rights = JSON.parse(execFileSync(join(bin, "yunjiand"), ["--rights"], { encoding: "utf8", maxBuffer: 1 << 22 }));
    table = readTable();
    equal(rights.rows.map((r) => [r.action, ...r.cells].join("|")).join("\n"), table.map((r) => [r.action, ...r.cells].join("|")).join("\n"), "row by row");
    const used = new Set([...rights.routes, ...rights.messages].map((r) => r.row));
    for (const [i, r] of rights.rows.entries()) equal(r.waits, !used.has(i), `${r.action}: waits`);
    note(`waiting: ${rights.rows.filter((r) => r.waits).map((r) => r.action).join("; ")}`);
    for (const r of rights.routes) {
      const name = `${r.method} ${r.path}`;
      ok(r.row === null || name in probes || byDeviceToken.test(name), `${name} is tried by nothing: add how to try it`);
    }
    for (const name of Object.keys(probes)) ok(rights.routes.some((r) => `${r.method} ${r.path}` === name && r.row !== null), `${name} is no route of a row any more`);
  },

  async "REST: every cell, against one's own, another's, an ended meeting, links that ran out and logins that were revoked"(note) {
    await seed();
    const wrong = [];
    let n = 0;
    for (const r of rights.routes) {
      const probe = probes[`${r.method} ${r.path}`];
      if (probe === undefined || r.row === null) continue;
      const { action, cells } = table[r.row];
      for (const which of WHICH[probe.of] ?? ["mine"])
        for (const caller of callers) {
          const listed = { manager: "own", expert: "as" }[caller.column];
          const relation = probe.list === true && listed !== undefined && !caller.byLink ? listed : caller.relation(which, probe.link === true ? "link" : probe.linkless === true ? "project" : probe.of);
          const read = probe.read ?? r.method === "GET";
          const column = caller.name === "dispatcher" && action === HERS ? "supervisor" : caller.column;
          const may = allowed(cells[COLUMNS.indexOf(column)], relation, read);
          const id = await idOf(caller, probe, which);
          const second = probe.second === undefined ? "" : await secondOf(caller, probe, id);
          const path = r.path.replace("{id}", id).replace(/\{[a-z]+\}/, second);
          const rs = await call(caller, r.method, path, typeof probe.body === "function" ? probe.body(which) : probe.body, probe.headers);
          n++;
          const did = !REFUSED.has(rs.status);
          if (did !== may) wrong.push(`${action}: ${r.method} ${r.path}, ${which} meeting, ${caller.name}: ${rs.status}, ${may ? "allowed" : "refused"} by the table`);
          if (rs.status >= 500) wrong.push(`${r.method} ${path}: ${rs.status}`);
          if (may && which === "ended" && rs.status !== probe.ended) wrong.push(`${r.method} ${r.path}, ended meeting, ${caller.name}: ${rs.status}, want ${probe.ended}`);
        }
    }
    note(`${n} cells tried`);
    equal(wrong.join("\n"), "", "cells that the server answers otherwise");
  },

  async "routes of devices take no session and no link"() {
    for (const kind of ["whip", "whep"])
      for (const caller of callers) {
        const rs = await server.request(`/${kind}/${things.mine.meeting}/x`, { method: "POST", headers: { "content-type": "application/sdp", ...(caller.token === undefined ? {} : { authorization: `Bearer ${caller.token}` }) }, body: "v=0\r\n" });
        ok(REFUSED.has(rs.status), `${kind} by ${caller.name}: ${rs.status}`);
      }
  },

  async "WebSocket: every message of every cell"(note) {
    const fields = {
      send_offer: { sdp: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n", tracks: [] },
      recv_answer: { sdp: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n", revision: 1 },
      mute: { source: "camera", on: true },
      watch: { tracks: [] },
      chat: { text: "x" },
      mute_other: { participant: "x", source: "camera" },
      recording_stop: { reason: "x" },
    };
    for (const type of ["admit", "refuse", "remove"]) fields[type] = { participant: "x" };
    const manager = callers.find((c) => c.name === "manager");
    const joined = await call(manager, "POST", `/api/v1/meetings/${things.mine.meeting}/join`, { consent: true });
    const person = async (token, name) => {
      const p = new Person(server, token, name);
      people.push(p);
      await p.connect();
      return p;
    };
    const host = await person(joined.json().token, "manager");
    await host.ask("join");
    const present = [["manager", "own", host]];
    for (const [name, column, relation] of [["expert of this meeting", "expert", "as"], ["guest of this meeting", "guest", "inv"]]) {
      const p = await person(callers.find((c) => c.name === name).token, name);
      const { state } = await p.ask("join");
      equal(state, column === "guest" ? "waiting" : "in", `${name} comes in`);
      if (state === "waiting") {
        equal((await p.ask("chat", { text: "x", key: "w" }).catch((e) => e.code)), "not_in_meeting", "who waits does nothing yet");
        await host.ask("admit", { participant: callers.find((c) => c.name === name).participant ?? (await participantOf(host)) });
        await until(() => p.notices.some((x) => x.type === "admitted"), 3000, "let in");
      }
      present.push([column, relation, p]);
    }
    const wrong = [];
    let n = 0;
    for (const m of rights.messages) {
      if (m.row === null || m.type === "join") continue;
      /* The end is tried by those who may not; that the host may is tried last. */
      for (const [column, relation, p] of present.filter(([c]) => m.type !== "end" || c !== "manager")) {
        const may = allowed(table[m.row].cells[COLUMNS.indexOf(column)], relation, false);
        const answer = await p.ask(m.type, { ...fields[m.type], ...(m.type === "chat" ? { key: `k${++n}` } : {}) }).then(() => "ok", (e) => e.code);
        n++;
        if ((answer !== "denied") !== may) wrong.push(`${table[m.row].action}: ${m.type} by ${column}: ${answer}, ${may ? "allowed" : "refused"} by the table`);
        ok(answer !== "not_in_meeting", `${column} is still in for ${m.type}`);
      }
    }
    equal(wrong.join("\n"), "", "messages that the server answers otherwise");
    equal(await host.ask("end").then(() => "ok", (e) => e.code), "ok", "the host ends");
    for (const [, , p] of present) await until(() => p.closed?.code === 4004, 3000, "all are told");
    note(`${n} messages tried`);
  },

  async "WebSocket: a link that ran out, one that was revoked, a login that was, an ended meeting, an account's session, nobody: no way in"() {
    for (const [name, code] of [["guest whose link ran out", 4001], ["guest whose link was revoked", 4001], ["guest of the ended meeting", 4004], ["expert of the ended meeting", 4004], ["manager", 4001], ["administrator", 4001], ["auditor", 4001], ["supervisor", 4001], ["manager whose login was revoked", 4001]]) {
      const p = new Person(server, callers.find((c) => c.name === name).token, name);
      people.push(p);
      await p.connect().catch(() => undefined);
      await until(() => p.closed !== undefined, 3000, `${name} is sent away`);
      equal(p.closed.code, code, name);
    }
  },
};

/** Who waits, as the host's page knows it. */
async function participantOf(host) {
  const knock = await until(() => host.notices.findLast((n) => n.type === "waiting"), 3000, "somebody knocks");
  return knock.participant;
}
