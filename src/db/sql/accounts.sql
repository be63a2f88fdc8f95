-- name: organisation_add
INSERT INTO organisation(public_id, name, kind, created_at) VALUES(:public_id, :name, :kind, :now) RETURNING id
-- name: organisation_get
SELECT id, public_id, name, kind, version FROM organisation WHERE public_id = :public_id
-- name: organisation_by_name
SELECT id, public_id, name, kind, version FROM organisation WHERE name = :name
-- name: organisation_list
-- scan: all of them, in the order of their names; an installation knows some hundreds
SELECT o.public_id, o.name, o.kind, o.version, (SELECT COUNT(*) FROM account a WHERE a.organisation_id = o.id AND a.disabled_at IS NULL)
FROM organisation o WHERE o.name > :after AND instr(o.name, :q) > 0 ORDER BY o.name LIMIT :limit
-- name: organisation_edit
UPDATE organisation SET name = :name, kind = :kind, version = version + 1 WHERE id = :id AND version = :version RETURNING version
-- name: account_add
INSERT INTO account(public_id, login, name, organisation_id, role, password, must_change, password_at, created_at)
VALUES(:public_id, :login, :name, :organisation, :role, :password, :must_change, :now, :now) RETURNING id
-- name: account_by_login
SELECT a.id, a.public_id, a.login, a.name, COALESCE(o.name, ''), a.role, COALESCE(a.disabled_at, 0), a.must_change, COALESCE(a.totp_at, 0), a.version,
  COALESCE(o.public_id, ''), a.created_at, a.password_at, a.password
FROM account a LEFT JOIN organisation o ON o.id = a.organisation_id WHERE a.login = :login
-- name: account_by_id
SELECT a.id, a.public_id, a.login, a.name, COALESCE(o.name, ''), a.role, COALESCE(a.disabled_at, 0), a.must_change, COALESCE(a.totp_at, 0), a.version,
  COALESCE(o.public_id, ''), a.created_at, a.password_at
FROM account a LEFT JOIN organisation o ON o.id = a.organisation_id WHERE a.id = :id
-- name: account_by_public_id
SELECT a.id, a.public_id, a.login, a.name, COALESCE(o.name, ''), a.role, COALESCE(a.disabled_at, 0), a.must_change, COALESCE(a.totp_at, 0), a.version,
  COALESCE(o.public_id, ''), a.created_at, a.password_at
FROM account a LEFT JOIN organisation o ON o.id = a.organisation_id WHERE a.public_id = :public_id
-- name: account_list
-- scan: by the order of logins from a key on, with what is looked for in the text
SELECT a.id, a.public_id, a.login, a.name, COALESCE(o.name, ''), a.role, COALESCE(a.disabled_at, 0), a.must_change, COALESCE(a.totp_at, 0), a.version,
  COALESCE(o.public_id, ''), a.created_at, a.password_at
FROM account a LEFT JOIN organisation o ON o.id = a.organisation_id
WHERE a.login > :after AND (:role = '' OR a.role = :role) AND (:meets = 0 OR a.role IN ('manager','expert','supervisor')) AND (:state = '' OR (:state = 'disabled') = (a.disabled_at IS NOT NULL))
  AND (instr(lower(a.login), lower(:q)) > 0 OR instr(a.name, :q) > 0 OR instr(COALESCE(o.name, ''), :q) > 0)
ORDER BY a.login LIMIT :limit
-- name: account_edit
UPDATE account SET name = :name, role = :role, organisation_id = :organisation, version = version + 1
WHERE id = :id AND version = :version RETURNING version
-- name: account_set_disabled
UPDATE account SET disabled_at = :at, version = version + 1 WHERE id = :id
-- name: account_set_password
UPDATE account SET password = :password, must_change = :must_change, password_at = :now WHERE id = :id
-- name: account_admins
-- scan: few rows, asked when one is taken away
SELECT COUNT(*) FROM account WHERE role = 'admin' AND disabled_at IS NULL AND id <> :but
-- name: totp_get
SELECT totp, totp_next, totp_step FROM account WHERE id = :id
-- name: totp_offer
UPDATE account SET totp_next = :sealed WHERE id = :id
-- name: totp_confirm
UPDATE account SET totp = totp_next, totp_next = NULL, totp_at = :now, totp_step = :step WHERE id = :id AND totp_next IS NOT NULL RETURNING 1
-- name: totp_use
UPDATE account SET totp_step = :step WHERE id = :id AND totp_step < :step RETURNING 1
-- name: totp_remove
UPDATE account SET totp = NULL, totp_next = NULL, totp_at = NULL WHERE id = :id
-- name: recovery_code_add
INSERT INTO recovery_code(account_id, hash) VALUES(:account, :hash)
-- name: recovery_code_use
UPDATE recovery_code SET used_at = :now WHERE account_id = :account AND hash = :hash AND used_at IS NULL RETURNING 1
-- name: recovery_code_remove
DELETE FROM recovery_code WHERE account_id = :account
-- name: recovery_code_count
SELECT COUNT(*) FROM recovery_code WHERE account_id = :account AND used_at IS NULL
-- name: identity_find
SELECT account_id FROM identity WHERE issuer = :issuer AND subject = :subject
-- name: identity_add
INSERT INTO identity(account_id, issuer, subject, created_at) VALUES(:account, :issuer, :subject, :now)
-- name: identity_of
SELECT issuer, subject FROM identity WHERE account_id = :account
-- name: identity_remove
DELETE FROM identity WHERE account_id = :account
