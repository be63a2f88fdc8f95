-- part: visible
(p.import_id IS NULL OR p.import_id NOT IN (SELECT id FROM project_import WHERE hidden = 1))
-- name: project_time_spend
INSERT INTO project_time(project_id, stage, days, left_on) VALUES(:project, :stage, :days, :left)
ON CONFLICT(project_id, stage) DO UPDATE SET days = days + excluded.days, left_on = excluded.left_on
-- name: project_time_total
INSERT INTO project_time(project_id, stage, days, left_on) VALUES(:project, 'total', :days, :left)
ON CONFLICT(project_id, stage) DO UPDATE SET days = excluded.days, left_on = excluded.left_on
-- name: project_time_list
SELECT stage, days, left_on IS NOT NULL FROM project_time WHERE project_id = :project
-- name: project_applied_on
SELECT COALESCE(MIN(on_day), 0) FROM stage_move WHERE project_id = :project AND to_stage = 'application'
-- name: project_time_clear
-- scan: all are counted anew
DELETE FROM project_time
-- name: stage_pace_clear
-- scan: all are counted anew
DELETE FROM stage_pace
-- name: pace_moves
-- scan: all are counted anew
SELECT m.project_id, m.from_stage, m.to_stage, m.on_day, p.created_at FROM stage_move m JOIN project p ON p.id = m.project_id
ORDER BY m.project_id, m.id
-- name: pace_mark_get
SELECT calendar FROM pace_mark WHERE id = 1
-- name: pace_mark_set
INSERT INTO pace_mark(id, calendar) VALUES(1, :calendar) ON CONFLICT(id) DO UPDATE SET calendar = excluded.calendar
-- name: pace_done
-- scan: a row for each day and stage
SELECT stage, SUM(projects), SUM(days) FROM stage_pace WHERE left_on >= :since GROUP BY stage
-- name: pace_done_own
SELECT t.stage, COUNT(*), SUM(t.days) FROM project p JOIN project_time t ON t.project_id = p.id
WHERE p.manager_id = :manager AND t.left_on >= :since GROUP BY t.stage
-- name: pace_stages
-- scan: of the index of stages and due days, which has all that is asked
SELECT stage, COUNT(*), SUM(due_on <= :late), SUM(due_on <= :late_more), SUM(due_on <= :late_most) FROM project p WHERE {visible} GROUP BY stage
-- name: pace_stages_own
SELECT stage, COUNT(*), SUM(due_on <= :late), SUM(due_on <= :late_more), SUM(due_on <= :late_most) FROM project p
WHERE manager_id = :manager AND {visible} GROUP BY stage
-- name: visit_list
SELECT p.public_id, COALESCE(p.number, ''), p.title, p.customer, p.park, p.address, COALESCE(a.name, ''), p.stage_on,
  COALESCE(p.due_on, 0), p.id
FROM project p LEFT JOIN account a ON a.id = p.manager_id
WHERE p.stage = 'return_visit' AND {visible} AND (COALESCE(p.due_on, 0), p.id) > (:due, :after) ORDER BY p.due_on, p.id LIMIT :limit
-- name: waiting_replays
SELECT m.public_id, m.kind, m.title, m.ended_at, p.public_id, p.title
FROM meeting m JOIN project p ON p.id = m.project_id JOIN recording r ON r.meeting_id = m.id
WHERE m.state = 'ended' AND m.starts_at >= :since AND p.manager_id = :manager ORDER BY m.starts_at DESC
-- name: account_attention
-- scan: in the order of logins, as many as are asked for; an installation has some hundreds
SELECT a.public_id, a.login, a.name, a.role, a.must_change, a.totp_at IS NULL AND a.role IN ('admin', 'auditor'),
  (SELECT COUNT(*) FROM signin s WHERE s.account_id = a.id AND s.at >= :since AND s.result NOT IN ('ok', 'second'))
FROM account a WHERE a.disabled_at IS NULL AND (a.must_change OR (a.totp_at IS NULL AND a.role IN ('admin', 'auditor'))
  OR (SELECT COUNT(*) FROM signin s WHERE s.account_id = a.id AND s.at >= :since AND s.result NOT IN ('ok', 'second')) >= :failures)
ORDER BY a.login LIMIT :limit
-- name: account_counts
-- scan: an installation has some hundreds
SELECT role, COUNT(*), SUM(disabled_at IS NOT NULL) FROM account GROUP BY role
