CREATE TABLE device_token(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE, label TEXT NOT NULL,
  made_by TEXT NOT NULL, publish INTEGER NOT NULL, view INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER) STRICT;
CREATE TABLE device_token_meeting(
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), token_id INTEGER NOT NULL REFERENCES device_token(id),
  PRIMARY KEY(meeting_id, token_id)) STRICT;
CREATE INDEX device_token_meeting_token ON device_token_meeting(token_id);
ALTER TABLE participant ADD COLUMN device TEXT;
CREATE UNIQUE INDEX participant_device ON participant(meeting_id, device) WHERE device IS NOT NULL;
