-- name: once_find
SELECT request, status, whole, headers, body FROM once WHERE caller = :caller AND key = :key AND at > :since
-- name: once_count
SELECT COUNT(*) FROM (SELECT 1 FROM once WHERE caller = :caller LIMIT :limit)
-- name: once_keep
INSERT INTO once(caller, key, request, at, status, whole, headers, body)
VALUES(:caller, :key, :request, :now, :status, :whole, :headers, :body)
ON CONFLICT(caller, key) DO UPDATE SET request = :request, at = :now, status = :status, whole = :whole, headers = :headers, body = :body
-- name: once_forget
DELETE FROM once WHERE id IN (SELECT id FROM once WHERE at <= :before ORDER BY at LIMIT 100)
