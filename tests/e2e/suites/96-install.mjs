// Installed by `make install`, and run as the unit would run it: what the sandbox forbids is not needed.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, closeBrowser, enter, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { finalIndex, segments } from "../lib/record.mjs";
import { Server, bin, root, until } from "../lib/server.mjs";

const folder = mkdtempSync(join(tmpdir(), "yunjian-install-"));
const dest = join(folder, "dest");
const state = join(folder, "state");
const trace = join(folder, "trace");
const make = (...args) => execFileSync("make", ["-s", ...args, `DESTDIR=${dest}`, "PREFIX=/opt/yunjian", `B=${bin}`], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const unitFile = () => join(dest, "opt/yunjian/lib/systemd/system/yunjian.service");
/* Not traced, so that media flows: they must be among what the filter lets pass. */
const HOT = ["sendmmsg", "recvmmsg", "epoll_wait", "epoll_pwait", "futex", "read", "write", "poll", "ppoll", "clock_nanosleep", "pread64", "sendmsg", "recvmsg", "recvfrom", "sendto"];
let browser;
let child;

/** May run beside others. */
export const light = true;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  child?.kill("SIGKILL");
  if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
}

/** The settings of the unit, a list a key, in order. */
function unit() {
  const settings = new Map();
  for (const line of readFileSync(unitFile(), "utf8").split("\n")) {
    const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined) settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}

/** Names of system calls in a set of systemd's, with those in it. */
function callsOf(set) {
  const text = execFileSync("systemd-analyze", ["syscall-filter", "--no-pager", set], { encoding: "utf8" });
  return text.split("\n").slice(1).map((l) => l.trim()).filter((l) => l !== "" && !l.startsWith("#")).flatMap((l) => (l.startsWith("@") ? callsOf(l) : [l]));
}

/** What SystemCallFilter= lets pass: lines that name are added, lines with ~ taken away, in order. */
function allowed() {
  const calls = new Set();
  for (const line of unit().get("SystemCallFilter")) {
    const away = line.startsWith("~");
    for (const name of line.replace("~", "").split(" ")) for (const c of name.startsWith("@") ? callsOf(name) : [name]) away ? calls.delete(c) : calls.add(c);
  }
  return calls;
}

