// What becomes of meetings and links, on the pages: two who change one, a link renewed and revoked, what a guest is told at a
// closed door, a meeting cancelled, and coming back by a project link.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { account } from "../lib/account.mjs";
import { at, chromium, click, closeBrowser, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, until } from "../lib/server.mjs";
import { pdf, Tus } from "../lib/tus.mjs";

const server = new Server();
let browser;
let shen;
let page;
let project;
let meeting;
let link;

/** May run beside others. */
export const light = true;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
}

const words = (p, name) => p.$eval(at(name), (e) => e.textContent);
const put = (p, name, value) =>
  p.$eval(
    at(name),
    (e, v) => {
      e.value = v;
      e.dispatchEvent(new Event("input", { bubbles: true }));
    },
    value,
  );
const inTwoDays = () => new Date(Date.now() + 2 * 86_400_000);
const read = () => shen.want(200, "GET", `/meetings/${meeting}`);

async function newPage(path, size = { width: 1440, height: 900 }) {
  const p = await (await browser.createBrowserContext()).newPage();
  p.faults = [];
  p.on("pageerror", (e) => p.faults.push(String(e)));
  await p.setViewport(size);
  if (path !== undefined) await p.goto(`${server.url}${path}`, { waitUntil: "domcontentloaded" });
  return p;
}
async function signedIn(path) {
  const p = await newPage();
  await p.setCookie({ name: "__Host-yj", value: shen.token(), url: server.url, path: "/", secure: true, httpOnly: true });
  await p.goto(`${server.url}${path}`, { waitUntil: "domcontentloaded" });
  return p;
}
/** What a guest's link shows. */
async function opened(url) {
  const p = await newPage(undefined, { width: 390, height: 844, isMobile: true, hasTouch: true });
  await p.goto(url, { waitUntil: "domcontentloaded" });
  await until(() => p.$(`${at("message")} h1, ${at("early")}`), 8000, "the link's page");
  await until(async () => !(await p.$eval("h1", (e) => e.textContent)).includes("正在加载"), 8000, "what it says");
  const text = await p.$eval("main", (e) => e.innerText);
  equal(p.faults.join(), "", "faults");
  await p.browserContext().close();
  return text;
}

