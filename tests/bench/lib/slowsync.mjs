// A disk on which every fsync takes 50 ms longer, a table of 100,000 projects being imported, and a meeting: how long chat
// and roster messages take to the others.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Person, redeem } from "../../e2e/lib/person.mjs";
import { Client, member, spread } from "./client.mjs";
import { ours } from "./servers.mjs";
import { bin, sleep, until } from "./space.mjs";

export const ROWS = 100_000;
const SYNC_MS = 50;
const GUESTS = 30;
const SAID = 10;

const table = () =>
  Buffer.from(`编号,名称,客户,园区,容量,设计单位\n${Array.from({ length: ROWS }, (_, i) => `T-${i},锦澜精密制造 ${i} 号 10 kV 业扩工程,客户 ${i % 5000},望江产业园,"${1 + (i % 9)},200",甲设计院`).join("\n")}\n`);

/** When a message of this kind comes to that person. */
const heard = (person, is) =>
  new Promise((done) => {
    const look = (data) => {
      if (!is(JSON.parse(data.toString()))) return;
      person.ws.off("message", look);
      done(performance.now());
    };
    person.ws.on("message", look);
  });

/** As the helpers of the tests want a server. Each comes with cookies of his own. */
const asked = (server) => ({
  url: server.url,
  post: async (path, body) => {
    const client = new Client(server.url);
    const rs = await client.call("POST", path.replace("/api/v1", ""), body);
    client.close();
    return { ...rs, json: () => JSON.parse(rs.text) };
  },
});

async function meet(server, url, guests, said) {
  const at = asked(server);
  const host = new Person(at, (await redeem(at, url, "甲")).token, "甲");
  await host.enter();
  const chat = [];
  const stored = [];
  const roster = [];
  for (let n = 0; n < guests; n++) {
    const guest = new Person(at, (await redeem(at, url, `乙${n}`)).token, `乙${n}`);
    await guest.connect();
    const came = heard(host, (m) => m.type === "participant" && m.name === guest.name);
    const from = performance.now();
    await guest.ask("join");
    roster.push((await came) - from);
    for (let k = 0; k < said; k++) {
      const read = heard(host, (m) => m.type === "chat" && m.key === `${n}-${k}`);
      const begun = performance.now();
      const answered = guest.ask("chat", { text: `第 ${k} 句`, key: `${n}-${k}` }).then(() => stored.push(performance.now() - begun));
      chat.push((await read) - begun);
      await answered;
    }
    const left = heard(host, (m) => m.type === "participant_left" && m.participant !== undefined);
    const leaving = performance.now();
    void guest.ask("leave").catch(() => undefined);
    roster.push((await left) - leaving);
    guest.close();
    await sleep(20);
  }
  host.close();
  return { chat: spread(chat), stored: spread(stored), roster: spread(roster) };
}

export async function slowsync({ say, quick }) {
  const server = await ours({ extra: { LD_PRELOAD: join(bin, "slow-sync.so"), SLOW_SYNC_MS: String(SYNC_MS) } });
  const manager = await member(server, "manager", "manager", "经理");
  const state = async (id) => manager.want(200, "GET", `/imports/${id}`);
  try {
    const plain = await server.cli("demo");
    const sent = performance.now();
    const { id } = await manager.want(202, "POST", "/imports?name=100000.csv", table(), { "content-type": "text/csv" });
    await until(async () => (await state(id)).state === "checked", 60_000, "the table is checked");
    const checked_s = (performance.now() - sent) / 1000;
    await manager.want(202, "POST", `/imports/${id}/confirm`);
    const confirmed = performance.now();
    await until(async () => (await state(id)).done_rows > 100, 20_000, "it is being written");
    const people = await meet(server, plain.host_url, quick ? 8 : GUESTS, SAID);
    const at = await state(id);
    if (at.state !== "writing") throw new Error(`the import was ${at.state} before the measurement was over`);
    const rows_per_s = (at.done_rows * 1000) / (performance.now() - confirmed);
    say(`slow fsync: chat p95 ${people.chat.p95.toFixed(1)} ms, roster p95 ${people.roster.p95.toFixed(1)} ms, acknowledged p95 ${people.stored.p95.toFixed(0)} ms; the import wrote ${rows_per_s.toFixed(0)} rows a second`);
    await manager.want(202, "DELETE", `/imports/${id}`);
    return { rows: ROWS, sync_ms: SYNC_MS, checked_s, rows_per_s, done_rows: at.done_rows, ...people, rss_mb: Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) / 1024 };
  } finally {
    manager.close();
    await server.close();
  }
}
