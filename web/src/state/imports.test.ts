import { expect, test } from "vitest";
import type { Import } from "../api/types";
import { text, type TextKey } from "../i18n/texts";
import { columnName, isOpen, isRunning, partDone, template, whyText } from "./imports";

const zh = (key: TextKey, ...args: (string | number)[]): string => text("zh", key, ...args);
const en = (key: TextKey, ...args: (string | number)[]): string => text("en", key, ...args);

test("columns have names in both languages, those of organisations too", () => {
  expect(columnName("capacity_kva", zh)).toBe("容量(kVA)");
  expect(columnName("designer_phone", zh)).toBe("设计单位电话");
  expect(columnName("customer_side", en)).toBe("Customer side");
  expect(columnName("customer", en)).toBe("Customer");
  expect(columnName("", zh)).toBe("");
});

test("the empty table is a header with a mark, names that a table's reader knows", () => {
  expect(template(zh).startsWith("\ufeff报装编号,项目名称,客户,")).toBe(true);
  expect(template(zh).trimEnd().split(",").length).toBe(27);
  expect(template(zh)).toContain(",阶段,进入阶段日期,客户方,客户方联系人,客户方电话,");
  expect(template(en)).toContain(",Stage,In this stage since,");
});

test.each([
  ["number", 0, "不是数字,或者看不出是多少"],
  ["twice", 7, "第 7 行已有这个编号"],
  ["long", 120, "太长,最多 120 字节(约 40 个汉字)"],
  ["something new", 0, "something new"],
])("%s is said in words", (why, about, want) => {
  expect(whyText({ column: "number", value: "", why, about }, zh)).toBe(want);
});

test("what runs, what is open, how far it is", () => {
  const im = { state: "writing", done_rows: 30, rows: { all: 40, fresh: 40, changed: 0, unchanged: 0, bad: 0 } } as Import;
  expect([isRunning(im), isOpen(im), partDone(im)]).toEqual([true, true, 0.75]);
  expect([isRunning({ ...im, state: "checked" }), isOpen({ ...im, state: "checked" }), isOpen({ ...im, state: "done" })]).toEqual([false, true, false]);
  expect(partDone({ ...im, rows: { ...im.rows, all: 0 } })).toBe(0);
  expect(partDone({ ...im, done_rows: 99 })).toBe(1);
});
