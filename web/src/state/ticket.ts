// What a loaded-again page needs to be the same person in the same meeting.
import type { Ticket } from "../api/types";
import { forget, keep, kept } from "./kept";

export interface Stub extends Omit<Ticket, "identity"> {
  /** The page it belongs to: the invitation link, or the meeting's page. */
  at: string;
  muted: boolean;
  cameraOff: boolean;
}

export function readStub(text: string, at: string): Stub | undefined {
  if (text === "") return undefined;
  try {
    const s = JSON.parse(text) as Partial<Stub>;
    if (typeof s.token !== "string" || s.token === "" || s.at !== at) return undefined;
    return { token: s.token, participant: s.participant ?? "", meeting: s.meeting ?? "", at, muted: s.muted === true, cameraOff: s.cameraOff === true };
  } catch {
    return undefined; // Of another version of the page.
  }
}

export const loadStub = (): Stub | undefined => readStub(kept("session", "ticket"), location.href);
export const saveStub = (s: Stub): void => keep("session", "ticket", JSON.stringify(s));
export const dropStub = (): void => forget("session", "ticket");
