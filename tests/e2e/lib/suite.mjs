// One suite in a process of its own: every exported test in order, one line each.
import { pathToFileURL } from "node:url";
import { basename } from "node:path";
import { settle } from "./openapi.mjs";

const file = process.argv[2];
const suite = await import(pathToFileURL(file).href);
const name = basename(file, ".mjs");
let bad = 0;
for (const [what, test] of Object.entries(suite.tests)) {
  const begun = Date.now();
  const note = (text) => console.log(`        ${text}`);
  try {
    await test(note);
    await settle();
    console.log(`ok      ${name}: ${what} (${((Date.now() - begun) / 1000).toFixed(1)} s)`);
  } catch (e) {
    bad++;
    console.log(`FAILED  ${name}: ${what} (${((Date.now() - begun) / 1000).toFixed(1)} s)\n        ${String(e.stack ?? e).split("\n").slice(0, 6).join("\n        ")}`);
  }
}
await suite.close?.();
process.exit(bad === 0 ? 0 : 1);