export const tests = {
  async "the second of two who change a meeting sees both versions, and neither is lost unseen"() {
    await server.start();
    browser = await chromium();
    shen = await account(server, "shen", "manager", "沈知远", "望江供电公司");
    project = (await shen.want(201, "POST", "/projects", { title: "锦澜 10 kV", customer: "锦澜" })).id;
    const starts_at = inTwoDays().toISOString();
    meeting = (await shen.want(201, "POST", `/projects/${project}/meetings`, { kind: "review", title: "主接线审查", starts_at, record_auto: true, agenda: "一\n二" })).id;
    page = await signedIn(`/m/${meeting}/edit`);
    await page.waitForSelector(at("meeting-title"));
    await put(page, "meeting-title", "主接线与平面审查");
    const m = await read();
    const other = { title: m.title, kind: m.kind, agenda: "一\n二\n三", starts_at: m.starts_at, duration_min: 90, host: m.host, record_auto: true };
    equal((await shen.call("PUT", `/meetings/${meeting}`, other, { "if-match": `"${m.version}"` })).status, 200, "somebody else is first");
    await click(page, "meeting-look-over");
    await click(page, "meeting-create");
    await page.waitForSelector(at("overtaken"));
    const both = await words(page, "overtaken");
    ok(both.includes("主接线与平面审查") && both.includes("3. 三") && both.includes("1 小时 30 分"), both);
    equal((await read()).title, "主接线审查", "nothing was saved yet");
    await click(page, "overtaken-keep");
    await page.waitForSelector(at("meeting-state"));
    equal((await read()).title, "主接线与平面审查", "mine, after I have seen theirs");
  },

  async "another time is told to everybody, with the reason"() {
    await click(page, "meeting-edit");
    await page.waitForSelector(at("meeting-time"));
    await put(page, "meeting-time", "09:30");
    await click(page, "meeting-look-over");
    await type(page, "change-reason", "客户上午有事");
    await click(page, "meeting-create");
    await page.waitForSelector(at("rescheduled"));
    ok((await page.$$eval(at("rescheduled"), (l) => l.map((e) => e.textContent))).at(-1).includes("客户上午有事"), "on the meeting's page");
    const { times, starts_at } = await read();
    equal(`${times.at(-1).reason} ${new Date(starts_at).toISOString().slice(11, 16)}`, "客户上午有事 01:30", "in the zone of the service");
  },

  async "a link is shown once; a new one ends it, and a revoked one says so"() {
    await click(page, "meeting-invitations");
    await type(page, "invite-name", "何建平");
    await type(page, "invite-phone", "1");
    await click(page, "invite");
    await page.waitForSelector(at("field-fault"));
    await type(page, "invite-phone", "13800002046");
    await click(page, "invite");
    await page.waitForSelector(at("link-tools"));
    const first = await page.$eval(at("invite-url"), (e) => e.value);
    ok((await opened(first)).includes("何建平"), "the page before time");
    await page.reload({ waitUntil: "domcontentloaded" });
    await page.waitForSelector(at("link-state"));
    equal(await page.$(at("link-tools")), null, "loaded anew, nobody knows it any more");
    ok((await words(page, "link-state")).includes("换一个新的"), "and what to do about it");
    await click(page, "invitation-again");
    await page.waitForSelector(at("link-tools"));
    link = await page.$eval(at("invite-url"), (e) => e.value);
    ok(link !== first && link.startsWith(`${server.url}/j#`), link);
    ok(!(await opened(first)).includes("主接线"), "the old link leads nowhere");
    ok((await opened(link)).includes("主接线与平面审查"), "the new one does");
    await click(page, "invitation-revoke");
    await click(page, "revoke-go");
    await page.waitForSelector(`${at("invitation")}[data-state="revoked"]`);
    const told = await opened(link);
    ok(told.includes("这个链接已作废"), told);
    await page.$eval(`[data-state="revoked"] ${at("invitation-again")}`, (e) => e.click());
    await page.waitForSelector(at("link-tools"));
    link = await page.$eval(at("invite-url"), (e) => e.value);
  },

  async "on paper there is one card a person, and nothing else"() {
    await page.emulateMediaType("print");
    const shown = await page.evaluate(() => [...document.querySelectorAll('[data-test="print-card"], .noprint, header.top')].filter((e) => e.getBoundingClientRect().height > 0).map((e) => e.dataset.test ?? e.className));
    await page.emulateMediaType("screen");
    equal(shown.join(), "print-card", "what is printed");
  },

  async "a cancelled meeting says why, on its page and behind every link, and lets nobody in"() {
    await click(page, "to-meeting");
    await click(page, "meeting-cancel");
    ok(await page.$eval(at("cancel-go"), (e) => e.disabled), "not without a reason");
    await type(page, "cancel-reason", "图纸还没改完");
    await click(page, "cancel-go");
    await page.waitForSelector(at("cancelled"));
    ok((await words(page, "cancelled")).includes("图纸还没改完"), "on its page");
    equal(await page.$(at("enter-meeting")), null, "no way in");
    const told = await opened(link);
    ok(told.includes("会议取消了") && told.includes("图纸还没改完") && told.includes("沈知远"), told);
    equal(page.faults.join("\n"), "", "faults");
  },

  async "a designer comes back by the project's link, under her name"() {
    const { url } = await shen.want(201, "POST", `/projects/${project}/links`, { name: "林予安", organisation: "华衡电力设计院", role: "designer", phone: "13900007711" });
    const p = await newPage(undefined, { width: 390, height: 844, isMobile: true, hasTouch: true });
    await p.goto(url, { waitUntil: "domcontentloaded" });
    await p.waitForSelector(at("known"));
    ok((await words(p, "known")).includes("林予安"), "who it is for");
    await click(p, "link-enter");
    await p.waitForSelector(at("link-page"));
    const inside = await words(p, "link-page");
    ok(inside.includes("锦澜 10 kV") && inside.includes("项目储备") && inside.includes("主接线与平面审查") && inside.includes("凭本人邀请"), inside);
    /* A drawing that is there is revised from the page; it is not fetched by the link. */
    const sheet = await new Tus(server, shen.token()).want(`projects/${project}`, "主接线.pdf", pdf(9000));
    await p.reload({ waitUntil: "domcontentloaded" });
    await p.waitForSelector(at("document-revise"));
    equal(await p.$(at("document-download")), null, "nothing to fetch");
    const next = join(server.folder, "主接线 v2.pdf");
    writeFileSync(next, pdf(700_000));
    await (await p.$(at("document-revise"))).uploadFile(next);
    await until(() => p.$eval(at("document-revision"), (e) => e.textContent.includes("第 2 版")), 8000, "the revision is there");
    const { latest } = await shen.want(200, "GET", `/documents/${sheet.document}`);
    equal([latest.number, latest.uploaded_by, latest.role].join(), "2,林予安,designer");
    if (process.env.SHOTS) await p.screenshot({ path: join(process.env.SHOTS, "link-documents-390.png") });
    const { links } = await shen.want(200, "GET", `/projects/${project}/links`);
    await shen.want(204, "POST", `/projects/${project}/links/${links[0].id}/revoke`);
    await p.reload({ waitUntil: "domcontentloaded" });
    await p.waitForSelector(at("message"));
    await until(async () => (await p.$eval("h1", (e) => e.textContent)).includes("作废"), 5000, "a revoked link says so");
    equal(p.faults.join("\n"), "", "faults");
  },
};
