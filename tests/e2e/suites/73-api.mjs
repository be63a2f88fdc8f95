// The API as other systems use it: the same request twice, tokens and their scopes, and what holds answers to their description.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Account, account, meetingOf, seen } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { check, settle } from "../lib/openapi.mjs";
import { Server, until } from "../lib/server.mjs";

const server = new Server();
const people = {};
const field = { title: "变电所", customer: "锦澜" };

/** May run beside others. */
export const light = true;

export async function close() {
  await server.close();
}

const sqlite = (sql) => execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", sql], { encoding: "utf8" }).trim();
const keyed = (key) => ({ "idempotency-key": key });
const projects = async (who) => (await who.want(200, "GET", "/projects")).projects.length;

/** Another system, by its token. */
class System {
  constructor(secret) {
    this.secret = secret;
  }
  call(method, path, body, headers = {}) {
    return server.request(path.startsWith("/metrics") ? path : `/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.secret}`, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }
}
const make = async (who, scopes, name = "ERP", days = 30) => who.want(201, "POST", "/account/tokens", { name, scopes, days, password: who.password });

export const tests = {
  async "what is not described is found: a member more, a member less, another type, status, route, method"() {
    const fine = { type: "about:blank", title: "invalid", status: 400, code: "invalid", detail: "x", request_id: "1" };
    const json = { "content-type": "application/json; charset=utf-8" };
    const problem = { "content-type": "application/problem+json" };
    const organisation = { organisation: "1", name: "x", kind: "design", version: 1 };
    const cases = [
      ["as described", { method: "GET", url: "/api/v1/organisations/1", status: 200, headers: { ...json, etag: '"1"' }, body: JSON.stringify(organisation) }, undefined],
      ["a problem with more to say", { method: "GET", url: "/api/v1/organisations/1", status: 404, headers: problem, body: JSON.stringify({ ...fine, state: "x" }) }, undefined],
      ["a route that is none", { method: "GET", url: "/api/v1/nothing", status: 404, headers: problem, body: JSON.stringify(fine) }, undefined],
      ["a member more", { method: "GET", url: "/api/v1/organisations/1", status: 200, headers: { ...json, etag: '"1"' }, body: JSON.stringify({ ...organisation, secret: 1 }) }, "secret"],
      ["a member less", { method: "GET", url: "/api/v1/organisations/1", status: 200, headers: { ...json, etag: '"1"' }, body: JSON.stringify({ ...organisation, kind: undefined }) }, "kind"],
      ["another word", { method: "GET", url: "/api/v1/organisations/1", status: 200, headers: { ...json, etag: '"1"' }, body: JSON.stringify({ ...organisation, kind: "club" }) }, "allowed"],
      ["another type", { method: "GET", url: "/api/v1/organisations/1", status: 200, headers: { ...json, etag: '"1"' }, body: JSON.stringify({ ...organisation, version: "1" }) }, "integer"],
      ["deep within", { method: "GET", url: "/api/v1/organisations", status: 200, headers: json, body: JSON.stringify({ organisations: [{ ...organisation, x: 1 }] }) }, "organisations/0"],
      ["no ETag", { method: "GET", url: "/api/v1/organisations/1", status: 200, headers: json, body: JSON.stringify(organisation) }, "ETag"],
      ["another status", { method: "GET", url: "/api/v1/organisations/1", status: 418, headers: problem, body: JSON.stringify(fine) }, "status"],
      ["another media type", { method: "GET", url: "/api/v1/organisations/1", status: 200, headers: { "content-type": "text/html", etag: '"1"' }, body: "<p>" }, "text/html"],
      ["an error that is no problem", { method: "GET", url: "/api/v1/organisations/1", status: 404, headers: json, body: "{}" }, "not a problem"],
      ["a body where there is none", { method: "DELETE", url: "/api/v1/session", status: 204, headers: json, body: "{}" }, "body"],
      ["a route that is not described", { method: "GET", url: "/api/v1/nothing", status: 200, headers: json, body: "{}" }, "route"],
      ["a method that is not described", { method: "DELETE", url: "/api/v1/organisations/1", status: 200, headers: json, body: "{}" }, "method"],
      ["accepted though it should not have been", { method: "POST", url: "/api/v1/organisations", status: 201, headers: { ...json, etag: '"1"' }, body: JSON.stringify(organisation), sent: { name: "x" } }, "what was sent"],
    ];
    for (const [what, answer, want] of cases) {
      check(answer);
      const got = await settle().then(() => undefined, (e) => e.message);
      ok(want === undefined ? got === undefined : got?.includes(want), `${what}: ${got}`);
    }
  },

  async "a POST sent twice under one key is done once, and answered the same"() {
    await server.start();
    for (const [login, role] of [["shen", "manager"], ["lin", "manager"], ["sun", "supervisor"], ["gly", "admin"]]) people[login] = await account(server, login, role);
    const { shen, lin } = people;
    const first = await shen.call("POST", "/projects", field, keyed("k1"));
    const again = await shen.call("POST", "/projects", field, keyed('"k1"'));
    equal(`${first.status} ${again.status} ${first.headers["idempotency-replayed"]} ${again.headers["idempotency-replayed"]}`, "201 201 undefined true");
    equal(again.text, first.text, "the same answer");
    equal(again.headers.etag, first.headers.etag, "and its tag");
    equal(await projects(shen), 1, "one project");
    equal(sqlite(`SELECT COUNT(*) FROM audit WHERE what = 'project.add'`), "1", "and one row of it in the audit log");
    const other = await shen.call("POST", "/projects", { ...field, title: "别的" }, keyed("k1"));
    equal(`${other.status} ${other.json().code}`, "422 invalid", "another body under the same key");
    equal((await shen.call("POST", "/organisations", { name: "x", kind: "design" }, keyed("k1"))).status, 403, "what one may not is not looked up");
    equal((await lin.call("POST", "/projects", field, keyed("k1"))).status, 201, "somebody else's key of the same name is another");
    equal(await projects(lin), 1);
    equal((await shen.call("POST", "/projects", field, keyed("k2"))).status, 201, "another key is another intention");
    equal((await shen.call("POST", "/projects", field)).status, 201, "and so is none");
    for (const bad of ["a b", '"', '""', "x".repeat(65), "x".repeat(500), "k\\1", "钥"].map((k) => Buffer.from(k).toString("latin1")))
      equal((await shen.call("POST", "/projects", field, keyed(bad))).status, 400, `no key: ${bad}`);
    equal(await projects(shen), 3, "none of the refused was done");
  },

  async "at the same time: one effect; a refusal is not kept; a day later the key is free"() {
    const { shen } = people;
    const before = await projects(shen);
    const all = await Promise.all([...Array(8).keys()].map(() => shen.call("POST", "/projects", field, keyed("together"))));
    equal(new Set(all.map((r) => `${r.status} ${r.json().id}`)).size, 1, "all were told of one");
    equal(all.filter((r) => r.headers["idempotency-replayed"] === undefined).length, 1, "one of them did it");
    equal(await projects(shen), before + 1);
    equal((await shen.call("POST", "/projects", { customer: "x" }, keyed("wrong"))).status, 400, "refused");
    equal((await shen.call("POST", "/projects", field, keyed("wrong"))).status, 201, "and mended under the same key");
    sqlite(`UPDATE once SET at = at - 86400001 WHERE key = 'together'`);
    equal((await shen.call("POST", "/projects", { ...field, title: "第二天" }, keyed("together"))).status, 201, "after a day");
  },

  async "what is shown once is made once, and not told again; signing in takes no key"() {
    const { shen, gly } = people;
    const { meeting } = await meetingOf(shen);
    const body = { label: "无人机", publish: true, view: false, days: 1 };
    const made = await shen.call("POST", `/meetings/${meeting}/devices`, body, keyed("dev"));
    const again = await shen.call("POST", `/meetings/${meeting}/devices`, body, keyed("dev"));
    equal(`${made.status} ${again.status}`, "201 409");
    equal((await shen.want(200, "GET", `/meetings/${meeting}/devices`)).devices.length, 1, "one token");
    const kept = sqlite("SELECT group_concat(body || headers) FROM once");
    ok(!kept.includes(made.json().token), "the token is not kept with the key");
    const person = { login: "once", name: "一", role: "expert", organisation: "" };
    const one = await gly.call("POST", "/accounts", person, keyed("acc"));
    equal(`${one.status} ${(await gly.call("POST", "/accounts", person, keyed("acc"))).status}`, "201 409", "an account with its one-time password");
    for (let i = 0; i < 2; i++) equal((await server.post("/api/v1/session", { login: "shen", password: shen.password }, keyed("s"))).status, 200, "signing in");
  },

  async "a token does what its scopes and its owner's role allow, and nothing else"(note) {
    const { shen, sun, gly } = people;
    equal((await shen.post("/account/tokens", { name: "x", scopes: "projects:read", days: 30, password: "not this" })).status, 400, "without the password");
    for (const [scopes, days] of [["", 30], ["everything", 30], ["metrics", 30], ["projects:read ", 30], ["projects:read", 0], ["projects:read", 367]])
      equal((await shen.post("/account/tokens", { name: "x", scopes, days, password: shen.password })).status, 400, `${scopes} ${days}`);
    equal((await gly.post("/account/tokens", { name: "x", scopes: "projects:read", days: 1, password: gly.password })).status, 400, "an administrator's has no content");
    const made = await make(shen, "projects:read projects:write");
    ok(/^yjt_[0-9a-f]{32}$/.test(made.secret), "its form");
    ok(!sqlite("SELECT hex(secret_hash) || name FROM api_token").includes(made.secret), "kept as a hash");
    const erp = new System(made.secret);
    equal((await erp.call("GET", "/projects")).status, 200);
    const p = (await erp.call("POST", "/projects", { ...field, title: "由 ERP 建" }, keyed("erp"))).json();
    equal((await erp.call("PUT", `/projects/${p.id}`, { ...field, title: "由 ERP 改" }, seen(p.version))).status, 200);
    const entries = (await shen.want(200, "GET", `/audit?object=${p.id}`)).entries;
    equal(entries.map((e) => `${e.what} ${e.login} ${e.token}`).join(), "project.edit shen ERP,project.add shen ERP", "the audit log says by which token");
    /* Every route that is there, under every scope: no answer beyond the scope. */
    const rights = JSON.parse(execFileSync(join(process.env.YUNJIAN_BIN ?? "build/release", "yunjiand"), ["--rights"], { encoding: "utf8", maxBuffer: 1 << 22, cwd: join(import.meta.dirname, "../../..") }));
    const scopes = { "projects:read": ["project_read"], "projects:write": ["project_edit"], "meetings:read": ["meeting_read"], "meetings:write": ["meeting_schedule"], "documents:read": ["drawing_read"], "documents:write": ["drawing_upload", "comment_answer"] };
    let n = 0;
    for (const [scope, acts] of Object.entries(scopes)) {
      const system = new System((await make(shen, scope, scope)).secret);
      for (const r of rights.routes.filter((x) => x.path.startsWith("/api/v1/") && x.act !== "anybody" && !acts.includes(x.act))) {
        const rs = await system.call(r.method, r.path.slice(7).replaceAll(/\{[^}]*\}/g, "0".repeat(32)));
        n++;
        ok([403, 415, 400].includes(rs.status) && (rs.status === 403 || r.method !== "GET"), `${scope}: ${r.method} ${r.path}: ${rs.status}`);
      }
    }
    note(`${n} requests refused`);
    const reads = new System((await make(sun, "projects:read meetings:read", "看板")).secret);
    equal((await reads.call("GET", `/projects/${p.id}`)).status, 200, "a supervisor's token sees what she sees");
    equal((await reads.call("POST", "/projects", field)).status, 403, "and changes nothing");
    const meter = new System((await make(gly, "metrics accounts:read", "监控")).secret);
    equal((await meter.call("GET", "/metrics")).status, 200, "numbers");
    equal((await meter.call("GET", "/accounts")).status, 200);
    equal((await meter.call("GET", "/projects")).status, 403, "an administrator's token has no content");
  },

