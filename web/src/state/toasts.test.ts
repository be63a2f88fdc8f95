import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Toasts } from "./toasts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("notices come two seconds apart, the urgent one at once", () => {
  const toasts = new Toasts();
  const shown = () => toasts.current.value?.text;
  toasts.say("a");
  toasts.say("b");
  expect(shown()).toBe("a");
  vi.advanceTimersByTime(1999);
  expect(shown()).toBe("a");
  vi.advanceTimersByTime(1);
  expect(shown()).toBe("b");
  toasts.say("c");
  toasts.say("stop", true);
  expect(shown()).toBe("stop");
  vi.advanceTimersByTime(4999);
  expect(shown()).toBe("stop");
  toasts.say("d");
  vi.advanceTimersByTime(1);
  expect(shown()).toBe("d"); // "c" has waited too long to be news.
  vi.advanceTimersByTime(5000);
  expect(shown()).toBeUndefined();
});
test("of a crowd only the latest are said", () => {
  const toasts = new Toasts();
  for (let i = 0; i < 20; i++) toasts.say(String(i));
  const seen: (string | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    seen.push(toasts.current.value?.text);
    vi.advanceTimersByTime(2000);
  }
  expect(seen.slice(0, 5)).toEqual(["0", "17", "18", "18", "18"]);
});
