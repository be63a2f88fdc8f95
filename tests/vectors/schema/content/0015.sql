UPDATE meeting SET agenda = '供电方案核对' || char(10) || '接地电阻', duration_min = 90 WHERE id = 1;
INSERT INTO meeting(public_id, project_id, kind, title, host_id, host_name, starts_at, state, record_auto, created_at, cancelled_at, cancel_reason, version, sequence)
VALUES('cccccccccccccccccccccccccccccccc', 1, 'survey', '云勘察', 1, '沈知远', 1795600000000, 'cancelled', 1, 1795500000000, 1795510000000, '现场停电', 2, 1);
INSERT INTO meeting_time_change(meeting_id, at, who, from_starts_at, to_starts_at, from_min, to_min, reason)
VALUES(1, 1795500000000, '沈知远', 1795520000000, 1795530000000, 60, 90, '客户改期');
INSERT INTO invitation(public_id, secret_hash, meeting_id, account_id, role, name, organisation, email, phone, created_at, expires_at, sent_at)
VALUES('dddddddddddddddddddddddddddddddd', x'08', 1, 1, 'expert', '沈知远', '供电公司', 'shen@example.cn', '13812345678', 1795500000000, 1798100000000, 1795500000001);
INSERT INTO project_link(public_id, secret_hash, project_id, role, name, organisation, email, phone, created_by, created_at)
VALUES('eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', x'0801', 1, 'designer', '周工', '设计院', '', '13987654321', '沈知远', 1795500000000);
INSERT INTO link_session(token_hash, link_id, name, organisation, phone, identity, client, agent, created_at, expires_at)
VALUES(x'0802', 1, '周工', '设计院', '13987654321', 'invitation_name_matched', '192.0.2.1', 'a', 1795500000000, 1803276000000);
