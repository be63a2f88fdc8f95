-- name: meeting_add
INSERT INTO meeting(public_id, project_id, kind, title, host_name, starts_at, record_auto, created_at)
VALUES(:public_id, :project, :kind, :title, :host_name, :starts_at, :record_auto, :now) RETURNING id
-- name: meeting_get
SELECT m.id, m.public_id, m.kind, m.title, m.host_name, m.starts_at, m.state, m.record_auto, m.ended_at,
  p.public_id, p.title, COALESCE(p.manager_id, 0), p.customer
FROM meeting m JOIN project p ON p.id = m.project_id WHERE m.public_id = :public_id
-- name: meeting_list
SELECT public_id, kind, title, host_name, starts_at, state FROM meeting
WHERE project_id = :project ORDER BY starts_at DESC LIMIT 500
-- name: meeting_all
-- scan: the administrator's command line lists all
SELECT m.public_id, m.kind, m.title, m.host_name, m.starts_at, m.state, m.id FROM meeting m ORDER BY m.id DESC LIMIT 1000
-- name: meeting_set_state
UPDATE meeting SET state = :state, ended_at = :ended WHERE id = :id AND state <> 'ended'
-- name: invitation_add
INSERT INTO invitation(secret_hash, meeting_id, role, host, name, organisation, created_at, expires_at)
VALUES(:hash, :meeting, :role, :host, :name, :organisation, :now, :expires)
-- name: invitation_find
SELECT i.id, i.meeting_id, i.role, i.host, i.name, i.organisation, i.expires_at, i.revoked_at, m.public_id
FROM invitation i JOIN meeting m ON m.id = i.meeting_id WHERE i.secret_hash = :hash
-- name: participant_add
INSERT INTO participant(public_id, meeting_id, invitation_id, account_id, name, organisation, role, host,
  token_hash, consent_at, created_at, session_id)
VALUES(:public_id, :meeting, :invitation, :account, :name, :organisation, :role, :host, :hash, :now, :now, :session) RETURNING id
-- name: participant_find
SELECT p.id, p.public_id, p.meeting_id, p.name, p.organisation, p.role, p.host, p.state, m.public_id,
  COALESCE(i.expires_at, 0), i.revoked_at IS NOT NULL, COALESCE(p.account_id, 0), COALESCE(p.session_id, 0)
FROM participant p JOIN meeting m ON m.id = p.meeting_id LEFT JOIN invitation i ON i.id = p.invitation_id
LEFT JOIN account a ON a.id = p.account_id LEFT JOIN session s ON s.id = p.session_id
WHERE p.token_hash = :hash AND a.disabled_at IS NULL AND s.ended_at IS NULL
-- name: participant_set_state
UPDATE participant SET state = :state WHERE id = :id
-- name: participant_set_host
UPDATE participant SET host = (id = :id) WHERE meeting_id = (SELECT meeting_id FROM participant WHERE id = :id)
-- name: participant_list
SELECT p.public_id, p.name, p.organisation, p.role, p.host,
  (SELECT MIN(joined_at) FROM attendance WHERE participant_id = p.id),
  (SELECT MAX(COALESCE(left_at, joined_at)) FROM attendance WHERE participant_id = p.id),
  (SELECT COALESCE(SUM(COALESCE(left_at, :now) - joined_at), 0) FROM attendance WHERE participant_id = p.id),
  EXISTS (SELECT 1 FROM attendance WHERE participant_id = p.id AND left_at IS NULL)
FROM participant p WHERE p.meeting_id = :meeting ORDER BY p.id
-- name: attendance_open
INSERT INTO attendance(participant_id, joined_at) VALUES(:participant, :now)
-- name: attendance_close
UPDATE attendance SET left_at = :now WHERE participant_id = :participant AND left_at IS NULL
-- name: attendance_close_all
-- scan: once at start, after a crash
UPDATE attendance SET left_at = :now WHERE left_at IS NULL
