// The replay while something is away: the network, the viewer's eyes, the session, the page itself.
import { execFileSync } from "node:child_process";
import { at, chromium, click, closeBrowser, type } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { goTo, openReplay, recordedFour, truth } from "../lib/replay.mjs";
import { sleep, until } from "../lib/server.mjs";
import { join } from "node:path";

const NEAR_MS = 400;
let made;
let browser;
let right;
const opened = [];

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await made?.server.close();
}

/** A page that has fetched no more than its first seconds. */
async function open() {
  const page = await openReplay(browser, made.server, made.meeting);
  opened.push(page);
  return page;
}
const state = (p) => p.$eval(at("player"), (e) => ({ at: Number(e.dataset.at), playing: e.dataset.playing === "true" }));
const says = (p, words) => p.$eval(at("notices"), (e, w) => e.textContent.includes(w), words);
const late = () => made.index.duration_ms - 8000;

/** It stands though it plays; afterwards, once `back` has been done, it goes on without a hand, with the pictures of that moment. */
async function standsThenGoesOn(page, words, back) {
  await until(() => says(page, words), 6000, `it says: ${words}`);
  const stood = (await state(page)).at;
  await sleep(1000);
  equal(JSON.stringify(await state(page)), JSON.stringify({ at: stood, playing: true }), "it waits where it is");
  await back();
  await until(async () => (await state(page)).at > stood + 1000, 20_000, "it goes on by itself");
  await until(async () => !(await says(page, words)), 5000, "nothing more is said");
  await until(() => shows(page), 5000, "the right pictures");
}

/** All the pictures are those of the clock's moment, or nearly. */
async function shows(page) {
  const { ms, codes } = await page.evaluate(() => ({ ms: document.querySelector('[data-test="mix"]').currentTime * 1000, codes: window.__codes() }));
  return codes.length === 4 && codes.every((c) => right.get(c.track).some((p) => p.id === c.id && p.count === c.count && Math.abs(p.ms - ms) < NEAR_MS));
}

export const tests = {
  async "four meet, and their meeting is recorded"() {
    made = await recordedFour();
    right = await truth(made.dir, made.index);
    browser = await chromium(["--autoplay-policy=no-user-gesture-required"]);
  },

  async "offline: it says so, waits, and goes on by itself"() {
    const page = await open();
    await click(page, "play");
    await until(async () => (await state(page)).at > 1000, 10_000, "it plays");
    await page.setOfflineMode(true);
    await until(() => says(page, "网络断了"), 3000, "it says so at once");
    await goTo(page, late());
    await standsThenGoesOn(page, "网络断了", () => page.setOfflineMode(false));
  },

  async "a network that swallows everything, without the browser knowing: the same"() {
    const page = await open();
    await click(page, "play");
    await until(async () => (await state(page)).at > 500, 10_000, "it plays");
    execFileSync("nft", ["-f", "-"], { input: `table inet away { chain in { type filter hook input priority 0; tcp dport ${made.server.port} drop; }; }` });
    await goTo(page, late());
    await standsThenGoesOn(page, "正在取后面的内容", () => execFileSync("nft", ["delete", "table", "inet", "away"]));
  },

  async "a server that is away and comes back: the same"() {
    const page = await open();
    await click(page, "play");
    await made.server.kill();
    await goTo(page, late());
    await standsThenGoesOn(page, "正在取后面的内容", () => made.server.start());
  },

  async "in a hidden tab it plays on, and what was heard there is in the log"() {
    const page = await open();
    await click(page, "play");
    await until(async () => (await state(page)).at > 500, 10_000, "it plays");
    const other = await page.browserContext().newPage();
    await other.bringToFront();
    await until(() => page.evaluate(() => document.hidden), 3000, "it is hidden");
    const from = await page.evaluate(() => document.querySelector('[data-test="mix"]').currentTime * 1000);
    await sleep(2500);
    const to = await page.evaluate(() => document.querySelector('[data-test="mix"]').currentTime * 1000);
    between(to - from, 2000, 4000, "played while it was hidden");
    await page.bringToFront();
    await until(() => shows(page), 5000, "the pictures are where the sound is");
    await page.close();
    const played = JSON.parse(execFileSync("sqlite3", [join(made.server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", "SELECT played FROM viewing ORDER BY id DESC LIMIT 1"]).toString());
    ok(played.some(([a, b]) => a <= from + 100 && b >= to - 300), `${JSON.stringify(played)} has ${from} to ${to}`);
  },

  async "a page that is closed at once has its view and what it played in the log"() {
    const rows = () => JSON.parse(execFileSync("sqlite3", [join(made.server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", "SELECT json_group_array(json_array(kind, json(played))) FROM viewing"]).toString());
    const before = rows().length;
    const page = await open();
    await click(page, "play");
    await until(async () => (await page.evaluate(() => document.querySelector('[data-test="mix"]').currentTime)) > 0.2, 10_000, "it plays");
    await page.close();
    const fresh = await until(() => rows().length > before && rows().slice(before).some(([, played]) => played.length > 0) && rows().slice(before), 3000, "what was played is in the log");
    equal(fresh.length, 1, "one view");
    equal(fresh[0][0], "page", "of a page");
  },

  async "nothing can be seen before the view is on record"() {
    const page = await openReplay(browser, made.server, made.meeting);
    const asked = [];
    await page.setRequestInterception(true);
    let hold = true;
    page.on("request", (rq) => {
      if (rq.isNavigationRequest()) asked.length = 0; // What the page of before was at.
      if (rq.url().includes("/recording/files/")) asked.push(rq.url());
      if (hold && rq.method() === "POST" && rq.url().endsWith("/recording/views")) void rq.abort();
      else void rq.continue();
    });
    await page.reload();
    await until(() => page.evaluate(() => document.body.textContent.includes("暂时写不进日志")), 5000, "it says why");
    equal(await page.$(at("player")), null, "no player");
    equal(asked.length, 0, "nothing was fetched");
    hold = false;
    await page.waitForSelector(at("player"), { timeout: 8000 });
    await page.browserContext().close();
  },

  async "a session that is over: it asks to sign in, and comes back to the moment"() {
    const page = await open();
    await click(page, "play");
    await until(async () => (await state(page)).at > 500, 10_000, "it plays");
    const [cookie] = (await page.cookies()).filter((c) => c.name === "__Host-yj");
    const out = await made.server.request("/api/v1/session", { method: "DELETE", headers: { cookie: `${cookie.name}=${cookie.value}`, origin: made.server.url } });
    equal(out.status, 204, out.text);
    await goTo(page, late());
    await until(() => says(page, "登录过期了"), 8000, "it says so");
    const stood = (await state(page)).at;
    await click(page, "sign-in-again");
    await type(page, "login", "super");
    await type(page, "password", "a long password");
    await click(page, "sign-in");
    await page.waitForSelector(at("player"), { timeout: 10_000 });
    between((await state(page)).at, stood - 100, stood + 1, "the same moment");
  },

  async "no page has thrown"() {
    for (const p of opened) equal(p.faults.join("; "), "", "faults");
  },
};
