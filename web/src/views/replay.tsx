// A first replay: a recording with its meeting's name, while it is made and when it is whole.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Meeting, RecordingIndex } from "../api/types";
import { day, length, t } from "../i18n";
import { useTitle } from "../ui/hooks";
import { Icon, Note } from "../ui/parts";
import { Loaded, useLoad } from "./load";
import { Page } from "./page";
import { Player } from "./player";

interface Answer {
  meeting: Meeting;
  recording: { state: string } | null;
  index: RecordingIndex | null;
}

const AGAIN_MS = 1500;
const playable = (i: RecordingIndex | null | undefined): i is RecordingIndex => i !== null && i !== undefined && i.duration_ms > 0;

/** While the meeting is on, the files grow under the player: it keeps what it was opened with until asked, or until all is there. */
function useHeld(latest: RecordingIndex | null | undefined) {
  const [held, setHeld] = useState<RecordingIndex | undefined>();
  const now = useRef(latest);
  now.current = latest;
  useEffect(() => {
    if (playable(latest) && (held === undefined || (latest.state === "final" && held.state !== "final"))) setHeld(latest);
  }, [latest]);
  return { held, renew: () => playable(now.current) && setHeld(now.current) };
}

function Body({ id, d, held, renew }: { id: string; d: Answer; held: RecordingIndex | undefined; renew: () => void }) {
  if (held === undefined) {
    const coming = d.recording !== null;
    return (
      <div class="panel">
        <div class="empty" role="status">
          <Icon of={coming ? "clock" : "quest"} />
          {t(coming ? "replay_preparing" : d.meeting.state === "ended" ? "meeting_over_unrecorded" : "replay_none")}
        </div>
      </div>
    );
  }
  // Another length is another file to the browser: what it kept of the shorter one is of no use.
  const url = (file: string) => `/api/v1/meetings/${id}/recording/files/${file.replace("tracks/", "")}${held.state === "final" ? "" : `?to=${held.duration_ms}`}`;
  return (
    <>
      {held.state === "live" && (
        <Note kind="acc">
          <p>{t(d.meeting.state === "ended" ? "replay_preparing" : "replay_live")}</p>
          <button class="btn" onClick={renew} data-test="renew">
            <Icon of="refresh" />
            {t("replay_more")}
          </button>
        </Note>
      )}
      <Player index={held} url={url} />
    </>
  );
}

export function Replay({ id }: { id: string }) {
  const [every, setEvery] = useState<number | undefined>(AGAIN_MS);
  const page = useLoad<Answer>(`/meetings/${id}/recording`, every);
  const { held, renew } = useHeld(page.data?.index);
  const over = held?.state === "final" || (page.data?.meeting.state === "ended" && page.data.recording === null);
  useEffect(() => {
    if (over) setEvery(undefined);
  }, [over]);
  useTitle(`${t("replay")} · ${page.data?.meeting.title ?? t("brand")}`);
  return (
    <Page wide>
      <Loaded of={page}>
        {(d) => (
          <>
            <div class="row wrap">
              <div class="sp heading">
                <h1>{d.meeting.title}</h1>
                <p class="dim">
                  {t("replay")} · {held === undefined ? day(d.meeting.starts_at) : `${day(held.started_at)} · ${length(held.duration_ms)}`}
                </p>
              </div>
              <a class="btn" href={`/m/${id}`}>
                <Icon of="left" />
                {t("to_meeting")}
              </a>
            </div>
            <Body id={id} d={d} held={held} renew={renew} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
