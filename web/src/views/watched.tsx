// Who has watched a recording, when, and which parts: for those who may know.
import { useState } from "preact/hooks";
import { day, duration, length, t, word } from "../i18n";
import { Face, Icon } from "../ui/parts";
import { useLoad } from "./load";
import { totalOf, type Span } from "./replay/spans";

interface View {
  view: string;
  name: string;
  role: string;
  opened_at: string;
  played: Span[];
  /** What was fetched without the page: all that is known of such a view. */
  fetched: Span[];
}

const AGAIN_MS = 15_000;
const FIRST = 5;
const PARTS = 6;

function Parts({ meeting, spans }: { meeting: string; spans: Span[] }) {
  if (spans.length === 0) return <span class="sm mute">{t("views_nothing")}</span>;
  return (
    <span class="row wrap">
      {spans.slice(0, PARTS).map(([from, to]) => (
        <a key={from} class="cuebtn" href={`/m/${meeting}/recording?t=${Math.floor(from / 1000)}`} aria-label={t("cue_play", duration(from), length(to - from))} data-test="viewed-part">
          <span class="cue">{t("views_part", duration(from), duration(to))}</span>
        </a>
      ))}
      {spans.length > PARTS && <span class="sm dim">+{spans.length - PARTS}</span>}
      <span class="sm dim">{t("views_total", length(totalOf(spans)))}</span>
    </span>
  );
}

export function Watched({ meeting }: { meeting: string }) {
  const list = useLoad<{ views: View[] }>(`/meetings/${meeting}/recording/views`, AGAIN_MS);
  const [all, setAll] = useState(false);
  // Who may not know of others' views is not shown that there is a list.
  if (list.data === undefined) return null;
  const { views } = list.data;
  const shown = all ? views : views.slice(0, FIRST);
  return (
    <section class="panel" data-test="watched">
      <header>
        <Icon of="eye" />
        <h2>{t("views_title")}</h2>
        <span class="num">{views.length}</span>
      </header>
      {views.length === 0 && <div class="empty">{t("views_none")}</div>}
      {shown.map((v) => (
        <div key={v.view} class="line wrap" data-test="view" data-played={JSON.stringify(v.played)}>
          <Face name={v.name} />
          <span class="sp col">
            <span class="row wrap">
              <b class="anywhere">{v.name}</b>
              <span class="sm dim">{[word("role", v.role), day(v.opened_at)].filter((s) => s !== "").join(" · ")}</span>
            </span>
            <Parts meeting={meeting} spans={v.played.length > 0 ? v.played : v.fetched} />
          </span>
        </div>
      ))}
      {!all && views.length > FIRST && (
        <div class="line">
          <button class="btn ghost" onClick={() => setAll(true)}>
            {t("views_more", views.length - FIRST)}
          </button>
        </div>
      )}
    </section>
  );
}
