import { expect, test } from "vitest";
import type { Held } from "../api/types";
import { happenings, inOrder } from "./history";

const held = (id: string, starts_at: string, state: Held["state"], more: Partial<Held> = {}): Held => ({ id, kind: "review", title: id, host_name: "", starts_at, state, people: [], recording: null, ...more });
const someone = { name: "a", organisation: "", role: "customer" as const, host: false, present_ms: 1 };

test("what happened stands with the latest first; a meeting to which nobody came did not happen", () => {
  const project = { created_at: "2026-11-01T00:00:00Z", moves: [{ from: "reserve" as const, to: "application" as const, at: "2026-11-03T00:00:00Z", on: "2026-11-03", who: "w", reason: "" }] };
  const list = happenings(project, [
    held("came", "2026-11-04T00:00:00Z", "ended", { people: [someone], recording: { state: "ended", started_at: "2026-11-04T00:01:00Z", length_ms: 1, final: true } }),
    held("nobody", "2026-11-05T00:00:00Z", "scheduled"),
  ]);
  expect(list.map((h) => h.what)).toEqual(["recorded", "met", "moved", "made"]);
});

test("moves of one moment stand in the order in which they were made", () => {
  const move = (to: "survey" | "supply_plan") => ({ from: "reserve" as const, to, at: "2026-11-03T00:00:00Z", on: "2026-11-03", who: "w", reason: "" });
  const list = happenings({ created_at: "2026-11-01T00:00:00Z", moves: [move("survey"), move("supply_plan")] }, []);
  expect(list.map((h) => (h.what === "moved" ? h.to : h.what))).toEqual(["supply_plan", "survey", "made"]);
});

test("meetings: what is on, what comes next, what was last", () => {
  const list = [held("old", "2026-11-01T00:00:00Z", "ended"), held("later", "2026-12-02T00:00:00Z", "scheduled"), held("last", "2026-11-20T00:00:00Z", "ended"), held("next", "2026-12-01T00:00:00Z", "scheduled"), held("on", "2026-11-30T00:00:00Z", "live")];
  expect(inOrder(list).map((m) => m.id)).toEqual(["on", "next", "later", "last", "old"]);
});
