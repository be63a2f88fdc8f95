CREATE TABLE organisation(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE account(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, login TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL, organisation TEXT NOT NULL,
  role TEXT NOT NULL CHECK(role IN ('admin','manager','expert','supervisor','dispatcher','auditor')),
  password TEXT NOT NULL, created_at INTEGER NOT NULL, disabled_at INTEGER) STRICT;
CREATE TABLE project(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, customer TEXT NOT NULL,
  manager_id INTEGER REFERENCES account(id), created_at INTEGER NOT NULL) STRICT;
CREATE INDEX project_manager ON project(manager_id, created_at);
CREATE TABLE meeting(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES project(id),
  kind TEXT NOT NULL CHECK(kind IN ('review','survey','acceptance','forum')), title TEXT NOT NULL,
  host_name TEXT NOT NULL, starts_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'scheduled' CHECK(state IN ('scheduled','live','ended')),
  record_auto INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, ended_at INTEGER) STRICT;
CREATE INDEX meeting_project ON meeting(project_id, starts_at);
CREATE INDEX meeting_state ON meeting(state, starts_at);
CREATE TABLE invitation(
  id INTEGER PRIMARY KEY, secret_hash BLOB NOT NULL UNIQUE, meeting_id INTEGER NOT NULL REFERENCES meeting(id),
  role TEXT NOT NULL CHECK(role IN ('manager','expert','customer','designer','contractor')),
  host INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL, organisation TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER) STRICT;
CREATE INDEX invitation_meeting ON invitation(meeting_id);
CREATE TABLE participant(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, meeting_id INTEGER NOT NULL REFERENCES meeting(id),
  invitation_id INTEGER REFERENCES invitation(id), account_id INTEGER REFERENCES account(id),
  name TEXT NOT NULL, organisation TEXT NOT NULL, role TEXT NOT NULL, host INTEGER NOT NULL,
  token_hash BLOB NOT NULL UNIQUE, consent_at INTEGER NOT NULL, created_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'new' CHECK(state IN ('new','in','left','removed','refused'))) STRICT;
CREATE INDEX participant_meeting ON participant(meeting_id);
CREATE INDEX participant_invitation ON participant(invitation_id);
CREATE INDEX participant_account ON participant(account_id);
CREATE TABLE attendance(
  id INTEGER PRIMARY KEY, participant_id INTEGER NOT NULL REFERENCES participant(id),
  joined_at INTEGER NOT NULL, left_at INTEGER) STRICT;
CREATE INDEX attendance_participant ON attendance(participant_id);
CREATE TABLE session(
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES account(id),
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX session_account ON session(account_id);
CREATE TABLE track(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), number INTEGER NOT NULL,
  participant_id INTEGER NOT NULL REFERENCES participant(id),
  kind TEXT NOT NULL CHECK(kind IN ('audio','video')),
  source TEXT NOT NULL CHECK(source IN ('camera','microphone','screen')),
  started_at INTEGER NOT NULL, ended_at INTEGER, UNIQUE(meeting_id, number)) STRICT;
CREATE INDEX track_participant ON track(participant_id);
CREATE TABLE recording(
  meeting_id INTEGER PRIMARY KEY REFERENCES meeting(id),
  state TEXT NOT NULL CHECK(state IN ('on','stopped','ended')),
  started_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE segment(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), number INTEGER NOT NULL,
  name TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, bytes INTEGER NOT NULL,
  packets INTEGER NOT NULL, sha256 BLOB NOT NULL, UNIQUE(meeting_id, number)) STRICT;
CREATE TABLE event(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), at INTEGER NOT NULL,
  type TEXT NOT NULL, participant_id INTEGER REFERENCES participant(id), key TEXT, json TEXT NOT NULL,
  UNIQUE(meeting_id, participant_id, key)) STRICT;
CREATE INDEX event_meeting ON event(meeting_id, id);
CREATE INDEX event_participant ON event(participant_id);
CREATE TABLE audit(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, object TEXT NOT NULL,
  client TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
