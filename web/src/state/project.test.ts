import { expect, test } from "vitest";
import { bodyOf, differing, EMPTY_FORM, formOf, limitOf, moveKind, nextStage, stageBar, urgency } from "./project";

const full = {
  number: "BZ-1",
  title: "T",
  customer: "C",
  park: "P",
  address: "A",
  latitude_e6: 31_230_416,
  longitude_e6: -121_473_701,
  voltage_v: 10_000,
  capacity_kva: 3200,
  load_nature: "L",
  importance: 2,
  sources: 2,
  wanted_on: "2027-01-15",
};

test("a form says what was filled in, and nothing for what was not", () => {
  expect(bodyOf(formOf(full))).toEqual({ body: full });
  const bare = { ...full, latitude_e6: null, longitude_e6: null, voltage_v: null, capacity_kva: null, importance: null, wanted_on: null, sources: 1 };
  expect(bodyOf(formOf(bare))).toEqual({ body: bare });
});

test.each([
  [{ voltage: "10,5" }, [], 105_000],
  [{ voltage: "0.4" }, [], 400],
  [{ voltage: "ten" }, ["voltage"], undefined],
  [{ voltage: "-10" }, ["voltage"], undefined],
  [{ voltage: "2000" }, ["voltage"], undefined],
  [{ capacity: "3.5" }, ["capacity"], undefined],
  [{ place: "31.2" }, ["place"], undefined],
  [{ place: "91, 10" }, ["place"], undefined],
  [{ title: " ", customer: "" }, ["title", "customer"], undefined],
])("%j is wrong in %j", (change, wrong, volts) => {
  const r = bodyOf({ ...EMPTY_FORM, title: "T", customer: "C", ...change });
  expect("wrong" in r ? r.wrong : []).toEqual(wrong);
  if (volts !== undefined) expect("body" in r && r.body.voltage_v).toBe(volts);
});

test("thousands and Chinese commas are read", () => {
  const r = bodyOf({ ...EMPTY_FORM, title: "T", customer: "C", capacity: "3,200", place: "31.5,121.25" });
  expect("body" in r && [r.body.capacity_kva, r.body.latitude_e6, r.body.longitude_e6]).toEqual([3200, 31_500_000, 121_250_000]);
});

test("which fields differ", () => {
  expect(differing(formOf(full), { ...formOf(full), title: "T ", park: "Q" })).toEqual(["park"]);
});

test.each([
  [null, "none"],
  [-1, "late"],
  [0, "soon"],
  [3, "soon"],
  [4, "fine"],
])("%s days left: %s", (days_left, want) => {
  expect(urgency({ days_left })).toBe(want);
});

test.each([
  ["reserve", "application", "next"],
  ["reserve", "survey", "skip"],
  ["survey", "application", "back"],
  ["acceptance", "withdrawn", "withdraw"],
  ["energization", "withdrawn", "none"],
  ["withdrawn", "reserve", "back"],
  ["withdrawn", "survey", "none"],
  ["return_visit", "closed", "next"],
  ["closed", "closed", "none"],
] as const)("%s to %s: %s", (from, to, want) => {
  expect(moveKind(from, to)).toBe(want);
});

test("what comes next", () => {
  expect([nextStage("reserve"), nextStage("return_visit"), nextStage("closed"), nextStage("withdrawn")]).toEqual(["application", "closed", undefined, undefined]);
});

test("the bar knows what was skipped", () => {
  const states = (stage: Parameters<typeof stageBar>[0], moves: Parameters<typeof stageBar>[1]) => stageBar(stage, moves, {}).map((x) => x.state[0]).join("");
  expect(states("reserve", [])).toBe("nttttttttt");
  expect(states("supply_plan", [{ from: "reserve", to: "application" }, { from: "application", to: "supply_plan" }])).toBe("ddsntttttt");
  expect(states("closed", [{ from: "reserve", to: "return_visit" }, { from: "return_visit", to: "closed" }])).toBe("dssssssssd");
  expect(states("withdrawn", [{ from: "reserve", to: "application" }, { from: "application", to: "withdrawn" }])).toBe("ddtttttttt");
});

test("the limit is what has been used and what is left", () => {
  expect(limitOf({ stage_days: 8, days_left: -1 })).toBe(7);
  expect(limitOf({ stage_days: 0, days_left: 20 })).toBe(20);
  expect(limitOf({ stage_days: 3, days_left: null })).toBeUndefined();
});
