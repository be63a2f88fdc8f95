// What the server says over the WebSocket, as in docs/signalling.md.
import type { Meeting, Role, Source } from "./types";

export interface Participant {
  participant: string;
  name: string;
  organisation: string;
  role: Role;
  host: boolean;
  state: "in" | "reconnecting" | "gone";
  quality: "good" | "fair" | "poor" | "lost";
  rtt_ms: number;
  loss_permille: number;
  muted: Source[];
}
export interface Track {
  track: string;
  participant: string;
  source: Source;
  kind: "audio" | "video";
  muted: boolean;
  paused_by_host: boolean;
}
export interface Waiting {
  participant: string;
  name: string;
  organisation: string;
  role: Role;
}
export interface Chat {
  chat: number;
  participant: string;
  name: string;
  text: string;
  at: string;
  key: string;
}
export interface Recording {
  state: "off" | "starting" | "on" | "stopped" | "failed";
  since: string;
  by: string;
  reason: string;
  hours_left: number;
}
export interface Rights {
  admit: boolean;
  record: boolean;
  end: boolean;
  take_over: boolean;
}
export interface Welcome {
  type: "ok";
  id: number;
  participant: string;
  name: string;
  role: Role;
  host: boolean;
  meeting: Pick<Meeting, "id" | "kind" | "title" | "host_name" | "starts_at" | "state"> & { record_auto: boolean };
  state: "new" | "waiting" | "in";
  /** Which of this page's connections the server knows. */
  media: boolean;
  sends: boolean;
  receives: boolean;
  rights: Rights;
  /** Ways round firewalls, with credentials for a day. */
  ice_servers: { urls: string; username?: string; credential?: string }[];
  server_time: string;
}
export type Notice =
  | { type: "admitted" | "refused" | "removed" | "ended"; by: string }
  | { type: "snapshot"; participants: Participant[]; tracks: Track[]; waiting: Waiting[]; chat: Chat[]; recording: Recording; host: boolean; rights: Rights; speaker: string | null; watchers: number }
  | { type: "watchers"; count: number }
  | ({ type: "participant" } & Participant)
  | { type: "participant_left"; participant: string; reason: "left" | "removed" | "gone" | "ended" }
  | ({ type: "waiting" } & Waiting)
  | { type: "waiting_left"; participant: string }
  | ({ type: "track" } & Track)
  | { type: "track_left"; track: string }
  | { type: "recv_offer"; sdp: string; revision: number; tracks: { mid: string; track: string }[] }
  | ({ type: "chat" } & Chat)
  | { type: "speaker"; participant: string | null }
  | ({ type: "recording" } & Recording)
  | { type: "lobby"; host_here: boolean }
  | { type: "host"; participant: string; name: string }
  | { type: "muted"; source: Source; by: string }
  | { type: "media_lost"; pc: "send" | "recv" }
  | { type: "shutdown" };
