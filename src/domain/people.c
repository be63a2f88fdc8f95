/* Accounts and sessions. */
#include "domain/people.h"

#include <stdio.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text(&(s), (col))))

enum err account_add(struct db *db, struct account *a, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_ADD);
    random_hex(a->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", a->public_id);
    db_bind_text(&s, ":login", a->login);
    db_bind_text(&s, ":name", a->name);
    db_bind_text(&s, ":organisation", a->organisation);
    db_bind_text(&s, ":role", role_text(a->role));
    db_bind_text(&s, ":password", a->password);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err;
    a->id = db_i64(&s, 0);
    return ERR_OK;
}

enum err account_by_login(struct db *db, struct account *out, const char *login)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_BY_LOGIN);
    db_bind_text(&s, ":login", login);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *out = (struct account){.id = db_i64(&s, 0), .role = role_from_text(db_text(&s, 4))};
    COPY(out->public_id, s, 1);
    COPY(out->name, s, 2);
    COPY(out->organisation, s, 3);
    COPY(out->password, s, 5);
    (void)snprintf(out->login, sizeof(out->login), "%s", login);
    return ERR_OK;
}

enum err account_by_id(struct db *db, struct account *out, int64_t id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_BY_ID);
    db_bind_i64(&s, ":id", id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_AUTH;
    *out = (struct account){.id = db_i64(&s, 0), .role = role_from_text(db_text(&s, 4))};
    COPY(out->public_id, s, 1);
    COPY(out->name, s, 2);
    COPY(out->organisation, s, 3);
    COPY(out->login, s, 5);
    return ERR_OK;
}

enum err session_open(struct db *db, int64_t account, const char *token, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, token);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_ADD);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":expires", now_ms + SESSION_DAYS * INT64_C(86400000));
    return db_exec(&s);
}

enum err session_find(struct db *db, int64_t *account, const char *token, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, token);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_AUTH;
    *account = db_i64(&s, 0);
    return ERR_OK;
}

enum err session_close(struct db *db, const char *token)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, token);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_REMOVE);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    return db_exec(&s);
}

enum err audit_add(struct db *db, int64_t now_ms, const char *who, const char *what,
                   const char *object, const char *client)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_AUDIT_ADD);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_text(&s, ":who", who);
    db_bind_text(&s, ":what", what);
    db_bind_text(&s, ":object", object);
    db_bind_text(&s, ":client", client);
    return db_exec(&s);
}
