/* Lanes: the first that waits has next_at, those behind it get theirs when it is done. So what is
 * due is found by one index, however many wait behind somebody who does not answer. */
#include "domain/outbox.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

enum { PURPOSE = 64 };

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

static const char *const ways[OUTBOX_WAYS + 1] = {"mail", "gateway", "hook", NULL};

const char *outbox_way_text(enum outbox_way w)
{
    return w < OUTBOX_WAYS ? ways[w] : "";
}

enum outbox_way outbox_way_from_text(const char *text)
{
    size_t i = 0;
    while (ways[i] != NULL && strcmp(ways[i], text) != 0)
        i++;
    return (enum outbox_way)i;
}

/* ---- content ----------------------------------------------------------------------------------
 */

/* Moved to another row it does not open. */
static void purpose_of(const char *public_id, char out[PURPOSE])
{
    (void)snprintf(out, PURPOSE, "outbox %s", public_id);
}

static enum err bind_sealed(struct stmt *s, const uint8_t key[SEAL_KEY_LEN], const char *public_id,
                            const char *body)
{
    char purpose[PURPOSE];
    size_t n = strlen(body);
    if (n > OUTBOX_BODY_MAX)
        return ERR_TOOBIG;
    uint8_t *sealed = (uint8_t *)mem_alloc(n + SEAL_EXTRA);
    if (sealed == NULL)
        return ERR_NOMEM;
    purpose_of(public_id, purpose);
    enum err e = seal(key, purpose, body, n, sealed);
    if (e == ERR_OK)
        db_bind_blob(s, ":sealed", sealed, n + SEAL_EXTRA);
    mem_free(sealed);
    return e;
}

static enum err open_column(const struct stmt *s, int col, const uint8_t key[SEAL_KEY_LEN],
                            const char *public_id, char **body)
{
    char purpose[PURPOSE];
    size_t n = 0;
    const uint8_t *sealed = (const uint8_t *)db_blob(s, col, &n);
    if (n < SEAL_EXTRA)
        return ERR_GONE;
    char *text = (char *)mem_alloc(n - SEAL_EXTRA + 1);
    if (text == NULL)
        return ERR_NOMEM;
    purpose_of(public_id, purpose);
    enum err e = seal_open(key, purpose, sealed, n, (uint8_t *)text);
    if (e != ERR_OK) {
        mem_free(text);
        return e;
    }
    text[n - SEAL_EXTRA] = '\0';
    *body = text;
    return ERR_OK;
}

/* ---- put in -----------------------------------------------------------------------------------
 */

enum err outbox_put(struct db *db, const uint8_t key[SEAL_KEY_LEN], const struct outbox_entry *m,
                    int64_t now_ms, char public_id[PUBLIC_ID_LEN + 1])
{
    char id[PUBLIC_ID_LEN + 1];
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_ADD);
    random_hex(id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", id);
    db_bind_text(&s, ":way", outbox_way_text(m->way));
    db_bind_text(&s, ":kind", m->kind);
    db_bind_text(&s, ":lane", m->lane);
    db_bind_text(&s, ":about", m->about);
    db_bind_text(&s, ":meeting", m->meeting);
    db_bind_text(&s, ":name", m->name);
    db_bind_text(&s, ":recipient", m->recipient);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":at", m->at > now_ms ? m->at : now_ms);
    db_bind_i64(&s, ":give_up", m->give_up_at);
    enum err e = bind_sealed(&s, key, id, m->body);
    if (e == ERR_OK)
        e = db_exec(&s);
    if (e == ERR_OK)
        memcpy(public_id, id, sizeof(id));
    return e;
}

