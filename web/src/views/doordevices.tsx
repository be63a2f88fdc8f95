// Camera and microphone at the door: opening, trying, turning off, and what is wrong with them.
import { useEffect, useRef, useState } from "preact/hooks";
import { t, type TextKey } from "../i18n";
import { type Chosen, type Facing, openBoth, openCamera, openMicrophone, remember, type Trouble, troubleOf } from "../rtc/devices";
import { type Grade, probe } from "../rtc/probe";
import { TOUCH, useMatch } from "../ui/hooks";
import { CopyLink, Icon, type IconName, Net, Note } from "../ui/parts";
import { Meter, OwnPicture } from "./devices";

const nothing: Chosen = { camera: undefined, microphone: undefined, cameraTrouble: "none", microphoneTrouble: "none" };

export interface Devices {
  chosen: Chosen;
  asking: boolean;
  muted: boolean;
  cameraOff: boolean;
  ask: () => Promise<Chosen>;
  /** Of the latest question to the browser. */
  answer: () => Promise<Chosen>;
  setMuted: (on: boolean) => void;
  setCameraOff: (on: boolean) => void;
  pickCamera: (id: string | undefined, facing?: Facing) => Promise<void>;
  pickMicrophone: (id: string) => Promise<void>;
}

export function useDoorDevices(): Devices {
  const [chosen, setChosen] = useState<Chosen>(nothing);
  const [asking, setAsking] = useState(true);
  const [muted, setMuted] = useState(false);
  const [cameraOff, setCameraOff] = useState(false);
  const held = useRef(chosen);
  const answer = useRef(Promise.resolve(chosen));
  const change = (c: Partial<Chosen>) => {
    held.current = { ...held.current, ...c };
    setChosen(held.current);
  };
  const ask = () => (answer.current = put());
  const put = async () => {
    setAsking(true);
    held.current.camera?.stop();
    held.current.microphone?.stop();
    const c = await openBoth();
    change(c);
    setAsking(false);
    return c;
  };
  useEffect(() => {
    void ask();
  }, []);
  const pickCamera = async (id: string | undefined, facing?: Facing) => {
    held.current.camera?.stop(); // Phones open one camera at a time.
    try {
      change({ camera: await openCamera(id, facing), cameraTrouble: "none" });
      if (id !== undefined) remember("camera", id);
    } catch (e) {
      change({ camera: undefined, cameraTrouble: troubleOf(e) });
    }
  };
  const pickMicrophone = async (id: string) => {
    try {
      const microphone = await openMicrophone(id);
      held.current.microphone?.stop();
      change({ microphone, microphoneTrouble: "none" });
      remember("microphone", id);
    } catch (e) {
      change({ microphone: undefined, microphoneTrouble: troubleOf(e) });
    }
  };
  const dark = (on: boolean) => {
    setCameraOff(on);
    if (on) {
      held.current.camera?.stop();
      change({ camera: undefined });
    } else {
      void pickCamera(undefined);
    }
  };
  return { chosen, asking, muted, cameraOff, ask, answer: () => answer.current, setMuted, setCameraOff: dark, pickCamera, pickMicrophone };
}

function Round({ icon, off, label, run, test }: { icon: IconName; off?: boolean; label: string; run: () => void; test: string }) {
  return (
    <button type="button" class={off === true ? "round off" : "round"} aria-pressed={off} aria-label={label} title={label} onClick={run} data-test={test}>
      <Icon of={icon} />
    </button>
  );
}

