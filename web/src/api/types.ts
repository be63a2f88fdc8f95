// What the server says, as in docs/signalling.md and the REST routes.
export type Role = "manager" | "expert" | "supervisor" | "auditor" | "admin" | "dispatcher" | "customer" | "designer" | "contractor" | "device";
export type Source = "camera" | "microphone" | "screen";
export type Kind = "review" | "survey" | "acceptance" | "forum";

export interface Account {
  account: string;
  name: string;
  organisation: string;
  role: Role;
}
/** What a new session must give before it may do anything else; "": nothing. */
export type Owes = "" | "second" | "password" | "enrol";
export interface SessionAccount extends Account {
  login: string;
  owes: Owes;
}
export interface AccountFull extends Account {
  login: string;
  organisation_id: string;
  created_at: string;
  password_at: string;
  second_at: string | null;
  disabled_at: string | null;
  must_change: boolean;
  version: number;
}
export interface OwnAccount extends AccountFull {
  recovery_codes_left: number;
  has_password: boolean;
  second_required: boolean;
  sessions: { session: string; created_at: string; expires_at: string; client: string; agent: string; via: string; here: boolean }[];
  identities: { issuer: string; subject: string }[];
}
export interface SignIn {
  signin: number;
  at: string;
  login: string;
  client: string;
  agent: string;
  via: string;
  result: string;
}
export interface Organisation {
  organisation: string;
  name: string;
  kind: string;
  version: number;
  accounts?: number;
}
export interface AuditEntry {
  entry: number;
  at: string;
  who: string;
  login: string;
  what: string;
  object: string;
  client: string;
  detail: string;
  project: string;
}
export type Stage =
  | "reserve"
  | "application"
  | "survey"
  | "supply_plan"
  | "drawing_review"
  | "construction"
  | "interim_inspection"
  | "acceptance"
  | "energization"
  | "return_visit"
  | "closed"
  | "withdrawn";
/** What its manager fills in. Days are "2026-11-25", in the zone of the service. */
export interface ProjectFields {
  number: string;
  title: string;
  customer: string;
  park: string;
  address: string;
  latitude_e6: number | null;
  longitude_e6: number | null;
  voltage_v: number | null;
  capacity_kva: number | null;
  load_nature: string;
  importance: number | null;
  sources: number;
  wanted_on: string | null;
}
export interface Project extends ProjectFields {
  id: string;
  version: number;
  manager: string;
  created_at: string;
  stage: Stage;
  stage_on: string;
  /** Working days in this stage. */
  stage_days: number;
  due_on: string | null;
  /** Working days left of the limit; negative: late by. */
  days_left: number | null;
}
export interface StageMove {
  from: Stage;
  to: Stage;
  at: string;
  on: string;
  who: string;
  reason: string;
}
export interface ProjectPage extends Project {
  moves: StageMove[];
  /** Working days a stage may take, for those that have a limit. */
  limits: Partial<Record<Stage, number>>;
  rights: { edit: boolean };
}
export interface ProjectList {
  projects: Project[];
  next: string;
}
export interface Attendance {
  participant: string;
  name: string;
  organisation: string;
  role: Role;
  host: boolean;
  joined_at: string | null;
  left_at: string | null;
  /** All the times together, up to now for those still there. */
  present_ms: number;
  here: boolean;
}
export interface DeviceTokens {
  whip_url: string;
  whep_url: string;
  devices: { device: string; label: string; made_by: string; publish: boolean; view: boolean; created_at: string; expires_at: string; good: boolean }[];
}
/** The URLs end where the device's name begins. */
export interface DeviceMade {
  device: string;
  token: string;
  whip_url: string;
  whep_url: string;
}
export interface MeetingPage extends Meeting {
  project: { id: string; title: string; customer: string };
  /** IANA name of the zone in which the meeting's people count. */
  timezone: string;
  people: Attendance[];
  recording: { state: "on" | "stopped" | "failed" | "ended"; started_at: string; by: string; reason: string } | null;
  rights: { invite: boolean; join: boolean; replay: boolean; devices: boolean };
}
export interface Meeting {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: "scheduled" | "live" | "ended";
}
export interface Invitation extends Meeting {
  role: Role;
  host: boolean;
  name: string;
  organisation: string;
}
export interface Ticket {
  token: string;
  participant: string;
  meeting: string;
}
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
  meeting: Meeting & { record_auto: boolean };
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

export interface IndexFile {
  file: string;
  type: string;
  start_ms: number;
  end_ms: number;
  width?: number;
  height?: number;
  /** How far a player must turn the picture clockwise. */
  rotation?: 90 | 180 | 270;
  codec?: string;
  /** What a decoder needs first; up to where there are whole clusters; [ms of the meeting clock, offset] of where one can start. */
  init_bytes?: number;
  media_bytes?: number;
  points?: [number, number][];
}
/** Pictures of a track on one sheet: number k stands in column k % columns; `at` is on the meeting clock. */
export interface PreviewSheet {
  file: string;
  width: number;
  height: number;
  columns: number;
  at: number[];
}
export interface IndexTrack {
  track: number;
  kind: "audio" | "video";
  source: Source;
  participant: string;
  name: string;
  codec: string;
  files: IndexFile[];
  spans: [number, number][];
  previews?: PreviewSheet[];
}
export interface Gap {
  start_ms: number;
  end_ms: number;
  reason: string;
  track: number | null;
}
export interface RecordingIndex {
  state: "live" | "final";
  started_at: string;
  duration_ms: number;
  tracks: IndexTrack[];
  mix: IndexFile | null;
  gaps: Gap[];
  speech: { participant: string; spans: [number, number][] }[];
}
/** What happened, from the meeting's log; `at_ms` on the meeting clock, null before it ran. */
export interface MeetingEvent {
  event: number;
  at: string;
  at_ms: number | null;
  type: string;
  participant: string;
  name?: string;
  data: Record<string, unknown> | null;
}
