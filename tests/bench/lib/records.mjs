// 100,000 projects and 500,000 meetings: every list, filter, order and search by REST of the running server.
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { member, spread } from "./client.mjs";
import { dice, fill, FIRST, MEETINGS, PROJECTS } from "./fill.mjs";
import { ours } from "./servers.mjs";

const MANAGERS = 50;
const ASKED = 40;

export const databaseOf = (server) => join(dirname(server.recordings), "yunjian.db");
const sql = (db, text) => execFileSync("sqlite3", ["-cmd", ".timeout 20000", db, text], { encoding: "utf8" }).trim();

/** Ours with the whole load in it; {server, manager, supervisor, fill_s}. */
export async function filled(options) {
  const server = await ours(options);
  const manager = await member(server, "manager00", "manager", "经理 0");
  const supervisor = await member(server, "supervisor", "supervisor", "主任");
  const db = databaseOf(server);
  sql(db, `INSERT INTO account(public_id, login, name, role, password, created_at) SELECT lower(hex(randomblob(16))), printf('manager%02d', value), '经理 ' || value, 'manager', '', 0 FROM generate_series(1, ${MANAGERS - 1})`);
  const ids = sql(db, "SELECT id FROM account WHERE role = 'manager' AND login LIKE 'manager%' ORDER BY id").split("\n").map(Number);
  const begun = Date.now();
  await fill(db, ids);
  return { server, manager, supervisor, fill_s: (Date.now() - begun) / 1000 };
}

/** What is asked: [name, path of the n-th time]. */
function questions(roll, some) {
  const word = (list) => encodeURIComponent(list[roll(list.length)]);
  const id = () => some[roll(some.length)];
  return [
    ["newest", () => "/projects"],
    ["newest, a page far down", () => `/projects?cursor=${FIRST + roll(PROJECTS)}`],
    ...["reserve", "construction", "return_visit", "withdrawn"].map((s) => [`stage ${s}`, () => `/projects?stage=${s}&cursor=${FIRST + roll(PROJECTS)}`]),
    ["late", () => "/projects?late=1"],
    ["late, of a stage", () => `/projects?late=1&stage=${["supply_plan", "acceptance", "reserve", "withdrawn"][roll(4)]}`],
    ["open", () => "/projects?open=1"],
    ["due first", () => "/projects?sort=due"],
    ["due first, late", () => "/projects?sort=due&late=1"],
    ["due first, of a stage", () => `/projects?sort=due&stage=${["return_visit", "acceptance", "reserve", "withdrawn"][roll(4)]}`],
    ["one character in every project", () => `/projects?q=${word(["路", "号", "产"])}`],
    ["one character in some", () => `/projects?q=${word(["锦", "许", "螺", "澜"])}`],
    ["one character in none", () => `/projects?q=${word(["龘", "鑫"])}`],
    ["two characters", () => `/projects?q=${word(["公司", "锦澜", "产业", "冷链"])}`],
    ["three characters and more", () => `/projects?q=${word(["产业园", "锦澜精密制造", "数据中心", "有限公司"])}`],
    ["a number", () => `/projects?q=BZ-2024-${String(FIRST + roll(PROJECTS)).padStart(6, "0")}`],
    ["the beginning of every number", () => "/projects?q=BZ-20"],
    ["long and short words", () => `/projects?q=${word(["锦澜 数据中心", "许继 冷链仓储 号", "公司 望江 路", "有限公司 增容"])}`],
    ["words that never meet", () => `/projects?q=${word(["临时用电 配电房新建", "数据中心 冷链仓储"])}`],
    ["a word, of a stage", () => `/projects?q=${word(["公司", "产业园", "号"])}&stage=${["withdrawn", "return_visit"][roll(2)]}`],
    ["a word, late", () => `/projects?q=${word(["公司", "产业园", "号"])}&late=1`],
    ["one project", () => `/projects/${id()}`],
    ["its meetings", () => `/projects/${id()}/meetings`],
    ["all meetings", () => "/meetings"],
    ["meetings to come", () => "/meetings?when=upcoming"],
    ["meetings that were", () => "/meetings?when=past"],
    ["meetings that were cancelled", () => "/meetings?when=cancelled"],
    ["meetings of a kind", () => `/meetings?kind=${["review", "forum"][roll(2)]}`],
    ["meetings of a kind, to come", () => `/meetings?kind=${["survey", "forum"][roll(2)]}&when=upcoming`],
    ["meetings of a kind, that were", () => `/meetings?kind=${["survey", "forum"][roll(2)]}&when=past`],
    ["meetings of a project, by a word", () => `/meetings?project=${id()}&q=${word(["次", "第", "龘"])}`],
    ["meetings by one character", () => `/meetings?q=${word(["锦", "第", "龘"])}`],
    ["meetings by two characters", () => `/meetings?q=${word(["锦澜", "经理", "鑫龘"])}`],
    ["meetings by words", () => `/meetings?q=${word(["锦澜精密制造", "数据中心", "有限公司 经理", "没有这个"])}`],
    ["meetings by words, to come", () => `/meetings?q=${word(["锦澜精密制造", "数据中心", "公司"])}&when=upcoming`],
    ["the audit log", () => "/audit"],
  ];
}

export async function records({ say, quick }) {
  const { server, manager, supervisor, fill_s } = await filled();
  const rows = [];
  try {
    say(`records: filled in ${fill_s.toFixed(0)} s`);
    for (const [who, client] of [["supervisor", supervisor], ["manager", manager]]) {
      const roll = dice(7);
      const page = await client.want(200, "GET", `/projects?cursor=${FIRST + PROJECTS}`);
      const some = page.projects.map((p) => p.id);
      for (const [name, path] of questions(roll, some)) {
        const times = [];
        let missing = false;
        for (let i = 0; i < (quick ? 12 : ASKED) && !missing; i++) {
          const rs = await client.call("GET", path(i));
          missing = rs.status === 404 || rs.status === 403;
          if (!missing && rs.status !== 200) throw new Error(`${name}: ${rs.status}: ${rs.text.slice(0, 200)}`);
          times.push(rs.ms);
        }
        if (!missing) rows.push({ who, name, ...spread(times) });
      }
    }
  } finally {
    manager.close();
    supervisor.close();
    await server.close();
  }
  say(`records: slowest 95th percentile ${Math.max(...rows.map((r) => r.p95)).toFixed(1)} ms`);
  return { projects: PROJECTS, meetings: MEETINGS, managers: MANAGERS, fill_s, rows };
}
