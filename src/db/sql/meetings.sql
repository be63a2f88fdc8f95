-- name: meeting_add
INSERT INTO meeting(public_id, project_id, kind, title, agenda, host_id, host_name, starts_at, duration_min, record_auto, created_at)
VALUES(:public_id, :project, :kind, :title, :agenda, :host, :host_name, :starts_at, :duration, :record_auto, :now) RETURNING id
-- name: meeting_get
SELECT m.id, m.public_id, m.kind, m.title, m.host_name, m.starts_at, m.state, m.record_auto, m.ended_at,
  p.public_id, p.title, COALESCE(p.manager_id, 0), p.customer, m.agenda, COALESCE(m.host_id, 0), m.duration_min, m.created_at,
  COALESCE(m.cancelled_at, 0), m.cancel_reason, m.version, m.sequence, COALESCE(a.public_id, ''), m.project_id
FROM meeting m JOIN project p ON p.id = m.project_id LEFT JOIN account a ON a.id = m.host_id WHERE m.public_id = :public_id
-- name: meeting_all
-- scan: the administrator's command line lists all
SELECT m.public_id, m.kind, m.title, m.host_name, m.starts_at, m.state, m.id FROM meeting m ORDER BY m.id DESC LIMIT 1000
-- name: meeting_set_state
UPDATE meeting SET state = :state, ended_at = :ended WHERE id = :id AND state IN ('scheduled', 'live')
-- name: meeting_edit
UPDATE meeting SET title = :title, kind = :kind, agenda = :agenda, host_id = :host, host_name = :host_name,
  starts_at = :starts_at, duration_min = :duration, record_auto = :record_auto, version = version + 1,
  sequence = sequence + :moved
WHERE id = :id AND version = :version AND state IN ('scheduled', 'live') RETURNING version, sequence
-- name: meeting_cancel
UPDATE meeting SET state = 'cancelled', cancelled_at = :now, cancel_reason = :reason, version = version + 1,
  sequence = sequence + 1
WHERE id = :id AND version = :version AND state = 'scheduled' RETURNING version, sequence
-- name: meeting_archive
UPDATE meeting SET state = 'archived', archived_at = :now, version = version + 1
WHERE id = :id AND version = :version AND state = 'ended' RETURNING version, sequence
-- name: meeting_time_change_add
INSERT INTO meeting_time_change(meeting_id, at, who, from_starts_at, to_starts_at, from_min, to_min, reason)
VALUES(:meeting, :now, :who, :from, :to, :from_min, :to_min, :reason)
-- name: meeting_time_change_list
SELECT at, who, from_starts_at, to_starts_at, from_min, to_min, reason FROM meeting_time_change
WHERE meeting_id = :meeting ORDER BY id
-- name: meeting_invited
SELECT role FROM invitation WHERE account_id = :account AND meeting_id = :meeting AND revoked_at IS NULL
-- name: meeting_texts
SELECT m.id, m.title || char(10) || m.agenda || char(10) || m.host_name || char(10) || p.title || char(10) || p.customer
FROM meeting m JOIN project p ON p.id = m.project_id WHERE m.project_id = :project AND (:meeting = 0 OR m.id = :meeting)
-- name: meeting_text_remove
-- scan: by rowid, which SQLite calls a scan of a virtual table
DELETE FROM meeting_text WHERE rowid = :id
-- name: meeting_chars_remove
-- scan: by rowid, which SQLite calls a scan of a virtual table
DELETE FROM meeting_chars WHERE rowid = :id
-- name: meeting_text_add
INSERT INTO meeting_text(rowid, text) VALUES(:id, :text)
-- name: meeting_chars_add
INSERT INTO meeting_chars(rowid, text) VALUES(:id, :text)

-- part: line
m.id, m.starts_at, m.duration_min, m.public_id, m.kind, m.state, m.title, m.host_name, m.cancel_reason, p.public_id,
  p.title, p.customer
-- part: filters
(:state IS NULL OR m.state = :state OR m.state = :state2) AND (:kind IS NULL OR m.kind = :kind)
  AND (:project IS NULL OR m.project_id = :project) AND (:over IS NULL OR m.starts_at + m.duration_min * 60000 > :over)
-- part: words
(:word1 IS NULL OR instr(lower((SELECT text FROM meeting_text WHERE rowid = m.id)), :word1))
  AND (:word2 IS NULL OR instr(lower((SELECT text FROM meeting_text WHERE rowid = m.id)), :word2))
  AND (:word3 IS NULL OR instr(lower((SELECT text FROM meeting_text WHERE rowid = m.id)), :word3))
  AND (:word4 IS NULL OR instr(lower((SELECT text FROM meeting_text WHERE rowid = m.id)), :word4))
-- part: shorts
(:word1 IS NULL OR instr(lower(t.text), :word1)) AND (:word2 IS NULL OR instr(lower(t.text), :word2))
  AND (:word3 IS NULL OR instr(lower(t.text), :word3)) AND (:word4 IS NULL OR instr(lower(t.text), :word4))
