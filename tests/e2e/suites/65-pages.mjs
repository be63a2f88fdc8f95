// What the pages promise: the waiting room's word, the ways out, one's own devices, the keyboard, who was there.
import { admit, at, chromium, click, closeBrowser, enter, throughDoor } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { Person, redeem } from "../lib/person.mjs";
import { Server, sleep, until } from "../lib/server.mjs";

const server = new Server();
let browser;
let demo;
let host;
let guest;
const people = [];

/** May run beside others. */
export const light = true;

export async function close() {
  for (const p of people) p.close();
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
}

const person = async (url, name) => {
  const p = new Person(server, (await redeem(server, url, name)).token, name);
  people.push(p);
  return p;
};
const newPage = async () => {
  const page = await (await browser.createBrowserContext()).newPage();
  page.faults = [];
  page.on("pageerror", (e) => page.faults.push(String(e)));
  return page;
};
const lobby = (p) => p.notices.filter((n) => n.type === "lobby").at(-1)?.host_here;
const moving = (page) =>
  page.evaluate(async () => {
    const v = document.querySelector('[data-test="stage"] video');
    if (v === null) return false;
    const before = v.currentTime;
    await new Promise((done) => setTimeout(done, 300));
    return v.currentTime > before;
  });
const pressed = (page, what) => page.$eval(at(what), (e) => e.getAttribute("aria-pressed") === "true");

