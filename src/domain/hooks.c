/* Subscriptions to events. */
#include "domain/hooks.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/wordset.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

enum { SEALED = HOOK_SECRET_LEN + SEAL_EXTRA };

const char *const hook_words[HOOK_EVENTS + 1] = {
    [HOOK_PROJECT_CREATED] = "project.created",
    [HOOK_PROJECT_CHANGED] = "project.changed",
    [HOOK_PROJECT_MOVED] = "project.moved",
    [HOOK_MEETING_SCHEDULED] = "meeting.scheduled",
    [HOOK_MEETING_CHANGED] = "meeting.changed",
    [HOOK_MEETING_RESCHEDULED] = "meeting.rescheduled",
    [HOOK_MEETING_CANCELLED] = "meeting.cancelled",
    [HOOK_MEETING_STARTED] = "meeting.started",
    [HOOK_MEETING_ENDED] = "meeting.ended",
    [HOOK_RECORDING_READY] = "recording.ready",
    [HOOK_EVENTS] = NULL,
};

/* ---- secrets ----------------------------------------------------------------------------------
 */

static void purpose_of(char out[PUBLIC_ID_LEN + 20], const struct hook *h)
{
    (void)snprintf(out, PUBLIC_ID_LEN + 20, "webhook %s", h->public_id);
}

static enum err make_secret(const uint8_t key[SEAL_KEY_LEN], struct hook *h, uint8_t sealed[SEALED])
{
    char purpose[PUBLIC_ID_LEN + 20];
    purpose_of(purpose, h);
    random_hex(h->secret, HOOK_SECRET_LEN);
    return seal(key, purpose, h->secret, HOOK_SECRET_LEN, sealed);
}

static enum err open_secret(const uint8_t key[SEAL_KEY_LEN], struct hook *h, const struct stmt *s,
                            int col)
{
    char purpose[PUBLIC_ID_LEN + 20];
    size_t n = 0;
    const uint8_t *sealed = (const uint8_t *)db_blob(s, col, &n);
    purpose_of(purpose, h);
    if (n != SEALED)
        return ERR_CRYPTO;
    h->secret[HOOK_SECRET_LEN] = '\0';
    return seal_open(key, purpose, sealed, n, (uint8_t *)h->secret);
}

/* ---- rows -------------------------------------------------------------------------------------
 */

static void take(const struct stmt *s, struct hook *out)
{
    *out = (struct hook){.id = db_i64(s, 0),
                         .active = db_i64(s, 5) != 0,
                         .created_at = db_i64(s, 7),
                         .changed_at = db_i64(s, 8),
                         .version = db_i64(s, 9)};
    COPY(out->public_id, s, 1);
    COPY(out->name, s, 2);
    COPY(out->url, s, 3);
    if (wordset_parse(&out->events, hook_words, db_text(s, 4)) != ERR_OK)
        out->events = 0; /* Of another version. */
    COPY(out->made_by, s, 6);
}

static enum err count(struct db *db, int64_t *n)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_COUNT);
    if (!db_row(&s))
        return s.err;
    *n = db_i64(&s, 0);
    return ERR_OK;
}

static void bind_fields(struct stmt *s, const struct hook *h, int64_t now_ms)
{
    char events[HOOK_EVENTS_LEN + 1];
    wordset_text(events, sizeof(events), hook_words, h->events);
    db_bind_text(s, ":name", h->name);
    db_bind_text(s, ":url", h->url);
    db_bind_text(s, ":events", events);
    db_bind_i64(s, ":active", h->active);
    db_bind_i64(s, ":now", now_ms);
}

enum err hook_add(struct db *db, const uint8_t key[SEAL_KEY_LEN], struct hook *h, int64_t now_ms)
{
    uint8_t sealed[SEALED];
    int64_t n = 0;
    enum err e = count(db, &n);
    if (e == ERR_OK && n >= HOOKS_MAX)
        e = ERR_LIMIT;
    random_hex(h->public_id, PUBLIC_ID_LEN);
    if (e == ERR_OK)
        e = make_secret(key, h, sealed);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_ADD);
    bind_fields(&s, h, now_ms);
    db_bind_text(&s, ":public_id", h->public_id);
    db_bind_blob(&s, ":secret", sealed, sizeof(sealed));
    db_bind_text(&s, ":made_by", h->made_by);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    h->id = db_i64(&s, 0);
    h->created_at = h->changed_at = now_ms;
    h->version = 1;
    return ERR_OK;
}

static enum err find(struct db *db, const uint8_t *key, struct hook *out, const char *public_id)
{
    struct hook h;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_GET);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    take(&s, &h);
    enum err e = key != NULL ? open_secret(key, &h, &s, 10) : ERR_OK;
    if (e == ERR_OK)
        *out = h;
    return e;
}

enum err hook_get(struct db *db, struct hook *out, const char *public_id)
{
    return find(db, NULL, out, public_id);
}

enum err hook_open(struct db *db, const uint8_t key[SEAL_KEY_LEN], struct hook *out,
                   const char *public_id)
{
    return find(db, key, out, public_id);
}

enum err hook_edit(struct db *db, struct hook *h, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_EDIT);
    bind_fields(&s, h, now_ms);
    db_bind_i64(&s, ":id", h->id);
    db_bind_i64(&s, ":version", h->version);
    if (!db_row(&s))
        return s.err ? s.err : ERR_CONFLICT;
    h->version = db_i64(&s, 0);
    h->changed_at = now_ms;
    return ERR_OK;
}

enum err hook_secret_renew(struct db *db, const uint8_t key[SEAL_KEY_LEN], struct hook *h,
                           int64_t now_ms)
{
    uint8_t sealed[SEALED];
    enum err e = make_secret(key, h, sealed);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_SECRET);
    db_bind_i64(&s, ":id", h->id);
    db_bind_blob(&s, ":secret", sealed, sizeof(sealed));
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    h->version = db_i64(&s, 0);
    return ERR_OK;
}

enum err hook_remove(struct db *db, const char *public_id, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_REMOVE);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":now", now_ms);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    return ERR_OK;
}

enum err hook_list(struct db *db, void (*each)(void *arg, const struct hook *h), void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_LIST);
    while (db_row(&s)) {
        struct hook h;
        take(&s, &h);
        each(arg, &h);
    }
    return s.err;
}

enum err hooks_of(struct db *db, const uint8_t key[SEAL_KEY_LEN], enum hook_event event,
                  struct hook out[HOOKS_MAX], size_t *n)
{
    enum err e = ERR_OK;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_LIST);
    *n = 0;
    while (e == ERR_OK && *n < HOOKS_MAX && db_row(&s)) {
        struct hook *h = &out[*n];
        take(&s, h);
        if (!h->active || (h->events >> event & 1u) == 0)
            continue;
        e = open_secret(key, h, &s, 10);
        if (e == ERR_OK)
            ++*n;
        else if (e == ERR_CRYPTO) { /* What it would have been told of is not undone by that. */
            log_error("hooks", "the secret of %s was sealed with another key", h->name);
            e = ERR_OK;
        }
    }
    return e != ERR_OK ? e : s.err;
}

/* ---- what it is about -------------------------------------------------------------------------
 */

enum err hook_subject_of_meeting(struct db *db, struct hook_subject *out, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_WEBHOOK_OF_MEETING);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    COPY(out->project, &s, 0);
    COPY(out->meeting, &s, 1);
    return ERR_OK;
}
