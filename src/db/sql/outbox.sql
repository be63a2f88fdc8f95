-- part: columns
o.id, o.public_id, o.way, o.kind, o.lane, o.about, o.name, o.recipient, o.state, o.attempts, o.created_at, o.changed_at,
  COALESCE(o.next_at, 0), o.error, o.sealed IS NOT NULL, o.give_up_at
-- name: outbox_add
INSERT INTO outbox(public_id, way, kind, lane, about, meeting_id, name, recipient, sealed, created_at, changed_at, give_up_at, next_at)
VALUES(:public_id, :way, :kind, :lane, :about, (SELECT id FROM meeting WHERE public_id = :meeting), :name, :recipient, :sealed,
  :now, :now, :give_up, CASE WHEN EXISTS
    (SELECT 1 FROM outbox w WHERE w.state = 'waiting' AND w.way = :way AND w.lane = :lane) THEN NULL ELSE :at END)
-- name: outbox_due
SELECT {columns} FROM outbox o
WHERE o.state = 'waiting' AND o.next_at IS NOT NULL AND o.way = :way AND o.next_at <= :now ORDER BY o.next_at LIMIT :limit
-- name: outbox_sealed
SELECT sealed FROM outbox WHERE id = :id AND state = 'waiting'
-- name: outbox_again
UPDATE outbox SET attempts = attempts + 1, changed_at = :now, next_at = :next, error = :error
WHERE id = :id AND state = 'waiting'
-- name: outbox_sent
UPDATE outbox SET state = 'sent', sealed = NULL, attempts = attempts + 1, changed_at = :now, next_at = NULL, error = ''
WHERE id = :id AND state <> 'sent' RETURNING way, lane
-- name: outbox_over
UPDATE outbox SET state = :state, attempts = attempts + 1, changed_at = :now, next_at = NULL, error = :error
WHERE id = :id AND state = 'waiting' RETURNING way, lane
-- name: outbox_expire
UPDATE outbox SET state = 'given_up', changed_at = :now, next_at = NULL, error = :why
WHERE state = 'waiting' AND next_at IS NOT NULL AND way = :way AND give_up_at < :now RETURNING way, lane
-- name: outbox_promote
UPDATE outbox SET next_at = :now WHERE next_at IS NULL AND id =
  (SELECT MIN(id) FROM outbox WHERE state = 'waiting' AND way = :way AND lane = :lane)
-- name: outbox_withdraw_about
UPDATE outbox SET state = 'given_up', sealed = NULL, changed_at = :now, next_at = NULL, error = :why
WHERE about = :about AND state = 'waiting' AND (:kind = '' OR kind = :kind) RETURNING way, lane
-- name: outbox_withdraw_lane
UPDATE outbox SET state = 'given_up', sealed = NULL, changed_at = :now, next_at = NULL, error = :why
WHERE way = :way AND lane = :lane AND state = 'waiting'
-- name: outbox_waiting_of
SELECT o.id, o.public_id, o.way, o.sealed FROM outbox o
WHERE o.about = :about AND o.kind = :kind AND o.state = 'waiting' ORDER BY o.id
-- name: outbox_by_public_id
SELECT {columns} FROM outbox o WHERE o.public_id = :public_id
-- name: outbox_of_about
SELECT {columns} FROM outbox o WHERE o.about = :about ORDER BY o.id DESC LIMIT 500
-- name: outbox_of_meeting
SELECT {columns} FROM outbox o WHERE o.meeting_id = (SELECT id FROM meeting WHERE public_id = :meeting) ORDER BY o.id DESC LIMIT 2000
-- name: outbox_retry
UPDATE outbox SET state = 'waiting', attempts = 0, changed_at = :now, give_up_at = :give_up, error = '', next_at = CASE WHEN EXISTS
    (SELECT 1 FROM outbox w WHERE w.state = 'waiting' AND w.way = outbox.way AND w.lane = outbox.lane AND w.id <> outbox.id)
  THEN NULL ELSE :now END
WHERE public_id = :public_id AND sealed IS NOT NULL AND (state IN ('failed', 'given_up') OR (state = 'waiting' AND next_at > :now))
RETURNING id
-- name: outbox_blank
UPDATE outbox SET sealed = NULL WHERE state IN ('failed', 'given_up') AND sealed IS NOT NULL AND changed_at < :before
-- name: outbox_stuck
SELECT {columns} FROM outbox o
WHERE o.state IN ('failed', 'given_up') AND o.sealed IS NOT NULL AND o.changed_at > 0 ORDER BY o.changed_at DESC LIMIT :limit
-- name: outbox_waiting
SELECT {columns} FROM outbox o WHERE o.state = 'waiting' AND o.way = :way ORDER BY o.lane, o.id LIMIT :limit
-- name: outbox_count
SELECT COUNT(*), COALESCE(MIN(CASE WHEN kind <> 'reminder' OR attempts > 0 THEN created_at END), 0) FROM outbox
WHERE state = 'waiting' AND way = :way
