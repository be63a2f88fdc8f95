// The story of a meeting, told by the pages alone, in Chromium and in Firefox: the manager at a desk, the customer with a phone.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { account } from "../lib/account.mjs";
import { admit, at, chromium, click, closeBrowser, firefox, hears, sees, signalPage, type } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { finalIndex } from "../lib/record.mjs";
import { Server, until } from "../lib/server.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = new Server({ ip: "10.77.0.1", env: { YUNJIAN_SEGMENT_SECONDS: "5" } });
const MANAGER = { id: 1, tone: 523, burst: 1760 };
const CUSTOMER = { id: 2, tone: 659, burst: 2350 };
const TITLE = "锦澜精密制造 10 kV 业扩工程";
const NAME = "何建平";
const DESK = { width: 1440, height: 900 };
const people = {};
const browsers = {};
let project;

export async function close() {
  for (const b of Object.values(browsers)) await closeBrowser(b);
  await server.close();
}

/** The address is put in by the browser's own ways of dates and times, which differ: the value is set, and the page told. */
const put = (page, name, value) =>
  page.$eval(
    at(name),
    (e, v) => {
      e.value = v;
      e.dispatchEvent(new Event("input", { bubbles: true }));
    },
    value,
  );
const words = (page, name) => page.$eval(at(name), (e) => e.textContent);
const all = (page, name) => page.$$eval(at(name), (l) => l.map((e) => e.textContent));

