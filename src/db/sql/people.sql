-- name: account_add
INSERT INTO account(public_id, login, name, organisation, role, password, created_at)
VALUES(:public_id, :login, :name, :organisation, :role, :password, :now) RETURNING id
-- name: account_by_login
SELECT id, public_id, name, organisation, role, password FROM account WHERE login = :login AND disabled_at IS NULL
-- name: account_by_id
SELECT id, public_id, name, organisation, role, login FROM account WHERE id = :id AND disabled_at IS NULL
-- name: session_add
INSERT INTO session(token_hash, account_id, created_at, expires_at) VALUES(:hash, :account, :now, :expires)
-- name: session_find
SELECT s.account_id FROM session s JOIN account a ON a.id = s.account_id
WHERE s.token_hash = :hash AND s.expires_at > :now AND a.disabled_at IS NULL
-- name: session_remove
DELETE FROM session WHERE token_hash = :hash
-- name: audit_add
INSERT INTO audit(at, who, what, object, client) VALUES(:now, :who, :what, :object, :client)
