// Documents: resumable uploads by tus 1.0.0 point by point, what is refused, quotas, rights, the scanner, the page.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { account, meetingOf } from "../lib/account.mjs";
import { at, chromium, click, closeBrowser, type } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Line } from "../lib/line.mjs";
import { redeem, secretOf } from "../lib/person.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { Tus, pdf, sha256 } from "../lib/tus.mjs";

const server = new Server({ env: { YUNJIAN_UPLOAD_MIB: "64", YUNJIAN_PROJECT_MIB: "80", YUNJIAN_DISK_RESERVE_MIB: "0" } });
const scanned = new Server();
scanned.env.YUNJIAN_CLAMD_SOCKET = join(scanned.folder, "clamd");
/** The harmless file by which scanners are tried, in two pieces, so that none finds it here. */
const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EI", "CAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

/** A peer that speaks INSTREAM as clamd(8) has it: chunks with their length before them, one answer. It knows one virus. */
function scanner(path) {
  const seen = [];
  const peer = createServer((c) => {
    let data = Buffer.alloc(0);
    c.on("error", () => undefined);
    c.on("data", (d) => {
      data = Buffer.concat([data, d]);
      const parts = [];
      let at = data.indexOf(0) + 1;
      if (at === 0 || data.subarray(0, at - 1).toString() !== "zINSTREAM") return;
      for (;;) {
        if (data.length < at + 4) return;
        const n = data.readUInt32BE(at);
        if (n === 0) break;
        if (data.length < at + 4 + n) return;
        parts.push(data.subarray(at + 4, at + 4 + n));
        at += 4 + n;
      }
      const file = Buffer.concat(parts);
      seen.push(sha256(file));
      c.end(`stream: ${file.includes(EICAR) ? "Eicar-Test-Signature FOUND" : "OK"}\0`);
    });
  });
  peer.listen(path);
  return { seen, stop: () => peer.close() };
}
let a;
let tus;
let guest;
let of;
let big;
let clamd;
let browser;
let page;
let line;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** May run beside others. */
export const light = true;

export async function close() {
  if (browser !== undefined) await closeBrowser(browser);
  line?.close();
  await server.close();
  await scanned.close();
  if (clamd !== undefined) clamd.stop();
}

const parts = (s = server) => readdirSync(join(s.env.YUNJIAN_DATA, "uploads"));
const audit = async (object) => (await a.want(200, "GET", `/audit?object=${object}`)).entries.map((e) => `${e.what} ${e.detail}`);

