// Scheduling a meeting of a project.
import { useState } from "preact/hooks";
import { api } from "../api/rest";
import type { Kind, Meeting } from "../api/types";
import { t } from "../i18n";
import { Fault } from "../ui/parts";
import { useMaking } from "./making";

const KINDS: Kind[] = ["review", "survey", "acceptance", "forum"];

/** What a field for date and time takes: the viewer's own time, without zone. */
const inputTime = (d: Date): string => new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

export function NewMeeting({ project }: { project: string }) {
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState<Kind>("review");
  const [when, setWhen] = useState(inputTime(new Date()));
  const [auto, setAuto] = useState(true);
  const { busy, fault, run } = useMaking(async () => {
    const body = { title: title.trim(), kind, starts_at: new Date(when).toISOString(), record_auto: auto };
    return `/m/${(await api<Meeting>("POST", `/projects/${project}/meetings`, body)).id}`;
  });
  const ready = title.trim() !== "" && when !== "";
  return (
    <form
      class="panel pad col gap"
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) void run();
      }}
    >
      <h2>{t("meeting_new")}</h2>
      <label class="col label">
        <span class="sm dim">{t("meeting_title")}</span>
        <input class="field" value={title} maxLength={60} onInput={(e) => setTitle(e.currentTarget.value)} data-test="meeting-title" />
      </label>
      <label class="col label">
        <span class="sm dim">{t("kind")}</span>
        <select class="field" value={kind} onChange={(e) => setKind(e.currentTarget.value as Kind)} data-test="meeting-kind">
          {KINDS.map((k) => (
            <option key={k} value={k}>
              {t(`kind_${k}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="col label">
        <span class="sm dim">{t("when")}</span>
        <input class="field" type="datetime-local" value={when} onInput={(e) => setWhen(e.currentTarget.value)} data-test="meeting-when" />
      </label>
      <label class="row tick">
        <input type="checkbox" checked={auto} onChange={(e) => setAuto(e.currentTarget.checked)} data-test="meeting-auto" />
        {t("record_auto")}
      </label>
      {fault !== undefined && <Fault error={fault} />}
      <button class="btn pri" disabled={!ready || busy} data-test="meeting-create">
        {t(busy ? "creating" : ready ? "meeting_create" : "meeting_needs")}
      </button>
    </form>
  );
}
