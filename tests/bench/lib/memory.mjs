// Memory per peer: the proportional set size of a server with twice as many peers, less that with half of them.
import { janus, ours } from "./servers.mjs";
import { load } from "./load.mjs";
import { sleep } from "./space.mjs";

/** The server's own accounting of its rings, read while the load runs. */
async function rings(server, afterMs) {
  if (server.cli === undefined) return undefined; // Janus does not tell.
  await sleep(afterMs);
  const status = await server.cli("status");
  return status.workers.reduce((sum, w) => sum + w.ring_bytes, 0) / 1024;
}

/** A server gives back what handshakes needed a few seconds after them: that is waited for. */
const SETTLED_S = 8;

async function sample(open, scene, seconds) {
  const server = await open(scene);
  try {
    const wait = 1000 * (SETTLED_S + seconds);
    const [r, ring_kb] = await Promise.all([load(server, scene, { seconds: seconds + 2, warmup: SETTLED_S }), rings(server, wait)]);
    return { peers: r.delivery.up, pss_kb: r.server.pss_kb, idle_kb: r.server.idle_pss_kb, ring_kb, notes: r.notes };
  } finally {
    await server.close();
  }
}

async function compare(title, open, small, big, seconds, say) {
  const a = await sample(open, small, seconds);
  const b = await sample(open, big, seconds);
  const peers = b.peers - a.peers;
  const all = (b.pss_kb - a.pss_kb) / peers;
  const ring = a.ring_kb === undefined ? undefined : (b.ring_kb - a.ring_kb) / peers;
  say(`${title}: ${all.toFixed(1)} KB a peer, of it ${ring === undefined ? "unknown" : ring.toFixed(1)} KB in rings (${a.peers} and ${b.peers} peers)`);
  return { title, small: a, big: b, per_peer_kb: all, ring_kb: ring, beside_rings_kb: ring === undefined ? undefined : all - ring };
}

export async function memory({ seconds, say, quick }) {
  const n = quick ? 100 : 200;
  const watchers = (k) => ({ rooms: 1, pubs: 1, subs: k });
  const rooms = (k) => ({ rooms: k, pubs: 3, mesh: true });
  const own = (s) => ours({ rooms: s.rooms, publishers: s.pubs });
  const first = await compare("yunjian, watchers of one publisher", own, watchers(n), watchers(2 * n), seconds, say);
  if (quick) return [first];
  return [
    first,
    await compare("yunjian, rooms of three (a third of the peers publish)", own, rooms(10), rooms(20), seconds, say),
    await compare("Janus, event_loops=1, watchers of one publisher", () => janus({ loops: 1 }), watchers(n / 2), watchers(n), seconds, say),
  ];
}
