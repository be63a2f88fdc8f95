import { expect, test } from "vitest";
import { whatNext, Refusal } from "./answer";

test("what passes is asked for again, what does not is final", () => {
  for (const status of [408, 425, 429, 500, 502, 503, 504]) expect([status, whatNext(new Refusal(status), false)]).toEqual([status, "later"]);
  for (const status of [200, 400, 403, 404, 410, 416]) expect([status, whatNext(new Refusal(status), false)]).toEqual([status, "never"]);
  expect(whatNext(new TypeError("network"), false)).toBe("later");
  expect(whatNext(undefined, false)).toBe("later");
});

test("a session that is over waits for somebody to sign in, a file that grows for its bytes", () => {
  expect([whatNext(new Refusal(401), false), whatNext(new Refusal(401), true)]).toEqual(["sign_in", "sign_in"]);
  expect([whatNext(new Refusal(416), true), whatNext(new Refusal(404), true)]).toEqual(["later", "never"]);
});
