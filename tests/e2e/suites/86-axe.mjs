// No page of the records breaks a rule of WCAG 2.2 A or AA that axe-core knows: every role's pages, full and empty, with
// dialogs and menus open, on a desk in Chinese and on a phone in English (the other two at night). The room is in 65-pages,
// the replay in 95-replay. And the keyboard: dialogs keep the focus and give it back, a new page begins at its content.
import { account } from "../lib/account.mjs";
import { broken } from "../lib/axe.mjs";
import { at, chromium, click, closeBrowser } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, until } from "../lib/server.mjs";
import { pageOf, story } from "../lib/story.mjs";

export const light = true;

const server = new Server();
const LOOKS = [
  { name: "desk", width: 1440, height: 900, language: "zh" },
  { name: "phone", width: 390, height: 844, touch: true, language: "en" },
  ...(process.env.YUNJIAN_NIGHTLY === undefined
    ? []
    : [
        { name: "desk, English", width: 1440, height: 900, language: "en" },
        { name: "phone, Chinese", width: 390, height: 844, touch: true, language: "zh" },
      ]),
];
let browser;
let s;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
}

/** One page for each look; every row: where, what has to be there, what to open first. */
async function each(who, rows) {
  const wrong = [];
  for (const look of LOOKS) {
    const page = await pageOf(browser, server, who, look);
    for (const [path, sign, open] of rows) {
      await page.goto(`${server.url}${path}`, { waitUntil: "domcontentloaded" });
      await page.waitForSelector(sign, { timeout: 10_000 });
      await until(async () => (await page.$(".skel")) === null, 8000, `${path} is loaded`);
      if (open !== undefined) await open(page);
      for (const line of await broken(page)) wrong.push(`${path}, ${look.name}: ${line}`);
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) wrong.push(`${path} is wider than the ${look.name}`);
      ok((await page.title()).length > 4, `${path} has a title`);
    }
    equal(page.faults.join("\n"), "", "faults");
    await page.browserContext().close();
  }
  equal(wrong.join("\n"), "", "broken rules");
}
const opening = (press, sign) => async (page) => {
  await click(page, press);
  await page.waitForSelector(at(sign));
};

export const tests = {
  async "whoever has no account: signing in, a page that is not there, one that asks to sign in"() {
    await server.start();
    browser = await chromium();
    s = await story(server);
    await each(undefined, [
      ["/login", at("login")],
      ["/nowhere", at("missing")],
      ["/projects", at("to-sign-in")],
    ]);
  },

  async "a manager: dashboard, projects full and empty, a project and its dialogs, a meeting, the log, the account"() {
    const project = `/projects/${s.projects[2]}`;
    await each(s.accounts.shen, [
      ["/", at("next-meeting")],
      ["/", at("pace"), opening("account-menu", "own-account")],
      ["/meetings", at("meeting")],
      ["/meetings?when=past", ".empty"],
      ["/projects", at("project")],
      ["/projects?q=nothing+like+this", ".empty"],
      ["/projects", at("project"), opening("project-new", "project-create")],
      [project, at("history")],
      [project, at("history"), opening("move-other", "move-go")],
      [project, at("history"), opening("project-edit", "project-save")],
      [`/projects/${"0".repeat(32)}`, ".empty"],
      [`/m/${s.meeting}`, "h1"],
      ["/audit", at("audit-entry")],
      ["/account", at("session")],
    ]);
  },

  async "the other roles: what each begins with, and what each has beside it"() {
    await each(s.accounts.zhao, [["/", at("by-stage")]]);
    await each(s.accounts.zhou, [["/", at("visit")]]);
    await each(s.accounts.zheng, [["/", "h1"]]);
    await each(s.accounts.sun, [["/", at("found-projects")]]);
    await each(s.accounts.gly, [
      ["/", at("health-part")],
      ["/admin/accounts", at("account")],
      ["/admin/accounts", at("account"), opening("account", "account-save")],
      ["/admin/organisations", at("organisation-new")],
      ["/admin/signins", at("signin")],
    ]);
    await each(await account(server, "wu", "manager", "吴新"), [["/projects", ".empty"], ["/", at("todo")]]);
  },

  async "by key: a dialog keeps the focus and gives it back, a menu closes by Esc, a new page begins at its content"() {
    const page = await pageOf(browser, server, s.accounts.shen, LOOKS[0]);
    const focused = () => page.evaluate(() => document.activeElement?.dataset.test ?? document.activeElement?.id ?? "");
    const inside = () => page.evaluate(() => document.activeElement === document.body || document.querySelector("dialog")?.contains(document.activeElement) === true);
    await page.goto(`${server.url}/projects`);
    await page.waitForSelector(at("project"));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter"); // What stands first skips the navigation.
    equal(await focused(), "content", "at the content");
    await page.focus(at("project-new"));
    await page.keyboard.press("Enter");
    await page.waitForSelector(at("project-new-dialog"));
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press("Tab");
      ok(await inside(), "the focus stays in the dialog");
    }
    await page.keyboard.press("Escape");
    await until(async () => (await focused()) === "project-new", 2000, "the focus is back where it was");
    await page.focus(at("account-menu"));
    await page.keyboard.press("Enter");
    await page.waitForSelector(at("own-account"), { visible: true });
    await page.keyboard.press("Escape");
    await until(async () => (await focused()) === "account-menu", 2000, "and after the menu");
    await page.evaluate(() => (window.__same = true));
    await page.focus(`${at("project")} a`);
    await page.keyboard.press("Enter");
    await page.waitForSelector(at("history"));
    ok(await page.evaluate(() => window.__same), "without loading everything anew");
    equal(await focused(), "content", "a new page begins at its content");
    const title = await page.title();
    await until(() => page.$$eval("[role=status].vh", (l, want) => l.some((e) => e.textContent.includes(want)), title), 3000, "and its name is said");
    await page.goBack();
    await page.waitForSelector(at("projects-find"));
    ok(await page.evaluate(() => window.__same && location.pathname === "/projects"), "back works");
    equal(page.faults.join("\n"), "", "faults");
  },
};
