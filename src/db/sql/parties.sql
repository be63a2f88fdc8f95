-- name: party_list
SELECT part, organisation, person, phone FROM project_party WHERE project_id = :project ORDER BY id
-- name: party_add
INSERT INTO project_party(project_id, part, organisation, person, phone)
VALUES(:project, :part, :organisation, :person, :phone)
-- name: party_remove
DELETE FROM project_party WHERE project_id = :project
