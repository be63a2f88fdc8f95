/* Answers to requests with an Idempotency-Key. */
#include "domain/once.h"

#include <string.h>

#include "db/db.h"
#include "db/sql_gen.h"

enum { HOUR_MS = 3600000 };

bool once_key(char out[ONCE_KEY_MAX + 1], const char *header)
{
    size_t n = strlen(header);
    if (n >= 2 && header[0] == '"' && header[n - 1] == '"') {
        header++;
        n -= 2;
    }
    if (n == 0 || n > ONCE_KEY_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (header[i] <= 0x20 || header[i] >= 0x7f || header[i] == '"' || header[i] == '\\')
            return false;
    memcpy(out, header, n);
    out[n] = '\0';
    return true;
}

static int64_t begin(int64_t now_ms)
{
    return now_ms - (int64_t)ONCE_HOURS * HOUR_MS;
}

enum err once_find(struct db *db, const struct once *o, int64_t now_ms, bool *found,
                   enum err (*use)(void *arg, const struct once_answer *a), void *arg)
{
    size_t n = 0;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ONCE_FIND);
    db_bind_text(&s, ":caller", o->caller);
    db_bind_text(&s, ":key", o->key);
    db_bind_i64(&s, ":since", begin(now_ms));
    *found = db_row(&s);
    if (!*found)
        return s.err;
    const void *request = db_blob(&s, 0, &n);
    if (n != sizeof(o->request) || memcmp(request, o->request, n) != 0)
        return ERR_CONFLICT;
    const struct once_answer a = {.status = (int)db_i64(&s, 1),
                                  .whole = db_i64(&s, 2) != 0,
                                  .headers = db_text(&s, 3),
                                  .body = db_text(&s, 4)};
    return use(arg, &a);
}

static enum err forget(struct db *db, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ONCE_FORGET);
    db_bind_i64(&s, ":before", begin(now_ms));
    return db_exec(&s);
}

static enum err check_count(struct db *db, const struct once *o)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ONCE_COUNT);
    db_bind_text(&s, ":caller", o->caller);
    db_bind_i64(&s, ":limit", ONCE_KEYS_MAX);
    if (!db_row(&s))
        return s.err;
    return db_i64(&s, 0) < ONCE_KEYS_MAX ? ERR_OK : ERR_LIMIT;
}

enum err once_keep(struct db *db, const struct once *o, const struct once_answer *a, int64_t now_ms)
{
    enum err e = forget(db, now_ms);
    if (e == ERR_OK)
        e = check_count(db, o);
    if (e != ERR_OK)
        return e;
    bool whole = a->whole && strlen(a->body) <= ONCE_BODY_MAX;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ONCE_KEEP);
    db_bind_text(&s, ":caller", o->caller);
    db_bind_text(&s, ":key", o->key);
    db_bind_blob(&s, ":request", o->request, sizeof(o->request));
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":status", a->status);
    db_bind_i64(&s, ":whole", whole);
    db_bind_text(&s, ":headers", whole ? a->headers : "");
    db_bind_text(&s, ":body", whole ? a->body : "");
    return db_exec(&s);
}
