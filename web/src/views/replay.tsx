// A recording's page: what can be said before it plays, then the player, for as long as the page is open.
import { useEffect, useState } from "preact/hooks";
import { day, t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Icon, type IconName, Note } from "../ui/parts";
import { Loaded } from "./load";
import { Crumbs, OfProject, Page } from "./page";
import { type Answer, useRecording } from "./replay/data";
import { Player } from "./replay/player";
import { useView } from "./replay/viewlog";

const LONG_MS = 10_000;

/** Why nothing plays yet, and whether something will. */
function Coming({ d }: { d: Answer }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLong(true), LONG_MS);
    return () => window.clearTimeout(timer);
  }, []);
  const ended = d.meeting.state === "ended";
  const coming = d.recording !== null;
  const icon: IconName = coming ? "clock" : "quest";
  const words = coming ? t(ended ? "replay_preparing" : "replay_begins") : t(ended ? "meeting_over_unrecorded" : "replay_none");
  return (
    <div class="panel">
      <div class="empty tall" role="status" data-test="no-replay" data-coming={coming}>
        <Icon of={icon} />
        <b>{words}</b>
        {coming && <div class="skel half" aria-hidden="true" />}
        {coming && long && <p>{t("replay_long")}</p>}
        <a class="btn" href={`/m/${d.meeting.id}`}>
          <Icon of="left" size="s" />
          {t("to_meeting")}
        </a>
      </div>
    </div>
  );
}

export function Replay({ id }: { id: string }) {
  const { page, index } = useRecording(id);
  const { view, trouble } = useView(id, index !== undefined);
  const title = page.data?.meeting.title;
  useTitle(title === undefined ? t("brand") : `${t("replay")} · ${title}`);
  if (page.data !== undefined && index !== undefined && view !== undefined) return <Player id={id} view={view} answer={page.data} index={index} />;
  return (
    <Page wide>
      <Loaded of={page} denied="replay_denied">
        {(d) => (
          <>
            <div class="heading">
              <Crumbs>
                {" / "}
                <OfProject of={d.meeting.project} />
              </Crumbs>
              <h1>{d.meeting.title}</h1>
              <p class="dim">
                {t("replay")} · {day(d.meeting.starts_at)}
              </p>
            </div>
            {index === undefined && <Coming d={d} />}
            {trouble !== undefined && <Note kind="warn">{t(trouble === "denied" ? "replay_denied" : "log_waits")}</Note>}
          </>
        )}
      </Loaded>
    </Page>
  );
}
