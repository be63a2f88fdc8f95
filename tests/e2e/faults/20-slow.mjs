// A participant that stops reading, while two others write a lot.
import { between, equal, ok } from "../lib/expect.mjs";
import { Person, redeem } from "../lib/person.mjs";
import { Server, nightly, sleep } from "../lib/server.mjs";
import { readFileSync } from "node:fs";

const server = new Server();
const people = [];
const TEXT = "云".repeat(3900); /* 11.7 kB */

export async function close() {
  for (const p of people) p.close();
  await server.close();
}

const memory = () => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.process.pid}/status`, "utf8"))[1]);

async function person(url, name, host) {
  const p = new Person(server, (await redeem(server, url, name)).token, name);
  people.push(p);
  await p.enter(host);
  return p;
}

export const tests = {
  async "who stops reading is cut off within 45 s and 32 MiB; the others notice nothing"(note) {
    await server.start();
    const demo = await server.demo();
    const a = await person(demo.host_url, "甲");
    const b = await person(demo.guest_url, "乙", a);
    const slow = await person(demo.guest_url, "慢", a);
    /* The server keeps the last 500 messages for who comes later: that is not the slow reader's memory. */
    for (let i = 0; i < 510; i++) await a.ask("chat", { text: TEXT, key: `w${i}` });
    const before = memory();
    slow.ws.pause();
    const begun = Date.now();
    let peak = before;
    let slowest = 0;
    let sent = 0;
    let cut;
    while (cut === undefined && Date.now() - begun < 60_000) {
      for (const p of [a, b]) {
        const t = Date.now();
        await p.ask("chat", { text: TEXT, key: `k${sent++}` });
        slowest = Math.max(slowest, Date.now() - t);
      }
      peak = Math.max(peak, memory());
      await sleep(150);
      if (b.notices.some((n) => n.type === "participant" && n.name === slow.name && n.state === "reconnecting")) cut = Date.now() - begun;
    }
    note(`cut off after ${cut} ms, ${sent} messages, memory ${before} kB, at most ${peak - before} kB more, slowest message ${slowest} ms`);
    ok(cut !== undefined, "the slow reader is still in");
    between(cut, 1000, 45_000, "ms until it was cut off");
    ok(peak - before < 32 * 1024, `memory grew by ${peak - before} kB`);
    ok(slowest < (nightly ? 1000 : 3000), `a message took ${slowest} ms`);
    await sleep(300);
    for (const p of [a, b]) {
      equal(p.closed, undefined, `${p.name} is in`);
      equal(new Set(p.chats().filter((c) => /^k\d+$/.test(c.key)).map((c) => c.key)).size, sent, `messages at ${p.name}`);
    }
  },
};