  async "two sessions and another system change one project at once: every change is in it"(note) {
    const { shen } = people;
    const there = await shen.want(201, "POST", "/projects", { ...field, address: "" });
    const second = await new Account(server, "shen", shen.password).signIn();
    const editors = [shen, second, new System((await make(shen, "projects:read projects:write", "同步")).secret)];
    const CHANGES = 15;
    let late = 0;
    const edit = async (who, letter) => {
      for (let done = 0; done < CHANGES; ) {
        const p = (await who.call("GET", `/projects/${there.id}`)).json();
        const rs = await who.call("PUT", `/projects/${there.id}`, { ...field, address: `${p.address}${letter}` }, seen(p.version));
        ok(rs.status === 200 || rs.status === 412, `${rs.status} ${rs.text}`);
        if (rs.status === 200) done++;
        else {
          late++;
          ok(rs.json().current.version > p.version && rs.headers.etag === `"${rs.json().current.version}"`, "told of what there is now");
        }
      }
    };
    await Promise.all(editors.map((who, i) => edit(who, "甲乙丙"[i])));
    const { address, version } = await shen.want(200, "GET", `/projects/${there.id}`);
    equal([..."甲乙丙"].map((c) => [...address].filter((x) => x === c).length).join(), `${CHANGES},${CHANGES},${CHANGES}`, "none is lost");
    equal(version, 1 + 3 * CHANGES, "each is a version");
    ok(late > 0, "they did get into each other's way");
    note(`${late} of ${late + 3 * CHANGES} came too late, and were told`);
  },

