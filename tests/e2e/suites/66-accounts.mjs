// Accounts: who gets in, what a new session owes, what ends when, who is held up by whose guesses, and what is on record.
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Account, account, meetingOf, seen } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Person } from "../lib/person.mjs";
import { Server, until } from "../lib/server.mjs";
import { offer, post, remove } from "../lib/whip.mjs";

const server = new Server();
const people = [];
let admin;
let manager;
let auditor;

/** May run beside others. */
export const light = true;

export async function close() {
  for (const p of people) p.close();
  await server.close();
}

/** In a meeting by account: a socket that is open. */
async function present(who, meeting) {
  const { token } = await who.want(201, "POST", `/meetings/${meeting}/join`, { consent: true });
  const p = new Person(server, token, who.login);
  people.push(p);
  await p.connect();
  await p.ask("join");
  return p;
}
const created = async (login, role) => {
  const made = await admin.want(201, "POST", "/accounts", { login, name: login, role, organisation: "" });
  const a = new Account(server, login, made.password);
  a.id = made.account;
  return a;
};

export const tests = {
  async "the first administrator is made once, and gets nothing before a password and a second factor of its own"() {
    await server.start();
    const { login, password } = await server.cli("user", "first");
    equal(login, "admin", "its login");
    equal(JSON.stringify(await server.cli("user", "first")), "{}", "a second one");
    admin = new Account(server, login, password);
    const first = await admin.want(200, "POST", "/session", { login, password });
    equal(first.owes, "password", "owed first");
    for (const [method, path] of [["GET", "/accounts"], ["GET", "/account"], ["POST", "/account/second"]])
      equal((await admin.call(method, path, method === "POST" ? { password } : undefined)).status, 403, `${path} before the password is changed`);
    equal((await admin.post("/account/password", { current: "another one", password: "long enough for anybody" })).status, 400, "a wrong current password");
    equal((await admin.post("/account/password", { current: password, password: "short" })).status, 400, "a short password");
    equal((await admin.post("/account/password", { current: password, password })).status, 400, "the same password");
    const before = admin.token();
    admin.password = "long enough for anybody";
    await admin.want(204, "POST", "/account/password", { current: password, password: admin.password });
    ok(admin.token() !== before, "the session goes on under another token");
    equal((await server.request("/api/v1/session", { headers: { cookie: `__Host-yj=${before}` } })).status, 401, "the token of before");
    equal((await admin.want(200, "GET", "/session")).owes, "enrol", "owed second");
    for (const path of ["/accounts", "/account", "/audit", "/projects"]) equal((await admin.get(path)).status, 403, `${path} before the second factor`);
    equal((await admin.post("/account/second", { password: "not this one" })).status, 400, "enrolling without the password");
    await admin.enrol();
    equal((await admin.want(200, "GET", "/session")).owes, "", "owed at last");
    await admin.want(200, "GET", "/accounts");
  },

  async "an administrator keeps organisations and accounts; two editors do not overwrite each other"() {
    const org = await admin.want(201, "POST", "/organisations", { name: "城南设计院", kind: "design" });
    equal((await admin.post("/organisations", { name: "城南设计院", kind: "utility" })).status, 409, "the same name");
    equal((await admin.post("/organisations", { name: "x", kind: "club" })).status, 400, "no kind");
    const edited = await admin.want(200, "PUT", `/organisations/${org.organisation}`, { name: "城南电力设计院", kind: "design" }, seen(org.version));
    const late = await admin.call("PUT", `/organisations/${org.organisation}`, { name: "别的", kind: "design" }, seen(org.version));
    equal(`${late.status} ${late.json().current.name} ${late.headers.etag}`, '412 城南电力设计院 "2"', "an edit of the version before: both are told");
    equal((await admin.call("PUT", `/organisations/${org.organisation}`, { name: "别的", kind: "design" })).status, 428, "an edit of no version");
    equal((await admin.call("PUT", `/organisations/${org.organisation}`, { name: "别的", kind: "design" }, { "if-match": "*" })).status, 412, "an edit of whatever there is");
    equal(edited.version, 2, "the new version");
    const made = await admin.want(201, "POST", "/accounts", { login: "Lin.Mo", name: "林墨", role: "expert", organisation: org.organisation });
    ok(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/.test(made.password), "a one-time password");
    equal((await admin.post("/accounts", { login: "lin.mo", name: "x", role: "expert", organisation: "" })).status, 409, "logins differ in more than case");
    equal((await admin.post("/accounts", { login: "a b", name: "x", role: "expert", organisation: "" })).status, 400, "a login with a blank");
    equal((await admin.post("/accounts", { login: "guest", name: "x", role: "customer", organisation: "" })).status, 400, "guests have no accounts");
    equal((await admin.post("/accounts", { login: "ghost", name: "x", role: "expert", organisation: "f".repeat(32) })).status, 400, "an organisation that is none");
    const list = async (q) => (await admin.want(200, "GET", `/accounts?${q}`)).accounts.map((a) => a.login).join();
    equal(await list(`q=${encodeURIComponent("林")}`), "Lin.Mo", "found by a character of the name");
    equal(await list(`q=${encodeURIComponent("城南电力")}`), "Lin.Mo", "found by the organisation");
    equal(await list("q=LIN"), "Lin.Mo", "found by the login");
    equal(await list("role=admin"), "admin", "by role");
    equal(await list("state=disabled"), "", "by state");
    const change = { name: "林默", role: "expert", organisation: "" };
    equal((await admin.call("PUT", `/accounts/${made.account}`, change)).status, 428, "an edit of no version");
    equal((await admin.call("PUT", `/accounts/${made.account}`, { ...change, organisation: "f".repeat(32) }, seen(made.version))).status, 400, "into an organisation that is none");
    const after = await admin.want(200, "PUT", `/accounts/${made.account}`, change, seen(made.version));
    equal(`${after.name} ${after.organisation} ${after.version}`, "林默  2", "what was written");
    const second = await admin.call("PUT", `/accounts/${made.account}`, { ...change, name: "林某" }, seen(made.version));
    equal(`${second.status} ${second.json().current.name} ${second.headers.etag}`, '412 林默 "2"', "the second editor is told of both");
    equal((await admin.want(200, "GET", `/accounts/${made.account}`)).name, "林默", "the first one's change stands");
    equal((await admin.call("PUT", `/accounts/${(await admin.want(200, "GET", "/session")).account}`, { name: "a", role: "manager", organisation: "" }, seen(1))).status, 409, "the last administrator stays one");
    const row = (n) => `('${n}', '${n}', 'n', 'expert', '', 1)`;
    const many = [...Array(55).keys()].map((i) => row(`many${String(i).padStart(2, "0")}`));
    execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), `.timeout 5000`, `INSERT INTO account(public_id, login, name, role, password, created_at) VALUES ${many}`]);
    const page = await admin.want(200, "GET", "/accounts?q=many");
    const rest = await admin.want(200, "GET", `/accounts?q=many&after=${page.next}`);
    equal(`${page.accounts.length} ${rest.accounts.length} ${rest.next}`, "50 5 null", "two pages by key");
  },

  async "a one-time password is good for one thing; changing one's own ends the other sessions"() {
    manager = await created("shen", "manager");
    await manager.want(200, "POST", "/session", { login: "shen", password: manager.password });
    equal((await manager.get("/projects")).status, 403, "projects with another's password");
    await manager.signIn();
    await manager.want(200, "GET", "/projects");
    const there = new Account(server, "shen", manager.password);
    await there.signIn();
    const { meeting } = await meetingOf(there);
    const p = await present(there, meeting);
    equal((await manager.want(200, "GET", "/account")).sessions.length, 2, "two sessions");
    const next = "another one that is long";
    await manager.want(204, "POST", "/account/password", { current: manager.password, password: next });
    manager.password = next;
    await until(() => p.closed?.code === 4001, 3000, "who came in by the other session is out");
    equal((await there.get("/session")).status, 401, "the other session");
    await manager.want(200, "GET", "/projects");
    equal((await manager.want(200, "GET", "/account")).sessions.length, 1, "one session");
  },

  async "disabling an account ends its sessions and its running sockets at once, by the page and by the command line"() {
    const { meeting } = await meetingOf(manager);
    for (const how of ["page", "command line"]) {
      const p = await present(manager, meeting);
      const device = await manager.want(201, "POST", `/meetings/${meeting}/devices`, { label: "门口", publish: true, view: false, days: 1 });
      const published = await post(server, `${device.whip_url}door`, offer(), device.token);
      equal(published.status, 201, "a device by a token of hers");
      const begun = Date.now();
      if (how === "page") await admin.want(200, "POST", `/accounts/${manager.id}/disable`);
      else await server.cli("user", "disable", "shen");
      await until(() => p.closed?.code === 4001, 2000, `the socket is closed, by the ${how}`);
      ok(Date.now() - begun < 2000, "at once");
      equal((await manager.get("/projects")).status, 401, "the session");
      equal((await remove(server, published.headers.location, device.token)).status, 404, "what the device sends");
      equal((await post(server, `${device.whip_url}door`, offer(), device.token)).status, 401, "the device's token");
      equal((await manager.post("/session", { login: "shen", password: manager.password })).status, 401, "signing in");
      const again = new Person(server, p.token);
      people.push(again);
      await again.connect().catch(() => undefined);
      await until(() => again.closed?.code === 4001, 2000, "the token of the meeting");
      if (how === "page") await admin.want(200, "POST", `/accounts/${manager.id}/enable`);
      else await server.cli("user", "enable", "shen");
      await manager.signIn();
      const back = new Person(server, p.token);
      people.push(back);
      await back.connect().catch(() => undefined);
      await until(() => back.closed?.code === 4001, 2000, "a token of a session that has ended stays ended");
    }
    equal((await admin.post(`/accounts/${(await admin.want(200, "GET", "/session")).account}/disable`)).status, 409, "oneself");
    const lin = (await admin.want(200, "GET", "/accounts?q=Lin.Mo")).accounts[0];
    const reset = await admin.want(200, "POST", `/accounts/${manager.id}/password`, {});
    equal((await manager.get("/projects")).status, 401, "a reset ends the sessions");
    manager.password = reset.password;
    await manager.signIn();
    ok(lin !== undefined, "others are untouched");
  },

  async "signing out ends the session on the server, and who came into a meeting by it is out"() {
    const here = new Account(server, "shen", manager.password);
    await here.signIn();
    const p = await present(here, (await meetingOf(here)).meeting);
    const token = here.token();
    await here.want(204, "DELETE", "/session");
    await until(() => p.closed?.code === 4001, 2000, "out of the meeting");
    equal(here.token(), undefined, "the cookie is gone");
    equal((await server.request("/api/v1/session", { headers: { cookie: `__Host-yj=${token}` } })).status, 401, "and the token is none any more");
    await here.signIn();
    const kept = here.token();
    await here.want(200, "POST", "/session", { login: "shen", password: manager.password });
    ok(here.token() !== kept, "a new token at every sign-in");
    equal((await server.request("/api/v1/session", { headers: { cookie: `__Host-yj=${kept}` } })).status, 401, "what this browser held before has ended");
    const other = new Account(server, "shen", manager.password);
    await other.signIn();
    const id = (await other.want(200, "GET", "/session")).session;
    await here.want(204, "DELETE", `/account/sessions/${id}`);
    equal((await other.get("/session")).status, 401, "a session that was ended from another");
    equal((await here.call("DELETE", `/account/sessions/${(await admin.want(200, "GET", "/session")).session}`)).status, 404, "another's session");
  },

  async "the second factor: once a code, recovery codes, half a session reaches nothing, guesses are few"() {
    auditor = await created("shenji", "auditor");
    await auditor.signIn();
    ok(auditor.recovery.length === 10 && new Set(auditor.recovery).size === 10, "ten recovery codes");
    const half = new Account(server, "shenji", auditor.password);
    equal((await half.want(200, "POST", "/session", { login: "shenji", password: auditor.password })).owes, "second", "owed");
    equal(half.cookies.has("__Host-yjd"), false, "a browser is not known by a password alone");
    for (const [method, path, body] of [
      ["GET", "/projects"],
      ["GET", "/audit"],
      ["GET", "/account"],
      ["POST", "/account/password", { current: auditor.password, password: "a thief's own password" }],
      ["POST", "/account/second", { password: auditor.password }],
    ])
      equal((await half.call(method, path, body)).status, 403, `${method} ${path} with half a session`);
    const code = await auditor.code();
    const before = half.token();
    await half.want(200, "POST", "/session/second", { code });
    ok(half.token() !== before, "another token once whole");
    await half.want(200, "GET", "/audit");
    const replay = new Account(server, "shenji", auditor.password);
    await replay.want(200, "POST", "/session", { login: "shenji", password: auditor.password });
    equal((await replay.post("/session/second", { code })).status, 401, "the same code again");
    await replay.want(200, "POST", "/session/second", { code: auditor.recovery[0].toLowerCase() });
    const spent = new Account(server, "shenji", auditor.password);
    await spent.want(200, "POST", "/session", { login: "shenji", password: auditor.password });
    equal((await spent.post("/session/second", { code: auditor.recovery[0] })).status, 401, "a recovery code again");
    equal((await spent.post("/session/second", { code: "12345" })).status, 400, "too short");
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push((await spent.post("/session/second", { code: "000000" })).status);
    ok(answers.includes(429), `guesses are held up: ${answers}`);
    equal((await auditor.post("/account/second/remove", { password: auditor.password })).status, 403, "an auditor's cannot be taken off");
    ok(auditor.cookies.has("__Host-yjd"), "the browser that has shown both is known");
  },

  async "secrets at rest: no secret, code, password or token is in the database in clear"() {
    const data = server.env.YUNJIAN_DATA;
    equal(statSync(join(data, "secret.key")).mode & 0o777, 0o600, "the key file's mode");
    const bytes = Buffer.concat(["yunjian.db", "yunjian.db-wal"].map((f) => readFileSync(join(data, f))));
    const raw = Buffer.from([...auditor.secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("").match(/.{8}/g).map((b) => parseInt(b, 2)));
    for (const [what, secret] of [["the secret", auditor.secret], ["its bytes", raw], ["a recovery code", auditor.recovery[5]], ["a recovery code without dashes", auditor.recovery[5].replaceAll("-", "")], ["the password", auditor.password], ["the session's token", auditor.token()], ["the browser's token", auditor.cookies.get("__Host-yjd")]])
      ok(!bytes.includes(secret), `${what} is not there`);
    ok(bytes.includes("shenji"), "and the check can tell");
  },

  async "whoever guesses at somebody's password does not shut the owner out"() {
    const owner = manager;
    const guess = (a, password) => a.post("/session", { login: "shen", password });
    const thief = new Account(server, "shen", "", { from: "127.0.0.66" });
    const seen = [];
    for (let i = 0; i < 12; i++) seen.push((await guess(thief, `guess number ${i}`)).status);
    equal(seen.slice(0, 10).every((s) => s === 401), true, `ten guesses: ${seen}`);
    equal(seen.at(-1), 429, "then the thief waits");
    equal((await guess(thief, owner.password)).status, 429, "also with the right one: no oracle");
    equal((await thief.post("/session", { login: "nobody.there", password: "x" })).status, 401, "others are not shut out from there");
    const elsewhere = new Account(server, "shen", owner.password, { from: "127.0.0.67" });
    await elsewhere.signIn();
    /* A whole botnet, one address each: strangers are held up everywhere, the owner's browser is not. */
    const wrong = [];
    for (let i = 0; i < 48 && wrong.at(-1) !== 429; i += 6)
      wrong.push(...(await Promise.all([...Array(6).keys()].map(async (k) => (await guess(new Account(server, "shen", "", { from: `127.1.${i + k}.9` }), "botnet")).status))));
    ok(wrong.includes(429), `strangers everywhere are held up: ${wrong.length} tries`);
    equal((await guess(new Account(server, "shen", "", { from: "127.0.0.70" }), owner.password)).status, 429, "a stranger with the right one waits too");
    await owner.signIn();
    const known = new Account(server, "shen", "");
    known.cookies = new Map([["__Host-yjd", owner.cookies.get("__Host-yjd")]]);
    const own = [];
    for (let i = 0; i < 12; i++) own.push((await guess(known, "stolen browser")).status);
    equal(own.at(-1), 429, "a known browser has its own few tries");
  },

  async "the history of signing in: one's own, and all of it for the administrator"() {
    const mine = await manager.want(200, "GET", "/account/signins");
    ok(mine.signins.every((s) => s.login === "shen"), "only one's own");
    ok(mine.signins.some((s) => s.result === "ok" && s.agent === "test of shen"), "one's own, with the browser");
    ok(mine.next !== null, "a page of them");
    const older = await manager.want(200, "GET", `/account/signins?before=${mine.next}`);
    ok(older.signins.concat(mine.signins).some((s) => s.result === "wrong_password" && s.client.endsWith("127.0.0.66")), "the thief's tries, with where they came from");
    ok(older.signins[0].signin < mine.signins.at(-1).signin, "the next page goes on");
    const all = await admin.want(200, "GET", "/signins?login=shenji");
    ok(all.signins.length > 4 && all.signins.every((s) => s.login === "shenji"), "of one login");
    ok(all.signins.some((s) => s.result === "wrong_code"), "wrong codes too");
    const unknown = (await admin.want(200, "GET", "/signins")).signins.concat((await admin.want(200, "GET", "/signins?login=n*")).signins);
    ok(unknown.some((s) => s.result === "unknown" && s.login === "n*"), "of a login that is none only the beginning is kept");
    equal((await manager.get("/signins")).status, 403, "a manager sees no others'");
    await admin.want(200, "GET", `/accounts/${manager.id}/signins`);
    await auditor.want(200, "GET", `/accounts/${manager.id}/signins`);
  },

  async "the audit log: who did what to what from where; without content for administrators, one's own for managers"() {
    const other = await created("qian", "manager");
    await other.signIn();
    const mine = await meetingOf(manager, "城东 10 kV");
    const theirs = await meetingOf(other, "城西 10 kV");
    const read = async (who, q) => (await who.want(200, "GET", `/audit?${q}`)).entries;
    const all = await read(auditor, `object=${theirs.meeting}`);
    ok(all.length > 0 && all[0].who === "qian" && all[0].project === "城西 10 kV" && all[0].client.includes("127.0.0.1"), `an auditor reads all: ${JSON.stringify(all)}`);
    const plain = await read(admin, `object=${theirs.meeting}`);
    ok(plain.length === all.length && plain[0].project === "" && plain[0].detail === "", "an administrator without content");
    equal((await read(manager, `object=${theirs.meeting}`)).length, 0, "another manager's");
    ok((await read(manager, `object=${mine.meeting}`)).length > 0, "one's own");
    ok((await read(manager, "")).every((e) => e.project !== ""), "a manager reads of projects only");
    const disabled = await read(auditor, "what=account.disable");
    ok(disabled.length === 2 && disabled.some((e) => e.who === "yunjian") && disabled.every((e) => e.object === manager.id && e.detail === "shen"), "by page and by command line");
    ok((await read(auditor, "what=account.&who=admin")).every((e) => e.who === "admin" && e.what.startsWith("account.")), "filtered");
    const now = Date.now();
    equal((await read(auditor, `from_ms=${now + 60_000}`)).length, 0, "of a time to come");
    ok((await read(auditor, `from_ms=${now - 600_000}&to_ms=${now + 1000}`)).length > 10, "of the last minutes");
    const first = await auditor.want(200, "GET", "/audit");
    const second = await auditor.want(200, "GET", `/audit?before=${first.next}`);
    ok(first.entries.length === 50 && second.entries[0].entry < first.entries.at(-1).entry, "paged by key");
    equal((await auditor.call("DELETE", `/audit/${all[0].entry}`)).status, 404, "no way to remove");
    const expert = await account(server, "zhuan", "expert");
    equal((await expert.get("/audit")).status, 403, "an expert");
    equal((await server.request("/api/v1/audit")).status, 401, "nobody");
    equal((await auditor.get("/audit?what=%ff")).status, 400, "no text");
  },
};
