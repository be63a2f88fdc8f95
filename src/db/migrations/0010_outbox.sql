-- What people and systems outside are told, put in with the change that it tells of. Of those that wait in a lane only the
-- first has a next_at: they go in their order, and no lane waits for another.
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE,
  way TEXT NOT NULL CHECK(way IN ('mail','gateway','hook')), kind TEXT NOT NULL CHECK(kind <> ''), lane TEXT NOT NULL,
  -- Public id of what it is about: an invitation, an account, a project.
  about TEXT NOT NULL, meeting_id INTEGER REFERENCES meeting(id), name TEXT NOT NULL, recipient TEXT NOT NULL,
  -- What is sent, encrypted, for it may hold a link; gone when it was sent.
  sealed BLOB,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting','sent','failed','given_up')),
  attempts INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  next_at INTEGER, give_up_at INTEGER NOT NULL, error TEXT NOT NULL DEFAULT '',
  CHECK(state <> 'sent' OR sealed IS NULL), CHECK(state <> 'waiting' OR sealed IS NOT NULL)) STRICT;
CREATE INDEX outbox_due ON outbox(way, next_at) WHERE state = 'waiting' AND next_at IS NOT NULL;
CREATE INDEX outbox_lane ON outbox(way, lane, id) WHERE state = 'waiting';
CREATE INDEX outbox_about ON outbox(about, id);
CREATE INDEX outbox_meeting ON outbox(meeting_id, id) WHERE meeting_id IS NOT NULL;
CREATE INDEX outbox_stuck ON outbox(changed_at) WHERE state IN ('failed','given_up') AND sealed IS NOT NULL;
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'who was told what is kept'); END;
