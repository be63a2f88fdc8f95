-- Whose account made the token, which ends with it; NULL: a link's or the command line's, or older.
ALTER TABLE device_token ADD COLUMN account_id INTEGER REFERENCES account(id);
CREATE INDEX device_token_account ON device_token(account_id) WHERE account_id IS NOT NULL;
-- What the host has muted of a device, a bit for each source; it is there when the device comes back.
ALTER TABLE participant ADD COLUMN muted INTEGER NOT NULL DEFAULT 0;
