-- part: visible
(p.import_id IS NULL OR p.import_id NOT IN (SELECT id FROM project_import WHERE hidden = 1))
-- part: columns
p.id, p.public_id, p.created_at, p.version, COALESCE(p.manager_id, 0), COALESCE(a.name, ''), COALESCE(p.number, ''),
  p.title, p.customer, p.park, p.address, p.latitude_e6 IS NOT NULL, p.latitude_e6, p.longitude_e6, p.voltage_v,
  p.capacity_kva, p.load_nature, p.importance, p.sources, p.wanted_on, p.stage, p.stage_on, p.due_on
-- part: from
project p LEFT JOIN account a ON a.id = p.manager_id
-- part: filters
(:stage IS NULL OR p.stage = :stage) AND (:late IS NULL OR p.due_on < :late)
  AND (NOT :open OR p.stage NOT IN ('closed', 'withdrawn')) AND {visible}
-- part: shorts
(:short1 IS NULL OR instr(lower(t.text), :short1)) AND (:short2 IS NULL OR instr(lower(t.text), :short2))
  AND (:short3 IS NULL OR instr(lower(t.text), :short3)) AND (:short4 IS NULL OR instr(lower(t.text), :short4))
-- name: project_add
INSERT INTO project(public_id, title, customer, manager_id, created_at, number, park, address, latitude_e6, longitude_e6,
  voltage_v, capacity_kva, load_nature, importance, sources, wanted_on, stage, stage_on, due_on, import_id)
VALUES(:public_id, :title, :customer, :manager, :now, :number, :park, :address, :latitude, :longitude, :voltage, :capacity,
  :load_nature, :importance, :sources, :wanted, :stage, :on, :due, :import) RETURNING id
-- name: project_get
SELECT {columns} FROM {from} WHERE p.public_id = :public_id AND (:everything OR p.manager_id = :manager) AND {visible}
-- name: project_by_number
SELECT {columns}, COALESCE(p.import_id, 0) FROM {from} WHERE p.number = :number
-- name: project_edit
UPDATE project SET number = :number, title = :title, customer = :customer, park = :park, address = :address,
  latitude_e6 = :latitude, longitude_e6 = :longitude, voltage_v = :voltage, capacity_kva = :capacity,
  load_nature = :load_nature, importance = :importance, sources = :sources, wanted_on = :wanted, due_on = :due,
  version = version + 1
WHERE id = :id AND version = :version RETURNING version
-- name: project_move
UPDATE project SET stage = :stage, stage_on = :on, due_on = :due, version = version + 1
WHERE id = :id AND version = :version RETURNING version
-- name: project_due_list
-- scan: after the calendar or the limits have changed
SELECT id, stage, sources, stage_on, due_on FROM project WHERE stage NOT IN ('closed', 'withdrawn')
-- name: project_set_due
UPDATE project SET due_on = :due WHERE id = :id
-- name: project_text_remove
-- scan: by rowid, which SQLite calls a scan of a virtual table
DELETE FROM project_text WHERE rowid = :id
-- name: project_chars_remove
-- scan: by rowid, which SQLite calls a scan of a virtual table
DELETE FROM project_chars WHERE rowid = :id
-- name: project_text_add
INSERT INTO project_text(rowid, text) VALUES(:id, :text)
-- name: project_chars_add
INSERT INTO project_chars(rowid, text) VALUES(:id, :text)
-- name: stage_move_add
INSERT INTO stage_move(project_id, from_stage, to_stage, at, on_day, who, reason)
VALUES(:project, :from, :to, :at, :on, :who, :reason)
-- name: stage_move_list
SELECT from_stage, to_stage, at, on_day, who, reason FROM stage_move WHERE project_id = :project ORDER BY id
-- name: project_recent
-- scan: backwards by id, a page at a time
SELECT {columns} FROM {from} WHERE p.id < :before AND {filters} ORDER BY p.id DESC LIMIT :limit
-- name: project_recent_own
SELECT {columns} FROM {from} WHERE p.manager_id = :manager AND p.id < :before AND {filters} ORDER BY p.id DESC LIMIT :limit
-- name: project_by_due
SELECT {columns} FROM {from} WHERE p.due_on IS NOT NULL AND (p.due_on, p.id) > (:due, :after) AND {filters}
ORDER BY p.due_on, p.id LIMIT :limit
-- name: project_by_due_stage
SELECT {columns} FROM {from} WHERE p.stage = :stage AND p.due_on IS NOT NULL AND (p.due_on, p.id) > (:due, :after) AND {filters}
ORDER BY p.due_on, p.id LIMIT :limit
-- name: project_by_due_own
SELECT {columns} FROM {from} WHERE p.manager_id = :manager AND p.due_on IS NOT NULL AND (p.due_on, p.id) > (:due, :after)
  AND {filters} ORDER BY p.due_on, p.id LIMIT :limit
-- name: project_search
-- scan: of the full-text index, for what it matches
SELECT {columns} FROM project_text t CROSS JOIN project p ON p.id = t.rowid LEFT JOIN account a ON a.id = p.manager_id
WHERE t.text MATCH :match AND t.rowid < :before AND (:everything OR p.manager_id = :manager) AND {shorts} AND {filters}
ORDER BY t.rowid DESC LIMIT :limit
-- name: project_search_short
-- scan: of the full-text index, for what it matches
SELECT {columns} FROM project_chars t CROSS JOIN project p ON p.id = t.rowid LEFT JOIN account a ON a.id = p.manager_id
WHERE t.text MATCH :match AND t.rowid < :before AND (:everything OR p.manager_id = :manager) AND {filters}
ORDER BY t.rowid DESC LIMIT :limit
