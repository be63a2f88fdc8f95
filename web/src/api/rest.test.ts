import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "./rest";

interface Sent {
  url: string;
  key: string | undefined;
}
let sent: Sent[];
let answers: (number | "broken")[];

beforeEach(() => {
  sent = [];
  answers = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    sent.push({ url, key: (init.headers as Record<string, string>)["idempotency-key"] });
    const next = answers.shift() ?? 200;
    return next === "broken" ? Promise.reject(new TypeError("broken")) : Promise.resolve(new Response('{"detail":""}', { status: next }));
  });
});
afterEach(() => vi.unstubAllGlobals());

test("a POST whose answer was lost is sent once more under the same key", async () => {
  answers = ["broken", 200];
  await api("POST", "/projects", { title: "a" });
  expect(sent).toHaveLength(2);
  expect(sent[0]?.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(sent[1]?.key).toBe(sent[0]?.key);
});

test("asked again by hand after that, it is still the same; once answered, it is another", async () => {
  answers = ["broken", "broken", 200, 200];
  await expect(api("POST", "/projects", { title: "a" })).rejects.toMatchObject({ code: "offline" });
  await api("POST", "/projects", { title: "a" });
  await api("POST", "/projects", { title: "a" });
  const keys = sent.map((s) => s.key);
  expect(keys[2]).toBe(keys[0]);
  expect(keys[3]).not.toBe(keys[0]);
});

test("another body is another intention", async () => {
  answers = ["broken", "broken", 200];
  await api("POST", "/projects", { title: "a" }).catch(() => undefined);
  await api("POST", "/projects", { title: "b" });
  expect(sent[2]?.key).not.toBe(sent[0]?.key);
});

test("a refusal is an answer", async () => {
  answers = [400, 200];
  await api("POST", "/projects", { title: "a" }).catch(() => undefined);
  await api("POST", "/projects", { title: "a" });
  expect(sent[1]?.key).not.toBe(sent[0]?.key);
});

test("what opens a way in has no key and is not sent again", async () => {
  for (const path of ["/session", "/session/second", "/account/password", "/oidc/finish", "/invitations/redeem", "/links/redeem", "/meetings/x/join", "/meetings/x/recording/views"]) {
    answers = ["broken"];
    await api("POST", path, {}).catch(() => undefined);
  }
  expect(sent).toHaveLength(8);
  expect(sent.every((s) => s.key === undefined)).toBe(true);
});

test("reading and changing have none either", async () => {
  await api("GET", "/projects");
  await api("PUT", "/projects/x", {}, { version: 1 });
  await api("DELETE", "/projects/x");
  expect(sent.map((s) => s.key)).toEqual([undefined, undefined, undefined]);
});
