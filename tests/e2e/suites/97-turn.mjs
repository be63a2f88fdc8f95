// A person whose network lets nothing through but TURN: the real coturn, by our sample.
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, closeBrowser, enter, hears, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, root, until } from "../lib/server.mjs";
import { paths, watch } from "../lib/wire.mjs";

const IP = "10.77.0.1";
const SECRET = "b5c1-secret";
const folder = mkdtempSync(join(tmpdir(), "yunjian-turn-"));
const port = 3478;
const server = new Server({ env: { YUNJIAN_ICE_SERVERS: `stun:${IP}:${port}, turn:${IP}:${port}`, YUNJIAN_TURN_SECRET: SECRET } });
let coturn;
let browser;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  coturn?.kill("SIGKILL");
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

export const tests = {
  async "a meeting through the relay, with credentials that the page was given"(note) {
    const conf = join(folder, "turnserver.conf");
    writeFileSync(conf, readFileSync(join(root, "conf/turnserver.conf"), "utf8").replace("CHANGE-ME", SECRET));
    appendFileSync(conf, `listening-ip=${IP}\nrelay-ip=${IP}\npidfile=${folder}/pid\nuserdb=${folder}/db\n`);
    coturn = spawn("turnserver", ["-c", conf], { stdio: "ignore", cwd: folder });
    await server.start();
    await until(async () => JSON.parse((await server.cliIn("", "doctor")).out).checks.some((c) => c.check === "turn.fine"), 10_000, "coturn answers");
    const demo = await server.demo();
    browser = await chromium();
    const host = await enter(await signalPage(browser, { id: 1, tone: 523, burst: 1760 }), demo.host_url, "沈知远");
    const page = await signalPage(browser, { id: 2, tone: 659, burst: 2350 });
    /* As a firewall would: no candidate but the relay's. */
    await page.evaluateOnNewDocument(() => {
      window.__servers = [];
      window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor(config) {
          super({ ...config, iceTransportPolicy: "relay" });
          window.__servers.push(config.iceServers);
        }
      };
    });
    await watch(page);
    const guest = await enter(page, demo.guest_url, "陈立", host);
    await Promise.all([sees(host, 2, 20_000), sees(guest, 1, 20_000)]);
    await Promise.all([hears(host, 659), hears(guest, 523)]);
    const types = await guest.evaluate(async () => {
      const kinds = [];
      for (const { pc } of window.__lines) {
        const stats = await pc.getStats();
        for (const s of stats.values()) if (s.type === "transport" && s.selectedCandidatePairId !== undefined) kinds.push(stats.get(stats.get(s.selectedCandidatePairId).localCandidateId).candidateType);
      }
      return kinds;
    });
    equal(types.join(), "relay,relay", "both connections");
    const given = (await guest.evaluate(() => window.__servers))[0];
    ok(given.length === 2 && given[0].username === undefined && /^\d+:yunjian$/.test(given[1].username), JSON.stringify(given));
    const left = Number(given[1].username.split(":")[0]) - Date.now() / 1000;
    ok(left > 86_000 && left < 87_000, `good for ${left} s`);
    note((await paths(guest)).map((p) => `${p.protocol} to ${p.remote}`).join(", "));
  },
};
