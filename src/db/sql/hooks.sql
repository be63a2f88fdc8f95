-- part: columns
id, public_id, name, url, events, active, made_by, created_at, changed_at, version, secret
-- name: webhook_count
SELECT COUNT(*) FROM webhook INDEXED BY webhook_there WHERE removed_at IS NULL AND name > ''
-- name: webhook_add
INSERT INTO webhook(public_id, name, url, events, active, secret, made_by, created_at, changed_at)
VALUES(:public_id, :name, :url, :events, :active, :secret, :made_by, :now, :now) RETURNING id
-- name: webhook_get
SELECT {columns} FROM webhook WHERE public_id = :public_id AND removed_at IS NULL
-- name: webhook_list
SELECT {columns} FROM webhook INDEXED BY webhook_there WHERE removed_at IS NULL AND name > '' ORDER BY name, id
-- name: webhook_edit
UPDATE webhook SET name = :name, url = :url, events = :events, active = :active, changed_at = :now, version = version + 1
WHERE id = :id AND version = :version AND removed_at IS NULL RETURNING version
-- name: webhook_secret
UPDATE webhook SET secret = :secret, changed_at = :now, version = version + 1 WHERE id = :id AND removed_at IS NULL RETURNING version
-- name: webhook_remove
UPDATE webhook SET removed_at = :now, active = 0, secret = x'' WHERE public_id = :public_id AND removed_at IS NULL RETURNING id
-- name: webhook_of_meeting
SELECT p.public_id, m.public_id FROM meeting m JOIN project p ON p.id = m.project_id WHERE m.public_id = :public_id
-- name: webhook_deliveries
SELECT public_id, kind, about, state, attempts, created_at, changed_at, COALESCE(next_at, 0), error, sealed IS NOT NULL, id FROM outbox
WHERE way = 'hook' AND lane = :lane AND id < :before ORDER BY id DESC LIMIT :limit
-- name: webhook_delivery
SELECT 1 FROM outbox WHERE public_id = :public_id AND way = 'hook' AND lane = :lane
