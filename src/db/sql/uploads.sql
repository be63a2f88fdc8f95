-- name: upload_add
INSERT INTO upload(public_id, project_id, document_id, meeting_id, title, kind, name, bytes, owner, created_at, expires_at)
VALUES(:public_id, :project, :document, :meeting, :title, :kind, :name, :bytes, :owner, :now, :expires) RETURNING id
-- name: upload_get
SELECT u.id, u.public_id, u.project_id, COALESCE(u.document_id, 0), COALESCE(u.meeting_id, 0), u.title, u.kind, u.name, u.bytes, u.owner,
  u.expires_at, u.state, u.reason, COALESCE(d.public_id, ''), COALESCE(r.number, 0), COALESCE(m.public_id, ''), COALESCE(t.public_id, ''),
  COALESCE(p.manager_id, 0)
FROM upload u JOIN project p ON p.id = u.project_id LEFT JOIN document_revision r ON r.id = u.revision_id
LEFT JOIN document d ON d.id = r.document_id LEFT JOIN meeting m ON m.id = u.meeting_id LEFT JOIN document t ON t.id = u.document_id
WHERE u.public_id = :public_id
-- name: upload_reserved
SELECT COALESCE(SUM(bytes), 0) FROM upload WHERE state = 'open' AND project_id = :project AND id <> :but
-- name: upload_reserved_all
-- scan: of the partial index of what is on its way, which is little
SELECT COALESCE(SUM(bytes), 0) FROM upload INDEXED BY upload_open WHERE state = 'open' AND id <> :but
-- name: upload_end
UPDATE upload SET state = :state, reason = :reason, revision_id = :revision WHERE id = :id AND state = 'open'
-- name: upload_end_owner
UPDATE upload SET state = 'cancelled', reason = :reason WHERE state = 'open' AND project_id = :project AND owner = :owner
-- name: upload_expire
UPDATE upload SET state = 'expired' WHERE state = 'open' AND expires_at <= :now
-- name: upload_state
SELECT state FROM upload WHERE public_id = :public_id
-- name: upload_unswept
-- scan: of the partial index of what was not cleared away yet
SELECT u.id, u.public_id, EXISTS(SELECT 1 FROM document_revision r WHERE r.file = u.public_id) FROM upload u
WHERE u.swept = 0 AND u.state IN ('refused','cancelled','expired') ORDER BY u.id LIMIT 1
-- name: upload_swept
UPDATE upload SET swept = 1 WHERE id = :id
-- name: upload_due
SELECT EXISTS(SELECT 1 FROM upload WHERE state = 'open' AND expires_at <= :now)
