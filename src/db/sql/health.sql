-- name: pulse
INSERT INTO pulse(id, at) VALUES(1, :now) ON CONFLICT(id) DO UPDATE SET at = excluded.at
-- name: pulse_at
SELECT at FROM pulse WHERE id = 1
