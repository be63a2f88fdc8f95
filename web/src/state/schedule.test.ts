import { expect, test } from "vitest";
import { type Calendar, dayKind, differingFields, emptyForm, type Invitee, isEmail, isPhone, lengths, moved, nextWorkday, ofKind, overlapping, personFaults, points, readDraft, wrongFields } from "./schedule";

const ZONE = "Asia/Shanghai";
const host = { id: "a1", name: "沈知远" };
const form = () => emptyForm(host, "云审图:锦澜", "2026-11-26");
const guest = (part: Partial<Invitee> = {}): Invitee => ({ key: "k", account: "", name: "何建平", organisation: "锦澜", role: "customer", phone: "", email: "", ...part });
const calendar: Calendar = { timezone: ZONE, today: "2026-09-30", known_until: "2026-12-31", days_off: ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-11"] };

test("the title follows the kind until it is written by hand", () => {
  const suggest = (k: string) => `${k}:锦澜`;
  const f = { ...form(), title: suggest("review") };
  expect(ofKind(f, "acceptance", suggest).title).toBe("acceptance:锦澜");
  expect(ofKind({ ...f, title: " " }, "survey", suggest).title).toBe("survey:锦澜");
  const own = ofKind({ ...f, title: "B 版复核" }, "acceptance", suggest);
  expect([own.title, own.kind]).toEqual(["B 版复核", "acceptance"]);
});

test("a point moves, and never out of the list", () => {
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "b", "c"]);
  expect(moved(["a", "b", "c"], 2, -9)).toEqual(["c", "a", "b"]);
  expect(moved([], 0, 1)).toEqual([]);
});

test("what cannot be sent is named, field by field", () => {
  expect(wrongFields(form(), ZONE)).toEqual([]);
  expect(wrongFields({ ...form(), title: " ", day: "", time: "26:00", minutes: "0" }, ZONE)).toEqual(["title", "day", "time", "minutes"]);
  for (const minutes of ["4", "721", "6.5", "", "an hour"]) expect(wrongFields({ ...form(), minutes }, ZONE), minutes).toEqual(["minutes"]);
  expect(wrongFields({ ...form(), people: [guest({ name: "" })] }, ZONE)).toEqual(["people"]);
  expect(wrongFields({ ...form(), people: [guest({ name: "", account: "a2" })] }, ZONE)).toEqual([]);
});

test("phones and addresses as people write them", () => {
  for (const p of ["13800002046", "+86 138-0000-2046", "(021) 6123 4567", "82046"]) expect(isPhone(p), p).toBe(true);
  for (const p of ["1380000", "13800002046123456", "138x0000", "", "+", "1-2"]) expect(isPhone(p), p).toBe(p === "1380000");
  for (const e of ["he@jinlan.example", "a.b+c@x.y.z"]) expect(isEmail(e), e).toBe(true);
  for (const e of ["he@jinlan", "he jinlan@x.y", "@x.y", "a@", "a@.y", "a@x..y"]) expect(isEmail(e), e).toBe(false);
  expect(personFaults(guest({ name: "", phone: "12", email: "x" }))).toEqual(["name", "phone", "email"]);
});

test("the calendar's word on a day: holidays, worked weekends, and what it does not know", () => {
  const table: [string, string][] = [
    ["2026-10-01", "holiday"],
    ["2026-10-03", "weekend"],
    ["2026-10-10", "worked"],
    ["2026-10-11", "weekend"],
    ["2026-10-08", "workday"],
    ["2027-01-04", "unknown"],
    ["2027-01-03", "weekend"],
    ["", "unknown"],
  ];
  for (const [day, want] of table) expect(dayKind(day, calendar), day).toBe(want);
  expect(dayKind("2026-10-01", undefined)).toBe("unknown");
  expect(nextWorkday(calendar)).toBe("2026-10-05");
});

test("the host's other meetings at that time, to the minute, and never the meeting itself", () => {
  const other = (id: string, starts_at: string, minutes: number) => ({ id, title: id, starts_at, minutes });
  const others = [other("before", "2026-11-26T01:00:00Z", 60), other("into", "2026-11-26T01:00:00Z", 61), other("inside", "2026-11-26T02:30:00Z", 5), other("after", "2026-11-26T03:00:00Z", 30), other("self", "2026-11-26T02:00:00Z", 60)];
  expect(overlapping(form(), ZONE, others, "self").map((m) => m.id)).toEqual(["into", "inside"]);
  expect(overlapping({ ...form(), time: "" }, ZONE, others)).toEqual([]);
});

test("a draft comes back as it was, and what is none does not", () => {
  const f = { ...form(), agenda: ["一", ""], people: [guest()], documents: [{ id: "d", name: "主接线图" }] };
  const back = readDraft(JSON.stringify(f));
  expect({ ...back, people: back?.people.map((p) => ({ ...p, key: "k" })) }).toEqual(f);
  for (const bad of ["", "null", "[]", "{}", JSON.stringify({ ...f, kind: "party" }), JSON.stringify({ ...f, host: null }), JSON.stringify({ ...f, record: 1 })]) expect(readDraft(bad), bad).toBeUndefined();
  expect(readDraft(JSON.stringify({ ...f, people: [{ name: "x" }, 3] }))?.people).toEqual([]);
});

test("two versions differ in what they say, not in empty points", () => {
  const a = { ...form(), agenda: ["一", " "] };
  expect(differingFields(a, { ...a, agenda: ["一 "] })).toEqual([]);
  expect(differingFields(a, { ...a, time: "14:00", host: { id: "b", name: "周" }, record: false })).toEqual(["time", "host", "record"]);
  expect(points({ agenda: [" ", "x "] })).toEqual(["x"]);
});

test("an unusual length stays to be chosen", () => {
  expect(lengths("50")).toEqual([30, 45, 50, 60, 90, 120, 180]);
  expect(lengths("")).toEqual([30, 45, 60, 90, 120, 180]);
});
