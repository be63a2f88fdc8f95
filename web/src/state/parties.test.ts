import { expect, test } from "vitest";
import { newParty, partiesOf, partyText, sameParties, wrongParties } from "./parties";

const one = { part: "designer", organisation: " 甲院 ", person: "张三", phone: "" } as const;

test("what was left empty is not sent", () => {
  expect(partiesOf([one, newParty()])).toEqual([{ part: "designer", organisation: "甲院", person: "张三", phone: "" }]);
  expect(sameParties([one], [{ ...one, organisation: "甲院" }, newParty("operator")])).toBe(true);
  expect(sameParties([one], [{ ...one, part: "contractor" }])).toBe(false);
  expect(partyText({ ...one, organisation: "甲院" })).toBe("甲院 · 张三");
});

test("somebody of no organisation, and the same twice, are wrong", () => {
  expect(wrongParties([one, newParty(), { ...newParty(), person: "李四" }, { ...one, organisation: "甲院" }])).toEqual([2, 3]);
  expect(wrongParties([one, { ...one, person: "李四" }])).toEqual([]);
});
