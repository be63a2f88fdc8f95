import { expect, test } from "vitest";
import { placeAfter } from "./login";
import { inOrder } from "./project";

test("after signing in only a place of this server", () => {
  expect(placeAfter("?to=%2Fm%2F1")).toBe("/m/1");
  for (const bad of ["", "?to=https://evil", "?to=//evil", "?to=/\\evil"]) expect(placeAfter(bad)).toBe("");
});

test("meetings: what is on, what comes next, what was last", () => {
  const m = (id: string, state: "live" | "scheduled" | "ended", day: number) => ({ id, state, starts_at: `2026-11-${day}T10:00:00Z`, kind: "review" as const, title: id, host_name: "" });
  expect(inOrder([m("old", "ended", 10), m("later", "scheduled", 28), m("next", "scheduled", 27), m("last", "ended", 20), m("on", "live", 26)]).map((x) => x.id)).toEqual(["on", "next", "later", "last", "old"]);
});
