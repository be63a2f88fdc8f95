ALTER TABLE project ADD COLUMN number TEXT CHECK(number <> '');
ALTER TABLE project ADD COLUMN park TEXT NOT NULL DEFAULT '';
ALTER TABLE project ADD COLUMN address TEXT NOT NULL DEFAULT '';
-- Millionths of a degree, WGS 84; both or none.
ALTER TABLE project ADD COLUMN latitude_e6 INTEGER CHECK(latitude_e6 BETWEEN -90000000 AND 90000000);
ALTER TABLE project ADD COLUMN longitude_e6 INTEGER CHECK(longitude_e6 BETWEEN -180000000 AND 180000000);
ALTER TABLE project ADD COLUMN voltage_v INTEGER CHECK(voltage_v > 0);
ALTER TABLE project ADD COLUMN capacity_kva INTEGER CHECK(capacity_kva > 0);
ALTER TABLE project ADD COLUMN load_nature TEXT NOT NULL DEFAULT '';
-- Importance of the load: 1 to 3, and 0 for not classified.
ALTER TABLE project ADD COLUMN importance INTEGER NOT NULL DEFAULT 0 CHECK(importance BETWEEN 0 AND 3);
ALTER TABLE project ADD COLUMN sources INTEGER NOT NULL DEFAULT 1 CHECK(sources IN (1, 2));
-- Days since 1970-01-01 in the zone of the service.
ALTER TABLE project ADD COLUMN wanted_on INTEGER;
ALTER TABLE project ADD COLUMN stage TEXT NOT NULL DEFAULT 'reserve' CHECK(stage IN ('reserve', 'application', 'survey',
  'supply_plan', 'drawing_review', 'construction', 'interim_inspection', 'acceptance', 'energization', 'return_visit',
  'closed', 'withdrawn'));
ALTER TABLE project ADD COLUMN stage_on INTEGER NOT NULL DEFAULT 0;
ALTER TABLE project ADD COLUMN due_on INTEGER;
-- Grows with every change: who changes says which one was seen.
ALTER TABLE project ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE project SET stage_on = created_at / 86400000;
CREATE UNIQUE INDEX project_number ON project(number) WHERE number IS NOT NULL;
DROP INDEX project_manager;
CREATE INDEX project_manager ON project(manager_id, id);
CREATE INDEX project_due ON project(due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX project_manager_due ON project(manager_id, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX project_stage ON project(stage, id);
CREATE TABLE stage_move(
  id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES project(id), from_stage TEXT NOT NULL, to_stage TEXT NOT NULL,
  at INTEGER NOT NULL, on_day INTEGER NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE INDEX stage_move_project ON stage_move(project_id, id);
CREATE TRIGGER stage_move_no_update BEFORE UPDATE ON stage_move BEGIN SELECT RAISE(ABORT, 'moves are never changed'); END;
CREATE TRIGGER stage_move_no_delete BEFORE DELETE ON stage_move BEGIN SELECT RAISE(ABORT, 'moves are never changed'); END;
CREATE TABLE project_party(
  id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES project(id),
  part TEXT NOT NULL CHECK(part IN ('customer', 'designer', 'contractor', 'operator')), organisation TEXT NOT NULL,
  person TEXT NOT NULL, UNIQUE(project_id, part, organisation, person)) STRICT;
-- What is searched for: three characters and more by trigrams, fewer by single characters.
CREATE VIRTUAL TABLE project_text USING fts5(text, tokenize = 'trigram');
CREATE VIRTUAL TABLE project_chars USING fts5(text, tokenize = 'unicode61 remove_diacritics 0');
