// Who is large: what is pinned, else a shared screen, else who speaks or spoke last, else anybody else.
import type { Participant, Track } from "../api/types";

export interface StageChoice {
  participant: string;
  source: "camera" | "screen";
}

export function chooseStage(
  me: string,
  participants: Participant[],
  tracks: Track[],
  speaker: string | null,
  pinned: string | undefined,
): StageChoice | undefined {
  const here = (id: string | null | undefined): id is string => participants.some((p) => p.participant === id);
  const screen = tracks.find((x) => x.source === "screen" && x.participant !== me && (pinned === undefined || x.participant === pinned));
  if (pinned !== undefined && here(pinned)) return { participant: pinned, source: screen !== undefined ? "screen" : "camera" };
  if (screen !== undefined && here(screen.participant)) return { participant: screen.participant, source: "screen" };
  if (here(speaker) && speaker !== me) return { participant: speaker, source: "camera" };
  const seen = tracks.find((x) => x.source === "camera" && x.participant !== me && here(x.participant));
  const other = seen?.participant ?? participants.find((p) => p.participant !== me)?.participant;
  return other === undefined ? undefined : { participant: other, source: "camera" };
}
