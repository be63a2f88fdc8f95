-- name: viewing_add
INSERT INTO viewing(public_id, meeting_id, account_id, participant_id, name, role, client, agent, kind, opened_at, seen_at)
VALUES(:public_id, :meeting, :account, :participant, :name, :role, :client, :agent, :kind, :now, :now) RETURNING id
-- name: viewing_find
SELECT id, public_id, kind, opened_at, seen_at FROM viewing
WHERE meeting_id = :meeting AND account_id IS :account AND participant_id IS :participant AND client = :client
  AND seen_at >= :since ORDER BY id DESC LIMIT 1
-- name: viewing_own
SELECT id, seen_at, played FROM viewing
WHERE public_id = :public_id AND meeting_id = :meeting AND account_id IS :account AND participant_id IS :participant
-- name: viewing_claim
UPDATE viewing SET kind = 'page', seen_at = MAX(seen_at, :now) WHERE id = :id
-- name: viewing_played
UPDATE viewing SET played = :played, seen_at = MAX(seen_at, :now) WHERE id = :id
-- name: viewing_seen
UPDATE viewing SET seen_at = MAX(seen_at, :now) WHERE id = :id
-- name: viewing_file_open
INSERT INTO viewing_file(viewing_id, file, first_at, seen_at) VALUES(:viewing, :file, :now, :now) ON CONFLICT DO NOTHING
-- name: viewing_file_get
SELECT id, seen_at, bytes FROM viewing_file WHERE viewing_id = :viewing AND file = :file
-- name: viewing_file_grow
UPDATE viewing_file SET bytes = :bytes, seen_at = MAX(seen_at, :now) WHERE id = :id
-- name: viewing_list
SELECT id, public_id, name, role, account_id IS NOT NULL, client, kind, opened_at, seen_at, played FROM viewing
WHERE meeting_id = :meeting AND id < :before ORDER BY id DESC LIMIT :limit
-- name: viewing_files
SELECT file, first_at, seen_at, bytes FROM viewing_file WHERE viewing_id = :viewing ORDER BY id