export function Preview({ d }: { d: Devices }) {
  const touch = useMatch(TOUCH);
  const { camera } = d.chosen;
  const facing = camera?.getSettings().facingMode;
  return (
    <div class="preview">
      {camera !== undefined ? (
        <OwnPicture track={camera} mirrored={facing !== "environment"} test="preview" />
      ) : (
        <div class="nopicture">{t(d.asking ? "asking_devices" : d.cameraOff ? "camera_is_off" : d.chosen.microphone === undefined ? "no_picture" : "no_camera_preview")}</div>
      )}
      {camera !== undefined && <span class="badge">{t("preview")}</span>}
      <div class="rounds">
        {d.chosen.microphone !== undefined && (
          <Round icon={d.muted ? "micOff" : "mic"} off={d.muted} label={t(d.muted ? "door_unmute" : "door_mute")} run={() => d.setMuted(!d.muted)} test="door-mute" />
        )}
        {(camera !== undefined || d.cameraOff) && (
          <Round
            icon={d.cameraOff ? "camOff" : "cam"}
            off={d.cameraOff}
            label={t(d.cameraOff ? "door_camera_on" : "door_camera_off")}
            run={() => d.setCameraOff(!d.cameraOff)}
            test="door-camera"
          />
        )}
        {touch && camera !== undefined && (
          <Round icon="flip" label={t("door_flip")} run={() => void d.pickCamera(undefined, facing === "environment" ? "user" : "environment")} test="door-flip" />
        )}
      </div>
    </div>
  );
}

export function Sound({ d }: { d: Devices }) {
  if (d.chosen.microphone !== undefined && !d.muted) return <Meter track={d.chosen.microphone} />;
  if (d.asking) return null;
  return (
    <div class="row meter">
      <span class="c-warn">
        <Icon of="micOff" />
      </span>
      <span>{t(d.chosen.microphone === undefined ? "no_microphone" : "microphone_is_off")}</span>
    </div>
  );
}

export function Network({ camera }: { camera: MediaStreamTrack | undefined }) {
  const [grade, setGrade] = useState<Grade | undefined>();
  useEffect(() => void probe().then(setGrade), []);
  const height = Math.min(camera?.getSettings().height ?? 0, camera?.getSettings().width ?? 0);
  if (grade === undefined) return <span class="dim">{t("probing")}</span>;
  return (
    <span class="row dim" data-test="door-network" data-quality={grade}>
      <Net quality={grade} />
      {grade === "good" && height > 0 ? t("picture_up_to", t("net_good"), height) : t(`net_${grade}`)}
    </span>
  );
}

// ---- what is wrong

const TROUBLE: Record<Exclude<Trouble, "none">, TextKey> = {
  denied: "trouble_denied",
  missing: "trouble_missing",
  busy: "trouble_busy",
  insecure: "trouble_insecure",
};

function troubles(c: Chosen): { trouble: Exclude<Trouble, "none">; what: TextKey }[] {
  const { cameraTrouble: camera, microphoneTrouble: microphone } = c;
  if (camera === microphone) return camera === "none" ? [] : [{ trouble: camera, what: "both_devices" }];
  return [
    ...(camera === "none" ? [] : [{ trouble: camera, what: "the_camera" as const }]),
    ...(microphone === "none" ? [] : [{ trouble: microphone, what: "the_microphone" as const }]),
  ];
}

export function Troubles({ d, help }: { d: Devices; help: () => void }) {
  const list = troubles(d.chosen);
  if (list.length === 0 || d.asking) return null;
  const denied = list.some((x) => x.trouble === "denied");
  return (
    <Note kind="warn">
      {list.map((x) => (
        <p key={x.what} data-test="trouble" data-trouble={x.trouble}>
          {t(TROUBLE[x.trouble], t(x.what))}
        </p>
      ))}
      <div class="row wrap actions">
        {denied && (
          <button type="button" class="btn" onClick={help} data-test="open-help">
            {t("open_help")}
          </button>
        )}
        {list.some((x) => x.trouble === "insecure") ? (
          <CopyLink url={location.href.replace(/^http:/, "https:")} />
        ) : (
          <button type="button" class="btn" onClick={() => void d.ask()} data-test="try-again">
            <Icon of="refresh" />
            {t("try_again")}
          </button>
        )}
      </div>
    </Note>
  );
}
