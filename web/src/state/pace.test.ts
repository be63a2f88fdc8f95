import { expect, test } from "vitest";
import type { Pace } from "../api/types";
import { average, totals } from "./pace";

const stage = (name: Pace["stages"][number]["stage"], projects: number, late: number) => ({ stage: name, projects, late, late_more: late - 1, late_most: 0, done: { projects: 2, days: 31 } });

test("an average of nothing is none", () => {
  expect(average({ projects: 0, days: 0 })).toBeUndefined();
  expect(average({ projects: 2, days: 31 })).toBe(15.5);
});

test("what is over is neither open nor late", () => {
  const pace: Pace = { stages: [stage("survey", 5, 2), stage("acceptance", 3, 1), stage("closed", 100, 1)], total: { projects: 0, days: 0 }, since: "", late_more_than: 5, late_most_than: 20 };
  expect(totals(pace)).toEqual({ open: 8, late: 3, more: 1, most: 0 });
});
