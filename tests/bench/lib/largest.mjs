// How many watchers of one publisher one core carries with the 99th percentile of latency under 50 ms.
import { janus, ours } from "./servers.mjs";
import { generatorIsTheLimit, load } from "./load.mjs";

const LIMIT_US = 50_000;
const STEPS = [100, 150, 200, 250, 300, 400, 600, 700, 800, 900, 1000, 1200, 1400];
const OURS_FROM = 400; // Where fewer are carried without question, to save time.

const carries = (r) => r.latency_us.p99 < LIMIT_US && r.delivery.loss_percent < 0.01 && r.publishers.failed + r.subscribers.failed === 0;

async function once(open, watchers, seconds) {
  const server = await open();
  try {
    return await load(server, { rooms: 1, pubs: 1, subs: watchers }, { seconds, warmup: 2, extra: ["--setup-jobs", "8", "--timeout", "20"] });
  } finally {
    await server.close();
  }
}

function step(watchers, r) {
  return {
    watchers,
    ok: carries(r),
    p50_us: r.latency_us.p50,
    p99_us: r.latency_us.p99,
    loss_percent: r.delivery.loss_percent,
    failed: r.publishers.failed + r.subscribers.failed,
    cpu_percent: r.server.cpu_percent,
    us: r.server.us_per_packet,
    generator_percent: r.generator.cpu_percent,
    generator_limits: generatorIsTheLimit(r),
    notes: r.notes,
  };
}

/** Rises by `steps` until one is not carried, or the generator is the limit; then measures at half of the last. */
async function search(title, open, steps, seconds, say) {
  const list = [];
  for (const watchers of steps) {
    const s = step(watchers, await once(open, watchers, seconds));
    list.push(s);
    say(`${title}: ${watchers} watchers: p99 ${(s.p99_us / 1000).toFixed(1)} ms, loss ${s.loss_percent} %, core ${s.cpu_percent.toFixed(0)} %, generator ${s.generator_percent.toFixed(0)} %`);
    if (!s.ok || s.generator_limits) break;
  }
  const best = list.filter((s) => s.ok).at(-1);
  const half = best === undefined ? undefined : step(best.watchers >> 1, await once(open, best.watchers >> 1, seconds));
  if (half !== undefined) say(`${title}: half of it, ${half.watchers}: p99 ${(half.p99_us / 1000).toFixed(2)} ms`);
  const { ok, generator_limits } = list.at(-1);
  return { title, steps: list, largest: best?.watchers ?? 0, generator_limits, or_more: ok || generator_limits, half };
}

export async function largest({ quick, seconds, say }) {
  return [
    await search("yunjian", () => ours(), quick ? [700] : STEPS.filter((n) => n >= OURS_FROM), seconds, say),
    ...(quick ? [] : [await search("Janus, event_loops=1", () => janus({ loops: 1 }), STEPS, seconds, say)]),
  ];
}
