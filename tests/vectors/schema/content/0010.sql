INSERT INTO outbox(public_id, way, kind, lane, about, name, recipient, sealed, created_at, changed_at, next_at, give_up_at)
VALUES('5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c', 'mail', 'invitation', 'li@example.cn', 'i1', '李雯', 'li@example.cn', x'00', 1795520741123, 1795520741123, 1795520741123, 1795607141123);
INSERT INTO outbox(public_id, way, kind, lane, about, name, recipient, state, attempts, created_at, changed_at, give_up_at)
VALUES('6f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c', 'gateway', 'invitation', '13800138000', 'i1', '李雯', '13800138000', 'sent', 1, 1795520741123, 1795520742123, 1795607141123);
