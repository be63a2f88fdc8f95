-- name: pulse
INSERT INTO pulse(id, at) VALUES(1, :now) ON CONFLICT(id) DO UPDATE SET at = excluded.at
-- name: pulse_at
SELECT at FROM pulse WHERE id = 1
-- name: segment_every
-- scan: the administrator's check looks at all
SELECT m.public_id, s.name, s.bytes FROM segment s JOIN meeting m ON m.id = s.meeting_id
-- name: meeting_known
SELECT 1 FROM meeting WHERE public_id = :meeting
