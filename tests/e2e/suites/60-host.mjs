// What a host does, and what happens when sockets, media or the host go.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { admit, at, chromium, click, closeBrowser, enter, hears, sees, signalPage, silent, throughDoor, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { finalIndex } from "../lib/record.mjs";
import { Server, until } from "../lib/server.mjs";

const server = new Server();
const HOST = { id: 1, tone: 523, burst: 1760 };
const GUEST = { id: 2, tone: 659, burst: 2350 };
const EXPERT = { id: 3, tone: 831, burst: 2800 };
let browsers = [];
let demo;
let host;
let guest;
let expert;
let meeting;

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

const tile = (page, name) => page.$$eval('[data-test="tile"], [data-test="stage"]', (l, n) => l.find((e) => e.textContent.includes(n))?.dataset.state, name);
const badge = (page) => page.$eval(at("recording"), (e) => e.dataset.state);

const cmdline = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // It has ended meanwhile.
  }
};

async function person(page, name, button) {
  if ((await page.$(at("side"))) === null) await click(page, "people");
  if ((await page.$(at("person"))) === null) await click(page, "people");
  await until(
    () =>
      page.evaluate((n) => {
        const row = [...document.querySelectorAll('[data-test="person"]')].find((e) => e.textContent.includes(n));
        const more = row?.querySelector('[data-test="person-more"]');
        more?.click();
        return more !== undefined && more !== null;
      }, name),
    5000,
    `${name} in the roster`,
  );
  // Not by the mouse: the list moves while people come and go.
  await until(() => page.$eval(at(button), (e) => (e.click(), true)), 5000, `${button} for ${name}`);
}

