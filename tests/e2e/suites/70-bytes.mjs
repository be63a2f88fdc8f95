// The right to every byte of a recording, ranges, and the command line.
import { account } from "../lib/account.mjs";
import { WebSocket } from "ws";
import { equal, ok } from "../lib/expect.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { chromium, closeBrowser, enter, sees, signalPage } from "../lib/browser.mjs";
import { finalIndex, pictures, smallPictures } from "../lib/record.mjs";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const server = new Server();
let browsers = [];
let demo;
let other;
let guest;
let index;
let file;
let bytes;
let auditor;
let dir;

/** May run beside others. */
export const light = true;

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await server.close();
}

const secretOf = (url) => url.split("#")[1];
async function redeem(url, name = "某人") {
  const r = await server.post("/api/v1/invitations/redeem", { secret: secretOf(url), name, organisation: "", phone: "13800002046", consent: true }, { origin: server.url });
  equal(r.status, 201, `redeem: ${r.text}`);
  return { cookie: (r.headers["set-cookie"] ?? []).map((c) => c.split(";")[0]).join("; "), ...r.json() };
}
const path = () => `/api/v1/meetings/${demo.meeting}/recording/files/${file.file.replace("tracks/", "")}`;
const preview = () => index.tracks.find((t) => t.kind === "video").previews[0].file.replace("previews/", "");
const get = (who, headers = {}, method = "GET") => server.request(path(), { method, headers: { ...(who === undefined ? {} : { cookie: who.cookie }), ...headers } });

