// Which browser this is, as far as the way to its permissions differs, and the three steps there.
import type { TextKey } from "../i18n/texts";
import type { IconName } from "../ui/icons";

export type BrowserName = "wechat" | "dingtalk" | "chrome" | "edge" | "firefox" | "safari" | "other";
export interface Browser {
  name: BrowserName;
  phone: boolean;
}

export function browserOf(agent: string): Browser {
  const phone = /Android|iPhone|iPad|iPod|Mobile|HarmonyOS/.test(agent);
  const is = (pattern: RegExp): boolean => pattern.test(agent);
  const name: BrowserName = is(/MicroMessenger/)
    ? "wechat"
    : is(/DingTalk/)
      ? "dingtalk"
      : is(/Firefox\/|FxiOS\//)
        ? "firefox"
        : is(/Edg(A|iOS)?\//)
          ? "edge"
          : is(/CriOS\/|Chrome\/|Chromium\//)
            ? "chrome"
            : is(/Safari\//) && is(/Version\//)
              ? "safari"
              : "other";
  return { name, phone };
}

/** A drawn hint: words and icons in a row; what is marked is what to press. */
export interface Mark {
  text?: TextKey;
  icon?: IconName;
  toggle?: boolean;
  marked?: boolean;
}
export interface Step {
  text: TextKey;
  picture: Mark[];
}

const switches: Mark[] = [
  { text: "camera", toggle: true, marked: true },
  { text: "microphone", toggle: true, marked: true },
];
const allows: Mark[] = [
  { text: "camera", icon: "cam" },
  { text: "word_allow", marked: true },
  { text: "microphone", icon: "mic" },
  { text: "word_allow", marked: true },
];

const inApp: Step[] = [
  { text: "step_dots", picture: [{ text: "word_site" }, { icon: "more", marked: true }] },
  { text: "step_inapp_settings", picture: [{ text: "word_font" }, { text: "word_refresh" }, { icon: "gear", text: "word_settings", marked: true }] },
  { text: "step_both_on", picture: switches },
];
const chromium: Step[] = [
  { text: "step_site_icon", picture: [{ icon: "tune", marked: true }, { text: "word_site" }] },
  { text: "step_switch_on", picture: switches },
  { text: "step_return", picture: [{ icon: "refresh", text: "help_again", marked: true }] },
];
const chromiumPhone: Step[] = [
  { text: "step_lock_phone", picture: [{ icon: "tune", marked: true }, { text: "word_site" }] },
  { text: "step_permissions", picture: [{ icon: "gear", text: "word_permissions", marked: true }] },
  { text: "step_both_on", picture: switches },
];
const firefox: Step[] = [
  { text: "step_firefox_icon", picture: [{ icon: "camOff", marked: true }, { text: "word_site" }] },
  { text: "step_firefox_clear", picture: [{ icon: "cam", text: "camera" }, { text: "word_blocked" }, { icon: "cross", marked: true }] },
  { text: "step_return", picture: [{ icon: "refresh", text: "help_again", marked: true }] },
];
const safariPhone: Step[] = [
  { text: "step_safari_aa", picture: [{ icon: "tune", marked: true }, { text: "word_site" }] },
  { text: "step_safari_site", picture: [{ icon: "gear", text: "word_site_settings", marked: true }] },
  { text: "step_switch_allow", picture: allows },
];
const safari: Step[] = [
  { text: "step_safari_mac", picture: [{ text: "browser_safari", marked: true }, { text: "word_site_settings" }] },
  { text: "step_switch_allow", picture: allows },
  { text: "step_return", picture: [{ icon: "refresh", text: "help_again", marked: true }] },
];
const other: Step[] = [
  { text: "step_other_settings", picture: [{ icon: "gear", text: "word_site_settings", marked: true }] },
  { text: "step_switch_allow", picture: allows },
  { text: "step_return", picture: [{ icon: "refresh", text: "help_again", marked: true }] },
];

const STEPS: Record<BrowserName, [desk: Step[], phone: Step[]]> = {
  wechat: [inApp, inApp],
  dingtalk: [inApp, inApp],
  chrome: [chromium, chromiumPhone],
  edge: [chromium, chromiumPhone],
  firefox: [firefox, chromiumPhone],
  safari: [safari, safariPhone],
  other: [other, other],
};

export const stepsFor = (b: Browser): Step[] => STEPS[b.name][b.phone ? 1 : 0];
