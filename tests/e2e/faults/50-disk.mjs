// A full disk: the meeting goes on, everybody sees that it is not recorded, and recording comes back by itself.
import { at, chromium, click, closeBrowser, enter, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Person, redeem } from "../lib/person.mjs";
import { finalIndex, pictures, readIndex, segments, tshark } from "../lib/record.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const A = { id: 1, tone: 523, burst: 1760 };
const B = { id: 2, tone: 659, burst: 2350 };
const folder = mkdtempSync(join(tmpdir(), "yunjian-disk-"));
const small = join(folder, "small");
mkdirSync(small);
execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", small]);
const server = new Server({ data: folder, env: { YUNJIAN_DATA: small, YUNJIAN_SEGMENT_SECONDS: "5" } });
const ballast = join(small, "ballast");
let browsers = [];
let host;
let guest;
let third;
let demo;
let index;
let second;

export async function close() {
  third?.close();
  for (const b of browsers) await closeBrowser(b);
  await server.close();
  execFileSync("umount", [small]);
  rmSync(folder, { recursive: true, force: true });
}

/** Writes until nothing more fits. */
function fill() {
  const fd = openSync(ballast, "a");
  for (const size of [1 << 20, 4096]) {
    const block = Buffer.alloc(size, 1);
    try {
      for (;;) if (writeSync(fd, block) < size) break;
    } catch (e) {
      if (e.code !== "ENOSPC") throw e;
    }
  }
  closeSync(fd);
  return statfsSync(small).bavail;
}

const folderOf = (meeting) => server.recordingPath(meeting).replace(server.env.YUNJIAN_DATA, small);

/** What the database says of a meeting's segments, and what lies in its folder, in the same words. */
function rows(meeting) {
  const sql = `SELECT s.name || ' ' || s.bytes || ' ' || lower(hex(s.sha256)) FROM segment s JOIN meeting m ON m.id = s.meeting_id
    WHERE m.public_id = '${meeting}' ORDER BY s.number`;
  return execFileSync("sqlite3", ["-readonly", join(small, "yunjian.db"), sql], { encoding: "utf8" }).trim();
}
function files(meeting) {
  return segments(folderOf(meeting)).map((path) => {
    const bytes = readFileSync(path);
    return `${basename(path)} ${bytes.length} ${createHash("sha256").update(bytes).digest("hex")}`;
  }).join("\n");
}

const badge = (state, ms = 10_000) =>
  Promise.all([host, guest].map((p) => until(() => p.$eval(at("recording"), (e, s) => e.dataset.state === s, state), ms, `${p.who} sees that recording is ${state}`)));

