// A recorded meeting of four with moving codes, and what a replay page shows of it. It is made once a run and shared.
import { at, chromium, closeBrowser, enter, sees, signalPage } from "./browser.mjs";
import { equal } from "./expect.mjs";
import { finalIndex, pictures } from "./record.mjs";
import { Server, sleep, until } from "./server.mjs";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LENGTH_MS = Number(process.env.YUNJIAN_REPLAY_MS ?? 30_000);
export const PEOPLE = ["沈知远", "陈立", "吴大勇", "林岚"].map((name, i) => ({ name, id: i + 1, tone: [440, 587, 784, 1047][i], burst: 3000 }));

/** All four are in the room of a running server, and see each other. */
export async function fourMeet(server, browsers) {
  const demo = await server.demo();
  const pages = [];
  for (const [i, p] of PEOPLE.entries()) {
    const page = await signalPage(browsers[i % browsers.length], { id: p.id, tone: p.tone, burst: p.burst });
    pages.push(await enter(page, i === 0 ? demo.host_url : demo.guest_url, p.name, pages[0]));
  }
  for (const page of pages.slice(1)) await sees(page, PEOPLE[0].id, 20_000);
  await sees(pages[0], PEOPLE[3].id, 20_000);
  return { meeting: demo.meeting, pages };
}

async function record(folder) {
  const server = new Server({ data: folder });
  await server.start();
  const browsers = await Promise.all([chromium(), chromium()]);
  try {
    const { meeting } = await fourMeet(server, browsers);
    await sleep(LENGTH_MS);
    await server.cli("meeting", "end", meeting);
    await finalIndex(server.recordingPath(meeting), 30_000);
    const made = await server.cliIn("a long password\n", "user", "add", "super", "supervisor", "管理人员");
    equal(made.code, 0, made.err);
    return meeting;
  } finally {
    for (const b of browsers) await closeBrowser(b);
    await server.stop();
  }
}

/** A server of one's own with the meeting: {server, meeting, dir, index}. */
export async function recordedFour() {
  const kept = join(process.env.YUNJIAN_SHARED ?? mkdtempSync(join(tmpdir(), "yunjian-shared-")), "four");
  if (!existsSync(kept)) {
    const made = `${kept}.new`;
    rmSync(made, { recursive: true, force: true });
    mkdirSync(made, { recursive: true });
    writeFileSync(join(made, "meeting"), await record(made));
    renameSync(made, kept);
  }
  const folder = mkdtempSync(join(tmpdir(), "yunjian-e2e-"));
  cpSync(kept, folder, { recursive: true });
  if (process.env.YUNJIAN_SHARED === undefined) rmSync(join(kept, ".."), { recursive: true, force: true });
  const server = new Server({ data: folder });
  server.own = true;
  await server.start();
  const meeting = readFileSync(join(folder, "meeting"), "utf8");
  const dir = server.recordingPath(meeting);
  return { server, meeting, dir, index: await finalIndex(dir) };
}

/** What has to be on screen: for each video track its pictures in order of time, as ffmpeg decodes them. */
export async function truth(dir, index) {
  const list = new Map();
  for (const t of index.tracks.filter((x) => x.kind === "video")) list.set(t.track, (await Promise.all(t.files.map((f) => pictures(dir, f)))).flat());
  return list;
}

/** Signs in as a supervisor and opens the recording; resolves when it can be played. */
export async function openReplay(browser, server, meeting, prepare) {
  const page = await signalPage(browser, { id: 15, tone: 100, burst: 100 });
  page.who = "管理人员";
  await prepare?.(page);
  await page.goto(`${server.url}/login`);
  const status = await page.evaluate(async () => {
    const rs = await fetch("/api/v1/session", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ login: "super", password: "a long password" }) });
    return rs.status;
  });
  equal(status, 200, "login");
  await page.goto(`${server.url}/m/${meeting}/recording`);
  await page.waitForSelector(at("play"), { timeout: 15_000 });
  await page.waitForSelector(at("seek"), { timeout: 5000 });
  await page.evaluate(inPage);
  return page;
}

export const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))];

const LIMIT_MS = 5000;

