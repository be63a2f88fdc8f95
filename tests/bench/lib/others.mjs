// Measurements that other programs make: each prints one JSON object.
import { join } from "node:path";
import { bin, cores, root, run } from "./space.mjs";

const ALL = cores.join(","); // These need no core of their own.

/** The JSON object that `text` ends with. */
function json(text) {
  const at = text.startsWith("{") ? 0 : text.indexOf("\n{") + 1;
  return JSON.parse(text.slice(at));
}

/** Packaging a ten-minute meeting of four, and from its end to a playable replay. */
export async function packaging({ quick, say }) {
  const got = json(await run(ALL, join(bin, "bench-pack"), [join(bin, "yunjian-packager"), "whole", quick ? "60" : "600", "live", quick ? "10" : "20"], { ms: 300_000 }));
  say(`packaging: ${got.whole.seconds} s of four people: final index ${got.whole.end_to_final_ms} ms after the end; ${got.live.core_percent_per_participant.toFixed(2)} % of a core a participant`);
  return got;
}

/** From `seeking` to the right coded picture, four tracks. */
export async function seeking({ say }) {
  const script = join(root, "tests/bench/seek.mjs");
  const got = json(await run(ALL, process.execPath, [script], { ms: 300_000 }));
  say(`seeking: p95 ${got.seek.all.p95_ms} ms; ${got.seek.cold.points} that were fetched ${got.seek.cold.p95_ms} ms`);
  return got;
}
