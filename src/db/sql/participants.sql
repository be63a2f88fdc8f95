-- name: participant_add
INSERT INTO participant(public_id, meeting_id, invitation_id, account_id, name, organisation, role, host,
  token_hash, consent_at, created_at, session_id, phone, identity)
VALUES(:public_id, :meeting, :invitation, :account, :name, :organisation, :role, :host, :hash, :now, :now, :session,
  :phone, :identity) RETURNING id
-- name: participant_find
SELECT p.id, p.public_id, p.meeting_id, p.name, p.organisation, p.role, p.host, p.state, m.public_id,
  COALESCE(i.expires_at, 0), i.revoked_at IS NOT NULL, COALESCE(p.account_id, 0), COALESCE(p.session_id, 0),
  p.phone, p.identity, COALESCE(p.invitation_id, 0)
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
  EXISTS (SELECT 1 FROM attendance WHERE participant_id = p.id AND left_at IS NULL), p.identity, p.phone, p.consent_at
FROM participant p WHERE p.meeting_id = :meeting ORDER BY p.id
-- name: attendance_open
INSERT INTO attendance(participant_id, joined_at) VALUES(:participant, :now)
-- name: attendance_close
UPDATE attendance SET left_at = :now WHERE participant_id = :participant AND left_at IS NULL
-- name: attendance_close_all
-- scan: once at start, after a crash
UPDATE attendance SET left_at = :now WHERE left_at IS NULL
-- part: who
CASE WHEN p.account_id IS NOT NULL THEN 'a' || p.account_id WHEN p.device IS NOT NULL THEN 'd' || p.device
    ELSE 'n' || p.name || char(10) || p.organisation || char(10) || p.role || char(10) || p.phone END
-- part: span
p.meeting_id, p.name, p.organisation, p.phone, p.role, p.identity, p.host, t.joined_at, COALESCE(t.left_at, 0)
-- name: attendance_of_meeting
SELECT {who} AS who, {span}, MIN(p.id) OVER (PARTITION BY {who}) AS first
FROM participant p LEFT JOIN attendance t ON t.participant_id = p.id
WHERE p.meeting_id = :of ORDER BY first, t.joined_at
-- name: attendance_of_project
SELECT {who} AS who, {span}
FROM meeting m JOIN participant p ON p.meeting_id = m.id JOIN attendance t ON t.participant_id = p.id
WHERE m.project_id = :of ORDER BY who, t.joined_at
