// The pages of accounts in Chromium, phone and desk, Chinese and English: from the first administrator's password to the audit log.
import { Account, totp } from "../lib/account.mjs";
import { at, chromium, click, closeBrowser, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, until } from "../lib/server.mjs";

const server = new Server();
let browser;
let desk;
let phone;
let shen;
let secret;
let shown = 0;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
}

async function newPage(width, height, touch) {
  const page = await (await browser.createBrowserContext()).newPage();
  await page.setViewport({ width, height, hasTouch: touch, isMobile: touch });
  page.faults = [];
  page.on("pageerror", (e) => page.faults.push(String(e)));
  return page;
}
const shot = async (page, name) => {
  if (process.env.SHOTS !== undefined) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
};
const textOf = (page, name) => page.$eval(at(name), (e) => e.textContent);
const set = (page, name, value) => page.$eval(at(name), (e, v) => ((e.value = v), e.dispatchEvent(new Event("change", { bubbles: true }))), value);
async function code() {
  const step = await until(() => Math.floor(Date.now() / 30_000) + 1 > shown && Math.max(Math.floor(Date.now() / 30_000), shown + 1), 40_000, "a code that has not been used");
  shown = step;
  return totp(secret, step * 30_000);
}
async function signIn(page, login, password) {
  await page.goto(`${server.url}/login`, { waitUntil: "domcontentloaded" });
  await type(page, "login", login);
  await type(page, "password", password);
  await click(page, "sign-in");
}
const narrow = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

