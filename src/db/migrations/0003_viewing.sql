CREATE TABLE viewing(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, meeting_id INTEGER NOT NULL REFERENCES meeting(id),
  account_id INTEGER REFERENCES account(id), participant_id INTEGER REFERENCES participant(id),
  name TEXT NOT NULL, role TEXT NOT NULL, client TEXT NOT NULL, agent TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('direct','page')),
  opened_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, played TEXT NOT NULL DEFAULT '[]') STRICT;
CREATE INDEX viewing_meeting ON viewing(meeting_id, id);
CREATE INDEX viewing_account ON viewing(account_id);
CREATE INDEX viewing_participant ON viewing(participant_id);
CREATE TABLE viewing_file(
  id INTEGER PRIMARY KEY, viewing_id INTEGER NOT NULL REFERENCES viewing(id), file TEXT NOT NULL,
  first_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, bytes TEXT NOT NULL DEFAULT '[]', UNIQUE(viewing_id, file)) STRICT;
CREATE TRIGGER viewing_no_delete BEFORE DELETE ON viewing BEGIN SELECT RAISE(ABORT, 'the log of views is append-only'); END;
CREATE TRIGGER viewing_file_no_delete BEFORE DELETE ON viewing_file BEGIN SELECT RAISE(ABORT, 'the log of views is append-only'); END;
CREATE TRIGGER viewing_grows BEFORE UPDATE ON viewing WHEN
  NEW.id IS NOT OLD.id OR NEW.public_id IS NOT OLD.public_id OR NEW.meeting_id IS NOT OLD.meeting_id
  OR NEW.account_id IS NOT OLD.account_id OR NEW.participant_id IS NOT OLD.participant_id OR NEW.name IS NOT OLD.name
  OR NEW.role IS NOT OLD.role OR NEW.client IS NOT OLD.client OR NEW.agent IS NOT OLD.agent
  OR NEW.opened_at IS NOT OLD.opened_at OR NEW.seen_at < OLD.seen_at OR (OLD.kind = 'page' AND NEW.kind <> 'page')
  OR EXISTS (SELECT 1 FROM json_each(OLD.played) o WHERE NOT EXISTS (SELECT 1 FROM json_each(NEW.played) n
    WHERE n.value ->> 0 <= o.value ->> 0 AND n.value ->> 1 >= o.value ->> 1))
  BEGIN SELECT RAISE(ABORT, 'the log of views only grows'); END;
CREATE TRIGGER viewing_file_grows BEFORE UPDATE ON viewing_file WHEN
  NEW.id IS NOT OLD.id OR NEW.viewing_id IS NOT OLD.viewing_id OR NEW.file IS NOT OLD.file
  OR NEW.first_at IS NOT OLD.first_at OR NEW.seen_at < OLD.seen_at
  OR EXISTS (SELECT 1 FROM json_each(OLD.bytes) o WHERE NOT EXISTS (SELECT 1 FROM json_each(NEW.bytes) n
    WHERE n.value ->> 0 <= o.value ->> 0 AND n.value ->> 1 >= o.value ->> 1))
  BEGIN SELECT RAISE(ABORT, 'the log of views only grows'); END;
