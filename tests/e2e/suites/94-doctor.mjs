// `yunjian doctor`: each thing broken once, and named.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import dgram from "node:dgram";
import { appendFileSync, chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync, closeSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { equal, ok } from "../lib/expect.mjs";
import { Server, bin, root, until } from "../lib/server.mjs";

const folder = mkdtempSync(join(tmpdir(), "yunjian-doctor-"));
chmodSync(folder, 0o755);
const server = new Server({ data: join(folder, "own") });
const data = server.env.YUNJIAN_DATA;
let meeting;

/** May run beside others. */
export const light = true;

export async function close() {
  await server.close();
  if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
}

/** The findings by their names: {code, found: Map(check → {verdict, what, do})}. */
function doctor(env = {}, before = []) {
  const command = [...before, join(bin, "yunjian"), "--json", "doctor"];
  const r = spawnSync(command[0], command.slice(1), { env: { ...server.env, LANG: "C", LC_ALL: "", ...env }, cwd: root, encoding: "utf8" });
  if (r.stdout === "") throw new Error(`doctor: ${r.status} ${r.stderr}`);
  const o = JSON.parse(r.stdout);
  return { code: r.status, all: o, found: new Map(o.checks.map((c) => [c.check, c])) };
}
/** Broken like this, `check` is what it says, with something to do, and what was broken is in its words. */
function names(check, verdict, words, env, before) {
  const { code, found, all } = doctor(env, before);
  const one = found.get(check);
  ok(one !== undefined, `${check} is not among ${[...found.keys()]}`);
  equal(one.verdict, verdict, check);
  ok(one.do.length > 10, `${check}: what to do`);
  ok(one.what.includes(words), `${check}: "${one.what}" names ${words}`);
  const wrong = all.checks.some((c) => c.verdict === "wrong");
  equal(code, wrong ? 1 : 0, `${check}: exit code`);
  equal(wrong || verdict !== "wrong", true, `${check}: counted`);
}
const copy = (name) => {
  const to = join(folder, name);
  cpSync(data, to, { recursive: true, filter: (f) => !f.endsWith(".sock") });
  chmodSync(to, 0o750);
  return to;
};
const sql = (db, text) => execFileSync("sqlite3", [db, text], { encoding: "utf8" });
const openssl = (...args) => execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });

