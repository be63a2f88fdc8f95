import { expect, test } from "vitest";
import { percentText, sizeText } from "./size";

test("sizes as file managers have them", () => {
  const rows: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1024, "1 KB"],
    [1536, "1.5 KB"],
    [62_914_560, "60 MB"],
    [2_147_483_648, "2 GB"],
    [1_073_000_000, "1 GB"],
  ];
  for (const [n, text] of rows) expect(sizeText(n)).toBe(text);
});

test("a part is whole only when it is", () => {
  expect(percentText(0, 10)).toBe("0%");
  expect(percentText(999_999, 1_000_000)).toBe("99%");
  expect(percentText(10, 10)).toBe("100%");
});
