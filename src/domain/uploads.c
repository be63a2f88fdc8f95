/* Uploads: announced, limited, committed. */
#include "domain/uploads.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

void upload_owner(char out[UPLOAD_OWNER_LEN + 1], const struct uploader *by)
{
    if (by->link[0] != '\0')
        (void)snprintf(out, UPLOAD_OWNER_LEN + 1, "link %s", by->link);
    else if (by->invitation != 0 && by->account == 0)
        (void)snprintf(out, UPLOAD_OWNER_LEN + 1, "invitation %" PRId64, by->invitation);
    else if (by->participant != 0 && by->account == 0)
        (void)snprintf(out, UPLOAD_OWNER_LEN + 1, "participant %" PRId64, by->participant);
    else
        (void)snprintf(out, UPLOAD_OWNER_LEN + 1, "account %" PRId64, by->account);
}

/* ---- quotas -----------------------------------------------------------------------------------
 */

static enum err reserved(struct db *db, int64_t project, int64_t but, int64_t *bytes)
{
    AUTO(db_done)
    struct stmt s = db_use(db, project == 0 ? &SQL_UPLOAD_RESERVED_ALL : &SQL_UPLOAD_RESERVED);
    db_bind_i64(&s, ":but", but);
    if (project != 0)
        db_bind_i64(&s, ":project", project);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    *bytes = db_i64(&s, 0);
    return ERR_OK;
}

static enum err fits(struct db *db, bool *out, int64_t limit, int64_t project, int64_t bytes,
                     int64_t but)
{
    int64_t kept = 0, coming = 0;
    *out = true;
    if (limit == 0)
        return ERR_OK;
    enum err e = document_usage(db, project, &kept);
    if (e == ERR_OK)
        e = reserved(db, project, but, &coming);
    *out = bytes <= limit && kept <= limit - bytes && coming <= limit - bytes - kept;
    return e;
}

enum err quota_check(struct db *db, enum quota_verdict *out, const struct quotas *q,
                     int64_t project, int64_t bytes, int64_t but)
{
    bool fine = true;
    *out = QUOTA_FINE;
    if (q->upload != 0 && bytes > q->upload) {
        *out = QUOTA_UPLOAD;
        return ERR_OK;
    }
    enum err e = fits(db, &fine, q->project, project, bytes, but);
    if (e == ERR_OK && !fine)
        *out = QUOTA_PROJECT;
    if (e != ERR_OK || !fine)
        return e;
    e = fits(db, &fine, q->all, 0, bytes, but);
    if (e == ERR_OK && !fine)
        *out = QUOTA_ALL;
    return e;
}

/* ---- the record of one ------------------------------------------------------------------------
 */

enum err upload_add(struct db *db, struct upload *u, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_ADD);
    random_hex(u->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", u->public_id);
    db_bind_i64(&s, ":project", u->project);
    db_bind_id(&s, ":document", u->document);
    db_bind_id(&s, ":meeting", u->meeting);
    db_bind_text(&s, ":title", u->title);
    db_bind_text(&s, ":kind", u->kind);
    db_bind_text(&s, ":name", u->name);
    db_bind_i64(&s, ":bytes", u->bytes);
    db_bind_text(&s, ":owner", u->owner);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_i64(&s, ":expires", u->expires_at);
    if (!db_row(&s))
        return s.err;
    u->id = db_i64(&s, 0);
    (void)snprintf(u->state, sizeof(u->state), "open");
    return ERR_OK;
}

enum err upload_get(struct db *db, struct upload *out, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_GET);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *out = (struct upload){.id = db_i64(&s, 0),
                           .project = db_i64(&s, 2),
                           .document = db_i64(&s, 3),
                           .meeting = db_i64(&s, 4),
                           .bytes = db_i64(&s, 8),
                           .expires_at = db_i64(&s, 10),
                           .done_number = db_i64(&s, 14),
                           .project_manager = db_i64(&s, 17)};
    COPY(out->public_id, &s, 1);
    COPY(out->title, &s, 5);
    COPY(out->kind, &s, 6);
    COPY(out->name, &s, 7);
    COPY(out->owner, &s, 9);
    COPY(out->state, &s, 11);
    COPY(out->reason, &s, 12);
    COPY(out->done_document, &s, 13);
    COPY(out->meeting_public_id, &s, 15);
    COPY(out->document_public_id, &s, 16);
    return ERR_OK;
}

