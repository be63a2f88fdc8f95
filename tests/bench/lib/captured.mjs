// RTP of a real browser, replayed: payloads that a decoder takes, in the browser's own sizes and rhythm. A browser that
// watches among the generator's watchers must decode all of it.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended } from "./ended.mjs";
import { load } from "./load.mjs";
import { ours } from "./servers.mjs";
import { sleep, until } from "./space.mjs";

const CAPTURE_S = 12;
const WATCHERS = 20;

/** In the page: WHIP (with a camera) or WHEP against `url`; resolves when connected. */
async function connect(url, token, publishes) {
  const pc = new RTCPeerConnection();
  window.__pc = pc;
  if (publishes) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360, frameRate: 30 } });
    for (const track of stream.getTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    const { codecs } = RTCRtpSender.getCapabilities("video");
    const wanted = codecs.filter((c) => ["video/VP8", "video/rtx"].includes(c.mimeType));
    pc.getTransceivers().find((t) => t.sender.track.kind === "video").setCodecPreferences(wanted);
  } else {
    for (const kind of ["audio", "video"]) pc.addTransceiver(kind, { direction: "recvonly" });
    pc.ontrack = ({ track, streams }) => {
      if (track.kind !== "video") return;
      const video = document.createElement("video");
      Object.assign(video, { muted: true, autoplay: true, srcObject: streams[0] ?? new MediaStream([track]) });
      document.body.append(video);
    };
  }
  await pc.setLocalDescription();
  await new Promise((done) => {
    if (pc.iceGatheringState === "complete") done();
    pc.onicegatheringstatechange = () => pc.iceGatheringState === "complete" && done();
  });
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/sdp", authorization: `Bearer ${token}` }, body: pc.localDescription.sdp });
  if (answer.status !== 201) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  await new Promise((done, fail) => {
    const look = () => (pc.connectionState === "connected" ? done() : pc.connectionState === "failed" && fail(new Error("not connected")));
    pc.onconnectionstatechange = look;
    look();
  });
}

/** In the page: what the video receiver has counted. */
async function counted() {
  for (const s of (await window.__pc.getStats()).values())
    if (s.type === "inbound-rtp" && s.kind === "video")
      return { at_ms: s.timestamp, received: s.framesReceived, decoded: s.framesDecoded, dropped: s.framesDropped, key: s.keyFramesDecoded, packets: s.packetsReceived, lost: s.packetsLost, freezes: s.freezeCount, width: s.frameWidth, height: s.frameHeight, decoder: s.decoderImplementation };
  return undefined;
}

const urls = ({ demo }) => ({ whip: demo.whip_url.replace("{room}", "0").replace("{pub}", "0"), whep: demo.whep_url.replace("{room}", "0").replace("{pub}", "0") });

async function pageAt(browser, server) {
  const page = await browser.newPage();
  await page.goto(`${server.url}/`, { waitUntil: "domcontentloaded" });
  return page;
}

/** A browser publishes into a recorded meeting; its journal is the capture. */
async function capture(browser, to) {
  const server = await ours({ record: true, extra: { YUNJIAN_SEGMENT_SECONDS: "60" } });
  try {
    const { whip, whep } = urls(server);
    const sender = await pageAt(browser, server);
    await sender.evaluate(connect, whip, server.demo.token, true);
    const watcher = await pageAt(browser, server);
    await until(() => watcher.evaluate(connect, whep, server.demo.token, false).then(() => true), 10_000, "the browser watches itself");
    await sleep(CAPTURE_S * 1000);
    await sender.close();
    await watcher.close();
    const [meeting] = await readdir(server.recordings);
    await server.cli("meeting", "end", meeting);
    const journal = join(server.recordings, meeting, "journal");
    const name = await until(async () => (await readdir(journal)).find((f) => f.endsWith(".pcap")), 10_000, "the journal is closed");
    copyFileSync(join(journal, name), to);
  } finally {
    await server.close();
  }
}

async function replay(browser, file, { seconds, say }) {
  const server = await ours();
  try {
    const page = await pageAt(browser, server);
    const running = load(server, { rooms: 1, pubs: 1, subs: WATCHERS }, { seconds: seconds + 3, warmup: 2, extra: ["--capture", file] });
    running.catch(() => undefined);
    const { whep } = urls(server);
    await until(() => page.evaluate(connect, whep, server.demo.token, false).then(() => true), 10_000, "the browser watches the replay");
    await until(async () => (await page.evaluate(counted))?.decoded > 0, 10_000, "a picture is decoded");
    const a = await page.evaluate(counted);
    await sleep(seconds * 1000);
    const b = await page.evaluate(counted);
    const r = await running;
    const span = (b.at_ms - a.at_ms) / 1000;
    const result = {
      us: r.server.us_per_packet,
      watchers: WATCHERS,
      packets_per_s: r.window.received_pps,
      mean_bytes: (1e6 * r.window.received_mbps) / 8 / r.window.received_pps,
      gaps: r.delivery.gaps_in_all,
      frames_received: b.received - a.received,
      frames_decoded: b.decoded - a.decoded,
      frames_per_s: (b.decoded - a.decoded) / span,
      packets_lost: b.lost,
      freezes: b.freezes,
      width: b.width,
      height: b.height,
      decoder: b.decoder,
      notes: r.notes,
    };
    say(`captured: ${result.us.toFixed(2)} us; the browser decoded ${result.frames_decoded} of ${result.frames_received} frames (${result.frames_per_s.toFixed(1)}/s, ${b.width} x ${b.height}), ${b.freezes} freezes`);
    return result;
  } finally {
    await server.close();
  }
}

export async function captured(options) {
  const { chromium, closeBrowser } = await import("../../e2e/lib/browser.mjs");
  const browser = await chromium();
  const folder = mkdtempSync(join(tmpdir(), "yunjian-capture-"));
  try {
    const file = join(folder, "browser.pcap");
    await capture(browser, file);
    const replayed = await replay(browser, file, options);
    return { ...replayed, ended: await ended(file, options).catch((e) => options.fail("captured, the end of a meeting", e)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await closeBrowser(browser);
  }
}
