// docs/benchmarks.md from what was measured. A generated file: words here, figures from the run.
import { writeFileSync } from "node:fs";
import { goals } from "./goals.mjs";

const one = (v, digits = 2) => (v === undefined || !Number.isFinite(v) ? "–" : v.toFixed(digits));
/** Median, and the range of the rounds behind it. */
const range = (s, digits = 2, unit = 1) =>
  s === undefined ? "–" : s.n > 1 ? `${one(s.median / unit, digits)} (${one(s.low / unit, digits)}–${one(s.high / unit, digits)})` : one(s.median / unit, digits);
const ms = (s) => range(s, 2, 1000);

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

const notes = (list) => (list === undefined || list.length === 0 ? [] : ["", "Noted during these rounds:", ...list.map((n) => `- ${n}`)]);

function machine({ machine: m, quick, calm_before: calm, minutes }) {
  const packages = Object.entries(m.packages).map(([n, v]) => `${n} ${v}`).join(", ");
  return [
    `Measured ${m.date} on ${m.processor}, ${m.cores} cores, ${m.memory_gb} GB, ${m.system}, kernel ${m.kernel}, source ${m.commit}; ${packages}. The run took ${minutes} minutes. Before it others used ${one(calm.busy_percent, 0)} % of a core (${one(calm.steal_percent, 0)} % stolen).`,
    ...(quick ? ["", "**A short run (`QUICK=1`): one round each, windows of two seconds. Not for comparing.**"] : []),
  ];
}

function atAGlance(result) {
  const rows = goals(result).map(([goal, { measured, met }]) => [goal, measured, met]);
  if (rows.length === 0) return [];
  return [
    "",
    "## At a glance",
    "Three figures with strokes between: not recording / recording, the server alone / recording, its packager included. The packager costs by what is recorded, not by who watches: its share of a packet is small where many watch and large where few do.",
    "",
    table(["goal", "measured", "met"], rows),
  ];
}

function forwardingScene(s) {
  const r = s.ratios;
  const rows = s.rows.map((c) => [c.title, `${c.rounds.length} of ${s.rounds}`, range(c.us), range(c.own_us), range(c.packager_us), ms(c.p50_us), ms(c.p99_us), range(c.loss_percent, 3), one(c.packets_per_s?.median, 0), String(c.threads)]);
  const floor = [
    ["sum of the parts, libipsec-mb", `${s.rounds} of ${s.rounds}`, range(s.floor.mb), "", "", "", "", "", "", ""],
    ["sum of the parts, EVP", `${s.rounds} of ${s.rounds}`, range(s.floor.evp), "", "", "", "", "", "", ""],
  ];
  return [
    "",
    `### ${s.key.replace("x", " × ")}: ${s.title}`,
    "",
    table(["µs of processor per forwarded packet", "rounds", "all processes", "server", "packager", "p50 ms", "p99 ms", "lost %", "packets/s", "threads"], [...rows, ...floor]),
    "",
    table(
      ["ratio, round by round", "median (range)"],
      [
        ["Janus event_loops=1 / yunjian", range(r.janus1_to_ours)],
        ["Janus event_loops=1 / yunjian recording, its server alone", range(r.janus1_to_recorded_server)],
        ["Janus event_loops=1 / yunjian recording, packager included", range(r.janus1_to_recorded)],
        ["Janus event_loops=0 / yunjian", range(r.janus0_to_ours)],
        ["yunjian / bench/floor with libipsec-mb", range(r.ours_to_floor_program)],
        ["yunjian recording, its server alone / bench/floor with libipsec-mb", range(r.recorded_server_to_floor_program)],
        ["yunjian recording, packager included / bench/floor with libipsec-mb", range(r.recorded_to_floor_program)],
        ["yunjian / sum of the parts with EVP", range(r.ours_to_floor_parts)],
      ],
    ),
    ...notes([...new Set(s.rows.flatMap((c) => c.notes.map((n) => `${c.title}: ${n}`)))]),
  ];
}