export const tests = {
  async "two people meet and are recorded on a small disk"() {
    await server.start();
    demo = await server.demo();
    browsers = await Promise.all([chromium(), chromium()]);
    host = await enter(await signalPage(browsers[0], A), demo.host_url, "沈知远");
    guest = await enter(await signalPage(browsers[1], B), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, B.id), sees(guest, A.id)]);
    third = new Person(server, (await redeem(server, demo.host_url, "第三人")).token, "third");
    await third.enter();
    await badge("on");
    await sleep(4000);
  },

  async "the disk is full: everybody is told, and the meeting goes on"(note) {
    const begun = Date.now();
    fill();
    const keep = setInterval(() => fill(), 100); /* Whoever frees a block loses it again. */
    try {
      await badge("failed", 15_000);
      note(`told after ${Date.now() - begun} ms`);
      ok(third.notices.some((n) => n.type === "recording" && n.state === "failed" && n.reason !== ""), "with a reason");
      await Promise.all([sees(host, B.id, 3000), sees(guest, A.id, 3000)]);
      const answers = [];
      for (let i = 0; i < 5; i++) answers.push(await third.ask("chat", { text: `满了 ${i}`, key: `full${i}` }).then(() => "stored", (e) => e.code));
      note(`chat on the full disk: ${answers.join(", ")}`);
      for (const a of answers) ok(a === "stored" || a === "storage" || a === "io", `chat is answered ${a}`);
      const shown = third.chats().filter((c) => c.key.startsWith("full")).map((c) => c.key);
      equal(shown.join(), answers.flatMap((a, i) => (a === "stored" ? [`full${i}`] : [])).join(), "shown is what was stored");
      const rs = await server.request("/");
      equal(rs.status, 200, "the pages");
      await sleep(2000);
      await Promise.all([sees(host, B.id, 3000), sees(guest, A.id, 3000)]);
    } finally {
      clearInterval(keep);
    }
  },

  async "space again: recording comes back by itself, and so does the chat"(note) {
    rmSync(ballast);
    const begun = Date.now();
    await badge("on", 10_000);
    note(`recording again after ${Date.now() - begun} ms`);
    await third.ask("chat", { text: "又有空间", key: "again" });
    await sleep(4000);
    await Promise.all([sees(host, B.id, 3000), sees(guest, A.id, 3000)]);
  },

  async "the final index names the gap, and both sides of it are there"(note) {
    await click(host, "leave-menu");
    await click(host, "end");
    const dir = folderOf(demo.meeting);
    index = await finalIndex(dir, 60_000);
    const gaps = index.gaps.filter((g) => g.reason === "write_error" && g.track === null);
    note(JSON.stringify(index.gaps.filter((g) => g.track === null)));
    ok(gaps.length >= 1, "a gap by write_error");
    for (const s of segments(dir)) equal((await tshark(s, index.tracks.map((t) => t.track))).odd, 0, `malformed packets in ${s}`);
    for (const [name, s] of [["沈知远", A], ["陈立", B]]) {
      const files = index.tracks.filter((t) => t.name === name && t.source === "camera").flatMap((t) => t.files);
      const coded = (await Promise.all(files.map((f) => pictures(dir, f)))).flat().filter((p) => p.id === s.id);
      ok(coded.some((p) => p.ms < gaps[0].start_ms), `${name} before the gap`);
      ok(coded.some((p) => p.ms > gaps.at(-1).end_ms), `${name} after the gap`);
    }
  },

  async "no page has thrown"() {
    for (const p of [host, guest]) equal(p.faults.join("; "), "", `faults of ${p.who}`);
  },

  async "a meeting that ends on the full disk has its end when there is space"(note) {
    second = await server.demo();
    host = await enter(await signalPage(browsers[0], A), second.host_url, "沈知远");
    guest = await enter(await signalPage(browsers[1], B), second.guest_url, "陈立", host);
    await Promise.all([sees(host, B.id), sees(guest, A.id)]);
    await badge("on");
    await sleep(4000);
    const keep = setInterval(() => fill(), 100);
    const dir = folderOf(second.meeting);
    let ended;
    try {
      fill();
      await badge("failed", 15_000);
      await sleep(1500);
      await click(host, "leave-menu");
      await click(host, "end");
      ended = Date.now();
      await sleep(5000); /* more than one try */
      ok(readIndex(dir)?.state !== "final", "nothing is final while the disk takes nothing");
    } finally {
      clearInterval(keep);
    }
    rmSync(ballast);
    const ready = await finalIndex(dir, 30_000);
    const gap = ready.gaps.filter((g) => g.reason === "write_error" && g.track === null).at(-1);
    note(`final ${Date.now() - ended} ms after the end; ${JSON.stringify(gap)} of ${ready.duration_ms} ms`);
    ok(gap !== undefined && gap.end_ms - gap.start_ms >= 1400, "from the failure to the end is a gap by name");
    const late = Date.parse(ready.started_at) + gap.end_ms - ended;
    ok(Math.abs(late) < 1500, `the gap ends with the meeting, not with the full disk: ${late} ms after`);
    for (const t of ready.tracks) ok(t.spans.every(([, end]) => end <= gap.start_ms + 1000), "nothing is said to be there within the gap");
  },

  async "after a restart every segment has its name and its row"() {
    await server.stop();
    await server.start();
    for (const { meeting } of [demo, second]) {
      const names = readdirSync(join(folderOf(meeting), "journal"));
      equal(names.filter((n) => !n.endsWith(".pcap")).join(), "", "left over");
      ok(names.length >= 2, "segments of both sides");
      equal(rows(meeting), files(meeting), "rows and files");
    }
  },
};