/** Violations of WCAG 2.2 A and AA on the page as it stands. */
async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  equal(found.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`).join("\n"), "", `axe on ${what}`);
}

/** The Thursday after tomorrow or later, in the zone of the service. */
function thursday() {
  const d = new Date(Date.now() + 8 * 3_600_000 + 2 * 86_400_000);
  while (d.getUTCDay() !== 4) d.setUTCDate(d.getUTCDate() + 1);
  return d.toISOString().slice(0, 10);
}

async function signIn(page, login) {
  await page.goto(`${server.url}/login?to=/projects`);
  await type(page, "login", login);
  await type(page, "password", people[login].password);
  await click(page, "sign-in");
  await page.waitForSelector(at("projects-find"));
}

async function invite(page, words_) {
  await type(page, "people-find", words_);
  await until(() => page.$$eval(at("people-find-found"), (l, w) => l.length > 0 && l[0].textContent.includes(w) && !l[0].disabled, words_), 5000, `${words_} is found`);
  await page.$eval(at("people-find-found"), (e) => e.click());
  await until(async () => (await all(page, "person")).some((p) => p.includes(words_)), 3000, `${words_} is in the list`);
}

async function guest(page, n, fields) {
  await click(page, "guest-add");
  await until(async () => (await page.$$(at("guest-name"))).length === n, 3000, "a row for a guest");
  for (const [name, value] of Object.entries(fields)) {
    const box = (await page.$$(at(`guest-${name}`)))[n - 1];
    if (name === "role") await box.select(value);
    else await box.type(value);
  }
}

/** Schedules the meeting; resolves to its id and the customer's link. */
async function schedule(page, kind) {
  await type(page, "projects-find", "BZ-2026");
  await until(async () => (await all(page, "project")).length === 1, 5000, "the project is found");
  await page.$eval(`${at("project")} a`, (e) => e.click());
  await click(page, "meeting-new");
  await page.waitForSelector(at("meeting-title"));
  equal(await page.$eval(at("meeting-title"), (e) => e.value), `云审图:${TITLE}`, "a title is suggested");
  await put(page, "meeting-day", thursday());
  await put(page, "meeting-time", "10:00");
  await click(page, "agenda-usual");
  await page.focus(`li:nth-child(2) > ${at("agenda-point")}`);
  await page.keyboard.down("Alt");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.up("Alt");
  await invite(page, "周敏");
  await invite(page, "郑凯");
  await guest(page, 1, { name: NAME, role: "customer", organisation: "锦澜精密制造", phone: "13800002046" });
  await guest(page, 2, { name: "林予安", role: "designer", organisation: "华衡电力设计院", phone: "12" });
  await click(page, "meeting-look-over");
  await until(async () => (await all(page, "field-fault")).some((f) => f.includes("13800001234")), 3000, "the wrong number is named at its field");
  await page.reload({ waitUntil: "domcontentloaded" });
  await page.waitForSelector(at("draft"));
  equal((await all(page, "person")).length, 4, "what was typed is still there");
  const phones = await page.$$(at("guest-phone"));
  await phones[1].evaluate((e) => e.select());
  await phones[1].type("13900007711");
  if (kind === "chromium") await accessible(page, "the form");
  await click(page, "meeting-look-over");
  const shown = await words(page, "looked-over");
  ok(/周四.*10:00.11:00|周四.*10:00.*11:00/.test(shown), shown);
  ok(shown.indexOf("逐页审查") < shown.indexOf("介绍图纸"), "the agenda in the order of the keys");
  await click(page, "meeting-create");
  await page.waitForSelector(at("link-tools"));
  const meeting = new URL(page.url()).pathname.split("/")[2];
  const cards = await page.$$(at("invitation"));
  equal(cards.length, 4, "four are invited");
  const url = await page.evaluate((name) => [...document.querySelectorAll('[data-test="invitation"]')].find((c) => c.textContent.includes(name)).querySelector('[data-test="invite-url"]').value, NAME);
  equal((await page.$$(at("qr"))).length, 4, "a code for each link, on the page and for paper");
  if (kind === "chromium") await accessible(page, "the sheet");
  return { meeting, url };
}

/** Somebody's page, in Chinese whatever the browser's own language is. */
async function pageOf(browser, who, signal) {
  const page = await signalPage(browser, signal);
  page.who = who;
  await page.evaluateOnNewDocument(() => {
    if (location.protocol === "https:") localStorage.setItem("language", "zh");
  });
  return page;
}

async function phone(browser, kind) {
  const page = await pageOf(browser, NAME, CUSTOMER);
  await page.setViewport({ width: 390, height: 844, ...(kind === "chromium" ? { isMobile: true, hasTouch: true } : {}) });
  return page;
}

/** With the link on the phone: what it is, who I am, consent, camera and sound, waiting. */
async function arrive(page, url, kind) {
  await page.goto(url, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(at("early"));
  ok((await words(page, "early")).includes("沈知远"), "who hosts is said");
  if (kind === "chromium") await accessible(page, "the page before time");
  await click(page, "early-try");
  await page.waitForSelector(at("preview"));
  const known = await words(page, "known");
  ok(known.includes(NAME) && known.includes("138****2046"), known);
  ok(await page.$eval(at("enter"), (e) => e.disabled), "not without consent");
  if (kind === "chromium") await accessible(page, "the door");
  await page.click(at("consent"));
  await click(page, "enter");
  await page.evaluate(() => window.__signalAwake?.());
  await page.waitForSelector(at("waiting"), { timeout: 15_000 });
}

async function meet(desk, mobile, meeting) {
  await desk.bringToFront();
  await click(desk, "to-meeting");
  await click(desk, "enter-meeting");
  await desk.waitForSelector(at("consent"));
  await desk.click(at("consent"));
  await click(desk, "enter");
  await desk.evaluate(() => window.__signalAwake?.());
  await desk.waitForSelector(at("room"), { timeout: 20_000 });
  const from = Date.now();
  await admit(desk, NAME);
  await mobile.waitForSelector(at("room"), { timeout: 20_000 });
  await Promise.all([sees(desk, CUSTOMER.id, 25_000), sees(mobile, MANAGER.id, 25_000)]);
  await hears(desk, CUSTOMER.tone, 20_000);
  await hears(mobile, MANAGER.tone, 20_000);
  await until(() => desk.$eval(at("recording"), (e) => e.dataset.state === "on"), 10_000, "it records");
  await until(() => Date.now() - from > 6000, 8000, "some seconds of it");
  await desk.bringToFront();
  await click(desk, "leave-menu");
  await click(desk, "end");
  await mobile.waitForSelector(at("message"), { timeout: 10_000 });
  await finalIndex(server.recordingPath(meeting), 30_000);
  return Date.now() - from;
}

/** What is left of it, on the project's page and the meeting's. */
async function afterwards(page, meeting, lasted, kind) {
  await page.goto(`${server.url}/projects/${project}`);
  await until(() => page.$(`${at("meeting")}[data-state="ended"] a[href="/m/${meeting}/recording"]`), 15_000, "the project's page shows the meeting, and leads to its recording");
  const row = (await all(page, "meeting")).find((r) => r.includes(NAME));
  ok(row !== undefined && /\d+ ?秒|\d+ ?分/.test(row), `who was there and for how long: ${row}`);
  await page.$eval(`${at("meeting")} a[href="/m/${meeting}"]`, (e) => e.click());
  await page.waitForSelector(at("open-replay"));
  await until(async () => (await all(page, "attendance")).length === 2, 5000, "who was there");
  const rows = await all(page, "attendance");
  const customer = rows.find((r) => r.includes(NAME));
  ok(customer?.includes("凭本人邀请") && /共 .*(秒|分)/.test(customer), rows.join("\n"));
  const { people: came } = await people.shen.want(200, "GET", `/meetings/${meeting}`);
  between(came.find((p) => p.name === NAME).present_ms, 3000, lasted + 3000, "how long the customer was there");
  if (kind === "chromium") await accessible(page, "the meeting's page");
  await click(page, "open-replay");
  await page.waitForSelector(at("player"), { timeout: 15_000 });
  await click(page, "play");
  const first = await page.$eval(at("player"), (e) => Number(e.dataset.at));
  await until(() => page.$eval(at("player"), (e, ms) => Number(e.dataset.at) > ms + 1500, first), 15_000, "the recording plays");
}

async function story(kind, browser, note) {
  const begun = Date.now();
  browsers[kind] = await browser();
  const desk = await pageOf(browsers[kind], "沈知远", MANAGER);
  await desk.setViewport(DESK);
  await signIn(desk, "shen");
  const { meeting, url } = await schedule(desk, kind);
  note(`scheduled after ${Date.now() - begun} ms`);
  const mobile = await phone(browsers[kind], kind);
  await arrive(mobile, url, kind);
  const lasted = await meet(desk, mobile, meeting);
  note(`met and recorded after ${Date.now() - begun} ms`);
  await afterwards(desk, meeting, lasted, kind);
  for (const p of [desk, mobile]) equal(p.faults.join("\n"), "", `what ${p.who}'s page threw`);
  await closeBrowser(browsers[kind]);
  delete browsers[kind];
  return meeting;
}