enum err outbox_put_hook(struct db *db, const uint8_t key[SEAL_KEY_LEN],
                         const struct outbox_hook *h, int64_t now_ms)
{
    char id[PUBLIC_ID_LEN + 1];
    size_t cap = strlen(h->url) + strlen(h->secret) + strlen(h->body) + 3;
    if (strpbrk(h->url, "\r\n") != NULL || strpbrk(h->secret, "\r\n") != NULL)
        return ERR_INVAL;
    if (strlen(h->body) > OUTBOX_HOOK_MAX)
        return ERR_TOOBIG;
    char *body = (char *)mem_alloc(cap);
    if (body == NULL)
        return ERR_NOMEM;
    (void)snprintf(body, cap, "%s\n%s\n%s", h->url, h->secret, h->body);
    const struct outbox_entry m = {.way = OUTBOX_HOOK,
                                   .kind = h->event,
                                   .lane = h->subscription,
                                   .about = h->about,
                                   .meeting = "",
                                   .name = "",
                                   .recipient = h->subscription,
                                   .body = body,
                                   .give_up_at = h->give_up_at};
    enum err e = outbox_put(db, key, &m, now_ms, id);
    mem_free(body);
    return e;
}

bool outbox_hook_open(char *body, struct outbox_hook *out)
{
    char *secret = strchr(body, '\n');
    char *rest = secret != NULL ? strchr(secret + 1, '\n') : NULL;
    if (rest == NULL)
        return false;
    *secret++ = '\0';
    *rest++ = '\0';
    *out = (struct outbox_hook){.url = body, .secret = secret, .body = rest};
    return true;
}

/* ---- read -------------------------------------------------------------------------------------
 */

static struct outbox_row row_of(const struct stmt *s)
{
    struct outbox_row r = {.id = db_i64(s, 0),
                           .way = outbox_way_from_text(db_text(s, 2)),
                           .attempts = db_i64(s, 9),
                           .created_at = db_i64(s, 10),
                           .changed_at = db_i64(s, 11),
                           .next_at = db_i64(s, 12),
                           .kept = db_i64(s, 14) != 0,
                           .give_up_at = db_i64(s, 15)};
    COPY(r.public_id, s, 1);
    COPY(r.kind, s, 3);
    COPY(r.lane, s, 4);
    COPY(r.about, s, 5);
    COPY(r.name, s, 6);
    COPY(r.recipient, s, 7);
    COPY(r.state, s, 8);
    COPY(r.error, s, 13);
    return r;
}

static enum err walk(struct stmt *s, outbox_each *each, void *arg)
{
    while (db_row(s)) {
        struct outbox_row r = row_of(s);
        each(arg, &r);
    }
    return s->err;
}

enum err outbox_due(struct db *db, enum outbox_way w, int64_t now_ms, int limit, outbox_each *each,
                    void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_DUE);
    db_bind_text(&s, ":way", outbox_way_text(w));
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":limit", limit);
    return walk(&s, each, arg);
}

enum err outbox_open(struct db *db, const uint8_t key[SEAL_KEY_LEN], const struct outbox_row *r,
                     char **body)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_SEALED);
    db_bind_i64(&s, ":id", r->id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    return open_column(&s, 0, key, r->public_id, body);
}

enum err outbox_waiting_body(struct db *db, const uint8_t key[SEAL_KEY_LEN], const char *about,
                             const char *kind, char **body)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_WAITING_OF);
    db_bind_text(&s, ":about", about);
    db_bind_text(&s, ":kind", kind);
    *body = NULL;
    if (!db_row(&s))
        return s.err;
    return open_column(&s, 3, key, db_text(&s, 1), body);
}

enum err outbox_of(struct db *db, const char *about, outbox_each *each, void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_OF_ABOUT);
    db_bind_text(&s, ":about", about);
    return walk(&s, each, arg);
}

enum err outbox_of_meeting(struct db *db, const char *meeting, outbox_each *each, void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_OF_MEETING);
    db_bind_text(&s, ":meeting", meeting);
    return walk(&s, each, arg);
}

enum err outbox_get(struct db *db, const char *public_id, struct outbox_row *out)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_BY_PUBLIC_ID);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *out = row_of(&s);
    return ERR_OK;
}

