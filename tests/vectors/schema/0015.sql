PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE account(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, login TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL, role TEXT NOT NULL CHECK(role IN ('admin','manager','expert','supervisor','dispatcher','auditor')),
  password TEXT NOT NULL, created_at INTEGER NOT NULL, disabled_at INTEGER, organisation_id INTEGER REFERENCES organisation(id), must_change INTEGER NOT NULL DEFAULT 0, password_at INTEGER NOT NULL DEFAULT 0, totp BLOB, totp_next BLOB, totp_at INTEGER, totp_step INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO account VALUES(1,'a0000000000000000000000000000001','shenzhiyuan','沈知远','manager','$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA',1764000000000,NULL,1,0,1764000000000,NULL,NULL,NULL,0,1);
INSERT INTO account VALUES(2,'a0000000000000000000000000000002','linmo','林墨','expert','$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaB',1764000000000,1764100000000,2,0,1764000000000,NULL,NULL,NULL,0,1);
INSERT INTO account VALUES(3,'a0000000000000000000000000000003','root','管理员','admin','$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaC',1764000000000,NULL,1,0,1764000000000,NULL,NULL,NULL,0,1);
CREATE TABLE project(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, customer TEXT NOT NULL,
  manager_id INTEGER REFERENCES account(id), created_at INTEGER NOT NULL, number TEXT CHECK(number <> ''), park TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '', latitude_e6 INTEGER CHECK(latitude_e6 BETWEEN -90000000 AND 90000000), longitude_e6 INTEGER CHECK(longitude_e6 BETWEEN -180000000 AND 180000000), voltage_v INTEGER CHECK(voltage_v > 0), capacity_kva INTEGER CHECK(capacity_kva > 0), load_nature TEXT NOT NULL DEFAULT '', importance INTEGER NOT NULL DEFAULT 0 CHECK(importance BETWEEN 0 AND 3), sources INTEGER NOT NULL DEFAULT 1 CHECK(sources IN (1, 2)), wanted_on INTEGER, stage TEXT NOT NULL DEFAULT 'reserve' CHECK(stage IN ('reserve', 'application', 'survey',
  'supply_plan', 'drawing_review', 'construction', 'interim_inspection', 'acceptance', 'energization', 'return_visit',
  'closed', 'withdrawn')), stage_on INTEGER NOT NULL DEFAULT 0, due_on INTEGER, version INTEGER NOT NULL DEFAULT 1, import_id INTEGER REFERENCES project_import(id)) STRICT;
INSERT INTO project VALUES(1,'p0000000000000000000000000000001','锦澜精密制造 10 kV 业扩工程','锦澜精密制造',1,1764000001000,NULL,'','',NULL,NULL,NULL,NULL,'',0,1,NULL,'reserve',20416,NULL,1,NULL);
INSERT INTO project VALUES(2,'p0000000000000000000000000000002','A "quoted" project, with 100%','O''Brien',NULL,1764000002000,NULL,'','',NULL,NULL,NULL,NULL,'',0,1,NULL,'reserve',20416,NULL,1,NULL);
CREATE TABLE participant(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, meeting_id INTEGER NOT NULL REFERENCES meeting(id),
  invitation_id INTEGER REFERENCES invitation(id), account_id INTEGER REFERENCES account(id),
  name TEXT NOT NULL, organisation TEXT NOT NULL, role TEXT NOT NULL, host INTEGER NOT NULL,
  token_hash BLOB NOT NULL UNIQUE, consent_at INTEGER NOT NULL, created_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'new' CHECK(state IN ('new','in','left','removed','refused')), device TEXT, session_id INTEGER REFERENCES session(id), muted INTEGER NOT NULL DEFAULT 0, phone TEXT NOT NULL DEFAULT '', identity TEXT NOT NULL DEFAULT 'stated_unverified'
  CHECK(identity IN ('account','invitation_name_matched','stated_unverified','device_token'))) STRICT;
INSERT INTO participant VALUES(1,'q0000000000000000000000000000001',1,1,1,'沈知远','供电公司','manager',1,X'1000000000000000000000000000000000000000000000000000000000000001',1764003500000,1764003500000,'left',NULL,NULL,0,'','account');
INSERT INTO participant VALUES(2,'q0000000000000000000000000000002',1,2,NULL,'陈立','锦澜精密制造','customer',0,X'1000000000000000000000000000000000000000000000000000000000000002',1764003501000,1764003501000,'left',NULL,NULL,0,'','stated_unverified');
INSERT INTO participant VALUES(3,'q0000000000000000000000000000003',2,NULL,2,'林墨','设计院','expert',0,X'1000000000000000000000000000000000000000000000000000000000000003',1764090000000,1764090000000,'in',NULL,NULL,0,'','account');
INSERT INTO participant VALUES(4,'q0000000000000000000000000000004',2,NULL,1,'门口摄像机','供电公司','customer',0,X'1000000000000000000000000000000000000000000000000000000000000004',1764090000000,1764090000000,'in','door',NULL,0,'','device_token');
CREATE TABLE attendance(
  id INTEGER PRIMARY KEY, participant_id INTEGER NOT NULL REFERENCES participant(id),
  joined_at INTEGER NOT NULL, left_at INTEGER) STRICT;
INSERT INTO attendance VALUES(1,1,1764003600000,1764007200000);
INSERT INTO attendance VALUES(2,2,1764003610000,1764007199000);
INSERT INTO attendance VALUES(3,3,1764090001000,NULL);
CREATE TABLE session(
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES account(id),
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, public_id TEXT NOT NULL DEFAULT '', client TEXT NOT NULL DEFAULT '', agent TEXT NOT NULL DEFAULT '', via TEXT NOT NULL DEFAULT 'password' CHECK(via IN ('password','oidc')), second INTEGER NOT NULL DEFAULT 0, ended_at INTEGER) STRICT;
INSERT INTO session VALUES(1,X'2000000000000000000000000000000000000000000000000000000000000001',1,1764003400000,1765209600000,'abb4703e7aaeb085eb9e7dddd0091757','','','password',0,NULL);
CREATE TABLE track(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), number INTEGER NOT NULL,
  participant_id INTEGER NOT NULL REFERENCES participant(id),
  kind TEXT NOT NULL CHECK(kind IN ('audio','video')),
  source TEXT NOT NULL CHECK(source IN ('camera','microphone','screen')),
  started_at INTEGER NOT NULL, ended_at INTEGER, UNIQUE(meeting_id, number)) STRICT;
