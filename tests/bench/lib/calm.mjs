// How calm the machine is before anything is started.
import { readFileSync } from "node:fs";
import { sleep } from "./space.mjs";

function busy() {
  const [, ...v] = readFileSync("/proc/stat", "utf8").split("\n", 1)[0].trim().split(/\s+/);
  const [user, nice, system, idle, wait, irq, soft, steal] = v.map(Number);
  return { busy: user + nice + system + irq + soft, steal, all: user + nice + system + idle + wait + irq + soft + steal };
}

/** Percent of one core that others use, over `ms`. */
export async function othersUse(cores, ms = 2000) {
  const a = busy();
  await sleep(ms);
  const b = busy();
  const share = (k) => (100 * cores * (b[k] - a[k])) / (b.all - a.all);
  return { busy_percent: share("busy"), steal_percent: share("steal") };
}
