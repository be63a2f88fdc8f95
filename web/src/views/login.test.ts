import { expect, test } from "vitest";
import { placeAfter } from "./login";

test("after signing in only a place of this server", () => {
  expect(placeAfter("?to=%2Fm%2F1")).toBe("/m/1");
  for (const bad of ["", "?to=https://evil", "?to=//evil", "?to=/\\evil"]) expect(placeAfter(bad)).toBe("");
});
