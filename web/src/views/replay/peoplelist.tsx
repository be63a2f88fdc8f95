// Who was there: role, organisation, when they came and went, and a way through what each one said.
import { duration, length, t, word } from "../../i18n";
import { Face, Icon } from "../../ui/parts";
import { Cue } from "./cue";
import type { Deck } from "./deck";
import { type Person, talkingAt } from "./happenings";
import { type Scene, useClock } from "./scene";
import { totalOf } from "./spans";

function Speech({ p, deck }: { p: Person; deck: Deck }) {
  if (p.speech.length === 0) return <span class="xs mute">{t("said_nothing")}</span>;
  return (
    <span class="row stepper">
      <button class="btn sq" aria-label={t("speech_previous", p.name)} title={t("speech_previous", p.name)} onClick={() => deck.speech(p.speech, -1)} data-test="speech-previous">
        <Icon of="left" size="s" />
      </button>
      <span class="sm">{t("spoke_times", p.speech.length, length(totalOf(p.speech)))}</span>
      <button class="btn sq" aria-label={t("speech_next", p.name)} title={t("speech_next", p.name)} onClick={() => deck.speech(p.speech, 1)} data-test="speech-next">
        <Icon of="right" size="s" />
      </button>
    </span>
  );
}

function Row({ scene, deck, p, go }: { scene: Scene; deck: Deck; p: Person; go: (ms: number) => void }) {
  const talks = useClock(scene, (at) => talkingAt(scene.people, at).includes(p));
  const moves = scene.coming.filter((c) => c.participant === p.participant);
  const about = [word("role", p.role ?? ""), p.organisation].filter((s) => s !== "").join(" · ");
  return (
    <li class="who-row" data-test="person">
      <Face name={p.name} />
      <div class="col">
        <span class="row wrap">
          <b class="anywhere">{p.name}</b>
          {p.host && <span class="tag acc">{t("is_host")}</span>}
          {talks && (
            <span class="tag pass">
              <Icon of="speaker" size="s" />
              {t("speaking_now")}
            </span>
          )}
        </span>
        {about !== "" && <span class="sm dim anywhere">{about}</span>}
        {moves.length > 0 && (
          <span class="row wrap moves">
            {moves.map((c, i) => (
              <span key={i} class="row">
                <span class="xs dim">{t(c.came ? "came_word" : "went_word")}</span>
                <Cue ms={c.ms} go={go} what={t(c.came ? "came" : "went_off", p.name)} />
              </span>
            ))}
          </span>
        )}
        <Speech p={p} deck={deck} />
      </div>
    </li>
  );
}

export function PeopleList({ scene, deck, go }: { scene: Scene; deck: Deck; go: (ms: number) => void }) {
  return (
    <div class="items" tabIndex={0} role="region" aria-label={t("tab_people")} data-test="people-list">
      <ul>
        {scene.people.map((p) => (
          <Row key={p.participant} scene={scene} deck={deck} p={p} go={go} />
        ))}
      </ul>
      {scene.people.length === 1 && <p class="sm dim pad">{t("one_person", scene.people[0]?.name ?? "", duration(scene.index.duration_ms))}</p>}
    </div>
  );
}
