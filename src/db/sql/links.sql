-- part: columns
l.id, l.project_id, l.role, l.public_id, l.name, l.organisation, l.email, l.phone, l.created_by, l.created_at,
  COALESCE(l.expires_at, 0), COALESCE(l.sent_at, 0), COALESCE(l.opened_at, 0), COALESCE(l.redeemed_at, 0),
  COALESCE(l.revoked_at, 0), p.public_id
-- part: from
project_link l JOIN project p ON p.id = l.project_id
-- name: link_add
INSERT INTO project_link(public_id, secret_hash, project_id, role, name, organisation, email, phone, created_by, created_at, expires_at)
VALUES(:public_id, :hash, :project, :role, :name, :organisation, :mail, :phone, :by, :now, :expires) RETURNING id
-- name: link_find
SELECT {columns} FROM {from} WHERE l.secret_hash = :hash
-- name: link_get
SELECT {columns} FROM {from} WHERE l.public_id = :public_id AND l.project_id = :project
-- name: link_list
SELECT {columns} FROM {from} WHERE l.project_id = :project ORDER BY l.id
-- name: link_renew
UPDATE project_link SET secret_hash = :hash, expires_at = :expires WHERE id = :id AND revoked_at IS NULL RETURNING id
-- name: link_revoke
UPDATE project_link SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL
-- name: link_sent
UPDATE project_link SET sent_at = :now WHERE id = :id
-- name: link_told
UPDATE project_link SET sent_at = :now WHERE public_id = :public_id
-- name: link_opened
UPDATE project_link SET opened_at = :now WHERE id = :id AND opened_at IS NULL
-- name: link_redeemed
UPDATE project_link SET redeemed_at = :now WHERE id = :id AND redeemed_at IS NULL
-- name: link_session_add
INSERT INTO link_session(token_hash, link_id, name, organisation, phone, identity, client, agent, created_at, expires_at)
VALUES(:hash, :link, :name, :organisation, :phone, :identity, :client, :agent, :now, :expires)
-- name: link_session_find
SELECT s.id, l.id, l.project_id, l.role, s.identity, s.name, s.organisation, s.phone, l.public_id, p.public_id
FROM link_session s JOIN project_link l ON l.id = s.link_id JOIN project p ON p.id = l.project_id
WHERE s.token_hash = :hash AND s.ended_at IS NULL AND s.expires_at > :now AND l.revoked_at IS NULL
  AND (l.expires_at IS NULL OR l.expires_at > :now)
-- name: link_session_end
UPDATE link_session SET ended_at = :now WHERE id = :id AND ended_at IS NULL
-- name: link_session_end_all
UPDATE link_session SET ended_at = :now WHERE link_id = :link AND ended_at IS NULL
