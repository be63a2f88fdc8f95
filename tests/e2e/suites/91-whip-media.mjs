// Media by WHIP and WHEP with software that is not ours: a plain page of another site in Chromium and Firefox, and
// GStreamer's webrtcbin; seen by the people of the meeting, and recorded.
import { readFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { at, chromium, click, closeBrowser, enter, firefox, hears, sees, signalPage, silent, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { finalIndex, hasTone, pictures, samples } from "../lib/record.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { Gst, offer, patch, post, remove } from "../lib/whip.mjs";

const CAMERA = { id: 5, tone: 587, burst: 1976 };
const CAMERA_TOO = { id: 6, tone: 698, burst: 2217 };
const HOST = { id: 7, tone: 494, burst: 1661 };
const server = new Server({ ip: "10.77.0.1" });
let browsers = [];
let site;
let demo;
let host;

// A site of somebody else: its page has nothing but RTCPeerConnection and fetch.
async function openSite() {
  const file = (n) => readFileSync(join(server.env.YUNJIAN_DATA, n));
  site = https.createServer({ cert: file("certificate.pem"), key: file("key.pem") }, (rq, rs) => {
    rs.setHeader("content-type", "text/html");
    rs.end("<!doctype html><title>elsewhere</title><video autoplay playsinline muted></video>");
  });
  await new Promise((done) => site.listen(0, "10.77.0.1", done));
  return `https://10.77.0.1:${site.address().port}/`;
}

async function plainPage(browser, signal) {
  const page = await signalPage(browser, signal);
  await page.goto(await (site ? `https://10.77.0.1:${site.address().port}/` : openSite()));
  return page;
}

/** Runs in the page: the whole of a WHIP client or a WHEP player, with trickle. */
async function connect(url, token, publish) {
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  if (publish) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const t of stream.getTracks()) pc.addTransceiver(t, { direction: "sendonly", streams: [stream] });
  } else {
    pc.addTransceiver("audio", { direction: "recvonly" });
    pc.addTransceiver("video", { direction: "recvonly" });
    const all = new MediaStream();
    pc.ontrack = (e) => {
      all.addTrack(e.track);
      document.querySelector("video").srcObject = all;
    };
  }
  const candidates = [];
  const gathered = new Promise((done) => {
    pc.onicecandidate = (e) => (e.candidate === null ? done() : e.candidate.candidate !== "" && candidates.push(e.candidate.candidate));
  });
  const offer = await pc.createOffer();
  await pc.setLocalDescription(offer);
  const headers = { Authorization: `Bearer ${token}` };
  const rs = await fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/sdp" }, body: offer.sdp });
  if (rs.status !== 201) return { status: rs.status, text: await rs.text() };
  const location = new URL(rs.headers.get("Location"), url).href;
  const etag = rs.headers.get("ETag");
  await pc.setRemoteDescription({ type: "answer", sdp: await rs.text() });
  await gathered;
  const word = (name) => new RegExp(`a=${name}:(\\S+)`).exec(offer.sdp)[1];
  const frag = [`a=ice-ufrag:${word("ice-ufrag")}`, `a=ice-pwd:${word("ice-pwd")}`, "m=audio 9 UDP/TLS/RTP/SAVPF 0", `a=mid:${word("mid")}`,
    ...candidates.map((c) => `a=${c}`), "a=end-of-candidates", ""].join("\r\n");
  const trickle = await fetch(location, { method: "PATCH", headers: { ...headers, "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": etag }, body: frag });
  window.__pc = pc;
  window.__restart = async () => {
    // The page's side of a restart without a new description: its own new credentials, and the server's in the old answer.
    pc.restartIce();
    const again = await pc.createOffer();
    await pc.setLocalDescription(again);
    const of = (sdp, name) => new RegExp(`a=${name}:(\\S+)`).exec(sdp)[1];
    const body = [`a=ice-ufrag:${of(again.sdp, "ice-ufrag")}`, `a=ice-pwd:${of(again.sdp, "ice-pwd")}`, ""].join("\r\n");
    const r = await fetch(location, { method: "PATCH", headers: { ...headers, "Content-Type": "application/trickle-ice-sdpfrag", "If-Match": "*" }, body });
    const theirs = await r.text();
    const old = pc.remoteDescription.sdp;
    const answer = old.replaceAll(/a=ice-ufrag:\S+/g, `a=ice-ufrag:${of(theirs, "ice-ufrag")}`).replaceAll(/a=ice-pwd:\S+/g, `a=ice-pwd:${of(theirs, "ice-pwd")}`);
    await pc.setRemoteDescription({ type: "answer", sdp: answer });
    return { status: r.status, etag: r.headers.get("ETag") };
  };
  window.__signalAwake?.();
  return { status: 201, location, trickle: trickle.status };
}

