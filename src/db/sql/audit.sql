-- name: audit_add
INSERT INTO audit(at, who, what, object, client, account_id, token_id, detail, project_id)
VALUES(:now, :who, :what, :object, :client, :account, :token, :detail, COALESCE(
  (SELECT id FROM project WHERE public_id = :object),
  (SELECT project_id FROM meeting WHERE public_id = :object),
  (SELECT project_id FROM document WHERE public_id = :object),
  (SELECT project_id FROM upload WHERE public_id = :object),
  (SELECT m.project_id FROM participant p JOIN meeting m ON m.id = p.meeting_id WHERE p.public_id = :object)))
-- name: audit_all
-- scan: by key from the newest on, page by page
SELECT a.id, a.at, a.who, a.what, a.object, a.client, a.detail, a.project_id IS NOT NULL, COALESCE(p.title, ''), COALESCE(c.login, ''), COALESCE(t.name, '')
FROM audit a LEFT JOIN project p ON p.id = a.project_id LEFT JOIN account c ON c.id = a.account_id LEFT JOIN api_token t ON t.id = a.token_id
WHERE a.id < :before AND a.at >= :from AND a.at < :to AND (:what = '' OR substr(a.what, 1, length(:what)) = :what)
  AND (:who = '' OR instr(a.who, :who) > 0 OR c.login = :who COLLATE NOCASE) AND (:object = '' OR a.object = :object)
ORDER BY a.id DESC LIMIT :limit
-- name: audit_of_manager
SELECT a.id, a.at, a.who, a.what, a.object, a.client, a.detail, 1, p.title, COALESCE(c.login, ''), COALESCE(t.name, '')
FROM project p JOIN audit a ON a.project_id = p.id LEFT JOIN account c ON c.id = a.account_id LEFT JOIN api_token t ON t.id = a.token_id
WHERE p.manager_id = :manager AND a.id < :before AND a.at >= :from AND a.at < :to AND (:what = '' OR substr(a.what, 1, length(:what)) = :what)
  AND (:who = '' OR instr(a.who, :who) > 0 OR c.login = :who COLLATE NOCASE) AND (:object = '' OR a.object = :object)
ORDER BY a.id DESC LIMIT :limit