static enum err end(struct db *db, int64_t id, const char *state, const char *reason,
                    int64_t revision)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_END);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":state", state);
    db_bind_text(&s, ":reason", reason);
    db_bind_id(&s, ":revision", revision);
    return db_exec(&s);
}

enum err upload_end(struct db *db, int64_t id, const char *state, const char *reason)
{
    return end(db, id, state, reason, 0);
}

enum err upload_end_owner(struct db *db, int64_t project, const char *owner, const char *reason)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_END_OWNER);
    db_bind_i64(&s, ":project", project);
    db_bind_text(&s, ":owner", owner);
    db_bind_text(&s, ":reason", reason);
    return db_exec(&s);
}

enum err upload_expire(struct db *db, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_EXPIRE);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err upload_any_due(struct db *db, bool *due, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_DUE);
    db_bind_i64(&s, ":now", now_ms);
    *due = db_row(&s) && db_i64(&s, 0) != 0;
    return s.err;
}

enum err upload_unswept(struct db *db, int64_t *id, char public_id[PUBLIC_ID_LEN + 1], bool *kept)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_UNSWEPT);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *id = db_i64(&s, 0);
    *kept = db_i64(&s, 2) != 0;
    (void)snprintf(public_id, PUBLIC_ID_LEN + 1, "%s", db_text(&s, 1));
    return ERR_OK;
}

enum err upload_swept(struct db *db, int64_t id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_SWEPT);
    db_bind_i64(&s, ":id", id);
    return db_exec(&s);
}

enum err upload_is_open(struct db *db, bool *open, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_UPLOAD_STATE);
    db_bind_text(&s, ":public_id", public_id);
    *open = db_row(&s) && strcmp(db_text(&s, 0), "open") == 0;
    return s.err;
}

/* ---- from upload to revision ------------------------------------------------------------------
 */

/* The document that it belongs to, made now when it is a new one. */
static enum err find_document(struct db *db, const struct upload *u, const struct uploader *by,
                              struct document *d, int64_t now_ms)
{
    if (u->document == 0) {
        *d = (struct document){.project = u->project};
        (void)snprintf(d->title, sizeof(d->title), "%s", u->title);
        (void)snprintf(d->kind, sizeof(d->kind), "%s", u->kind);
        return document_add(db, d, by->name, now_ms);
    }
    char public_id[PUBLIC_ID_LEN + 1] = "";
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_ID_TEXT);
        db_bind_i64(&s, ":id", u->document);
        if (db_row(&s))
            COPY(public_id, &s, 0);
    }
    enum err e = document_get(db, d, public_id);
    return e == ERR_OK && d->withdrawn_at != 0 ? ERR_GONE : e;
}

static enum err check_new(struct db *db, const struct upload *u, const struct document *d,
                          const struct content *c, struct revision *last)
{
    if (u->document == 0)
        return ERR_OK;
    enum err e = revision_get(db, last, d->id, 0);
    if (e == ERR_NOENT)
        return ERR_OK;
    bool same = e == ERR_OK && memcmp(last->sha256, c->sha256, sizeof(c->sha256)) == 0;
    return same ? ERR_CONFLICT : e;
}

enum err upload_commit(struct db *db, const struct upload *u, const struct content *c,
                       const struct uploader *by, const char *scan, struct document *d,
                       struct revision *r, int64_t now_ms)
{
    bool open = false;
    enum err e = upload_is_open(db, &open, u->public_id);
    if (e == ERR_OK && !open)
        e = ERR_GONE;
    if (e == ERR_OK)
        e = find_document(db, u, by, d, now_ms);
    if (e == ERR_OK)
        e = check_new(db, u, d, c, r);
    if (e != ERR_OK)
        return e;
    *r = (struct revision){.bytes = c->bytes, .by = *by};
    memcpy(r->sha256, c->sha256, sizeof(r->sha256));
    (void)snprintf(r->file, sizeof(r->file), "%s", u->public_id);
    (void)snprintf(r->type, sizeof(r->type), "%s", c->type);
    (void)snprintf(r->name, sizeof(r->name), "%s", u->name);
    (void)snprintf(r->scan, sizeof(r->scan), "%s", scan);
    e = revision_add(db, d, r, now_ms);
    if (e == ERR_OK && u->meeting != 0)
        e = document_link(db, u->meeting, d->public_id);
    return e == ERR_OK ? end(db, u->id, "done", "", r->id) : e;
}
