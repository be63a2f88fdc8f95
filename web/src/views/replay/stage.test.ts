import { expect, test } from "vitest";
import { stayed } from "./stage";

test.each([
  [[1, 2], [], [1, 2]],
  [[2], [1, 2], [2, 1]],
  [[1, 2], [2, 1], [1, 2]],
  [[], [5, 4, 3, 2, 1], [5, 4, 3, 2]],
  [[9], [5, 4, 3, 2, 1], [9, 5, 4, 3, 2]],
])("there %j, before %j: %j stay", (there, before, want) => {
  expect(stayed(there, before)).toEqual(want);
});
