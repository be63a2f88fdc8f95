// Projects: found, filled in, moved from stage to stage; two who change the same one.
import { at, chromium, click, closeBrowser, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, until } from "../lib/server.mjs";

const server = new Server();
let browser;
let second;
let cookie;
let page;
let project;

/** May run beside others. */
export const light = true;

export async function close() {
  for (const b of [browser, second]) if (b !== undefined) await closeBrowser(b);
  await server.close();
}

const send = (method, path, body, headers = {}) =>
  server.request(path, { method, headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
const read = async (path) => (await send("GET", path)).json();
const fill = (p, change) => Object.fromEntries(Object.entries({ ...p, ...change }).filter(([k]) => k in FIELDS));
const FIELDS = { number: "", title: "", customer: "", park: "", address: "", latitude_e6: 0, longitude_e6: 0, voltage_v: 0, capacity_kva: 0, load_nature: "", importance: 0, sources: 0, wanted_on: "" };

async function signIn(p) {
  await p.goto(`${server.url}/login?to=/projects`);
  await type(p, "login", "shen");
  await type(p, "password", "a long password");
  await click(p, "sign-in");
  await p.waitForSelector(at("account-menu"));
}

const same = (got, want) => equal(JSON.stringify(got), JSON.stringify(want), "fields");
const texts = (p, name) => p.$$eval(at(name), (l) => l.map((e) => e.textContent));

export const tests = {
  async "a project is made with all that is known of it"() {
    await server.start();
    browser = await chromium();
    equal((await server.cliIn("a long password\n", "user", "add", "shen", "manager", "沈知远", "供电公司")).code, 0);
    page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    await signIn(page);
    await page.goto(`${server.url}/projects`);
    await click(page, "project-new");
    await type(page, "project-title", "锦澜精密制造 10 kV 业扩工程");
    await type(page, "project-customer", "锦澜精密制造");
    await page.click("details > summary");
    await type(page, "project-number", "BZ-2026-0318");
    await type(page, "project-park", "望江产业园");
    await type(page, "project-voltage", "ten");
    await type(page, "project-capacity", "3,200");
    await page.select(at("project-sources"), "2");
    await click(page, "project-create");
    await until(() => page.$eval(at("project-voltage"), (e) => e.getAttribute("aria-invalid") === "true"), 3000, "the wrong number is named");
    await page.$eval(at("project-voltage"), (e) => e.select());
    await page.type(at("project-voltage"), "10");
    await click(page, "project-create");
    await page.waitForSelector(at("stage"));
    project = new URL(page.url()).pathname.split("/")[2];
    cookie = (await page.browserContext().cookies()).map((c) => `${c.name}=${c.value}`).join("; ");
    const p = await read(`/api/v1/projects/${project}`);
    same([p.number, p.park, p.voltage_v, p.capacity_kva, p.sources, p.stage, p.manager], ["BZ-2026-0318", "望江产业园", 10_000, 3200, 2, "reserve", "沈知远"]);
  },

  async "it moves to the next stage by one press, over others with a reason"() {
    await click(page, "move-next");
    await until(() => page.$eval(`${at("stage")}[data-state="now"]`, (e) => e.textContent.includes("用电申请")), 5000, "the next stage");
    await click(page, "move-other");
    await page.select(at("move-to"), "supply_plan");
    equal(await page.$eval(at("move-go"), (e) => e.disabled), true, "no reason yet");
    await type(page, "move-reason", "现场条件已知");
    await click(page, "move-go");
    await until(() => page.$eval(`${at("stage")}[data-state="now"]`, (e) => e.textContent.includes("供电方案") && e.textContent.includes("45")), 5000, "the plan, with the limit of two sources");
    equal((await texts(page, "stage")).filter((s) => s.includes("跳过")).length, 1, "one stage was skipped");
    const history = await page.$eval(at("history"), (e) => e.textContent);
    ok(history.includes("现场条件已知") && history.includes("沈知远"), history);
    const p = await read(`/api/v1/projects/${project}`);
    same([p.stage, p.limits.supply_plan, p.days_left], ["supply_plan", 45, 45]);
    ok(p.due_on > p.stage_on, p.due_on);
  },

  async "what cannot be is refused, and says what to do"() {
    const path = `/api/v1/projects/${project}`;
    const p = await read(path);
    const match = { "if-match": `"${p.version}"` };
    for (const [what, answer, status, word] of [
      ["no version", await send("PUT", path, fill(p)), 428, "If-Match"],
      ["a stage that does not follow", await send("POST", `${path}/moves`, { to: "supply_plan" }, match), 400, "does not follow"],
      ["back without a reason", await send("POST", `${path}/moves`, { to: "survey" }, match), 400, "reason"],
      ["an unknown stage", await send("POST", `${path}/moves`, { to: "party", reason: "x" }, match), 400, "to:"],
      ["a day that is none", await send("PUT", path, fill(p, { wanted_on: "2026-02-30" }), match), 400, "wanted_on"],
      ["three sources", await send("PUT", path, fill(p, { sources: 3 }), match), 400, "sources"],
      ["no title", await send("PUT", path, fill(p, { title: "" }), match), 400, "title"],
      ["a foreign cursor", await send("GET", "/api/v1/projects?cursor=x"), 400, "cursor"],
      ["an unknown order", await send("GET", "/api/v1/projects?sort=size"), 400, "order"],
    ]) {
      equal(answer.status, status, `${what}: ${answer.text}`);
      ok(answer.json().detail.includes(word), `${what}: ${answer.json().detail}`);
    }
    equal((await read(path)).version, p.version, "nothing was changed");
    const other = await send("POST", "/api/v1/projects", { title: "另一个", customer: "甲" });
    equal(other.status, 201);
    equal((await send("POST", "/api/v1/projects", { title: "又一个", customer: "甲", number: "BZ-2026-0318" })).status, 409, "a number twice");
  },

  async "two pages and another system change the same project: who comes later sees both versions, and nothing is lost"() {
    const erp = await server.cli("token", "add", "shen", "ERP", "projects:read projects:write");
    const write = (p, change, version) =>
      server.request(`/api/v1/projects/${project}`, { method: "PUT", headers: { authorization: `Bearer ${erp.secret}`, "content-type": "application/json", "if-match": `"${version}"` }, body: JSON.stringify(fill(p, change)) });
    const before = await read(`/api/v1/projects/${project}`);
    await page.reload();
    second = await chromium(); // Of its own: a tab behind another gets no frames.
    const other = await second.newPage();
    await other.setViewport({ width: 390, height: 844 });
    await signIn(other);
    await other.goto(`${server.url}/projects/${project}`);
    for (const p of [page, other]) await click(p, "project-edit");
    const change = async (p, name, text) => {
      await p.waitForSelector(`dialog ${at(name)}`);
      await p.$eval(`dialog ${at(name)}`, (e) => e.select());
      await p.type(`dialog ${at(name)}`, text);
    };
    await change(page, "project-address", "望江路 18 号");
    await click(page, "project-save");
    await until(async () => (await page.$(at("project-edit-dialog"))) === null, 5000, "saved");
    const tooLate = await write(before, { park: "望江产业园二期" }, before.version);
    equal(`${tooLate.status} ${tooLate.json().current.address}`, "412 望江路 18 号", "the system is told what the page has saved");
    equal((await write(tooLate.json().current, { park: "望江产业园二期" }, tooLate.json().current.version)).status, 200, "and writes on top of it");
    await change(other, "project-address", "望江路 81 号");
    await click(other, "project-save");
    await other.waitForSelector(at("overtaken"));
    const shown = await other.$eval(at("overtaken"), (e) => e.textContent);
    ok(shown.includes("望江路 18 号") && shown.includes("望江路 81 号"), shown);
    ok(shown.includes("望江产业园二期"), "what the system has changed is there too");
    equal((await read(`/api/v1/projects/${project}`)).address, "望江路 18 号", "the first one's stands");
    equal((await read(`/api/v1/projects/${project}`)).park, "望江产业园二期", "and the system's");
    await click(other, "overtaken-keep");
    await until(async () => (await read(`/api/v1/projects/${project}`)).address === "望江路 81 号", 5000, "the second one's, knowingly");
    await click(page, "move-next"); // This page has an old version now.
    await until(() => page.$eval("main", (e) => e.textContent.includes("别人改了这个项目")), 5000, "the page says so");
    equal((await read(`/api/v1/projects/${project}`)).stage, "supply_plan", "not moved unseen");
    const p = await read(`/api/v1/projects/${project}`);
    const late = await send("PUT", `/api/v1/projects/${project}`, fill(p, { title: "x" }), { "if-match": `"${p.version - 1}"` });
    equal(late.status, 412);
    equal(late.json().current.address, "望江路 81 号", "by the interface too, with what there is now");
  },

  async "the search finds by one character and by many, in Chinese and by number"() {
    await page.goto(`${server.url}/projects`);
    await page.waitForSelector(at("project"));
    for (const [words, n] of [
      ["锦", 1],
      ["望江", 1],
      ["精密制造", 1],
      ["bz-2026", 1],
      ["另一", 1],
      ["没有这个", 0],
      ["", 2],
    ]) {
      await page.$eval(at("projects-find"), (e) => e.select());
      if (words === "") await page.keyboard.press("Backspace");
      else await page.type(at("projects-find"), words);
      await until(async () => (await texts(page, "project")).length === n, 4000, `${n} for ${words}`);
    }
    await page.select(at("projects-stage"), "supply_plan");
    await until(async () => (await texts(page, "project")).length === 1, 4000, "one in that stage");
    ok(page.url().includes("stage=supply_plan"), page.url());
    await click(page, "projects-late");
    await until(() => page.$eval("main", (e) => e.textContent.includes("没有符合条件的项目")), 4000, "none is late, and it says so");
  },

  async "a list longer than a page goes on where it ended"() {
    for (let i = 0; i < 60; i++) equal((await send("POST", "/api/v1/projects", { title: `批量 ${i}`, customer: "乙" })).status, 201);
    await page.goto(`${server.url}/projects?q=${encodeURIComponent("批量")}`);
    await until(async () => (await texts(page, "project")).length === 50, 5000, "a page");
    await click(page, "projects-more");
    await until(async () => (await texts(page, "project")).length === 60, 5000, "the rest");
    equal(new Set(await texts(page, "project")).size, 60, "each once");
  },
};
