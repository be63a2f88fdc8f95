/* Sessions: opened, found, ended; browsers that are known; the history of signing in. */
#include "domain/sessions.h"

#include <stdio.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text(&(s), (col))))
#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)

enum err session_open(struct db *db, const struct account *a, const char *token,
                      const struct origin *from, bool second, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    char public_id[PUBLIC_ID_LEN + 1];
    bool half = a->second_at != 0 && !second;
    enum err e = token_hash(hash, token);
    if (e != ERR_OK)
        return e;
    random_hex(public_id, PUBLIC_ID_LEN);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_ADD);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":account", a->id);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":expires",
                now_ms + (half ? SESSION_HALF_MIN * MINUTE_MS : SESSION_DAYS * DAY_MS));
    db_bind_text(&s, ":public_id", public_id);
    db_bind_text(&s, ":client", from->client);
    db_bind_text(&s, ":agent", from->agent);
    db_bind_text(&s, ":via", from->via);
    db_bind_i64(&s, ":second", second);
    return db_row(&s) ? ERR_OK : s.err;
}

/* At an identity provider the password is not ours to ask for. */
static enum owed owes(const struct session *s, bool must_change, bool has_second, bool shown)
{
    if (has_second && !shown)
        return OWES_SECOND;
    if (must_change && s->via[0] != 'o')
        return OWES_PASSWORD;
    return role_needs_second(s->role) && !has_second ? OWES_ENROL : OWES_NOTHING;
}

enum err session_find(struct db *db, struct session *out, const char *token, int64_t now_ms)
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
    *out = (struct session){
        .id = db_i64(&s, 0), .account = db_i64(&s, 2), .role = role_from_text(db_text(&s, 4))};
    COPY(out->public_id, s, 1);
    COPY(out->via, s, 3);
    COPY(out->name, s, 5);
    COPY(out->login, s, 6);
    out->owes = owes(out, db_i64(&s, 7) != 0, db_i64(&s, 8) != 0, db_i64(&s, 9) != 0);
    return ERR_OK;
}

enum err session_end(struct db *db, int64_t id, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_END);
    db_bind_i64(&s, ":id", id);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err session_end_all(struct db *db, int64_t account, int64_t but, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_END_ALL);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":but", but);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err session_by_public_id(struct db *db, int64_t *id, int64_t account, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_BY_PUBLIC_ID);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":account", account);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *id = db_i64(&s, 0);
    return ERR_OK;
}

enum err session_rotate(struct db *db, int64_t id, const char *token, bool second, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, token);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SESSION_ROTATE);
    db_bind_i64(&s, ":id", id);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":second", second);
    db_bind_i64(&s, ":expires", now_ms + SESSION_DAYS * DAY_MS);
    return db_exec(&s);
}

const char *owed_text(enum owed o)
{
    static const char *const words[] = {"", "second", "password", "enrol"};
    return words[o];
}

/* ---- known browsers ---------------------------------------------------------------------------
 */

enum err browser_add(struct db *db, int64_t account, char token[TOKEN_LEN + 1], int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(token, hash);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_KNOWN_BROWSER_ADD);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":now", now_ms);
    e = db_exec(&s);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt trim = db_use(db, &SQL_KNOWN_BROWSER_TRIM);
    db_bind_i64(&trim, ":account", account);
    return db_exec(&trim);
}

bool browser_known(struct db *db, int64_t account, const char *token)
{
    uint8_t hash[TOKEN_HASH_LEN];
    if (token[0] == '\0' || token_hash(hash, token) != ERR_OK)
        return false;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_KNOWN_BROWSER_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":account", account);
    return db_row(&s);
}

enum err browser_forget_all(struct db *db, int64_t account)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_KNOWN_BROWSER_FORGET);
    db_bind_i64(&s, ":account", account);
    return db_exec(&s);
}

/* ---- history ----------------------------------------------------------------------------------
 */

enum err signin_add(struct db *db, int64_t account, const char *login, const struct origin *from,
                    const char *result, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_SIGNIN_ADD);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_id(&s, ":account", account);
    db_bind_text(&s, ":login", login);
    db_bind_text(&s, ":client", from->client);
    db_bind_text(&s, ":agent", from->agent);
    db_bind_text(&s, ":via", from->via);
    db_bind_text(&s, ":result", result);
    return db_exec(&s);
}
