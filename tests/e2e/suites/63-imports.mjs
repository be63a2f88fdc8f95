// Projects in and out as tables: checked before anything changes, all of it or nothing, in the encodings of Chinese
// spreadsheets.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { account } from "../lib/account.mjs";
import { at, chromium, click, closeBrowser, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Server, until } from "../lib/server.mjs";

const server = new Server();
let manager;
let other;
let supervisor;
let browser;

/** May run beside others. */
export const light = true;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  await server.close();
}

const iconv = (from, to, bytes) => spawnSync("iconv", ["-f", from, "-t", to], { input: bytes }).stdout;
const HEAD = "报装编号,项目名称,客户,园区,容量(kVA),期望送电,阶段,设计单位,设计单位联系人,设计单位电话\r\n";
const upload = (who, bytes, query = "", type = "text/csv") =>
  who.server.request(`/api/v1/imports${query}`, { method: "POST", headers: { cookie: `__Host-yj=${who.token()}`, "content-type": type, "content-length": String(Buffer.byteLength(bytes)) }, body: bytes });
const state = (who, id) => who.want(200, "GET", `/imports/${id}`);
const settled = (who, id) =>
  until(async () => {
    const im = await state(who, id);
    return ["checking", "writing", "undoing"].includes(im.state) ? undefined : im;
  }, 15_000, "the import gets on");
async function sent(who, bytes, query) {
  const rs = await upload(who, bytes, query);
  equal(rs.status, 202, rs.text);
  return settled(who, rs.json().id);
}
const rowsOf = async (who, id) => (await who.want(200, "GET", `/imports/${id}/rows`)).rows.filter((r) => r.row !== undefined);
async function confirmed(who, id) {
  equal((await who.want(202, "POST", `/imports/${id}/confirm`)).state, "writing");
  return settled(who, id);
}
const found = async (who, words) => (await who.want(200, "GET", `/projects?q=${encodeURIComponent(words)}`)).projects;
const same = (got, want) => equal(JSON.stringify(got), JSON.stringify(want));