  async "a token ends: revoked by its owner, by an administrator, with its account, with its role, by time; and is no cookie"() {
    const { shen, lin, gly, sun } = people;
    const works = async (t) => (await new System(t.secret).call("GET", "/projects")).status;
    const [one, two, three] = [await make(lin, "projects:read", "一"), await make(lin, "projects:read", "二"), await make(lin, "projects:read", "三")];
    equal((await server.request("/api/v1/projects", { headers: { cookie: `__Host-yj=${one.secret}` } })).status, 401, "as a cookie");
    equal(await works({ secret: one.secret.replace(/.$/, (c) => (c === "0" ? "1" : "0")) }), 401, "one character off");
    equal(await works(one), 200);
    equal((await shen.call("DELETE", `/account/tokens/${one.token}`)).status, 404, "somebody else's");
    await lin.want(204, "DELETE", `/account/tokens/${one.token}`);
    equal(await works(one), 401);
    equal((await shen.call("DELETE", `/tokens/${two.token}`)).status, 403, "no administrator");
    const all = (await gly.want(200, "GET", "/tokens")).tokens;
    ok(all.some((t) => t.token === two.token && t.account.login === "lin" && t.state === "good") && all.some((t) => t.token === one.token && t.state === "revoked"), "an administrator sees all");
    await gly.want(204, "DELETE", `/tokens/${two.token}`);
    equal(await works(two), 401);
    await until(async () => (await lin.want(200, "GET", "/account/tokens")).tokens.find((t) => t.token === one.token).used_at !== null, 3000, "when it was used is known");
    sqlite(`UPDATE api_token SET expires_at = 1 WHERE public_id = '${three.token}'`);
    equal(await works(three), 401, "run out");
    const four = await make(lin, "projects:read", "四");
    await gly.want(200, "POST", `/accounts/${lin.id}/disable`);
    equal(await works(four), 401, "its account is disabled");
    await gly.want(200, "POST", `/accounts/${lin.id}/enable`);
    equal(await works(four), 401, "and enabled again");
    const five = await make(sun, "projects:read", "五");
    const s = await gly.want(200, "GET", `/accounts/${sun.id}`);
    await gly.want(200, "PUT", `/accounts/${sun.id}`, { name: s.name, role: "expert", organisation: "" }, seen(s.version));
    equal(await works(five), 401, "the role has changed");
    const cli = await server.cli("token", "add", "shen", "备份", "projects:read", "7");
    equal(await works(cli), 200, "made by the command line");
    equal((await server.cliIn("", "token", "add", "gly", "x", "projects:read")).code, 1, "not for what the role has nothing of");
    ok((await server.cli("token", "list")).some((t) => t.token === cli.token && t.login === "shen"), "listed");
    await server.cli("token", "revoke", cli.token);
    equal(await works(cli), 401, "revoked");
    for (let i = 0; i < 20; i++) {
      const rs = await shen.post("/account/tokens", { name: "x", scopes: "projects:read", days: 1, password: shen.password });
      if (rs.status === 409) break;
      ok(i < 19, "there is a limit");
    }
  },
};
