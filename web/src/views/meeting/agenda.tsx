// The points of an agenda: written, added, put in order by keys or buttons, taken away.
import { useEffect, useRef, useState } from "preact/hooks";
import { t, type TextKey } from "../../i18n";
import type { Kind } from "../../api/types";
import { LIMITS, moved } from "../../state/schedule";
import { Icon } from "../../ui/parts";

/** What such meetings usually go through. */
const USUAL: Record<Kind, TextKey[]> = {
  review: ["agenda_review_1", "agenda_review_2", "agenda_review_3"],
  survey: ["agenda_survey_1", "agenda_survey_2", "agenda_survey_3"],
  acceptance: ["agenda_acceptance_1", "agenda_acceptance_2", "agenda_acceptance_3"],
  forum: ["agenda_forum_1", "agenda_forum_2"],
};

interface AgendaProps {
  kind: Kind;
  points: string[];
  change: (points: string[]) => void;
}

export function Agenda({ kind, points, change }: AgendaProps) {
  const list = useRef<HTMLOListElement>(null);
  const [focus, setFocus] = useState<number | undefined>();
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (focus === undefined) return;
    list.current?.querySelectorAll("input")[focus]?.focus();
    setFocus(undefined);
  }, [focus]);
  const add = (at: number) => {
    if (points.length >= LIMITS.points) return;
    change([...points.slice(0, at), "", ...points.slice(at)]);
    setFocus(at);
  };
  const drop = (i: number) => {
    change(points.filter((_, n) => n !== i));
    if (points.length > 1) setFocus(Math.max(0, i - 1));
  };
  const move = (i: number, by: number) => {
    const to = i + by;
    if (to < 0 || to >= points.length) return;
    change(moved(points, i, by));
    setFocus(to);
    setSaid(t("agenda_moved", to + 1));
  };
  const key = (e: KeyboardEvent, i: number) => {
    if (e.isComposing) return; // Enter then ends the choice of a character.
    if (e.altKey && (e.key === "ArrowUp" || e.key === "ArrowDown")) move(i, e.key === "ArrowUp" ? -1 : 1);
    else if (e.key === "Enter") add(i + 1);
    else if (e.key === "Backspace" && points[i] === "") drop(i);
    else return;
    e.preventDefault();
  };
  return (
    <div class="col gap">
      <ol class="points" ref={list}>
        {points.map((p, i) => (
          <li key={i} class="row">
            <span class="num">{i + 1}</span>
            <input class="field" value={p} maxLength={LIMITS.point} aria-label={t("agenda_point", i + 1)} onInput={(e) => change(points.map((x, n) => (n === i ? e.currentTarget.value : x)))} onKeyDown={(e) => key(e, i)} data-test="agenda-point" />
            <span class="row tight">
              <button type="button" class="btn sq ghost" disabled={i === 0} aria-label={t("agenda_up", i + 1)} title={t("agenda_up", i + 1)} onClick={() => move(i, -1)} data-test="agenda-up">
                <Icon of="up" />
              </button>
              <button type="button" class="btn sq ghost" disabled={i === points.length - 1} aria-label={t("agenda_down", i + 1)} title={t("agenda_down", i + 1)} onClick={() => move(i, 1)} data-test="agenda-down">
                <Icon of="down" />
              </button>
              <button type="button" class="btn sq ghost" aria-label={t("agenda_drop", i + 1)} title={t("agenda_drop", i + 1)} onClick={() => drop(i)} data-test="agenda-drop">
                <Icon of="cross" />
              </button>
            </span>
          </li>
        ))}
      </ol>
      <div class="row wrap">
        <button type="button" class="btn" onClick={() => add(points.length)} data-test="agenda-add">
          <Icon of="plus" />
          {t("agenda_add")}
        </button>
        {points.length === 0 && (
          <button type="button" class="btn ghost" onClick={() => change(USUAL[kind].map((k) => t(k)))} data-test="agenda-usual">
            {t("agenda_usual")}
          </button>
        )}
        {points.length > 1 && <span class="xs mute sp">{t("agenda_keys")}</span>}
      </div>
      <span class="vh" role="status">
        {said}
      </span>
    </div>
  );
}
