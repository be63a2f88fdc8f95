// A backup made while people meet, put back and lived on: records, digests, and a replay that plays.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, closeBrowser, enter, playsAll, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { finalIndex, segments } from "../lib/record.mjs";
import { Server, bin, root, sleep, until } from "../lib/server.mjs";
import { Account, account } from "../lib/account.mjs";
import { Tus, pdf, sha256 } from "../lib/tus.mjs";

const run = promisify(execFile);
const server = new Server({ env: { YUNJIAN_SEGMENT_SECONDS: "2" } });
const folder = mkdtempSync(join(tmpdir(), "yunjian-backup-"));
const dest = join(folder, "backups");
const restored = new Server({ data: join(folder, "restored") });
const A = { id: 1, tone: 523, burst: 1760 };
const B = { id: 2, tone: 659, burst: 2350 };
let browser;
let demo;
let first;
let second;
let kept; // a document

/** May run beside others. */
export const light = true;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
  await restored.close();
  if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
}

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const whole = () => readdirSync(dest).filter((n) => !n.startsWith(".")).sort();
const closed = (dir) => readdirSync(join(dir, "recordings", demo.meeting, "journal")).filter((n) => n.endsWith(".pcap")).sort();
/** Every row of every table, as text. */
const rows = async (db, query = ".dump") => (await run("sqlite3", [db, query], { maxBuffer: 1 << 26 })).stdout;
const sound = (dir) => run("sha256sum", ["--quiet", "--strict", "-c", "SHA256SUMS"], { cwd: dir });
/** What the command says when it fails. */
async function refused(s, ...args) {
  const r = await s.cliIn("", ...args);
  equal(r.code, 1, `${args[0]}: ${r.out}`);
  return r.err;
}