export const tests = {
  async "who waits is told whether anybody is there to let them in, and when that changes"() {
    await server.start();
    demo = await server.demo();
    const early = await person(demo.guest_url, "早到的人");
    await early.connect();
    equal((await early.ask("join")).state, "waiting", "a guest waits");
    await until(() => lobby(early) === false, 2000, "nobody is there yet");
    const h = await person(demo.host_url, "沈知远");
    await h.enter();
    await until(() => lobby(early) === true, 2000, "the host has come");
    await h.ask("leave");
    await until(() => lobby(early) === false, 2000, "the host has gone");
    early.close();
  },

  async "who comes back after being removed, or after the end, is told which by the close code"() {
    const own = await server.demo();
    const h = await person(own.host_url, "主持");
    const g = await person(own.guest_url, "客人");
    await h.enter();
    const { participant } = await g.enter(h);
    await h.ask("remove", { participant });
    await until(() => g.closed?.code === 4003, 3000, "removed");
    await g.connect().catch(() => undefined);
    await until(() => g.closed?.code === 4003, 3000, "still removed");
    await h.ask("end");
    await until(() => h.closed?.code === 4004, 3000, "ended");
    await h.connect().catch(() => undefined);
    await until(() => h.closed?.code === 4004, 3000, "still ended");
  },

  async "one's own camera goes off, comes back, falls out and comes back"() {
    browser = await chromium();
    host = await enter(await newPage(), demo.host_url, "沈知远");
    guest = await newPage();
    await throughDoor(guest, demo.guest_url, "吴大勇");
    await guest.waitForSelector(`${at("waiting")}[data-host="here"]`, { timeout: 8000 });
    await admit(host, "吴大勇");
    await guest.waitForSelector(at("room"));
    await until(() => moving(host), 15_000, "a picture");
    await click(guest, "camera");
    await until(async () => (await host.$('[data-test="stage"] video')) === null, 5000, "no picture");
    ok(await guest.evaluate(() => document.querySelector('video[data-track="own-camera"]') === null), "the device is let go");
    await click(guest, "camera");
    await until(() => moving(host), 10_000, "a picture again");
    await guest.evaluate(() => {
      const track = document.querySelector('video[data-track="own-camera"]').srcObject.getVideoTracks()[0];
      track.stop();
      track.dispatchEvent(new Event("ended"));
    });
    await until(() => pressed(guest, "camera"), 3000, "the tool shows that the camera is off");
    await until(async () => (await guest.$(at("toast"))) !== null, 3000, "and it is said");
    await click(guest, "camera");
    await until(() => moving(host), 10_000, "a picture once more");
  },

  async "a share that the browser ends is over, and is not begun anew"() {
    await host.mouse.click(500, 300);
    await host.evaluate(() => {
      const media = navigator.mediaDevices;
      const real = media.getDisplayMedia.bind(media);
      media.getDisplayMedia = async (o) => (window.__shared = await real(o));
    });
    await click(host, "share");
    await until(() => guest.$('[data-test="stage"] video[data-source="screen"]'), 8000, "the screen on the stage");
    await host.evaluate(() => {
      const track = window.__shared.getVideoTracks()[0]; // As the browser's own bar does it.
      track.stop();
      track.dispatchEvent(new Event("ended"));
    });
    await until(async () => (await guest.$('video[data-source="screen"]')) === null, 5000, "gone");
    await sleep(500);
    ok(!(await pressed(host, "share")), "the tool shows it");
    equal(await guest.$('video[data-source="screen"]'), null, "no second share");
  },

  async "devices that the browser gives only after the press on enter are there all the same"() {
    const page = await newPage();
    await page.evaluateOnNewDocument(() => {
      const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (o) => {
        await new Promise((done) => (window.__allow = done));
        return real(o);
      };
    });
    await enter(page, demo.host_url, "慢慢点允许的人");
    await until(() => pressed(page, "camera"), 3000, "no camera yet");
    await page.evaluate(() => window.__allow());
    await until(async () => !(await pressed(page, "camera")), 5000, "the camera is on");
    await until(() => host.evaluate(() => [...document.querySelectorAll('[data-test="tile"] video, [data-test="stage"] video')].filter((v) => !v.dataset.track.startsWith("own") && v.videoWidth > 0).length === 2), 8000, "the host sees it");
    await page.browserContext().close();
  },

  async "keys: mute, the list of keys, Esc closes what is open and never leaves"() {
    await host.keyboard.down("Alt");
    await host.keyboard.press("KeyM");
    await host.keyboard.up("Alt");
    await until(() => pressed(host, "mute"), 3000, "muted");
    await click(host, "mute");
    await host.keyboard.press("?");
    await host.waitForSelector(at("keys-dialog"));
    await host.keyboard.press("Escape");
    await until(async () => (await host.$(at("keys-dialog"))) === null, 2000, "the list is closed");
    ok((await host.$(at("side"))) !== null, "one layer at a time");
    await host.keyboard.press("Escape");
    await until(async () => (await host.$(at("side"))) === null, 2000, "the panel is closed");
    await host.keyboard.press("Escape");
    ok((await host.$(at("room"))) !== null, "still in the room");
  },

  async "nothing is wider than a narrow phone, and nothing to press is smaller than a finger"() {
    const page = await newPage();
    await page.setViewport({ width: 320, height: 640, isMobile: true, hasTouch: true });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const small = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("button, select")]
          .filter((e) => e.offsetParent !== null)
          .map((e) => [e.dataset.test ?? e.textContent, e.getBoundingClientRect()])
          .filter(([, r]) => r.width < 44 || (r.height < 44 && r.height !== 24)) // 24: the sheet's handle, beside its own button
          .map(([n]) => n),
      );
    await page.goto(demo.host_url);
    await page.waitForSelector(at("preview"));
    equal(await wide(), 0, "the door");
    equal((await small()).join(), "", "the door");
    await throughDoor(page, demo.host_url, "第二位主持");
    await page.waitForSelector(at("room"));
    for (const side of ["people", "chat-open"]) {
      await click(page, side);
      await page.waitForSelector(at("side"));
      equal(await wide(), 0, side);
      await until(async () => (await small()).length === 0, 3000, `${side}: nothing is too small once it has slid in`);
      await click(page, "side-close");
    }
    await click(page, "leave-menu");
    await click(page, "leave");
    await page.waitForSelector(at("again"));
    await page.browserContext().close();
  },

  async "the meeting's page says who was there and for how long"() {
    await sleep(1500);
    await click(host, "leave-menu");
    await click(host, "end");
    await host.waitForSelector(at("to-replay"));
    const page = await host.evaluate(async (id) => (await fetch(`/api/v1/meetings/${id}`)).json(), demo.meeting);
    const g = page.people.find((p) => p.name === "吴大勇");
    between(g.present_ms, 3000, 120_000, "how long the guest was there");
    ok(page.people.every((p) => !p.here), "nobody is there any more");
    equal(page.people.find((p) => p.name === "早到的人").joined_at, null, "who only waited was not there");
    await host.goto(`${server.url}/m/${demo.meeting}`);
    await host.waitForSelector(at("open-replay"));
    const rows = await host.$$eval(at("attendance"), (l) => l.map((e) => e.textContent));
    ok(rows.some((r) => r.includes("吴大勇") && /共 .*(秒|分)/.test(r)), rows.join("\n"));
  },

  async "no page has thrown"() {
    for (const p of [host, guest]) equal(p.faults.join("\n"), "", "faults");
  },
};