-- part: mine
(:account IS NULL OR EXISTS (SELECT 1 FROM calendar c
    WHERE c.account_id = :account AND c.starts_at = m.starts_at AND c.meeting_id = m.id))
-- part: down
(m.starts_at, m.id) < (:at, :id) AND {filters} ORDER BY m.starts_at DESC, m.id DESC LIMIT :limit
-- part: up
(m.starts_at, m.id) > (:at, :id) AND {filters} ORDER BY m.starts_at, m.id LIMIT :limit
-- name: meeting_own_count
SELECT COUNT(*) FROM (SELECT 1 FROM calendar WHERE account_id = :account LIMIT :limit)
-- name: meeting_list_down
SELECT {line} FROM meeting m INDEXED BY meeting_time CROSS JOIN project p ON p.id = m.project_id WHERE {down}
-- name: meeting_list_down_kind
SELECT {line} FROM meeting m INDEXED BY meeting_kind CROSS JOIN project p ON p.id = m.project_id
WHERE m.kind = :kind AND {down}
-- name: meeting_list_past
SELECT {line} FROM meeting m INDEXED BY meeting_past CROSS JOIN project p ON p.id = m.project_id
WHERE m.state IN ('ended', 'archived') AND {down}
-- name: meeting_list_past_kind
SELECT {line} FROM meeting m INDEXED BY meeting_past_kind CROSS JOIN project p ON p.id = m.project_id
WHERE m.state IN ('ended', 'archived') AND m.kind = :kind AND {down}
-- name: meeting_list_down_state
SELECT {line} FROM meeting m INDEXED BY meeting_state CROSS JOIN project p ON p.id = m.project_id
WHERE m.state = :state AND {mine} AND {down}
-- name: meeting_list_down_both
SELECT {line} FROM meeting m INDEXED BY meeting_state_kind CROSS JOIN project p ON p.id = m.project_id
WHERE m.state = :state AND m.kind = :kind AND {mine} AND {down}
-- name: meeting_list_up_state
SELECT {line} FROM meeting m INDEXED BY meeting_state CROSS JOIN project p ON p.id = m.project_id
WHERE m.state = :state AND {up}
-- name: meeting_list_up_both
SELECT {line} FROM meeting m INDEXED BY meeting_state_kind CROSS JOIN project p ON p.id = m.project_id
WHERE m.state = :state AND m.kind = :kind AND {up}
-- name: meeting_list_project_down
-- scan: of the words by rowid, which SQLite calls a scan of a virtual table
SELECT {line} FROM meeting m INDEXED BY meeting_project CROSS JOIN project p ON p.id = m.project_id
WHERE m.project_id = :project AND {mine} AND {words} AND {down}
-- name: meeting_list_project_up
-- scan: of the words by rowid, which SQLite calls a scan of a virtual table
SELECT {line} FROM meeting m INDEXED BY meeting_project CROSS JOIN project p ON p.id = m.project_id
WHERE m.project_id = :project AND {mine} AND {words} AND {up}
-- name: meeting_list_own_down
-- scan: of the words by rowid, which SQLite calls a scan of a virtual table
SELECT {line} FROM calendar c CROSS JOIN meeting m ON m.id = c.meeting_id CROSS JOIN project p ON p.id = m.project_id
WHERE c.account_id = :account AND (c.starts_at, c.meeting_id) < (:at, :id) AND {filters} AND {words}
ORDER BY c.starts_at DESC, c.meeting_id DESC LIMIT :limit
-- name: meeting_list_own_up
-- scan: of the words by rowid, which SQLite calls a scan of a virtual table
SELECT {line} FROM calendar c CROSS JOIN meeting m ON m.id = c.meeting_id CROSS JOIN project p ON p.id = m.project_id
WHERE c.account_id = :account AND (c.starts_at, c.meeting_id) > (:at, :id) AND {filters} AND {words}
ORDER BY c.starts_at, c.meeting_id LIMIT :limit
-- name: meeting_search
-- scan: of the full-text index, for what it matches
SELECT {line} FROM meeting_text t CROSS JOIN meeting m ON m.id = t.rowid CROSS JOIN project p ON p.id = m.project_id
WHERE t.text MATCH :match AND t.rowid < :id AND {mine} AND {shorts} AND {filters} ORDER BY t.rowid DESC LIMIT :limit
-- name: meeting_search_short
-- scan: of the full-text index, for what it matches
SELECT {line} FROM meeting_chars t CROSS JOIN meeting m ON m.id = t.rowid CROSS JOIN project p ON p.id = m.project_id
WHERE t.text MATCH :match AND t.rowid < :id AND {mine} AND {filters} ORDER BY t.rowid DESC LIMIT :limit
-- name: meeting_busy
SELECT CASE WHEN :caller IN (m.host_id, p.manager_id) THEN m.public_id ELSE '' END,
  CASE WHEN :caller IN (m.host_id, p.manager_id) THEN m.title ELSE '' END, m.starts_at, m.duration_min
FROM meeting m JOIN project p ON p.id = m.project_id
WHERE m.host_id = :host AND m.state IN ('scheduled', 'live') AND m.starts_at > :from AND m.starts_at < :to ORDER BY m.starts_at LIMIT 50