async function opened(page, url, publish, ms = 10_000) {
  const r = await until(async () => {
    const x = await page.evaluate(connect, url, demo.token, publish);
    return x.status !== 409 && x;
  }, ms, "the endpoint takes it");
  equal(r.status, 201, r.text);
  equal(r.trickle, 204, "trickle");
  await until(() => page.evaluate(() => window.__pc.connectionState === "connected"), 10_000, `${page.who}: connected`);
  return r;
}

/** What a plain page shows moves and has the signal's code, and its sound has the tone. */
async function watches(page, signal) {
  const count = () => page.evaluate((id) => {
    const c = window.__read(document.querySelector("video"));
    return c !== null && c.id === id ? c.count : undefined;
  }, signal.id);
  const first = await until(count, 15_000, `${page.who} sees ${signal.id}`);
  await until(async () => (await count()) !== undefined && (await count()) !== first, 5000, `${page.who} sees ${signal.id} move`);
  await until(() => page.evaluate(async (f) => {
    const [here, below, above] = await window.__listen(document.querySelector("video"), [f, f * 0.8, f * 1.25]);
    return here > -70 && here > below + 20 && here > above + 20;
  }, signal.tone), 10_000, `${page.who} hears ${signal.tone} Hz`);
}

const named = (url, name) => url.replace(/camera$/, name);
const roster = (page) => page.$$eval("[data-participant]", (l) => [...new Set(l.map((e) => e.dataset.participant))]);

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  site?.close();
  await server.close();
}

let chromePage;
let foxPage;
let fromChrome;
let fromFox;