export const tests = {
  async "the first administrator: password of one's own, QR code, recovery codes, and in"() {
    await server.start();
    browser = await chromium();
    const { password } = await server.cli("user", "first");
    desk = await newPage(1280, 860, false);
    await signIn(desk, "admin", password);
    await desk.waitForSelector(at("password-new"));
    await shot(desk, "owed-password.desk");
    await desk.reload({ waitUntil: "domcontentloaded" });
    await type(desk, "password-current", password);
    await type(desk, "password-new", "the first one's own words");
    await click(desk, "password-save");
    await desk.waitForSelector(at("second-start"));
    await type(desk, "second-password", "the first one's own words");
    await click(desk, "second-start");
    await desk.waitForSelector(at("qr"));
    secret = (await textOf(desk, "secret")).replaceAll(" ", "");
    await shot(desk, "owed-enrol.desk");
    ok((await desk.$eval(`${at("qr")} path`, (e) => e.getAttribute("d").length)) > 1000, "a code is drawn");
    await type(desk, "code", "000000");
    await click(desk, "second-confirm");
    await desk.waitForSelector(".note.fail");
    await type(desk, "code", await code());
    await click(desk, "second-confirm");
    await desk.waitForSelector(at("recovery"));
    await shot(desk, "recovery.desk");
    await click(desk, "recovery-kept");
    await desk.waitForSelector(`${at("health-part")}[data-well=true]`);
    equal(new URL(desk.url()).pathname, "/", "the first page");
    equal((await desk.$$(`${at("health-part")}[data-well=true]`)).length, 3, "media, records and disk are well");
    await shot(desk, "dashboard.desk");
  },

  async "an administrator makes an organisation and an account, resets, disables, and finds it"() {
    await desk.goto(`${server.url}/admin/organisations`, { waitUntil: "domcontentloaded" });
    await click(desk, "organisation-new");
    await type(desk, "organisation-name", "城南供电所");
    await click(desk, "organisation-save");
    await until(async () => (await desk.$$(at("organisation"))).length === 1, 5000, "it is listed");
    await desk.goto(`${server.url}/admin/accounts`, { waitUntil: "domcontentloaded" });
    await click(desk, "account-new");
    await type(desk, "account-login", "shen");
    await type(desk, "account-name", "沈知远");
    const organisation = await desk.$eval(`${at("account-organisation")} option:nth-child(2)`, (e) => e.value);
    await set(desk, "account-organisation", organisation);
    await click(desk, "account-save");
    await desk.waitForSelector(at("once-password"));
    shen = new Account(server, "shen", (await textOf(desk, "once-password")).trim());
    await shot(desk, "once-password.desk");
    await desk.keyboard.press("Escape");
    await until(async () => (await desk.$$(at("account"))).length === 2, 5000, "it is listed");
    await type(desk, "account-find", "城南");
    await until(async () => (await desk.$$(at("account"))).length === 1, 5000, "found by its organisation");
    await shot(desk, "accounts.desk");
    await shen.signIn();
    await click(desk, "account");
    await shot(desk, "account-edit.desk");
    await click(desk, "account_reset");
    await desk.waitForSelector(at("once-password"));
    equal((await shen.get("/session")).status, 401, "its sessions have ended");
    shen.password = (await textOf(desk, "once-password")).trim();
    await shen.signIn();
    await click(desk, "account_disable");
    await desk.waitForSelector(at("account-enable"));
    equal((await shen.get("/session")).status, 401, "its sessions have ended again");
    await click(desk, "account-enable");
    await desk.waitForSelector(at("account_disable"));
    await shen.signIn();
  },

  async "one's own account on a phone: password, second factor, sessions, history"() {
    phone = await newPage(390, 844, true);
    await signIn(phone, "shen", "no password of his");
    await phone.waitForSelector(".note.fail");
    await signIn(phone, "shen", shen.password);
    await phone.waitForFunction(() => location.pathname === "/");
    await click(phone, "account-menu");
    await click(phone, "own-account");
    await phone.waitForSelector(at("second-set"));
    ok(await narrow(phone), "nothing is wider than the phone");
    equal((await phone.$$(at("session"))).length, 2, "two sessions");
    ok((await phone.$$eval(at("signin"), (list) => list.map((e) => e.textContent).join())).includes("密码不对"), "the wrong try is there");
    await shot(phone, "account.phone");
    await click(phone, "session-end");
    await until(async () => (await phone.$$(at("session"))).length === 1, 5000, "the other session has ended");
    equal((await shen.get("/session")).status, 401, "it has");
    await type(phone, "password-current", shen.password);
    await type(phone, "password-new", "on the phone I changed it");
    await click(phone, "password-save");
    await phone.waitForSelector(".note.acc");
    shen.password = "on the phone I changed it";
    await shen.signIn();
    await click(phone, "second-set");
    await type(phone, "second-password", shen.password);
    await click(phone, "second-start");
    await phone.waitForSelector(at("qr"));
    ok(await narrow(phone), "the code fits the phone");
    await shot(phone, "enrol.phone");
    const his = (await textOf(phone, "secret")).replaceAll(" ", "");
    await type(phone, "code", totp(his));
    await click(phone, "second-confirm");
    await phone.waitForSelector(at("recovery"));
    await shot(phone, "recovery.phone");
    const codes = await phone.$$eval(".codes li", (l) => l.map((e) => e.textContent));
    await click(phone, "recovery-kept");
    await click(phone, "account-menu");
    await click(phone, "sign-out");
    await phone.waitForFunction(() => location.pathname === "/login");
    await signIn(phone, "shen", shen.password);
    await phone.waitForSelector(at("code"));
    await shot(phone, "owed-second.phone");
    await type(phone, "code", codes[0]);
    await click(phone, "go-on");
    await phone.waitForFunction(() => location.pathname === "/");
  },

  async "the audit log and the history of signing in, filtered, also in English and on a phone"() {
    await desk.goto(`${server.url}/audit`, { waitUntil: "domcontentloaded" });
    await desk.waitForSelector(at("audit-entry"));
    await set(desk, "audit-what", "account");
    await until(async () => (await desk.$$eval(at("audit-entry"), (l) => l.length > 3 && l.every((e) => e.textContent.includes("account.")))), 5000, "only of accounts");
    await shot(desk, "audit.desk");
    await type(desk, "audit-who", "nobody of this name");
    await until(async () => (await desk.$(".empty")) !== null, 5000, "none");
    await click(desk, "language");
    await desk.goto(`${server.url}/admin/signins`, { waitUntil: "domcontentloaded" });
    await desk.waitForSelector(at("signin"));
    await shot(desk, "signins.en.desk");
    ok((await desk.$eval("h1", (e) => e.textContent)) === "Administration", "in English");
    await phone.goto(`${server.url}/audit`, { waitUntil: "domcontentloaded" });
    await phone.waitForSelector(".empty, [data-test=audit-entry]");
    ok(await narrow(phone), "the log fits the phone");
    await shot(phone, "audit.phone");
    await phone.goto(`${server.url}/admin`, { waitUntil: "domcontentloaded" });
    await phone.waitForSelector(".note.fail");
    await signIn(phone, "admin", "the first one's own words");
    await type(phone, "code", await code());
    await click(phone, "go-on");
    await phone.waitForSelector(at("health-part"));
    ok(await narrow(phone), "the dashboard fits the phone");
    await phone.goto(`${server.url}/admin`, { waitUntil: "domcontentloaded" });
    await phone.waitForSelector(at("account"));
    ok(await narrow(phone), "administration fits the phone");
    await shot(phone, "accounts.phone");
    await click(phone, "account");
    await phone.waitForSelector(at("account-save"));
    await shot(phone, "account-edit.phone");
  },

  async "two administrators at one account: the second sees both versions, and decides"() {
    for (const p of [desk, phone]) {
      await p.goto(`${server.url}/admin/accounts`, { waitUntil: "domcontentloaded" });
      await p.waitForSelector(at("account"));
      await type(p, "account-find", "shen");
      await until(async () => (await p.$$(at("account"))).length === 1, 5000, "found");
      await click(p, "account");
      await p.waitForSelector(at("account-save"));
    }
    await type(desk, "account-name", "沈知远甲");
    await click(desk, "account-save");
    await until(async () => (await desk.$(at("account-save"))) === null, 5000, "saved");
    await type(phone, "account-name", "沈知远乙");
    await click(phone, "account-save");
    await phone.waitForSelector(at("overtaken"));
    const both = await textOf(phone, "overtaken");
    ok(both.includes("沈知远甲") && both.includes("沈知远乙"), both);
    await shot(phone, "overtaken.phone");
    await click(phone, "overtaken-keep");
    await until(async () => (await phone.$(at("overtaken"))) === null, 5000, "saved after all");
    await until(async () => (await textOf(phone, "account")).includes("沈知远乙"), 5000, "it is kept");
  },

  async "for other systems: a token is made, used and revoked; a webhook is made and tried"() {
    await desk.goto(`${server.url}/account`, { waitUntil: "domcontentloaded" });
    await click(desk, "token-new");
    await type(desk, "token-name", "monitoring");
    for (const s of ["accounts:read", "metrics"]) await click(desk, `token-scope-${s}`);
    await type(desk, "token-password", "the first one's own words");
    await shot(desk, "token-new.desk");
    await click(desk, "token-make");
    await desk.waitForSelector(at("once-secret"));
    const headers = { authorization: `Bearer ${(await textOf(desk, "once-secret")).trim()}` };
    await shot(desk, "token-made.desk");
    equal((await server.request("/api/v1/accounts", { headers })).status, 200, "it works");
    equal((await server.request("/api/v1/signins", { headers })).status, 200, "for what its scope names");
    equal((await server.request("/api/v1/audit", { headers })).status, 403, "and for nothing else");
    await desk.keyboard.press("Escape");
    await desk.waitForSelector(at("token"));
    await phone.goto(`${server.url}/account`, { waitUntil: "domcontentloaded" });
    await phone.waitForSelector(at("token"));
    ok(await narrow(phone), "tokens fit the phone");
    await shot(phone, "account-tokens.phone");
    await phone.goto(`${server.url}/admin/tokens`, { waitUntil: "domcontentloaded" });
    await phone.waitForSelector(at("token"));
    ok(await narrow(phone), "and so does the list of all");
    await shot(phone, "tokens.phone");
    await click(phone, "token-revoke");
    await until(async () => (await phone.$(at("token-revoke"))) === null, 5000, "it is revoked");
    equal((await server.request("/api/v1/accounts", { headers })).status, 401, "and opens nothing");
    await desk.goto(`${server.url}/admin/webhooks`, { waitUntil: "domcontentloaded" });
    await desk.waitForSelector(".empty");
    await shot(desk, "webhooks-none.desk");
    await click(desk, "webhook-new");
    await type(desk, "webhook-name", "billing");
    await type(desk, "webhook-url", "https://127.0.0.1:1/hook");
    for (const e of ["project.moved", "meeting.scheduled"]) await click(desk, `webhook-event-${e}`);
    await shot(desk, "webhook-new.desk");
    await click(desk, "webhook-save");
    await desk.waitForSelector(at("once-secret"));
    await click(desk, "webhook-ping");
    await until(async () => (await desk.$(at("webhook-delivery"))) !== null && (await textOf(desk, "webhook-delivery")).includes("may not be reached"), 9000, "what became of it");
    await shot(desk, "webhook.desk");
    await phone.goto(`${server.url}/admin/webhooks`, { waitUntil: "domcontentloaded" });
    await click(phone, "webhook");
    await phone.waitForSelector(at("webhook-delivery"));
    ok(await narrow(phone), "a webhook fits the phone");
    await shot(phone, "webhook.phone");
    await click(phone, "webhook-remove");
    await click(phone, "webhook-remove");
    await until(async () => (await phone.$(".empty")) !== null, 5000, "it is gone");
  },

  async "no page has thrown"() {
    for (const p of [desk, phone]) equal(p.faults.join("\n"), "", "faults");
  },
};