export const tests = {
  async "a table of GB18030, as spreadsheets in China write it, is checked, confirmed, and there"() {
    await server.start();
    manager = await account(server, "shen", "manager", "沈知远");
    other = await account(server, "zhou", "manager", "周");
    supervisor = await account(server, "sun", "supervisor", "孙");
    const text = `${HEAD}BZ-1,锦澜精密制造 10 kV 业扩工程,锦澜精密制造,望江产业园,"3,200",2027/3/5,设计审图,"甲院\n乙院",张三,021-58880000\r\n,𠀀字号,乙公司,,,,,,,\r\n`;
    const im = await sent(manager, iconv("UTF-8", "GB18030", text), "?name=%E9%A1%B9%E7%9B%AE.csv");
    same([im.state, im.name, im.encoding, im.sure, im.rows], ["checked", "项目.csv", "gb18030", "content", { all: 2, fresh: 2, changed: 0, unchanged: 0, bad: 0 }]);
    equal((await found(manager, "锦澜")).length, 0, "a check changes nothing");
    equal((await confirmed(manager, im.id)).state, "done");
    const [p] = await found(manager, "锦澜");
    same([p.number, p.capacity_kva, p.wanted_on, p.stage, p.manager], ["BZ-1", 3200, "2027-03-05", "drawing_review", "沈知远"]);
    equal((await found(manager, "𠀀")).length, 1, "a character of four bytes");
    equal((await found(manager, "乙院")).length, 1, "by an organisation");
    const page = await manager.want(200, "GET", `/projects/${p.id}`);
    same(page.parties.map((x) => [x.part, x.organisation, x.person]), [["designer", "甲院", "张三"], ["designer", "乙院", ""]]);
    ok(page.parties[0].phone.includes("58880000"), "whole for the manager");
    ok(/^[^*]{1,4}\*{4,}[^*]{1,4}$/.test((await supervisor.want(200, "GET", `/projects/${p.id}`)).parties[0].phone), "masked for others");
  },

  async "every bad row is named, with its column and why; and nothing can be confirmed"() {
    const im = await sent(manager, `${HEAD}BZ-1,x,c,,,,施工,,,\r\nBZ-2,,c,,12 34,2027/2/30,,,,\r\nBZ-2,y,c,,,,,,张三,1\r\nBZ-9,fine,c,,,,,,,\r\n`);
    same([im.rows.bad, im.rows.fresh], [3, 1]);
    const rows = await rowsOf(manager, im.id);
    same(rows.map((r) => [r.row, ...r.faults.map((f) => `${f.column} ${f.why} ${f.value}`)]), [
      [2, "stage stage 施工"],
      [3, "title missing ", "capacity_kva number 12 34", "wanted_on day 2027/2/30"],
      [4, "number twice BZ-2", "designer_phone phone 1", "designer nobody "],
    ]);
    equal(rows[2].faults[0].about, 3, "the row where it stands first");
    equal((await manager.call("POST", `/imports/${im.id}/confirm`)).status, 409);
    equal((await upload(manager, "x")).status, 409, "one at a time");
    equal((await manager.call("DELETE", `/imports/${im.id}`)).status, 202);
    equal((await state(manager, im.id)).state, "cancelled");
    equal((await found(manager, "fine")).length, 0);
  },

  async "numbers that exist are changes, shown before and after; or are refused"() {
    const text = "编号,名称,客户,容量\nBZ-1,锦澜精密制造 10 kV 业扩工程,锦澜精密制造,4000\n";
    const refused = await sent(manager, text, "?existing=refuse");
    same([refused.rows.bad, (await rowsOf(manager, refused.id))[0].faults[0].why], [1, "exists"]);
    await manager.want(202, "DELETE", `/imports/${refused.id}`);
    const im = await sent(manager, text);
    same([im.rows.changed, im.rows.bad], [1, 0]);
    same((await rowsOf(manager, im.id))[0].changes, [{ column: "capacity_kva", before: ["3200", "3200"], after: ["4000", "4000"] }]);
    equal((await confirmed(manager, im.id)).state, "done");
    equal((await found(manager, "锦澜"))[0].capacity_kva, 4000);
    const foreign = await sent(other, text);
    same([foreign.rows.bad, (await rowsOf(other, foreign.id))[0].faults[0].why], [1, "foreign"]);
    await other.want(202, "DELETE", `/imports/${foreign.id}`);
  },

  async "what somebody changed since the check ends the import, and nothing of it is there"() {
    const im = await sent(manager, "编号,名称,客户,容量\nBZ-1,锦澜精密制造 10 kV 业扩工程,锦澜精密制造,5000\nBZ-3,neu eins,c,1\n");
    const [p] = await found(manager, "锦澜");
    const move = await manager.call("POST", `/projects/${p.id}/moves`, { to: "construction" }, { "if-match": `"${p.version}"` });
    equal(move.status, 200, move.text);
    const end = await confirmed(manager, im.id);
    same([end.state, end.reason], ["failed", "overtaken"]);
    equal((await found(manager, "neu eins")).length, 0);
    equal((await found(manager, "锦澜"))[0].capacity_kva, 4000);
  },

  async "what is exported can be imported again without a change, in both encodings and languages"() {
    await manager.want(201, "POST", "/projects", { title: "=1+1", customer: "@甲", number: "-7", address: "一\n二", parties: [{ part: "contractor", organisation: "'丙", person: "李\"四", phone: "+86 21 5888" }] });
    for (const encoding of ["utf-8", "gb18030"])
      for (const language of ["zh", "en"]) {
        const rs = await manager.call("GET", `/projects.csv?encoding=${encoding}&language=${language}`);
        equal(rs.status, 200, rs.text);
        ok(rs.headers["content-disposition"].startsWith("attachment"), rs.headers["content-disposition"]);
        const text = encoding === "utf-8" ? rs.text : iconv("GB18030", "UTF-8", rs.data).toString();
        equal(text.charCodeAt(0) === 0xfeff, encoding === "utf-8", "a mark");
        ok(!/(^|,|\n)"?[=@+-]/.test(text), `no formula: ${text}`);
        ok(text.includes("𠀀") && text.includes(language === "zh" ? "工程施工" : "construction"), text);
        const im = await sent(manager, rs.data);
        same([im.encoding, im.rows.bad, im.rows.changed], [encoding, 0, 0]);
        equal(im.rows.unchanged, 2, "those with a number; one has none and would be new");
        await manager.want(202, "DELETE", `/imports/${im.id}`);
      }
    const some = await manager.call("GET", `/projects.csv?stage=construction`);
    equal(some.text.trim().split("\r\n").length, 2, "only what the filter leaves");
    equal((await supervisor.call("GET", "/projects.csv")).text.includes("58880000"), false, "no number for who only reads");
    equal((await other.call("GET", "/projects.csv")).text.trim().split("\r\n").length, 1, "nobody else's");
  },

  async "a table of several thousand rows is there all at once, or taken back when cancelled"() {
    const big = (tag) => `编号,名称,客户\n${Array.from({ length: 4000 }, (_, i) => `${tag}-${i},${tag} 批量 ${i},客户 ${i}`).join("\n")}\n`;
    const im = await sent(manager, big("C"));
    equal(im.rows.fresh, 4000);
    await manager.want(202, "POST", `/imports/${im.id}/confirm`);
    await until(async () => (await state(manager, im.id)).done_rows > 300, 10_000, "under way");
    equal((await found(manager, "C 批量")).length, 0, "nothing is seen yet");
    await manager.want(202, "DELETE", `/imports/${im.id}`);
    equal((await settled(manager, im.id)).state, "cancelled");
    equal((await found(manager, "C 批量")).length, 0);
    equal((await confirmed(manager, (await sent(manager, big("D"))).id)).state, "done");
    equal((await found(manager, "D 批量 3999")).length, 1);
  },

  async "what is no table, too large, or not allowed is refused"() {
    equal((await upload(supervisor, HEAD)).status, 403, "a supervisor");
    equal((await upload(manager, HEAD, "", "application/json")).status, 415, "another type");
    equal((await upload(manager, HEAD, "?existing=perhaps")).status, 400);
    equal((await manager.call("GET", "/projects.csv?encoding=latin1")).status, 400);
    const large = await upload(manager, Buffer.alloc((64 << 20) + 1, 97)).catch((e) => ({ status: e.code }));
    ok([413, "ECONNRESET", "EPIPE"].includes(large.status), large.status);
    const im = await sent(manager, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 255, 254, 10, 0]));
    ok(im.rows.bad > 0, "a picture");
    equal((await other.call("GET", `/imports/${im.id}`)).status, 404, "somebody else's");
    await manager.want(202, "DELETE", `/imports/${im.id}`);
  },

  async "on the page: a file is chosen, its problems are named, a better one is confirmed, and its projects are there"() {
    browser = await chromium();
    const page = await browser.newPage();
    await page.setViewport({ width: 390, height: 844 });
    await page.goto(`${server.url}/login?to=/projects`);
    await type(page, "login", "shen");
    await type(page, "password", manager.password);
    await click(page, "sign-in");
    await page.waitForSelector(at("project-import"));
    await click(page, "project-import");
    const choose = async (name, text) => {
      const file = join(server.folder, name);
      writeFileSync(file, text);
      await page.waitForSelector(at("import-file"));
      await (await page.$(at("import-file"))).uploadFile(file);
      await click(page, "import-check");
    };
    await choose("bad.csv", "编号,名称,客户,容量\nP-1,,甲,12 34\n");
    await page.waitForSelector(at("import-problems"));
    const said = await page.$eval(at("import-problems"), (e) => e.textContent);
    ok(said.includes("必须填写") && said.includes("12 34") && said.includes("不是数字"), said);
    equal(await page.$eval(at("import-confirm"), (e) => e.disabled), true, "nothing to confirm");
    await click(page, "import-cancel");
    await choose("good.csv", iconv("UTF-8", "GB18030", "编号,名称,客户\nP-1,页面导入的,甲\nBZ-1,改了名字,锦澜精密制造\n"));
    await page.waitForSelector(at("import-changes"));
    ok((await page.$eval(at("import-changes"), (e) => e.textContent)).includes("改了名字"), "what changes is shown");
    await click(page, "import-confirm");
    await page.waitForSelector(at("import-done"), { timeout: 15_000 });
    equal((await found(manager, "页面导入的")).length, 1);
    equal((await found(manager, "改了名字")).length, 1);
    await page.goto(`${server.url}/projects?q=P-1`);
    await page.waitForSelector(at("project-export"));
    await click(page, "project-export");
    const link = await page.$eval(at("export-go"), (e) => e.getAttribute("href"));
    const rs = await manager.call("GET", link.replace("/api/v1", ""));
    equal(rs.text.trim().split("\r\n").length, 2, "what the list shows");
  },
};