/**
 * Random moments at which all `tracks` show something, one after the other while nothing plays; each has to bring exactly
 * the pictures that `right` says. @returns {times} ms from "seeking" to the last of the pictures, {cold} whether a track had to be
 * fetched for it, {by} how they were seen, and {holes} how many pictures were those behind a hole.
 */
export async function seekAround(page, tracks, right, points, seed = 20261124) {
  const from = Math.max(...tracks.map((t) => t.spans[0][0]));
  const to = Math.min(...tracks.map((t) => t.spans.at(-1)[1]));
  const list = Object.fromEntries(tracks.map((t) => [t.track, right.get(t.track)]));
  await goTo(page, from + 200);
  await until(async () => (await page.evaluate(() => window.__codes())).filter((c) => c.id > 0).length === tracks.length, 10_000, "all are shown");
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  const times = [];
  const cold = [];
  const by = { frame: 0, screen: 0 };
  let holes = 0;
  for (let n = 0; times.length < points && n < points * 3; n++) {
    await page.evaluate((r, ms) => window.__arm(r, ms), list, LIMIT_MS);
    await goTo(page, from + 100 + random() * (to - from - 1200));
    const got = await page.evaluate(() => window.__armed);
    if (got.skip) continue;
    if (got.late) throw new Error(`at ${got.ms}: ${JSON.stringify(got)}`);
    times.push(Math.max(...Object.values(got.took)));
    cold.push(got.cold);
    holes += got.holes;
    for (const how of Object.keys(by)) by[how] += got.by[how];
  }
  if (times.length < points) throw new Error(`only ${times.length} of ${points} moments had something new to see`);
  return { times, cold, by, holes };
}

/** A click on the ruler of the timeline, as near to a moment as a pixel is. */
export async function goTo(page, ms) {
  const [left, top, width, height, total] = await page.$eval('[data-test="timeline"] .ruler .track', (e) => {
    const r = e.getBoundingClientRect();
    return [r.left, r.top, r.width, r.height, Number(document.querySelector('[data-test="seek"]').getAttribute("aria-valuemax"))];
  });
  await page.mouse.click(left + (ms / 1000 / total) * width, top + height / 2);
}

/** How far each picture of a __watch() is from the sound, ms: 0 while it is the right one. */
export function apart(seen, right) {
  const list = [];
  for (const s of seen)
    for (const c of s.codes) {
      const pictures = right.get(c.track);
      const n = c.id > 0 ? pictures.findIndex((p, i) => p.count === c.count && p.id === c.id && Math.abs(p.ms - s.at) < 15_000 && pictures[i + 1] !== undefined) : -1;
      if (n < 0) continue;
      const [from, to] = [pictures[n].ms, pictures[n + 1].ms];
      list.push(s.at < from ? s.at - from : s.at > to ? s.at - to : 0);
    }
  return list;
}

