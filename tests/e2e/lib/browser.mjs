// Real Chromium and Firefox, driven as a person would.
import puppeteer from "puppeteer-core";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { equal } from "./expect.mjs";
import { listen, listenAll } from "./openapi.mjs";
import { until } from "./server.mjs";

const signal = readFileSync(join(import.meta.dirname, "signal.js"), "utf8");
const CHROMIUM_FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
  "--ignore-certificate-errors", "--auto-accept-this-tab-capture", "--disable-features=WebRtcHideLocalIpsWithMdns",
  "--disable-background-timer-throttling", "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows", "--lang=zh-CN", "--accept-lang=zh-CN",
];

export async function chromium(flags = []) {
  const userDataDir = mkdtempSync(join(tmpdir(), "yunjian-chromium-"));
  const browser = await puppeteer.launch({
    executablePath: "/usr/bin/chromium", headless: true, acceptInsecureCerts: true, userDataDir, args: [...CHROMIUM_FLAGS, ...flags],
    defaultViewport: { width: 1440, height: 900 },
  });
  browser.yunjian = { kind: "chromium", userDataDir };
  listenAll(browser);
  return browser;
}

/** Firefox runs no sound at all without a sound server: one that plays into nothing. */
async function soundServer(folder) {
  const socket = join(folder, "sound");
  const server = spawn("pulseaudio", ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
    "-L", "module-null-sink", "-L", `module-native-protocol-unix socket=${socket} auth-anonymous=1`],
    { stdio: "ignore", env: { ...process.env, HOME: folder, XDG_RUNTIME_DIR: folder, PULSE_RUNTIME_PATH: join(folder, "pulse") } });
  await until(() => existsSync(socket), 10_000, "the sound server is there");
  return { server, address: `unix:${socket}` };
}

export async function firefox() {
  const userDataDir = mkdtempSync(join(tmpdir(), "yunjian-firefox-"));
  const soundDir = mkdtempSync(join(tmpdir(), "yunjian-sound-"));
  const sound = await soundServer(soundDir);
  const browser = await puppeteer.launch({
    env: { ...process.env, PULSE_SERVER: sound.address },
    browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true, acceptInsecureCerts: true, userDataDir,
    extraPrefsFirefox: {
      "media.navigator.streams.fake": true,
      "media.navigator.permission.disabled": true,
      "media.peerconnection.ice.obfuscate_host_addresses": false,
      "media.autoplay.default": 0,
      "media.autoplay.blocking_policy": 0,
      "privacy.reduceTimerPrecision": false,
      "app.update.auto": false,
      "datareporting.policy.dataSubmissionEnabled": false,
      "network.captive-portal-service.enabled": false,
      "network.connectivity-service.enabled": false,
      "browser.safebrowsing.update.enabled": false,
      "services.settings.server": "data:,",
    },
    defaultViewport: { width: 1440, height: 900 },
  });
  browser.yunjian = { kind: "firefox", userDataDir, soundDir, sound: sound.server };
  listenAll(browser);
  return browser;
}

export async function closeBrowser(browser) {
  await browser.close().catch(() => undefined);
  browser.yunjian.sound?.kill();
  for (const folder of [browser.yunjian.userDataDir, browser.yunjian.soundDir])
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A context of its own: no cookies or storage shared with other people of the same browser. */
async function newPage(browser) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.faults = [];
  listen(page);
  page.on("pageerror", (e) => page.faults.push(String(e)));
  page.on("console", (m) => {
    if (process.env.SHOW_CONSOLE) console.log(`  [${page.who ?? "page"}] ${m.text()}`);
  });
  return page;
}

/** A page with a signal in place of its devices: {id, tone, burst, width, height, fps, video, audio}. */
export async function signalPage(browser, options) {
  const page = await newPage(browser);
  if (options !== undefined) await page.evaluateOnNewDocument(`window.__signal = ${JSON.stringify(options)}; ${signal}`);
  return page;
}

export const at = (name) => `[data-test="${name}"]`;

export async function click(page, name, ms = 10_000) {
  await page.waitForSelector(at(name), { visible: true, timeout: ms });
  await until(() => page.$eval(at(name), (e) => !e.disabled), ms, `${name} can be pressed`);
  await page.click(at(name));
}

export async function type(page, name, text) {
  await page.waitForSelector(at(name), { visible: true, timeout: 10_000 });
  await page.$eval(at(name), (e) => {
    e.focus();
    e.select?.();
  });
  await page.type(at(name), text);
}

