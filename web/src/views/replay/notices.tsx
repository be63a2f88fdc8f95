// What the viewer has to know before the pictures: what cannot be played, what is awaited, what the link said.
import { useEffect, useMemo, useState } from "preact/hooks";
import { t } from "../../i18n";
import { Icon, Note } from "../../ui/parts";
import { signedOut } from "../../replay/answer";
import { unplayable } from "../../replay/support";
import { linkTo } from "./moment";
import type { Scene } from "./scene";

const LONG_MS = 1200;

/** Something that lasts: a hiccup is not worth a word. */
function useLasting(now: boolean, ms: number): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!now) return undefined;
    const timer = window.setTimeout(() => setLong(true), ms);
    return () => window.clearTimeout(timer);
  }, [now]);
  return now && long;
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const change = () => setOnline(navigator.onLine);
    window.addEventListener("online", change);
    window.addEventListener("offline", change);
    return () => {
      window.removeEventListener("online", change);
      window.removeEventListener("offline", change);
    };
  }, []);
  return online;
}

/** Signing in comes back to the very moment. */
function SignIn({ scene }: { scene: Scene }) {
  const here = linkTo("", location.pathname, scene.play.at.value);
  return (
    <Note kind="warn">
      <span>{t("replay_signed_out")}</span>
      <a class="btn" href={`/login?to=${encodeURIComponent(here)}`} data-test="sign-in-again">
        {t("sign_in")}
      </a>
    </Note>
  );
}

export function Notices({ scene, asked }: { scene: Scene; asked: "bad" | "late" | undefined }) {
  const { play, index } = scene;
  const [read, setRead] = useState(false);
  const kinds = useMemo(() => [...new Set(unplayable(index).map((type) => (type.includes("webm") ? "WebM" : "MP4")))], [index]);
  const online = useOnline();
  const waits = useLasting(play.waiting.value, LONG_MS);
  return (
    <div class="notices" data-test="notices">
      {kinds.length > 0 && (
        <Note kind="fail">
          <b>{t("unplayable", kinds.join(t("and")))}</b>
          <p>{t("unplayable_what")}</p>
        </Note>
      )}
      {kinds.length === 0 && play.mute.value && <Note kind="warn">{t("sound_fails")}</Note>}
      {play.refused.value && <Note kind="warn">{t("play_refused")}</Note>}
      {!online && <Note kind="warn">{t("replay_offline")}</Note>}
      {signedOut.value && <SignIn scene={scene} />}
      {online && waits && !signedOut.value && <Note kind="acc">{t("replay_waits")}</Note>}
      {index.mix === null && index.state === "live" && <Note kind="acc">{t("replay_sound_later")}</Note>}
      {asked !== undefined && !read && (
        <Note kind="warn">
          <span>{t(asked === "bad" ? "moment_bad" : "moment_late")}</span>
          <button class="btn sq ghost" aria-label={t("close")} title={t("close")} onClick={() => setRead(true)}>
            <Icon of="cross" size="s" />
          </button>
        </Note>
      )}
    </div>
  );
}
