// Asks the browsers of this machine for the offers and answers that tests/unit/test_nego.c reads.
// node tests/vectors/capture_sdp.mjs   (needs chromium, firefox-esr; writes tests/vectors/sdp/)
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const out = new URL("sdp/", import.meta.url).pathname;
const serverOffer = readFileSync(join(out, "server.offer.sdp"), "utf8");

// Runs in the page. `send`: microphone, camera with simulcast off, a second camera as the screen. `recv`: answers us.
async function inPage(serverOffer) {
  const post = (name, text) => fetch(`/${name}`, { method: "POST", body: text });
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const send = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    for (const track of stream.getTracks())
      send.addTransceiver(track, { direction: "sendonly", streams: [stream] });
    send.addTransceiver(stream.getVideoTracks()[0].clone(), { direction: "sendonly" });
    const offer = await send.createOffer();
    await post("send.offer", offer.sdp);
    const recv = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    await recv.setRemoteDescription({ type: "offer", sdp: serverOffer });
    const answer = await recv.createAnswer();
    await post("recv.answer", answer.sdp);
    await post("done", "");
  } catch (e) {
    await post("failed", String(e));
  }
}

function capture(browser, command, args) {
  return new Promise((resolve, reject) => {
    const page = `<!doctype html><script>(${inPage})(${JSON.stringify(serverOffer)})</script>`;
    const server = createServer((req, res) => {
      let body = "";
      req.on("data", (d) => (body += d));
      req.on("end", () => {
        const name = req.url.slice(1);
        if (req.method === "GET") res.setHeader("Content-Type", "text/html");
        res.end(req.method === "GET" ? page : "");
        if (req.method !== "POST") return;
        if (name === "send.offer" || name === "recv.answer")
          writeFileSync(join(out, `${browser}.${name}.sdp`), body);
        if (name === "done") finish(resolve);
        if (name === "failed") finish(() => reject(new Error(`${browser}: ${body}`)));
      });
    });
    let child;
    const timer = setTimeout(() => finish(() => reject(new Error(`${browser}: no answer`))), 60000);
    const finish = (then) => {
      clearTimeout(timer);
      child.once("exit", () => then());
      child.kill();
      server.close();
    };
    server.listen(0, "127.0.0.1", () => {
      child = spawn(command, [...args, `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore" });
    });
  });
}

const version = (command) => execFileSync(command, ["--version"], { encoding: "utf8" }).trim();
const profile = mkdtempSync(join(tmpdir(), "capture-"));
writeFileSync(join(profile, "user.js"),
  'user_pref("media.navigator.streams.fake", true);\nuser_pref("media.navigator.permission.disabled", true);\n' +
  'user_pref("media.peerconnection.ice.obfuscate_host_addresses", false);\n');
await capture("chromium", "chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
  "--disable-background-networking", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
  `--user-data-dir=${profile}/chromium`]);
await capture("firefox", "firefox-esr", ["--headless", "--no-remote", "--profile", profile]);
rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
writeFileSync(join(out, "README.md"),
  "Descriptions written by `node tests/vectors/capture_sdp.mjs`; `server.offer.sdp` is ours, the others are from\n\n" +
  `- ${version("chromium")}\n- ${version("firefox-esr")}\n`);
