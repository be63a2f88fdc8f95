-- Systems that are told of what happens to projects and meetings. The secret by which it is signed is sealed.
CREATE TABLE webhook(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL CHECK(name <> ''), url TEXT NOT NULL CHECK(url <> ''),
  events TEXT NOT NULL, active INTEGER NOT NULL, secret BLOB NOT NULL, made_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, removed_at INTEGER, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE INDEX webhook_there ON webhook(name, id) WHERE removed_at IS NULL;
-- What a subscription was told, the newest first.
CREATE INDEX outbox_hook ON outbox(lane, id) WHERE way = 'hook';