INSERT INTO track VALUES(1,1,1,1,'video','camera',1764003602000,1764007199000);
INSERT INTO track VALUES(2,1,2,1,'audio','microphone',1764003602000,1764007199000);
INSERT INTO track VALUES(3,2,1,3,'audio','microphone',1764090002000,NULL);
CREATE TABLE recording(
  meeting_id INTEGER PRIMARY KEY REFERENCES meeting(id),
  state TEXT NOT NULL CHECK(state IN ('on','stopped','ended')),
  started_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, changed_by TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
INSERT INTO recording VALUES(1,'ended',1764003605000,1764007200000,'沈知远','');
INSERT INTO recording VALUES(2,'on',1764090005000,1764090005000,'','');
CREATE TABLE segment(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), number INTEGER NOT NULL,
  name TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL, bytes INTEGER NOT NULL,
  packets INTEGER NOT NULL, sha256 BLOB NOT NULL, UNIQUE(meeting_id, number)) STRICT;
INSERT INTO segment VALUES(1,1,1,'000001.pcap',1764003605000000000,1764003635000000000,123456,789,X'3000000000000000000000000000000000000000000000000000000000000001');
CREATE TABLE event(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), at INTEGER NOT NULL,
  type TEXT NOT NULL, participant_id INTEGER REFERENCES participant(id), key TEXT, json TEXT NOT NULL,
  UNIQUE(meeting_id, participant_id, key)) STRICT;
INSERT INTO event VALUES(1,1,1764003606000,'chat',1,'k1','{"text":"开会"}');
INSERT INTO event VALUES(2,1,1764003607000,'end',NULL,NULL,'{}');
CREATE TABLE audit(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, object TEXT NOT NULL,
  client TEXT NOT NULL, account_id INTEGER REFERENCES account(id), project_id INTEGER REFERENCES project(id), detail TEXT NOT NULL DEFAULT '', token_id INTEGER REFERENCES api_token(id)) STRICT;
INSERT INTO audit VALUES(1,1764003400000,'沈知远','session.open','a0000000000000000000000000000001','192.0.2.7',NULL,NULL,'',NULL);
CREATE TABLE device_token(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE, label TEXT NOT NULL,
  made_by TEXT NOT NULL, publish INTEGER NOT NULL, view INTEGER NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER, account_id INTEGER REFERENCES account(id)) STRICT;
INSERT INTO device_token VALUES(1,'d0000000000000000000000000000001',X'4000000000000000000000000000000000000000000000000000000000000001','门口摄像机','沈知远',1,0,1764000010000,1764086410000,NULL,NULL);
INSERT INTO device_token VALUES(2,'d0000000000000000000000000000002',X'4000000000000000000000000000000000000000000000000000000000000002','大屏','沈知远',0,1,1764000010000,1764086410000,1764000020000,NULL);
CREATE TABLE device_token_meeting(
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), token_id INTEGER NOT NULL REFERENCES device_token(id),
  PRIMARY KEY(meeting_id, token_id)) STRICT;
INSERT INTO device_token_meeting VALUES(1,1);
INSERT INTO device_token_meeting VALUES(2,1);
INSERT INTO device_token_meeting VALUES(2,2);
CREATE TABLE viewing(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, meeting_id INTEGER NOT NULL REFERENCES meeting(id),
  account_id INTEGER REFERENCES account(id), participant_id INTEGER REFERENCES participant(id),
  name TEXT NOT NULL, role TEXT NOT NULL, client TEXT NOT NULL, agent TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('direct','page')),
  opened_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, played TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO viewing VALUES(1,'v0000000000000000000000000000001',1,1,NULL,'沈知远','manager','192.0.2.7','Mozilla/5.0','page',1764010000000,1764010020000,'[[0,20000]]');
INSERT INTO viewing VALUES(2,'v0000000000000000000000000000002',1,NULL,2,'陈立','customer','192.0.2.8','','direct',1764010000000,1764010000000,'[]');
CREATE TABLE viewing_file(
  id INTEGER PRIMARY KEY, viewing_id INTEGER NOT NULL REFERENCES viewing(id), file TEXT NOT NULL,
  first_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, bytes TEXT NOT NULL DEFAULT '[]', UNIQUE(viewing_id, file)) STRICT;
