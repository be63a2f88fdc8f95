// The bar above a replay: which meeting, when, that the view is logged, and the link to this moment.
import { useEffect, useState } from "preact/hooks";
import { duration, t } from "../../i18n";
import { Brand, copy, Icon, LanguageSwitch } from "../../ui/parts";
import { Dialog } from "../../ui/dialog";
import { OfProject } from "../page";
import { locale } from "./controls";
import type { ReplayMeeting } from "./data";
import type { Deck } from "./deck";
import { linkTo } from "./moment";
import type { Scene } from "./scene";
import type { LogState, ViewLog } from "./viewlog";
import { wallDate, zoneName } from "./wall";

const SHOWN_MS = 5000;

const LOG_WORDS = { logged: "log_logged", behind: "log_behind", refused: "log_refused" } as const satisfies Record<LogState, string>;

function LogBadge({ log }: { log: ViewLog }) {
  const state = log.state.value;
  return (
    <span class={state === "behind" || state === "refused" ? "tag warn logtag" : "tag logtag"} data-test="log" data-state={state} title={t("log_what")}>
      <Icon of="eye" />
      <span>{t(LOG_WORDS[state])}</span>
    </span>
  );
}

function CopyMoment({ scene, deck }: { scene: Scene; deck: Deck }) {
  const [done, setDone] = useState<number | undefined>();
  const [byHand, setByHand] = useState<string | undefined>();
  useEffect(() => {
    if (done === undefined) return undefined;
    const timer = window.setTimeout(() => setDone(undefined), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [done]);
  const run = async () => {
    const ms = scene.play.at.peek();
    const url = linkTo(location.origin, location.pathname, ms);
    history.replaceState(null, "", url); // Loading the page again stays at the moment that was shared.
    if (await copy(url)) {
      setDone(ms);
      deck.said.value = t("moment_copied", duration(ms));
    } else setByHand(url);
  };
  return (
    <>
      <button class="btn" onClick={() => void run()} data-test="copy-moment">
        <Icon of={done === undefined ? "link" : "check"} size="s" />
        <span>{done === undefined ? t("copy_moment") : t("moment_copied", duration(done))}</span>
      </button>
      {byHand !== undefined && (
        <Dialog title={t("copy_moment")} close={() => setByHand(undefined)}>
          <input class="field mono" readOnly value={byHand} aria-label={t("copy_moment")} onFocus={(e) => e.currentTarget.select()} />
          <p class="sm dim">{t("link_copy_by_hand")}</p>
        </Dialog>
      )}
    </>
  );
}

export function When({ startedAt, meeting }: { startedAt: string; meeting: ReplayMeeting }) {
  const ms = Date.parse(startedAt);
  const { here, there } = wallDate(locale(), ms, meeting.timezone);
  return (
    <span class="when" title={there === undefined ? "" : zoneName(locale(), meeting.timezone, ms)}>
      {there === undefined ? here : t("two_dates", here, there)}
    </span>
  );
}

export function Bar({ scene, deck, log }: { scene: Scene; deck: Deck; log: ViewLog }) {
  const { meeting, index } = scene;
  return (
    <header class="rbar">
      <a href="/" class="plain brandlink" aria-label={t("to_desk")}>
        <Brand />
      </a>
      <nav class="crumb" aria-label={t("breadcrumb")}>
        <OfProject of={meeting.project} />
        <span class="mute" aria-hidden="true">
          /
        </span>
        <a href={`/m/${meeting.id}`}>{t("to_meeting")}</a>
      </nav>
      <h1 class="anywhere">
        {meeting.title} <When startedAt={index.started_at} meeting={meeting} />
      </h1>
      <span class="sp" />
      <div class="row baractions">
        <LogBadge log={log} />
        <CopyMoment scene={scene} deck={deck} />
      </div>
      <LanguageSwitch />
    </header>
  );
}
