import { expect, test } from "vitest";
import { badge, room } from "./recording";

const rec = { since: new Date(1_000_000).toISOString(), by: "H", reason: "lunch", hours_left: 3 };
test("the badge of each state", () => {
  const look = (state: "off" | "on" | "starting" | "stopped" | "failed", resumed = 0) => badge({ ...rec, state }, resumed, 1_061_000);
  expect(badge(undefined, 0, 0).text).toBe("rec_off");
  expect(look("on")).toEqual({ look: "on", text: "rec_on", args: [], runs: 61_000 });
  expect(look("on", 1_059_000).look).toBe("resumed");
  expect(look("on", 1_057_000).look).toBe("on");
  expect(look("stopped")).toMatchObject({ look: "stopped", text: "rec_stopped", args: ["H"] });
  expect(look("failed")).toMatchObject({ look: "stopped", text: "rec_failed", runs: undefined });
});
test("how long the disk lasts", () => {
  expect(room(0)).toBeUndefined();
  expect(room(0.5)).toEqual({ text: "rec_hours_low", args: [30], low: true });
  expect(room(66.7)).toEqual({ text: "rec_hours", args: [66], low: false });
  expect(room(1234)).toEqual({ text: "rec_hours", args: [1230], low: false });
});