export const tests = {
  async "demo works on a stopped installation, and in a running one"() {
    demo = await server.demo();
    for (const k of ["project", "meeting", "host_url", "guest_url"]) ok(typeof demo[k] === "string" && demo[k] !== "", k);
    await server.start();
    other = await server.demo();
    ok(other.meeting !== demo.meeting, "another meeting");
  },

  async "the command line creates, lists, shows and ends meetings, and says the status"() {
    const made = await server.cli("meeting", "create", demo.project, "survey", "现场勘查");
    ok(made.host_url.startsWith(server.url), made.host_url);
    ok((await server.cli("meeting", "list")).some((m) => m.meeting === made.meeting && m.kind === "survey" && m.title === "现场勘查"), "it is listed");
    equal((await server.cli("meeting", "show", made.meeting)).state, "scheduled", "state");
    await server.cli("meeting", "end", made.meeting);
    await until(async () => (await server.cli("meeting", "show", made.meeting)).state === "ended", 3000, "it is ended");
    equal((await server.cliIn("", "meeting", "show", "nothing")).code, 1, "an unknown meeting");
    equal((await server.cliIn("", "meeting", "create", demo.project, "party", "x")).code, 1, "an unknown kind");
    equal((await server.cliIn("short\n", "user", "add", "a")).code, 1, "a short password");
    const s = await server.status();
    for (const k of ["rooms", "peers", "rtp_in", "rtp_out", "cpu_ms"]) ok(s.workers.every((w) => typeof w[k] === "number"), k);
  },

  async "a recording is made"() {
    browsers = [await chromium()];
    const host = await enter(await signalPage(browsers[0], { id: 1, tone: 500, burst: 1000 }), demo.host_url, "沈知远");
    guest = await enter(await signalPage(browsers[0], { id: 2, tone: 700, burst: 1400 }), demo.guest_url, "陈立", host);
    await Promise.all([sees(host, 2), sees(guest, 1)]);
    const busy = await server.status();
    ok(busy.people === 2 && busy.workers.reduce((n, w) => n + w.peers, 0) === 4, `status: ${JSON.stringify(busy)}`);
    await sleep(4000);
    await server.cli("meeting", "end", demo.meeting);
    dir = (await server.cli("recording", "path", demo.meeting)).path;
    index = await finalIndex(dir);
    file = index.tracks.find((t) => t.kind === "video").files[0];
    bytes = readFileSync(join(dir, file.file));
    const listed = (await server.cli("recording", "list")).find((r) => r.meeting === demo.meeting);
    ok(listed.segments >= 1 && listed.bytes > 10_000, JSON.stringify(listed));
    equal((await server.cli("recording", "show", demo.meeting)).state, "final", "recording show");
  },

  async "without the right there is not one byte"() {
    const stranger = await redeem(other.host_url);
    for (const [who, what] of [[undefined, "nobody"], [stranger, "the host of another meeting"], [{ cookie: "__Host-session=0123456789abcdef0123456789abcdef" }, "a forged token"]]) {
      const r = await get(who);
      ok(r.status === 401 || r.status === 403 || r.status === 404, `${what} gets ${r.status}`);
      ok(!r.data.equals(bytes) && r.data.length < 2000, `${what} gets ${r.data.length} bytes`);
      const part = await get(who, { range: "bytes=0-99" });
      ok(part.status === 401 || part.status === 403 || part.status === 404, `${what} gets ${part.status} for a range`);
    }
  },

  async "a guest who was in has no right to the recording; after the end no link can be redeemed"() {
    const cookies = await guest.cookies();
    ok(cookies.length > 0, "the guest has a ticket");
    const r = await get({ cookie: cookies.map((c) => `${c.name}=${c.value}`).join("; ") });
    ok(r.status === 403 || r.status === 404, `the guest gets ${r.status}`);
    for (const url of [demo.guest_url, demo.host_url]) {
      const late = await server.post("/api/v1/invitations/redeem", { secret: secretOf(url), name: "陈立", organisation: "", phone: "13800002046", consent: true }, { origin: server.url });
      ok(late.status >= 400, `redeem after the end: ${late.status}`);
    }
  },

  async "ranges: 200, 206, 416, suffix, HEAD, If-Range"() {
    auditor = { cookie: `__Host-yj=${(await account(server, "audit", "auditor", "审计")).token()}` };
    const whole = await get(auditor);
    equal(whole.status, 200, "whole");
    ok(whole.data.equals(bytes), "the bytes are the file's");
    equal(whole.headers["accept-ranges"], "bytes", "Accept-Ranges");
    const part = await get(auditor, { range: "bytes=100-299" });
    equal(part.status, 206, "part");
    equal(part.headers["content-range"], `bytes 100-299/${bytes.length}`, "Content-Range");
    ok(part.data.equals(bytes.subarray(100, 300)), "the part's bytes");
    ok((await get(auditor, { range: "bytes=-50" })).data.equals(bytes.subarray(-50)), "a suffix");
    ok((await get(auditor, { range: `bytes=${bytes.length - 10}-` })).data.equals(bytes.subarray(-10)), "an open end");
    const beyond = await get(auditor, { range: `bytes=${bytes.length}-` });
    equal(beyond.status, 416, "beyond the end");
    equal(beyond.headers["content-range"], `bytes */${bytes.length}`, "its Content-Range");
    equal((await get(auditor, { range: "bytes=a-b" })).status, 200, "no range at all");
    const head = await get(auditor, {}, "HEAD");
    equal(head.status, 200, "HEAD");
    equal(Number(head.headers["content-length"]), bytes.length, "its length");
    const tag = whole.headers.etag;
    ok(tag !== undefined, "an ETag");
    equal((await get(auditor, { range: "bytes=0-9", "if-range": tag })).status, 206, "If-Range that holds");
    equal((await get(auditor, { range: "bytes=0-9", "if-range": '"other"' })).status, 200, "If-Range that does not");
    for (const bad of ["../index.json", "..%2Findex.json", "%2e%2e/index.json", "/etc/passwd", "index.json", "journal/000001.pcap", "000001.pcap", ".bad", ".trying",
      "previews/.bad", "..%2fpreviews%2f.bad", "../previews/0001-000.jpg", "..jpg", "a%2fb.jpg", "0001-0.webm.tmp", `${preview().replace(".jpg", ".jpg.tmp")}`]) {
      const r = await server.request(`/api/v1/meetings/${demo.meeting}/recording/files/${bad}`, { headers: { cookie: auditor.cookie } });
      ok(r.status >= 400, `${bad}: ${r.status}`);
    }
  },

  async "small pictures are served to those who may, and show what was filmed at their times"() {
    const url = `/api/v1/meetings/${demo.meeting}/recording/files/${preview()}`;
    const on_disk = readFileSync(join(dir, `previews/${preview()}`));
    const got = await server.request(url, { headers: { cookie: auditor.cookie } });
    equal(got.status, 200, "a sheet");
    equal(got.headers["content-type"], "image/jpeg", "its type");
    ok(got.data.equals(on_disk), "its bytes");
    for (const who of [undefined, await redeem(other.guest_url)]) {
      const r = await server.request(url, { headers: who === undefined ? {} : { cookie: who.cookie } });
      ok([401, 403, 404].includes(r.status) && r.data.length < 2000, `${who === undefined ? "nobody" : "a guest of another meeting"} gets ${r.status}`);
    }
    for (const track of index.tracks.filter((t) => t.kind === "video")) {
      const small = await smallPictures(dir, track);
      const large = (await Promise.all(track.files.map((f) => pictures(dir, f)))).flat();
      ok(small.length >= 1, `track ${track.track} has pictures`);
      for (const p of small) {
        const same = large.reduce((a, b) => (Math.abs(a.ms - p.ms) <= Math.abs(b.ms - p.ms) ? a : b));
        ok(Math.abs(same.ms - p.ms) <= 2, `a picture of ${p.ms} ms`);
        equal(`${p.id} ${p.count}`, `${same.id} ${same.count}`, `track ${track.track} at ${p.ms} ms`);
        ok(p.id > 0, "its code can be read");
      }
    }
  },

  async "a socket with an unknown token is closed with 4001"() {
    const ws = new WebSocket(`${server.url.replace("https", "wss")}/ws/v1`, "yunjian.v1", { origin: server.url, rejectUnauthorized: false });
    const code = await new Promise((done) => {
      ws.on("open", () => ws.send(JSON.stringify({ type: "hello", id: 1, version: 1, token: "f".repeat(48), fresh: true })));
      ws.on("close", done);
      ws.on("error", () => done("error"));
    });
    equal(code, 4001, "close code");
  },
};
