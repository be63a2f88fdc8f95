// A district with something in every list: an account of each role, projects in several stages, some late, meetings.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { account } from "./account.mjs";

const PEOPLE = [
  ["gly", "admin", "秦工"],
  ["shen", "manager", "沈知远"],
  ["zheng", "expert", "郑凯"],
  ["zhao", "supervisor", "赵主任"],
  ["zhou", "dispatcher", "周敏"],
  ["sun", "auditor", "孙审"],
];
/** Title, customer, stage, days since it came there, days until it is due (calendar days; none: no limit). */
const PROJECTS = [
  ["南湖冷链物流 10 kV 增容", "南湖冷链", "acceptance", 14, -4],
  ["云栖食品 630 kVA 新装", "云栖食品", "return_visit", 4, 2],
  ["锦澜精密制造 10 kV 业扩工程", "锦澜精密制造", "drawing_review", 16, 11],
  ["启明数据中心二期", "启明数据", "supply_plan", 50, 12],
  ["岭北包装 400 kVA", "岭北包装", "construction", 9],
  ["和泰纺织 1,250 kVA", "和泰纺织", "survey", 2],
  ["东渡港机 2×2,000 kVA", "东渡港机", "supply_plan", 90, -27],
  ["白石光电 10 kV", "白石光电", "return_visit", 12, -5],
];
const STAGES = ["reserve", "application", "survey", "supply_plan", "drawing_review", "construction", "interim_inspection", "acceptance", "energization", "return_visit"];

export const sql = (server, text) => execFileSync("sqlite3", [join(server.env.YUNJIAN_DATA, "yunjian.db"), ".timeout 5000", text], { encoding: "utf8" });

async function project(shen, title, customer, stage) {
  const { id } = await shen.want(201, "POST", "/projects", { title, customer, park: "望江产业园", number: `BZ-2026-${String(Math.floor(Math.random() * 1e6)).padStart(6, "0")}`, voltage_v: 10_000, capacity_kva: 630, address: "望江路 18 号" });
  let version = 1;
  for (const to of STAGES.slice(1, STAGES.indexOf(stage) + 1)) {
    const rs = await shen.call("POST", `/projects/${id}/moves`, { to, reason: "" }, { "if-match": `"${version++}"` });
    if (rs.status !== 200) throw new Error(`move to ${to}: ${rs.text}`);
  }
  return id;
}

/** Resolves to {accounts by login, projects, meeting}. */
export async function story(server) {
  const accounts = {};
  for (const [login, role, name] of PEOPLE) accounts[login] = await account(server, login, role, name, role === "expert" ? "运行管理单位" : "望江供电公司");
  const projects = [];
  for (const [title, customer, stage, since, left] of PROJECTS) {
    const id = await project(accounts.shen, title, customer, stage);
    projects.push(id);
    // Made today, it would have come where it is today: days are set back.
    sql(server, `UPDATE project SET stage_on = stage_on - ${since}, due_on = ${left === undefined ? "NULL" : `stage_on + ${left}`} WHERE public_id = '${id}'`);
  }
  const { id: meeting } = await accounts.shen.want(201, "POST", `/projects/${projects[2]}/meetings`, { kind: "review", title: "B 版图纸复核", starts_at: new Date(Date.now() + 600_000).toISOString(), record_auto: false });
  return { accounts, projects, meeting };
}

/** This account in a page of its own, without the page of signing in. */
export async function pageOf(browser, server, who, { width, height, touch = false, language = "zh" }) {
  const context = await browser.createBrowserContext();
  if (who !== undefined) await context.setCookie({ name: "__Host-yj", value: who.token(), domain: new URL(server.url).hostname, path: "/", secure: true, httpOnly: true });
  const page = await context.newPage();
  await page.setViewport({ width, height, hasTouch: touch, isMobile: touch });
  await page.evaluateOnNewDocument((l) => localStorage.setItem("language", l), language);
  page.faults = [];
  page.on("pageerror", (e) => page.faults.push(String(e)));
  return page;
}