export const tests = {
  async "an account makes a project and a meeting, and links for customer and expert"() {
    await server.start();
    browsers = await Promise.all([chromium(), chromium()]);
    const made = await server.cliIn("a long password\n", "user", "add", "shen", "manager", "沈知远", "供电公司");
    equal(made.code, 0, made.err);
    host = await signalPage(browsers[0], HOST);
    host.who = "沈知远";
    await host.goto(`${server.url}/projects`);
    await until(() => host.$(`a[href^="/login"]`), 10_000, "a way to sign in");
    await host.goto(`${server.url}/login?to=/projects`);
    await type(host, "login", "shen");
    await type(host, "password", "a long password");
    await click(host, "sign-in");
    await click(host, "project-new");
    await type(host, "project-title", "锦澜精密制造 10 kV 业扩工程");
    await type(host, "project-customer", "锦澜精密制造");
    await click(host, "project-create");
    await click(host, "meeting-new");
    await type(host, "meeting-title", "一号配电室云审图");
    await click(host, "meeting-look-over");
    await click(host, "meeting-create");
    await host.waitForSelector(at("invite"));
    meeting = new URL(host.url()).pathname.split("/")[2];
    const links = () => host.$$eval(at("invite-url"), (l) => l.map((e) => e.value));
    const link = async (role) => {
      await host.select(at("invite-role"), role);
      const before = await links();
      await click(host, "invite");
      return until(async () => (await links()).find((l) => !before.includes(l)), 5000, "a link");
    };
    demo = { guest_url: await link("customer"), expert_url: await link("expert") };
    ok(demo.guest_url !== demo.expert_url && demo.guest_url.startsWith(`${server.url}/j#`), demo.guest_url);
  },

  async "the customer waits, and is let in; a refused one is told"() {
    await click(host, "to-meeting");
    await click(host, "enter-meeting");
    await host.waitForSelector(at("consent"));
    await host.click(at("consent"));
    await click(host, "enter");
    await host.evaluate(() => window.__signalAwake());
    await host.waitForSelector(at("room"));
    guest = await signalPage(browsers[1], GUEST);
    await throughDoor(guest, demo.guest_url, "陈立");
    await guest.waitForSelector(at("waiting"), { timeout: 10_000 });
    await admit(host, "陈立");
    await guest.waitForSelector(at("room"));
    await Promise.all([sees(host, GUEST.id), sees(guest, HOST.id)]);
    const other = await signalPage(browsers[1], { id: 9, tone: 1000, burst: 2000 });
    await throughDoor(other, demo.guest_url, "不速之客");
    await until(() => host.$(at("refuse")), 8000, "a knock");
    await click(host, "refuse");
    await other.waitForSelector(at("message"), { timeout: 5000 });
    await until(async () => (await other.$(at("waiting"))) === null, 5000, "no longer waiting");
    await other.browserContext().close();
  },

  async "the expert comes straight in"() {
    expert = await enter(await signalPage(browsers[1], EXPERT), demo.expert_url, "郑凯");
    await Promise.all([sees(host, EXPERT.id), sees(expert, HOST.id)]);
  },

  async "the host mutes the customer; the customer is told, and unmutes"() {
    await hears(host, GUEST.tone);
    await person(host, "陈立", "mute-other");
    await until(() => silent(host, GUEST.tone), 8000, "silence");
    await until(() => guest.$eval(at("mute"), (e) => e.getAttribute("aria-pressed") === "true"), 5000, "the customer sees it");
    await click(guest, "mute");
    await hears(host, GUEST.tone);
  },

  async "stopping the recording wants a reason, and everybody sees it; it starts again"() {
    await until(async () => (await badge(host)) === "on", 10_000, "it records");
    await click(host, "rec-stop");
    ok(await host.$eval(at("rec-stop-yes"), (e) => e.disabled), "without a reason it cannot be stopped");
    await type(host, "rec-reason", "客户要求");
    await click(host, "rec-stop-yes");
    for (const p of [host, guest, expert]) await until(async () => (await badge(p)) === "stopped", 5000, `${p.who} sees it`);
    await click(host, "rec-start"); // At once: the stop is still being written.
    for (const p of [host, guest, expert]) await until(async () => (await badge(p)) === "on", 8000, `${p.who} sees it again`);
    ok((await host.$eval(at("rec-facts"), (e) => e.textContent)).includes("沈知远"), "who started it is said");
  },

  async "a page loaded again is the same person, not let in again, not a second one"() {
    await guest.reload({ waitUntil: "domcontentloaded" });
    await guest.waitForSelector(at("room"), { timeout: 15_000 });
    await guest.mouse.click(700, 400);
    await guest.evaluate(() => window.__signalAwake?.());
    await Promise.all([sees(host, GUEST.id), sees(guest, HOST.id)]);
    const names = await host.$$eval('[data-test="tile"], [data-test="stage"]', (l) => l.filter((e) => e.textContent.includes("陈立") && e.dataset.participant !== undefined).map((e) => e.dataset.participant));
    equal(new Set(names).size, 1, "how often the customer is there");
  },

  async "a socket lost while media flows is a badge, and comes back"() {
    const client = await expert.createCDPSession();
    await expert.evaluate(() => (window.__real = WebSocket));
    await client.send("Network.enable");
    await expert.evaluate(() => {
      window.WebSocket = class extends window.__real {
        constructor() {
          super("wss://127.0.0.1:1/"); // Nobody answers there.
        }
      };
      window.__closeSockets();
    });
    await until(async () => (await tile(host, "郑凯")) === "reconnecting", 6000, "the badge");
    await sees(host, EXPERT.id);
    await expert.evaluate(() => (window.WebSocket = window.__real));
    await until(async () => (await tile(host, "郑凯")) === "in", 8000, "it goes");
    await sees(host, EXPERT.id);
  },

  async "a device that freezes is gone within 15 s, and comes back as the same person"(note) {
    const children = (pid) => {
      try {
        return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).trim().split("\n").map(Number);
      } catch {
        return []; // pgrep says 1 when there are none
      }
    };
    const all = (pid) => [pid, ...children(pid).flatMap(all)];
    const frozen = await chromium();
    browsers.push(frozen);
    const page = await enter(await signalPage(frozen, { id: 4, tone: 990, burst: 3100 }), demo.expert_url, "郑工");
    await sees(host, 4);
    const before = await page.$eval('[data-test="tile"] video[data-track="own-camera"]', (e) => e.dataset.participant);
    const pids = [frozen.process().pid, ...readdirSync("/proc").filter((n) => /^\d+$/.test(n) && cmdline(n).includes(frozen.yunjian.userDataDir)).map(Number)];
    const stopped = [...new Set(pids.flatMap(all))];
    for (const pid of stopped) process.kill(pid, "SIGSTOP");
    const begun = Date.now();
    await until(async () => (await tile(host, "郑工")) === undefined, 16_000, "gone");
    const gone = Date.now() - begun;
    note(`shown as gone after ${gone} ms`);
    for (const pid of stopped) process.kill(pid, "SIGCONT");
    ok(gone < 15_000, `gone after ${gone} ms`);
    await sees(host, 4, 20_000);
    equal(await page.$eval('[data-test="tile"] video[data-track="own-camera"]', (e) => e.dataset.participant), before, "the person");
    await closeBrowser(frozen);
    browsers.pop();
    await until(async () => (await tile(host, "郑工")) === undefined, 16_000, "gone again");
  },

  async "the host's browser dies: gone within 15 s, the expert takes over, and is the host of the meeting"(note) {
    const begun = Date.now();
    await closeBrowser(browsers[0]);
    browsers = [browsers[1]];
    await until(async () => (await tile(expert, "沈知远")) === "reconnecting", 5000, "the badge of the host");
    await until(async () => (await tile(expert, "沈知远")) === undefined, 16_000, "the host is shown as gone");
    const gone = Date.now() - begun;
    note(`shown as gone after ${gone} ms`);
    ok(gone > 8000 && gone < 15_000, `gone after ${gone} ms`);
    await until(async () => (await expert.$(at("take-over"))) !== null || (await click(expert, "people"), false), 14_000, "the expert is offered to take over");
    await click(expert, "take-over");
    await until(() => guest.evaluate(() => [...document.querySelectorAll('[data-test="tile"], [data-test="stage"]')].some((e) => e.textContent.includes("郑凯") && e.textContent.includes("主持"))), 5000, "everybody sees the new host");
  },

  async "the new host removes the customer, who is told; then ends"() {
    await person(expert, "陈立", "remove");
    await guest.waitForSelector(at("message"), { timeout: 5000 });
    await click(expert, "leave-menu");
    await click(expert, "end");
    const index = await finalIndex(server.recordingPath(meeting));
    const stop = index.gaps.find((g) => g.reason === "stopped");
    ok(stop !== undefined, `the stop is a named gap: ${JSON.stringify(index.gaps)}`);
  },

  async "no page has thrown"() {
    for (const p of [guest, expert]) equal(p.faults.join("; "), "", `faults of ${p.who}`);
  },
};
