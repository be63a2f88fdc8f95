/* Invitations to meetings. */
#include "domain/invitations.h"

#include <stdio.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))
#define DAY_MS INT64_C(86400000)

const char *invitation_state_text(enum invitation_state s)
{
    static const char *const words[INVITATION_STATES] = {"new",      "sent",    "opened",
                                                         "redeemed", "expired", "revoked"};
    return words[s];
}

enum invitation_state invitation_state(const struct invitation *i, int64_t now_ms)
{
    return i->revoked_at != 0        ? INVITATION_REVOKED
           : i->expires_at <= now_ms ? INVITATION_EXPIRED
           : i->redeemed_at != 0     ? INVITATION_REDEEMED
           : i->opened_at != 0       ? INVITATION_OPENED
           : i->sent_at != 0         ? INVITATION_SENT
                                     : INVITATION_NEW;
}

static void of_row(const struct stmt *s, struct invitation *out)
{
    *out = (struct invitation){.id = db_i64(s, 0),
                               .meeting = db_i64(s, 1),
                               .account = db_i64(s, 2),
                               .role = role_from_text(db_text(s, 3)),
                               .host = db_i64(s, 4) != 0,
                               .created_at = db_i64(s, 10),
                               .expires_at = db_i64(s, 11),
                               .sent_at = db_i64(s, 12),
                               .opened_at = db_i64(s, 13),
                               .redeemed_at = db_i64(s, 14),
                               .revoked_at = db_i64(s, 15)};
    COPY(out->public_id, s, 5);
    COPY(out->name, s, 6);
    COPY(out->organisation, s, 7);
    COPY(out->mail, s, 8);
    COPY(out->phone, s, 9);
    COPY(out->meeting_public_id, s, 16);
}

static void bind_person(struct stmt *s, const struct invitation *i)
{
    db_bind_i64(s, ":meeting", i->meeting);
    db_bind_id(s, ":account", i->account);
    db_bind_text(s, ":role", role_text(i->role));
    db_bind_text(s, ":name", i->name);
    db_bind_text(s, ":organisation", i->organisation);
    db_bind_text(s, ":mail", i->mail);
    db_bind_text(s, ":phone", i->phone);
    db_bind_i64(s, ":expires", i->expires_at);
}

/* An account whose invitation was taken back is invited by the same one again: there is one a
 * meeting. @return ERR_NOENT: there is none of the kind. */
static enum err add_again(struct db *db, struct invitation *i)
{
    if (i->account == 0)
        return ERR_NOENT;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_AGAIN);
    bind_person(&s, i);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    i->id = db_i64(&s, 0);
    COPY(i->public_id, &s, 1);
    return ERR_OK;
}

enum err invitation_add(struct db *db, struct invitation *i, char secret[TOKEN_LEN + 1],
                        int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(secret, hash);
    if (e != ERR_OK)
        return e;
    if (i->expires_at == 0)
        i->expires_at = now_ms + INVITATION_DAYS * DAY_MS;
    i->created_at = now_ms;
    e = add_again(db, i);
    if (e != ERR_NOENT)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_ADD);
    random_hex(i->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", i->public_id);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":host", i->host);
    db_bind_i64(&s, ":now", now_ms);
    bind_person(&s, i);
    if (!db_row(&s))
        return s.err;
    i->id = db_i64(&s, 0);
    return ERR_OK;
}

enum err invitation_find(struct db *db, struct invitation *out, const char *secret, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, secret);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    of_row(&s, out);
    return invitation_state(out, now_ms) >= INVITATION_EXPIRED ? ERR_GONE : ERR_OK;
}

enum err invitation_get(struct db *db, struct invitation *out, int64_t meeting,
                        const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_GET);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    of_row(&s, out);
    return ERR_OK;
}

enum err invitation_each(struct db *db, int64_t meeting,
                         void (*each)(void *arg, const struct invitation *i), void *arg)
{
    struct invitation i;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_LIST);
    db_bind_i64(&s, ":meeting", meeting);
    while (db_row(&s)) {
        of_row(&s, &i);
        each(arg, &i);
    }
    return s.err;
}

enum err invitation_renew(struct db *db, struct invitation *i, char secret[TOKEN_LEN + 1],
                          int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(secret, hash);
    if (e != ERR_OK)
        return e;
    if (i->expires_at <= now_ms)
        i->expires_at = now_ms + INVITATION_DAYS * DAY_MS;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_RENEW);
    db_bind_i64(&s, ":id", i->id);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":expires", i->expires_at);
    return db_row(&s) ? ERR_OK : s.err ? s.err : ERR_CONFLICT;
}

static enum err put_time(struct db *db, const struct sql *q, int64_t id, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, q);
    db_bind_i64(&s, ":id", id);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err invitation_revoke(struct db *db, int64_t id, int64_t now_ms)
{
    return put_time(db, &SQL_INVITATION_REVOKE, id, now_ms);
}

enum err invitation_mark(struct db *db, int64_t id, enum invitation_mark mark, int64_t now_ms)
{
    static const struct sql *const marks[] = {
        [INVITATION_MARK_SENT] = &SQL_INVITATION_SENT,
        [INVITATION_MARK_OPENED] = &SQL_INVITATION_OPENED,
        [INVITATION_MARK_REDEEMED] = &SQL_INVITATION_REDEEMED,
    };
    return put_time(db, marks[mark], id, now_ms);
}

enum err invitation_told(struct db *db, const char *public_id, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_TOLD);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}
