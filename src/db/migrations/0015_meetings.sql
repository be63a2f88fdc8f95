-- Tables that others refer to are made anew: what refers to them is checked at the commit.
PRAGMA defer_foreign_keys = ON;
-- A host was known by name only: the manager's is the manager.
CREATE TABLE meeting_kept AS SELECT m.*, a.id AS host_id FROM meeting m JOIN project p ON p.id = m.project_id
  LEFT JOIN account a ON a.id = p.manager_id AND a.name = m.host_name;
DROP TABLE meeting;
CREATE TABLE meeting(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES project(id),
  kind TEXT NOT NULL CHECK(kind IN ('review','survey','acceptance','forum')), title TEXT NOT NULL,
  agenda TEXT NOT NULL DEFAULT '', host_id INTEGER REFERENCES account(id), host_name TEXT NOT NULL,
  starts_at INTEGER NOT NULL, duration_min INTEGER NOT NULL DEFAULT 60 CHECK(duration_min BETWEEN 1 AND 1440),
  state TEXT NOT NULL DEFAULT 'scheduled' CHECK(state IN ('scheduled','live','ended','archived','cancelled')),
  record_auto INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, ended_at INTEGER,
  cancelled_at INTEGER, cancel_reason TEXT NOT NULL DEFAULT '', archived_at INTEGER,
  -- Grows with every change: who changes says which one was seen. The other one is the calendar entry's.
  version INTEGER NOT NULL DEFAULT 1, sequence INTEGER NOT NULL DEFAULT 0,
  CHECK((state = 'cancelled') = (cancelled_at IS NOT NULL))) STRICT;
INSERT INTO meeting(id, public_id, project_id, kind, title, host_id, host_name, starts_at, state, record_auto, created_at, ended_at)
SELECT id, public_id, project_id, kind, title, host_id, host_name, starts_at, state, record_auto, created_at, ended_at FROM meeting_kept;
DROP TABLE meeting_kept;
CREATE INDEX meeting_project ON meeting(project_id, starts_at, id);
CREATE INDEX meeting_time ON meeting(starts_at, id);
CREATE INDEX meeting_kind ON meeting(kind, starts_at, id);
CREATE INDEX meeting_state ON meeting(state, starts_at, id);
CREATE INDEX meeting_state_kind ON meeting(state, kind, starts_at, id);
CREATE INDEX meeting_past ON meeting(starts_at, id) WHERE state IN ('ended', 'archived');
CREATE INDEX meeting_past_kind ON meeting(kind, starts_at, id) WHERE state IN ('ended', 'archived');
CREATE INDEX meeting_host ON meeting(host_id);
CREATE TABLE meeting_time_change(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), at INTEGER NOT NULL, who TEXT NOT NULL,
  from_starts_at INTEGER NOT NULL, to_starts_at INTEGER NOT NULL, from_min INTEGER NOT NULL, to_min INTEGER NOT NULL,
  reason TEXT NOT NULL) STRICT;
CREATE INDEX meeting_time_change_meeting ON meeting_time_change(meeting_id, id);
CREATE TRIGGER meeting_time_change_no_update BEFORE UPDATE ON meeting_time_change BEGIN SELECT RAISE(ABORT, 'times that were are never changed'); END;
CREATE TRIGGER meeting_time_change_no_delete BEFORE DELETE ON meeting_time_change BEGIN SELECT RAISE(ABORT, 'times that were are never changed'); END;

CREATE TABLE invitation_kept AS SELECT * FROM invitation;
DROP TABLE invitation;
-- One invited person: by a link, or by an account, whose link nobody knows.
CREATE TABLE invitation(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE,
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), account_id INTEGER REFERENCES account(id),
  role TEXT NOT NULL CHECK(role IN ('manager','expert','supervisor','customer','designer','contractor')),
  host INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL, organisation TEXT NOT NULL,
  email TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, sent_at INTEGER, opened_at INTEGER, redeemed_at INTEGER,
  revoked_at INTEGER) STRICT;
INSERT INTO invitation(id, public_id, secret_hash, meeting_id, role, host, name, organisation, created_at, expires_at, redeemed_at, revoked_at)
SELECT id, lower(hex(randomblob(16))), secret_hash, meeting_id, role, host, name, organisation, created_at, expires_at,
  (SELECT MIN(created_at) FROM participant p WHERE p.invitation_id = k.id), revoked_at FROM invitation_kept k;
DROP TABLE invitation_kept;
CREATE INDEX invitation_meeting ON invitation(meeting_id, id);
CREATE UNIQUE INDEX invitation_account ON invitation(account_id, meeting_id) WHERE account_id IS NOT NULL;

