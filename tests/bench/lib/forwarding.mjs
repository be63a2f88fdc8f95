// What a forwarded packet costs: the same load on everybody in turn, several rounds of it.
import { floor, janus, ours, parts } from "./servers.mjs";
import { load } from "./load.mjs";
import { recordsAll } from "./recordings.mjs";
import { ratio, spread } from "./stats.mjs";

export const SCENES = [
  { key: "1x50", title: "one publisher, 50 watchers", rooms: 1, pubs: 1, subs: 50 },
  { key: "1x300", title: "one publisher, 300 watchers", rooms: 1, pubs: 1, subs: 300 },
  { key: "10x3", title: "ten rooms of three who watch each other", rooms: 10, pubs: 3, mesh: true },
];

const places = (s) => ({ rooms: s.rooms, publishers: s.pubs });

/** Who is measured in which scene, in the order in which they take turns; `aside`: in every other round only. */
const CONTENDERS = [
  { key: "ours", title: "yunjian", open: (s) => ours(places(s)) },
  { key: "recorded", title: "yunjian, recording", open: (s) => ours({ ...places(s), record: true }), warmup: 3, check: recordsAll },
  { key: "janus1", title: "Janus, event_loops=1", open: () => janus({ loops: 1 }) },
  { key: "floor-mb", title: "bench/floor, libipsec-mb", open: () => floor({ crypto: "mb" }), optional: true },
  { key: "ours-packaged", aside: true, title: "yunjian, libsrtp2's packaged ciphers (NSS)", open: (s) => ours({ ...places(s), ciphers: "packaged" }) },
  { key: "ours-openssl", aside: true, title: "yunjian, OpenSSL's AES", open: (s) => ours({ ...places(s), ciphers: "openssl" }), only: ["1x50"] },
  { key: "janus0", aside: true, title: "Janus, event_loops=0", open: () => janus({ loops: 0 }) },
  { key: "floor-evp", aside: true, title: "bench/floor, EVP", open: () => floor({ crypto: "evp" }) },
  { key: "ours-v6", aside: true, title: "yunjian over IPv6", open: (s) => ours({ ...places(s), v6: true }), only: ["1x50"] },
];

async function measure(c, scene, options) {
  let server;
  try {
    server = await c.open(scene);
  } catch (e) {
    if (c.optional) return undefined;
    throw e;
  }
  try {
    const r = await load(server, scene, { ...options, warmup: Math.max(c.warmup ?? 0, options.warmup) });
    await c.check?.(server, scene.rooms, r);
    return r;
  } finally {
    await server.close();
  }
}

function summary(c, rounds) {
  const of = (f) => spread(rounds.map(f));
  return {
    key: c.key,
    title: c.title,
    rounds: rounds.map((r) => ({ us: r.server.us_per_packet, own: r.server.own_us_per_packet, packager: r.server.children_us_per_packet, p50: r.latency_us.p50, p99: r.latency_us.p99, notes: r.notes })),
    us: of((r) => r.server.us_per_packet),
    own_us: of((r) => r.server.own_us_per_packet),
    packager_us: of((r) => r.server.children_us_per_packet),
    packager_percent: of((r) => (100 * r.server.children_cpu_s) / r.window.seconds),
    p50_us: of((r) => r.latency_us.p50),
    p99_us: of((r) => r.latency_us.p99),
    loss_percent: of((r) => r.delivery.loss_percent),
    packets_per_s: of((r) => r.window.received_pps),
    threads: rounds.at(-1).server.threads,
    notes: [...new Set(rounds.flatMap((r) => r.notes))],
  };
}

/** Nobody always comes after the same neighbour's warmth or first in a round. */
const rotated = (list, by) => list.map((_, k) => list[(k + by * 2) % list.length]);

/** @param fail is told of a row that could not be measured. @return one object a scene: contenders, ratios between them, the floor as the sum of its parts. */
export async function forwarding({ rounds, seconds, quick, scenes = SCENES, say, fail }) {
  const out = [];
  for (const scene of scenes) {
    const contenders = CONTENDERS.filter((c) => (c.only?.includes(scene.key) ?? true) && !(quick && c.aside));
    const got = new Map(contenders.map((c) => [c.key, []]));
    const receivers = scene.mesh ? scene.pubs - 1 : scene.subs;
    const sums = { mb: [], evp: [] };
    for (let i = 0; i < rounds; i++) {
      for (const c of rotated(contenders, i)) {
        if (c.aside && i % 2 === 1) continue;
        const r = await measure(c, scene, { seconds, warmup: quick ? 1 : 1.5 }).catch((e) => fail(`forwarding, ${scene.key}, ${c.title}, round ${i + 1}`, e));
        if (r === undefined) continue;
        got.get(c.key)[i] = r;
        say(`${scene.key} round ${i + 1}/${rounds}: ${c.title}: ${r.server.us_per_packet.toFixed(2)} us${r.notes.length > 0 ? ` (${r.notes.join("; ")})` : ""}`);
      }
      for (const crypto of ["mb", "evp"]) sums[crypto][i] = (await parts(crypto, receivers, 5))?.us_per_packet;
    }
    const rows = contenders.filter((c) => got.get(c.key).length > 0).map((c) => summary(c, got.get(c.key).filter((r) => r !== undefined)));
    // By round, so that each is compared with what was measured beside it.
    const each = (key, of) => Array.from({ length: rounds }, (_, i) => (got.get(key)?.[i] === undefined ? NaN : of(got.get(key)[i].server)));
    const us = (key) => each(key, (s) => s.us_per_packet);
    const own = (key) => each(key, (s) => s.own_us_per_packet);
    out.push({
      key: scene.key,
      title: scene.title,
      rounds,
      rows,
      floor: { mb: spread(sums.mb), evp: spread(sums.evp) },
      ratios: {
        janus1_to_ours: ratio(us("janus1"), us("ours")),
        janus1_to_recorded_server: ratio(us("janus1"), own("recorded")),
        janus1_to_recorded: ratio(us("janus1"), us("recorded")),
        janus0_to_ours: ratio(us("janus0"), us("ours")),
        ours_to_floor_program: ratio(us("ours"), us("floor-mb")),
        recorded_server_to_floor_program: ratio(own("recorded"), us("floor-mb")),
        recorded_to_floor_program: ratio(us("recorded"), us("floor-mb")),
        ours_to_floor_parts: ratio(us("ours"), sums.evp),
      },
    });
  }
  return out;
}