function forwarding({ forwarding: scenes }) {
  if (scenes === undefined) return [];
  return [
    "",
    "## What a forwarded packet costs",
    "Processor time of every process of the service, divided by the RTP packets that arrived at the watchers. Everybody takes turns, round after round, each round in another order; median and range. `rounds` tells how many of them a row is from: those that are here for comparison alone are left out of every other one. `server` and `packager` are the two parts of our sum: the packager (GStreamer, a child process of lower priority on the same core) costs by what is recorded and not by who watches. Janus does not record in any row.",
    "",
    "`bench/floor` is a program that does the least: receive, unprotect once, rewrite, protect, send; no RTCP, no repair, no timers. `sum of the parts` is less still: each part by itself in a warm loop, a receive and unprotect shared by all watchers, plus protect and GSO send for each.",
    ...scenes.flatMap(forwardingScene),
  ];
}

function largest({ largest: list }) {
  if (list === undefined) return [];
  const rows = list.flatMap((l) => [
    ...l.steps.map((s) => [l.title, String(s.watchers), one(s.p50_us / 1000), one(s.p99_us / 1000), one(s.loss_percent, 3), one(s.cpu_percent, 0), one(s.us), one(s.generator_percent, 0), s.ok ? "yes" : "no"]),
    ...(l.half === undefined ? [] : [[`${l.title}, half of the largest`, String(l.half.watchers), one(l.half.p50_us / 1000), one(l.half.p99_us / 1000), one(l.half.loss_percent, 3), one(l.half.cpu_percent, 0), one(l.half.us), one(l.half.generator_percent, 0), l.half.ok ? "yes" : "no"]]),
  ]);
  return [
    "",
    "## The largest load of one core",
    "One publisher, watchers added until the 99th percentile of latency passes 50 ms, a packet is lost or a connection fails.",
    "",
    table(["", "watchers", "p50 ms", "p99 ms", "lost %", "server's core %", "µs a packet", "generator %", "carried"], rows),
    "",
    ...list.map((l) => `- ${l.title}: **${l.largest} watchers${l.or_more ? " or more" : ""}**${l.generator_limits ? "; beyond that the generator is the limit, not the server" : l.or_more ? "; more were not tried" : ""}.`),
  ];
}

function memory({ memory: list }) {
  if (list === undefined) return [];
  return [
    "",
    "## Memory per peer",
    "Proportional set size with twice the peers less that with the peers, divided by their difference. The rings hold media for retransmission, sized by time (`ring_ms`); the server's own account of them is in `yunjian status --json`. Janus does not tell what its buffers for retransmission hold.",
    "",
    table(
      ["", "peers", "KB a peer", "of it rings", "beside rings"],
      list.map((m) => [m.title, `${m.small.peers}, ${m.big.peers}`, one(m.per_peer_kb, 1), one(m.ring_kb, 1), one(m.beside_rings_kb, 1)]),
    ),
  ];
}

function joins({ joins: list }) {
  if (list === undefined) return [];
  return [
    "",
    "## Joining",
    "A hundred watchers, one after the other. Time from the first request to the first media packet (the wait for the publisher's next packet, about 10 ms, is in it); processor time of the server for a join with next to no media.",
    "",
    table(
      ["", "connected p50 ms", "p95", "first packet p50 ms", "p95", "processor ms a join"],
      list.map((j) => [j.title, one(j.up_ms.p50, 1), one(j.up_ms.p95, 1), one(j.first_packet_ms.p50, 1), one(j.first_packet_ms.p95, 1), one(j.cpu_ms, 2)]),
    ),
  ];
}

function recorded({ recorded: r }) {
  if (r === undefined) return [];
  const row = (title, s) => [title, ms(s.p50_us), ms(s.p99_us), range(s.loss_percent, 3), range(s.own_us), range(s.packager_us)];
  const lag = r.lag_s.map((s) => (`${one(s.median, 1)} s (at most ${one(s.high, 1)} s; ${s.without_index === 0 ? "all" : `${s.n - s.without_index} of ${s.n}`} had one)`)).join(", ");
  const caught = r.caught_up_s.map((s) => (s === undefined ? "not within 90 s" : `${one(s, 1)} s`)).join(", ");
  return [
    "",
    "## Thirty recorded rooms at once",
    `Thirty rooms of two who watch each other, all on one core, recorded and not in turn. ${r.packagers} packagers, on the same core, used ${range(r.packager_percent, 0)} % of it: ${one(r.packager_percent.median / r.participants, 2)} % a participant, ${one((r.packager_percent.median / 100 / r.participants) * 3600, 0)} s of processor time per recorded participant and hour.`,
    "",
    table(["", "p50 ms", "p99 ms", "lost %", "server µs a packet", "packager µs a packet"], [row("not recorded", r.off), row("recorded", r.on)]),
    "",
    `While running, the index of a recording was ${lag} behind; after all thirty meetings had been ended, one right after the other, the last replay was complete after ${caught}.`,
    ...notes(r.notes),
  ];
}

