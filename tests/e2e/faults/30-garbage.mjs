// Malformed datagrams and half frames at the media ports while people join.
import { chromium, closeBrowser, enter, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, sleep } from "../lib/server.mjs";
import { createHmac, randomBytes, randomInt } from "node:crypto";
import dgram from "node:dgram";
import net from "node:net";

const DATAGRAMS = 20_000;
const server = new Server();
const PEOPLE = [1, 2, 3].map((id) => ({ id, tone: 400 + id * 111, burst: 1500 + id * 333, width: 320, height: 180, fps: 25 }));
let browsers = [];

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

// ---- what is sent

function stun(type, attributes, { length, cookie = 0x2112a442 } = {}) {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(length ?? attributes.length, 2);
  head.writeUInt32BE(cookie, 4);
  randomBytes(12).copy(head, 8);
  return Buffer.concat([head, attributes]);
}
function attribute(type, value, length = value.length) {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
const username = () => attribute(6, Buffer.from(`${"AB"[randomInt(2)]}${randomBytes(4).toString("hex").slice(0, 7)}:${randomBytes(4).toString("hex")}`));
function badIntegrity() {
  const body = Buffer.concat([username(), attribute(0x24, randomBytes(4)), attribute(0x25, Buffer.alloc(0))]);
  const m = stun(1, body, { length: body.length + 24 });
  return Buffer.concat([m, attribute(8, createHmac("sha1", randomBytes(8)).update(m).digest())]);
}
const dtls = (type, length) => {
  const head = Buffer.from([type, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, randomInt(256), length >> 8, length & 255]);
  return Buffer.concat([head, randomBytes(randomInt(1, 400))]);
};
function rtp(pt, extension) {
  const p = randomBytes(randomInt(12, 1200));
  p[0] = 0x80 | (extension ? 0x10 : 0) | randomInt(16);
  p[1] = pt;
  if (extension && p.length > 16) p.writeUInt16BE(0xffff, 14);
  return p;
}
function rtcp() {
  const p = randomBytes(randomInt(8, 600));
  p[0] = 0x80 | randomInt(32);
  p[1] = 192 + randomInt(32);
  p.writeUInt16BE(randomInt(65536), 2);
  return p;
}
const KINDS = [
  () => randomBytes(randomInt(0, 1400)),
  () => Buffer.alloc(0),
  () => randomBytes(65_000),
  () => stun(1, username()).subarray(0, randomInt(1, 28)),
  () => stun(1, username(), { length: 65_532 }),
  () => stun(1, attribute(6, Buffer.from("x"), 65_535)),
  () => stun(1, username(), { cookie: 0 }),
  () => stun(0x101, username()),
  () => stun(1, username()),
  badIntegrity,
  () => dtls(22, 65_535),
  () => dtls(22, randomInt(400)),
  () => dtls(20 + randomInt(44), randomInt(65_536)),
  () => rtp(96 + randomInt(32), false),
  () => rtp(96 + randomInt(32), true),
  rtcp,
];

/** At least `count`, and on until everybody has joined. */
async function datagrams(count, joined) {
  const sockets = await Promise.all(
    Array.from({ length: 16 }, (_, i) => {
      const s = dgram.createSocket(i % 4 === 3 ? "udp6" : "udp4");
      s.on("error", () => undefined); /* Refused ones are answered by ICMP: no matter. */
      return new Promise((done) => s.bind(0, () => done(s)));
    }),
  );
  let heard = 0;
  let said = 0;
  for (const s of sockets) s.on("message", (m) => (heard += m.length));
  const { workers } = await server.status();
  let sent = 0;
  for (let i = 0; i < count || !joined(); i++, sent++) {
    const s = sockets[i % sockets.length];
    const bytes = KINDS[i % KINDS.length]();
    said += bytes.length;
    const to = s.address().family === "IPv6" ? "::1" : i % 3 === 0 ? "10.77.0.1" : "127.0.0.1";
    await new Promise((done) => s.send(bytes, server.media + (i % workers.length), to, done));
    if (i % 50 === 49) await sleep(25);
  }
  await sleep(200);
  for (const s of sockets) s.close();
  return { heard, said, sent };
}

/** Half frames, wrong frames, and connections that say nothing, at the ICE-TCP port. */
async function connections(count) {
  const open = [];
  let ended = 0;
  for (let i = 0; i < count; i++) {
    const s = net.connect(server.media, "127.0.0.1");
    s.on("error", () => undefined); /* A reset is an end: counted by "close". */
    s.on("close", () => ended++);
    open.push(s);
    await new Promise((done) => s.once("connect", done).once("close", done));
    const bytes = [Buffer.from([0xff, 0xff]), Buffer.from([0]), Buffer.concat([Buffer.from([0, 200]), randomBytes(50)]), randomBytes(3000),
      Buffer.concat([Buffer.from([0, 28]), stun(1, attribute(6, Buffer.from("A")))]), Buffer.from([0, 0, 0, 0, 0, 0])][i % 7];
    if (bytes !== undefined) s.write(bytes);
    await sleep(20);
  }
  return { ended: () => ended, drop: () => open.forEach((s) => s.destroy()) };
}

const sum = (status, what) => status.workers.reduce((n, w) => n + w[what], 0);

export const tests = {
  async [`${DATAGRAMS} malformed datagrams while three people join: all join and see each other`](note) {
    await server.start();
    const demo = await server.demo();
    const pid = server.process.pid;
    browsers = await Promise.all([chromium(), chromium()]);
    const before = await server.status();
    const tcp = connections(120);
    let joined = false;
    const udp = datagrams(DATAGRAMS, () => joined);
    const pages = [];
    for (const [i, p] of PEOPLE.entries())
      pages.push(await enter(await signalPage(browsers[i % 2], p), i === 0 ? demo.host_url : demo.guest_url, `人${p.id}`, i === 0 ? undefined : pages[0]));
    for (const [i, p] of pages.entries()) for (const o of PEOPLE) if (o.id !== PEOPLE[i].id) await sees(p, o.id, 20_000);
    joined = true;
    const { heard, said, sent } = await udp;
    const after = await server.status();
    const lines = await tcp;
    note(`${sent} datagrams, ${said} bytes, ${heard} bytes of answers; bad ${sum(after, "bad") - sum(before, "bad")}, stun_bad ${sum(after, "stun_bad") - sum(before, "stun_bad")}`);
    ok(heard === 0, `${heard} bytes of answers to strangers`);
    const counted = sum(after, "bad") - sum(before, "bad") + sum(after, "stun_bad") - sum(before, "stun_bad");
    ok(counted > sent * 0.5, `${counted} of ${sent} were counted`);
    equal(server.process.pid, pid, "the same process");
    equal(server.process.exitCode, null, "it lives");
    for (const [i, p] of pages.entries()) for (const o of PEOPLE) if (o.id !== PEOPLE[i].id) await sees(p, o.id, 5000, "afterwards");
    await sleep(5500);
    equal(lines.ended(), 120, "connections that the server has ended");
    lines.drop();
    for (const p of pages) equal(p.faults.join("; "), "", `faults of ${p.who}`);
  },
};
