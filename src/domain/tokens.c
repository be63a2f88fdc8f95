/* Tokens of the API. */
#include "domain/tokens.h"

#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

static enum err check_count(struct db *db, int64_t account, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_API_TOKEN_COUNT);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err;
    return db_i64(&s, 0) < API_TOKENS_MAX ? ERR_OK : ERR_LIMIT;
}

static enum err insert(struct db *db, struct api_token *t, const uint8_t hash[TOKEN_HASH_LEN],
                       int64_t now_ms)
{
    char scopes[SCOPES_LEN + 1];
    scopes_text(scopes, t->scopes);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_API_TOKEN_ADD);
    db_bind_text(&s, ":public_id", t->public_id);
    db_bind_blob(&s, ":hash", hash, TOKEN_HASH_LEN);
    db_bind_i64(&s, ":account", t->account);
    db_bind_text(&s, ":name", t->name);
    db_bind_text(&s, ":made_by", t->made_by);
    db_bind_text(&s, ":scopes", scopes);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":expires", t->expires_at);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    t->id = db_i64(&s, 0);
    return ERR_OK;
}

enum err api_token_add(struct db *db, struct api_token *t, char secret[API_TOKEN_LEN + 1],
                       int64_t now_ms)
{
    char text[API_TOKEN_LEN + 1] = API_TOKEN_PREFIX;
    uint8_t hash[TOKEN_HASH_LEN];
    random_hex(text + sizeof(API_TOKEN_PREFIX) - 1, TOKEN_LEN);
    random_hex(t->public_id, PUBLIC_ID_LEN);
    enum err e = check_count(db, t->account, now_ms);
    if (e == ERR_OK)
        e = token_hash(hash, text);
    if (e == ERR_OK)
        e = insert(db, t, hash, now_ms);
    if (e != ERR_OK)
        return e;
    t->created_at = now_ms;
    memcpy(secret, text, sizeof(text));
    return ERR_OK;
}

static void take(const struct stmt *s, struct api_token *out)
{
    *out = (struct api_token){.id = db_i64(s, 0),
                              .account = db_i64(s, 1),
                              .created_at = db_i64(s, 6),
                              .expires_at = db_i64(s, 7),
                              .revoked_at = db_i64(s, 8),
                              .used_at = db_i64(s, 9),
                              .role = role_from_text(db_text(s, 14))};
    COPY(out->public_id, s, 2);
    COPY(out->name, s, 3);
    COPY(out->made_by, s, 4);
    if (scopes_parse(&out->scopes, db_text(s, 5)) != ERR_OK)
        out->scopes = 0; /* Of another version: it may do nothing. */
    COPY(out->used_from, s, 10);
    COPY(out->account_public_id, s, 11);
    COPY(out->account_name, s, 12);
    COPY(out->login, s, 13);
}

enum err api_token_find(struct db *db, struct api_token *out, const char *secret, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, secret);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_API_TOKEN_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_AUTH;
    take(&s, out);
    return ERR_OK;
}

enum err api_token_revoke(struct db *db, const char *public_id, int64_t account, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_API_TOKEN_REVOKE);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    return ERR_OK;
}

enum err api_token_revoke_all(struct db *db, int64_t account, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_API_TOKEN_REVOKE_ALL);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err api_token_touch(struct db *db, int64_t id, const char *client, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_API_TOKEN_TOUCH);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":client", client);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":before", now_ms - API_TOKEN_TOUCH_MS);
    return db_exec(&s);
}

enum err api_token_list(struct db *db, const struct api_token_query *q,
                        void (*each)(void *arg, const struct api_token *t), void *arg)
{
    bool own = q->account != 0;
    AUTO(db_done) struct stmt s = db_use(db, own ? &SQL_API_TOKEN_OF : &SQL_API_TOKEN_ALL);
    if (own)
        db_bind_i64(&s, ":account", q->account);
    db_bind_i64(&s, ":before", q->before);
    db_bind_i64(&s, ":limit", q->limit);
    while (db_row(&s)) {
        struct api_token t;
        take(&s, &t);
        each(arg, &t);
    }
    return s.err;
}
