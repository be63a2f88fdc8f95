// VP9 and H.264 through a meeting and its recording, as real Chromium sends, shows and plays them.
import { chromium, closeBrowser, enter, playsAll, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { ffprobe, finalIndex, pictures } from "../lib/record.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { sendsOnly, videoCodecs, watch } from "../lib/wire.mjs";
import { join } from "node:path";

const A = { name: "沈知远", id: 7, tone: 523, burst: 1760 };
const B = { name: "陈立", id: 8, tone: 659, burst: 2350 };
const server = new Server({ ip: "10.77.0.1" });
let browsers = [];

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

/** Two people whose browsers send no other codec, and who see each other. */
async function meet(mime, look = {}) {
  const demo = await server.demo();
  const page = async (n, who) => sendsOnly(await watch(await signalPage(browsers[n], { ...who, ...look })), mime);
  const host = await enter(await page(0, A), demo.host_url, A.name);
  const guest = await enter(await page(1, B), demo.guest_url, B.name, host);
  await Promise.all([sees(host, B.id, 25_000), sees(guest, A.id, 25_000)]);
  return { meeting: demo.meeting, host, guest };
}

/** Nothing but the wanted codec is sent and received. */
async function speaks(page, mime) {
  const { out, in: got } = await videoCodecs(page);
  equal(out.join(), mime, `${page.who} sends`);
  equal(got.join(), mime, `${page.who} receives`);
}

/** What the recording says of itself, what ffprobe says of it, and the codes in its pictures. */
async function recorded(meeting, codec, probed) {
  const dir = server.recordingPath(meeting);
  const index = await finalIndex(dir);
  for (const who of [A, B]) {
    const track = index.tracks.find((t) => t.name === who.name && t.source === "camera");
    equal(track.codec, codec, `${who.name}: codec in the index`);
    for (const f of track.files) {
      const { streams } = await ffprobe(join(dir, f.file));
      equal(streams.map((s) => s.codec_name).join(), probed, `${f.file}: codec by ffprobe`);
    }
    const shown = (await Promise.all(track.files.map((f) => pictures(dir, f)))).flat();
    const coded = shown.filter((p) => p.id === who.id);
    ok(coded.length > 100 && coded.length > shown.length * 0.9, `${who.name}: ${coded.length} of ${shown.length} pictures carry the code`);
  }
  return index;
}

async function leave({ host, guest }) {
  await Promise.all([host, guest].map((p) => p.browserContext().close()));
}

export const tests = {
  async "Chromium sends both codecs"() {
    await server.start();
    browsers = await Promise.all([chromium(), chromium()]);
    const page = await signalPage(browsers[0]);
    const all = await page.evaluate(() => RTCRtpSender.getCapabilities("video").codecs.map((c) => c.mimeType));
    for (const mime of ["video/VP9", "video/H264"]) ok(all.includes(mime), `${mime} among ${[...new Set(all)]}`);
    await page.browserContext().close();
  },
  async "a meeting in VP9 is seen, recorded and played"() {
    const m = await meet("video/VP9", { grain: true });
    await sleep(8000);
    await Promise.all([sees(m.host, B.id), sees(m.guest, A.id)]);
    await Promise.all([m.host, m.guest].map((p) => speaks(p, "video/VP9")));
    await server.cli("meeting", "end", m.meeting);
    await playsAll(m.host, server, m.meeting, await recorded(m.meeting, "VP9", "vp9"));
    await leave(m);
  },
  async "a meeting in H.264 is seen, recorded and played, before and after the picture changes its size"(note) {
    const m = await meet("video/H264");
    await sleep(5000);
    await m.host.evaluate(() => window.__resize(480, 480));
    const turned = () => m.guest.evaluate(() => [...document.querySelectorAll("video[data-participant]")].some((v) => v.videoWidth === v.videoHeight && v.videoWidth > 0));
    await until(turned, 10_000, "the guest sees the new size");
    await sleep(5000);
    await Promise.all([sees(m.host, B.id), sees(m.guest, A.id)]);
    await Promise.all([m.host, m.guest].map((p) => speaks(p, "video/H264")));
    await server.cli("meeting", "end", m.meeting);
    const index = await recorded(m.meeting, "H264", "h264");
    const { files } = index.tracks.find((t) => t.name === A.name && t.source === "camera");
    const sizes = files.map((f) => `${f.width}x${f.height}`);
    note(`the host's parts: ${sizes.join(", ")}`);
    ok(sizes.includes("640x360") && sizes.at(-1) === "480x480", `parts of both sizes: ${sizes}`);
    await playsAll(m.host, server, m.meeting, index);
    await leave(m);
  },
};
