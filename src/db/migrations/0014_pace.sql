-- Working days that a project has spent in a stage, or ('total') from its application until power was on. left_on: the day
-- on which it went on to a later stage; NULL while it has not.
CREATE TABLE project_time(
  project_id INTEGER NOT NULL REFERENCES project(id), stage TEXT NOT NULL, days INTEGER NOT NULL, left_on INTEGER,
  PRIMARY KEY(project_id, stage)) STRICT, WITHOUT ROWID;
-- The same by day, of all projects together: kept by the triggers, so that averages need no look at every project.
CREATE TABLE stage_pace(
  stage TEXT NOT NULL, left_on INTEGER NOT NULL, projects INTEGER NOT NULL, days INTEGER NOT NULL,
  PRIMARY KEY(stage, left_on)) STRICT, WITHOUT ROWID;
CREATE TRIGGER project_time_add AFTER INSERT ON project_time WHEN NEW.left_on IS NOT NULL BEGIN
  INSERT INTO stage_pace(stage, left_on, projects, days) VALUES(NEW.stage, NEW.left_on, 1, NEW.days)
  ON CONFLICT(stage, left_on) DO UPDATE SET projects = projects + 1, days = days + NEW.days; END;
CREATE TRIGGER project_time_take AFTER DELETE ON project_time WHEN OLD.left_on IS NOT NULL BEGIN
  UPDATE stage_pace SET projects = projects - 1, days = days - OLD.days WHERE stage = OLD.stage AND left_on = OLD.left_on; END;
CREATE TRIGGER project_time_change AFTER UPDATE ON project_time BEGIN
  UPDATE stage_pace SET projects = projects - 1, days = days - OLD.days WHERE stage = OLD.stage AND left_on = OLD.left_on;
  INSERT INTO stage_pace(stage, left_on, projects, days) SELECT NEW.stage, NEW.left_on, 1, NEW.days WHERE NEW.left_on IS NOT NULL
  ON CONFLICT(stage, left_on) DO UPDATE SET projects = projects + 1, days = days + NEW.days; END;
-- By which calendar they were counted: another one counts all anew.
CREATE TABLE pace_mark(id INTEGER PRIMARY KEY CHECK(id = 1), calendar INTEGER NOT NULL) STRICT;
CREATE INDEX project_stage_due ON project(stage, due_on, import_id);
