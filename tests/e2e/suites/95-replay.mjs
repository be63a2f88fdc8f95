// The replay as people use it: a meeting with several voices, pictures, messages, a stop; then its page, live and whole.
import { Account } from "../lib/account.mjs";
import { violations } from "../lib/axe.mjs";
import { at, chromium, click, closeBrowser, enter, firefox, signalPage, type } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { finalIndex, pictures } from "../lib/record.mjs";
import { Server, nightly, sleep, until } from "../lib/server.mjs";

const server = new Server({ env: { YUNJIAN_SEGMENT_SECONDS: "10" } });
const HOST = { id: 1, tone: 523, burst: 1760, name: "沈知远" };
const GUEST = { id: 2, tone: 659, burst: 2350, name: "吴大勇" };
const THIRD = { id: 3, tone: 880, burst: 2900, name: "何建平" };
const PASSWORD = "a long password";
const browsers = [];
let room; // the browser of those who met
let view; // the browser of those who watch
let demo;
let host;
let guest;
let live; // the page that was open while the meeting ran
let page;
let index;
let shown; // every picture of each camera, on the meeting clock
let link;

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

const state = (p) => p.$eval(at("player"), (e) => ({ at: Number(e.dataset.at), playing: e.dataset.playing === "true", rate: Number(e.dataset.rate), state: e.dataset.state }));
const watch = (what) => `${server.url}/m/${demo.meeting}/recording${what}`;
const isMuted = (p) => p.$eval(at("mute"), (e) => e.getAttribute("aria-pressed") === "true");
async function mute(p, on) {
  await p.bringToFront();
  if ((await isMuted(p)) !== on) await click(p, "mute");
}
async function say(p, text) {
  await p.bringToFront();
  if ((await p.$(at("chat-text"))) === null) await click(p, "chat-open");
  await type(p, "chat-text", text);
  await click(p, "chat-send");
}
let auditor;
/** A page of somebody who is signed in; reads codes, gives no pictures. */
async function viewer(browser, login) {
  const p = await signalPage(browser, HOST);
  p.who = login;
  await p.goto(`${server.url}/login`);
  if (login !== "audit") {
    await p.evaluate((l, w) => fetch("/api/v1/session", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ login: l, password: w }) }), login, PASSWORD);
    return p;
  }
  auditor ??= await new Account(server, login, PASSWORD).signIn(); // Owes a second factor.
  await p.setCookie({ name: "__Host-yj", value: auditor.token(), url: server.url, path: "/", secure: true, httpOnly: true });
  return p;
}
/** The code on the stage's picture. */
const onStage = (p) => p.evaluate(() => window.__read(document.querySelector('[data-test="cell"][data-large="true"] video') ?? { videoWidth: 0 }));
const largeOf = (p) => p.$eval(`${at("cell")}[data-large="true"]`, (e) => e.dataset.participant);
const participant = (name) => index.tracks.find((t) => t.name === name).participant;
const longest = (name) => [...index.speech.find((s) => s.participant === participant(name)).spans].sort((a, b) => b[1] - b[0] - (a[1] - a[0]))[0];
/** A moment at which this one speaks and nobody else does, nor did just before. */
function aloneAt(name) {
  const who = participant(name);
  const talks = (ms) => index.speech.filter((s) => s.spans.some(([from, to]) => ms >= from && ms <= to)).map((s) => s.participant).join();
  for (let ms = 0; ms < index.duration_ms; ms += 50) if ([-900, -450, 0, 450].every((d) => talks(ms + d) === who)) return ms;
  throw new Error(`${name} never speaks alone`);
}
/** The code that a camera showed at a moment. */
function codeAt(id, ms) {
  return shown.get(id).filter((p) => p.ms <= ms + 20).at(-1);
}
/** The picture on the stage, once it is the one of that moment. */
function settled(p, ms, what) {
  return until(
    async () => {
      const code = await onStage(p);
      return code !== null && Math.abs(code.count - (codeAt(code.id, ms)?.count ?? -99)) <= 2 ? code : undefined;
    },
    8000,
    what,
  );
}
const trackBox = (p) => p.$eval(".striplane .track", (e) => { const r = e.getBoundingClientRect(); return { x: r.left, y: r.top, w: r.width, h: r.height }; });
const xOf = (box, ms) => box.x + (box.w * ms) / index.duration_ms;
export const tests = {
  async "three meet, speak in turn, write, stop and go on recording"() {
    await server.start();
    for (const [login, role, name] of [["audit", "auditor", "审计员"], ["super", "supervisor", "管理人员甲"]])
      equal((await server.cliIn(`${PASSWORD}\n`, "user", "add", login, role, name, "供电公司")).code, 0, login);
    browsers.push(...(await Promise.all([chromium(), chromium()])));
    [room, view] = browsers;
    demo = await server.demo();
    host = await enter(await signalPage(room, HOST), demo.host_url, HOST.name);
    guest = await enter(await signalPage(room, GUEST), demo.guest_url, GUEST.name, host);
    await until(() => host.$eval(at("recording"), (e) => e.dataset.state === "on"), 10_000, "it records");
    await mute(guest, true);
    await sleep(2500);
    await say(guest, "图纸 3 号柜的接地在哪里?");
    await mute(host, true);
    await mute(guest, false);
    const third = await enter(await signalPage(room, THIRD), demo.guest_url, THIRD.name, host);
    await mute(third, true);
    await sleep(2500);
    await third.bringToFront();
    await click(third, "leave-menu");
    await click(third, "leave");
    await third.waitForSelector(at("again"));
    await third.browserContext().close();
    await host.bringToFront();
    if ((await host.$(at("rec-stop"))) === null) await click(host, "people");
    await click(host, "rec-stop");
    await type(host, "rec-reason", "谈商务条款");
    await click(host, "rec-stop-yes");
    await sleep(2000);
    await click(host, "rec-start");
    await mute(guest, true);
    await mute(host, false);
  },

  async "while the meeting runs its page plays, a few seconds behind, and takes in what comes"(note) {
    live = await viewer(view, "super");
    await live.goto(watch(""));
    await live.waitForSelector(at("live"), { timeout: 10_000 });
    equal((await state(live)).state, "live", "it is live");
    await click(live, "to-live");
    const behind = await until(() => live.$eval(at("live"), (e) => Number(e.dataset.behind)), 3000, "how far behind");
    note(`live edge: ${behind} ms behind`);
    between(behind, 500, 20_000, "behind"); // Packagers step back behind everything else: on a busy machine they are late.
    const before = (await state(live)).at;
    await say(host, "AH05 柜右起第一颗螺栓缺防松垫片");
    await until(() => live.$$eval(at("chat-item"), (l) => l.some((e) => e.textContent.includes("防松垫片"))), 8000, "the new message");
    await until(async () => (await state(live)).at > before + 1500, 30_000, "it goes on");
    ok((await live.$(at("renew"))) === null, "nothing has to be loaded by hand");
  },

  async "after the end the meeting's page offers the replay (at night: within two seconds), and the live page becomes final where it stands"(note) {
    const meeting = await viewer(view, "audit");
    await meeting.goto(`${server.url}/m/${demo.meeting}`);
    await meeting.waitForSelector(at("recording-panel"));
    await live.bringToFront();
    if ((await state(live)).playing) await click(live, "play");
    const stood = (await state(live)).at;
    await host.bringToFront();
    await click(host, "leave-menu");
    await click(host, "end");
    const ended = Date.now();
    await until(() => meeting.$eval(at("open-replay"), (e) => e.classList.contains("pri")), nightly ? 2500 : 8000, "the replay is offered");
    note(`offered ${Date.now() - ended} ms after the end`);
    index = await finalIndex(server.recordingPath(demo.meeting));
    await until(async () => (await state(live)).state === "final", 8000, "it is final");
    between((await state(live)).at, stood - 50, stood + 50, "it stands where it stood");
    equal(await live.$(at("live")), null, "no longer live");
    await meeting.browserContext().close();
    await live.browserContext().close();
    const dir = server.recordingPath(demo.meeting);
    equal(JSON.stringify(index.gaps.filter((g) => g.reason === "loss" && g.end_ms - g.start_ms > 1000)), "[]", "who was muted has lost nothing");
    shown = new Map();
    for (const s of [HOST, GUEST]) {
      const track = index.tracks.find((t) => t.name === s.name && t.source === "camera");
      shown.set(s.id, (await Promise.all(track.files.map((f) => pictures(dir, f)))).flat().filter((p) => p.id === s.id));
    }
  },

  async "it opens standing, with a picture; pressing play plays it"() {
    page = await viewer(view, "audit");
    await page.goto(watch(""));
    await page.waitForSelector(at("play"), { timeout: 10_000 });
    await until(() => onStage(page), 8000, "a picture before the first press");
    equal((await state(page)).playing, false, "it stands");
    await click(page, "play");
    await until(async () => (await state(page)).at > 1200, 10_000, "it plays");
    const code = await until(() => onStage(page), 3000, "a code on the stage");
    equal(code.id, HOST.id, "who speaks is on the stage");
    await click(page, "speed-2");
    const from = await state(page);
    const began = Date.now();
    await sleep(1500);
    const rate = ((await state(page)).at - from.at) / (Date.now() - began);
    between(rate, 1.5, 2.4, "double speed");
    await click(page, "speed-1");
    await click(page, "play");
  },

  async "hovering shows what the stage showed then"() {
    const box = await trackBox(page);
    const ms = aloneAt(GUEST.name);
    await page.mouse.move(xOf(box, ms), box.y + box.h / 2);
    const card = await until(() => page.$eval(`${at("hover")} ${at("still")}`, (e) => ({ ms: Number(e.dataset.ms), image: e.style.backgroundImage, size: e.style.backgroundSize, position: e.style.backgroundPosition, width: e.style.width, height: e.style.height })), 3000, "a picture at the pointer");
    between(await page.$eval(at("hover"), (e) => Number(e.dataset.ms)), ms - 150, ms + 150, "the moment under the pointer");
    between(card.ms, ms - 12_000, ms + 100, "the picture's own moment");
    const code = await page.evaluate(async (c) => {
      const image = new Image();
      image.src = c.image.slice(5, -2);
      await image.decode();
      const [w, h] = [parseFloat(c.width), parseFloat(c.height)];
      const scale = image.width / parseFloat(c.size);
      const [x, y] = c.position.split(" ").map((v) => -parseFloat(v) * scale);
      const cell = document.createElement("canvas");
      [cell.width, cell.height] = [w * scale, h * scale];
      cell.getContext("2d").drawImage(image, x, y, w * scale, h * scale, 0, 0, w * scale, h * scale);
      return window.__read(cell);
    }, card);
    ok(code !== null, "the picture carries a code");
    equal(code.id, GUEST.id, "of whoever spoke");
    between(code.count - codeAt(GUEST.id, card.ms).count, -2, 2, "of that very moment, in 40 ms");
    await page.mouse.move(700, 200);
    await until(async () => (await page.$(at("hover"))) === null, 2000, "it goes with the pointer");
  },

  async "dragging, a press, and a press on a speech"() {
    const box = await trackBox(page);
    const y = box.y + box.h / 2;
    await page.mouse.move(box.x + box.w * 0.2, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.w * 0.5, y, { steps: 5 });
    await until(() => page.$(at("hover")), 2000, "a picture while dragging");
    await page.mouse.move(box.x + box.w * 0.7, y, { steps: 5 });
    await page.mouse.up();
    between((await state(page)).at / index.duration_ms, 0.69, 0.71, "dragged to 70 %");
    await page.mouse.click(box.x + box.w * 0.25, y);
    between((await state(page)).at / index.duration_ms, 0.24, 0.26, "pressed at 25 %");
    const spoke = longest(GUEST.name);
    const lane = await page.$eval(`${at("lane")}[data-lane="${participant(GUEST.name)}"]`, (e) => e.getBoundingClientRect().top + e.getBoundingClientRect().height / 2);
    await page.mouse.click(xOf(box, (spoke[0] + spoke[1]) / 2), lane);
    equal((await state(page)).at, Math.round(spoke[0]), "to where that speech begins");
    await until(async () => (await onStage(page))?.id === GUEST.id, 5000, "who speaks is on the stage");
  },

  async "one person's speeches, step by step; events and gaps by key; the keys are listed"() {
    await page.focus(at("seek"));
    const press = async (key) => {
      await page.keyboard.press(key);
      return (await state(page)).at;
    };
    equal(await press("0"), 0, "0: the beginning");
    const starts = index.speech.find((s) => s.participant === participant(GUEST.name)).spans.map((s) => Math.round(s[0])).filter((ms) => ms > 0);
    await click(page, "tab-people");
    for (const ms of starts) {
      await page.$$eval(at("person"), (rows, name) => rows.find((r) => r.textContent.includes(name)).querySelector('[data-test="speech-next"]').click(), GUEST.name);
      between((await state(page)).at, ms - 1, ms + 1, "the next speech");
    }
    await page.focus(at("seek"));
    between(await press("5"), index.duration_ms / 2 - 60, index.duration_ms / 2 + 60, "5: the middle");
    const half = (await state(page)).at;
    equal(await press("ArrowLeft"), Math.max(0, half - 10_000), "10 s back");
    await page.keyboard.down("Shift");
    equal(await press("ArrowRight"), Math.max(0, half - 10_000) + 1000, "1 s ahead");
    await page.keyboard.up("Shift");
    const gap = index.gaps.find((g) => g.track === null);
    equal(gap.reason, "stopped", "the stop is a gap");
    await press("0");
    const firstGap = Math.min(...index.gaps.map((g) => g.start_ms).filter((ms) => ms > 1));
    between(await press("g"), firstGap - 1, firstGap + 1, "G: the next gap");
    const after = await press("]");
    ok(after > firstGap, "]: a later event");
    ok((await press("[")) < after, "[: an earlier one");
    equal((await press(">"), await state(page)).rate, 1.5, "> is faster");
    await press("<");
    await page.keyboard.press("?");
    await page.waitForSelector(`${at("keys-dialog")}[open]`);
    await page.keyboard.press("Escape");
    await until(async () => (await page.$(at("keys-dialog"))) === null, 2000, "the list is closed");
    await click(page, "tab-chat");
    const here = (await state(page)).at;
    equal(await press("5"), here, "no key while the chat has the focus");
    equal(await page.$eval(at("seek"), (e) => e.getAttribute("role")), "slider", "the head is a slider");
    ok(/\d\d:\d\d.*\d\d:\d\d/.test(await page.$eval(at("seek"), (e) => e.getAttribute("aria-valuetext"))), "it says where it is");
  },

  async "messages play their moment and follow the clock; who came and went; why it was stopped"() {
    await click(page, "tab-chat");
    equal(await page.$$eval(at("chat-item"), (l) => l.length), 2, "messages");
    await page.click(`${at("chat-item")} ${at("cue")}`);
    const cue = await page.$eval(`${at("chat-item")} ${at("cue")}`, (e) => Number(e.dataset.ms));
    equal((await state(page)).at, cue, "its moment");
    await until(() => page.$$eval(at("chat-item"), (l) => l[0].getAttribute("aria-current") === "true"), 2000, "the current one is marked");
    ok((await page.$$eval(at("mark-chat"), (l) => l.reduce((n, e) => n + Number(e.dataset.count), 0))) === 2, "two marks, or one with a count");
    await click(page, "tab-people");
    const row = await page.$$eval(at("person"), (rows, name) => rows.find((r) => r.textContent.includes(name)).textContent, THIRD.name);
    ok(row.includes("进来") && row.includes("离开"), row);
    const gaps = await page.$$eval(at("gap-item"), (l) => l.map((e) => e.textContent));
    ok(gaps.some((g) => g.includes(HOST.name) && g.includes("谈商务条款")), gaps.join("\n"));
    await click(page, "tab-chat");
  },

  async "a pinned picture stays, whoever speaks"() {
    const box = await trackBox(page);
    await page.mouse.click(xOf(box, aloneAt(HOST.name)), box.y + box.h / 2);
    await until(async () => (await largeOf(page)) === participant(HOST.name), 3000, "the host speaks");
    await page.click(`${at("cell")}[data-participant="${participant(GUEST.name)}"] ${at("tile")}`);
    await until(async () => (await onStage(page))?.id === GUEST.id, 5000, "the other one is on the stage");
    await click(page, "follow");
    await until(async () => (await largeOf(page)) === participant(HOST.name), 3000, "the speaker again");
  },

  async "who was away and is there again is not fetched again"() {
    const third = index.tracks.find((x) => x.kind === "video" && x.name === THIRD.name);
    const { file, start_ms, end_ms } = third.files[0];
    const asked = [];
    page.on("request", (r) => r.url().includes(file.replace("tracks/", "")) && asked.push(r.headers().range));
    const box = await trackBox(page);
    const go = (ms) => page.mouse.click(xOf(box, ms), box.y + box.h / 2);
    const shown = () => page.$$eval(`${at("cell")}[data-participant="${third.participant}"] video`, (l) => l.some((v) => v.readyState >= 2 && !v.seeking));
    const middle = (start_ms + end_ms) / 2;
    await go(middle);
    await until(shown, 5000, "there");
    await go(Math.max(200, start_ms - 2500));
    await until(async () => !(await shown()), 3000, "away");
    const before = asked.length;
    await go(middle);
    await until(shown, 5000, "there again");
    await sleep(300);
    equal(asked.length - before, 0, `asked again: ${asked.slice(before).join()}`);
  },

  async "the link to a moment shows another viewer the same picture, also when they have to sign in first"() {
    const ms = Math.round(index.duration_ms * 0.8);
    const box = await trackBox(page);
    await page.mouse.click(xOf(box, ms), box.y + box.h / 2);
    const mine = await state(page);
    await page.browserContext().overridePermissions(server.url, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
    await page.bringToFront();
    await click(page, "copy-moment");
    await until(() => page.$eval(at("copy-moment"), (e) => e.textContent.includes("已复制")), 3000, "it says so");
    link = await page.evaluate(() => navigator.clipboard.readText());
    ok(link.startsWith(watch("?t=")), link);
    between(mine.at - Number(link.split("?t=")[1]) * 1000, -1, 100, "the moment in the link");
    const here = await settled(page, mine.at, "my picture");
    const other = await signalPage(room, HOST);
    await other.goto(link);
    await click(other, "to-sign-in");
    await type(other, "login", "super");
    await type(other, "password", PASSWORD);
    await click(other, "sign-in");
    await other.waitForSelector(at("player"), { timeout: 10_000 });
    equal(other.url(), link, "back at the same moment after signing in");
    const theirs = await state(other);
    equal(theirs.playing, false, "it stands");
    equal(await other.evaluate(() => document.activeElement?.dataset.test), "player", "the keys are for the film at once");
    between(mine.at - theirs.at, 0, 100, "the same moment");
    const code = await settled(other, theirs.at, "their picture");
    equal(code.id, here.id, "of the same person");
    between(here.count - code.count, -1, 4, "the same picture, in 40 ms");
    await other.goto(watch("?t=soon"));
    await until(() => other.$eval(at("notices"), (e) => e.textContent.includes("看不懂")), 8000, "a bad moment is said");
    equal((await state(other)).at, 0, "and it stands at the beginning");
    await other.browserContext().close();
  },

  async "who may not see it is told in words; a browser that cannot play it too"() {
    await guest.bringToFront();
    await guest.goto(watch(""));
    await until(() => guest.$eval("main", (e) => e.textContent.includes("没有看的权限")), 8000, "no right");
    const old = await viewer(view, "super");
    await old.evaluateOnNewDocument(() => {
      HTMLMediaElement.prototype.canPlayType = (m) => (m.includes("webm") ? "" : "maybe");
      MediaSource.isTypeSupported = (m) => !m.includes("webm");
    });
    await old.goto(watch(""));
    await until(() => old.$eval(at("notices"), (e) => e.textContent.includes("WebM") && e.textContent.includes("Firefox")), 8000, "which browsers can");
    await old.browserContext().close();
  },

  async "the view is logged: who, when, which part; the meeting's page lists it"() {
    equal(await page.$eval(at("log"), (e) => e.dataset.state), "logged", "the page says so");
    await page.goto(`${server.url}/m/${demo.meeting}`); // leaving reports what was still to be reported
    await page.waitForSelector(at("view"), { timeout: 8000 });
    const rows = await until(
      async () => {
        const list = await page.$$eval(at("view"), (l) => l.map((e) => ({ text: e.textContent, played: JSON.parse(e.dataset.played) })));
        return list.some((r) => r.text.includes("审计员") && r.played.length > 0) ? list : undefined;
      },
      20_000,
      "the auditor's view",
    );
    ok(rows.some((r) => r.text.includes("管理人员甲")), rows.map((r) => r.text).join("\n"));
    const mine = rows.filter((r) => r.text.includes("审计员")).flatMap((r) => r.played);
    ok(mine.some(([from, to]) => from < 1200 && to > 1000), `the beginning that was played: ${JSON.stringify(mine)}`);
    const gap = index.gaps.find((g) => g.track === null);
    ok(!mine.some(([from, to]) => from < gap.start_ms - 300 && to > gap.end_ms + 300), `not what was jumped over: ${JSON.stringify(mine)}`);
  },

  async "nothing that axe finds: desk, people, phone"() {
    await page.goto(watch("?t=3"));
    await page.waitForSelector(at("player"));
    await until(() => onStage(page), 8000, "a picture");
    await violations(page, "desk");
    await click(page, "tab-people");
    await violations(page, "people");
    await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true });
    await page.waitForSelector(at("lanes-open"));
    await click(page, "lanes-open");
    await violations(page, "phone");
  },

  async "on a phone nothing is cut off or too small, upright, on its side, and narrow"() {
    const small = () =>
      page.evaluate(() =>
        [...document.querySelectorAll("button, a, summary")]
          .filter((e) => e.offsetParent !== null && e.tabIndex >= 0 && e.closest("h1, nav, .rbar > a, .skip") === null && !e.classList.contains("skip"))
          .map((e) => [e.dataset.test ?? e.textContent, e.getBoundingClientRect()])
          .filter(([, r]) => r.width > 0 && (r.width < 43.5 || r.height < 43.5))
          .map(([n, r]) => `${n} ${Math.round(r.width)}x${Math.round(r.height)}`),
      );
    for (const [width, height] of [[390, 844], [844, 390], [320, 640]]) {
      await page.setViewport({ width, height, isMobile: true, hasTouch: true });
      await sleep(300);
      equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0, `${width}: nothing sticks out`);
      equal((await small()).join(", "), "", `${width}: targets`);
      const [pane, gaps] = await page.evaluate(() => [document.querySelector("#tabpane").getBoundingClientRect().bottom, document.querySelector('[data-test="gaps"]').getBoundingClientRect().top]);
      ok(pane <= gaps + 1, `${width}: nothing lies over another`);
    }
    await page.setViewport({ width: 390, height: 844, isMobile: true, hasTouch: true });
    await page.$eval(".striplane", (e) => e.scrollIntoView({ block: "center" }));
    const box = await trackBox(page);
    await page.touchscreen.tap(box.x + box.w / 2, box.y + box.h / 2);
    between((await state(page)).at / index.duration_ms, 0.48, 0.52, "a tap goes there");
    await sleep(600); // or the browser takes tap and touch for a double tap
    const now = await trackBox(page); // A tap may have changed what stands above.
    const finger = await page.touchscreen.touchStart(now.x + now.w * 0.3, now.y + now.h / 2);
    for (const part of [0.45, 0.65, 0.75]) await finger.move(now.x + now.w * part, now.y + now.h / 2);
    await until(() => page.$(at("hover")), 2000, "a picture at the finger");
    await finger.end();
    between((await state(page)).at / index.duration_ms, 0.73, 0.77, "a finger drags it");
  },

  async "Firefox plays it at the moment of the link"() {
    const fox = await firefox();
    browsers.push(fox);
    const p = await viewer(fox, "super");
    await p.goto(link);
    await p.waitForSelector(at("player"), { timeout: 15_000 });
    await until(() => onStage(p), 10_000, "a picture");
    const from = (await state(p)).at;
    await click(p, "play");
    await until(async () => (await state(p)).at > from + 800, 10_000, "it plays");
    // The signal's own script looks for devices, which Firefox gives to no page without a proper certificate.
    equal(p.faults.filter((f) => !f.includes("getUserMedia")).join("\n"), "", "faults");
  },

  async "no page has thrown"() {
    for (const p of [host, page]) equal(p.faults.join("\n"), "", `faults of ${p.who}`);
  },
};