export const tests = {
  async "Chromium: from signing in to the recording"(note) {
    await server.start();
    for (const [login, role, name, organisation] of [
      ["shen", "manager", "沈知远", "望江供电公司"],
      ["zhou", "expert", "周敏", "运行管理单位"],
      ["zheng", "expert", "郑凯", "运行管理单位"],
      ["zhao", "supervisor", "赵主任", "望江供电公司"],
      ["gly", "admin", "管理员", ""],
    ])
      people[login] = await account(server, login, role, name, organisation);
    project = (await people.shen.want(201, "POST", "/projects", { number: "BZ-2026-0318", title: TITLE, customer: "锦澜精密制造" })).id;
    people.met = await story("chromium", chromium, note);
  },

  async "Firefox: from signing in to the recording"(note) {
    await story("firefox", firefox, note);
  },

  async "invited experts and the supervisor find it, the administrator sees no content"() {
    const titles = async (who) => (await people[who].want(200, "GET", "/meetings?when=past")).meetings.map((m) => m.id);
    for (const who of ["zhou", "zheng", "zhao"]) ok((await titles(who)).includes(people.met), `${who} finds the meeting`);
    equal((await people.zhao.want(200, "GET", "/projects")).projects.length, 1, "the supervisor's projects");
    for (const path of [`/projects/${project}`, `/meetings/${people.met}`, `/meetings/${people.met}/recording`, `/meetings/${people.met}/invitations`]) {
      const { status } = await people.gly.get(path);
      ok(status === 403 || status === 404, `the administrator, ${path}: ${status}`);
    }
  },
};
