import { expect, test } from "vitest";
import { browserOf, stepsFor } from "./browser";

const AGENTS: [string, string, boolean][] = [
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36", "chrome", false],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0", "edge", false],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", "firefox", false],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15", "safari", false],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1", "safari", true],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1", "chrome", true],
  ["Mozilla/5.0 (Linux; Android 16; V2) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0 Mobile Safari/537.36 XWEB/1 MMWEBSDK/1 MicroMessenger/8.0.60", "wechat", true],
  ["Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 AliApp(DingTalk/7.6)", "dingtalk", true],
  ["curl/8", "other", false],
];
test.each(AGENTS)("which browser is %s", (agent, name, phone) => {
  expect(browserOf(agent)).toEqual({ name, phone });
});
test("three steps for every browser, each with something to press", () => {
  for (const [agent] of AGENTS) {
    const steps = stepsFor(browserOf(agent));
    expect(steps.length).toBe(3);
    expect(steps.every((s) => s.picture.some((m) => m.marked === true))).toBe(true);
  }
});
