// Seeking in the replay: the right picture on all four tracks, no byte fetched twice, in step while it plays.
import { at, chromium, click, closeBrowser, enter, firefox, signalPage } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { readIndex } from "../lib/record.mjs";
import { apart, goTo, openReplay, PEOPLE, quantile, recordedFour, seekAround, truth } from "../lib/replay.mjs";
import { nightly, sleep, until } from "../lib/server.mjs";

const POINTS = 100;
let made;
let browser;
let page;
let fox;
let right;
let tracks;
const requests = [];

export async function close() {
  for (const b of [browser, fox]) if (b !== undefined) await closeBrowser(b);
  await made?.server.close();
}

/** Every request for a part of a file: {file, from, to}. */
function watchRanges(p) {
  p.on("request", (rq) => {
    const range = /bytes=(\d+)-(\d+)/.exec(rq.headers().range ?? "");
    const file = /recording\/files\/([^?]+)/.exec(rq.url())?.[1];
    if (file !== undefined) requests.push({ file, from: Number(range?.[1] ?? 0), to: Number(range?.[2] ?? Infinity), rq });
  });
}

export const tests = {
  async "four meet, and their meeting is recorded"(note) {
    made = await recordedFour();
    tracks = made.index.tracks.filter((t) => t.kind === "video");
    equal(tracks.length, 4, "video tracks");
    right = await truth(made.dir, made.index);
    for (const t of tracks) note(`${t.name}: ${right.get(t.track).length} pictures, points every ${t.files[0].points.slice(1).map(([ms], i) => ms - t.files[0].points[i][0]).join(" ")}, ${t.files[0].media_bytes} bytes`);
  },

  async "a hundred random moments: exactly the picture of that moment, on all four tracks"(note) {
    browser = await chromium(["--autoplay-policy=no-user-gesture-required"]);
    page = await openReplay(browser, made.server, made.meeting, (p) => watchRanges(p));
    const { times, by } = await seekAround(page, tracks, right, POINTS);
    note(`from seeking to the right picture on all four: p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms; seen by frame callback ${by.frame}, a screen frame later ${by.screen}`);
    ok(quantile(times, 0.95) < 3000, "p95 under 3 s even on a busy machine");
  },

  async "no byte was fetched twice"(note) {
    ok(requests.length > 10, `${requests.length} requests`);
    const whole = requests.filter((r) => r.to === Infinity && /webm|mp4/.test(r.file));
    equal(whole.length, 0, "files fetched as a whole");
    const sum = new Map();
    const full = requests.filter((r) => r.rq.failure() === null);
    note(`${requests.length} requests, ${requests.length - full.length} of them stopped`);
    const media = full.filter((r) => /webm|mp4/.test(r.file));
    for (const r of media) for (const o of media) if (o !== r && o.file === r.file && o.from <= r.to && r.from <= o.to) sum.set(r.file, [r.from, r.to, o.from, o.to]);
    equal(JSON.stringify([...sum]), "[]", "bytes fetched twice");
  },

  async "while it plays the pictures go with the sound, at every speed"(note) {
    const from = Math.max(...tracks.map((t) => t.spans[0][0])) + 500;
    await goTo(page, from);
    await click(page, "play");
    for (const rate of [1, 2, 3, 0.5]) {
      await click(page, `speed-${rate}`);
      await sleep(700);
      const seen = await page.evaluate(() => window.__watch(2500));
      const off = apart(seen, right).map(Math.abs);
      const speed = (seen.at(-1).at - seen[0].at) / (seen.at(-1).now - seen[0].now);
      note(`${rate}×: runs at ${speed.toFixed(2)}; ${off.length} pictures looked at, off by p50 ${quantile(off, 0.5).toFixed(0)} ms, p95 ${quantile(off, 0.95).toFixed(0)} ms`);
      between(speed, rate * (nightly ? 0.85 : 0.6), rate * 1.1, `speed at ${rate}`);
      ok(quantile(off, 0.5) <= (nightly ? 40 : 150) * Math.max(1, rate), `at ${rate} half of the pictures are with the sound`);
    }
  },

  async "at double speed a tone keeps its pitch"(note) {
    const { tone } = PEOPLE[0];
    await goTo(page, Math.max(...tracks.map((t) => t.spans[0][0])) + 500);
    await click(page, "speed-2");
    await sleep(300);
    const [here, below, above, twice] = await page.evaluate((f) => window.__tones(f), [tone, tone * 0.8, tone * 1.19, tone * 2]);
    note(`${tone} Hz at 2×: ${here.toFixed(0)} dB; beside it ${below.toFixed(0)} and ${above.toFixed(0)}, at ${tone * 2} Hz ${twice.toFixed(0)}`);
    ok(here > -70 && here > below + 15 && here > above + 15 && here > twice + 15, "the tone is where it was");
    await click(page, "play");
    equal(page.faults.join("; "), "", "faults");
    await page.browserContext().close();
  },

  async "Firefox: the right pictures after a seek, and it plays"(note) {
    fox = await firefox();
    const p = await openReplay(fox, made.server, made.meeting);
    const { times } = await seekAround(p, tracks, right, 6);
    note(`from seeking to the right picture on all four: p50 ${quantile(times, 0.5).toFixed(0)} ms, longest ${Math.max(...times).toFixed(0)} ms`);
    await goTo(p, Math.max(...tracks.map((t) => t.spans[0][0])) + 500);
    await click(p, "play");
    await sleep(1500);
    const seen = await p.evaluate(() => window.__watch(2000));
    const off = apart(seen, right).map(Math.abs);
    note(`playing: off by p50 ${quantile(off, 0.5).toFixed(0)} ms, p95 ${quantile(off, 0.95).toFixed(0)} ms`);
    ok(seen.at(-1).at - seen[0].at > 1000 && quantile(off, 0.5) <= (nightly ? 100 : 200), "it plays, and the pictures go with the sound");
    await closeBrowser(fox);
    fox = undefined;
  },

  async "while the meeting runs: it follows by itself, with sound, a few seconds behind"(note) {
    const running = await made.server.demo();
    const host = await enter(await signalPage(browser, { id: 5, tone: 523, burst: 3000 }), running.host_url, PEOPLE[0].name);
    const guest = await enter(await signalPage(browser, { id: 6, tone: 880, burst: 3000, video: false }), running.guest_url, PEOPLE[1].name, host);
    await until(async () => (readIndex(made.server.recordingPath(running.meeting))?.mix?.end_ms ?? 0) > 11_000, 40_000, "the mix has found its pace");
    const p = await openReplay(browser, made.server, running.meeting);
    const started = Date.parse(readIndex(made.server.recordingPath(running.meeting)).started_at);
    const behind = async () => Date.now() - started - (await p.evaluate(() => document.querySelector('[data-test="mix"]').currentTime * 1000));
    if ((await p.$(at("to-live"))) !== null) await click(p, "to-live");
    else await click(p, "play");
    await sleep(4000);
    const list = [];
    for (let i = 0; i < 10; i++) {
      list.push(await behind());
      await sleep(300);
    }
    const codes = await p.evaluate(() => window.__codes());
    const [here, below] = await p.evaluate((f) => window.__tones(f), [523, 523 * 0.8]);
    note(`behind the meeting by p50 ${(quantile(list, 0.5) / 1000).toFixed(1)} s, at most ${(Math.max(...list) / 1000).toFixed(1)} s; tone ${here.toFixed(0)} dB over ${below.toFixed(0)}`);
    ok(Math.max(...list) < 9000, `behind by ${list.map((ms) => Math.round(ms))}`);
    ok(here > below + 15, "its sound is heard");
    ok(codes.some((c) => c.id === 5), `its picture is seen: ${JSON.stringify(codes)}`);
    await made.server.cli("meeting", "end", running.meeting);
    await until(() => p.$eval(at("player"), (e) => e.dataset.playing === "false"), 20_000, "it plays to the end");
    await Promise.all([host, guest, p].map((x) => x.browserContext().close()));
  },
};
