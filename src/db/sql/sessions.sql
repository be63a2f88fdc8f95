-- name: session_add
INSERT INTO session(token_hash, account_id, created_at, expires_at, public_id, client, agent, via, second)
VALUES(:hash, :account, :now, :expires, :public_id, :client, :agent, :via, :second) RETURNING id
-- name: session_find
SELECT s.id, s.public_id, s.account_id, s.via, a.role, a.name, a.login, a.must_change, a.totp_at IS NOT NULL, s.second, s.expires_at
FROM session s JOIN account a ON a.id = s.account_id
WHERE s.token_hash = :hash AND s.expires_at > :now AND s.ended_at IS NULL AND a.disabled_at IS NULL
-- name: session_end
UPDATE session SET ended_at = :now WHERE id = :id AND ended_at IS NULL
-- name: session_end_all
UPDATE session SET ended_at = :now WHERE account_id = :account AND id <> :but AND ended_at IS NULL
-- name: session_rotate
UPDATE session SET token_hash = :hash, second = :second, expires_at = :expires WHERE id = :id AND ended_at IS NULL
-- name: session_by_public_id
SELECT id FROM session WHERE public_id = :public_id AND account_id = :account AND ended_at IS NULL
-- name: session_list
SELECT public_id, created_at, expires_at, client, agent, via FROM session
WHERE account_id = :account AND ended_at IS NULL AND expires_at > :now ORDER BY id DESC LIMIT 100
-- name: known_browser_add
INSERT INTO known_browser(token_hash, account_id, created_at) VALUES(:hash, :account, :now)
-- name: known_browser_find
SELECT 1 FROM known_browser WHERE token_hash = :hash AND account_id = :account
-- name: known_browser_trim
DELETE FROM known_browser WHERE account_id = :account AND id NOT IN
  (SELECT id FROM known_browser WHERE account_id = :account ORDER BY id DESC LIMIT 20)
-- name: known_browser_forget
DELETE FROM known_browser WHERE account_id = :account
-- name: signin_add
INSERT INTO signin(at, account_id, login, client, agent, via, result) VALUES(:now, :account, :login, :client, :agent, :via, :result)
-- name: signin_list
SELECT s.id, s.at, s.login, s.client, s.agent, s.via, s.result FROM signin s
WHERE s.account_id = :account AND s.id < :before ORDER BY s.id DESC LIMIT :limit
-- name: signin_all
-- scan: by key from the newest on, page by page
SELECT s.id, s.at, s.login, s.client, s.agent, s.via, s.result FROM signin s
WHERE s.id < :before AND (:login = '' OR s.login = :login COLLATE NOCASE) ORDER BY s.id DESC LIMIT :limit
