// What the page of a replay asks the server for, and asks again while the meeting runs.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api } from "../../api/rest";
import type { Attendance, Meeting, MeetingEvent, MeetingPage, RecordingIndex } from "../../api/types";
import { useLoad } from "../load";

export interface ReplayMeeting extends Meeting {
  timezone: string;
  project: { id: string; title: string; customer: string };
}
export interface Answer {
  meeting: ReplayMeeting;
  recording: { state: string; started_at: string; by: string; reason: string } | null;
  index: RecordingIndex | null;
}

const AGAIN_MS = 1500;
const EVENTS_MS = 2000;
const PEOPLE_MS = 6000;
const RETRY_MS = 3000;

/** The address of a file of a recording, named as in the index: with its folder. */
export const fileUrl = (meeting: string, file: string): string => `/api/v1/meetings/${meeting}/recording/files/${file.slice(file.lastIndexOf("/") + 1)}`;

export const playable = (i: RecordingIndex | null | undefined): i is RecordingIndex => i !== null && i !== undefined && i.duration_ms > 0;

/** Over, for good: nothing more will come. */
const settled = (a: Answer | undefined): boolean => a !== undefined && (a.index?.state === "final" || (a.meeting.state === "ended" && a.recording === null));

export function useRecording(id: string) {
  const [every, setEvery] = useState<number | undefined>(AGAIN_MS);
  const page = useLoad<Answer>(`/meetings/${id}/recording`, every);
  const done = settled(page.data);
  useEffect(() => setEvery(done ? undefined : AGAIN_MS), [done]);
  // An answer lost on the way, or an index that is just being replaced, takes nothing away from what plays.
  const last = useRef<RecordingIndex | undefined>();
  if (playable(page.data?.index)) last.current = page.data.index;
  return { page, index: last.current };
}

/** The meeting's log, from its beginning; what comes later is added while `live`. */
export function useEvents(id: string, live: boolean): MeetingEvent[] {
  const [events, setEvents] = useState<MeetingEvent[]>([]);
  const after = useRef(0);
  useEffect(() => {
    let timer = 0;
    let gone = false;
    const ask = async (): Promise<void> => {
      try {
        const { events: got } = await api<{ events: MeetingEvent[] }>("GET", `/meetings/${id}/events?after=${after.current}`);
        const fresh = got.filter((e) => e.event > after.current);
        if (gone) return;
        after.current = Math.max(after.current, ...fresh.map((e) => e.event));
        if (fresh.length > 0) setEvents((old) => [...old, ...fresh]);
        // A long log comes in pieces.
        if (fresh.length > 0 || live) timer = window.setTimeout(() => void ask(), fresh.length > 0 ? 0 : EVENTS_MS);
      } catch {
        if (!gone) timer = window.setTimeout(() => void ask(), RETRY_MS); // That the server is away is said by what plays.
      }
    };
    void ask();
    return () => {
      gone = true;
      window.clearTimeout(timer);
    };
  }, [id, live]);
  return events;
}

export function useAttendance(id: string, live: boolean): Attendance[] {
  const page = useLoad<MeetingPage>(`/meetings/${id}`, live ? PEOPLE_MS : undefined);
  return useMemo(() => page.data?.people ?? [], [page.data]);
}
