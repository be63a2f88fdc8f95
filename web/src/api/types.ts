// Made by `make api` from the tables of routes and answers. What WebSockets say is in messages.ts.
export type * from "./messages";

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** Stable, for programs. */
  code: string;
  /** For people: what was wrong and what to do. */
  detail: string;
  /** Under which the server's log has it. */
  request_id: string;
  /** With 412: the thing as it is now. */
  current?: Record<string, unknown>;
}

export interface SessionAccount {
  /** Its id; empty for a guest. */
  account: string;
  login: string;
  name: string;
  organisation: string;
  role: Role;
  /** What the session must give before it may do anything else; empty: nothing. */
  owes: Owes;
  session?: string;
  /** A second factor is set up. */
  second?: boolean;
}

export interface Account {
  /** Its id; empty for a guest. */
  account: string;
  login: string;
  name: string;
  organisation: string;
  role: Role;
}

export type Role = "admin" | "manager" | "expert" | "supervisor" | "dispatcher" | "auditor" | "customer" | "designer" | "contractor" | "device";

export type Owes = "" | "second" | "password" | "enrol";

export interface OwnAccount {
  /** Its id; empty for a guest. */
  account: string;
  login: string;
  name: string;
  organisation: string;
  role: Role;
  organisation_id: string;
  created_at: string;
  password_at: string | null;
  second_at: string | null;
  disabled_at: string | null;
  /** The password is one for once. */
  must_change: boolean;
  version: number;
  recovery_codes_left: number;
  has_password: boolean;
  second_required: boolean;
  sessions: OwnSession[];
  identities: Identity[];
}

export interface AccountFull {
  /** Its id; empty for a guest. */
  account: string;
  login: string;
  name: string;
  organisation: string;
  role: Role;
  organisation_id: string;
  created_at: string;
  password_at: string | null;
  second_at: string | null;
  disabled_at: string | null;
  /** The password is one for once. */
  must_change: boolean;
  version: number;
}

export interface OwnSession {
  session: string;
  created_at: string;
  expires_at: string;
  client: string;
  agent: string;
  via: string;
  here: boolean;
}

export interface Identity {
  issuer: string;
  subject: string;
}

export interface SecondOffer {
  secret: string;
  /** otpauth://, for authenticators. */
  uri: string;
}

export interface RecoveryCodes {
  recovery_codes: string[];
}

