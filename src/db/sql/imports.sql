-- part: columns
i.id, i.public_id, i.account_id, i.name, i.bytes, i.existing, i.encoding, i.sure, i.created_at, i.changed_at, i.state, i.all_rows,
  i.fresh, i.changed, i.unchanged, i.bad, i.done_rows, i.reason, i.cancel, i.digest, a.name, i.client
-- name: import_add
INSERT INTO project_import(public_id, account_id, name, bytes, existing, created_at, changed_at)
VALUES(:public_id, :account, :name, :bytes, :existing, :now, :now) RETURNING id
-- name: import_get
SELECT {columns} FROM project_import i JOIN account a ON a.id = i.account_id
WHERE i.public_id = :public_id AND i.account_id = :account
-- name: import_next
SELECT {columns} FROM project_import i JOIN account a ON a.id = i.account_id
WHERE i.state IN ('checking', 'writing', 'undoing') ORDER BY i.id LIMIT 1
-- name: import_recent
SELECT {columns} FROM project_import i JOIN account a ON a.id = i.account_id
WHERE i.account_id = :account ORDER BY i.id DESC LIMIT 20
-- name: import_open
SELECT COUNT(*) FROM project_import WHERE account_id = :account AND state IN ('checking', 'checked', 'writing', 'undoing')
-- name: import_step
UPDATE project_import SET done_rows = :done, changed_at = :now WHERE id = :id AND state = :state AND cancel = 0
RETURNING id
-- name: import_checked
UPDATE project_import SET state = 'checked', encoding = :encoding, sure = :sure, all_rows = :all, fresh = :fresh,
  changed = :changed, unchanged = :unchanged, bad = :bad, digest = :digest, done_rows = 0,
  changed_at = :now
WHERE id = :id AND state = 'checking' AND cancel = 0 RETURNING id
-- name: import_confirm
UPDATE project_import SET state = 'writing', hidden = 1, done_rows = 0, client = :client, changed_at = :now
WHERE id = :id AND state = 'checked' AND bad = 0 AND fresh + changed > 0 RETURNING id
-- name: import_done
UPDATE project_import SET state = 'done', hidden = 0, done_rows = all_rows, changed_at = :now
WHERE id = :id AND state = 'writing' AND cancel = 0 RETURNING id
-- name: import_cancel
UPDATE project_import SET cancel = 1, state = CASE state WHEN 'checked' THEN 'cancelled' ELSE state END, changed_at = :now
WHERE id = :id AND state IN ('checking', 'checked', 'writing') RETURNING state
-- name: import_undo
UPDATE project_import SET state = 'undoing', reason = :reason, changed_at = :now WHERE id = :id AND state IN ('checking', 'writing')
RETURNING id
-- name: import_undone
UPDATE project_import SET state = CASE reason WHEN 'cancelled' THEN 'cancelled' ELSE 'failed' END, hidden = 0, done_rows = 0,
  changed_at = :now
WHERE id = :id AND state = 'undoing' RETURNING id
-- name: import_projects
SELECT id FROM project WHERE import_id = :id ORDER BY id DESC LIMIT :limit
-- name: import_project_remove
DELETE FROM project WHERE id = :id
-- name: import_stale
SELECT i.public_id, i.state FROM project_import i WHERE i.state = :state AND i.changed_at < :before
-- name: import_forget
UPDATE project_import SET state = 'cancelled', reason = 'stale' WHERE state = 'checked' AND changed_at < :before
-- name: import_known
SELECT 1 FROM project_import WHERE public_id = :public_id
