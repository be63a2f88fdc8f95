// A meeting in a list: when, what, by whom; what can be done with it now.
import type { ComponentChildren } from "preact";
import type { MeetingBrief } from "../api/types";
import { clock, date, language, t, word } from "../i18n";
import { Leaf } from "./page";

export function leafOf(iso: string): { day: string; month: string } {
  const d = new Date(iso);
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  return { day: String(d.getDate()), month: d.toLocaleDateString(locale, { month: "short", weekday: "short" }) };
}

const LOOK: Partial<Record<string, string>> = { live: "tag pass", scheduled: "tag acc" };
export function StateTag({ m }: { m: Pick<MeetingBrief, "state"> }) {
  return <span class={LOOK[m.state] ?? "tag na"}>{word("state", m.state)}</span>;
}

interface RowProps {
  m: MeetingBrief;
  /** Of which project; left out on the project's own page. */
  project?: { id: string; title: string } | undefined;
  children?: ComponentChildren;
  below?: ComponentChildren;
}

export function MeetingRow({ m, project, children, below }: RowProps) {
  return (
    <div class={m.state === "live" ? "mrow now" : "mrow"} data-test="meeting" data-state={m.state}>
      <Leaf {...leafOf(m.starts_at)} />
      <div class="mwhat">
        <a class="mtitle" href={`/m/${m.id}`}>
          {t(`kind_${m.kind}`)} · {m.title}
        </a>
        <p class="sm dim">{[`${date(m.starts_at)} ${clock(m.starts_at)}`, t("host_is", m.host_name), project?.title ?? ""].filter((s) => s !== "").join(" · ")}</p>
        {below}
      </div>
      <div class="mdo">
        {children}
        <StateTag m={m} />
      </div>
    </div>
  );
}
