// What the service means to reach, beside what this run measured.

const num = (v, digits = 2) => (v === undefined || !Number.isFinite(v) ? "–" : v.toFixed(digits));

const scene = (r, key) => r.forwarding?.find((s) => s.key === key);
const ratioOf = (r, key, name) => scene(r, key)?.ratios[name]?.median;
const usOf = (r, key, row, what) => scene(r, key)?.rows.find((c) => c.key === row)?.[what]?.median;

/** A ratio not recording; recording, the server alone; recording, packager included. */
function three(r, key, [plain, server, all], fits) {
  const v = [plain, server, all].map((name) => ratioOf(r, key, name));
  return { measured: v.map((x) => num(x)).join(" / "), met: v.map((x) => (x === undefined ? "–" : fits(x) ? "yes" : "no")).join(" / ") };
}

const single = (v, digits, unit, fits) => ({ measured: `${num(v, digits)} ${unit}`.trim(), met: v === undefined ? "–" : fits(v) ? "yes" : "no" });

/** 4.5 µs where the floor took 3.7. */
const FLOOR_50 = 4.5 / 3.7;

const TO_JANUS = ["janus1_to_ours", "janus1_to_recorded_server", "janus1_to_recorded"];
const TO_FLOOR = ["ours_to_floor_program", "recorded_server_to_floor_program", "recorded_to_floor_program"];

function forwardingGoals(r) {
  const us = ["us", "own_us"].map((what) => num(usOf(r, "1x50", "recorded", what)));
  return [
    ["1 × 50: Janus (event_loops=1, not recording) costs at least 4 times as much", three(r, "1x50", TO_JANUS, (x) => x >= 4)],
    [`1 × 50: at most ${FLOOR_50.toFixed(3)} times bench/floor with libipsec-mb (recording: ${us[1]} µs, with the packager ${us[0]} µs; the floor ${num(usOf(r, "1x50", "floor-mb", "us"))} µs)`, three(r, "1x50", TO_FLOOR, (x) => x <= FLOOR_50)],
    ["1 × 300: at most 1.3 times bench/floor with libipsec-mb", three(r, "1x300", TO_FLOOR, (x) => x <= 1.3)],
    ["10 × 3: Janus (event_loops=1, not recording) costs at least 4.5 times as much", three(r, "10x3", TO_JANUS, (x) => x >= 4.5)],
  ];
}

function loadGoals(r) {
  const own = r.largest?.find((l) => l.title === "yunjian");
  const half = own?.half === undefined ? undefined : own.half.p99_us / 1000;
  return [
    ["At least 700 watchers of one publisher on one core with p99 under 50 ms", single(own?.largest, 0, `watchers${own?.or_more ? " or more" : ""}`, (v) => v >= 700)],
    [`p99 at half of that (${own?.half?.watchers ?? "–"} watchers) under 2 ms`, single(half, 2, "ms", (v) => v < 2)],
  ];
}

function memoryGoals(r) {
  return (r.memory ?? []).filter((m) => m.title.startsWith("yunjian")).map((m) => [`At most 25 KB a peer beside its rings: ${m.title.replace("yunjian, ", "")}`, single(m.beside_rings_kb, 1, "KB", (v) => v <= 25)]);
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function recordGoals(r) {
  const rows = [];
  if (r.records !== undefined) {
    const slowest = [...r.records.rows].sort((a, b) => b.p95 - a.p95)[0];
    rows.push([`100,000 projects, 500,000 meetings: every list and search under 50 ms at the 95th percentile (slowest: ${slowest.name}, ${slowest.who})`, single(slowest.p95, 1, "ms", (v) => v < 50)]);
  }
  if (r.requests !== undefined) {
    rows.push(["200 requests a second beside a meeting: p95 under 50 ms (the worst round)", single(Math.max(...r.requests.rounds.map((x) => x.answers.all.p95)), 1, "ms", (v) => v < 50)]);
    rows.push(["… and its forwarding p99 at most 1.5 times that of the meeting alone (median of the rounds)", single(median(r.requests.rounds.map((x) => x.with.p99 / x.without.p99)), 2, "", (v) => v <= 1.5)]);
  }
  if (r.fsync !== undefined) rows.push(["50 ms more in each fsync, 100,000 rows being imported: chat and roster under 50 ms at the 95th percentile (the worse of both)", single(Math.max(r.fsync.chat.p95, r.fsync.roster.p95), 1, "ms", (v) => v < 50)]);
  return rows;
}

/** [goal, {measured, met}] of all that this run has figures for. */
export function goals(r) {
  const rows = [];
  if (r.forwarding !== undefined) rows.push(...forwardingGoals(r));
  if (r.largest !== undefined) rows.push(...loadGoals(r));
  rows.push(...memoryGoals(r));
  const e = r.captured?.ended;
  if (e !== undefined) rows.push([`The real server: a ${num(e.duration_s, 0)} s meeting of four can be replayed within 2 s of \`meeting end\``, single(e.final_ms / 1000, 2, "s", (v) => v <= 2)]);
  if (r.packaging !== undefined) {
    rows.push([`A ${r.packaging.whole.seconds} s meeting of four can be replayed within 2 s of its end`, single(r.packaging.whole.end_to_final_ms / 1000, 2, "s", (v) => v <= 2)]);
    rows.push(["Packager: at most 2 % of a core per recorded participant", single(r.packaging.live.core_percent_per_participant, 2, "%", (v) => v <= 2)]);
  }
  if (r.seeking !== undefined) rows.push(["Seeking, four tracks: p95 under 300 ms (the worse of all moments and of those that had to be fetched)", single(Math.max(r.seeking.seek.all.p95_ms, r.seeking.seek.cold.p95_ms ?? NaN), 0, "ms", (v) => v < 300)]);
  rows.push(...recordGoals(r));
  return rows;
}
