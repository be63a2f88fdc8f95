// Years later: one search for projects and recordings, and the way into the log.
import { useEffect, useState } from "preact/hooks";
import type { MeetingList, ProjectList } from "../../api/types";
import { t } from "../../i18n";
import { Icon } from "../../ui/parts";
import { Loaded, useLoad } from "../load";
import { ProjectTable } from "../projecttable";
import { Days, Nothing, Panel, Today } from "./parts";

const TYPING_MS = 250;
const SHOWN = 8;

/** What was typed, once the typing has paused. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text.trim()), TYPING_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

function Found({ q }: { q: string }) {
  const query = q === "" ? "" : `q=${encodeURIComponent(q)}`;
  const projects = useLoad<ProjectList>(`/projects?${query}`);
  const meetings = useLoad<MeetingList>(`/meetings?when=past&${query}`);
  return (
    <div class="columns">
      <div class="col gap4">
        <Panel
          title={t(q === "" ? "projects_latest" : "projects_found")}
          test="found-projects"
          more={
            <a class="sm" href={`/projects?${query}`}>
              {t("show_all")}
            </a>
          }
        >
          <Loaded of={projects}>{(d) => (d.projects.length === 0 ? <Nothing icon="folder" words={t("found_none")} /> : <ProjectTable list={d.projects.slice(0, SHOWN)} managers label={t("projects")} />)}</Loaded>
        </Panel>
      </div>
      <div class="col gap4">
        <Panel
          title={t(q === "" ? "meetings_latest" : "meetings_found")}
          test="found-meetings"
          more={
            <a class="sm" href={`/meetings?when=past&${query}`}>
              {t("show_all")}
            </a>
          }
        >
          <Loaded of={meetings}>{(d) => (d.meetings.length === 0 ? <Nothing icon="play" words={t("found_none")} /> : <Days list={d.meetings.slice(0, SHOWN)} />)}</Loaded>
        </Panel>
        <a class="panel pad row gap" href={`/audit${q === "" ? "" : `?who=${encodeURIComponent(q)}`}`}>
          <Icon of="ledger" />
          <span class="sp">
            <b>{t("audit")}</b>
            <span class="below sm dim">{q === "" ? t("audit_open") : t("audit_of", q)}</span>
          </span>
          <Icon of="right" size="s" />
        </a>
      </div>
    </div>
  );
}

export function AuditorDesk() {
  const [text, setText] = useState("");
  const q = useSettled(text);
  return (
    <>
      <Today line={t("auditor_line")} />
      <div class="findbox large" role="search">
        <Icon of="find" />
        <input class="field" type="search" value={text} maxLength={60} placeholder={t("auditor_find_hint")} aria-label={t("auditor_find")} onInput={(e) => setText(e.currentTarget.value)} data-test="auditor-find" />
      </div>
      <Found q={q} />
    </>
  );
}
