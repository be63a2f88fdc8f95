// A database of the size that the records are made for: 100,000 projects of 50 managers and 500,000 meetings, the same in
// every run. What the product would write, by its own schema, in one go.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, createWriteStream } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PROJECTS = 100_000;
export const MEETINGS = 500_000;
/** Ids begin here: what is there already stays. */
export const FIRST = 1001;
const DAY_MS = 86_400_000;

/** mulberry32: small, and the same everywhere. */
export function dice(seed) {
  let a = seed;
  return (n) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const WORDS = "锦澜 望江 远景 宏达 华泰 新能 东港 恒力 金桥 晨光 启明 鼎盛 中科 海螺 三一 天合 明阳 长风 博世 立讯 歌尔 蓝思 信维 捷普 大族 汇川 台达 正泰 德力西 许继".split(" ");
const TRADES = "精密制造 半导体 新材料 生物医药 数据中心 汽车零部件 光伏组件 储能电池 食品加工 纺织印染 港口物流 冷链仓储 充电站 污水处理 商业综合体".split(" ");
const WORKS = "10 kV 业扩工程|20 kV 新装|35 kV 专线|增容改造|双电源接入|配电房新建|箱变安装|临时用电".split("|");
const STAGES = [["reserve", 30], ["application", 12], ["survey", 10], ["supply_plan", 10], ["drawing_review", 9], ["construction", 10], ["interim_inspection", 3], ["acceptance", 3], ["energization", 2], ["return_visit", 2], ["closed", 8], ["withdrawn", 1]];
const LIMITS = { supply_plan: 28, drawing_review: 28, interim_inspection: 5, acceptance: 9, energization: 9, return_visit: 7 };
const KINDS = ["review", "survey", "acceptance", "forum"];

function stageOf(roll) {
  let at = roll(100);
  for (const [stage, share] of STAGES) if ((at -= share) < 0) return stage;
  return "reserve";
}

const spaced = (text) => [...text].map((c) => `${c.toLowerCase()} `).join("");
const hex = (roll) => Array.from({ length: 4 }, () => roll(2 ** 32).toString(16).padStart(8, "0")).join("");

async function write(file, rows) {
  const out = createWriteStream(file);
  for (const row of rows) if (!out.write(`${row.join("\t")}\n`)) await once(out, "drain");
  out.end();
  await once(out, "close");
}

function* projects(roll, managers, today) {
  for (let id = FIRST; id < FIRST + PROJECTS; id++) {
    const customer = `${WORDS[roll(WORDS.length)]}${TRADES[roll(TRADES.length)]}${["有限公司", "股份有限公司", "集团", "厂"][roll(4)]}`;
    const title = `${customer} ${WORKS[roll(WORKS.length)]}`;
    const number = roll(10) === 0 ? "" : `BZ-20${20 + roll(7)}-${String(id).padStart(6, "0")}`;
    const park = `${WORDS[roll(WORDS.length)]}产业园`;
    const address = `${WORDS[roll(WORDS.length)]}路 ${1 + roll(999)} 号`;
    const stage = stageOf(roll);
    const since = today - roll(60);
    const due = LIMITS[stage] === undefined ? "" : since + LIMITS[stage];
    const text = [number, title, customer, park, address].join("\u0001"); // A line end, for the table's sake.
    yield [id, hex(roll), title, customer, managers[roll(managers.length)], (today - 60 - roll(700)) * DAY_MS, number, park, address, 10_000, 100 + roll(5000), stage, since, due, text, spaced(text)];
  }
}

function* meetings(roll, now) {
  for (let id = FIRST; id < FIRST + MEETINGS; id++) {
    const at = now + (roll(900 * 24) - 800 * 24) * 3_600_000;
    const title = `${WORKS[roll(WORKS.length)]}第 ${1 + roll(9)} 次`;
    const host = `经理 ${roll(50)}`;
    yield [id, hex(roll), FIRST + roll(PROJECTS), KINDS[roll(4)], title, host, at, at < now ? "ended" : "scheduled", at - DAY_MS, at < now ? at + 3_600_000 : "", spaced(`${title} ${host}`)];
  }
}

const SQL = (folder) => `
.bail on
.mode ascii
.separator "\\t" "\\n"
PRAGMA temp_store = FILE;
CREATE TEMP TABLE p(id, public_id, title, customer, manager, made, number, park, address, voltage, capacity, stage, since, due, text, chars);
CREATE TEMP TABLE m(id, public_id, project, kind, title, host, starts, state, made, ended, chars);
CREATE INDEX temp.p_id ON p(id);
.import "${join(folder, "projects.tsv")}" p
.import "${join(folder, "meetings.tsv")}" m
BEGIN IMMEDIATE;
INSERT INTO project(id, public_id, title, customer, manager_id, created_at, number, park, address, voltage_v, capacity_kva, stage, stage_on, due_on)
SELECT CAST(id AS INTEGER), public_id, title, customer, CAST(manager AS INTEGER), CAST(made AS INTEGER), NULLIF(number, ''), park, address, CAST(voltage AS INTEGER), CAST(capacity AS INTEGER), stage, CAST(since AS INTEGER), CAST(NULLIF(due, '') AS INTEGER) FROM p;
INSERT INTO project_text(rowid, text) SELECT CAST(id AS INTEGER), replace(text, char(1), char(10)) FROM p;
INSERT INTO project_chars(rowid, text) SELECT CAST(id AS INTEGER), replace(chars, char(1), char(10)) FROM p;
INSERT INTO meeting(id, public_id, project_id, kind, title, host_name, starts_at, state, created_at, ended_at)
SELECT CAST(id AS INTEGER), public_id, CAST(project AS INTEGER), kind, title, host, CAST(starts AS INTEGER), state, CAST(made AS INTEGER), CAST(NULLIF(ended, '') AS INTEGER) FROM m;
INSERT INTO meeting_text(rowid, text) SELECT CAST(m.id AS INTEGER), m.title || char(10) || m.host || char(10) || p.title || char(10) || p.customer
FROM m JOIN project p ON p.id = CAST(m.project AS INTEGER);
INSERT INTO meeting_chars(rowid, text) SELECT CAST(m.id AS INTEGER), m.chars || ' ' || replace(p.chars, char(1), char(10)) FROM m JOIN p ON p.id = m.project;
COMMIT;
`;

/** @param db an existing database of the product with less than a thousand projects and meetings. @param managers ids of accounts. */
export async function fill(db, managers, now = Date.now()) {
  const folder = mkdtempSync(join(tmpdir(), "yunjian-fill-"));
  const roll = dice(20260318);
  const today = Math.floor((now + 8 * 3_600_000) / DAY_MS);
  try {
    await write(join(folder, "projects.tsv"), projects(roll, managers, today));
    await write(join(folder, "meetings.tsv"), meetings(roll, now));
    const child = spawn("sqlite3", [db], { stdio: ["pipe", "inherit", "pipe"] });
    let why = "";
    child.stderr.on("data", (d) => (why += d));
    child.stdin.end(SQL(folder));
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`the database could not be filled: ${why.slice(0, 500)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
