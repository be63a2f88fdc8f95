// Permission was not given: three steps for this browser, and two ways on without it.
import { t } from "../i18n";
import { browserOf, type Mark, stepsFor } from "../rtc/browser";
import { CopyLink, Icon } from "../ui/parts";

function Hint({ picture }: { picture: Mark[] }) {
  return (
    <div class="hint" aria-hidden="true">
      {picture.map((m, i) => (
        <span key={i} class="row">
          {m.toggle === true && m.text !== undefined && t(m.text)}
          <span class={m.marked === true ? "mk" : ""}>
            {m.icon !== undefined && <Icon of={m.icon} />}
            {m.toggle === true ? <i class="sw" /> : m.text !== undefined && t(m.text).trim()}
          </span>
        </span>
      ))}
    </div>
  );
}

interface HelpProps {
  camera: boolean;
  microphone: boolean;
  still: boolean;
  again: () => void;
  back: () => void;
  without: () => void;
}

export function Help({ camera, microphone, still, again, back, without }: HelpProps) {
  const browser = browserOf(navigator.userAgent);
  const name = t(`browser_${browser.name}`);
  const what = t(camera && microphone ? "both_devices" : camera ? "the_camera" : "the_microphone");
  return (
    <div class="paper door" data-test="help">
      <header class="top">
        <button class="btn ghost" onClick={back} data-test="help-back">
          <Icon of="left" />
          {t("back")}
        </button>
        <span class="sp" />
        <span class="tag">{t("opened_in", name)}</span>
      </header>
      <main class="doorway single">
        <div class="row start">
          <span class="c-fail">
            <Icon of={camera ? "camOff" : "micOff"} size="l" />
          </span>
          <div>
            <h1 role="status">{t("help_title", name, what).trim()}</h1>
            <p class="dim">{t(still ? "help_still" : "help_what")}</p>
          </div>
        </div>
        <ol class="steps">
          {stepsFor(browser).map((s, i) => (
            <li key={s.text} class="step">
              <b class="n">{i + 1}</b>
              <b>{t(s.text)}</b>
              <Hint picture={s.picture} />
            </li>
          ))}
        </ol>
        <details class="sm dim">
          <summary>
            <Icon of="quest" size="s" />
            {t("help_copy")}
          </summary>
          <CopyLink url={location.href} />
        </details>
      </main>
      <footer class="dockb">
        <button class="btn pri big" onClick={again} data-test="help-again">
          <Icon of="refresh" />
          {t("help_again")}
        </button>
        <button class="btn ghost wide" onClick={without} data-test="help-without">
          {t(microphone ? "help_listen_only" : "help_sound_only")}
        </button>
      </footer>
    </div>
  );
}
