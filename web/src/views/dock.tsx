// The tools of the room, and the keys that do the same.
import { useEffect } from "preact/hooks";
import { t } from "../i18n";
import { canShare } from "../rtc/devices";
import type { Room } from "../state/room";
import { NARROW, TOUCH, useMatch } from "../ui/hooks";
import { Icon, type IconName } from "../ui/parts";
import type { Layer } from "./layers";

interface ToolProps {
  icon: IconName;
  label: string;
  on?: boolean;
  bad?: boolean;
  keys?: string;
  /** How much is new behind it. */
  count?: number;
  run: () => void;
  test: string;
}

function Tool({ icon, label, on, bad, keys, count = 0, run, test }: ToolProps) {
  return (
    <button
      class={`tool ${on === true ? "on" : ""} ${bad === true ? "danger" : ""}`}
      aria-pressed={on}
      onClick={run}
      title={keys === undefined ? label : `${label} (${keys})`}
      {...(keys === undefined ? {} : { "aria-keyshortcuts": keys })}
      data-test={test}
    >
      <Icon of={icon} />
      <span>{label}</span>
      {count > 0 && <span class="num">{count > 99 ? "99+" : count}</span>}
    </button>
  );
}

const toggleMute = (room: Room): void => void room.own.setMuted(!(room.own.muted.value || room.own.microphone.value === undefined));
const toggleCamera = (room: Room): void => void room.own.setCameraOff(room.own.camera.value !== undefined);
const toggleShare = (room: Room): void => void (room.own.screen.value === undefined ? room.own.share() : room.own.stopShare());

export function Dock({ room, show, chat }: { room: Room; show: (l: Layer) => void; chat: () => void }) {
  const narrow = useMatch(NARROW);
  const touch = useMatch(TOUCH);
  const { microphone, camera, screen, muted, busy } = room.own;
  const quiet = muted.value || microphone.value === undefined;
  const dark = camera.value === undefined;
  const label = (source: string, word: string) => (busy.value === source ? t("opening") : word);
  return (
    <div class="tools" role="toolbar" aria-label={t("toolbar")}>
      <Tool test="mute" icon={quiet ? "micOff" : "mic"} label={label("microphone", t(quiet ? "unmute" : "mute"))} on={quiet} keys="Alt+M" run={() => toggleMute(room)} />
      <Tool test="camera" icon={dark ? "camOff" : "cam"} label={label("camera", t(dark ? "camera_on" : "camera_off"))} on={dark} keys="Alt+V" run={() => toggleCamera(room)} />
      {touch && !dark && <Tool test="flip" icon="flip" label={t("flip")} run={() => void room.own.flip()} />}
      {canShare() && (
        <Tool
          test="share"
          icon="share"
          label={t(screen.value === undefined ? "share" : "share_stop")}
          on={screen.value !== undefined}
          keys="Alt+S"
          run={() => toggleShare(room)}
        />
      )}
      {narrow && <Tool test="chat-open" icon="chat" label={t("tab_chat")} count={room.meeting.unread.value} run={chat} />}
      <Tool test="settings" icon="more" label={t("more")} run={() => show("settings")} />
      {!narrow && (
        <Tool test="leave-menu" icon="leave" label={t(room.meeting.me.value?.rights.end === true ? "leave_end" : "leave_short")} bad run={() => show("leave")} />
      )}
    </div>
  );
}

/** The places that F6 walks through, in the order of the page. */
function nextRegion(back: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const now = regions.findIndex((r) => r.contains(document.activeElement));
  const next = regions[(now + (back ? -1 : 1) + regions.length) % regions.length];
  next?.focus();
}

const writes = (e: KeyboardEvent): boolean => e.target instanceof HTMLInputElement || e.target instanceof HTMLTextAreaElement || e.target instanceof HTMLSelectElement;

/** Esc closes the topmost layer: a dialog closes itself, then the side panel. It never leaves. */
export function useKeys(room: Room, escape: () => void, help: () => void): void {
  useEffect(() => {
    const press = (e: KeyboardEvent) => {
      if (e.isComposing) return;
      const layered = document.querySelector("dialog[open]") !== null;
      const alt = e.altKey && !e.ctrlKey && !e.metaKey;
      if (e.key === "Escape" && !layered) escape();
      else if (e.key === "F6" && !layered) nextRegion(e.shiftKey);
      else if (e.key === "?" && !layered && !writes(e)) help();
      else if (alt && e.code === "KeyM") toggleMute(room);
      else if (alt && e.code === "KeyV") toggleCamera(room);
      else if (alt && e.code === "KeyS" && canShare()) toggleShare(room);
      else return;
      e.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
