// Chromium and Firefox in one meeting: every direction, both recorded, and both browsers play every track.
import { chromium, closeBrowser, enter, firefox, hears, playsAll, sees, signalPage } from "../lib/browser.mjs";
import { ok } from "../lib/expect.mjs";
import { finalIndex, hasTone, pictures, samples } from "../lib/record.mjs";
import { Server, sleep } from "../lib/server.mjs";

const A = { id: 3, tone: 523, burst: 1760 };
const B = { id: 4, tone: 659, burst: 2350 };
const server = new Server({ ip: "10.77.0.1" });
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
  async "Chromium and Firefox see and hear each other"() {
    await server.start();
    browsers = await Promise.all([chromium(), firefox()]);
    demo = await server.demo();
    host = await enter(await signalPage(browsers[0], A), demo.host_url, "沈知远");
    guest = await enter(await signalPage(browsers[1], B), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, B.id, 25_000), sees(guest, A.id, 25_000)]);
    await Promise.all([hears(host, B.tone), hears(guest, A.tone)]);
    await sleep(6000);
    await Promise.all([sees(host, B.id), sees(guest, A.id)]);
  },
  async "both are in the recording, with codes and tones"() {
    await server.cli("meeting", "end", demo.meeting);
    dir = server.recordingPath(demo.meeting);
    index = await finalIndex(dir);
    const mix = await samples(dir, index.mix);
    const middle = index.duration_ms - 4000;
    for (const s of [A, B]) ok(hasTone(mix, middle, middle + 1000, s.tone), `tone of ${s.id} in the mix`);
    for (const [name, s] of [["沈知远", A], ["陈立", B]]) {
      const track = index.tracks.find((t) => t.name === name && t.source === "camera");
      const shown = (await Promise.all(track.files.map((f) => pictures(dir, f)))).flat();
      const coded = shown.filter((p) => p.id === s.id);
      ok(coded.length > 60 && coded.length > shown.length * 0.9, `${name}: ${coded.length} of ${shown.length} pictures carry the code`);
    }
  },
  async "Chromium plays every track"() {
    await playsAll(host, server, demo.meeting, index);
  },
  async "Firefox plays every track"() {
    // The guest has no right to the recording: Firefox plays it as the host.
    const page = await signalPage(browsers[1]);
    page.who = "Firefox";
    await page.goto(`${server.url}/login`);
    await page.setCookie(...(await host.cookies()).map((c) => ({ name: c.name, value: c.value, domain: "10.77.0.1", path: "/", secure: true, httpOnly: true, sameSite: c.sameSite })));
    await playsAll(page, server, demo.meeting, index);
  },
};
