-- What was answered to a request with an Idempotency-Key; the same within a day is answered the same.
CREATE TABLE once(
  id INTEGER PRIMARY KEY, caller TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, at INTEGER NOT NULL,
  status INTEGER NOT NULL, whole INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL, UNIQUE(caller, key)) STRICT;
CREATE INDEX once_at ON once(at);
