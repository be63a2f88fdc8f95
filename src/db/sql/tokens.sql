-- part: columns
t.id, t.account_id, t.public_id, t.name, t.made_by, t.scopes, t.created_at, t.expires_at, COALESCE(t.revoked_at, 0), COALESCE(t.used_at, 0), t.used_from,
  a.public_id, a.name, a.login, a.role
-- name: api_token_count
SELECT COUNT(*) FROM api_token WHERE account_id = :account AND revoked_at IS NULL AND expires_at > :now
-- name: api_token_add
INSERT INTO api_token(public_id, secret_hash, account_id, name, made_by, scopes, created_at, expires_at)
VALUES(:public_id, :hash, :account, :name, :made_by, :scopes, :now, :expires) RETURNING id
-- name: api_token_find
SELECT {columns} FROM api_token t JOIN account a ON a.id = t.account_id
WHERE t.secret_hash = :hash AND t.revoked_at IS NULL AND t.expires_at > :now AND a.disabled_at IS NULL
-- name: api_token_revoke
UPDATE api_token SET revoked_at = :now WHERE public_id = :public_id AND (:account = 0 OR account_id = :account) AND revoked_at IS NULL RETURNING id
-- name: api_token_revoke_all
UPDATE api_token SET revoked_at = :now WHERE account_id = :account AND revoked_at IS NULL
-- name: api_token_touch
UPDATE api_token SET used_at = :now, used_from = :client WHERE id = :id AND COALESCE(used_at, 0) <= :before
-- name: api_token_of
SELECT {columns} FROM api_token t JOIN account a ON a.id = t.account_id
WHERE t.account_id = :account AND t.id < :before ORDER BY t.id DESC LIMIT :limit
-- name: api_token_all
-- scan: by key from the newest on, page by page
SELECT {columns} FROM api_token t JOIN account a ON a.id = t.account_id
WHERE t.id < :before ORDER BY t.id DESC LIMIT :limit
