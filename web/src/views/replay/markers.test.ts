import { expect, test } from "vitest";
import { cluster, nextMark, previousMark, stepIn } from "./markers";

const at = (...ms: number[]) => ms.map((m) => ({ ms: m }));

test("marks nearer than 24 px are one with a count", () => {
  const found = cluster(at(5000, 0, 1000, 2300, 2400), 0.01); // 10 px a second
  expect(found.map((c) => [c.ms, c.items.length])).toEqual([[0, 3], [2400, 1], [5000, 1]]);
  expect(cluster(at(0, 1000, 2300, 2400, 5000), 1).length).toBe(5);
  expect(cluster([], 1)).toEqual([]);
});

test("no two drawn marks are nearer than 24 px", () => {
  const many = at(...Array.from({ length: 300 }, (_, i) => (i * 7919) % 100_000));
  const x = cluster(many, 0.008).map((c) => c.ms * 0.008);
  expect(Math.min(...x.slice(1).map((v, i) => v - (x[i] ?? 0)))).toBeGreaterThanOrEqual(24);
});

test("a press steps through a cluster and round", () => {
  const [c] = cluster(at(100, 150, 150, 200), 0.001);
  if (c === undefined) throw new Error("no cluster");
  expect([0, 100, 150, 200, 175].map((ms) => stepIn(c, ms)?.ms)).toEqual([100, 150, 200, 100, 100]);
});

test("previous and next event", () => {
  const list = [1000, 5000, 9000];
  expect([nextMark(list, 0), nextMark(list, 1000), nextMark(list, 9000)]).toEqual([1000, 5000, undefined]);
  expect([previousMark(list, 5000, false), previousMark(list, 6000, true), previousMark(list, 6600, true), previousMark(list, 500, false)]).toEqual([1000, 1000, 5000, undefined]);
});
