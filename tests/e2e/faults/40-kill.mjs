// kill -9 of the server and of the packager at random moments of a running meeting.
import { at, chromium, click, closeBrowser, enter, sees, signalPage, type } from "../lib/browser.mjs";
import { between, equal, ok } from "../lib/expect.mjs";
import { finalIndex, lastPacket, pictures, power, readIndex, samples, segments, tshark } from "../lib/record.mjs";
import { Server, nightly, sleep, until } from "../lib/server.mjs";
import { readFileSync, readdirSync } from "node:fs";

const KILLS = nightly ? 50 : 3;
const A = { id: 1, tone: 523, burst: 1760 };
const B = { id: 2, tone: 659, burst: 2350 };
const server = new Server({ env: { YUNJIAN_SEGMENT_SECONDS: "5" } });
const outages = [];
const acknowledged = [];
let browsers = [];
let demo;
let host;
let guest;
let dir;
let index;

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

/** Who a page takes itself and the other for. */
const people = (page) =>
  page.$$eval("video[data-participant]", (l) => [...new Set(l.map((v) => v.dataset.participant))].sort().join());

/** The running packager of the meeting: {pid, parent}. */
function packager() {
  for (const pid of readdirSync("/proc").filter((n) => /^\d+$/.test(n))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("yunjian-packager")) continue;
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(demo.meeting)) continue;
      const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
      return { pid: Number(pid), parent: Number(parent[1]) };
    } catch (e) {
      if (e.code !== "ENOENT" && e.code !== "ESRCH") throw e; /* A process that has just gone. */
    }
  }
  return undefined;
}

async function say(text) {
  await type(guest, "chat-text", text);
  await click(guest, "chat-send");
}
/** The level of a tone in each tenth of a second, dB. Not over the whole second: where the mix is set right by a
 * sender report in its middle, the phase jumps and a tone that is there all the time cancels itself. */
const levels = (mix, fromMs, tone) =>
  Array.from({ length: 10 }, (_, i) => Math.round(10 * Math.log10(power(mix, Math.round((fromMs + i * 100) * 48), 4800, tone))));

const read = (page) => page.$$eval(at("chat-message"), (l) => l.map((e) => e.textContent));

