// kill -9 while projects are imported, again and again; and a disk whose every fsync takes 50 ms longer: chat and
// roster of a running meeting do not wait for it.
import { join } from "node:path";
import { account } from "../lib/account.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { Person, redeem } from "../lib/person.mjs";
import { bin, Server, sleep, until } from "../lib/server.mjs";

const ROWS = 2000;
const KILLS = process.env.YUNJIAN_NIGHTLY ? 20 : 2;
const GUESTS = process.env.YUNJIAN_NIGHTLY ? 40 : 8;
const SLOW = { LD_PRELOAD: join(bin, "slow-sync.so"), SLOW_SYNC_MS: "50" };
const server = new Server();
const slow = new Server({ env: SLOW });
const people = [];
let manager;

export async function close() {
  for (const p of people) p.close();
  await server.close();
  await slow.close();
}

const table = (tag, rows) => `编号,名称,客户\n${Array.from({ length: rows }, (_, i) => `${tag}-${i},${tag} 批量 ${i},客户 ${i}`).join("\n")}\n`;
const upload = async (who, text) => {
  const rs = await who.server.request("/api/v1/imports", { method: "POST", headers: { cookie: `__Host-yj=${who.token()}`, "content-type": "text/csv", "content-length": String(Buffer.byteLength(text)) }, body: text });
  equal(rs.status, 202, rs.text);
  return rs.json().id;
};
const state = (who, id) => who.want(200, "GET", `/imports/${id}`);
const count = async (who, words) => {
  let n = 0;
  for (let cursor = ""; ; ) {
    const page = await who.want(200, "GET", `/projects?q=${encodeURIComponent(words)}${cursor === "" ? "" : `&cursor=${cursor}`}`);
    n += page.projects.length;
    if (page.next === "") return n;
    cursor = page.next;
  }
};
/** When this comes to that person. */
const heard = (person, is) =>
  new Promise((done) => {
    const look = (data) => {
      if (!is(JSON.parse(data.toString()))) return;
      person.ws.off("message", look);
      done(performance.now());
    };
    person.ws.on("message", look);
  });
const p95 = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)];

export const tests = {
  async [`kill -9 of the server, ${KILLS} times while it imports: never a part is seen, and what was confirmed is completed`](note) {
    await server.start();
    manager = await account(server, "shen", "manager", "沈知远");
    const id = await upload(manager, table("K", ROWS));
    await server.kill(); // While it checks, or just before.
    await server.start();
    await until(async () => (await state(manager, id)).state === "checked", 15_000, "it is checked after all");
    equal((await manager.call("POST", `/imports/${id}/confirm`)).status, 202);
    let interrupted = 0;
    for (let n = 0; n < KILLS; n++) {
      await sleep(30 + Math.random() * 250);
      const before = await state(manager, id);
      await server.kill();
      await server.start();
      const after = await state(manager, id);
      note(`kill ${n + 1}: ${before.state} at row ${before.done_rows}, after the restart ${after.state} at row ${after.done_rows}`);
      ok(after.done_rows >= before.done_rows || after.state === "done", "nothing acknowledged is lost");
      if (after.state === "writing") {
        interrupted++;
        const seen = await count(manager, "K 批量");
        ok(seen === 0 || (seen === ROWS && (await state(manager, id)).state === "done"), `${seen} are seen of ${ROWS}`);
      }
    }
    ok(interrupted > 0, "at least one kill came in the middle");
    await until(async () => (await state(manager, id)).state === "done", 60_000, "it is completed");
    equal(await count(manager, "K 批量"), ROWS, "each once");
    equal((await manager.want(200, "GET", "/projects?q=K-1999")).projects.length, 1);
  },

  async "kill -9 while an import is taken back: it is taken back"() {
    const id = await upload(manager, table("U", ROWS));
    await until(async () => (await state(manager, id)).state === "checked", 15_000, "checked");
    await manager.want(202, "POST", `/imports/${id}/confirm`);
    await until(async () => (await state(manager, id)).done_rows > ROWS / 2, 30_000, "half of it is in");
    await manager.want(202, "DELETE", `/imports/${id}`);
    await server.kill();
    await server.start();
    await until(async () => (await state(manager, id)).state === "cancelled", 30_000, "it is taken back");
    equal(await count(manager, "U 批量"), 0);
    const again = await upload(manager, table("U", 10)); // The numbers are free again.
    await until(async () => (await state(manager, again)).state === "checked", 15_000, "checked");
    equal((await state(manager, again)).rows.fresh, 10);
  },

  async "every fsync takes 50 ms longer and an import runs: chat and roster come at once"(note) {
    await slow.start();
    const who = await account(slow, "shen", "manager", "沈知远");
    const demo = await slow.demo();
    const host = new Person(slow, (await redeem(slow, demo.host_url, "甲")).token, "甲");
    people.push(host);
    await host.enter();
    const id = await upload(who, table("S", ROWS));
    await until(async () => (await state(who, id)).state === "checked", 30_000, "checked");
    await who.want(202, "POST", `/imports/${id}/confirm`);
    const chat = [];
    const acknowledged = [];
    const roster = [];
    for (let n = 0; n < GUESTS; n++) {
      const guest = new Person(slow, (await redeem(slow, demo.host_url, `乙${n}`)).token, `乙${n}`);
      people.push(guest);
      await guest.connect();
      const came = heard(host, (m) => m.type === "participant" && m.name === guest.name);
      const from = performance.now();
      await guest.ask("join");
      roster.push((await came) - from);
      for (let k = 0; k < 4; k++) {
        const read = heard(host, (m) => m.type === "chat" && m.key === `${n}-${k}`);
        const begun = performance.now();
        await guest.ask("chat", { text: `第 ${k} 句`, key: `${n}-${k}` });
        acknowledged.push(performance.now() - begun);
        chat.push((await read) - begun);
      }
      guest.close();
    }
    const at = (await state(who, id)).done_rows;
    note(`import at row ${at}; chat p95 ${p95(chat).toFixed(1)} ms, acknowledged p95 ${p95(acknowledged).toFixed(0)} ms, roster p95 ${p95(roster).toFixed(1)} ms`);
    ok(p95(acknowledged) > 50, "the disk is slow indeed");
    const most = process.env.YUNJIAN_NIGHTLY ? 50 : 150; // A calm machine is for the night.
    ok(p95(chat) < most && p95(roster) < most, "and nobody in the meeting waits for it");
    ok((await state(who, id)).state === "writing" || at >= ROWS / 4, "the import ran beside it");
  },
};
