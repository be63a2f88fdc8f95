// Measurements that other programs make: each prints one JSON object.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bin, root, run } from "./space.mjs";

const ALL = "0-1"; // These need no core of their own.

/** The last line of `text` that is JSON. */
function json(text) {
  const line = text.trim().split("\n").findLast((l) => l.startsWith("{"));
  if (line === undefined) throw new Error(`no JSON in: ${text.slice(-300)}`);
  return JSON.parse(line);
}

/** Packaging a ten-minute meeting of four, and from its end to a playable replay. */
export async function packaging({ quick, say }) {
  const program = join(bin, "bench-pack");
  if (!existsSync(program)) return undefined;
  const got = json(await run(ALL, program, [join(bin, "yunjian-packager"), "whole", quick ? "60" : "600"], { ms: 300_000 }));
  say(`packaging: ${JSON.stringify(got)}`);
  return got;
}

/** From `seeking` to the right coded picture, four tracks. */
export async function seeking({ say }) {
  const script = join(root, "tests/bench/seek.mjs");
  if (!existsSync(script)) return undefined;
  const got = json(await run(ALL, process.execPath, [script], { ms: 300_000 }));
  say(`seeking: ${JSON.stringify(got)}`);
  return got;
}
