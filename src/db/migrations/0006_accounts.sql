CREATE TABLE organisation_new(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK(name <> ''),
  kind TEXT NOT NULL CHECK(kind IN ('utility','design','contractor','customer')),
  created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO organisation_new(public_id, name, kind, created_at)
SELECT lower(hex(randomblob(16))), name, 'utility', unixepoch() * 1000 FROM
  (SELECT name FROM organisation WHERE name <> '' UNION SELECT organisation FROM account WHERE organisation <> '');
DROP TABLE organisation;
ALTER TABLE organisation_new RENAME TO organisation;
ALTER TABLE account ADD COLUMN organisation_id INTEGER REFERENCES organisation(id);
UPDATE account SET organisation_id = (SELECT id FROM organisation WHERE name = account.organisation);
ALTER TABLE account DROP COLUMN organisation;
CREATE INDEX account_organisation ON account(organisation_id);
-- A password that somebody else chose has to be changed before anything else.
ALTER TABLE account ADD COLUMN must_change INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN password_at INTEGER NOT NULL DEFAULT 0;
-- The secret of the second factor, encrypted; in force since totp_at; the last time step that was used. The next
-- one takes its place when a code of it has been shown.
ALTER TABLE account ADD COLUMN totp BLOB;
ALTER TABLE account ADD COLUMN totp_next BLOB;
ALTER TABLE account ADD COLUMN totp_at INTEGER;
ALTER TABLE account ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE account SET password_at = created_at;
CREATE TABLE recovery_code(
  id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account(id), hash BLOB NOT NULL UNIQUE,
  used_at INTEGER) STRICT;
CREATE INDEX recovery_code_account ON recovery_code(account_id);
-- Who an account is at an identity provider.
CREATE TABLE identity(
  id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account(id), issuer TEXT NOT NULL, subject TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE(issuer, subject)) STRICT;
CREATE INDEX identity_account ON identity(account_id);
ALTER TABLE session ADD COLUMN public_id TEXT NOT NULL DEFAULT '';
UPDATE session SET public_id = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX session_public_id ON session(public_id);
ALTER TABLE session ADD COLUMN client TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN via TEXT NOT NULL DEFAULT 'password' CHECK(via IN ('password','oidc'));
-- The second factor has been shown in this session.
ALTER TABLE session ADD COLUMN second INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN ended_at INTEGER;
-- A browser in which somebody has signed in before: strangers' guesses do not shut it out.
CREATE TABLE known_browser(
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES account(id),
  created_at INTEGER NOT NULL) STRICT;
CREATE INDEX known_browser_account ON known_browser(account_id, id);
CREATE TABLE signin(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, account_id INTEGER REFERENCES account(id), login TEXT NOT NULL,
  client TEXT NOT NULL, agent TEXT NOT NULL, via TEXT NOT NULL CHECK(via IN ('password','oidc')),
  result TEXT NOT NULL CHECK(result IN ('ok','second','wrong_password','wrong_code','unknown','disabled'))) STRICT;
CREATE INDEX signin_account ON signin(account_id, id);
-- Whoever signed in is out of a meeting when the session ends by which he came.
ALTER TABLE participant ADD COLUMN session_id INTEGER REFERENCES session(id);
CREATE INDEX participant_session ON participant(session_id);
-- Of whose doing, and of which project: by these it is found.
ALTER TABLE audit ADD COLUMN account_id INTEGER REFERENCES account(id);
ALTER TABLE audit ADD COLUMN project_id INTEGER REFERENCES project(id);
ALTER TABLE audit ADD COLUMN detail TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_account ON audit(account_id, id);
CREATE INDEX audit_project ON audit(project_id, id);
CREATE INDEX audit_object ON audit(object, id);
