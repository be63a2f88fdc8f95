/* Project links and the sessions that were opened by them. */
#include "domain/links.h"

#include <stdio.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))
#define DAY_MS INT64_C(86400000)

enum invitation_state link_state(const struct project_link *l, int64_t now_ms)
{
    const struct invitation as = {.expires_at = l->expires_at != 0 ? l->expires_at : INT64_MAX,
                                  .sent_at = l->sent_at,
                                  .opened_at = l->opened_at,
                                  .redeemed_at = l->redeemed_at,
                                  .revoked_at = l->revoked_at};
    return invitation_state(&as, now_ms);
}

static void of_row(const struct stmt *s, struct project_link *out)
{
    *out = (struct project_link){.id = db_i64(s, 0),
                                 .project = db_i64(s, 1),
                                 .role = role_from_text(db_text(s, 2)),
                                 .created_at = db_i64(s, 9),
                                 .expires_at = db_i64(s, 10),
                                 .sent_at = db_i64(s, 11),
                                 .opened_at = db_i64(s, 12),
                                 .redeemed_at = db_i64(s, 13),
                                 .revoked_at = db_i64(s, 14)};
    COPY(out->public_id, s, 3);
    COPY(out->name, s, 4);
    COPY(out->organisation, s, 5);
    COPY(out->mail, s, 6);
    COPY(out->phone, s, 7);
    COPY(out->created_by, s, 8);
    COPY(out->project_public_id, s, 15);
}

enum err link_add(struct db *db, struct project_link *l, char secret[TOKEN_LEN + 1], int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(secret, hash);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_ADD);
    random_hex(l->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", l->public_id);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":project", l->project);
    db_bind_text(&s, ":role", role_text(l->role));
    db_bind_text(&s, ":name", l->name);
    db_bind_text(&s, ":organisation", l->organisation);
    db_bind_text(&s, ":mail", l->mail);
    db_bind_text(&s, ":phone", l->phone);
    db_bind_text(&s, ":by", l->created_by);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_id(&s, ":expires", l->expires_at);
    if (!db_row(&s))
        return s.err;
    l->id = db_i64(&s, 0);
    l->created_at = now_ms;
    return ERR_OK;
}

enum err link_find(struct db *db, struct project_link *out, const char *secret, int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, secret);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    of_row(&s, out);
    return link_state(out, now_ms) >= INVITATION_EXPIRED ? ERR_GONE : ERR_OK;
}

enum err link_get(struct db *db, struct project_link *out, int64_t project, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_GET);
    db_bind_i64(&s, ":project", project);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    of_row(&s, out);
    return ERR_OK;
}

enum err link_each(struct db *db, int64_t project,
                   void (*each)(void *arg, const struct project_link *l), void *arg)
{
    struct project_link l;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_LIST);
    db_bind_i64(&s, ":project", project);
    while (db_row(&s)) {
        of_row(&s, &l);
        each(arg, &l);
    }
    return s.err;
}

enum err link_renew(struct db *db, struct project_link *l, char secret[TOKEN_LEN + 1])
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(secret, hash);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_RENEW);
    db_bind_i64(&s, ":id", l->id);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_id(&s, ":expires", l->expires_at);
    return db_row(&s) ? ERR_OK : s.err ? s.err : ERR_CONFLICT;
}

enum err link_revoke(struct db *db, int64_t id, int64_t now_ms)
{
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_REVOKE);
        db_bind_i64(&s, ":id", id);
        db_bind_i64(&s, ":now", now_ms);
        enum err e = db_exec(&s);
        if (e != ERR_OK)
            return e;
    }
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_SESSION_END_ALL);
    db_bind_i64(&s, ":link", id);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err link_mark(struct db *db, int64_t id, enum invitation_mark mark, int64_t now_ms)
{
    static const struct sql *const marks[] = {
        [INVITATION_MARK_SENT] = &SQL_LINK_SENT,
        [INVITATION_MARK_OPENED] = &SQL_LINK_OPENED,
        [INVITATION_MARK_REDEEMED] = &SQL_LINK_REDEEMED,
    };
    AUTO(db_done) struct stmt s = db_use(db, marks[mark]);
    db_bind_i64(&s, ":id", id);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err link_told(struct db *db, const char *public_id, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_TOLD);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

/* ---- sessions ---------------------------------------------------------------------------------
 */

enum err link_session_open(struct db *db, const struct link_session *n, const struct origin *from,
                           char token[TOKEN_LEN + 1], int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_new(token, hash);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_SESSION_ADD);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":link", n->link);
    db_bind_text(&s, ":name", n->name);
    db_bind_text(&s, ":organisation", n->organisation);
    db_bind_text(&s, ":phone", n->phone);
    db_bind_text(&s, ":identity", identity_text(n->identity));
    db_bind_text(&s, ":client", from->client);
    db_bind_text(&s, ":agent", from->agent);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":expires", now_ms + LINK_SESSION_DAYS * DAY_MS);
    return db_exec(&s);
}

enum err link_session_find(struct db *db, struct link_session *out, const char *token,
                           int64_t now_ms)
{
    uint8_t hash[TOKEN_HASH_LEN];
    enum err e = token_hash(hash, token);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_SESSION_FIND);
    db_bind_blob(&s, ":hash", hash, sizeof(hash));
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_AUTH;
    *out = (struct link_session){.id = db_i64(&s, 0),
                                 .link = db_i64(&s, 1),
                                 .project = db_i64(&s, 2),
                                 .role = role_from_text(db_text(&s, 3)),
                                 .identity = identity_from_text(db_text(&s, 4))};
    COPY(out->name, &s, 5);
    COPY(out->organisation, &s, 6);
    COPY(out->phone, &s, 7);
    COPY(out->link_public_id, &s, 8);
    COPY(out->project_public_id, &s, 9);
    return ERR_OK;
}

enum err link_session_end(struct db *db, int64_t id, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_LINK_SESSION_END);
    db_bind_i64(&s, ":id", id);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}