enum err outbox_stuck(struct db *db, int limit, outbox_each *each, void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_STUCK);
    db_bind_i64(&s, ":limit", limit);
    return walk(&s, each, arg);
}

enum err outbox_waiting(struct db *db, enum outbox_way w, int limit, outbox_each *each, void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_WAITING);
    db_bind_text(&s, ":way", outbox_way_text(w));
    db_bind_i64(&s, ":limit", limit);
    return walk(&s, each, arg);
}

enum err outbox_count(struct db *db, enum outbox_way w, int64_t *n, int64_t *oldest)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_COUNT);
    db_bind_text(&s, ":way", outbox_way_text(w));
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    *n = db_i64(&s, 0);
    *oldest = db_i64(&s, 1);
    return ERR_OK;
}

/* ---- what an attempt has come to --------------------------------------------------------------
 */

/* The next of a lane is due, when there is one. */
static enum err promote(struct db *db, const char *way, const char *lane, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_PROMOTE);
    db_bind_text(&s, ":way", way);
    db_bind_text(&s, ":lane", lane);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

/* Rows that a statement took out of their lanes. */
static enum err promote_all(struct db *db, struct stmt *s, int64_t now_ms)
{
    enum err e = ERR_OK;
    while (e == ERR_OK && db_row(s))
        e = promote(db, db_text(s, 0), db_text(s, 1), now_ms);
    return e != ERR_OK ? e : s->err;
}

enum err outbox_sent(struct db *db, int64_t id, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_SENT);
    db_bind_i64(&s, ":id", id);
    db_bind_i64(&s, ":now", now_ms);
    return promote_all(db, &s, now_ms);
}

enum err outbox_again(struct db *db, int64_t id, int64_t next_ms, const char *error, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_AGAIN);
    db_bind_i64(&s, ":id", id);
    db_bind_i64(&s, ":next", next_ms);
    db_bind_text(&s, ":error", error);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err outbox_over(struct db *db, int64_t id, bool given_up, const char *error, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_OVER);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":state", given_up ? "given_up" : "failed");
    db_bind_text(&s, ":error", error);
    db_bind_i64(&s, ":now", now_ms);
    return promote_all(db, &s, now_ms);
}

/* ---- taken back, tried again ------------------------------------------------------------------
 */

enum err outbox_withdraw_about(struct db *db, const char *about, const char *kind, const char *why,
                               int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_WITHDRAW_ABOUT);
    db_bind_text(&s, ":about", about);
    db_bind_text(&s, ":kind", kind);
    db_bind_text(&s, ":why", why);
    db_bind_i64(&s, ":now", now_ms);
    return promote_all(db, &s, now_ms);
}

enum err outbox_withdraw_lane(struct db *db, enum outbox_way w, const char *lane, const char *why,
                              int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_WITHDRAW_LANE);
    db_bind_text(&s, ":way", outbox_way_text(w));
    db_bind_text(&s, ":lane", lane);
    db_bind_text(&s, ":why", why);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err outbox_retry(struct db *db, const char *public_id, int64_t give_up_ms, int64_t now_ms)
{
    struct outbox_row r;
    enum err e = outbox_get(db, public_id, &r);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_RETRY);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":give_up", give_up_ms);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : r.kept ? ERR_CONFLICT : ERR_GONE;
    return ERR_OK;
}

enum err outbox_expire(struct db *db, enum outbox_way w, const char *why, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_EXPIRE);
    db_bind_text(&s, ":way", outbox_way_text(w));
    db_bind_text(&s, ":why", why);
    db_bind_i64(&s, ":now", now_ms);
    return promote_all(db, &s, now_ms);
}

enum err outbox_blank(struct db *db, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_OUTBOX_BLANK);
    db_bind_i64(&s, ":before", now_ms - OUTBOX_DAYS * INT64_C(86400000));
    return db_exec(&s);
}