function captured({ captured: c }) {
  if (c === undefined) return [];
  return [
    "",
    "## What a browser sent",
    `RTP of Chromium's camera and microphone (VP8, Opus), captured in this run from a recording's journal and sent again by the generator to ${c.watchers} watchers and one Chromium: ${one(c.packets_per_s, 0)} packets/s of ${one(c.mean_bytes, 0)} bytes on average, ${one(c.us)} µs a packet, ${c.gaps} numbers missing at the watchers. The browser decoded **${c.frames_decoded} of ${c.frames_received} frames** (${one(c.frames_per_s, 1)} a second, ${c.width} × ${c.height}, ${c.packets_lost} packets lost, ${c.freezes} freezes).`,
    ...notes(c.notes),
    ...endedText(c.ended),
  ];
}

function endedText(e) {
  if (e === undefined) return [];
  return [
    "",
    "### From the end of a meeting to its replay",
    `The same RTP sent by ${e.people} publishers who watch each other, in one meeting of ${one(e.duration_s, 0)} s on the real server, recorded, its packager on the server's core; the meeting is ended by \`yunjian meeting end\` while all still send. From the start of that command: the command returned after ${one(e.command_ms, 0)} ms; \`GET /api/v1/meetings/{id}/recording\`, asked every 20 ms, said final after **${one(e.final_ms, 0)} ms** (the command, the journal's end, the packager's last second, seek tables, the index, the request); the last byte of the last of ${e.files} files (${e.video_tracks} pictures, ${e.audio_tracks} voices, the mix; ${one(e.bytes / 1e6, 1)} MB, one after the other on one connection) was here after **${one(e.served_ms, 0)} ms**. ffprobe decoded ${e.decoded} pictures of one of them. A meeting of ten minutes is measured below with a journal that no server wrote.`,
  ];
}

function packaging({ packaging: p }) {
  if (p === undefined) return [];
  const { whole, live } = p;
  return [
    "",
    "## Packaging, and from the end of a long journal to its index",
    `Real VP8 pictures (640 × 360 and 1280 × 720) and real Opus voices. The journal here is written by the bench, without a server; the packager is the real one. A meeting of ${whole.people} people that lasted ${whole.seconds} s: from the journal's end to the final index, from which every track can be played, **${whole.end_to_final_ms} ms** (the packager has followed until then); its journal was packaged at ${one(whole.times_real_time, 1)} times real time, with ${one(whole.core_percent_per_participant, 2)} % of a core per recorded participant. Followed live for ${live.seconds} s: **${one(live.core_percent_per_participant, 2)} % of a core** per recorded participant, ${one(live.cpu_s_per_participant_hour, 0)} s of processor time per participant and hour.`,
  ];
}

function seeking({ seeking: s }) {
  if (s?.seek === undefined) return [];
  const k = s.seek;
  return [
    "",
    "## Seeking in a replay",
    `In the replay page, in Chromium: a recording of ${one(k.recording_s, 0)} s, ${k.tracks} tracks of ${k.width} × ${k.height}, ${k.all.points} random moments, from \`seeking\` to the right coded picture shown on all of them (\`requestVideoFrameCallback\`); a key frame about every ${one(k.key_frame_every_ms, 0)} ms. A page keeps what it has fetched, so ${k.pages} pages took turns. \`fetched\`: at least one track did not have the moment when \`seeking\` came, and asked the server for it. ${k.pictures_behind_holes} of the ${k.all.points * k.tracks} pictures lay behind a hole of more than 100 ms in what the sender had sent: there Chromium may show the picture behind it.`,
    "",
    table(["moments", "number", "p50 ms", "p95 ms", "at most ms"], [["all", k.all], ["fetched", k.cold], ["already there", k.warm]].map(([t, f]) => [t, String(f.points), one(f.p50_ms, 0), one(f.p95_ms, 0), one(f.max_ms, 0)])),
  ];
}

