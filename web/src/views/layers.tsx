// What lies over the room when asked for: leaving, the keyboard list, devices and settings.
import { t, type TextKey } from "../i18n";
import type { Room } from "../state/room";
import { Dialog } from "../ui/dialog";
import { Icon, LanguageSwitch } from "../ui/parts";
import { Meter, Picker } from "./devices";

export type Layer = "leave" | "keys" | "settings";

function Leave({ room, close }: { room: Room; close: () => void }) {
  const { me, recorded } = room.meeting;
  const goesOn: TextKey = me.value?.host === true ? "leave_host_what" : recorded.value ? "leave_what" : "left_unrecorded_what";
  const ends = me.value?.rights.end === true;
  return (
    <Dialog ink title={t(ends ? "leave_end" : "leave")} close={close} test="leave-dialog">
      <div class="col gap">
        <button class="btn big" onClick={() => void room.leave()} data-test="leave">
          <Icon of="leave" />
          {t("leave")}
        </button>
        <p class="sm dim">{t(goesOn)}</p>
        {ends && (
          <>
            <button class="btn bad big" onClick={() => room.ask("end")} data-test="end">
              {t("end")}
            </button>
            <p class="sm dim">{t("end_what")}</p>
          </>
        )}
        <button class="btn ghost big" onClick={close}>
          {t("cancel")}
        </button>
      </div>
    </Dialog>
  );
}

const KEYS: [string, TextKey][] = [
  ["Alt+M", "keys_mute"],
  ["Alt+V", "keys_camera"],
  ["Alt+S", "keys_share"],
  ["F6", "keys_region"],
  ["Esc", "keys_escape"],
  ["?", "keys_help"],
];

function Keys({ close }: { close: () => void }) {
  return (
    <Dialog ink title={t("keys_title")} close={close} test="keys-dialog">
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key} class="row">
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

function Settings({ room, close, show }: { room: Room; close: () => void; show: (l: Layer) => void }) {
  const { camera, microphone, muted } = room.own;
  return (
    <Dialog ink title={t("settings")} close={close} test="settings-dialog">
      <div class="col gap">
        <Picker camera={camera.value} microphone={microphone.value} pickCamera={(id) => void room.own.chooseCamera(id)} pickMicrophone={(id) => void room.own.chooseMicrophone(id)} />
        {microphone.value !== undefined && !muted.value && <Meter track={microphone.value} />}
        <div class="row wrap">
          <LanguageSwitch />
          <button class="btn ghost" onClick={() => show("keys")} data-test="open-keys">
            <Icon of="keys" />
            {t("keys_title")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

export function Layers({ room, layer, show }: { room: Room; layer: Layer | undefined; show: (l: Layer | undefined) => void }) {
  const close = () => show(undefined);
  if (layer === "leave") return <Leave room={room} close={close} />;
  if (layer === "keys") return <Keys close={close} />;
  if (layer === "settings") return <Settings room={room} close={close} show={show} />;
  return null;
}
