ALTER TABLE project_party ADD COLUMN phone TEXT NOT NULL DEFAULT '';
-- An import of projects from a file. While it is hidden, what it has put in is not there for anybody.
CREATE TABLE project_import(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES account(id),
  name TEXT NOT NULL, bytes INTEGER NOT NULL, existing TEXT NOT NULL CHECK(existing IN ('update', 'refuse')),
  encoding TEXT NOT NULL DEFAULT '', sure TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'checking'
    CHECK(state IN ('checking', 'checked', 'writing', 'undoing', 'done', 'cancelled', 'failed')),
  hidden INTEGER NOT NULL DEFAULT 0 CHECK(hidden IN (0, 1)),
  -- Of the check; what the writing finds must be the same.
  all_rows INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0, bad INTEGER NOT NULL DEFAULT 0, digest BLOB,
  done_rows INTEGER NOT NULL DEFAULT 0, cancel INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  -- From where it was confirmed.
  client TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX project_import_account ON project_import(account_id, id);
CREATE INDEX project_import_open ON project_import(id) WHERE state IN ('checking', 'writing', 'undoing');
CREATE INDEX project_import_hidden ON project_import(hidden, id) WHERE hidden = 1;
CREATE INDEX project_import_state ON project_import(state, changed_at);
ALTER TABLE project ADD COLUMN import_id INTEGER REFERENCES project_import(id);
CREATE INDEX project_imported ON project(import_id, id) WHERE import_id IS NOT NULL;