function records({ records: r }) {
  if (r === undefined) return [];
  return [
    "",
    "## Lists and searches",
    `${r.projects.toLocaleString("en")} projects of ${r.managers} managers and ${r.meetings.toLocaleString("en")} meetings, asked by REST over a connection that is kept, one request after the other; from the call to the last byte, ms. The server has one core.`,
    "",
    table(["", "asked by", "p50 ms", "p95 ms", "at most ms"], r.rows.map((x) => [x.name, x.who, one(x.p50, 1), one(x.p95, 1), one(x.max, 1)])),
  ];
}

function requests({ requests: r }) {
  if (r === undefined) return [];
  const row = (x, i) => [`round ${i + 1}`, one(x.answers.rate, 0), one(x.answers.read.p95, 1), one(x.answers.write.p95, 1), one(x.answers.all.p95, 1), one(x.without.p50 / 1000), one(x.with.p50 / 1000), one(x.without.p99 / 1000), one(x.with.p99 / 1000), one(x.with.p99 / x.without.p99)];
  return [
    "",
    "## Requests beside a meeting",
    `${r.rate} requests a second (three reads to a write: lists, searches, one project, its meetings; new projects, changed ones, new meetings) at their own pace on the same database, while ${r.people} people watch each other. The server has one core, requests and media come from the other. Each round runs the meeting alone and then beside the requests; ms.`,
    "",
    table(["", "requests/s", "reads p95", "writes p95", "all p95", "forwarding p50 alone", "beside", "p99 alone", "beside", "p99 ratio"], r.rounds.map(row)),
    ...notes([...new Set(r.rounds.flatMap((x) => [...x.notes, ...Object.entries(x.answers.bad).map(([s, n]) => `${n} answers of ${s}`)]))]),
  ];
}

function fsync({ fsync: f }) {
  if (f === undefined) return [];
  const row = (title, s) => [title, String(s.n), one(s.p50, 1), one(s.p95, 1), one(s.max, 1)];
  return [
    "",
    "## A slow disk and an import beside a meeting",
    `Every fsync of the server takes ${f.sync_ms} ms longer (a preloaded library); a table of ${f.rows.toLocaleString("en")} projects was checked in ${one(f.checked_s, 1)} s and is being written, ${one(f.rows_per_s, 0)} rows a second. From the sending of a message to its arrival at another participant; ms. \`acknowledged\` is the sender's own answer, which waits until the message is durable.`,
    "",
    table(["", "messages", "p50 ms", "p95 ms", "at most ms"], [row("chat", f.chat), row("roster (somebody comes, somebody goes)", f.roster), row("chat acknowledged", f.stored)]),
  ];
}

const HOW = [
  "",
  "## How it is measured",
  "- `make bench` on an otherwise idle machine with at least two cores; `make bench QUICK=1` is a short form. Debian's Janus is installed beside, and no service is started.",
  "- The server with all its processes has one core, the generator the other. All traffic stays inside a network namespace made for the run, on an address that is not loopback (Janus refuses that); delivery into the watchers' sockets is in the server's time.",
  "- Traffic: 1.2 Mbit/s of video at 30 frames a second, each frame cut into packets whose sizes differ by a byte at most, as libwebrtc does, and 50 voice packets a second. Each watcher has a connection with one publisher's voice and picture, AES-128-GCM, signalling over HTTPS (Janus: HTTP).",
  "- Latency runs from the publisher's send to the kernel's receive stamp at the watcher; it contains the server's wait of up to 1 ms for the rest of a frame.",
  "- Every packet carries a number of its own and is counted once; a round that lost, doubled or found foreign packets says so.",
  "- Not measured: simulcast (one layer is forwarded), ICE-TCP, packets over a real network card.",
  "",
];

const renewed = (r) => Object.entries(r.renewed ?? {}).map(([part, at]) => `Measured again later: ${part} (${at.date}, source ${at.commit}).`);

export function writeReport(file, result) {
  const failed = Object.entries(result.failed).map(([part, why]) => `**Not measured: ${part}** (${why.split("\n")[0]})`);
  const text = [
    "# Benchmarks",
    "<!-- Written by make bench; edit tests/bench/lib/report.mjs instead. -->",
    ...machine(result),
    ...[...failed, ...renewed(result)].flatMap((line) => ["", line]),
    ...[atAGlance, forwarding, largest, memory, joins, recorded, captured, packaging, seeking, records, requests, fsync].flatMap((f) => f(result)),
    ...HOW,
  ].join("\n");
  writeFileSync(file, text);
}
