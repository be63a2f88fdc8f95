import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ticker } from "./ticker";

let page: EventTarget & { hidden: boolean };
let frames: Map<number, () => void>;

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { hidden: false });
  frames = new Map();
  let n = 0;
  vi.stubGlobal("document", page);
  vi.stubGlobal("requestAnimationFrame", (f: () => void) => (frames.set(++n, f), n));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => frames.delete(id));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const draw = () => {
  const due = [...frames.values()];
  frames.clear();
  due.forEach((f) => {
    f();
  });
};
function hide(on: boolean) {
  page.hidden = on;
  page.dispatchEvent(new Event("visibilitychange"));
}

test("by screen frames while the page is seen, by a timer while it is hidden, never by both", () => {
  let calls = 0;
  const ticker = new Ticker(() => calls++);
  draw();
  expect(calls).toBe(0);
  ticker.start();
  draw();
  draw();
  ticker.hidden();
  expect(calls).toBe(2);
  hide(true);
  expect([calls, frames.size]).toEqual([3, 0]);
  vi.advanceTimersByTime(2000);
  expect(calls).toBe(11);
  ticker.hidden();
  expect([calls, vi.getTimerCount()]).toEqual([12, 1]);
  hide(false);
  expect([calls, frames.size, vi.getTimerCount()]).toEqual([13, 1, 0]);
});

test("what it calls can stop it; closed, it hears of nothing", () => {
  let calls = 0;
  const ticker: Ticker = new Ticker(() => {
    calls++;
    ticker.stop();
  });
  ticker.start();
  draw();
  hide(true);
  vi.advanceTimersByTime(2000);
  expect([calls, frames.size]).toEqual([1, 0]);
  ticker.start();
  ticker.close();
  hide(false);
  vi.advanceTimersByTime(2000);
  expect([calls, frames.size]).toEqual([1, 0]);
});
