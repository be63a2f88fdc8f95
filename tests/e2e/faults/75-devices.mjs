// WHIP and WHEP against those who ask and never come, who vanish, and who ask slowly; and a server that is killed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { equal, ok } from "../lib/expect.mjs";
import { dial } from "../lib/raw.mjs";
import { finalIndex, readIndex } from "../lib/record.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { Gst, offer, patch, pathOf, post, remove } from "../lib/whip.mjs";

const s = new Server({ ip: "10.77.0.1", env: { YUNJIAN_RECORD_AUTO: "0" } });
await s.start();
const d = await s.demo();
const named = (url, name) => url.replace(/camera$/, name);
const peers = async () => (await s.status()).workers.reduce((sum, w) => sum + w.peers, 0);
const rss = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${s.process.pid}/status`, "utf8"))[1]) / 1024;
const query = (sql) => execFileSync("sqlite3", [join(s.env.YUNJIAN_DATA, "yunjian.db"), sql]).toString().trim();

/** @returns how many answers had each status. */
async function storm(n, one) {
  const seen = {};
  let slowest = 0;
  let next = 0;
  await Promise.all(Array.from({ length: 40 }, async () => {
    while (next < n) {
      const i = next++;
      const begun = Date.now();
      const r = await one(i);
      slowest = Math.max(slowest, Date.now() - begun);
      seen[r.status] = (seen[r.status] ?? 0) + 1;
      if (r.status === 503) ok(Number(r.headers["retry-after"]) > 0, "says when to try again");
    }
  }));
  return { seen, slowest };
}

let cam;
let slow; // runs beside the others
let left; // a watcher whose publisher went, and when

async function aByteASecond() {
  const line = await dial(s);
  line.send(`POST ${pathOf(d.whip_url)} HTTP/1.1\r\nHost: ${new URL(s.url).host}\r\nContent-Type: application/sdp\r\nContent-Length: 4000\r\nAuthorization: Bearer ${d.token}\r\n\r\n`);
  const timer = setInterval(() => line.socket.writable && line.send("v"), 1000);
  const gone = await Promise.race([line.end, sleep(25_000)]);
  clearInterval(timer);
  return gone;
}

/** May run beside others. */
export const light = true;

export const tests = {
  async "two thousand offers that never connect are bounded and leave nothing behind"(note) {
    slow = aByteASecond();
    const e = await s.demo();
    const gone = await Gst.start(s, e.whip_url, e.token, "publish", "vp8");
    const lonely = await until(() => Gst.start(s, e.whep_url, e.token, "watch"), 10_000, "it can be watched");
    await until(() => lonely.counts()?.pictures > 0, 10_000, "and is seen");
    equal((await gone.remove()).status, 200, "the publisher leaves");
    await gone.stop();
    left = { lonely, at: Date.now() };
    const before = rss();
    const a = await storm(2000, (i) => post(s, named(d.whip_url, `never${i}`), offer(), d.token));
    equal(a.seen[201], 100, `publishers at once (${JSON.stringify(a.seen)})`);
    equal(a.seen[503], 1900, "and the rest are told to wait");
    ok(a.slowest < 5000, `the slowest answer took ${a.slowest} ms`);
    const grown = rss() - before;
    note(`${grown.toFixed(1)} MiB for 100 waiting connections, the slowest answer ${a.slowest} ms`);
    ok(grown < 100, `grown by ${grown} MiB`);
    equal((await s.status()).people, 0, "nobody of them is in the meeting");
    await until(async () => (await peers()) === 0, 40_000, "all are given up");
    equal((await post(s, d.whip_url, offer(), d.token)).status, 201, "and there is room again");
  },
  async "the same for watchers, whose publisher notices nothing"() {
    cam = await Gst.start(s, named(d.whip_url, "cam"), d.token, "publish", "vp8");
    const watcher = await until(() => Gst.start(s, named(d.whep_url, "cam"), d.token, "watch"), 10_000, "it can be watched");
    await until(() => watcher.counts()?.pictures > 0, 10_000, "and is seen");
    await until(async () => (await s.cli("recording", "list")).some((r) => r.meeting === d.meeting && r.state === "on"), 5000, "who is watched is recorded");
    const a = await storm(800, () => post(s, named(d.whep_url, "cam"), offer({ dir: "recvonly" }), d.token));
    ok(a.seen[201] <= 500 && a.seen[201] + a.seen[503] === 800, JSON.stringify(a.seen));
    const seen = watcher.counts().pictures;
    await until(() => watcher.counts().pictures > seen + 15, 5000, "who watches goes on watching");
    equal((await s.status()).watchers - (Date.now() - left.at < 30_000 ? 1 : 0), 1, "one watches");
    cam.process.kill("SIGKILL");
    await until(async () => (await s.status()).people === 0, 25_000, "a publisher that vanishes is gone");
    equal((await watcher.remove()).status, 200, "its watcher's session is still there");
    await watcher.stop();
    await sleep(Math.max(0, left.at + 33_000 - Date.now()));
    equal((await left.lonely.remove()).status, 404, "that of another, who has waited for half a minute, is not");
    await left.lonely.stop();
  },
  async "an offer sent a byte a second is cut off"() {
    const gone = await slow;
    ok(gone !== undefined, `closed after ${gone} ms`);
  },
  async "kill -9: the session is unknown, the device comes back as the same participant"() {
    cam = await Gst.start(s, named(d.whip_url, "drone"), d.token, "publish", "vp8");
    await until(async () => (await s.status()).people === 1, 10_000, "it is in");
    await s.kill();
    await s.start();
    equal((await patch(s, cam.answer.headers.location, "a=end-of-candidates\r\n", d.token, "*")).status, 404, "PATCH of the session of before");
    equal((await remove(s, cam.answer.headers.location, d.token)).status, 404, "DELETE of it");
    await cam.stop();
    cam = await Gst.start(s, named(d.whip_url, "drone"), d.token, "publish", "vp8");
    await until(async () => (await s.status()).people === 1, 10_000, "it is in again");
    equal(query("SELECT COUNT(*) FROM participant WHERE device = 'drone'"), "1", "one participant");
    equal((await cam.remove()).status, 200, "it leaves");
    await until(() => query("SELECT COUNT(*) FROM attendance a JOIN participant p ON p.id = a.participant_id WHERE p.device = 'drone' AND a.left_at IS NOT NULL") === "2", 5000, "two stays, both with their end");
    equal(query("SELECT COUNT(*) FROM audit WHERE what = 'device.publish' AND who = 'yunjian demo' AND object = (SELECT public_id FROM participant WHERE device = 'drone')"), "2", "the audit log says who answers for it");
    await cam.stop();
  },
  async "a packager that gets no memory ends alone; the meeting goes on, and its recording is made when there is some"(note) {
    const poor = new Server({ ip: "10.77.0.1", env: { YUNJIAN_PACKAGER_MEMORY: "4" } });
    try {
      await poor.start();
      const e = await poor.demo();
      const camera = await Gst.start(poor, e.whip_url, e.token, "publish", "vp8");
      const watcher = await until(() => Gst.start(poor, e.whep_url, e.token, "watch"), 10_000, "it can be watched");
      const ends = () => (readFileSync(poor.logFile, "utf8").match(/packager.* ended with/g) ?? []).length;
      await until(() => ends() >= 2, 15_000, "it ends, and is started again");
      const seen = watcher.counts()?.pictures ?? 0;
      await until(() => watcher.counts()?.pictures > seen + 15, 5000, "who watches notices nothing");
      await poor.cli("meeting", "end", e.meeting);
      ok(readIndex(poor.recordingPath(e.meeting))?.state !== "final", "nothing to be played yet");
      note(`ended ${ends()} times by then`);
      await poor.stop();
      await Promise.all([camera.stop(), watcher.stop()]);
      delete poor.env.YUNJIAN_PACKAGER_MEMORY;
      await poor.start();
      const index = await finalIndex(poor.recordingPath(e.meeting), 30_000);
      equal(index.tracks.map((t) => t.kind).sort().join(), "audio,video", "both tracks");
      ok(index.duration_ms > 1000 && index.tracks.every((t) => t.spans.length > 0), `whole: ${JSON.stringify(index.tracks.map((t) => t.spans))}`);
    } finally {
      await poor.close();
    }
  },
  async "a clean stop with devices in it"() {
    cam = await Gst.start(s, named(d.whip_url, "last"), d.token, "publish", "vp8");
    const watcher = await until(() => Gst.start(s, named(d.whep_url, "last"), d.token, "watch"), 10_000, "it can be watched");
    const { code } = await s.stop();
    equal(code, 0, "the server ends well");
    await cam.stop();
    await watcher.stop();
  },
};
export const close = () => s.close();
