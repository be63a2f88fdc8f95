// Five people: two send 320x180 at 10 pictures a second, the rest only sound. Everybody sees and hears everybody.
import { chromium, closeBrowser, enter, hears, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { finalIndex, hasTone, samples } from "../lib/record.mjs";
import { Server, sleep } from "../lib/server.mjs";

const TONES = [440, 587, 784, 1047, 1397];
const server = new Server();
let browsers = [];
let people = [];
let demo;

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

export const tests = {
  async "five enter"() {
    await server.start();
    browsers = await Promise.all([chromium(), chromium()]);
    demo = await server.demo();
    for (let i = 0; i < 5; i++) {
      const signal = { id: i + 1, tone: TONES[i], burst: 3000, video: i < 2, width: 320, height: 180, fps: 10 };
      const page = await signalPage(browsers[i % 2], signal);
      people.push(await enter(page, i === 0 ? demo.host_url : demo.guest_url, `人${i + 1}`, i === 0 ? undefined : people[0]));
    }
  },
  async "everybody sees the two who send pictures"() {
    for (const [i, p] of people.entries()) for (const id of [1, 2]) if (id !== i + 1) await sees(p, id, 20_000);
  },
  async "everybody hears everybody else"() {
    await Promise.all(people.map(async (p, i) => {
      for (const [k, tone] of TONES.entries()) if (k !== i) await hears(p, tone, 30_000);
    }));
  },
  async "all five voices are in the mix, and each has a track"() {
    await sleep(3000);
    await server.cli("meeting", "end", demo.meeting);
    const dir = server.recordingPath(demo.meeting);
    const index = await finalIndex(dir);
    const mix = await samples(dir, index.mix);
    const late = [8, 7, 6, 5, 4, 3, 2].map((s) => index.duration_ms - s * 1000);
    for (const tone of TONES) ok(late.some((ms) => hasTone(mix, ms, ms + 1000, tone)), `${tone} Hz in the mix`);
    equal(index.tracks.filter((t) => t.kind === "audio").length, 5, "voices");
    equal(index.tracks.filter((t) => t.kind === "video").length, 2, "pictures");
  },
};