export const tests = {
  async "a page of another site publishes from Chromium; Firefox watches it, and the meeting sees and hears it"() {
    await server.start();
    browsers = await Promise.all([chromium(), firefox()]);
    demo = await server.demo();
    host = await enter(await signalPage(browsers[0], HOST), demo.host_url, "沈知远");
    chromePage = await plainPage(browsers[0], CAMERA);
    chromePage.who = "Chromium";
    fromChrome = await opened(chromePage, demo.whip_url, true);
    const watcher = await plainPage(browsers[1], { ...CAMERA, video: false });
    watcher.who = "Firefox, watching";
    await opened(watcher, demo.whep_url, false);
    await Promise.all([watches(watcher, CAMERA), sees(host, CAMERA.id)]);
    await hears(host, CAMERA.tone);
    const restart = await chromePage.evaluate(() => window.__restart());
    equal(restart.status, 200, "ICE restart");
    ok(restart.etag !== null, "with a new tag that a page of another site can read");
    await sleep(1000);
    await watches(watcher, CAMERA);
    equal((await server.status()).watchers, 1, "the status counts who watches");
    if ((await host.$(at("side"))) === null) await click(host, "people");
    await host.waitForSelector(at("watchers"), { timeout: 5000 }); // And the host sees it.
    await watcher.close();
  },
  async "and from Firefox; Chromium watches it"() {
    foxPage = await plainPage(browsers[1], CAMERA_TOO);
    foxPage.who = "Firefox";
    fromFox = await opened(foxPage, named(demo.whip_url, "drone"), true);
    const watcher = await plainPage(browsers[0], { ...CAMERA_TOO, video: false });
    watcher.who = "Chromium, watching";
    const watching = await opened(watcher, named(demo.whep_url, "drone"), false);
    await Promise.all([watches(watcher, CAMERA_TOO), sees(host, CAMERA_TOO.id)]);
    await hears(host, CAMERA_TOO.tone);
    // The drone is switched off and on: who watches it does nothing, and sees and hears it again.
    equal((await remove(server, new URL(fromFox.location).pathname, demo.token)).status, 200, "the drone leaves");
    await foxPage.close();
    await sleep(1000);
    equal(await watcher.evaluate(() => window.__pc.connectionState), "connected", "the watcher is still connected");
    foxPage = await plainPage(browsers[1], CAMERA_TOO);
    foxPage.who = "Firefox";
    fromFox = await opened(foxPage, named(demo.whip_url, "drone"), true);
    await watches(watcher, CAMERA_TOO);
    equal((await remove(server, new URL(watching.location).pathname, demo.token)).status, 200, "by the same session");
    await watcher.close();
  },
  async "GStreamer publishes VP8 and H.264 and is seen; GStreamer watches a browser; it lives longer than its checks"() {
    const before = (await roster(host)).length;
    const begun = Date.now();
    const vp8 = await Gst.start(server, named(demo.whip_url, "gst-vp8"), demo.token, "publish", "vp8");
    const h264 = await Gst.start(server, named(demo.whip_url, "gst-h264"), demo.token, "publish", "h264");
    await until(async () => (await roster(host)).length >= before + 2, 10_000, "both are people of the meeting");
    const fromPage = await Gst.start(server, demo.whep_url, demo.token, "watch");
    const fromGst = await until(() => Gst.start(server, named(demo.whep_url, "gst-vp8"), demo.token, "watch"), 10_000, "the VP8 one can be watched");
    await until(() => fromPage.counts()?.changes > 30 && fromPage.counts().sounds > 50, 15_000, "GStreamer decodes what Chromium publishes");
    await until(() => fromGst.counts()?.changes > 30 && fromGst.counts().sounds > 50, 15_000, "and what GStreamer publishes");
    const moving = await until(() => host.evaluate(async () => {
      const all = [...document.querySelectorAll("video[data-participant]")].filter((v) => !v.dataset.track.startsWith("own") && v.videoWidth === 320);
      const times = all.map((v) => v.currentTime);
      await new Promise((d) => setTimeout(d, 500));
      return all.length >= 2 && all.every((v, i) => v.currentTime > times[i] && v.videoWidth === 320);
    }), 15_000, "the page of the meeting shows both of GStreamer's pictures, moving");
    ok(moving, "moving");
    await hears(host, 440);
    await sleep(Math.max(0, 17_000 - (Date.now() - begun))); // Longer than a peer without a sign of life may be silent: webrtcbin's checks are rare.
    const seen = fromGst.counts().pictures;
    await until(() => fromGst.counts().pictures > seen, 5000, "still watching");
    equal((await fromPage.remove()).status, 200, "the watcher leaves");
    for (const g of [vp8, h264]) equal((await g.remove()).status, 200, "the publisher leaves");
    await until(async () => (await roster(host)).length <= before, 10_000, "and neither is in the meeting any more");
    const other = await Gst.start(server, named(demo.whip_url, "gst-vp8"), demo.token, "publish", "h264");
    await until(async () => (await patch(server, fromGst.answer.headers.location, "a=end-of-candidates\r\n", demo.token, "*")).status === 404, 10_000, "who watched VP8 is sent away when H.264 comes instead");
    equal((await other.remove()).status, 200, "it leaves");
    for (const g of [vp8, h264, other, fromPage, fromGst]) await g.stop();
  },
  async "the host mutes a device, and removes it"() {
    const tile = await host.evaluate((id) => [...document.querySelectorAll("video[data-participant]")].find((v) => window.__read(v)?.id === id)?.dataset.participant, CAMERA_TOO.id);
    ok(tile !== undefined, "the drone has a tile");
    if ((await host.$(at("side"))) === null) await click(host, "people");
    const press = (what) => host.waitForSelector(`${at("person")}[data-participant="${tile}"] ${at(what)}`, { visible: true, timeout: 5000 }).then((b) => b.click());
    await press("person-more");
    await press("mute-other");
    await until(() => silent(host, CAMERA_TOO.tone), 10_000, "it is silent");
    await press("mute-other");
    await hears(host, CAMERA_TOO.tone);
    await press("remove");
    await until(() => foxPage.evaluate(() => window.__pc.connectionState !== "connected"), 10_000, "its connection ends");
    equal((await remove(server, new URL(fromFox.location).pathname, demo.token)).status, 404, "and so does its session");
    const again = await foxPage.evaluate(connect, named(demo.whip_url, "drone"), demo.token, true);
    equal(again.status, 403, "it does not come back");
  },
  async "the manager makes a token on the meeting's page, and revokes it: what came in by it ends"() {
    await server.cliIn("a-long-password", "user", "add", "zhao", "manager", "赵敏");
    const page = await signalPage(browsers[0]);
    page.who = "赵敏";
    await page.goto(`${server.url}/login`, { waitUntil: "domcontentloaded" });
    await type(page, "login", "zhao");
    await type(page, "password", "a-long-password");
    await click(page, "sign-in");
    await page.waitForSelector(at("account-menu"), { timeout: 15_000 });
    const meeting = await page.evaluate(async () => {
      const call = async (path, body) => (await fetch(`/api/v1${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).json();
      const p = await call("/projects", { title: "设备接入", customer: "锦澜" });
      return (await call(`/projects/${p.id}/meetings`, { kind: "survey", title: "无人机勘察", starts_at: new Date().toISOString(), record_auto: false })).id;
    });
    await page.goto(`${server.url}/m/${meeting}`, { waitUntil: "domcontentloaded" });
    await type(page, "device-label", "现场无人机");
    await click(page, "device-make");
    const value = async (name) => (await page.waitForSelector(at(name), { timeout: 5000 })).evaluate((e) => e.value);
    const [token, whip, whep] = [await value("device-token"), await value("device-whip"), await value("device-whep")];
    ok(whep === whip.replace("/whip/", "/whep/"), "both addresses");
    const r = await post(server, whip, offer(), token);
    equal(r.status, 201, "the token publishes");
    await click(page, "device-revoke");
    await page.waitForSelector(`${at("device")}[data-good="false"]`, { timeout: 5000 });
    equal((await remove(server, r.headers.location, token)).status, 404, "the session has ended");
    equal((await post(server, whip, offer(), token)).status, 401, "and the token opens no other");
    await page.close();
  },
  async "what was published is in the recording, by name, with its code and tone, and in the attendance"() {
    equal((await remove(server, new URL(fromChrome.location).pathname, demo.token)).status, 200, "the camera leaves");
    await server.cli("meeting", "end", demo.meeting);
    const dir = server.recordingPath(demo.meeting);
    const index = await finalIndex(dir, 40_000);
    for (const [name, s] of [["camera", CAMERA], ["drone", CAMERA_TOO]]) {
      const track = index.tracks.find((t) => t.name === name && t.source === "camera");
      ok(track !== undefined, `${name} has a picture in ${index.tracks.map((t) => `${t.name} ${t.source}`).join(", ")}`);
      const shown = (await Promise.all(track.files.map((f) => pictures(dir, f)))).flat();
      const coded = shown.filter((p) => p.id === s.id);
      ok(coded.length > 20 && coded.length > shown.length * 0.8, `${name}: ${coded.length} of ${shown.length} pictures carry the code`);
    }
    for (const name of ["gst-vp8", "gst-h264"]) ok(index.tracks.some((t) => t.name === name && t.files.length > 0), `${name} is recorded`);
    const mix = await samples(dir, index.mix);
    let heard = false;
    for (let t = 0; t + 1000 < index.duration_ms && !heard; t += 1000) heard = hasTone(mix, t, t + 1000, CAMERA.tone);
    ok(heard, "the camera's tone is in the mix");
  },
};
