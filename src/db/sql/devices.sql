-- name: device_token_add
INSERT INTO device_token(public_id, secret_hash, label, made_by, account_id, publish, view, created_at, expires_at)
VALUES(:public_id, :hash, :label, :made_by, :account, :publish, :view, :now, :expires) RETURNING id
-- name: device_token_allow
INSERT INTO device_token_meeting(meeting_id, token_id) VALUES(:meeting, :token)
-- name: device_token_find
SELECT t.id, t.public_id, t.label, t.made_by, t.publish, t.view, t.created_at, t.expires_at, t.revoked_at IS NOT NULL,
  EXISTS (SELECT 1 FROM device_token_meeting d JOIN meeting m ON m.id = d.meeting_id
    WHERE m.public_id = :meeting AND d.token_id = t.id), t.account_id
FROM device_token t WHERE t.secret_hash = :hash
-- name: device_token_list
SELECT t.public_id, t.label, t.made_by, t.publish, t.view, t.created_at, t.expires_at, t.revoked_at IS NOT NULL
FROM device_token_meeting d JOIN device_token t ON t.id = d.token_id WHERE d.meeting_id = :meeting ORDER BY t.id
-- name: device_token_revoke
UPDATE device_token SET revoked_at = :now WHERE public_id = :public_id AND revoked_at IS NULL
  AND id IN (SELECT token_id FROM device_token_meeting WHERE meeting_id = :meeting) RETURNING id
-- name: device_token_revoke_all
UPDATE device_token SET revoked_at = :now WHERE account_id = :account AND revoked_at IS NULL
-- name: device_mute
UPDATE participant SET muted = :muted WHERE id = :id
-- name: device_participant
INSERT INTO participant(public_id, meeting_id, name, organisation, role, host, token_hash, consent_at, created_at, device, identity)
VALUES(:public_id, :meeting, :name, :organisation, 'device', 0, :hash, :now, :now, :name, 'device_token')
ON CONFLICT(meeting_id, device) WHERE device IS NOT NULL DO UPDATE SET organisation = excluded.organisation
RETURNING id, public_id, state, muted
