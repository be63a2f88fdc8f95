// What axe-core finds against levels A and AA on a page as it stands.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { equal } from "./expect.mjs";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Lines, one for each broken rule. */
export async function broken(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const found = await page.evaluate((rules) => window.axe.run(document, { runOnly: rules, resultTypes: ["violations"] }), RULES);
  return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 120)} (${n.failureSummary.split("\n")[1]})`).join("; ")}`);
}

export async function violations(page, what) {
  equal((await broken(page)).join("\n"), "", `accessibility, ${what}`);
}
