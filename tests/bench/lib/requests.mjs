// 200 requests a second, reads and writes mixed, on the filled database while a meeting runs; and the meeting's own latency
// beside the same meeting without them, in turns.
import { spawnSync } from "node:child_process";
import { spread } from "./client.mjs";
import { dice, FIRST, PROJECTS } from "./fill.mjs";
import { load } from "./load.mjs";
import { filled } from "./records.mjs";
import { cores, sleep } from "./space.mjs";

const RATE = 200;
const WRITES = 4; // One request in so many changes something.
const SCENE = { rooms: 1, pubs: 4, mesh: true };
const words = ["锦", "公司", "产业园", "冷链仓储", "望江 路", "BZ-2024"].map(encodeURIComponent);

/** One request; resolves to [kind, answer]. */
function ask(who, roll, own) {
  const project = () => own[roll(own.length)];
  const reads = [
    () => ["GET", `/projects?cursor=${FIRST + roll(PROJECTS)}`],
    () => ["GET", `/projects?q=${words[roll(words.length)]}`],
    () => ["GET", "/projects?sort=due&late=1"],
    () => ["GET", `/projects/${project().id}`],
    () => ["GET", `/projects/${project().id}/meetings`],
  ];
  const writes = [
    () => ["POST", "/projects", { title: `新项目 ${roll(1e9)}`, customer: "锦澜精密制造" }],
    () => {
      const p = project();
      return ["PUT", `/projects/${p.id}`, { title: p.title, customer: p.customer, park: `园区 ${roll(1000)}` }, { "if-match": `"${p.version++}"` }];
    },
    () => ["POST", `/projects/${project().id}/meetings`, { kind: "review", title: "会审", starts_at: new Date(Date.now() + 86_400_000).toISOString(), record_auto: false }],
  ];
  const write = roll(WRITES) === 0;
  const list = write ? writes : reads;
  const [method, path, body, headers] = list[roll(list.length)]();
  return who.call(method, path, body, headers).then((rs) => [write ? "write" : "read", rs]);
}

/** At its rate whatever the answers take: who waits for an answer does not ask less often. */
async function ply(who, own, ms) {
  const roll = dice(11);
  const times = { read: [], write: [] };
  const bad = {};
  const under = [];
  const begun = performance.now();
  for (let n = 0; performance.now() - begun < ms; n++) {
    const wait = begun + (n * 1000) / RATE - performance.now();
    if (wait > 1) await sleep(wait);
    under.push(ask(who, roll, own).then(([kind, rs]) => {
      times[kind].push(rs.ms);
      if (rs.status >= 300) bad[rs.status] = (bad[rs.status] ?? 0) + 1;
    }));
  }
  await Promise.all(under);
  const n = times.read.length + times.write.length;
  return { rate: n / (ms / 1000), all: spread([...times.read, ...times.write]), read: spread(times.read), write: spread(times.write), bad };
}

export async function requests({ say, quick }) {
  spawnSync("taskset", ["-a", "-pc", cores[1], String(process.pid)]); // With the generator: the server's core is its own.
  const { server, manager, supervisor } = await filled({ rooms: SCENE.rooms, publishers: SCENE.pubs });
  const seconds = quick ? 5 : 10;
  const rounds = [];
  try {
    const own = (await manager.want(200, "GET", "/projects")).projects;
    for (let i = 0; i < (quick ? 1 : 3); i++) {
      const without = await load(server, SCENE, { seconds });
      const [answers, beside] = await Promise.all([ply(manager, own, (seconds + 2) * 1000), load(server, SCENE, { seconds })]);
      rounds.push({ without: without.latency_us, with: beside.latency_us, lost: beside.delivery.lost, answers, notes: beside.notes.filter((x) => !x.startsWith("not calm")) });
      say(`requests: ${answers.rate.toFixed(0)} a second, p95 ${answers.all.p95.toFixed(1)} ms; forwarding p99 ${(without.latency_us.p99 / 1000).toFixed(2)} ms alone, ${(beside.latency_us.p99 / 1000).toFixed(2)} ms beside`);
    }
  } finally {
    manager.close();
    supervisor.close();
    await server.close();
  }
  return { rate: RATE, seconds, people: SCENE.pubs, rounds };
}