export const tests = {
  async "make install puts everything under DESTDIR, again keeps what was edited, and uninstall takes it away"() {
    make("install");
    for (const f of ["bin/yunjiand", "bin/yunjian", "bin/yunjian-packager", "share/yunjian/web/index.html", "share/doc/yunjian/operations.md", "share/doc/yunjian/yunjian.txt", "share/doc/yunjian/nginx.conf", "lib/sysusers.d/yunjian.conf"])
      ok(existsSync(join(dest, "opt/yunjian", f)), f);
    for (const f of readdirSync(join(dest, "opt/yunjian/lib/systemd/system"))) ok(!/@[A-Z]+@/.test(readFileSync(join(dest, "opt/yunjian/lib/systemd/system", f), "utf8")), `${f} is filled in`);
    ok(readFileSync(join(dest, "opt/yunjian/share/doc/yunjian/yunjian.txt"), "utf8").includes("backup DEST"), "help");
    const conf = join(dest, "etc/yunjian/yunjian.conf");
    equal(readFileSync(conf, "utf8").match(/^[a-z].*/gm).join("|"), "data = /var/lib/yunjian|web_root = /opt/yunjian/share/yunjian/web|holidays = /etc/yunjian/holidays.conf", "what is set");
    execFileSync("sed", ["-i", "1i # edited", conf]);
    make("install");
    ok(readFileSync(conf, "utf8").startsWith("# edited"), "the edited file stays");
    ok(existsSync(`${conf}.new`), "the new sample lies beside it");
    make("uninstall");
    equal(readdirSync(join(dest, "etc/yunjian")).length, 4, "configuration stays");
    ok(!existsSync(join(dest, "opt/yunjian/bin/yunjiand")) && !existsSync(join(dest, "opt/yunjian/share/yunjian")) && !existsSync(unitFile()), "the rest is gone");
    make("install");
  },

  async "make dist makes the same bytes each time"() {
    if (!existsSync(join(root, ".git"))) throw new Error("this test needs the repository");
    const once = make("dist");
    equal(make("dist"), once, "digest");
    const version = /"(.*)"/.exec(readFileSync(join(root, "include/base/version.h"), "utf8"))[1];
    const list = execFileSync("tar", ["-tzf", join(root, `build/yunjian-${version}.tar.gz`)], { encoding: "utf8" });
    ok(list.startsWith(`yunjian-${version}/`) && list.includes(`yunjian-${version}/Makefile\n`) && !list.includes("node_modules"), list.slice(0, 200));
  },

  async "the unit's exposure is 2.0 at most"(note) {
    const r = spawnSync("systemd-analyze", ["security", "--offline=yes", "--no-pager", "--threshold=20", unitFile()], { encoding: "utf8" });
    note(r.stdout.trim().split("\n").at(-1));
    equal(r.status, 0, r.stdout.slice(-400) + r.stderr);
  },

  async "in the unit's file system, without capabilities and without writable code, a meeting is held and recorded"(note) {
    mkdirSync(state);
    if (process.getuid() === 0) execFileSync("chown", ["65534:65534", state]);
    const settings = unit();
    for (const s of ["ProtectSystem=strict", "MemoryDenyWriteExecute=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectHome=yes", "PrivateTmp=yes"])
      ok(settings.get(s.split("=")[0]).includes(s.split("=")[1]), s);
    const orc = settings.get("Environment").find((e) => e.startsWith("ORC_CODE=")).split("=")[1];
    /* PR_SET_MDWE is what MemoryDenyWriteExecute= is on kernels that have it; it passes to the packager. */
    const mdwe = "import ctypes,os,sys\nassert ctypes.CDLL(None).prctl(65,1,0,0,0)==0\nos.execv(sys.argv[1],sys.argv[1:])";
    const drop = process.getuid() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"] : ["setpriv", "--no-new-privs"];
    const folders = ["/opt", "/etc", "/var", "/var/lib"].flatMap((f) => ["--perms", "0755", "--dir", f]);
    const box = ["bwrap", ...folders, "--ro-bind", "/usr", "/usr", "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin",
      "--ro-bind", "/etc/ssl", "/etc/ssl", "--ro-bind", "/etc/ld.so.cache", "/etc/ld.so.cache", "--ro-bind", join(dest, "etc/yunjian"), "/etc/yunjian",
      "--ro-bind", join(dest, "opt/yunjian"), "/opt/yunjian", "--bind", state, "/var/lib/yunjian", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
      "--clearenv", "--setenv", "ORC_CODE", orc, "--setenv", "YUNJIAN_SEGMENT_SECONDS", "2", "--die-with-parent"];
    child = spawn("strace", ["-f", "-qq", "--seccomp-bpf", "-e", `trace=!${HOT.join()}`, "-o", trace, ...box, ...drop, "python3", "-c", mdwe, "/opt/yunjian/bin/yunjiand", "--conf=/etc/yunjian/yunjian.conf"], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const s of [child.stdout, child.stderr]) s.on("data", (d) => (said += d));
    const over = new Promise((done) => child.once("exit", done));
    const env = { YUNJIAN_DATA: state, YUNJIAN_PUBLIC_URL: "https://127.0.0.1:8443" };
    const outside = new Server({ data: folder, env });
    await until(() => {
      if (child.exitCode !== null) throw new Error(said.slice(-800));
      return outside.status();
    }, 20_000, "the server answers");
    const demo = await outside.demo();
    browser = await chromium();
    const host = await enter(await signalPage(browser, { id: 1, tone: 523, burst: 1760 }), demo.host_url, "沈知远");
    const guest = await enter(await signalPage(browser, { id: 2, tone: 659, burst: 2350 }), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, 2, 30_000), sees(guest, 1, 30_000)]);
    await until(() => segments(outside.recordingPath(demo.meeting)).length >= 1, 20_000, "a segment is closed");
    await outside.cli("meeting", "end", demo.meeting);
    const index = await finalIndex(outside.recordingPath(demo.meeting), 40_000);
    ok(index.tracks.length === 4 && index.mix !== undefined && index.duration_ms > 1500, JSON.stringify(index).slice(0, 300));
    const pid = Number(/^(\d+) +execve\("\/opt\/yunjian\/bin\/yunjiand"/m.exec(readFileSync(trace, "utf8"))[1]);
    process.kill(pid, "SIGTERM"); // strace itself does not listen.
    await over;
    note(`${index.tracks.length} tracks of ${Math.round(index.duration_ms / 1000)} s`);
  },

  async "every system call and every family of sockets that it used passes the unit's filter"(note) {
    const text = readFileSync(trace, "utf8");
    /* From the server's own start on: what bwrap and setpriv did before is the service manager's part. */
    const begun = text.indexOf('execve("/opt/yunjian/bin/yunjiand"');
    ok(begun > 0 && text.includes('execve("/opt/yunjian/bin/yunjian-packager"'), "both programs were traced");
    const own = text.slice(begun);
    const used = new Set([...own.matchAll(/^\d+ +([a-z][a-z0-9_]*)\(/gm)].map((m) => m[1]));
    const pass = allowed();
    const denied = [...used, ...HOT].filter((c) => !pass.has(c));
    equal(denied.join(), "", "calls that the filter stops");
    ok(used.size > 40 && used.has("setpriority") && used.has("bind"), `calls: ${[...used].join()}`);
    ok(!pass.has("mount") && !pass.has("ptrace") && !pass.has("setuid") && !pass.has("bpf"), "and it stops what it is for");
    const families = new Set([...own.matchAll(/ socket(?:pair)?\((AF_[A-Z0-9_]+)/g)].map((m) => m[1].replace("AF_LOCAL", "AF_UNIX")));
    const may = unit().get("RestrictAddressFamilies")[0].split(" ");
    equal([...families].filter((f) => !may.includes(f)).join(), "", "families");
    ok(families.has("AF_NETLINK") && families.has("AF_INET"), [...families].join());
    ok(!/PROT_WRITE\|PROT_EXEC/.test(own.replace(/= -1 E.*$/gm, "")) || !/ m(?:map|protect)\([^\n]*PROT_WRITE\|PROT_EXEC[^\n]*= (?:0x|0)/.test(own), "no memory is both written and run");
    note(`${used.size} system calls, families ${[...families].sort().join(" ")}`);
  },
};