-- What somebody said of himself at the door, and how it is known.
ALTER TABLE participant ADD COLUMN phone TEXT NOT NULL DEFAULT '';
ALTER TABLE participant ADD COLUMN identity TEXT NOT NULL DEFAULT 'stated_unverified'
  CHECK(identity IN ('account','invitation_name_matched','stated_unverified','device_token'));
UPDATE participant SET identity = 'account' WHERE account_id IS NOT NULL;
UPDATE participant SET identity = 'device_token' WHERE device IS NOT NULL;

-- Whose list a meeting is in: its host's, its project's manager's, and those of who is invited by account.
CREATE TABLE calendar(
  account_id INTEGER NOT NULL REFERENCES account(id), starts_at INTEGER NOT NULL,
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), PRIMARY KEY(account_id, starts_at, meeting_id)) STRICT, WITHOUT ROWID;
CREATE INDEX calendar_meeting ON calendar(meeting_id);
CREATE VIEW meeting_account AS
  SELECT m.id AS meeting_id, m.starts_at, a.id AS account_id FROM meeting m JOIN account a ON a.id IN (
    SELECT m.host_id UNION SELECT manager_id FROM project WHERE id = m.project_id
    UNION SELECT account_id FROM invitation WHERE meeting_id = m.id AND revoked_at IS NULL);
INSERT INTO calendar(account_id, starts_at, meeting_id) SELECT account_id, starts_at, meeting_id FROM meeting_account;
CREATE TRIGGER calendar_add AFTER INSERT ON meeting BEGIN
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.id; END;
CREATE TRIGGER calendar_move AFTER UPDATE OF starts_at, host_id ON meeting BEGIN
  DELETE FROM calendar WHERE meeting_id = NEW.id;
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.id; END;
CREATE TRIGGER calendar_invite AFTER INSERT ON invitation WHEN NEW.account_id IS NOT NULL BEGIN
  DELETE FROM calendar WHERE meeting_id = NEW.meeting_id;
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.meeting_id; END;
CREATE TRIGGER calendar_revoke AFTER UPDATE OF revoked_at ON invitation WHEN NEW.account_id IS NOT NULL BEGIN
  DELETE FROM calendar WHERE meeting_id = NEW.meeting_id;
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.meeting_id; END;
CREATE TRIGGER calendar_manager AFTER UPDATE OF manager_id ON project WHEN NEW.manager_id IS NOT OLD.manager_id BEGIN
  DELETE FROM calendar WHERE meeting_id IN (SELECT id FROM meeting WHERE project_id = NEW.id);
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account
  WHERE meeting_id IN (SELECT id FROM meeting WHERE project_id = NEW.id); END;

-- What is searched for: three characters and more by trigrams, fewer by single characters.
CREATE VIRTUAL TABLE meeting_text USING fts5(text, tokenize = 'trigram');
CREATE VIRTUAL TABLE meeting_chars USING fts5(text, tokenize = 'unicode61 remove_diacritics 0');
INSERT INTO meeting_text(rowid, text)
SELECT m.id, m.title || char(10) || m.agenda || char(10) || m.host_name || char(10) || p.title || char(10) || p.customer
FROM meeting m JOIN project p ON p.id = m.project_id;
INSERT INTO meeting_chars(rowid, text)
WITH RECURSIVE letter(id, rest, text) AS (
  SELECT rowid, text, '' FROM meeting_text
  UNION ALL SELECT id, substr(rest, 2), text || lower(substr(rest, 1, 1)) || ' ' FROM letter WHERE rest <> '')
SELECT id, text FROM letter WHERE rest = '';

-- A person named for a project, beyond its meetings.
CREATE TABLE project_link(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE,
  project_id INTEGER NOT NULL REFERENCES project(id), role TEXT NOT NULL CHECK(role IN ('customer','designer','contractor')),
  name TEXT NOT NULL CHECK(name <> ''), organisation TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
  created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, sent_at INTEGER, opened_at INTEGER,
  redeemed_at INTEGER, revoked_at INTEGER) STRICT;
CREATE INDEX project_link_project ON project_link(project_id, id);
-- A browser in which such a link was opened; it ends with the link.
CREATE TABLE link_session(
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, link_id INTEGER NOT NULL REFERENCES project_link(id),
  name TEXT NOT NULL, organisation TEXT NOT NULL, phone TEXT NOT NULL,
  identity TEXT NOT NULL CHECK(identity IN ('invitation_name_matched','stated_unverified')),
  client TEXT NOT NULL, agent TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  ended_at INTEGER) STRICT;
CREATE INDEX link_session_link ON link_session(link_id);
