-- Tokens by which other systems use the API, for an account; of the secret only a hash is kept.
CREATE TABLE api_token(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE,
  account_id INTEGER NOT NULL REFERENCES account(id), name TEXT NOT NULL CHECK(name <> ''), made_by TEXT NOT NULL,
  scopes TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER,
  used_at INTEGER, used_from TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX api_token_account ON api_token(account_id, id);
-- By which token it was done; NULL: by the account itself.
ALTER TABLE audit ADD COLUMN token_id INTEGER REFERENCES api_token(id);
CREATE INDEX audit_token ON audit(token_id) WHERE token_id IS NOT NULL;
