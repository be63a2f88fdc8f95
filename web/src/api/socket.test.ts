import { expect, test } from "vitest";
import { nextWait } from "./socket";

test("coming back is quick for a minute, then rarer", () => {
  expect(nextWait(250, 0)).toBe(375);
  expect(nextWait(1900, 10_000)).toBe(2000);
  expect(nextWait(9000, 61_000)).toBe(10_000);
});
