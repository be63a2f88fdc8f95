// One run of the generator against one server.
import { join } from "node:path";
import { bin, cores, run } from "./space.mjs";

/** Sizes and rhythm of every scene: frames cut as libwebrtc cuts them, beside voice. */
const TRAFFIC = ["--even", "--lazy", "--decrypt-every", "16"];

const OTHER_CPU_LIMIT = 6; // % of one core, over the window

/** @param scene {rooms, pubs, subs | mesh}. @return the generator's JSON, with `notes` on what spoils it. */
export async function load(server, scene, { seconds = 5, warmup = 1.5, extra = [] } = {}) {
  const shape = ["--rooms", String(scene.rooms ?? 1), "--pubs", String(scene.pubs ?? 1)];
  shape.push(...(scene.mesh ? ["--mesh"] : ["--subs", String(scene.subs)]));
  const text = await run(cores[1], join(bin, "rtcload"), [
    ...server.load, ...shape, ...TRAFFIC, "--warmup", String(warmup), "--duration", String(seconds), "--server-pid", String(server.pid), ...extra,
  ]);
  const got = JSON.parse(text);
  got.notes = faults(got);
  return got;
}

/** The generator did not keep up: the figures are its limit, not the server's. */
export function generatorIsTheLimit(got) {
  const g = got.generator;
  return g.cpu_percent > 88 || got.delivery.socket_drops > 0 || g.host_rcvbuf_errors > 0 || g.pacing_late_us.p99 > 10_000;
}

function faults(got) {
  const notes = [];
  const failed = got.publishers.failed + got.subscribers.failed;
  if (failed > 0) notes.push(`${failed} connections failed (${Object.keys({ ...got.publishers.why, ...got.subscribers.why })[0]})`);
  if (got.host.other_cpu_percent > OTHER_CPU_LIMIT) notes.push(`not calm: other processes used ${got.host.other_cpu_percent.toFixed(0)} % of a core`);
  if (got.host.steal_percent > 2) notes.push(`not calm: ${got.host.steal_percent.toFixed(0)} % stolen by the hypervisor`);
  if (got.delivery.duplicate > 0 || got.delivery.unknown > 0) notes.push(`${got.delivery.duplicate} packets twice, ${got.delivery.unknown} not ours`);
  if (got.delivery.lost > 0) notes.push(`${got.delivery.lost} of ${got.delivery.expected} packets lost`);
  if (generatorIsTheLimit(got)) notes.push("the generator is the bottleneck");
  return notes;
}