export const tests = {
  async "beside a running server all is well, in both languages"() {
    await server.start();
    meeting = (await server.demo()).meeting;
    const { code, found, all } = doctor();
    equal(code, 0, JSON.stringify(all.checks.filter((c) => c.verdict === "wrong")));
    ok(all.running, "it runs");
    for (const c of ["configuration.fine", "files.fine", "ports.ours", "disk.fine", "turn.none", "codecs.fine", "database.fine", "recordings.fine", "limits.fine"])
      ok(found.has(c) || (c === "disk.fine" && found.has("disk.slow")), `${c} is not among ${[...found.keys()]}`);
    equal(found.get("certificate.self_made").verdict, "note", "our own certificate");
    const chinese = execFileSync(join(bin, "yunjian"), ["doctor"], { env: { ...server.env, LC_ALL: "zh_CN.UTF-8" }, cwd: root, encoding: "utf8" });
    ok(chinese.includes("端口由本服务占用") && /0 处错误，\d 处注意/.test(chinese), chinese);
    const english = execFileSync(join(bin, "yunjian"), ["doctor", "--lang=en"], { env: { ...server.env, LC_ALL: "zh_CN.UTF-8" }, cwd: root, encoding: "utf8" });
    ok(english.includes("ports are used by this server") && !/[一-龥]/.test(english), english);
    await server.stop();
    ok(doctor().found.has("ports.fine"), "when it is stopped the ports are free");
  },

  async "configuration, files and limits"() {
    const conf = join(folder, "wrong.conf");
    writeFileSync(conf, "\nnonsense = 1\n");
    names("configuration.wrong", "wrong", `${conf}:2`, { YUNJIAN_CONF: conf });
    names("configuration.wrong", "wrong", "/nonexistent", { YUNJIAN_CONF: "/nonexistent" });
    names("configuration.wrong", "wrong", "YUNJIAN_HTTPS_PORT", { YUNJIAN_HTTPS_PORT: "http" });
    names("files.web_root", "wrong", "/nonexistent", { YUNJIAN_WEB_ROOT: "/nonexistent" });
    names("files.packager", "wrong", "/nonexistent", { YUNJIAN_PACKAGER: "/nonexistent" });
    names("limits.too_few", "wrong", "512", {}, ["prlimit", "--nofile=512"]);
    names("limits.files", "note", "2000", {}, ["prlimit", "--nofile=2000"]);
    names("codecs.missing", "wrong", "opusdec", { GST_PLUGIN_SYSTEM_PATH_1_0: "/nonexistent", GST_PLUGIN_PATH_1_0: "/nonexistent", GST_REGISTRY_1_0: join(folder, "registry") });
  },

  async "ports"() {
    const tcp = net.createServer().listen(server.port, "0.0.0.0");
    await new Promise((d) => tcp.once("listening", d));
    names("ports.taken", "wrong", `${server.port} TCP`);
    tcp.close();
    const udp = dgram.createSocket("udp4").bind(server.media);
    await new Promise((d) => udp.once("listening", d));
    names("ports.taken", "wrong", `${server.media} UDP`);
    udp.close();
    names("ports.address", "wrong", "192.0.2.1", { YUNJIAN_LISTEN: "192.0.2.1" });
    const nobody = process.getuid() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"] : [];
    names("ports.denied", "wrong", "81 TCP", { YUNJIAN_HTTPS_PORT: "81", YUNJIAN_DATA: join(folder, "nobody") }, nobody);
  },

  async "certificates"() {
    const path = (n) => join(folder, n);
    const leaf = (name, days, host) => {
      writeFileSync(path("ext"), `subjectAltName=DNS:${host}`);
      openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${host}`);
      openssl("x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", String(days), "-extfile", "ext", "-out", `${name}.pem`);
      chmodSync(path(`${name}.key`), 0o600);
    };
    const use = (cert, key = cert) => ({ YUNJIAN_TLS_CERTIFICATE: path(`${cert}.pem`), YUNJIAN_TLS_KEY: path(`${key}.key`), YUNJIAN_PUBLIC_URL: "https://meet.example.com", SSL_CERT_FILE: path("ca.pem") });
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "30");
    leaf("good", 90, "meet.example.com");
    leaf("soon", 5, "meet.example.com");
    leaf("past", -1, "meet.example.com");
    leaf("other", 90, "other.example.com");
    ok(doctor(use("good")).found.has("certificate.fine"), JSON.stringify(doctor(use("good")).all));
    names("certificate.key", "wrong", "good.pem", use("good", "other"));
    names("certificate.soon", "note", "20", use("soon"));
    names("certificate.expired", "wrong", "20", use("past"));
    names("certificate.name", "wrong", "meet.example.com", use("other"));
    names("certificate.chain", "wrong", "issuer", { ...use("good"), SSL_CERT_FILE: "/nonexistent", SSL_CERT_DIR: "/nonexistent" });
    names("certificate.unreadable", "wrong", "missing.pem", use("missing"));
    names("certificate.unreadable", "wrong", "missing.key", use("good", "missing"));
    chmodSync(path("good.key"), 0o644);
    names("certificate.open", "wrong", "good.key", use("good"));
    names("certificate.later", "note", "certificate", { YUNJIAN_DATA: path("empty") });
  },

  async "disk and clock"() {
    names("disk.folder", "wrong", "/nonexistent", { YUNJIAN_DATA: "/nonexistent" });
    names("disk.full", "wrong", "1048576 MiB", { YUNJIAN_DISK_RESERVE_MIB: "1048576" });
    const half = copy("half");
    writeFileSync(join(half, "restore-incomplete"), "");
    names("disk.restore", "wrong", half, { YUNJIAN_DATA: half });
    chmodSync(half, 0o755);
    names("disk.open", "note", half, { YUNJIAN_DATA: half });
    names("disk.slow", "note", "fdatasync", {}, ["strace", "-qqf", "-o", "/dev/null", "-e", "inject=fdatasync:delay_exit=60000"]);
    names("clock.unsynchronised", "note", "adjtimex 5", {}, ["strace", "-qqf", "-o", "/dev/null", "-e", "inject=adjtimex,clock_adjtime:retval=5"]);
    ok(doctor({}, ["strace", "-qqf", "-o", "/dev/null", "-e", "inject=adjtimex,clock_adjtime:retval=0"]).found.has("clock.fine"), "a clock that is kept");
  },

  async "TURN, with the real coturn and our sample"() {
    const port = server.port + 4000;
    const conf = join(folder, "turnserver.conf");
    const secret = "b5c1-secret";
    let text = readFileSync(join(root, "conf/turnserver.conf"), "utf8");
    for (const [from, to] of [["static-auth-secret=CHANGE-ME", `static-auth-secret=${secret}`], ["listening-port=3478", `listening-port=${port}`], ["realm=meet.example.com", "realm=test"]]) {
      ok(text.includes(from), from);
      text = text.replace(from, to);
    }
    writeFileSync(conf, text);
    appendFileSync(conf, `listening-ip=127.0.0.1\nrelay-ip=10.77.0.1\npidfile=${folder}/turn.pid\nuserdb=${folder}/turn.db\n`);
    const url = `turn:127.0.0.1:${port}`;
    names("turn.silent", "wrong", url, { YUNJIAN_ICE_SERVERS: url, YUNJIAN_TURN_SECRET: secret });
    names("turn.secret", "wrong", url, { YUNJIAN_ICE_SERVERS: url });
    names("configuration.wrong", "wrong", "ice_servers", { YUNJIAN_ICE_SERVERS: "http://x" });
    const coturn = spawn("turnserver", ["-c", conf], { stdio: "ignore", cwd: folder });
    try {
      await until(() => doctor({ YUNJIAN_ICE_SERVERS: url, YUNJIAN_TURN_SECRET: secret }).found.has("turn.fine"), 10_000, "it answers");
    } finally {
      coturn.kill("SIGKILL");
    }
  },

  async "the virus scanner"() {
    const path = join(folder, "clamd");
    const env = { YUNJIAN_CLAMD_SOCKET: path };
    ok(![...doctor().found.keys()].some((k) => k.startsWith("scanner.")), "none is set: nothing to say");
    names("scanner.missing", "wrong", path, env);
    const peer = (answer) => {
      const child = spawn(process.execPath, ["-e", `require("net").createServer((c) => c.on("error", () => 0).on("data", () => ${answer === "" ? "0" : `c.end(${JSON.stringify(answer)})`})).listen(process.argv[1])`, path], { stdio: "ignore" });
      return async (look) => {
        try {
          await until(() => existsSync(path), 5000, "it listens");
          look();
        } finally {
          child.kill("SIGKILL");
          await new Promise((done) => child.once("exit", done));
        }
      };
    };
    await peer("PONG\0")(() => {
      equal(doctor(env).found.get("scanner.fine").verdict, "fine");
      const chinese = execFileSync(join(bin, "yunjian"), ["doctor", "--lang=zh"], { env: { ...server.env, ...env }, cwd: root, encoding: "utf8" });
      ok(chinese.includes(`病毒扫描程序有应答：${path}`), chinese);
      if (process.getuid() !== 0) return;
      chmodSync(path, 0o600);
      names("scanner.denied", "wrong", path, env, ["setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]);
    });
    names("scanner.silent", "wrong", path, env); // its socket is left, and nobody listens
    rmSync(path);
    await peer("220 mail ESMTP\0")(() => names("scanner.other", "wrong", path, env));
    rmSync(path);
    await peer("")(() => names("scanner.silent", "wrong", path, env));
  },

  async "records and recordings"() {
    const broken = (name, work) => {
      const to = copy(name);
      work(join(to, "yunjian.db"), to);
      return { YUNJIAN_DATA: to };
    };
    names("database.none", "note", "database", broken("none", (db) => rmSync(db)));
    names("database.newer", "wrong", "9999", broken("newer", (db) => sql(db, "PRAGMA user_version=9999")));
    names("database.older", "note", "1 /", broken("older", (db) => {
      rmSync(db);
      sql(db, readFileSync(join(root, "tests/vectors/schema/0001.sql"), "utf8"));
    }));
    names("database.damaged", "wrong", "", broken("damaged", (db) => {
      const size = statSync(db).size;
      const fd = openSync(db, "r+");
      for (let at = 8192; at < size; at += 4096) writeSync(fd, Buffer.alloc(200, 0x5a), 0, 200, at);
      closeSync(fd);
    }));
    names("recordings.missing", "wrong", `${meeting}/000001.pcap`, broken("missing", (db) =>
      sql(db, `INSERT INTO segment(meeting_id, number, name, start_ns, end_ns, bytes, packets, sha256) SELECT id, 1, '000001.pcap', 1, 2, 3, 4, x'00' FROM meeting WHERE public_id = '${meeting}'`)));
    names("recordings.torn", "note", meeting, broken("torn", (_, to) => {
      mkdirSync(join(to, "recordings", meeting, "journal"), { recursive: true });
      writeFileSync(join(to, "recordings", meeting, "journal/000001.pcap.part"), "");
    }));
    names("recordings.orphan", "note", "stranger", broken("orphan", (_, to) => mkdirSync(join(to, "recordings/stranger"))));
  },
};
