import { expect, test } from "vitest";
import type { Participant, Track } from "../api/types";
import { chooseStage } from "./stage";

const person = (participant: string): Participant => ({
  participant, name: participant, organisation: "", role: "expert", host: false, state: "in", quality: "good", rtt_ms: 0, loss_permille: 0, muted: [],
});
const track = (participant: string, source: Track["source"]): Track => ({
  track: `${participant}-${source}`, participant, source, kind: source === "microphone" ? "audio" : "video", muted: false, paused_by_host: false,
});
const all = ["me", "a", "b"].map(person);

test("a shared screen goes before the speaker", () => {
  expect(chooseStage("me", all, [track("a", "screen"), track("b", "camera")], "b", undefined)).toEqual({ participant: "a", source: "screen" });
});
test("a pin goes before everything", () => {
  expect(chooseStage("me", all, [track("a", "screen")], "a", "b")).toEqual({ participant: "b", source: "camera" });
});
test("a pin of somebody who left is nothing", () => {
  expect(chooseStage("me", all, [track("b", "camera")], "b", "gone")).toEqual({ participant: "b", source: "camera" });
});
test("one's own voice does not take the stage", () => {
  expect(chooseStage("me", all, [track("b", "camera")], "me", undefined)).toEqual({ participant: "b", source: "camera" });
});
test("alone there is no stage", () => {
  expect(chooseStage("me", [person("me")], [], null, undefined)).toBeUndefined();
});
