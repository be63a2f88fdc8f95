// Joining: from the first request to the first media packet, one after the other; and what a join costs the server.
import { janus, ours } from "./servers.mjs";
import { load } from "./load.mjs";

const JOINS = 100;

async function time(open, extra) {
  const server = await open();
  try {
    const r = await load(server, { rooms: 1, pubs: 1, subs: JOINS }, { seconds: 1, warmup: 0.5, extra: ["--setup-jobs", "1", ...extra] });
    return { up_ms: r.subscribers.up_ms, first_packet_ms: r.subscribers.first_packet_ms, failed: r.subscribers.failed };
  } finally {
    await server.close();
  }
}

/** With next to no media: voice, five packets a second. */
async function cost(open, extra) {
  const server = await open();
  try {
    const thin = ["--video-bps", "0", "--audio-pps", "5", "--setup-jobs", "1", ...extra];
    const r = await load(server, { rooms: 1, pubs: 1, subs: JOINS }, { seconds: 1, warmup: 0.5, extra: thin });
    return (r.joining.cpu_s * 1000) / JOINS;
  } finally {
    await server.close();
  }
}

export async function joins({ quick, say }) {
  const rows = [
    { title: "yunjian, HTTPS, each with a connection of its own", open: () => ours(), extra: ["--fresh"] },
    { title: "yunjian, HTTPS, one connection kept", open: () => ours(), extra: [] },
    { title: "yunjian, trickle", open: () => ours(), extra: ["--trickle"] },
    { title: "Janus, event_loops=1, plain HTTP, one connection kept", open: () => janus({ loops: 1 }), extra: [] },
  ];
  const out = [];
  for (const { title, open, extra } of quick ? [rows[0], rows.at(-1)] : rows) {
    const t = await time(open, extra);
    const cpu_ms = await cost(open, extra);
    out.push({ title, ...t, cpu_ms });
    say(`joins, ${title}: first packet p50 ${t.first_packet_ms.p50.toFixed(1)} ms, p95 ${t.first_packet_ms.p95.toFixed(1)} ms, ${cpu_ms.toFixed(2)} ms of processor time`);
  }
  return out;
}
