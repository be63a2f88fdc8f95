/* Tokens of devices, and what a device is among the people of a meeting. */
#include "domain/devices.h"

#include <stdio.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text(&(s), (col))))

enum err device_token_add(struct db *db, struct device_token *t, char secret[TOKEN_LEN + 1],
                          int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(secret, hash);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DEVICE_TOKEN_ADD);
    random_hex(t->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", t->public_id);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_text(&s, ":label", t->label);
    db_bind_text(&s, ":made_by", t->made_by);
    db_bind_id(&s, ":account", t->account);
    db_bind_i64(&s, ":publish", t->publish);
    db_bind_i64(&s, ":view", t->view);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":expires", t->expires_at);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    t->id = db_i64(&s, 0);
    t->created_at = now_ms;
    return ERR_OK;
}

enum err device_token_allow(struct db *db, int64_t token, int64_t meeting)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DEVICE_TOKEN_ALLOW);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_i64(&s, ":token", token);
    return db_exec(&s);
}

enum err device_token_find(struct db *db, struct device_token *out, const char *secret,
                           const char *meeting, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, secret);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DEVICE_TOKEN_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_text(&s, ":meeting", meeting);
    if (!db_row(&s))
        return s.err ? s.err : ERR_AUTH;
    if (db_i64(&s, 7) <= now_ms || db_i64(&s, 8) != 0)
        return ERR_AUTH;
    if (db_i64(&s, 9) == 0)
        return ERR_DENIED;
    *out = (struct device_token){.id = db_i64(&s, 0),
                                 .publish = db_i64(&s, 4) != 0,
                                 .view = db_i64(&s, 5) != 0,
                                 .created_at = db_i64(&s, 6),
                                 .expires_at = db_i64(&s, 7),
                                 .account = db_i64(&s, 10)};
    COPY(out->public_id, s, 1);
    COPY(out->label, s, 2);
    COPY(out->made_by, s, 3);
    return ERR_OK;
}

enum err device_token_revoke(struct db *db, const char *public_id, int64_t meeting, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DEVICE_TOKEN_REVOKE);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_i64(&s, ":now", now_ms);
    return db_row(&s) ? ERR_OK : s.err ? s.err : ERR_NOENT;
}

enum err device_token_revoke_all(struct db *db, int64_t account, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DEVICE_TOKEN_REVOKE_ALL);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err device_mute(struct db *db, int64_t participant, unsigned muted)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DEVICE_MUTE);
    db_bind_i64(&s, ":id", participant);
    db_bind_i64(&s, ":muted", muted);
    return db_exec(&s);
}

/* Nobody holds its token: it comes in by the device token alone. */
enum err device_participant(struct db *db, struct participant *p, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    char public_id[PUBLIC_ID_LEN + 1];
    random_bytes(hash, sizeof(hash));
    random_hex(public_id, PUBLIC_ID_LEN);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DEVICE_PARTICIPANT);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":meeting", p->meeting);
    db_bind_text(&s, ":name", p->name);
    db_bind_text(&s, ":organisation", p->organisation);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    p->id = db_i64(&s, 0);
    p->role = ROLE_DEVICE;
    COPY(p->public_id, s, 1);
    COPY(p->state, s, 2);
    p->muted = (unsigned)db_i64(&s, 3);
    return ERR_OK;
}