export const tests = {
  async "OPTIONS says what is spoken, and another version is refused with 412"() {
    await server.start();
    a = await account(server, "shen", "manager", "沈知远");
    of = await meetingOf(a, "锦澜 10 kV");
    tus = new Tus(server, a.token());
    const said = await server.request(`/api/v1/projects/${of.project}/uploads`, { method: "OPTIONS" });
    equal(said.status, 204);
    equal(said.headers["tus-version"], "1.0.0");
    equal(said.headers["tus-extension"], "creation,termination,checksum,expiration");
    equal(said.headers["tus-checksum-algorithm"], "sha1,sha256");
    equal(said.headers["tus-max-size"], String(64 << 20));
    for (const v of [undefined, "0.2.2"]) {
      const headers = { cookie: `__Host-yj=${a.token()}`, "upload-length": "5", "upload-metadata": "filename YS5wZGY=", ...(v === undefined ? {} : { "tus-resumable": v }) };
      const rs = await server.request(`/api/v1/projects/${of.project}/uploads`, { method: "POST", headers });
      equal(rs.status, 412, `version ${v}`);
      equal(rs.headers["tus-version"], "1.0.0");
      equal(rs.headers["tus-resumable"], "1.0.0");
    }
  },

  async "creation: what must be said, and what is told"() {
    const rs = await tus.create(`projects/${of.project}`, "一次图.pdf", 1000);
    equal(rs.status, 201);
    ok(/^\/api\/v1\/uploads\/[0-9a-f]{32}$/.test(rs.headers.location), rs.headers.location);
    ok(Date.parse(rs.headers["upload-expires"]) > Date.now() + 23 * 3_600_000, rs.headers["upload-expires"]);
    const head = await tus.head(rs.headers.location);
    equal([head.status, head.headers["upload-offset"], head.headers["upload-length"], head.headers["cache-control"]].join(), "200,0,1000,no-store");
    equal((await tus.documents(`projects/${of.project}`)).documents.length, 0, "nothing is visible");
    const to = `/api/v1/projects/${of.project}/uploads`;
    const name = "filename YS5wZGY=";
    for (const [headers, status] of [
      [{ "upload-metadata": name }, 400],
      [{ "upload-length": "-1", "upload-metadata": name }, 400],
      [{ "upload-length": "0", "upload-metadata": name }, 400],
      [{ "upload-length": "5" }, 400],
      [{ "upload-length": "5", "upload-metadata": "filename YS5wZGY" }, 400],
      [{ "upload-length": "5", "upload-metadata": `${name},kind ${btoa("weapon")}` }, 400],
      [{ "upload-defer-length": "1", "upload-metadata": name }, 400],
      [{ "upload-length": String((64 << 20) + 1), "upload-metadata": name }, 413],
    ])
      equal((await tus.ask("POST", to, headers)).status, status, JSON.stringify(headers));
    const gone = await tus.ask("DELETE", rs.headers.location);
    equal(gone.status, 204, "termination");
    equal((await tus.head(rs.headers.location)).status, 410);
    equal((await tus.patch(rs.headers.location, 0, pdf(10))).status, 410);
  },

  async "60 MB over a connection that is cut off: resumed at what was acknowledged, and the download is the same"(note) {
    big = pdf(60 << 20);
    const made = await tus.create(`projects/${of.project}`, "总平面 (终版).pdf", big.length, { title: "总平面图", kind: "plan" });
    const at = made.headers.location;
    await tus.cut(at, 0, big, 23 << 20);
    const first = await tus.offset(at);
    ok(first > 20 << 20 && first <= 23 << 20, `offset ${first}`);
    equal((await tus.documents(`projects/${of.project}`)).documents.length, 0, "a broken upload leaves nothing visible");
    equal((await tus.patch(at, first - 1, big.subarray(first - 1, first))).status, 409, "a wrong offset");
    equal((await tus.patch(at, first, big.subarray(0, 10), { "content-type": "application/octet-stream" })).status, 415, "a wrong type");
    equal((await tus.ask("PATCH", at, { "content-type": "application/offset+octet-stream" }, big.subarray(0, 10))).status, 400, "no offset");
    await tus.cut(at, first, big.subarray(first), 9 << 20);
    const second = await tus.offset(at);
    ok(second > first, `${second} after ${first}`);
    const started = Date.now();
    const rs = await tus.patch(at, second, big.subarray(second));
    equal(rs.status, 204, rs.text);
    equal(rs.headers["upload-offset"], String(big.length));
    note(`${((big.length - second) / 1048576).toFixed(0)} MiB and their digest in ${Date.now() - started} ms`);
    const { documents } = await tus.documents(`projects/${of.project}`);
    equal(documents.length, 1);
    const d = documents[0];
    equal([d.id, d.title, d.kind, d.latest.name, d.latest.type, d.latest.bytes, d.latest.sha256, d.latest.uploaded_by].join("|"),
      [rs.headers["upload-document"], "总平面图", "plan", "总平面 (终版).pdf", "pdf", big.length, sha256(big), "沈知远"].join("|"));
    const got = await tus.content(d.id, 1);
    equal(got.status, 200);
    equal(sha256(got.data), sha256(big), "the bytes");
    equal(got.headers["content-disposition"], "attachment; filename=\"document.pdf\"; filename*=UTF-8''%E6%80%BB%E5%B9%B3%E9%9D%A2%20%28%E7%BB%88%E7%89%88%29.pdf");
    ok(got.headers["content-security-policy"].includes("sandbox") && got.headers["x-content-type-options"] === "nosniff", "kept apart");
    equal(got.headers["content-type"], "application/octet-stream", "nothing that a browser would show");
    const piece = await tus.content(d.id, 1, { range: "bytes=1000-1999" });
    equal(piece.status, 206);
    ok(piece.data.equals(big.subarray(1000, 2000)), "a range");
    const head = await tus.head(at);
    equal([head.status, head.headers["upload-offset"], head.headers["upload-document"]].join(), `200,${big.length},${d.id}`, "asked again, it says what became of it");
    equal((await tus.patch(at, big.length, Buffer.alloc(0))).status, 410, "over");
    equal(parts().length, 0, "nothing is left behind");
    const lines = await audit(d.id);
    equal(lines.filter((l) => l.startsWith("document.download")).length, 1, `pieces of one fetch are one line: ${lines}`);
    ok(lines.some((l) => l.startsWith("document.add 1 总平面") && l.endsWith(sha256(big))), lines.join("; "));
  },

  async "a checksum that does not fit leaves the part out, also when the connection breaks; one that fits counts"() {
    const body = pdf(300_000);
    const made = await tus.create(`projects/${of.project}`, "c.pdf", body.length);
    const at = made.headers.location;
    const sum = (algorithm, data) => ({ "upload-checksum": `${algorithm} ${createHash(algorithm).update(data).digest("base64")}` });
    equal((await tus.patch(at, 0, body.subarray(0, 1000), sum("sha1", body.subarray(0, 999)))).status, 460);
    equal(await tus.offset(at), 0);
    equal((await tus.patch(at, 0, body.subarray(0, 1000), { "upload-checksum": "md5 XrY7u+Ae7tCTyyK7j1rNww==" })).status, 400);
    equal((await tus.patch(at, 0, body.subarray(0, 1000), sum("sha1", body.subarray(0, 1000)))).status, 204);
    await tus.cut(at, 1000, body.subarray(1000), 200_000, { headers: sum("sha256", body.subarray(1000)) });
    equal(await tus.offset(at), 1000, "half of it cannot be checked, and does not count");
    await tus.cut(at, 1000, body.subarray(1000), 200_000);
    const offset = await tus.offset(at);
    ok(offset > 1000, "without a checksum what came is kept");
    equal((await tus.patch(at, offset, body.subarray(offset), sum("sha256", body.subarray(offset)))).status, 204);
  },

  async "refused by content, whatever the name says; told by the first bytes, and nothing stays"() {
    const before = (await tus.documents(`projects/${of.project}`)).documents.length;
    for (const [name, body, status] of [
      ["图.pdf", Buffer.from("<!DOCTYPE html><script>alert(1)</script>"), 415],
      ["图.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415],
      ["run.pdf", Buffer.concat([Buffer.from("MZ"), Buffer.alloc(5000)]), 415],
      ["half.docx", Buffer.from("PK\u0003\u0004 and no more"), 415],
      ["noise.dwg", Buffer.alloc(5000, 7), 415],
    ]) {
      const rs = await tus.put(`projects/${of.project}`, name, body);
      equal(rs.status, status, `${name}: ${rs.text}`);
      ok(rs.json().detail.length > 10 && rs.json().refused !== undefined, rs.text);
    }
    const made = await tus.create(`projects/${of.project}`, "big.exe", 8 << 20);
    const rs = await tus.patch(made.headers.location, 0, Buffer.concat([Buffer.from("MZ"), Buffer.alloc((2 << 20) - 2)]));
    equal(rs.status, 415, "a program is told by the first piece of it");
    await until(async () => (await tus.head(made.headers.location)).status === 410, 3000, "it is over");
    await until(() => parts().length === 0, 5000, "what came of it is removed");
    equal((await tus.documents(`projects/${of.project}`)).documents.length, before, "none of them is visible");
  },

  async "revisions: numbered, the same bytes are told, none is overwritten; withdrawn and taken up again"() {
    const one = pdf(5000);
    const two = pdf(6000);
    const d = await tus.want(`projects/${of.project}`, "一次图.pdf", one);
    const again = await tus.put(`documents/${d.document}`, "一次图.pdf", one);
    equal(again.status, 422, again.text);
    equal(again.json().revision, 1);
    const next = await tus.want(`documents/${d.document}`, "一次图 v2.pdf", two);
    equal([next.document, next.revision].join(), `${d.document},2`);
    const copy = await tus.want(`projects/${of.project}`, "copy.pdf", two);
    equal(copy.headers["upload-same-as"], d.document, "elsewhere it is told");
    const page = await a.want(200, "GET", `/documents/${d.document}`);
    equal(page.history.map((r) => `${r.number} ${r.name} ${r.sha256}`).join(), [`2 一次图 v2.pdf ${sha256(two)}`, `1 一次图.pdf ${sha256(one)}`].join());
    ok((await tus.content(d.document, 1)).data.equals(one), "the first is as it was");
    const change = (path, version, body, method = "POST") => a.call(method, `/documents/${d.document}${path}`, body, { "if-match": `"${version}"` });
    equal((await a.call("POST", `/documents/${d.document}/withdraw`, { reason: "x" })).status, 428);
    const renamed = await change("", page.version, { title: "电气一次主接线图", kind: "drawing" }, "PUT");
    equal(renamed.status, 200, renamed.text);
    const stale = await change("/withdraw", page.version, { reason: "x" });
    equal(stale.status, 412);
    equal(stale.json().current.title, "电气一次主接线图", "both versions are told");
    const gone = await change("/withdraw", renamed.json().version, { reason: "图纸作废" });
    equal(gone.json().withdrawn.reason, "图纸作废");
    equal((await tus.create(`documents/${d.document}`, "x.pdf", 10)).status, 410, "no revision of what is withdrawn");
    const back = await a.call("POST", `/documents/${d.document}/restore`, undefined, { "if-match": `"${gone.json().version}"` });
    equal(back.json().withdrawn, null);
    const said = (await audit(d.document)).map((l) => l.split(" ")[0]).reverse().join();
    ok(said.includes("document.add,document.revise") && said.includes("document.edit,document.withdraw,document.restore"), said);
  },

  async "quotas: of a file, of a project, with what is on its way"() {
    const { limits } = await tus.documents(`projects/${of.project}`);
    const left = limits.project_bytes - limits.project_used;
    ok(left > 1 << 20 && left < 64 << 20, `left ${left}`);
    const half = await tus.create(`projects/${of.project}`, "a.pdf", left - 1000);
    equal(half.status, 201, half.text);
    const over = await tus.create(`projects/${of.project}`, "b.pdf", 2000);
    equal(over.status, 413);
    equal(over.json().quota, "project");
    ok(over.json().detail.includes("80 MiB"), over.text);
    equal((await tus.ask("DELETE", half.headers.location)).status, 204);
    equal((await tus.create(`projects/${of.project}`, "b.pdf", 2000)).status, 201, "given back");
  },

  async "rights: a guest uploads to the meeting and sees what is linked to it, and nothing else"() {
    const { url } = await a.want(201, "POST", `/meetings/${of.meeting}/invitations`, { role: "designer", name: "", organisation: "" });
    guest = new Tus(server, (await redeem(server, url, "陈立")).token);
    const other = await meetingOf(a, "另一个");
    const hidden = (await tus.documents(`projects/${of.project}`)).documents[0].id;
    equal((await guest.create(`projects/${of.project}`, "x.pdf", 10)).status, 404, "the project is not his");
    equal((await guest.create(`meetings/${other.meeting}`, "x.pdf", 10)).status, 404, "nor is another meeting");
    equal((await guest.content(hidden, 1)).status, 404, "nor what is not linked");
    equal((await guest.documents(`meetings/${of.meeting}`)).documents.length, 0);
    const body = pdf(40_000);
    const d = await guest.want(`meetings/${of.meeting}`, "答复.pdf", body);
    const list = await guest.documents(`meetings/${of.meeting}`);
    equal(list.documents.map((x) => `${x.id} ${x.latest.uploaded_by} ${x.latest.role}`).join(), `${d.document} 陈立 designer`);
    ok((await guest.content(d.document, 1)).data.equals(body), "read by who wrote it");
    equal((await guest.create(`documents/${d.document}`, "v2.pdf", 10)).status, 403, "a revision takes a project link");
    equal((await tus.documents(`meetings/${of.meeting}`)).documents.length, 1, "and by the manager");
    const made = await guest.create(`meetings/${of.meeting}`, "y.pdf", 100);
    for (const who of [tus, new Tus(server, undefined)]) {
      const rs = await who.head(made.headers.location);
      ok([401, 404].includes(rs.status), `another's upload: ${rs.status}`);
      ok([401, 404].includes((await who.patch(made.headers.location, 0, pdf(100))).status), "nor written to");
    }
    equal(await guest.offset(made.headers.location), 0);
  },

  async "a designer comes back by a project link: a revision, cut off and resumed, seen; nobody else's, and over with the link"() {
    const linked = async (project, name) => {
      const { id, url } = await a.want(201, "POST", `/projects/${project}/links`, { name, role: "designer", phone: "13812345678" });
      const enter = async () => {
        const rs = await server.post("/api/v1/links/redeem", { secret: secretOf(url), name, organisation: "华东设计院" });
        equal(rs.status, 201, rs.text);
        return new Tus(server, rs.json().token);
      };
      return { id, enter, tus: await enter() };
    };
    const zhou = await linked(of.project, "周工");
    const wu = await linked(of.project, "吴工");
    const far = await linked((await meetingOf(a, "别的项目")).project, "郑工");
    const first = pdf(20_000);
    const { document } = await tus.want(`projects/${of.project}`, "主接线.pdf", first);
    const seen = async (who) => {
      const rs = await who.ask("GET", "/api/v1/link/documents");
      equal(rs.status, 200, rs.text);
      return rs.json();
    };
    const { rights, documents } = await seen(zhou.tus);
    equal(Object.entries(rights).filter(([, may]) => may).map(([k]) => k).join(), "revise", "of the project's documents it may make revisions");
    equal(documents.find((d) => d.id === document).latest.number, 1);
    ok(!(await seen(far.tus)).documents.some((d) => d.id === document), "another project's link does not name it");
    equal((await zhou.tus.create(`projects/${of.project}`, "x.pdf", 10)).status, 403, "nothing but revisions");
    equal((await zhou.tus.content(document, 1)).status, 403, "and no reading");
    equal((await far.tus.create(`documents/${document}`, "x.pdf", 10)).status, 404, "another project's link");

    const body = pdf(3 << 20);
    const made = await zhou.tus.create(`documents/${document}`, "主接线 v2.pdf", body.length);
    equal(made.status, 201, made.text);
    const at = made.headers.location;
    ok(at.startsWith(`/api/v1/documents/${document}/uploads/`), at);
    equal((await zhou.tus.ask("OPTIONS", at)).status, 204);
    await zhou.tus.cut(at, 0, body, 1 << 20);
    for (const [who, status] of [[wu.tus, 404], [far.tus, 404], [tus, 404], [new Tus(server, undefined), 401]]) {
      equal((await who.head(at)).status, status, "another's");
      equal((await who.patch(at, 1 << 20, body.subarray(1 << 20))).status, status, "nor written to");
      equal((await who.ask("DELETE", at)).status, status, "nor ended");
    }
    const upload = at.split("/").at(-1);
    equal((await zhou.tus.head(`/api/v1/uploads/${upload}`)).status, 403, "the path of new documents is not its");
    equal((await zhou.tus.head(`/api/v1/documents/${documents.find((d) => d.id !== document).id}/uploads/${upload}`)).status, 404, "nor another document's");
    /* The same person on another day: another session of the same link goes on. */
    const again = await zhou.enter();
    const offset = await again.offset(at);
    ok(offset > 500_000 && offset <= 1 << 20, `offset ${offset}`);
    const rs = await again.patch(at, offset, body.subarray(offset));
    equal([rs.status, rs.headers["upload-document"], rs.headers["upload-revision"]].join(), `204,${document},2`, rs.text);
    const now = (await seen(zhou.tus)).documents.find((d) => d.id === document).latest;
    equal([now.number, now.name, now.uploaded_by, now.role, now.sha256].join(), [2, "主接线 v2.pdf", "周工", "designer", sha256(body)].join());
    ok((await tus.content(document, 2)).data.equals(body), "and the manager reads it");
    ok((await audit(document)).some((l) => l.startsWith("document.revise 2 ")), "on record");

    const other = await zhou.tus.create(`documents/${document}`, "x.pdf", 100);
    equal((await zhou.tus.ask("DELETE", other.headers.location)).status, 204, "given up by who began it");
    equal((await zhou.tus.head(other.headers.location)).status, 410);

    /* The link is taken back while bytes come: the connection is let go, and the upload is no more. */
    const last = pdf(2 << 20);
    const begun = (await zhou.tus.create(`documents/${document}`, "主接线 v3.pdf", last.length)).headers.location;
    const used = async () => (await tus.documents(`projects/${of.project}`)).documents.find((d) => d.id === document).latest.number;
    const started = Date.now();
    const slow = zhou.tus.cut(begun, 0, last, 1 << 20, { pause: 8000 });
    await sleep(300);
    await a.want(204, "POST", `/projects/${of.project}/links/${zhou.id}/revoke`);
    await slow;
    ok(Date.now() - started < 5000, `let go after ${Date.now() - started} ms`);
    for (const who of [zhou.tus, again]) {
      equal((await who.head(begun)).status, 401, "the session is over");
      equal((await who.patch(begun, 1 << 20, last.subarray(1 << 20))).status, 401);
      equal((await who.ask("DELETE", begun)).status, 401);
      equal((await who.create(`documents/${document}`, "x.pdf", 10)).status, 401);
    }
    await until(() => !existsSync(join(server.env.YUNJIAN_DATA, "uploads", begun.split("/").at(-1))), 5000, "what came of it is removed");
    equal(await used(), 2, "and no revision");
    equal((await wu.tus.create(`documents/${document}`, "x.pdf", 10)).status, 201, "another person's link is as it was");
  },

  async "a guest who comes in again by the same invitation goes on with an upload; by another one not"() {
    const invite = async () => (await a.want(201, "POST", `/meetings/${of.meeting}/invitations`, { role: "designer", name: "", organisation: "" })).url;
    const url = await invite();
    const enter = async (by) => new Tus(server, (await redeem(server, by, "陈立")).token);
    const before = await enter(url);
    const body = pdf(200_000);
    const at = (await before.create(`meetings/${of.meeting}`, "现场.pdf", body.length)).headers.location;
    equal((await before.patch(at, 0, body.subarray(0, 90_000))).status, 204);
    const stranger = await enter(await invite());
    equal((await stranger.head(at)).status, 404, "another invitation");
    const after = await enter(url);
    equal(await after.offset(at), 90_000);
    const rs = await after.patch(at, 90_000, body.subarray(90_000));
    equal(rs.status, 204, rs.text);
    ok((await tus.content(rs.headers["upload-document"], 1)).data.equals(body), "whole");
  },

  async "several at once, slow ones among them, hold up nobody; who comes anew takes over from a dead connection"() {
    const bodies = [1, 2, 3, 4].map(() => pdf(1 << 20));
    const made = await Promise.all(bodies.map((b, i) => guest.create(`meetings/${of.meeting}`, `n${i}.pdf`, b.length)));
    const at = made.map((m) => m.headers.location);
    const slow = guest.cut(at[0], 0, bodies[0], 200_000, { pause: 1500 });
    await sleep(200);
    const started = Date.now();
    const done = await Promise.all([1, 2, 3].map((i) => guest.patch(at[i], 0, bodies[i])));
    equal(done.map((r) => r.status).join(), "204,204,204");
    ok(Date.now() - started < 3000, `${Date.now() - started} ms`);
    equal((await guest.head(at[0])).status, 423, "its bytes still come");
    const offset = await until(async () => {
      const rs = await guest.head(at[0]);
      return rs.status === 200 && { bytes: Number(rs.headers["upload-offset"]) };
    }, 3000, "the old connection is let go");
    ok(offset.bytes >= 190_000 && offset.bytes <= 200_000, `offset ${offset.bytes}`);
    equal((await guest.patch(at[0], offset.bytes, bodies[0].subarray(offset.bytes))).status, 204);
    await slow;
  },

  async "the virus scanner: who waits for it cannot be fetched, a clean one can, an infected one is shut away and told"() {
    await scanned.start();
    const b = await account(scanned, "shen", "manager", "沈知远");
    const { project } = await meetingOf(b);
    const t = new Tus(scanned, b.token());
    const body = pdf(700_000);
    const clean = await t.want(`projects/${project}`, "图.pdf", body);
    const bad = await t.want(`projects/${project}`, "清单.txt", Buffer.from(EICAR));
    const states = async () => (await t.documents(`projects/${project}`)).documents.map((d) => d.latest.scan).join();
    equal(await states(), "waiting,waiting", "the scanner cannot be reached");
    equal((await t.content(clean.document, 1)).status, 409);
    clamd = scanner(scanned.env.YUNJIAN_CLAMD_SOCKET);
    await until(async () => (await states()) === "infected,clean", 12_000, "tried again, and scanned");
    ok(clamd.seen.includes(sha256(body)), "it was given just these bytes");
    ok((await t.content(clean.document, 1)).data.equals(body), "the clean one");
    const shut = await t.content(bad.document, 1);
    equal(shut.status, 403);
    ok(shut.json().detail.includes("virus scanner"), shut.text);
    const { documents } = await t.documents(`projects/${project}`);
    equal(documents[0].latest.finding, "Eicar-Test-Signature");
    const folder = join(scanned.env.YUNJIAN_DATA, "documents");
    equal(readdirSync(join(folder, "quarantine")).length, 1, "put away");
    const next = await t.want(`documents/${clean.document}`, "图 v2.pdf", pdf(1000));
    await until(async () => (await t.content(next.document, 2)).status === 200, 3000, "the next one is scanned at once");
    ok((await b.want(200, "GET", `/audit?object=${bad.document}`)).entries.some((e) => e.what === "document.scan" && e.who === "clamd" && e.detail === "Eicar-Test-Signature"), "on record");
    ok(existsSync(join(folder, "quarantine")), "kept");
  },

  async "a scanner that hangs does not hold up the server's stop"(note) {
    clamd.stop();
    rmSync(scanned.env.YUNJIAN_CLAMD_SOCKET, { force: true });
    let asked = 0;
    const held = new Set();
    const peer = createServer((c) => {
      c.on("error", () => undefined);
      c.on("data", () => asked++); /* and never a word */
      held.add(c);
    });
    await new Promise((done) => peer.listen(scanned.env.YUNJIAN_CLAMD_SOCKET, done));
    const b = await account(scanned, "lu", "manager");
    await new Tus(scanned, b.token()).want(`projects/${(await meetingOf(b)).project}`, "x.pdf", pdf(5000));
    await until(() => asked > 0, 8000, "it is being scanned");
    const started = Date.now();
    await scanned.stop();
    const took = Date.now() - started;
    for (const c of held) c.destroy();
    peer.close();
    note(`stopped after ${took} ms`);
    ok(took < 5000, `stopped after ${took} ms`);
  },

  async "the page: several files by button, a loss of the network, pause, and the list that shows who and what"() {
    const folder = join(server.folder, "files");
    mkdirSync(folder, { recursive: true });
    const file = (name, body) => {
      writeFileSync(join(folder, name), body);
      return join(folder, name);
    };
    const project = (await a.want(201, "POST", "/projects", { title: "望江 10 kV", customer: "锦澜" })).id;
    browser = await chromium();
    page = await browser.newPage();
    line = await new Line(server.port, 4 << 20).open();
    await page.goto(`https://127.0.0.1:${line.port}/login?to=/projects/${project}`);
    await type(page, "login", "shen");
    await type(page, "password", a.password);
    await click(page, "sign-in");
    await page.waitForSelector(at("document-upload"));
    ok((await page.$eval(at("documents"), (e) => e.textContent)).includes("把文件拖进来"), "the empty list says what to do");
    const small = pdf(30_000);
    const large = pdf(12 << 20);
    await (await page.$(at("document-upload"))).uploadFile(file("平面.pdf", small), file("一次图.pdf", large), file("网页.pdf", "<html>"));
    await until(() => page.$$eval(at("document"), (l) => l.length === 1), 5000, "the small one is there");
    equal(await page.$eval(at("upload-fault"), (e) => e.textContent.includes("另存为 PDF")), true, "the page says why");
    await click(page, "upload-dismiss");
    await until(() => page.$eval(at("upload"), (e) => e.dataset.state === "running" && Number(e.querySelector("progress").value) > 2 << 20), 8000, "it runs");
    line.cut();
    await until(() => page.$eval(at("upload"), (e) => e.dataset.state === "waiting" || e.dataset.state === "failed"), 8000, "the loss is told");
    ok((await page.$eval(at("upload"), (e) => e.textContent)).includes("连接断了"), await page.$eval(at("upload"), (e) => e.textContent));
    line.mend();
    await until(() => page.$eval(at("upload"), (e) => e.dataset.state === "running" && Number(e.querySelector("progress").value) > 3 << 20), 10_000, "it goes on by itself");
    await click(page, "upload-pause");
    await until(() => page.$eval(at("upload"), (e) => e.dataset.state === "paused"), 3000, "paused");
    const sent = await page.$eval(`${at("upload")} progress`, (e) => e.value);
    ok(sent > 1 << 20, `not from the beginning: ${sent}`);
    await page.reload();
    await page.waitForSelector(at("upload-left"));
    ok((await page.$eval(at("upload-left"), (e) => e.textContent)).includes("选同一个文件就能继续"), "after a reload it asks for the same file");
    line.rate = 0;
    await (await page.$(at("upload-choose"))).uploadFile(join(folder, "一次图.pdf"));
    await until(() => page.$$eval(at("document"), (l) => l.length === 2), 8000, "both are there");
    const list = await tus.documents(`projects/${project}`);
    equal(list.documents.find((d) => d.title === "一次图").latest.sha256, sha256(large), "what was put together");
    equal(await page.$eval(at("document-sha"), (e) => e.dataset.sha), sha256(large));
    equal(readdirSync(join(server.env.YUNJIAN_DATA, "uploads")).length <= 3, true, "nothing of it is left");
  },

  async "the page: a new revision, withdrawn with a reason and taken back; nothing that axe finds"() {
    const folder = join(server.folder, "files");
    const next = pdf(40_000);
    writeFileSync(join(folder, "一次图 v2.pdf"), next);
    await (await page.$(at("document-revise"))).uploadFile(join(folder, "一次图 v2.pdf"));
    await until(() => page.$eval(at("document-revision"), (e) => e.textContent.includes("第 2 版")), 5000, "the second revision");
    await click(page, "document-more");
    await until(() => page.$$eval(`${at("document-history")} li`, (l) => l.length === 2), 5000, "both are listed");
    for (const [width, height] of [[1440, 900], [390, 844]]) {
      await page.setViewport({ width, height });
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run('[data-test="documents"]', { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
      equal(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join("; ")}`).join("\n"), "", `accessibility at ${width}`);
      if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `documents-dialog-${width}.png`) });
    }
    await type(page, "document-reason", "图纸作废");
    await click(page, "document-withdraw");
    await until(() => page.$(at("document-restore")), 5000, "it is withdrawn");
    await click(page, "document-restore");
    await until(() => page.$(at("document-reason")), 5000, "and back");
    await page.keyboard.press("Escape");
    if (process.env.SHOTS)
      for (const [width, height] of [[1440, 900], [390, 844]]) {
        await page.setViewport({ width, height });
        await page.$eval(at("documents"), (e) => e.scrollIntoView());
        await page.screenshot({ path: join(process.env.SHOTS, `documents-${width}.png`) });
      }
    rmSync(folder, { recursive: true });
  },
};
