// Two people in two Chromium meet, are recorded, and the recording plays.
import { at, chromium, click, closeBrowser, enter, hears, sees, signalPage, silent, type } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { ffprobe, finalIndex, hasTone, offsets, onsets, pictures, samples, segments, tshark } from "../lib/record.mjs";
import { Server, nightly, sleep, until } from "../lib/server.mjs";
import { join } from "node:path";

const LONG = nightly ? 600_000 : 15_000;
// How far a burst's picture may be from its sound. Beside other work a browser captures some pictures late: then the
// median tells what the server does.
const APART_MS = 80;
const A = { id: 1, tone: 523, burst: 1760 };
const B = { id: 2, tone: 659, burst: 2350 };
const server = new Server({ env: { YUNJIAN_SEGMENT_SECONDS: nightly ? "15" : "5" } });
let browsers = [];
let demo;
let host;
let guest;
let index;
let dir;

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

export const tests = {
  async "both enter, see and hear each other"() {
    await server.start();
    browsers = await Promise.all([chromium(), chromium()]);
    demo = await server.demo();
    host = await enter(await signalPage(browsers[0], A), demo.host_url, "沈知远");
    guest = await enter(await signalPage(browsers[1], B), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, B.id), sees(guest, A.id)]);
    await Promise.all([hears(host, B.tone), hears(guest, A.tone)]);
  },

  async "the recording has started by itself, and both see it"() {
    for (const p of [host, guest]) await until(() => p.$eval(at("recording"), (e) => e.dataset.state === "on"), 10_000, "badge");
  },

  async "what one writes, the other reads"() {
    if ((await guest.$(at("chat-text"))) === null) await click(guest, "chat-open");
    await type(guest, "chat-text", "图纸 3 号柜的接地在哪里?");
    await click(guest, "chat-send");
    if ((await host.$(at("chat-text"))) === null) await click(host, "chat-open");
    await until(() => host.$$eval(at("chat-message"), (l) => l.some((e) => e.textContent.includes("接地在哪里"))), 5000, "the message");
  },

  async "muting silences, unmuting is heard again"() {
    await click(guest, "mute");
    await until(() => silent(host, B.tone), 8000, "silence");
    await click(guest, "mute");
    await hears(host, B.tone);
  },

  async "a shared screen stands on the other's stage, and goes"() {
    await guest.evaluate(() => {
      const real = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getDisplayMedia = (o) => real({ ...o, preferCurrentTab: true });
    });
    await click(guest, "share");
    await until(() => host.$eval('video[data-source="screen"]', (v) => v.videoWidth > 0 && v.currentTime > 0), 15_000, "the screen");
    await sleep(2000);
    await click(guest, "share");
    await until(async () => (await host.$('video[data-source="screen"]')) === null, 8000, "the screen has gone");
    await sees(host, B.id);
  },

  async [`${LONG / 1000} s pass`](note) {
    await sleep(LONG);
    const s = await server.status();
    note(`packets in ${s.workers.map((w) => w.rtp_in)}, out ${s.workers.map((w) => w.rtp_out)}, dropped ${s.workers.map((w) => w.dropped)}, processor ms ${s.workers.map((w) => w.cpu_ms)}`);
    await Promise.all([sees(host, B.id), sees(guest, A.id)]);
  },

  async "the host ends the meeting; both are told, and the host is led to the recording"(note) {
    await click(host, "leave-menu");
    await click(host, "end");
    const ended = Date.now();
    await guest.waitForSelector(at("message"), { timeout: 5000 });
    await click(host, "to-replay");
    dir = server.recordingPath(demo.meeting);
    index = await finalIndex(dir);
    note(`playable ${Date.now() - ended} ms after the end`);
    await host.waitForSelector(at("play"), { timeout: 10_000 });
  },

  async "the index knows every track, by name, without a gap"() {
    const of = (name, source) => index.tracks.filter((t) => t.name === name && t.source === source);
    for (const name of ["沈知远", "陈立"]) for (const source of ["camera", "microphone"]) equal(of(name, source).length, 1, `${source} of ${name}`);
    equal(of("陈立", "screen").length, 1, "the screen");
    equal(index.gaps.filter((g) => g.track === null).length, 0, "gaps");
    ok(index.duration_ms > LONG, `duration ${index.duration_ms}`);
    for (const t of index.tracks.filter((x) => x.kind === "video" && x.source === "camera")) {
      const keys = t.files.flatMap((f) => f.points.map(([ms]) => ms));
      const last = t.files.at(-1).end_ms;
      const steps = [...keys, last].map((k, i, l) => (i === 0 ? 0 : k - l[i - 1]));
      ok(Math.max(...steps) < 12_500, `${t.name}: a key frame at least every 10 s, longest step ${Math.max(...steps)}`);
    }
  },

  async "tshark reads every segment, and ffprobe every track"(note) {
    const numbers = index.tracks.map((t) => t.track);
    const list = segments(dir);
    ok(list.length >= 3, `${list.length} segments`);
    let rtp = 0;
    for (const s of list) {
      const got = await tshark(s, numbers);
      equal(got.odd, 0, `malformed packets in ${s}`);
      if (s !== list.at(-1)) ok(got.rtp > 0 && got.rtcp > 0, `${s}: RTP and RTCP`); // The last may have begun just before the end.
      rtp += got.rtp;
    }
    note(`${list.length} segments, ${rtp} RTP packets`);
    for (const f of [...index.tracks.flatMap((t) => t.files), index.mix]) {
      const p = await ffprobe(join(dir, f.file));
      equal(p.streams.length, 1, `streams of ${f.file}`);
      const length = Number(p.format.duration) * 1000;
      between(length, f.end_ms - f.start_ms - 300, f.end_ms - f.start_ms + 300, `duration of ${f.file}`);
    }
  },

  async "codes and tones are in the recording; sound and picture belong together"(note) {
    const mix = await samples(dir, index.mix);
    const middle = index.duration_ms - LONG / 2;
    for (const s of [A, B]) ok(hasTone(mix, middle, middle + 1000, s.tone), `tone of ${s.id} in the mix`);
    for (const [name, s] of [["沈知远", A], ["陈立", B]]) {
      const track = index.tracks.find((t) => t.name === name && t.source === "camera");
      const shown = (await Promise.all(track.files.map((f) => pictures(dir, f)))).flat();
      const coded = shown.filter((p) => p.id === s.id);
      ok(coded.length > shown.length * 0.95, `${name}: ${coded.length} of ${shown.length} pictures carry the code`);
      ok(coded.length > (LONG / 1000) * 15, `${name}: ${coded.length} pictures`);
      const heard = onsets(mix, s.burst).map((ms) => ms + index.mix.start_ms);
      const off = offsets(shown, s.id, heard).sort((a, b) => a - b);
      ok(off.length > LONG / 2000, `${name}: ${off.length} bursts matched of ${heard.length}`);
      const low = off[Math.floor(off.length * 0.02)];
      const high = off[Math.ceil(off.length * 0.98) - 1];
      note(`${name}: sound against picture, median ${off[Math.floor(off.length / 2)].toFixed(0)} ms, from ${low.toFixed(0)} to ${high.toFixed(0)}, ${off.length} bursts`);
      between(off[Math.floor(off.length / 2)], -APART_MS, APART_MS, "the middle one");
      if (nightly) for (const end of [low, high]) between(end, -APART_MS, APART_MS, "98 of 100");
    }
  },

  async "the page plays the recording: pictures with codes, and time goes on"() {
    await click(host, "play");
    await until(() => host.$eval(at("player"), (e) => Number(e.dataset.at) > 1500), 15_000, "it plays");
    const cells = await until(
      () =>
        host.$$eval("video", (list) => {
          const seen = list.map((v) => window.__read(v)?.id).filter((id) => id !== undefined);
          return seen.length >= 2 ? seen.sort().join() : undefined;
        }),
      20_000,
      "both codes in the replay",
    );
    equal(cells, "1,2", "codes in the replay");
  },

  async "no page has thrown"() {
    for (const p of [host, guest]) equal(p.faults.join("; "), "", `faults of ${p.who}`);
  },
};