/** In the page: seeking as a hand on the slider does, and what the pictures show then. */
function inPage() {
  const cells = () => [...document.querySelectorAll("[data-track] video")].map((v) => ({ v, track: Number(v.closest("[data-track]").dataset.track) }));
  /** At each screen frame for a while: where the sound is, and the pictures' codes. */
  window.__watch = (ms) =>
    new Promise((done) => {
      const seen = [];
      const sound = document.querySelector('[data-test="mix"]');
      const end = performance.now() + ms;
      const step = () => {
        seen.push({ now: performance.now(), at: sound.currentTime * 1000, paused: sound.paused, codes: window.__codes() });
        if (performance.now() > end) done(seen);
        else requestAnimationFrame(step);
      };
      step();
    });
  /** The loudest of some frequencies in what the mix plays now, dB each. */
  window.__tones = async (frequencies) => {
    const sound = document.querySelector('[data-test="mix"]');
    if (window.__ear === undefined) {
      const context = new AudioContext({ sampleRate: 48000 });
      window.__ear = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 });
      const source = context.createMediaElementSource(sound);
      source.connect(window.__ear);
      source.connect(context.destination);
      await context.resume();
    }
    await new Promise((d) => setTimeout(d, 900));
    const bins = new Float32Array(window.__ear.frequencyBinCount);
    window.__ear.getFloatFrequencyData(bins);
    return frequencies.map((f) => Math.max(...bins.slice(Math.round((f * 16384) / 48000) - 3, Math.round((f * 16384) / 48000) + 4)));
  };
  window.__codes = () => cells().map(({ v, track }) => ({ track, ...window.__read(v) }));

  const shown = (list, ms) => {
    const n = list.findIndex((p) => p.ms > ms);
    return n === 0 ? undefined : list.at(n === -1 ? -1 : n - 1);
  };
  /** The picture behind a hole in what the sender sent: a decoder that drops what ended before the moment may show it. */
  const behindHole = (list, ms) => {
    const n = list.findIndex((p) => p.ms > ms);
    return n > 0 && list[n].ms - list[n - 1].ms > 100 ? list[n] : undefined;
  };
  const same = (got, p) => p !== undefined && got.id === p.id && got.count === p.count;
  /**
   * Before a click: from "seeking" to the pictures that belong to where the sound then stands, on all tracks.
   * {ms, took: {track: ms}, cold: a track did not have the moment yet, by, holes: pictures behind a hole}; {late, …} with what was there instead; {skip} where nothing would change or has no code.
   */
  window.__arm = (right, limit) => {
    const sound = document.querySelector('[data-test="mix"]');
    const begun = performance.now();
    const before = new Map(window.__codes().map((c) => [c.track, `${c.id} ${c.count}`]));
    const all = cells().filter(({ track }) => right[track] !== undefined);
    window.__arming?.abort();
    const arm = (window.__arming = new AbortController());
    const took = {};
    const by = { frame: 0, screen: 0 };
    const holds = (v) => Array.from({ length: v.buffered.length }, (_, i) => i).some((i) => v.buffered.start(i) <= v.currentTime && v.currentTime < v.buffered.end(i));
    let cold = false;
    let holes = 0;
    let want;
    let ms;
    let first;
    window.__armed = new Promise((done) => {
      const say = (more) => done({ ms, want, took, cold, by, holes, ...more });
      const timer = setTimeout(() => say({ late: true, seen: window.__codes(), before: [...before], state: all.map(({ v, track }) => [track, v.currentTime, v.seeking, v.readyState, Array.from({ length: v.buffered.length }, (_, i) => [v.buffered.start(i), v.buffered.end(i)])]) }), limit);
      // A click where it stands already moves nothing.
      setTimeout(() => first === undefined && (clearTimeout(timer), say({ skip: true })), 1000);
      const start = () => {
        if (first !== undefined) return;
        first = performance.now();
        ms = sound.currentTime * 1000;
        want = Object.fromEntries(all.map(({ track }) => [track, shown(right[track], ms)]));
        // Nothing to see: no code, no change, or a picture that changes at that very moment.
        const edge = (track) => right[track].some((p) => Math.abs(p.ms - ms) < 0.6);
        const dull = all.some(({ track }) => edge(track) || want[track] === undefined || want[track].id < 0 || before.get(track) === `${want[track].id} ${want[track].count}`);
        if (dull || all.length < Object.keys(right).length) clearTimeout(timer), say({ skip: true });
      };
      for (const { v, track } of all) {
        const found = (how) => {
          if (first === undefined || took[track] !== undefined) return took[track] !== undefined;
          const got = window.__read(v);
          if (got === null) return false;
          const behind = !same(got, want[track]) && same(got, behindHole(right[track], ms));
          if (!behind && !same(got, want[track])) return false;
          holes += behind ? 1 : 0;
          took[track] = performance.now() - first;
          by[how]++;
          if (Object.keys(took).length === all.length) {
            clearTimeout(timer);
            say({});
          }
          return true;
        };
        const over = () => performance.now() - begun > limit;
        const look = () => found("frame") || over() || v.requestVideoFrameCallback(look);
        // A callback may come just before the picture it tells of can be read: then it is found a screen frame later.
        const poll = () => found("screen") || over() || requestAnimationFrame(poll);
        v.addEventListener("seeking", () => (cold ||= !holds(v), start()), { once: true });
        // Not once: the end of the seek before may still be on its way.
        v.addEventListener("seeked", () => first !== undefined && poll(), { signal: arm.signal });
        v.requestVideoFrameCallback(look);
      }
    });
  };
}
