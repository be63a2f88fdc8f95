import { expect, test } from "vitest";
import { text, tables, texts } from ".";

const sources = import.meta.glob<string>("../../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });
const places = (s: string): string[] => [...s.matchAll(/\{\d\}/g)].map((m) => m[0]).sort();

test("every text is there in both languages, with the same places to fill", () => {
  for (const [key, [zh, en]] of Object.entries(texts)) {
    expect(zh.trim(), key).not.toBe("");
    expect(en.trim(), key).not.toBe("");
    expect(places(en), key).toEqual(places(zh));
    expect(/[\u4e00-\u9fff]/.test(en) && key !== "other_language", `${key}: Chinese in the English text`).toBe(false);
  }
});

test("a key stands in one table only", () => {
  const all = Object.values(tables).flatMap((x) => Object.keys(x));
  expect(all.length).toBe(new Set(all).size);
});

test("no text is left that nobody shows", () => {
  const code = Object.entries(sources)
    .filter(([path]) => !path.includes("/texts/") && !path.includes(".test."))
    .map(([, s]) => s)
    .join("\n");
  const made = [...code.matchAll(/`([a-z]+_)\$\{/g)].map((m) => m[1] ?? "").concat([...code.matchAll(/word\("([a-z]+)"/g)].map((m) => `${m[1] ?? ""}_`));
  const named = (key: string): boolean => code.includes(`"${key}"`) || new RegExp(`\\b${key}:`).test(code);
  const unused = Object.keys(texts).filter((key) => !named(key) && !made.some((p) => key.startsWith(p)));
  expect(unused).toEqual([]);
});

test("what is filled in stands in its place, and nothing where nothing was given", () => {
  expect(text("en", "rec_stopped_why", "Li", "lunch")).toBe("Li stopped the recording: lunch");
  expect(text("zh", "joined", "吴大勇")).toBe("吴大勇 进来了");
  expect(text("en", "joined")).toBe(" came in");
});
