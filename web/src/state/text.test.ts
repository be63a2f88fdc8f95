import { expect, test } from "vitest";
import { excess, initial } from "./text";
import { readStub } from "./ticket";

test("a ticket is of use on its own page only", () => {
  const kept = JSON.stringify({ token: "t", participant: "p", meeting: "m", at: "https://x/j#1", muted: true });
  expect(readStub(kept, "https://x/j#1")).toEqual({ token: "t", participant: "p", meeting: "m", at: "https://x/j#1", muted: true, cameraOff: false });
  expect(readStub(kept, "https://x/j#2")).toBeUndefined();
  expect(readStub("{broken", "https://x/j#1")).toBeUndefined();
  expect(readStub("null", "")).toBeUndefined();
  expect(readStub("", "")).toBeUndefined();
});

test("texts are measured as the server does", () => {
  expect(excess("abc", 3)).toBe(0);
  expect(excess("汉字", 3)).toBe(1);
  expect(excess("汉字", 2)).toBe(2);
  expect(excess("a😀", 4)).toBe(1);
  expect([initial("吴大勇"), initial("😀x"), initial("")]).toEqual(["吴", "😀", ""]);
});