export const tests = {
  async "two people meet and are recorded"() {
    await server.start();
    browsers = await Promise.all([chromium(), chromium()]);
    demo = await server.demo();
    dir = server.recordingPath(demo.meeting);
    host = await enter(await signalPage(browsers[0], A), demo.host_url, "沈知远");
    guest = await enter(await signalPage(browsers[1], B), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, B.id), sees(guest, A.id)]);
    await until(() => host.$eval(at("recording"), (e) => e.dataset.state === "on"), 10_000, "recording");
    for (const p of [guest, host]) if ((await p.$(at("chat-text"))) === null) await click(p, "chat-open");
    await until(() => packager(), 5000, "the packager runs");
    await sleep(3000);
  },

  async [`kill -9 of the server, ${KILLS} times: everyone is back within 5 s as the same person`](note) {
    for (let n = 1; n <= KILLS; n++) {
      const before = await people(host);
      await say(`第 ${n} 次之前`);
      await until(async () => (await read(host)).some((t) => t.includes(`第 ${n} 次之前`)), 5000, "the message is acknowledged");
      acknowledged.push(`第 ${n} 次之前`);
      await sleep(1500 + Math.random() * 3000);
      const killed = Date.now();
      await server.kill();
      const last = lastPacket(dir);
      outages.push({ killed, last });
      await sleep(200 + Math.random() * 800);
      await server.start();
      const started = Date.now();
      await Promise.all([sees(host, B.id, 5000, `after kill ${n}`), sees(guest, A.id, 5000, `after kill ${n}`)]);
      note(`kill ${n}: last packet on disk ${(killed - last).toFixed(0)} ms before, moving pictures ${Date.now() - started} ms after the restart`);
      equal(await people(host), before, `the same people after kill ${n}`);
      equal(await host.$(at("knock")), null, "nobody has to be let in again");
      await until(() => host.$eval(at("recording"), (e) => e.dataset.state === "on"), 5000, `recording goes on after kill ${n}`);
    }
  },

  async "of the media received at most one second is missing before each kill"() {
    equal(outages.length, KILLS, "kills");
    for (const o of outages) between(o.killed - o.last, -100, 1000, "ms between the last packet on disk and the kill");
  },

  async "every acknowledged message is there, once, also for who comes anew"() {
    for (const p of [host, guest]) {
      const list = await read(p);
      for (const t of acknowledged) equal(list.filter((x) => x.includes(t)).length, 1, `${t} at ${p.who}`);
    }
    await host.reload();
    await until(async () => (await host.$(at("room"))) !== null || (await host.$(at("enter"))) !== null, 10_000, "the page is back");
    if ((await host.$(at("room"))) === null) {
      if ((await host.$(at("consent"))) !== null) await host.click(at("consent"));
      await click(host, "enter");
      await host.waitForSelector(at("room"), { timeout: 10_000 });
    }
    await sees(host, B.id);
    if ((await host.$(at("chat-text"))) === null) await click(host, "chat-open");
    await until(async () => (await read(host)).length >= acknowledged.length, 5000, "the messages");
    const list = await read(host);
    for (const t of acknowledged) equal(list.filter((x) => x.includes(t)).length, 1, `${t} after a reload`);
  },

  async "kill -9 of the packager: it is started again and goes on"(note) {
    for (let n = 1; n <= KILLS; n++) {
      const old = await until(() => packager(), 35_000, "a packager runs");
      equal(old.parent, server.process.pid, "its parent is the server");
      const grown = readIndex(dir)?.duration_ms ?? 0;
      process.kill(old.pid, "SIGKILL");
      const again = await until(() => {
        const p = packager();
        return p !== undefined && p.pid !== old.pid ? p : undefined;
      }, 35_000, "another packager runs");
      await until(() => readIndex(dir).duration_ms > grown, 15_000, "the index goes on");
      note(`packager ${old.pid} → ${again.pid}`);
      await sleep(500 + Math.random() * 2000);
    }
  },

  async "the end: the index is final, every outage is a named gap, and nothing overlaps it"() {
    await sleep(2000);
    await click(host, "leave-menu");
    await click(host, "end");
    index = await finalIndex(dir, 40_000);
    const zero = Date.parse(index.started_at);
    const gaps = index.gaps.filter((g) => g.reason === "outage" && g.track === null);
    equal(gaps.length, KILLS, `outages in ${JSON.stringify(index.gaps)}`);
    outages.forEach((o, i) => {
      between(gaps[i].start_ms + zero - o.last, -300, 300, "the gap begins with the last packet");
      ok(gaps[i].end_ms > o.killed - zero, `the gap ${JSON.stringify(gaps[i])} reaches over the kill at ${o.killed - zero}`);
    });
  },

  async "tshark reads every segment"(note) {
    const numbers = index.tracks.map((t) => t.track);
    let rtp = 0;
    for (const s of segments(dir)) {
      const got = await tshark(s, numbers);
      equal(got.odd, 0, `malformed packets in ${s}`);
      rtp += got.rtp;
    }
    equal(readdirSync(`${dir}/journal`).filter((n) => !n.endsWith(".pcap")).join(), "", "other files in the journal");
    note(`${segments(dir).length} segments, ${rtp} RTP packets`);
    ok(rtp > 1000, "RTP packets");
  },

  async "pictures and voices of both are there before and after each outage"(note) {
    const mix = await samples(dir, index.mix);
    const gaps = index.gaps.filter((g) => g.reason === "outage" && g.track === null);
    for (const [name, s] of [["沈知远", A], ["陈立", B]]) {
      const files = index.tracks.filter((t) => t.name === name && t.source === "camera").flatMap((t) => t.files);
      const shown = (await Promise.all(files.map((f) => pictures(dir, f)))).flat();
      const coded = shown.filter((p) => p.id === s.id);
      ok(coded.length > shown.length * 0.9, `${name}: ${coded.length} of ${shown.length} pictures carry the code`);
      let before = 0;
      let after = 0;
      for (const g of gaps) {
        if (coded.some((p) => p.ms > g.start_ms - 1000 && p.ms <= g.start_ms + 50)) before++;
        if (coded.some((p) => p.ms >= g.end_ms && p.ms < g.end_ms + 6000)) after++;
        const from = g.start_ms - 1200 - index.mix.start_ms;
        const heard = levels(mix, from, s.tone);
        ok(heard.filter((l) => l > -35).length >= 9, `${name}: the voice before the outage at ${g.start_ms}: ${heard.join(" ")} dB`);
      }
      equal(before, gaps.length, `${name}: pictures in the second before each outage`);
      equal(after, gaps.length, `${name}: pictures after each outage`);
      note(`${name}: ${coded.length} pictures in ${files.length} files`);
    }
  },

  async "no page has thrown"() {
    for (const p of [host, guest]) equal(p.faults.join("; "), "", `faults of ${p.who}`);
  },
};
