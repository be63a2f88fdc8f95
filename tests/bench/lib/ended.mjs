// From the end of a meeting to its replay, with the real server: what Chromium sent, sent again by four publishers in one meeting.
import https from "node:https";
import { join } from "node:path";
import { Account } from "../../e2e/lib/account.mjs";
import { Server } from "../../e2e/lib/server.mjs";
import { load } from "./load.mjs";
import { ours } from "./servers.mjs";
import { cores, run, sleep } from "./space.mjs";

const PEOPLE = 4;
const POLL_MS = 20;
const PATIENCE_MS = 60_000;

/** Somebody who may replay, with the second factor that an auditor owes; keeps one connection. */
async function auditor(server) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const password = "a long password";
  await server.cliGiven(`${password}\n`, "user", "add", "audit", "auditor", "Auditor");
  const account = new Account({ url: server.url, request: Server.prototype.request }, "audit", password);
  account.agent = agent;
  await account.signIn();
  const get = async (path) => {
    const rs = await account.get(path);
    if (rs.status !== 200) throw new Error(`GET ${path}: ${rs.status} ${rs.text}`);
    return rs.data;
  };
  return { get, close: () => agent.destroy() };
}

async function finalIndex(get, path) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const { index } = JSON.parse(await get(path));
    if (index?.state === "final") return index;
    if (Date.now() > end) throw new Error(`no final index within ${PATIENCE_MS} ms`);
    await sleep(POLL_MS);
  }
}

const filesOf = (index) => [...index.tracks.flatMap((t) => t.files.map((f) => f.file)), ...(index.mix === undefined ? [] : [index.mix.file])];

async function pictures(file) {
  const text = await run(cores.join(","), "ffprobe", ["-v", "error", "-select_streams", "v", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file]);
  return Number(text.trim());
}

/** Ends the meeting while everybody still sends. */
async function end(server, meeting) {
  const { get, close } = await auditor(server);
  try {
    const begun = performance.now();
    await server.cli("meeting", "end", meeting);
    const command_ms = performance.now() - begun;
    const index = await finalIndex(get, `/meetings/${meeting}/recording`);
    const final_ms = performance.now() - begun;
    let bytes = 0;
    for (const file of filesOf(index)) bytes += (await get(`/meetings/${meeting}/recording/files/${file.split("/").at(-1)}`)).length;
    return { index, command_ms, final_ms, served_ms: performance.now() - begun, bytes };
  } finally {
    close();
  }
}

/** @param file a journal's segment of one browser. @return times in ms from the start of `yunjian meeting end`. */
export async function ended(file, { quick, say }) {
  const seconds = quick ? 10 : 60;
  const server = await ours({ publishers: PEOPLE, record: true });
  try {
    const running = load(server, { rooms: 1, pubs: PEOPLE, mesh: true }, { seconds: seconds + 3, warmup: 1, extra: ["--capture", file] });
    running.catch(() => undefined);
    await sleep((seconds + 1) * 1000);
    const [meeting] = (await server.cli("recording", "list")).map((r) => r.meeting);
    const { index, ...times } = await end(server, meeting);
    await running;
    const kinds = (kind) => index.tracks.filter((t) => t.kind === kind && t.files.length > 0);
    const [film] = kinds("video");
    const result = { ...times, people: PEOPLE, duration_s: index.duration_ms / 1000, video_tracks: kinds("video").length, audio_tracks: kinds("audio").length, files: filesOf(index).length, decoded: await pictures(join(server.recordings, meeting, film.files[0].file)) };
    if (result.video_tracks !== PEOPLE || result.audio_tracks !== PEOPLE || result.decoded < seconds * 15) throw new Error(`not what was sent: ${JSON.stringify(result)}`);
    say(`ended: ${result.duration_s.toFixed(0)} s of ${PEOPLE}: final index ${times.final_ms.toFixed(0)} ms after the command, all ${result.files} files served ${times.served_ms.toFixed(0)} ms`);
    return result;
  } finally {
    await server.close();
  }
}
