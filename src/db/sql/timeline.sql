-- name: timeline_meetings
SELECT id, public_id, kind, title, host_name, starts_at, state FROM meeting
WHERE project_id = :project ORDER BY starts_at DESC LIMIT :limit
-- name: timeline_people
SELECT p.name, p.organisation, p.role, MAX(p.host), SUM(COALESCE(a.left_at, :now) - a.joined_at)
FROM participant p JOIN attendance a ON a.participant_id = p.id
WHERE p.meeting_id = :meeting GROUP BY p.name, p.organisation, p.role ORDER BY MIN(p.id)
-- name: timeline_recording
SELECT r.state, r.started_at,
  COALESCE((SELECT MAX(s.end_ns) - MIN(s.start_ns) FROM segment s WHERE s.meeting_id = r.meeting_id), 0)
FROM recording r WHERE r.meeting_id = :meeting
