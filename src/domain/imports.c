/* The records of imports. */
#include "domain/imports.h"

#include <stdio.h>
#include <string.h>

#include "db/db.h"
#include "db/sql_gen.h"
#include "imports_priv.h"

#define DAY_MS INT64_C(86400000)
#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

const char *const import_state_words[IMPORT_STATE_N + 1] = {
    "checking", "checked", "writing", "undoing", "done", "cancelled", "failed", NULL};

static enum import_state state_of(const char *word)
{
    size_t i = 0;
    while (i + 1 < IMPORT_STATE_N && strcmp(word, import_state_words[i]) != 0)
        i++;
    return (enum import_state)i;
}

static void import_of_row(const struct stmt *s, struct import *out)
{
    size_t n = 0;
    *out = (struct import){
        .id = db_i64(s, 0),
        .account = db_i64(s, 2),
        .bytes = db_i64(s, 4),
        .refuse = strcmp(db_text(s, 5), "refuse") == 0,
        .created_at = db_i64(s, 8),
        .changed_at = db_i64(s, 9),
        .state = state_of(db_text(s, 10)),
        .counts = {db_i64(s, 11), db_i64(s, 12), db_i64(s, 13), db_i64(s, 14), db_i64(s, 15)},
        .done = db_i64(s, 16),
        .cancel = db_i64(s, 18) != 0};
    COPY(out->public_id, s, 1);
    COPY(out->name, s, 3);
    COPY(out->encoding, s, 6);
    COPY(out->sure, s, 7);
    COPY(out->reason, s, 17);
    COPY(out->who, s, 20);
    COPY(out->client, s, 21);
    const void *digest = db_blob(s, 19, &n);
    if (n == sizeof(out->digest))
        memcpy(out->digest, digest, n);
}

enum err import_add(struct db *db, struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_ADD);
    db_bind_text(&s, ":public_id", im->public_id);
    db_bind_i64(&s, ":account", im->account);
    db_bind_text(&s, ":name", im->name);
    db_bind_i64(&s, ":bytes", im->bytes);
    db_bind_text(&s, ":existing", im->refuse ? "refuse" : "update");
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err;
    im->id = db_i64(&s, 0);
    im->created_at = im->changed_at = now_ms;
    im->state = IMPORT_CHECKING;
    return ERR_OK;
}

enum err import_get(struct db *db, struct import *out, const char *public_id, int64_t account)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_GET);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":account", account);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    import_of_row(&s, out);
    return ERR_OK;
}

enum err import_next(struct db *db, struct import *out)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_NEXT);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    import_of_row(&s, out);
    return ERR_OK;
}

enum err import_open_count(struct db *db, int64_t *n, int64_t account)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_OPEN);
    db_bind_i64(&s, ":account", account);
    if (!db_row(&s))
        return s.err;
    *n = db_i64(&s, 0);
    return ERR_OK;
}

/* The update touched its row, or the import was in another state. */
static enum err stepped(struct stmt *s)
{
    return db_row(s) ? ERR_OK : s->err ? s->err : ERR_CONFLICT;
}

static struct stmt use_step(struct db *db, const struct sql *q, int64_t id, int64_t now_ms)
{
    struct stmt s = db_use(db, q);
    db_bind_i64(&s, ":id", id);
    db_bind_i64(&s, ":now", now_ms);
    return s;
}

enum err import_confirm(struct db *db, const struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = use_step(db, &SQL_IMPORT_CONFIRM, im->id, now_ms);
    db_bind_text(&s, ":client", im->client);
    return stepped(&s);
}

enum err import_cancel(struct db *db, const struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = use_step(db, &SQL_IMPORT_CANCEL, im->id, now_ms);
    return stepped(&s);
}

enum err import_step(struct db *db, const struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = use_step(db, &SQL_IMPORT_STEP, im->id, now_ms);
    db_bind_i64(&s, ":done", im->done);
    db_bind_text(&s, ":state", import_state_words[im->state]);
    return stepped(&s);
}

enum err import_checked(struct db *db, const struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = use_step(db, &SQL_IMPORT_CHECKED, im->id, now_ms);
    db_bind_text(&s, ":encoding", im->encoding);
    db_bind_text(&s, ":sure", im->sure);
    db_bind_i64(&s, ":all", im->counts.all);
    db_bind_i64(&s, ":fresh", im->counts.fresh);
    db_bind_i64(&s, ":changed", im->counts.changed);
    db_bind_i64(&s, ":unchanged", im->counts.unchanged);
    db_bind_i64(&s, ":bad", im->counts.bad);
    db_bind_blob(&s, ":digest", im->digest, sizeof(im->digest));
    return stepped(&s);
}

enum err import_done(struct db *db, const struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = use_step(db, &SQL_IMPORT_DONE, im->id, now_ms);
    return stepped(&s);
}

enum err import_undo(struct db *db, const struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = use_step(db, &SQL_IMPORT_UNDO, im->id, now_ms);
    db_bind_text(&s, ":reason", im->reason);
    return stepped(&s);
}

enum err import_undone(struct db *db, const struct import *im, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = use_step(db, &SQL_IMPORT_UNDONE, im->id, now_ms);
    return stepped(&s);
}

enum err import_each_stale(struct db *db, int64_t now_ms,
                           void (*each)(void *arg, const char *public_id), void *arg)
{
    static const enum import_state over[] = {IMPORT_CHECKED, IMPORT_DONE, IMPORT_CANCELLED,
                                             IMPORT_FAILED};
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < sizeof(over) / sizeof(over[0]); i++) {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_STALE);
        db_bind_text(&s, ":state", import_state_words[over[i]]);
        db_bind_i64(&s, ":before", now_ms - IMPORT_DAYS * DAY_MS);
        while (db_row(&s))
            each(arg, db_text(&s, 0));
        e = s.err;
    }
    return e;
}

enum err import_forget(struct db *db, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_FORGET);
    db_bind_i64(&s, ":before", now_ms - IMPORT_DAYS * DAY_MS);
    return db_exec(&s);
}

enum err import_known(struct db *db, bool *known, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_KNOWN);
    db_bind_text(&s, ":public_id", public_id);
    *known = db_row(&s);
    return s.err;
}

enum err import_list(struct db *db, int64_t account,
                     void (*each)(void *arg, const struct import *im), void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_RECENT);
    db_bind_i64(&s, ":account", account);
    while (db_row(&s)) {
        struct import im;
        import_of_row(&s, &im);
        each(arg, &im);
    }
    return s.err;
}
