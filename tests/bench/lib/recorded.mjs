// Thirty rooms at once, recorded and not: what forwarding notices of it, how far the packagers are behind, and until when.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ours } from "./servers.mjs";
import { load } from "./load.mjs";
import { spread } from "./stats.mjs";
import { sleep } from "./space.mjs";

const SCENE = { rooms: 30, pubs: 2, mesh: true };

async function indexes(server) {
  const meetings = await readdir(server.recordings);
  return Promise.all(
    meetings.map(async (m) => {
      try {
        return { meeting: m, ...JSON.parse(await readFile(join(server.recordings, m, "index.json"), "utf8")) };
      } catch (e) {
        if (e.code !== "ENOENT") throw e;
        return { meeting: m, state: "none" };
      }
    }),
  );
}

/** Wall time (ms) of the first packet of a journal; undefined before there is one. */
async function journalBegan(server, meeting) {
  const folder = join(server.recordings, meeting, "journal");
  const [first] = (await readdir(folder)).sort();
  const head = first === undefined ? Buffer.alloc(0) : (await readFile(join(folder, first))).subarray(24, 32);
  return head.length < 8 ? undefined : head.readUInt32LE(0) * 1000 + head.readUInt32LE(4) / 1e6;
}

/** Seconds of media that are not in the index yet, of each room: all of it where there is no index. @param begun ms */
async function lags(server, begun) {
  const now = Date.now();
  const list = await indexes(server);
  const none = list.filter((i) => i.state === "none");
  const waiting = await Promise.all(none.map(async (i) => (now - ((await journalBegan(server, i.meeting)) ?? begun)) / 1000));
  const unborn = Array(SCENE.rooms - list.length).fill((now - begun) / 1000);
  const late = list.filter((i) => i.state !== "none").map((i) => (now - Date.parse(i.started_at) - i.duration_ms) / 1000);
  return { ...spread([...late, ...waiting, ...unborn]), without_index: waiting.length + unborn.length };
}

async function caughtUp(server, ms) {
  const begun = Date.now();
  for (;;) {
    const states = await indexes(server);
    if (states.length === SCENE.rooms && states.every((i) => i.state === "final")) return (Date.now() - begun) / 1000;
    if (Date.now() - begun > ms) return undefined;
    await sleep(100);
  }
}

async function once(record, seconds) {
  const server = await ours({ rooms: SCENE.rooms, publishers: SCENE.pubs, record });
  try {
    const begun = Date.now();
    const running = load(server, SCENE, { seconds, warmup: 4 });
    running.catch(() => undefined);
    let lag;
    if (record) {
      await sleep((4 + seconds) * 1000); // Near the end of the window.
      lag = await lags(server, begun);
    }
    const r = await running;
    const result = { p50_us: r.latency_us.p50, p99_us: r.latency_us.p99, loss_percent: r.delivery.loss_percent, own_us: r.server.own_us_per_packet, packager_us: r.server.children_us_per_packet, packager_percent: (100 * r.server.children_cpu_s) / r.window.seconds, packagers: r.server.children, notes: r.notes };
    if (!record) return result;
    const meetings = await readdir(server.recordings);
    for (const m of meetings) await server.cli("meeting", "end", m);
    return { ...result, lag_s: lag, caught_up_s: await caughtUp(server, 90_000) };
  } finally {
    await server.close();
  }
}

export async function recorded({ rounds, seconds, say }) {
  const off = [];
  const on = [];
  for (let i = 0; i < rounds; i++) {
    off.push(await once(false, seconds));
    on.push(await once(true, seconds));
    const [a, b] = [off.at(-1), on.at(-1)];
    say(`30 rooms round ${i + 1}/${rounds}: p99 ${(a.p99_us / 1000).toFixed(2)} ms, recorded ${(b.p99_us / 1000).toFixed(2)} ms; lost ${a.loss_percent} %, ${b.loss_percent} %; packagers ${b.packager_percent.toFixed(0)} % of a core, caught up ${b.caught_up_s === undefined ? "never" : `${b.caught_up_s.toFixed(1)} s`} after the end`);
  }
  const of = (list, f) => spread(list.map(f));
  const row = (list) => ({ p50_us: of(list, (r) => r.p50_us), p99_us: of(list, (r) => r.p99_us), loss_percent: of(list, (r) => r.loss_percent), own_us: of(list, (r) => r.own_us), packager_us: of(list, (r) => r.packager_us) });
  return {
    participants: SCENE.rooms * SCENE.pubs,
    off: row(off),
    on: row(on),
    packager_percent: of(on, (r) => r.packager_percent),
    packagers: on.at(-1).packagers,
    lag_s: on.map((r) => r.lag_s),
    caught_up_s: on.map((r) => r.caught_up_s),
    notes: [...new Set([...off, ...on].flatMap((r) => r.notes))],
  };
}
