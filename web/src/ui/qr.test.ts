import { expect, test } from "vitest";
import { qrPath } from "./qr";

test("a code has its three finders, and white around it", () => {
  const { size, path } = qrPath("otpauth://totp/Yunjian:admin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Yunjian");
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)h/g)].map((m) => `${m[1]} ${m[2]}`));
  const n = size - 8;
  for (const [x, y] of [
    [4, 4],
    [4 + n - 7, 4],
    [4, 4 + n - 7],
  ] as const)
    for (let i = 0; i < 7; i++) {
      expect(dark.has(`${x + i} ${y}`)).toBe(true);
      expect(dark.has(`${x} ${y + i}`)).toBe(true);
      expect(dark.has(`${x + 1} ${y + 1}`)).toBe(false);
    }
  for (let i = 0; i < size; i++) expect(dark.has(`${i} 3`) || dark.has(`3 ${i}`)).toBe(false);
});