INSERT INTO viewing_file VALUES(1,1,'tracks/0001-0.webm',1764010000000,1764010020000,'[[0,1000],[2000,3000]]');
INSERT INTO viewing_file VALUES(2,2,'index.json',1764010000000,1764010000000,'[]');
CREATE TABLE stage_move(
  id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES project(id), from_stage TEXT NOT NULL, to_stage TEXT NOT NULL,
  at INTEGER NOT NULL, on_day INTEGER NOT NULL, who TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE project_party(
  id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES project(id),
  part TEXT NOT NULL CHECK(part IN ('customer', 'designer', 'contractor', 'operator')), organisation TEXT NOT NULL,
  person TEXT NOT NULL, phone TEXT NOT NULL DEFAULT '', UNIQUE(project_id, part, organisation, person)) STRICT;
INSERT INTO project_party VALUES(1,2,'contractor','丙','李四','95598');
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','project_text','project_text',0,'CREATE VIRTUAL TABLE project_text USING fts5(text, tokenize = ''trigram'')');
CREATE TABLE IF NOT EXISTS 'project_text_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO project_text_data VALUES(1,X'');
INSERT INTO project_text_data VALUES(10,X'00000000000000');
CREATE TABLE IF NOT EXISTS 'project_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS 'project_text_content'(id INTEGER PRIMARY KEY, c0);
CREATE TABLE IF NOT EXISTS 'project_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE IF NOT EXISTS 'project_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO project_text_config VALUES('version',4);
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','project_chars','project_chars',0,'CREATE VIRTUAL TABLE project_chars USING fts5(text, tokenize = ''unicode61 remove_diacritics 0'')');
CREATE TABLE IF NOT EXISTS 'project_chars_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO project_chars_data VALUES(1,X'');
INSERT INTO project_chars_data VALUES(10,X'00000000000000');
CREATE TABLE IF NOT EXISTS 'project_chars_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS 'project_chars_content'(id INTEGER PRIMARY KEY, c0);
CREATE TABLE IF NOT EXISTS 'project_chars_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE IF NOT EXISTS 'project_chars_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO project_chars_config VALUES('version',4);
CREATE TABLE pulse(
  id INTEGER PRIMARY KEY CHECK(id = 1), at INTEGER NOT NULL) STRICT;
INSERT INTO pulse VALUES(1,1764090060000);
CREATE TABLE IF NOT EXISTS "organisation"(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE CHECK(name <> ''),
  kind TEXT NOT NULL CHECK(kind IN ('utility','design','contractor','customer')),
  created_at INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT;
INSERT INTO organisation VALUES(1,'0d97f15be0281d465ca664ddeef999e4','供电公司','utility',1795623350000,1);
INSERT INTO organisation VALUES(2,'35e1a52b45fdd1902599c0aab2c94c48','设计院','utility',1795623350000,1);
CREATE TABLE recovery_code(
  id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account(id), hash BLOB NOT NULL UNIQUE,
  used_at INTEGER) STRICT;
CREATE TABLE identity(
  id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account(id), issuer TEXT NOT NULL, subject TEXT NOT NULL,
  created_at INTEGER NOT NULL, UNIQUE(issuer, subject)) STRICT;
CREATE TABLE known_browser(
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES account(id),
  created_at INTEGER NOT NULL) STRICT;
CREATE TABLE signin(
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, account_id INTEGER REFERENCES account(id), login TEXT NOT NULL,
  client TEXT NOT NULL, agent TEXT NOT NULL, via TEXT NOT NULL CHECK(via IN ('password','oidc')),
  result TEXT NOT NULL CHECK(result IN ('ok','second','wrong_password','wrong_code','unknown','disabled'))) STRICT;
CREATE TABLE once(
  id INTEGER PRIMARY KEY, caller TEXT NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, at INTEGER NOT NULL,
  status INTEGER NOT NULL, whole INTEGER NOT NULL, headers TEXT NOT NULL, body TEXT NOT NULL, UNIQUE(caller, key)) STRICT;
CREATE TABLE project_import(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, account_id INTEGER NOT NULL REFERENCES account(id),
  name TEXT NOT NULL, bytes INTEGER NOT NULL, existing TEXT NOT NULL CHECK(existing IN ('update', 'refuse')),
  encoding TEXT NOT NULL DEFAULT '', sure TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'checking'
    CHECK(state IN ('checking', 'checked', 'writing', 'undoing', 'done', 'cancelled', 'failed')),
  hidden INTEGER NOT NULL DEFAULT 0 CHECK(hidden IN (0, 1)),
  -- Of the check; what the writing finds must be the same.
  all_rows INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0, changed INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0, bad INTEGER NOT NULL DEFAULT 0, digest BLOB,
  done_rows INTEGER NOT NULL DEFAULT 0, cancel INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
  -- From where it was confirmed.
  client TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO project_import VALUES(1,'0123456789abcdef0123456789abcdef',1,'项目.csv',10,'update','','',1795600000000,1795600000000,'done',0,1,1,0,0,0,NULL,0,0,'','');
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE,
  way TEXT NOT NULL CHECK(way IN ('mail','gateway','hook')), kind TEXT NOT NULL CHECK(kind <> ''), lane TEXT NOT NULL,
  -- Public id of what it is about: an invitation, an account, a project.
  about TEXT NOT NULL, meeting_id INTEGER REFERENCES meeting(id), name TEXT NOT NULL, recipient TEXT NOT NULL,
  -- What is sent, encrypted, for it may hold a link; gone when it was sent.
  sealed BLOB,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN ('waiting','sent','failed','given_up')),
  attempts INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  next_at INTEGER, give_up_at INTEGER NOT NULL, error TEXT NOT NULL DEFAULT '',
  CHECK(state <> 'sent' OR sealed IS NULL), CHECK(state <> 'waiting' OR sealed IS NOT NULL)) STRICT;
INSERT INTO outbox VALUES(1,'5f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c','mail','invitation','li@example.cn','i1',NULL,'李雯','li@example.cn',X'00','waiting',0,1795520741123,1795520741123,1795520741123,1795607141123,'');
INSERT INTO outbox VALUES(2,'6f0c5f0c5f0c5f0c5f0c5f0c5f0c5f0c','gateway','invitation','13800138000','i1',NULL,'李雯','13800138000',NULL,'sent',1,1795520741123,1795520742123,NULL,1795607141123,'');
CREATE TABLE api_token(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE,
  account_id INTEGER NOT NULL REFERENCES account(id), name TEXT NOT NULL CHECK(name <> ''), made_by TEXT NOT NULL,
  scopes TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, revoked_at INTEGER,
  used_at INTEGER, used_from TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE document(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES project(id),
  title TEXT NOT NULL CHECK(title <> ''), kind TEXT NOT NULL CHECK(kind IN ('drawing','plan','photo','other')),
  created_at INTEGER NOT NULL, created_by TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1,
  withdrawn_at INTEGER, withdrawn_by TEXT NOT NULL DEFAULT '', withdrawn_reason TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO document VALUES(1,'c0000000000000000000000000000001',1,'电气一次主接线图','drawing',1764000100000,'沈知远',2,NULL,'','');
INSERT INTO document VALUES(2,'c0000000000000000000000000000002',1,'旧的平面图','plan',1764000200000,'陈立',3,1764000300000,'沈知远','图纸作废');
CREATE TABLE document_revision(
  id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES document(id), number INTEGER NOT NULL CHECK(number > 0),
  project_id INTEGER NOT NULL REFERENCES project(id), file TEXT NOT NULL UNIQUE,
  sha256 BLOB NOT NULL CHECK(length(sha256) = 32), bytes INTEGER NOT NULL CHECK(bytes > 0), type TEXT NOT NULL,
  name TEXT NOT NULL CHECK(name <> ''), uploaded_at INTEGER NOT NULL, uploaded_by TEXT NOT NULL, role TEXT NOT NULL,
  account_id INTEGER REFERENCES account(id), participant_id INTEGER REFERENCES participant(id), link TEXT NOT NULL DEFAULT '',
  scan TEXT NOT NULL CHECK(scan IN ('off','waiting','clean','infected')), scanned_at INTEGER, finding TEXT NOT NULL DEFAULT '',
  UNIQUE(document_id, number)) STRICT;
INSERT INTO document_revision VALUES(1,1,1,1,'f0000000000000000000000000000001',X'5000000000000000000000000000000000000000000000000000000000000001',1048576,'pdf','一次图.pdf',1764000100000,'沈知远','manager',1,NULL,'','clean',1764000101000,'');
INSERT INTO document_revision VALUES(2,1,2,1,'f0000000000000000000000000000002',X'5000000000000000000000000000000000000000000000000000000000000002',2097152,'dwg','一次图 v2.dwg',1764000150000,'陈立','customer',NULL,2,'','waiting',NULL,'');
INSERT INTO document_revision VALUES(3,2,1,1,'f0000000000000000000000000000003',X'5000000000000000000000000000000000000000000000000000000000000001',1048576,'pdf','plan.pdf',1764000200000,'陈立','customer',NULL,2,'','infected',1764000201000,'Eicar-Test-Signature');
CREATE TABLE document_usage(key INTEGER PRIMARY KEY, bytes INTEGER NOT NULL) STRICT;
INSERT INTO document_usage VALUES(0,4194304);
INSERT INTO document_usage VALUES(1,4194304);
CREATE TABLE meeting_document(
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), document_id INTEGER NOT NULL REFERENCES document(id),
  PRIMARY KEY(meeting_id, document_id)) STRICT;
INSERT INTO meeting_document VALUES(1,1);
CREATE TABLE upload(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES project(id),
  document_id INTEGER REFERENCES document(id), meeting_id INTEGER REFERENCES meeting(id),
  title TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL CHECK(bytes > 0), owner TEXT NOT NULL,
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open','done','refused','cancelled','expired')),
  revision_id INTEGER REFERENCES document_revision(id), reason TEXT NOT NULL DEFAULT '',
  swept INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO upload VALUES(1,'f0000000000000000000000000000001',1,NULL,1,'电气一次主接线图','drawing','一次图.pdf',1048576,'account 1',1764000090000,1764086490000,'done',1,'',0);
INSERT INTO upload VALUES(2,'f0000000000000000000000000000009',1,1,NULL,'','drawing','一次图 v3.dwg',3145728,'participant 2',1764000400000,1764086800000,'open',NULL,'',0);
CREATE TABLE webhook(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL CHECK(name <> ''), url TEXT NOT NULL CHECK(url <> ''),
  events TEXT NOT NULL, active INTEGER NOT NULL, secret BLOB NOT NULL, made_by TEXT NOT NULL,
  created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, removed_at INTEGER, version INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE project_time(
  project_id INTEGER NOT NULL REFERENCES project(id), stage TEXT NOT NULL, days INTEGER NOT NULL, left_on INTEGER,
  PRIMARY KEY(project_id, stage)) STRICT, WITHOUT ROWID;
CREATE TABLE stage_pace(
  stage TEXT NOT NULL, left_on INTEGER NOT NULL, projects INTEGER NOT NULL, days INTEGER NOT NULL,
  PRIMARY KEY(stage, left_on)) STRICT, WITHOUT ROWID;
CREATE TABLE pace_mark(id INTEGER PRIMARY KEY CHECK(id = 1), calendar INTEGER NOT NULL) STRICT;
CREATE TABLE meeting(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, project_id INTEGER NOT NULL REFERENCES project(id),
  kind TEXT NOT NULL CHECK(kind IN ('review','survey','acceptance','forum')), title TEXT NOT NULL,
  agenda TEXT NOT NULL DEFAULT '', host_id INTEGER REFERENCES account(id), host_name TEXT NOT NULL,
  starts_at INTEGER NOT NULL, duration_min INTEGER NOT NULL DEFAULT 60 CHECK(duration_min BETWEEN 1 AND 1440),
  state TEXT NOT NULL DEFAULT 'scheduled' CHECK(state IN ('scheduled','live','ended','archived','cancelled')),
  record_auto INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, ended_at INTEGER,
  cancelled_at INTEGER, cancel_reason TEXT NOT NULL DEFAULT '', archived_at INTEGER,
  -- Grows with every change: who changes says which one was seen. The other one is the calendar entry's.
  version INTEGER NOT NULL DEFAULT 1, sequence INTEGER NOT NULL DEFAULT 0,
  CHECK((state = 'cancelled') = (cancelled_at IS NOT NULL))) STRICT;
INSERT INTO meeting VALUES(1,'m0000000000000000000000000000001',1,'review','云审图',replace('供电方案核对\n接地电阻','\n',char(10)),1,'沈知远',1764003600000,90,'ended',1,1764000003000,1764007200000,NULL,'',NULL,1,0);
INSERT INTO meeting VALUES(2,'m0000000000000000000000000000002',1,'survey','现场勘查','',1,'沈知远',1764090000000,60,'live',1,1764000004000,NULL,NULL,'',NULL,1,0);
INSERT INTO meeting VALUES(3,'m0000000000000000000000000000003',2,'forum','','',NULL,'',1764176400000,60,'scheduled',0,1764000005000,NULL,NULL,'',NULL,1,0);
INSERT INTO meeting VALUES(4,'cccccccccccccccccccccccccccccccc',1,'survey','云勘察','',1,'沈知远',1795600000000,60,'cancelled',1,1795500000000,NULL,1795510000000,'现场停电',NULL,2,1);
CREATE TABLE meeting_time_change(
  id INTEGER PRIMARY KEY, meeting_id INTEGER NOT NULL REFERENCES meeting(id), at INTEGER NOT NULL, who TEXT NOT NULL,
  from_starts_at INTEGER NOT NULL, to_starts_at INTEGER NOT NULL, from_min INTEGER NOT NULL, to_min INTEGER NOT NULL,
  reason TEXT NOT NULL) STRICT;
INSERT INTO meeting_time_change VALUES(1,1,1795500000000,'沈知远',1795520000000,1795530000000,60,90,'客户改期');
CREATE TABLE invitation(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE,
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), account_id INTEGER REFERENCES account(id),
  role TEXT NOT NULL CHECK(role IN ('manager','expert','supervisor','customer','designer','contractor')),
  host INTEGER NOT NULL DEFAULT 0, name TEXT NOT NULL, organisation TEXT NOT NULL,
  email TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, sent_at INTEGER, opened_at INTEGER, redeemed_at INTEGER,
  revoked_at INTEGER) STRICT;
INSERT INTO invitation VALUES(1,'d118c9b71c8feee54da63cd586364173',X'0000000000000000000000000000000000000000000000000000000000000001',1,NULL,'manager',1,'沈知远','供电公司','','',1764000003000,1766592000000,NULL,NULL,1764003500000,NULL);
INSERT INTO invitation VALUES(2,'eb79e8c963318eabf32bb2d30896d6ee',X'0000000000000000000000000000000000000000000000000000000000000002',1,NULL,'customer',0,'','','','',1764000003000,1766592000000,NULL,NULL,1764003501000,1764000009000);
INSERT INTO invitation VALUES(3,'dddddddddddddddddddddddddddddddd',X'08',1,1,'expert',0,'沈知远','供电公司','shen@example.cn','13812345678',1795500000000,1798100000000,1795500000001,NULL,NULL,NULL);
CREATE TABLE calendar(
  account_id INTEGER NOT NULL REFERENCES account(id), starts_at INTEGER NOT NULL,
  meeting_id INTEGER NOT NULL REFERENCES meeting(id), PRIMARY KEY(account_id, starts_at, meeting_id)) STRICT, WITHOUT ROWID;
INSERT INTO calendar VALUES(1,1764003600000,1);
INSERT INTO calendar VALUES(1,1764090000000,2);
INSERT INTO calendar VALUES(1,1795600000000,4);
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','meeting_text','meeting_text',0,'CREATE VIRTUAL TABLE meeting_text USING fts5(text, tokenize = ''trigram'')');
CREATE TABLE IF NOT EXISTS 'meeting_text_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO meeting_text_data VALUES(1,X'0365');
INSERT INTO meeting_text_data VALUES(10,X'000000000101010001010101');
INSERT INTO meeting_text_data VALUES(137438953473,X'000002b504300a0a0a0302020301610302030303e6b2880102050102060202612003020402026f270302220206e6b288e79fa50102060102070206e994a6e6be9c01040a1401040b1401032022710302060202313001021101021201021d02026b760102140102150202707203020f020277690302180206e4b89ae689a9010217010218010322207003020e020271750302070103250a6f030221010327627203022401032c2077030217010330206b0102130102140202250a0302200202302503021f010331302001021201021303013003021e01036120220302050103627269030225010363742c030215010364222003020d01036563740302140202642203020c010368203103021c010369656e0302270202746803021a01036a656303021301036b762001021501021601036f276203022302026a650302120202746503020a010370726f030210010371756f030208010372696503022602026f6a0302110103742c200302160202656403020b0202682003021b0103756f7403020901057620e4b89a01021601021701037769740302190109e4b89ae689a9e5b7a50102180102190208ba91e5aea1e59bbe0102020107e588b6e980a02001020f01021002068b98e69fa50a02020402049bbe0a0a01020402089cbae58b98e69fa50202030206aea1e59bbe0a0102030208af86e588b6e980a001040e1401040f140206b7a5e7a88b0a01021a01021b0109e689a9e5b7a5e7a88b01021901021a02049fa50a0a0202050208b288e79fa5e8bf9c0102070102080208be9ce7b2bee5af8601040c1401040d140109e78eb0e59cbae58b9802020202069fa5e8bf9c0a0102080102090206a88b0ae994a601021b01021c0208b2bee5af86e588b601040d1401040e140107e8bf9c0ae994a601020901020a0105e980a02031010210010211020894a6e6be9ce7b2be01040b1401040c140408060b07070e10080d0a07070e08070808080b07070b06080808080807080807080b08070708080807080707080d08110d0f0b090d0b120e110910120e0e0e120f0d');
CREATE TABLE IF NOT EXISTS 'meeting_text_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO meeting_text_idx VALUES(1,X'',2);
CREATE TABLE IF NOT EXISTS 'meeting_text_content'(id INTEGER PRIMARY KEY, c0);
INSERT INTO meeting_text_content VALUES(1,replace('云审图\n\n沈知远\n锦澜精密制造 10 kV 业扩工程\n锦澜精密制造','\n',char(10)));
INSERT INTO meeting_text_content VALUES(2,replace('现场勘查\n\n沈知远\n锦澜精密制造 10 kV 业扩工程\n锦澜精密制造','\n',char(10)));
INSERT INTO meeting_text_content VALUES(3,replace('\n\n\nA "quoted" project, with 100%\nO''Brien','\n',char(10)));
CREATE TABLE IF NOT EXISTS 'meeting_text_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO meeting_text_docsize VALUES(1,X'1f');
INSERT INTO meeting_text_docsize VALUES(2,X'20');
INSERT INTO meeting_text_docsize VALUES(3,X'26');
CREATE TABLE IF NOT EXISTS 'meeting_text_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO meeting_text_config VALUES('version',4);
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','meeting_chars','meeting_chars',0,'CREATE VIRTUAL TABLE meeting_chars USING fts5(text, tokenize = ''unicode61 remove_diacritics 0'')');
CREATE TABLE IF NOT EXISTS 'meeting_chars_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO meeting_chars_data VALUES(1,X'0350');
INSERT INTO meeting_chars_data VALUES(10,X'000000000101010001010101');
INSERT INTO meeting_chars_data VALUES(137438953473,X'0000015c02303001020f0102100104150301013101020e01020f01021401016103020201016203021801016303020e01016403020801016503060708100101680302130101690304110b01016a03020c01016b01021001021101016e03021c01016f030605080e01017003020901017103020301017203040a110101740306060b050101750302040101760102110102120101770302100103e4b89a0102120102130202ba910102020103e588b601040c1001040d1002028b9802020402029bbe01020402029cba0202030202aea10102030202af8601040b1001040c100202b7a50102140102150103e689a901021301021402029fa50202050202b2880102050102060202be9c0104091001040a100103e78eb002020202029fa50102060102070202a88b0102150102160202b2be01040a1001040b100103e8bf9c0102070102080103e980a001040d1001040e10020294a60104081001040910040d0c0606060608060706090608060607080609060b070d070707070c0a0b070a0c080a0a0c0b0d');
CREATE TABLE IF NOT EXISTS 'meeting_chars_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO meeting_chars_idx VALUES(1,X'',2);
CREATE TABLE IF NOT EXISTS 'meeting_chars_content'(id INTEGER PRIMARY KEY, c0);
INSERT INTO meeting_chars_content VALUES(1,replace('云 审 图 \n \n 沈 知 远 \n 锦 澜 精 密 制 造   1 0   k v   业 扩 工 程 \n 锦 澜 精 密 制 造 ','\n',char(10)));
INSERT INTO meeting_chars_content VALUES(2,replace('现 场 勘 查 \n \n 沈 知 远 \n 锦 澜 精 密 制 造   1 0   k v   业 扩 工 程 \n 锦 澜 精 密 制 造 ','\n',char(10)));
INSERT INTO meeting_chars_content VALUES(3,replace('\n \n \n a   " q u o t e d "   p r o j e c t ,   w i t h   1 0 0 % \n o '' b r i e n ','\n',char(10)));
CREATE TABLE IF NOT EXISTS 'meeting_chars_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO meeting_chars_docsize VALUES(1,X'1a');
INSERT INTO meeting_chars_docsize VALUES(2,X'1b');
INSERT INTO meeting_chars_docsize VALUES(3,X'1b');
CREATE TABLE IF NOT EXISTS 'meeting_chars_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO meeting_chars_config VALUES('version',4);
CREATE TABLE project_link(
  id INTEGER PRIMARY KEY, public_id TEXT NOT NULL UNIQUE, secret_hash BLOB NOT NULL UNIQUE,
  project_id INTEGER NOT NULL REFERENCES project(id), role TEXT NOT NULL CHECK(role IN ('customer','designer','contractor')),
  name TEXT NOT NULL CHECK(name <> ''), organisation TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
  created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, sent_at INTEGER, opened_at INTEGER,
  redeemed_at INTEGER, revoked_at INTEGER) STRICT;
INSERT INTO project_link VALUES(1,'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',X'0801',1,'designer','周工','设计院','','13987654321','沈知远',1795500000000,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE link_session(
  id INTEGER PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, link_id INTEGER NOT NULL REFERENCES project_link(id),
  name TEXT NOT NULL, organisation TEXT NOT NULL, phone TEXT NOT NULL,
  identity TEXT NOT NULL CHECK(identity IN ('invitation_name_matched','stated_unverified')),
  client TEXT NOT NULL, agent TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  ended_at INTEGER) STRICT;
INSERT INTO link_session VALUES(1,X'0802',1,'周工','设计院','13987654321','invitation_name_matched','192.0.2.1','a',1795500000000,1803276000000,NULL);
CREATE INDEX participant_meeting ON participant(meeting_id);
CREATE INDEX participant_invitation ON participant(invitation_id);
CREATE INDEX participant_account ON participant(account_id);
CREATE INDEX attendance_participant ON attendance(participant_id);
CREATE INDEX session_account ON session(account_id);
CREATE INDEX track_participant ON track(participant_id);
CREATE INDEX event_meeting ON event(meeting_id, id);
CREATE INDEX event_participant ON event(participant_id);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE INDEX device_token_meeting_token ON device_token_meeting(token_id);
CREATE UNIQUE INDEX participant_device ON participant(meeting_id, device) WHERE device IS NOT NULL;
CREATE INDEX viewing_meeting ON viewing(meeting_id, id);
CREATE INDEX viewing_account ON viewing(account_id);
CREATE INDEX viewing_participant ON viewing(participant_id);
CREATE TRIGGER viewing_no_delete BEFORE DELETE ON viewing BEGIN SELECT RAISE(ABORT, 'the log of views is append-only'); END;
CREATE TRIGGER viewing_file_no_delete BEFORE DELETE ON viewing_file BEGIN SELECT RAISE(ABORT, 'the log of views is append-only'); END;
CREATE TRIGGER viewing_grows BEFORE UPDATE ON viewing WHEN
  NEW.id IS NOT OLD.id OR NEW.public_id IS NOT OLD.public_id OR NEW.meeting_id IS NOT OLD.meeting_id
  OR NEW.account_id IS NOT OLD.account_id OR NEW.participant_id IS NOT OLD.participant_id OR NEW.name IS NOT OLD.name
  OR NEW.role IS NOT OLD.role OR NEW.client IS NOT OLD.client OR NEW.agent IS NOT OLD.agent
  OR NEW.opened_at IS NOT OLD.opened_at OR NEW.seen_at < OLD.seen_at OR (OLD.kind = 'page' AND NEW.kind <> 'page')
  OR EXISTS (SELECT 1 FROM json_each(OLD.played) o WHERE NOT EXISTS (SELECT 1 FROM json_each(NEW.played) n
    WHERE n.value ->> 0 <= o.value ->> 0 AND n.value ->> 1 >= o.value ->> 1))
  BEGIN SELECT RAISE(ABORT, 'the log of views only grows'); END;
CREATE TRIGGER viewing_file_grows BEFORE UPDATE ON viewing_file WHEN
  NEW.id IS NOT OLD.id OR NEW.viewing_id IS NOT OLD.viewing_id OR NEW.file IS NOT OLD.file
  OR NEW.first_at IS NOT OLD.first_at OR NEW.seen_at < OLD.seen_at
  OR EXISTS (SELECT 1 FROM json_each(OLD.bytes) o WHERE NOT EXISTS (SELECT 1 FROM json_each(NEW.bytes) n
    WHERE n.value ->> 0 <= o.value ->> 0 AND n.value ->> 1 >= o.value ->> 1))
  BEGIN SELECT RAISE(ABORT, 'the log of views only grows'); END;
CREATE UNIQUE INDEX project_number ON project(number) WHERE number IS NOT NULL;
CREATE INDEX project_manager ON project(manager_id, id);
CREATE INDEX project_due ON project(due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX project_manager_due ON project(manager_id, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX project_stage ON project(stage, id);
CREATE INDEX stage_move_project ON stage_move(project_id, id);
CREATE TRIGGER stage_move_no_update BEFORE UPDATE ON stage_move BEGIN SELECT RAISE(ABORT, 'moves are never changed'); END;
CREATE TRIGGER stage_move_no_delete BEFORE DELETE ON stage_move BEGIN SELECT RAISE(ABORT, 'moves are never changed'); END;
CREATE INDEX account_organisation ON account(organisation_id);
CREATE INDEX recovery_code_account ON recovery_code(account_id);
CREATE INDEX identity_account ON identity(account_id);
CREATE UNIQUE INDEX session_public_id ON session(public_id);
CREATE INDEX known_browser_account ON known_browser(account_id, id);
CREATE INDEX signin_account ON signin(account_id, id);
CREATE INDEX participant_session ON participant(session_id);
CREATE INDEX audit_account ON audit(account_id, id);
CREATE INDEX audit_project ON audit(project_id, id);
CREATE INDEX audit_object ON audit(object, id);
CREATE INDEX device_token_account ON device_token(account_id) WHERE account_id IS NOT NULL;
CREATE INDEX once_at ON once(at);
CREATE INDEX project_import_account ON project_import(account_id, id);
CREATE INDEX project_import_open ON project_import(id) WHERE state IN ('checking', 'writing', 'undoing');
CREATE INDEX project_import_hidden ON project_import(hidden, id) WHERE hidden = 1;
CREATE INDEX project_import_state ON project_import(state, changed_at);
CREATE INDEX project_imported ON project(import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX outbox_due ON outbox(way, next_at) WHERE state = 'waiting' AND next_at IS NOT NULL;
CREATE INDEX outbox_lane ON outbox(way, lane, id) WHERE state = 'waiting';
CREATE INDEX outbox_about ON outbox(about, id);
CREATE INDEX outbox_meeting ON outbox(meeting_id, id) WHERE meeting_id IS NOT NULL;
CREATE INDEX outbox_stuck ON outbox(changed_at) WHERE state IN ('failed','given_up') AND sealed IS NOT NULL;
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'who was told what is kept'); END;
CREATE INDEX api_token_account ON api_token(account_id, id);
CREATE INDEX audit_token ON audit(token_id) WHERE token_id IS NOT NULL;
CREATE INDEX document_project ON document(project_id, id);
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT RAISE(ABORT, 'documents are never deleted'); END;
CREATE INDEX document_revision_content ON document_revision(project_id, sha256);
CREATE INDEX document_revision_waiting ON document_revision(id) WHERE scan = 'waiting';
CREATE INDEX document_revision_account ON document_revision(account_id) WHERE account_id IS NOT NULL;
CREATE INDEX document_revision_participant ON document_revision(participant_id) WHERE participant_id IS NOT NULL;
CREATE TRIGGER document_revision_no_delete BEFORE DELETE ON document_revision
  BEGIN SELECT RAISE(ABORT, 'revisions are never deleted'); END;
CREATE TRIGGER document_revision_no_replace BEFORE INSERT ON document_revision WHEN EXISTS(SELECT 1 FROM document_revision
  WHERE id = NEW.id) OR EXISTS(SELECT 1 FROM document_revision WHERE file = NEW.file)
  OR EXISTS(SELECT 1 FROM document_revision WHERE document_id = NEW.document_id AND number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'revisions are never overwritten'); END;
CREATE TRIGGER document_revision_fixed BEFORE UPDATE ON document_revision WHEN
  NEW.id IS NOT OLD.id OR NEW.document_id IS NOT OLD.document_id OR NEW.number IS NOT OLD.number OR NEW.project_id IS NOT OLD.project_id
  OR NEW.file IS NOT OLD.file OR NEW.sha256 IS NOT OLD.sha256 OR NEW.bytes IS NOT OLD.bytes OR NEW.type IS NOT OLD.type
  OR NEW.name IS NOT OLD.name OR NEW.uploaded_at IS NOT OLD.uploaded_at OR NEW.uploaded_by IS NOT OLD.uploaded_by
  OR NEW.role IS NOT OLD.role OR NEW.account_id IS NOT OLD.account_id OR NEW.participant_id IS NOT OLD.participant_id
  OR NEW.link IS NOT OLD.link OR OLD.scan = 'infected'
  BEGIN SELECT RAISE(ABORT, 'revisions are never overwritten'); END;
CREATE TRIGGER document_revision_counted AFTER INSERT ON document_revision BEGIN
  INSERT INTO document_usage(key, bytes) VALUES(NEW.project_id, NEW.bytes) ON CONFLICT(key) DO UPDATE SET bytes = bytes + excluded.bytes;
  INSERT INTO document_usage(key, bytes) VALUES(0, NEW.bytes) ON CONFLICT(key) DO UPDATE SET bytes = bytes + excluded.bytes;
END;
CREATE INDEX meeting_document_document ON meeting_document(document_id);
CREATE INDEX upload_project ON upload(project_id);
CREATE INDEX upload_open ON upload(project_id, bytes) WHERE state = 'open';
CREATE INDEX upload_expiry ON upload(expires_at) WHERE state = 'open';
CREATE INDEX upload_document ON upload(document_id) WHERE document_id IS NOT NULL;
CREATE INDEX upload_meeting ON upload(meeting_id) WHERE meeting_id IS NOT NULL;
CREATE INDEX upload_revision ON upload(revision_id) WHERE revision_id IS NOT NULL;
CREATE INDEX upload_unswept ON upload(id) WHERE swept = 0 AND state IN ('refused','cancelled','expired');
CREATE INDEX webhook_there ON webhook(name, id) WHERE removed_at IS NULL;
CREATE INDEX outbox_hook ON outbox(lane, id) WHERE way = 'hook';
CREATE TRIGGER project_time_add AFTER INSERT ON project_time WHEN NEW.left_on IS NOT NULL BEGIN
  INSERT INTO stage_pace(stage, left_on, projects, days) VALUES(NEW.stage, NEW.left_on, 1, NEW.days)
  ON CONFLICT(stage, left_on) DO UPDATE SET projects = projects + 1, days = days + NEW.days; END;
CREATE TRIGGER project_time_take AFTER DELETE ON project_time WHEN OLD.left_on IS NOT NULL BEGIN
  UPDATE stage_pace SET projects = projects - 1, days = days - OLD.days WHERE stage = OLD.stage AND left_on = OLD.left_on; END;
CREATE TRIGGER project_time_change AFTER UPDATE ON project_time BEGIN
  UPDATE stage_pace SET projects = projects - 1, days = days - OLD.days WHERE stage = OLD.stage AND left_on = OLD.left_on;
  INSERT INTO stage_pace(stage, left_on, projects, days) SELECT NEW.stage, NEW.left_on, 1, NEW.days WHERE NEW.left_on IS NOT NULL
  ON CONFLICT(stage, left_on) DO UPDATE SET projects = projects + 1, days = days + NEW.days; END;
CREATE INDEX project_stage_due ON project(stage, due_on, import_id);
CREATE INDEX meeting_project ON meeting(project_id, starts_at, id);
CREATE INDEX meeting_time ON meeting(starts_at, id);
CREATE INDEX meeting_kind ON meeting(kind, starts_at, id);
CREATE INDEX meeting_state ON meeting(state, starts_at, id);
CREATE INDEX meeting_state_kind ON meeting(state, kind, starts_at, id);
CREATE INDEX meeting_past ON meeting(starts_at, id) WHERE state IN ('ended', 'archived');
CREATE INDEX meeting_past_kind ON meeting(kind, starts_at, id) WHERE state IN ('ended', 'archived');
CREATE INDEX meeting_host ON meeting(host_id);
CREATE INDEX meeting_time_change_meeting ON meeting_time_change(meeting_id, id);
CREATE TRIGGER meeting_time_change_no_update BEFORE UPDATE ON meeting_time_change BEGIN SELECT RAISE(ABORT, 'times that were are never changed'); END;
CREATE TRIGGER meeting_time_change_no_delete BEFORE DELETE ON meeting_time_change BEGIN SELECT RAISE(ABORT, 'times that were are never changed'); END;
CREATE INDEX invitation_meeting ON invitation(meeting_id, id);
CREATE UNIQUE INDEX invitation_account ON invitation(account_id, meeting_id) WHERE account_id IS NOT NULL;
CREATE INDEX calendar_meeting ON calendar(meeting_id);
CREATE VIEW meeting_account AS
  SELECT m.id AS meeting_id, m.starts_at, a.id AS account_id FROM meeting m JOIN account a ON a.id IN (
    SELECT m.host_id UNION SELECT manager_id FROM project WHERE id = m.project_id
    UNION SELECT account_id FROM invitation WHERE meeting_id = m.id AND revoked_at IS NULL);
CREATE TRIGGER calendar_add AFTER INSERT ON meeting BEGIN
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.id; END;
CREATE TRIGGER calendar_move AFTER UPDATE OF starts_at, host_id ON meeting BEGIN
  DELETE FROM calendar WHERE meeting_id = NEW.id;
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.id; END;
CREATE TRIGGER calendar_invite AFTER INSERT ON invitation WHEN NEW.account_id IS NOT NULL BEGIN
  DELETE FROM calendar WHERE meeting_id = NEW.meeting_id;
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.meeting_id; END;
CREATE TRIGGER calendar_revoke AFTER UPDATE OF revoked_at ON invitation WHEN NEW.account_id IS NOT NULL BEGIN
  DELETE FROM calendar WHERE meeting_id = NEW.meeting_id;
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account WHERE meeting_id = NEW.meeting_id; END;
CREATE TRIGGER calendar_manager AFTER UPDATE OF manager_id ON project WHEN NEW.manager_id IS NOT OLD.manager_id BEGIN
  DELETE FROM calendar WHERE meeting_id IN (SELECT id FROM meeting WHERE project_id = NEW.id);
  INSERT INTO calendar(account_id, starts_at, meeting_id)
  SELECT account_id, starts_at, meeting_id FROM meeting_account
  WHERE meeting_id IN (SELECT id FROM meeting WHERE project_id = NEW.id); END;
CREATE INDEX project_link_project ON project_link(project_id, id);
CREATE INDEX link_session_link ON link_session(link_id);
PRAGMA writable_schema=OFF;
COMMIT;
PRAGMA user_version=15;
