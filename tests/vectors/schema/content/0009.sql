INSERT INTO project_import(id, public_id, account_id, name, bytes, existing, created_at, changed_at, state, all_rows, fresh)
SELECT 1, '0123456789abcdef0123456789abcdef', id, '项目.csv', 10, 'update', 1795600000000, 1795600000000, 'done', 1, 1 FROM account LIMIT 1;
INSERT INTO project_party(project_id, part, organisation, person, phone)
SELECT id, 'contractor', '丙', '李四', '95598' FROM project LIMIT 1;
