-- name: track_add
INSERT INTO track(meeting_id, number, participant_id, kind, source, started_at)
VALUES(:meeting, :number, :participant, :kind, :source, :now)
-- name: track_end
UPDATE track SET ended_at = :now WHERE meeting_id = :meeting AND number = :number
-- name: track_last
SELECT COALESCE(MAX(number), 0) FROM track WHERE meeting_id = :meeting
-- name: recording_set
INSERT INTO recording(meeting_id, state, started_at, changed_at, changed_by, reason)
VALUES(:meeting, :state, :now, :now, :by, :reason)
ON CONFLICT(meeting_id) DO UPDATE SET state = :state, changed_at = :now, changed_by = :by, reason = :reason
-- name: recording_get
SELECT state, started_at, changed_at, changed_by, reason FROM recording WHERE meeting_id = :meeting
-- name: recording_all
-- scan: the administrator's command line lists all
SELECT m.public_id, m.title, r.state, r.started_at,
  (SELECT COUNT(*) FROM segment s WHERE s.meeting_id = m.id),
  (SELECT COALESCE(SUM(bytes), 0) FROM segment s WHERE s.meeting_id = m.id)
FROM recording r JOIN meeting m ON m.id = r.meeting_id ORDER BY r.started_at DESC LIMIT 1000
-- name: recording_check
-- scan: once at start, over all that may have been recorded
SELECT m.id, m.public_id, m.state = 'live', (SELECT COUNT(*) FROM segment s WHERE s.meeting_id = m.id),
  COALESCE(m.ended_at, 0)
FROM meeting m WHERE m.state = 'live' OR EXISTS (SELECT 1 FROM recording r WHERE r.meeting_id = m.id)
-- name: segment_add
INSERT INTO segment(meeting_id, number, name, start_ns, end_ns, bytes, packets, sha256)
VALUES(:meeting, :number, :name, :start_ns, :end_ns, :bytes, :packets, :sha256) ON CONFLICT DO NOTHING
-- name: segment_last
SELECT number, end_ns FROM segment WHERE meeting_id = :meeting ORDER BY number DESC LIMIT 1
-- name: event_add
INSERT INTO event(meeting_id, at, type, participant_id, key, json)
VALUES(:meeting, :now, :type, :participant, :key, :json)
ON CONFLICT(meeting_id, participant_id, key) DO UPDATE SET key = key RETURNING id, at, json
-- name: event_list
SELECT e.id, e.at, e.type, COALESCE(p.public_id, ''), COALESCE(p.name, ''), e.json FROM event e
LEFT JOIN participant p ON p.id = e.participant_id WHERE e.meeting_id = :meeting AND e.id > :after ORDER BY e.id LIMIT :limit
-- name: event_restart
-- scan: once at start, after a stop or a crash
INSERT INTO event(meeting_id, at, type, json)
SELECT m.id, :now, 'restart', '{}' FROM meeting m WHERE m.state = 'live'
-- name: chat_list
SELECT * FROM (SELECT e.id, e.at, p.public_id, p.name, e.json, COALESCE(e.key, '') FROM event e
JOIN participant p ON p.id = e.participant_id
WHERE e.meeting_id = :meeting AND e.type = 'chat' ORDER BY e.id DESC LIMIT 300) ORDER BY 1
