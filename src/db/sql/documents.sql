-- part: document
d.id, d.public_id, d.title, d.kind, d.created_at, d.created_by, d.version, COALESCE(d.withdrawn_at, 0), d.withdrawn_by, d.withdrawn_reason,
  d.project_id, p.public_id, COALESCE(p.manager_id, 0)
-- part: revision
r.id, r.number, r.file, r.sha256, r.bytes, r.type, r.name, r.uploaded_at, r.uploaded_by, r.role, r.scan, r.finding, COALESCE(r.account_id, 0),
  COALESCE(r.participant_id, 0), r.link
-- name: document_get
SELECT {document} FROM document d JOIN project p ON p.id = d.project_id WHERE d.public_id = :public_id
-- name: document_of_project
SELECT {document} FROM document d JOIN project p ON p.id = d.project_id
WHERE d.project_id = :project AND d.id < :before ORDER BY d.id DESC LIMIT :limit
-- name: document_of_meeting
SELECT {document} FROM meeting_document l JOIN document d ON d.id = l.document_id JOIN project p ON p.id = d.project_id
WHERE l.meeting_id = :meeting AND d.id < :before ORDER BY d.id DESC LIMIT :limit
-- name: document_add
INSERT INTO document(public_id, project_id, title, kind, created_at, created_by) VALUES(:public_id, :project, :title, :kind, :now, :by) RETURNING id
-- name: document_edit
UPDATE document SET title = :title, kind = :kind, version = version + 1 WHERE id = :id AND version = :version RETURNING version
-- name: document_withdraw
UPDATE document SET withdrawn_at = :now, withdrawn_by = :by, withdrawn_reason = :reason, version = version + 1
WHERE id = :id AND version = :version AND withdrawn_at IS NULL RETURNING version
-- name: document_restore
UPDATE document SET withdrawn_at = NULL, withdrawn_by = '', withdrawn_reason = '', version = version + 1
WHERE id = :id AND version = :version AND withdrawn_at IS NOT NULL RETURNING version
-- name: document_link_add
INSERT INTO meeting_document(meeting_id, document_id)
SELECT m.id, d.id FROM meeting m JOIN document d ON d.project_id = m.project_id
WHERE m.id = :meeting AND d.public_id = :public_id AND d.withdrawn_at IS NULL ON CONFLICT DO UPDATE SET meeting_id = excluded.meeting_id
RETURNING document_id
-- name: document_link_remove
DELETE FROM meeting_document WHERE meeting_id = :meeting AND document_id = (SELECT id FROM document WHERE public_id = :public_id)
-- name: document_links_clear
DELETE FROM meeting_document WHERE meeting_id = :meeting
-- name: document_linked
SELECT 1 FROM meeting_document WHERE meeting_id = :meeting AND document_id = :document
-- name: document_standing
SELECT COALESCE(MAX(CASE WHEN m.host_id = :account THEN 2 ELSE 1 END), 0)
FROM meeting_document d JOIN meeting m ON m.id = d.meeting_id
WHERE d.document_id = :document AND (m.host_id = :account OR EXISTS (SELECT 1 FROM invitation i
  WHERE i.account_id = :account AND i.meeting_id = m.id AND i.revoked_at IS NULL))
-- name: revision_add
INSERT INTO document_revision(document_id, number, project_id, file, sha256, bytes, type, name, uploaded_at, uploaded_by, role,
  account_id, participant_id, link, scan)
SELECT :document, COALESCE(MAX(number), 0) + 1, :project, :file, :sha256, :bytes, :type, :name, :now, :by, :role, :account, :participant,
  :link, :scan FROM document_revision WHERE document_id = :document RETURNING id, number
-- name: revision_get
SELECT {revision} FROM document_revision r WHERE r.document_id = :document AND r.number = :number
-- name: revision_latest
SELECT {revision} FROM document_revision r WHERE r.document_id = :document ORDER BY r.number DESC LIMIT 1
-- name: revision_list
SELECT {revision} FROM document_revision r WHERE r.document_id = :document ORDER BY r.number DESC LIMIT 1000
-- name: revision_same
SELECT d.public_id, d.title, r.number FROM document_revision r JOIN document d ON d.id = r.document_id
WHERE r.project_id = :project AND r.sha256 = :sha256 AND r.id < :before ORDER BY r.id LIMIT 1
-- name: revision_waiting
SELECT r.id, r.file, r.bytes FROM document_revision r WHERE r.scan = 'waiting' AND r.id > :after ORDER BY r.id LIMIT 1
-- name: revision_waits
-- scan: of the partial index of what waits
SELECT COUNT(*) FROM document_revision WHERE scan = 'waiting'
-- name: revision_scanned
UPDATE document_revision SET scan = :scan, scanned_at = :now, finding = :finding WHERE id = :id AND scan = 'waiting' RETURNING document_id
-- name: revision_noted
UPDATE document_revision SET finding = :finding WHERE id = :id AND scan = 'waiting'
-- name: document_id_text
SELECT public_id FROM document WHERE id = :id
-- name: document_usage
SELECT COALESCE(MAX(bytes), 0) FROM document_usage WHERE key = :key
-- name: document_fetched
SELECT 1 FROM audit WHERE object = :object AND what = 'document.download' AND detail = :detail AND who = :who AND client = :client
  AND at >= :since ORDER BY id DESC LIMIT 1
