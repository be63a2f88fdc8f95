-- part: columns
i.id, i.meeting_id, COALESCE(i.account_id, 0), i.role, i.host, i.public_id, i.name, i.organisation, i.email, i.phone,
  i.created_at, i.expires_at, COALESCE(i.sent_at, 0), COALESCE(i.opened_at, 0), COALESCE(i.redeemed_at, 0),
  COALESCE(i.revoked_at, 0), m.public_id
-- part: from
invitation i JOIN meeting m ON m.id = i.meeting_id
-- name: invitation_add
INSERT INTO invitation(public_id, secret_hash, meeting_id, account_id, role, host, name, organisation, email, phone, created_at, expires_at)
VALUES(:public_id, :hash, :meeting, :account, :role, :host, :name, :organisation, :mail, :phone, :now, :expires) RETURNING id
-- name: invitation_find
SELECT {columns} FROM {from} WHERE i.secret_hash = :hash AND i.account_id IS NULL
-- name: invitation_get
SELECT {columns} FROM {from} WHERE i.public_id = :public_id AND i.meeting_id = :meeting
-- name: invitation_list
SELECT {columns} FROM {from} WHERE i.meeting_id = :meeting ORDER BY i.id
-- name: invitation_again
UPDATE invitation SET host = 0, name = :name, organisation = :organisation, role = :role, email = :mail, phone = :phone,
  expires_at = :expires, sent_at = NULL, opened_at = NULL, redeemed_at = NULL, revoked_at = NULL
WHERE account_id = :account AND meeting_id = :meeting AND revoked_at IS NOT NULL RETURNING id, public_id
-- name: invitation_renew
UPDATE invitation SET secret_hash = :hash, expires_at = :expires WHERE id = :id AND revoked_at IS NULL RETURNING id
-- name: invitation_revoke
UPDATE invitation SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL
-- name: invitation_later
UPDATE invitation SET expires_at = expires_at + :by WHERE meeting_id = :meeting AND expires_at > :now
-- name: invitation_sent
UPDATE invitation SET sent_at = :now WHERE id = :id
-- name: invitation_told
UPDATE invitation SET sent_at = :now WHERE public_id = :public_id
-- name: invitation_opened
UPDATE invitation SET opened_at = :now WHERE id = :id AND opened_at IS NULL
-- name: invitation_redeemed
UPDATE invitation SET redeemed_at = :now WHERE id = :id AND redeemed_at IS NULL
