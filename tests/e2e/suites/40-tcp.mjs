// UDP blocked: ICE-TCP alone carries a meeting.
import { chromium, closeBrowser, enter, hears, sees, signalPage } from "../lib/browser.mjs";
import { ok } from "../lib/expect.mjs";
import { finalIndex } from "../lib/record.mjs";
import { Server, sleep } from "../lib/server.mjs";
import { execFileSync } from "node:child_process";

const A = { id: 5, tone: 523, burst: 1760 };
const B = { id: 6, tone: 659, burst: 2350 };
const server = new Server({ ip: "10.77.0.1" });
let browsers = [];

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

export const tests = {
  async "with UDP dropped by the kernel, two people see and hear each other, and are recorded"(note) {
    execFileSync("nft", ["-f", "-"], { input: "table inet yunjian { chain out { type filter hook output priority 0; meta l4proto udp counter drop; }; }" });
    await server.start();
    browsers = await Promise.all([chromium(), chromium()]);
    const demo = await server.demo();
    const host = await enter(await signalPage(browsers[0], A), demo.host_url, "沈知远");
    const guest = await enter(await signalPage(browsers[1], B), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, B.id, 30_000), sees(guest, A.id, 30_000)]);
    await Promise.all([hears(host, B.tone), hears(guest, A.tone)]);
    await sleep(5000);
    await Promise.all([sees(host, B.id), sees(guest, A.id)]);
    const dropped = execFileSync("nft", ["list", "table", "inet", "yunjian"]).toString().match(/packets (\d+)/);
    note(`${dropped[1]} datagrams were dropped`);
    ok(Number(dropped[1]) > 0, "UDP was really blocked");
    await server.cli("meeting", "end", demo.meeting);
    const index = await finalIndex(server.recordingPath(demo.meeting));
    ok(index.tracks.length === 4 && index.tracks.every((t) => t.spans.length > 0), "four tracks are recorded");
  },
};
