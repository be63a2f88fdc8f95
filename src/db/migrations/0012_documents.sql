CREATE TABLE document(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES project(id),
  title TEXT NOT NULL CHECK(title <> ''), kind TEXT NOT NULL CHECK(kind IN ('drawing','plan','photo','other')),
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
  withdrawn_at INTEGER, withdrawn_by TEXT NOT NULL DEFAULT '', withdrawn_reason TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX document_project ON document(project_id, id);
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'documents are never deleted'); END;
-- The file of a revision is named by its own id; what the uploader called it is a label.
CREATE TABLE document_revision(
  id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES document(id), number INTEGER NOT NULL CHECK(number > 0),
  project_id INTEGER NOT NULL REFERENCES project(id), file TEXT NOT NULL UNIQUE,
  sha256 BLOB NOT NULL CHECK(length(sha256) = 32), bytes INTEGER NOT NULL CHECK(bytes > 0), type TEXT NOT NULL,
  name TEXT NOT NULL CHECK(name <> ''), uploaded_at INTEGER NOT NULL, uploaded_by TEXT NOT NULL, role TEXT NOT NULL,
  account_id INTEGER REFERENCES account(id), participant_id INTEGER REFERENCES participant(id), link TEXT NOT NULL DEFAULT '',
  scan TEXT NOT NULL CHECK(scan IN ('off','waiting','clean','infected')), scanned_at INTEGER, finding TEXT NOT NULL DEFAULT '',
  UNIQUE(document_id, number)) STRICT;
CREATE INDEX document_revision_content ON document_revision(project_id, sha256);
CREATE INDEX document_revision_waiting ON document_revision(id) WHERE scan = 'waiting';
CREATE INDEX document_revision_account ON document_revision(account_id) WHERE account_id IS NOT NULL;
CREATE INDEX document_revision_participant ON document_revision(participant_id) WHERE participant_id IS NOT NULL;
CREATE TRIGGER document_revision_no_delete BEFORE DELETE ON document_revision
  BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;
CREATE TRIGGER document_revision_no_replace BEFORE INSERT ON document_revision WHEN EXISTS(SELECT 1 FROM document_revision
  WHERE id = NEW.id) OR EXISTS(SELECT 1 FROM document_revision WHERE file = NEW.file)
  OR EXISTS(SELECT 1 FROM document_revision WHERE document_id = NEW.document_id AND number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'revisions are never overwritten'); END;
-- Only what the scanner found may be added, and what it has found to be infected stays so.
CREATE TRIGGER document_revision_fixed BEFORE UPDATE ON document_revision WHEN
  NEW.id IS NOT OLD.id OR NEW.document_id IS NOT OLD.document_id OR NEW.number IS NOT OLD.number OR NEW.project_id IS NOT OLD.project_id
  OR NEW.file IS NOT OLD.file OR NEW.sha256 IS NOT OLD.sha256 OR NEW.bytes IS NOT OLD.bytes OR NEW.type IS NOT OLD.type
  OR NEW.name IS NOT OLD.name OR NEW.uploaded_at IS NOT OLD.uploaded_at OR NEW.uploaded_by IS NOT OLD.uploaded_by
  OR NEW.role IS NOT OLD.role OR NEW.account_id IS NOT OLD.account_id OR NEW.participant_id IS NOT OLD.participant_id
  OR NEW.link IS NOT OLD.link OR OLD.scan = 'infected'
  BEGIN SELECT RAISE(ABORT, 'revisions are never overwritten'); END;
-- Bytes kept of a project, and of all under 0.
CREATE TABLE document_usage(key INTEGER PRIMARY KEY, bytes INTEGER NOT NULL) STRICT;
CREATE TRIGGER document_revision_counted AFTER INSERT ON document_revision BEGIN
  INSERT INTO document_usage(key, bytes) VALUES(NEW.project_id, NEW.bytes) ON CONFLICT(key) DO UPDATE SET bytes = bytes + excluded.bytes;
  INSERT INTO document_usage(key, bytes) VALUES(0, NEW.bytes) ON CONFLICT(key) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE TABLE meeting_document(
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), document_id INTEGER NOT NULL REFERENCES document(id),
  PRIMARY KEY(meeting_id, document_id)) STRICT;
CREATE INDEX meeting_document_document ON meeting_document(document_id);
-- What is on its way: owner is who may go on with it.
CREATE TABLE upload(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES project(id),
  document_id INTEGER REFERENCES document(id), meeting_id INTEGER REFERENCES meeting(id),
  title TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL CHECK(bytes > 0), owner TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open','done','refused','cancelled','expired')),
  revision_id INTEGER REFERENCES document_revision(id), reason TEXT NOT NULL DEFAULT '',
  swept INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX upload_project ON upload(project_id);
CREATE INDEX upload_open ON upload(project_id, bytes) WHERE state = 'open';
CREATE INDEX upload_expiry ON upload(expires_at) WHERE state = 'open';
CREATE INDEX upload_document ON upload(document_id) WHERE document_id IS NOT NULL;
CREATE INDEX upload_meeting ON upload(meeting_id) WHERE meeting_id IS NOT NULL;
CREATE INDEX upload_revision ON upload(revision_id) WHERE revision_id IS NOT NULL;
CREATE INDEX upload_unswept ON upload(id) WHERE swept = 0 AND state IN ('refused','cancelled','expired');