export interface SignInList {
  signins: SignIn[];
  /** To be sent as `before`; null: this is the last page. */
  next: number | null;
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

export interface Oidc {
  enabled: boolean;
  name: string;
}

export interface OidcStart {
  url: string;
  ticket: string;
}

export interface OidcLinked {
  linked: boolean;
}

export interface AccountList {
  accounts: AccountFull[];
  /** To be sent as `after`; null: this is the last page. */
  next: string | null;
}

export interface AccountMade {
  /** Its id; empty for a guest. */
  account: string;
  login: string;
  name: string;
  organisation: string;
  role: Role;
  organisation_id: string;
  created_at: string;
  password_at: string | null;
  second_at: string | null;
  disabled_at: string | null;
  /** The password is one for once. */
  must_change: boolean;
  version: number;
  /** Shown once, good until its owner has chosen another. */
  password: string;
}

export interface OneTimePassword {
  /** Shown once, good until its owner has chosen another. */
  password: string;
}

export interface OrganisationList {
  organisations: Organisation[];
}

export interface Organisation {
  organisation: string;
  name: string;
  kind: OrganisationKind;
  version: number;
  /** How many; in lists only. */
  accounts?: number;
}

export type OrganisationKind = "utility" | "design" | "contractor" | "customer";

export interface AuditList {
  entries: AuditEntry[];
  /** To be sent as `before`; null: this is the last page. */
  next: number | null;
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
  /** Of the API, by which it was done; empty: by none. */
  token: string;
}

export type Stage = "reserve" | "application" | "survey" | "supply_plan" | "drawing_review" | "construction" | "interim_inspection" | "acceptance" | "energization" | "return_visit" | "closed" | "withdrawn";

export interface ProjectList {
  projects: Project[];
  /** To be sent as `cursor`; empty: this is the last page. */
  next: string;
}

export interface Project {
  /** Of the application; empty before there is one. */
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
  id: string;
  /** Of the last change; what ETag says and If-Match repeats. */
  version: number;
  manager: string;
  created_at: string;
  stage: Stage;
  /** Since when it is in this stage. */
  stage_on: string;
  /** Working days in this stage. */
  stage_days: number;
  due_on: string | null;
  /** Working days left of the limit; negative: late by. */
  days_left: number | null;
}

/** What the manager of a project fills in. */
export interface ProjectFields {
  /** Of the application; empty before there is one. */
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

export interface ProjectPage {
  /** Of the application; empty before there is one. */
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
  id: string;
  /** Of the last change; what ETag says and If-Match repeats. */
  version: number;
  manager: string;
  created_at: string;
  stage: Stage;
  /** Since when it is in this stage. */
  stage_on: string;
  /** Working days in this stage. */
  stage_days: number;
  due_on: string | null;
  /** Working days left of the limit; negative: late by. */
  days_left: number | null;
  moves: StageMove[];
  /** Working days that a stage may take, for those that have a limit. */
  limits: Partial<Record<Stage, number>>;
  /** The organisations involved. */
  parties: Party[];
  /** Working days that the stages behind have taken. */
  times: Partial<Record<Stage, number>>;
  /** Working days from the application until power was on, or until now. */
  total_days: number | null;
  rights: ProjectRights;
}

export interface StageMove {
  from: Stage;
  to: Stage;
  at: string;
  on: string;
  who: string;
  reason: string;
}

export interface Party {
  part: PartyPart;
  organisation: string;
  /** Whom one talks to there. */
  person: string;
  /** For the project's manager; empty for others. */
  phone: string;
}

export type PartyPart = "customer" | "designer" | "contractor" | "operator";

export interface ProjectRights {
  edit: boolean;
}

export interface ImportList {
  imports: Import[];
}

export interface Import {
  id: string;
  /** Of the file. */
  name: string;
  bytes: number;
  /** What becomes of numbers that exist already. */
  existing: Existing;
  state: ImportState;
  /** utf-8, gb18030, utf-16le, utf-16be; empty before the check. */
  encoding: string;
  /** By what the encoding was told: mark, content, or guess. */
  sure: string;
  /** Why it failed: overtaken, file; or cancelled, stale. */
  reason: string;
  changed_at: string;
  /** Of the step that is running. */
  done_rows: number;
  rows: ImportCounts;
}

export type Existing = "update" | "refuse";

export type ImportState = "checking" | "checked" | "writing" | "undoing" | "done" | "cancelled" | "failed";

export interface ImportCounts {
  /** Rows under the header that are not empty. */
  all: number;
  /** New projects. */
  fresh: number;
  /** Existing projects that change. */
  changed: number;
  unchanged: number;
  bad: number;
}

export interface ImportRows {
  rows: ImportRow[];
  /** To be sent as `after`; null: that was all. */
  next: number | null;
}

export interface ImportRow {
  /** As a spreadsheet counts; 0: the file as a whole. */
  row?: number;
  faults?: ImportFault[];
  number?: string;
  title?: string;
  changes?: ImportChange[];
  /** Columns that are not read. */
  unread?: string[];
  /** The report ends here: it is too long. */
  cut?: boolean;
}

export interface ImportFault {
  /** number, title, ...; empty: the row as a whole. */
  column: string;
  /** The cell as it stands in the file, cut off when long. */
  value: string;
  /** A word; docs/import.md has them all. */
  why: string;
  /** Another row, or a limit; 0: nothing. */
  about: number;
}

export interface ImportChange {
  column: string;
  /** In Chinese, in English. */
  before: string[];
  after: string[];
}

export type ExportEncoding = "utf-8" | "gb18030";

export type ExportLanguage = "zh" | "en";

export interface Calendar {
  timezone: string;
  today: string;
  /** Up to when the holidays are known. */
  known_until: string | null;
  days_off: string[];
}

export interface ColleagueList {
  people: Colleague[];
}

export interface Colleague {
  account: string;
  name: string;
  organisation: string;
  role: Role;
}

export interface BusyList {
  busy: Busy[];
}

export interface Busy {
  /** Empty, as the title, of a meeting that is not the caller's. */
  id: string;
  title: string;
  starts_at: string;
  duration_min: number;
}

export interface Pace {
  stages: PaceStage[];
  /** From the application until power was on. */
  total: Done;
  since: string;
  late_more_than: number;
  late_most_than: number;
}

export interface PaceStage {
  stage: Stage;
  /** In this stage now. */
  projects: number;
  /** Of them over the time limit. */
  late: number;
  /** By more than `late_more_than` working days. */
  late_more: number;
  /** By more than `late_most_than` working days. */
  late_most: number;
  /** Left this stage since `since`, and the working days it took. */
  done: Done;
}

/** Sum and number: whoever shows an average divides. */
export interface Done {
  projects: number;
  days: number;
}

export interface VisitList {
  visits: Visit[];
  /** To be sent as `cursor`; empty: this is the last page. */
  next: string;
}

export interface Visit {
  id: string;
  number: string;
  title: string;
  customer: string;
  park: string;
  address: string;
  manager: string;
  energized_on: string;
  /** Working days since. */
  days: number;
  due_on: string | null;
  /** Working days left of the limit; negative: late by. */
  days_left: number | null;
}

export interface WaitingForMe {
  lobbies: Lobby[];
  /** Of meetings that ended lately, and not whole yet. */
  replays: ReplayInWork[];
}

export interface Lobby {
  meeting: MeetingName;
  /** Who has waited longest. */
  first: string;
  waiting: number;
  /** In the meeting. */
  people: number;
  host_here: boolean;
}

export interface MeetingName {
  id: string;
  kind: Kind;
  title: string;
  project: ProjectName;
}

export type Kind = "review" | "survey" | "acceptance" | "forum";

export interface ProjectName {
  id: string;
  title: string;
}

export interface ReplayInWork {
  meeting: MeetingName;
  ended_at: string;
}

export interface Service {
  health: Health;
  storage: Storage | null;
}

export interface Health {
  ready: boolean;
  parts: {
  workers: boolean;
  records: boolean;
  disk: boolean;
};
  meetings: number;
  people: number;
  recordings: number;
  journal_waiting_bytes: number;
  /** Since the start. */
  journal_failures: number;
  packager_lag_ms: number;
  /** Could not be written and are tried again. */
  records_again: number;
  /** Given up since the start. */
  records_refused: number;
}

export interface Storage {
  free_bytes: number;
  total_bytes: number;
  /** Below this recording stops. */
  reserve_bytes: number;
  database_bytes: number;
}

export interface Attention {
  accounts: AccountWanting[];
  counts: AccountCount[];
}

export interface AccountWanting {
  account: string;
  login: string;
  name: string;
  role: Role;
  /** The password is one for once. */
  must_change: boolean;
  /** The role needs a second factor, and there is none. */
  second_missing: boolean;
  /** Signings-in that failed within a day. */
  failures: number;
}

export interface AccountCount {
  role: Role;
  accounts: number;
  /** Of these. */
  disabled: number;
}

export interface Timeline {
  meetings: Held[];
}

export interface Held {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: MeetingState;
  /** Who was there. */
  people: Present[];
  recording: Recorded | null;
}

export interface MeetingBrief {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: MeetingState;
}

export type MeetingState = "scheduled" | "live" | "ended" | "archived" | "cancelled";

export interface Present {
  name: string;
  organisation: string;
  role: Role;
  host: boolean;
  /** All the times together, up to now for those still there. */
  present_ms: number;
}

export interface Recorded {
  state: "on" | "stopped" | "failed" | "ended";
  started_at: string;
  /** Of what is on disk, gaps included. */
  length_ms: number;
  /** The replay is whole. */
  final: boolean;
}

export interface MeetingList {
  meetings: Meeting[];
  /** Cursor of the page that follows; empty: that was all. */
  next: string;
}

export interface Meeting {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: MeetingState;
  duration_min: number;
  /** Empty unless it was cancelled. */
  cancel_reason: string;
  project: MeetingProject;
}

export interface MeetingProject {
  id: string;
  title: string;
  customer: string;
}

export interface MeetingMade {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: MeetingState;
  duration_min: number;
  /** Empty unless it was cancelled. */
  cancel_reason: string;
  project: MeetingProject;
  /** IANA name of the zone in which the meeting's people count. */
  timezone: string;
  version: number;
  /** A point a line. */
  agenda: string;
  /** Account; empty when only a name is known. */
  host: string;
  record_auto: boolean;
  created_at: string;
  ended_at: string | null;
  cancelled_at: string | null;
  /** Reschedulings, the oldest first. */
  times: MeetingTimeChange[];
  people: Attendance[];
  recording: RecordingState | null;
  rights: MeetingRights;
  invitations: InvitationMade[];
}

export interface MeetingPage {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: MeetingState;
  duration_min: number;
  /** Empty unless it was cancelled. */
  cancel_reason: string;
  project: MeetingProject;
  /** IANA name of the zone in which the meeting's people count. */
  timezone: string;
  version: number;
  /** A point a line. */
  agenda: string;
  /** Account; empty when only a name is known. */
  host: string;
  record_auto: boolean;
  created_at: string;
  ended_at: string | null;
  cancelled_at: string | null;
  /** Reschedulings, the oldest first. */
  times: MeetingTimeChange[];
  people: Attendance[];
  recording: RecordingState | null;
  rights: MeetingRights;
}

export interface MeetingHead {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: MeetingState;
  duration_min: number;
  /** Empty unless it was cancelled. */
  cancel_reason: string;
  project: MeetingProject;
  /** IANA name of the zone in which the meeting's people count. */
  timezone: string;
}

export interface MeetingTimeChange {
  at: string;
  who: string;
  from: string;
  to: string;
  from_min: number;
  to_min: number;
  reason: string;
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
  identity: IdentityKind;
  /** Digits; masked but for the host of the meeting. */
  phone: string;
  consent_at: string;
}

export type IdentityKind = "stated_unverified" | "invitation_name_matched" | "account" | "device_token";

export interface RecordingState {
  state: "on" | "stopped" | "failed" | "ended";
  started_at: string;
  by: string;
  reason: string;
}

export interface MeetingRights {
  invite: boolean;
  edit: boolean;
  cancel: boolean;
  archive: boolean;
  join: boolean;
  replay: boolean;
  devices: boolean;
}

export interface InvitationMade {
  id: string;
  name: string;
  role: Role;
  account: boolean;
  /** Shown once; of an account, the meeting's page. */
  url: string;
}

export interface InvitationList {
  invitations: Invited[];
}

export interface Invited {
  id: string;
  name: string;
  organisation: string;
  role: Role;
  host: boolean;
  account: boolean;
  email: string;
  /** Digits; masked but for the host of the meeting. */
  phone: string;
  state: InvitationState;
  created_at: string;
  sent_at: string | null;
  opened_at: string | null;
  redeemed_at: string | null;
  expires_at: string;
  revoked_at: string | null;
}

export type InvitationState = "new" | "sent" | "opened" | "redeemed" | "expired" | "revoked";

export interface Ticket {
  /** Of the WebSocket's hello. */
  token: string;
  participant: string;
  meeting: string;
  identity: IdentityKind;
}

export interface Invitation {
  id: string;
  kind: Kind;
  title: string;
  host_name: string;
  starts_at: string;
  state: MeetingState;
  duration_min: number;
  /** Empty unless it was cancelled. */
  cancel_reason: string;
  project: MeetingProject;
  /** IANA name of the zone in which the meeting's people count. */
  timezone: string;
  agenda: string;
  role: Role;
  host: boolean;
  name: string;
  organisation: string;
  /** Digits; masked but for the host of the meeting. */
  phone: string;
  phone_needed: boolean;
  expires_at: string;
}

export interface AttendeeList {
  people: Attendee[];
}

export interface Attendee {
  name: string;
  organisation: string;
  role: Role;
  host: boolean;
  identity: IdentityKind;
  /** Digits; masked but for the host of the meeting. */
  phone: string;
  joined_at: string | null;
  left_at: string | null;
  /** What overlaps, on two devices, counts once. */
  present_ms: number;
  here: boolean;
  spans: AttendanceSpan[];
}

export interface AttendanceSpan {
  joined_at: string;
  left_at: string | null;
}

export interface ProjectAttendeeList {
  people: ProjectAttendee[];
}

export interface ProjectAttendee {
  name: string;
  organisation: string;
  role: Role;
  identity: IdentityKind;
  meetings: number;
  present_ms: number;
  /** null: is in one now. */
  last_at: string | null;
  here: boolean;
}

export interface ProjectLinkList {
  links: ProjectLink[];
}

export interface ProjectLink {
  id: string;
  name: string;
  organisation: string;
  role: Role;
  email: string;
  /** Masked. */
  phone: string;
  state: InvitationState;
  created_at: string;
  created_by: string;
  sent_at: string | null;
  opened_at: string | null;
  redeemed_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface ProjectLinkMade {
  id: string;
  name: string;
  role: Role;
  /** Shown once. */
  url: string;
}

export interface ProjectLinkLook {
  project: {
  title: string;
};
  name: string;
  organisation: string;
  role: Role;
  /** Masked. */
  phone: string;
  state: InvitationState;
  expires_at: string | null;
}

export interface ProjectLinkTicket {
  token: string;
  project: string;
  identity: IdentityKind;
}

export interface LinkPage {
  meetings: Meeting[];
  /** Cursor of the page that follows; empty: that was all. */
  next: string;
  project: LinkedProject;
  person: LinkedPerson;
  rights: LinkRights;
}

export interface LinkedProject {
  id: string;
  number: string;
  title: string;
  customer: string;
  manager: string;
  stage: Stage;
  stage_on: string;
}

export interface LinkedPerson {
  name: string;
  organisation: string;
  role: Role;
  identity: IdentityKind;
  /** Masked. */
  phone: string;
}

export interface LinkRights {
  upload: boolean;
}

export interface RecordingPage {
  meeting: MeetingHead;
  recording: RecordingState | null;
  /** null: nothing can be played yet. */
  index: RecordingIndex | null;
}

export interface RecordingIndex {
  version: number;
  meeting: string;
  state: "live" | "final";
  started_at: string;
  duration_ms: number;
  tracks: IndexTrack[];
  mix: IndexFile | null;
  gaps: Gap[];
  speech: Speech[];
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

export type Source = "camera" | "microphone" | "screen";

export interface IndexFile {
  file: string;
  type: string;
  start_ms: number;
  end_ms: number;
  width?: number;
  height?: number;
  /** How far a player must turn the picture clockwise: 90, 180 or 270. */
  rotation?: number;
  codec?: string;
  /** What a decoder needs first. */
  init_bytes?: number;
  /** Up to where there are whole clusters. */
  media_bytes?: number;
  /** [ms of the meeting clock, offset] of where one can start. */
  points?: [number, number][];
}

export interface PreviewSheet {
  file: string;
  width: number;
  height: number;
  columns: number;
  /** On the meeting clock, picture by picture. */
  at: number[];
}

export interface Gap {
  start_ms: number;
  end_ms: number;
  reason: string;
  /** null: all. */
  track: number | null;
}

export interface Speech {
  participant: string;
  spans: [number, number][];
}

export interface MeetingEventList {
  events: MeetingEvent[];
  /** There are later ones: ask again `after` the last. */
  more: boolean;
}

export interface MeetingEvent {
  event: number;
  at: string;
  /** On the meeting clock; null before it ran. */
  at_ms: number | null;
  type: string;
  participant: string;
  name: string;
  data: Record<string, unknown> | null;
}

export interface ViewMade {
  view: string;
}

export interface ViewSpans {
  view: string;
  spans: [number, number][];
}

export interface ViewList {
  views: View[];
  /** There are earlier ones: ask again `before` the last. */
  more: boolean;
}

export interface View {
  number: number;
  view: string;
  name: string;
  role: Role;
  account: boolean;
  client: string;
  kind: string;
  opened_at: string;
  seen_at: string;
  readable: boolean;
  played: [number, number][];
  played_ms: number;
  fetched: [number, number][];
  files: ViewedFile[];
}

export interface ViewedFile {
  file: string;
  first_at: string;
  seen_at: string;
  readable: boolean;
  bytes: [number, number][];
  spans: [number, number][];
}

export interface DeviceTokens {
  /** Ends where the device's name begins. */
  whip_url: string;
  whep_url: string;
  devices: DeviceToken[];
}

export interface DeviceUrls {
  /** Ends where the device's name begins. */
  whip_url: string;
  whep_url: string;
}

export interface DeviceToken {
  device: string;
  label: string;
  made_by: string;
  publish: boolean;
  view: boolean;
  created_at: string;
  expires_at: string;
  good: boolean;
}

export interface DeviceMade {
  /** Ends where the device's name begins. */
  whip_url: string;
  whep_url: string;
  device: string;
  /** Shown once. */
  token: string;
}

/** With neither, links are handed over by hand. */
export interface DeliveryWays {
  mail: boolean;
  /** Short messages or WeChat, by the utility's own. */
  gateway: boolean;
  /** So long before a meeting; 0: nobody is reminded. */
  reminder_minutes: number;
}

export interface DeliveryList {
  deliveries: Delivery[];
}

export interface Delivery {
  delivery: string;
  /** Id of the invitation. */
  about: string;
  kind: DeliveryKind;
  way: DeliveryWay;
  name: string;
  /** Address, or number: masked but for the meeting's host. */
  to: string;
  state: DeliveryState;
  attempts: number;
  created_at: string;
  changed_at: string;
  /** Of the next attempt. */
  next_at: string | null;
  /** Why it was not sent yet, or at all. */
  error: string;
  can_retry: boolean;
}

export type DeliveryKind = "invitation" | "rescheduled" | "cancelled" | "reminder" | "revoked" | "project_link" | "test";

export type DeliveryWay = "mail" | "gateway";

export type DeliveryState = "waiting" | "sent" | "failed" | "given_up";

export interface OwnTokenList {
  tokens: ApiToken[];
  /** To be sent as `before`; null: this is the last page. */
  next: number | null;
  /** Those that one's role has something of. */
  scopes: string[];
}

export interface ApiTokenList {
  tokens: ApiToken[];
  /** To be sent as `before`; null: this is the last page. */
  next: number | null;
}

export interface ApiToken {
  /** Its id; the secret is shown only when it is made. */
  token: string;
  name: string;
  /** With blanks between. */
  scopes: string;
  made_by: string;
  state: TokenState;
  /** Address of the last use. */
  used_from: string;
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
  /** To about a minute. */
  used_at: string | null;
  /** For whom it acts. */
  account: TokenOwner;
}

export type TokenState = "good" | "expired" | "revoked";

export interface TokenOwner {
  account: string;
  login: string;
  name: string;
  role: Role;
}

export interface ApiTokenMade {
  token: string;
  /** Shown once: `Authorization: Bearer SECRET`. */
  secret: string;
  expires_at: string;
}

export interface Upload {
  id: string;
  state: "open" | "done";
  name: string;
  bytes: number;
  /** How much of it is on the disk. */
  offset: number;
  expires_at: string;
  /** What it has become. */
  document: string | null;
  revision: number | null;
}

export interface DocumentList {
  documents: Document[];
  /** As `before` of the next page; empty: that was all. */
  next: string;
  limits: DocumentLimits;
  rights: DocumentRights;
}

export interface Document {
  id: string;
  version: number;
  project: string;
  title: string;
  kind: DocumentKind;
  created_at: string;
  created_by: string;
  withdrawn: Withdrawal | null;
  latest: Revision | null;
}

export type DocumentKind = "drawing" | "plan" | "photo" | "other";

export interface Withdrawal {
  at: string;
  by: string;
  reason: string;
}

export interface Revision {
  number: number;
  /** What the uploader called the file. */
  name: string;
  /** What it is by its content: pdf, dwg, ... */
  type: string;
  media_type: string;
  bytes: number;
  sha256: string;
  uploaded_at: string;
  uploaded_by: string;
  role: Role;
  scan: ScanState;
  /** Of the virus scanner, or why it has not scanned yet. */
  finding: string;
  /** An earlier revision in the project with the same bytes. */
  same_as: SameContent | null;
}

export type ScanState = "off" | "waiting" | "clean" | "infected";

export interface SameContent {
  document: string;
  title: string;
  number: number;
}

export interface DocumentLimits {
  /** Of one file. */
  upload_bytes: number;
  /** Of all revisions of a project; 0: no limit. */
  project_bytes: number;
  project_used: number;
  /** There is a virus scanner: uploads wait for it. */
  scanned: boolean;
  /** Usual ends of names of what is taken. */
  types: string[];
}

export interface DocumentRights {
  /** Fetch its bytes, and see its history. */
  read: boolean;
  upload: boolean;
  revise: boolean;
  edit: boolean;
}

export interface DocumentPage {
  id: string;
  version: number;
  project: string;
  title: string;
  kind: DocumentKind;
  created_at: string;
  created_by: string;
  withdrawn: Withdrawal | null;
  latest: Revision | null;
  /** All revisions, the newest first. */
  history: Revision[];
}

export interface WebhookList {
  webhooks: Webhook[];
  /** All that can be subscribed to. */
  events: string[];
  /** Private addresses may be told, by the configuration. */
  private: boolean;
}

export interface Webhook {
  webhook: string;
  name: string;
  url: string;
  /** With blanks between. */
  events: string;
  active: boolean;
  made_by: string;
  created_at: string;
  changed_at: string;
  version: number;
}

export interface WebhookMade {
  webhook: string;
  name: string;
  url: string;
  /** With blanks between. */
  events: string;
  active: boolean;
  made_by: string;
  created_at: string;
  changed_at: string;
  version: number;
  /** Shown once: key of the HMAC by which messages are signed. */
  secret: string;
}

export interface WebhookDeliveryList {
  deliveries: WebhookDelivery[];
  /** To be sent as `before`; null: this is the last page. */
  next: number | null;
}

export interface WebhookDelivery {
  delivery: string;
  event: string;
  /** Id of the meeting or the project; of a ping: the webhook's. */
  about: string;
  state: "waiting" | "sent" | "failed" | "given_up";
  attempts: number;
  created_at: string;
  changed_at: string;
  next_at: string | null;
  error: string;
  /** It can be sent again. */
  again: boolean;
}

export interface Live {
  status: string;
}

export interface Ready {
  status: "ready" | "not_ready" | "stopping";
  workers: boolean;
  records: boolean;
  disk: boolean;
}