/** Through the door, also long before time: name, organisation, phone, consent, enter. Returns after the press on the button. */
export async function throughDoor(page, url, name, organisation = "锦澜") {
  page.who = name;
  await page.goto(url, { waitUntil: "domcontentloaded" });
  const first = await page.waitForSelector(`${at("consent")}, ${at("early-try")}`, { timeout: 20_000 });
  if ((await first.evaluate((e) => e.dataset.test)) === "early-try") {
    await click(page, "early-try");
    await page.waitForSelector(at("consent"));
  }
  if ((await page.$(at("name"))) !== null) {
    await type(page, "name", name);
    await type(page, "organisation", organisation);
  }
  if ((await page.$(at("phone"))) !== null) await type(page, "phone", "13800002046");
  await page.click(at("consent"));
  await click(page, "enter");
  await page.evaluate(() => window.__signalAwake?.());
}

/** A person in the meeting, also when she has to be let in by `host`. */
export async function enter(page, url, name, host) {
  await throughDoor(page, url, name);
  if (host !== undefined) {
    await until(async () => (await page.$(at("waiting"))) !== null || (await page.$(at("room"))) !== null, 15_000, `${name} waits`);
    if ((await page.$(at("room"))) === null) await admit(host, name);
  }
  await page.waitForSelector(at("room"), { timeout: 20_000 });
  return page;
}

export async function admit(host, name) {
  if ((await host.$(at("side"))) === null) await click(host, "people");
  await until(
    () =>
      host.evaluate((who) => {
        const row = [...document.querySelectorAll('[data-test="knock"]')].find((k) => k.textContent.includes(who));
        row?.querySelector('[data-test="admit"]')?.click();
        return row !== undefined;
      }, name),
    10_000,
    `${name} knocks`,
  );
}

/** The codes that this page shows now: [{participant, source, id, count}]. */
export function codes(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("video[data-participant]")].flatMap((v) => {
      const code = v.dataset.track.startsWith("own") ? null : window.__read(v);
      return code === null ? [] : [{ participant: v.dataset.participant, source: v.dataset.source, ...code }];
    }),
  );
}

/** Waits until the picture of signal `id` is seen to move; resolves to the two counts. */
export async function sees(page, id, ms = 15_000, say = "") {
  const first = await until(async () => (await codes(page)).find((c) => c.id === id), ms, `${page.who} sees ${id} ${say}`);
  const later = await until(async () => (await codes(page)).find((c) => c.id === id && c.count !== first.count), ms, `${page.who} sees ${id} move ${say}`);
  return [first.count, later.count];
}

/** Waits until the tone is at least 20 dB over its surroundings in one of the voices that this page plays. */
export async function hears(page, tone, ms = 15_000) {
  return until(
    () =>
      page.evaluate(async (f) => {
        for (const a of document.querySelectorAll("audio[data-participant]")) {
          if (a.srcObject === null || a.paused) continue;
          const [here, below, above] = await window.__listen(a, [f, f * 0.8, f * 1.25]);
          if (here > -70 && here > below + 20 && here > above + 20) return a.dataset.participant;
        }
        return undefined;
      }, tone),
    ms,
    `${page.who} hears ${tone} Hz`,
  );
}

/** True when no voice that this page plays has the tone now. */
export async function silent(page, tone) {
  return page.evaluate(async (f) => {
    for (const a of document.querySelectorAll("audio[data-participant]")) {
      const [here, below] = await window.__listen(a, [f, f * 0.8]);
      if (here > -70 && here > below + 20) return false;
    }
    return true;
  }, tone);
}

/** Every file of a recording, played by the browser from near its beginning and near its end. */
export async function playsAll(page, server, meeting, index) {
  const files = [...index.tracks.flatMap((t) => t.files), index.mix];
  for (const f of files) {
    const url = `${server.url}/api/v1/meetings/${meeting}/recording/files/${f.file.replace("tracks/", "")}`;
    const got = await page.evaluate(
      async (src, kind) => {
        const e = document.createElement(kind);
        e.muted = true;
        e.src = src;
        document.body.append(e);
        const fault = new Promise((done) => e.addEventListener("error", () => done(`error ${e.error?.code} ${e.error?.message}`)));
        const plays = (async () => {
          await e.play();
          while (e.currentTime < 0.5) await new Promise((d) => setTimeout(d, 50));
          e.currentTime = e.duration - 1.5;
          await new Promise((d) => e.addEventListener("seeked", d, { once: true }));
          const from = e.currentTime;
          while (e.currentTime < from + 0.3 && !e.ended) await new Promise((d) => setTimeout(d, 50));
          return "plays";
        })();
        const late = new Promise((done) => setTimeout(() => done(`stands at ${e.currentTime} of ${e.duration}`), 15_000));
        const result = await Promise.race([fault, plays, late]);
        e.remove();
        return result;
      },
      url,
      f.type.startsWith("audio") ? "audio" : "video",
    );
    equal(got, "plays", `${f.file} in ${page.who}`);
  }
}
