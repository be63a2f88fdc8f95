// Stopping, reloading, refusing to start.
import { at, chromium, closeBrowser, enter, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Person, redeem } from "../lib/person.mjs";
import { finalIndex } from "../lib/record.mjs";
import { Server, bin, root, until } from "../lib/server.mjs";
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import tls from "node:tls";

const server = new Server();
let browser;
let demo;
let host;
let guest;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
}

/** Runs yunjiand until it ends by itself: {code, text}. */
function daemon(env, ...args) {
  return new Promise((done) => {
    const child = spawn(join(bin, "yunjiand"), args, { env: { ...server.env, ...env }, cwd: root });
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    let text = "";
    child.stdout.on("data", (d) => (text += d));
    child.stderr.on("data", (d) => (text += d));
    child.once("close", (code, signal) => {
      clearTimeout(late);
      done({ code, signal, text });
    });
  });
}

function certificate(name) {
  const cert = join(server.folder, "own.pem");
  const key = join(server.folder, "own.key");
  execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", `/CN=${name}`,
    "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { cert, key };
}

function served() {
  return new Promise((done, fail) => {
    const s = tls.connect({ host: server.ip, port: server.port, rejectUnauthorized: false }, () => {
      done(s.getPeerCertificate().subject.CN);
      s.destroy();
    });
    s.once("error", fail);
  });
}

export const tests = {
  async "a configuration with a mistake refuses to start and names the line"() {
    const conf = join(server.folder, "bad.conf");
    for (const [text, line, say] of [
      ["# fine\n\nno_such_key = 1\n", 3, /no key "no_such_key"/],
      ["https_port = 8443\nmedia_port = 99999\n", 2, /media_port must be a number from 1 to 65000 \(port\)/],
      ["ring_ms = 12 apples\n", 1, /ring_ms must be a number/],
      ["\nhttps_port\n", 2, /key = value/],
    ]) {
      writeFileSync(conf, text);
      const got = await daemon({}, `--conf=${conf}`);
      equal(got.code, 2, `exit code for ${JSON.stringify(text)}`);
      ok(got.text.includes(`bad.conf:${line}:`) && say.test(got.text), `it says: ${got.text}`);
    }
    const env = await daemon({ YUNJIAN_SEGMENT_SECONDS: "none" });
    ok(env.code === 2 && /YUNJIAN_SEGMENT_SECONDS: segment_seconds must be/.test(env.text), `it says: ${env.text}`);
    const flag = await daemon({}, "--no_such_flag=1");
    ok(flag.code === 2 && /no_such_flag/.test(flag.text), `it says: ${flag.text}`);
    const missing = await daemon({}, "--conf=/nonexistent/yunjian.conf");
    ok(missing.code === 2 && /cannot be read/.test(missing.text), `it says: ${missing.text}`);
  },

  async "SIGHUP takes up a replaced certificate; a broken one leaves the old in place"() {
    const own = certificate("first.example");
    server.env.YUNJIAN_TLS_CERTIFICATE = own.cert;
    server.env.YUNJIAN_TLS_KEY = own.key;
    await server.start();
    equal(await served(), "first.example", "the configured certificate");
    certificate("second.example");
    equal(await served(), "first.example", "nothing changes before the signal");
    server.process.kill("SIGHUP");
    await until(async () => (await served()) === "second.example", 5000, "the new certificate");
    writeFileSync(own.cert, "not a certificate\n");
    server.process.kill("SIGHUP");
    await new Promise((d) => setTimeout(d, 600));
    equal(await served(), "second.example", "after a broken file");
    equal(server.process.exitCode, null, "the server runs");
    certificate("third.example");
    server.process.kill("SIGHUP");
    await until(async () => (await served()) === "third.example", 5000, "the mended certificate");
  },

  async "a second server on the same data refuses, and harms nothing"() {
    const second = new Server({ data: server.folder });
    const got = await daemon({ YUNJIAN_HTTPS_PORT: String(second.port), YUNJIAN_MEDIA_PORT: String(second.media) });
    equal(got.code, 1, "exit code");
    ok(/another server runs on the data folder/.test(got.text), `it says: ${got.text}`);
    equal((await server.status()).state, "running", "the first server");
  },

  async "a taken port refuses to start and says which"() {
    const other = new Server();
    try {
      const got = await daemon({ YUNJIAN_DATA: other.env.YUNJIAN_DATA, YUNJIAN_MEDIA_PORT: String(other.media) });
      equal(got.code, 1, "exit code");
      ok(got.text.includes(`port ${server.port} cannot be opened`), `it says: ${got.text}`);
      const media = await daemon({ YUNJIAN_DATA: other.env.YUNJIAN_DATA, YUNJIAN_HTTPS_PORT: String(other.port) });
      equal(media.code, 1, "exit code");
      ok(media.text.includes(`port ${server.media} cannot be opened`), `it says: ${media.text}`);
    } finally {
      await other.close();
    }
  },

  async "SIGTERM: participants are told, recordings are closed, exit code 0"(note) {
    browser = await chromium();
    demo = await server.demo();
    host = await enter(await signalPage(browser, { id: 1, tone: 523, burst: 1760 }), demo.host_url, "沈知远");
    guest = await enter(await signalPage(browser, { id: 2, tone: 659, burst: 2350 }), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, 2), sees(guest, 1)]);
    const third = new Person(server, (await redeem(server, demo.host_url, "第三人")).token);
    await third.enter();
    await until(() => host.$eval(at("recording"), (e) => e.dataset.state === "on"), 10_000, "recording");
    const dir = server.recordingPath(demo.meeting);
    const begun = Date.now();
    const end = await server.stop();
    const took = Date.now() - begun;
    note(`stopped in ${took} ms`);
    equal(end.code, 0, "exit code");
    ok(took < 5000, `${took} ms`);
    ok(third.notices.some((n) => n.type === "shutdown"), "the notice came before the end");
    await until(() => third.closed !== undefined, 1000, "the socket is closed");
    const left = readdirSync(join(dir, "journal"));
    ok(left.some((n) => n.endsWith(".pcap")), `segments: ${left}`);
    equal(left.filter((n) => n.endsWith(".part")).join(), "", "unfinished segments");
  },

  async "after a clean stop the meeting goes on, and ends with a whole recording"(note) {
    const begun = Date.now();
    await server.start();
    await Promise.all([sees(host, 2, 15_000), sees(guest, 1, 15_000)]);
    note(`seen again ${Date.now() - begun} ms after the start of the new server`);
    await until(() => host.$eval(at("recording"), (e) => e.dataset.state === "on"), 10_000, "recording again");
    await server.cli("meeting", "end", demo.meeting);
    const index = await finalIndex(server.recordingPath(demo.meeting), 30_000);
    ok(index.gaps.some((g) => g.reason === "outage" && g.track === null), `the outage is named: ${JSON.stringify(index.gaps)}`);
  },
};
