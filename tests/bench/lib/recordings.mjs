// Whether a server that is to record has recorded: the cost of a recording that was none would flatter it.
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const PCAP_HEAD = 24;

async function journalBytes(folder) {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (n) => (await stat(join(folder, n))).size - PCAP_HEAD));
  return sizes.reduce((sum, n) => sum + Math.max(n, 0), 0);
}

/** Throws unless packagers ran in the window of `got`, and each of `rooms` has packets in a journal and files in an index. */
export async function recordsAll(server, rooms, got) {
  if (!(got.server.children > 0 && got.server.children_cpu_s > 0)) throw new Error("no packager ran");
  const meetings = await readdir(server.recordings);
  if (meetings.length !== rooms) throw new Error(`${meetings.length} recordings of ${rooms} rooms`);
  for (const m of meetings) {
    if ((await journalBytes(join(server.recordings, m, "journal"))) === 0) throw new Error(`the journal of ${m} is empty`);
    const index = JSON.parse(await readFile(join(server.recordings, m, "index.json"), "utf8"));
    if (!(index.duration_ms > 0 && index.tracks.some((t) => t.files.length > 0))) throw new Error(`the index of ${m} is empty`);
  }
}