export const tests = {
  async "while two people meet, a backup is made, and stock tools find every digest right"() {
    await server.start();
    browser = await chromium();
    demo = await server.demo();
    const host = await enter(await signalPage(browser, A), demo.host_url, "沈知远");
    const guest = await enter(await signalPage(browser, B), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, 2), sees(guest, 1)]);
    await until(() => segments(server.recordingPath(demo.meeting)).length >= 2, 15_000, "two segments are closed");
    const journal = join(server.recordingPath(demo.meeting), "journal");
    await until(() => readdirSync(journal).some((n) => n.endsWith(".part") && statSync(join(journal, n)).size > 20_000), 5000, "another is open");
    const manager = await account(server, "shen", "manager");
    const project = (await manager.want(201, "POST", "/projects", { title: "x", customer: "锦澜" })).id;
    const tus = new Tus(server, manager.token());
    const body = pdf(200_000);
    kept = { ...(await tus.want(`projects/${project}`, "图.pdf", body)), digest: sha256(body) };
    const begun = await tus.create(`projects/${project}`, "half.pdf", 100);
    await tus.patch(begun.headers.location, 0, pdf(50));
    first = await server.cli("backup", dest);
    ok(!existsSync(join(first.path, "uploads")), "what is on its way is no document yet");
    await sees(guest, 1, 15_000, "after the backup");
    await sound(first.path);
    const manifest = JSON.parse(readFileSync(join(first.path, "manifest.json"), "utf8"));
    equal(manifest.sums, digest(join(first.path, "SHA256SUMS")), "the manifest vouches for SHA256SUMS");
    equal(manifest.files, readFileSync(join(first.path, "SHA256SUMS"), "utf8").trim().split("\n").length, "files");
    for (const n of ["yunjian.db", "certificate.pem", "key.pem"]) ok(existsSync(join(first.path, n)), n);
    equal(statSync(join(first.path, "key.pem")).mode & 0o777, 0o600, "the key is nobody else's");
    const live = join(server.env.YUNJIAN_DATA);
    ok(closed(first.path).length >= 2, `closed segments: ${closed(first.path)}`);
    for (const n of closed(first.path)) {
      const at = join("recordings", demo.meeting, "journal", n);
      equal(digest(join(first.path, at)), digest(join(live, at)), at);
    }
    const known = (await rows(join(first.path, "yunjian.db"), "SELECT name || ' ' || lower(hex(sha256)) FROM segment")).trim().split("\n");
    ok(known.length >= 2, `rows of segments: ${known}`);
    for (const k of known) equal(digest(join(first.path, "recordings", demo.meeting, "journal", k.split(" ")[0])), k.split(" ")[1], "a row's digest");
  },

  async "the next one shares what has not changed, and a person keeps the newest"() {
    const before = closed(first.path);
    await until(() => segments(server.recordingPath(demo.meeting)).length > before.length, 15_000, "another segment is closed");
    second = await server.cli("backup", dest);
    ok(second.linked >= before.length, `shared: ${second.linked}`);
    for (const n of before) {
      const at = join("recordings", demo.meeting, "journal", n);
      equal(statSync(join(second.path, at)).ino, statSync(join(first.path, at)).ino, "one file");
    }
    await sound(second.path);
    ok((await server.cli("backup", "check", second.path)).files > 5, "checked by our own command too");
    const other = join(folder, "two");
    for (let i = 0; i < 3; i++) {
      await until(() => !existsSync(other) || !readdirSync(other).includes(new Date().toISOString().slice(0, 19).replaceAll(":", "-") + "Z"), 2000, "a second passes");
      await server.cli("backup", other, "2");
    }
    equal(readdirSync(other).filter((n) => !n.startsWith(".")).length, 2, "of three, two stay");
  },

  async "kill -9 half way leaves nothing that looks whole, and the next one clears it away"() {
    const had = whole();
    mkdirSync(join(server.env.YUNJIAN_DATA, "documents"), { recursive: true });
    const big = join(server.env.YUNJIAN_DATA, "documents/big");
    writeFileSync(big, "");
    truncateSync(big, 1 << 30);
    const child = spawn(join(bin, "yunjian"), ["backup", dest], { env: server.env, cwd: root, stdio: "ignore" });
    const part = () => readdirSync(dest).find((n) => n.startsWith(".part-"));
    await until(() => part() !== undefined && existsSync(join(dest, part(), "documents/big")), 10_000, "it is half way");
    ok((await refused(server, "backup", dest)).includes("another backup"), "no second one beside it");
    child.kill("SIGKILL");
    await new Promise((done) => child.once("exit", done));
    equal(whole().join(), had.join(), "whole backups");
    ok((await refused(restored, "restore", join(dest, part()))).includes("no whole backup"), "the rest is refused");
    rmSync(big);
    const next = await server.cli("backup", dest);
    await sound(next.path);
    equal(part(), undefined, "what was left is gone");
  },

  async "restored, the records are the same, the meeting goes on, and its replay plays"(note) {
    await restored.cli("restore", first.path);
    equal(await rows(join(restored.env.YUNJIAN_DATA, "yunjian.db")), await rows(join(first.path, "yunjian.db")), "every row");
    await restored.start();
    const manager = new Account(restored, "shen", "s is for a good password");
    const back = await new Tus(restored, (await manager.signIn()).token()).content(kept.document, 1);
    equal(sha256(back.data), kept.digest, "a document");
    const page = await signalPage(browser, A);
    await enter(page, demo.host_url.replace(server.url, restored.url), "沈知远");
    await sleep(2500); // Long enough to be played.
    await restored.cli("meeting", "end", demo.meeting);
    const dir = restored.recordingPath(demo.meeting);
    const index = await finalIndex(dir);
    await page.goto(restored.url);
    await playsAll(page, restored, demo.meeting, index);
    for (const n of closed(first.path)) equal(digest(join(dir, "journal", n)), digest(join(first.path, "recordings", demo.meeting, "journal", n)), n);
    /* The segment that was being written is there as well: cut at its last whole packet, and in the records. */
    const torn = readdirSync(join(first.path, "recordings", demo.meeting, "journal")).find((n) => n.endsWith(".part"));
    ok(torn !== undefined && existsSync(join(dir, "journal", torn.replace(".part", ""))), `the open segment: ${torn}`);
    const known = await rows(join(restored.env.YUNJIAN_DATA, "yunjian.db"), "SELECT COUNT(*) FROM segment");
    equal(Number(known), segments(dir).length, "rows of segments");
    ok(index.duration_ms > 4000, `the replay lasts ${index.duration_ms} ms`);
    note(`replay of ${Math.round(index.duration_ms)} ms from a backup of ${(first.bytes / 1048576).toFixed(1)} MiB`);
  },

  async "refused: a folder that is not empty, a damaged file, a server on half a restore"() {
    ok((await refused(restored, "restore", first.path)).includes("not empty"), "not empty");
    const victim = join(second.path, "certificate.pem");
    const bytes = readFileSync(victim);
    bytes[40] ^= 1;
    rmSync(victim); // It is one file with that of the first backup.
    writeFileSync(victim, bytes);
    ok((await refused(server, "backup", "check", second.path)).includes("certificate.pem is damaged"), "found by the check");
    const half = new Server({ data: join(folder, "half") });
    ok((await refused(half, "restore", second.path)).includes("certificate.pem is damaged"), "found by the restore");
    const start = await run(join(bin, "yunjiand"), [], { env: half.env, cwd: root }).catch((e) => e);
    ok(start.code === 1 && start.stderr.includes("did not finish"), `the server: ${start.code} ${start.stderr}`);
    await half.cli("restore", first.path); // A second try clears away what the first has left.
    ok((await half.cli("meeting", "list")).some((m) => m.meeting === demo.meeting), "and then it is whole");
  },
};
