// Other ways than IPv4 and UDP that stays: IPv6 alone, and a path that is lost for a while.
import { chromium, closeBrowser, codes, enter, hears, sees, signalPage } from "../lib/browser.mjs";
import { equal, ok } from "../lib/expect.mjs";
import { finalIndex } from "../lib/record.mjs";
import { Server, sleep, until } from "../lib/server.mjs";
import { lines, paths, watch } from "../lib/wire.mjs";
import { execFileSync } from "node:child_process";

const A = { id: 9, tone: 523, burst: 1760 };
const B = { id: 10, tone: 659, burst: 2350 };
const six = new Server({ ip: "fd77::1", env: { YUNJIAN_LISTEN: "fd77::1", YUNJIAN_ANNOUNCE: "fd77::1" } });
const four = new Server({ ip: "10.77.0.1" });
let browsers = [];

export async function close() {
  for (const b of browsers) await closeBrowser(b);
  await Promise.all([six.close(), four.close()]);
}

async function meet(server) {
  await server.start();
  const demo = await server.demo();
  const host = await enter(await watch(await signalPage(browsers[0], A)), demo.host_url, "沈知远");
  const guest = await enter(await watch(await signalPage(browsers[1], B)), demo.guest_url, "陈立", host);
  await Promise.all([sees(host, B.id, 25_000), sees(guest, A.id, 25_000)]);
  await Promise.all([hears(host, B.tone), hears(guest, A.tone)]);
  return { host, guest, meeting: demo.meeting };
}

const nft = (rules) => execFileSync("nft", ["-f", "-"], { input: rules });

/** Everything to and from the media ports is dropped; the signalling stays. */
function cut(server) {
  const ports = `${server.media}-${server.media + 9}`;
  const drops = ["udp", "tcp"].flatMap((p) => ["sport", "dport"].map((d) => `${p} ${d} ${ports} drop;`));
  nft(`table inet cut { chain out { type filter hook output priority 0; ${drops.join(" ")} }; }`);
}

const felt = (line) => line.states.find((s) => s.state === "disconnected" || s.state === "failed");

/** Whose picture with this signal the page shows. */
const whose = async (page, id) => (await codes(page)).find((c) => c.id === id)?.participant;

export const tests = {
  async "over IPv6 alone, two people see and hear each other"(note) {
    browsers = await Promise.all([chromium(), chromium()]);
    const { host, guest } = await meet(six);
    for (const page of [host, guest]) {
      const pairs = await paths(page);
      note(`${page.who}: ${pairs.map((p) => `${p.local} to ${p.remote} by ${p.protocol}`).join(", ")}`);
      equal(pairs.length, 2, `${page.who}: connections with a chosen pair`);
      for (const p of pairs) equal(p.remote, "fd77::1", `${page.who}: the server's address`);
      ok(pairs.every((p) => p.local.includes(":")), `${page.who}: the browser's address is IPv6`);
    }
    for (const page of [host, guest]) await page.browserContext().close();
  },
  async "a path that is lost for a while comes back by an ICE restart: same people, same connections, one recording"(note) {
    const { host, guest, meeting } = await meet(four);
    const before = await Promise.all([host, guest].map(lines));
    const who = [await whose(host, B.id), await whose(guest, A.id)];
    cut(four);
    const from = Date.now();
    const restarted = async () => {
      const now = await Promise.all([host, guest].map(lines));
      return now.every((list, i) => list.every((l, k) => felt(l) !== undefined && l.ufrags.length > before[i][k].ufrags.length)) && now;
    };
    const lost = await until(restarted, 20_000, "every connection feels the cut and restarts ICE");
    note(`the cut is felt after ${lost.flat().map((l) => felt(l).at - from).join(", ")} ms, and lasts ${Date.now() - from} ms`);
    nft("delete table inet cut");
    const begun = Date.now();
    await Promise.all([sees(host, B.id, 5000, "again"), sees(guest, A.id, 5000, "again")]);
    note(`pictures are back after ${Date.now() - begun} ms`);
    await Promise.all([hears(host, B.tone), hears(guest, A.tone)]);
    const after = await Promise.all([host, guest].map(lines));
    for (const [i, list] of after.entries()) equal(list.map((l) => l.n).join(), before[i].map((l) => l.n).join(), "the connections are the same");
    equal(await whose(host, B.id), who[0], "the guest is the same participant");
    equal(await whose(guest, A.id), who[1], "the host is the same participant");
    await sleep(2000);
    await four.cli("meeting", "end", meeting);
    const index = await finalIndex(four.recordingPath(meeting));
    equal(index.tracks.length, 4, "tracks in the recording");
    ok(index.tracks.every((t) => t.spans.at(-1)[1] > index.duration_ms - 3000), "every track goes on after the cut");
  },
};
