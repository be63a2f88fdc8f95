/* Documents and their revisions. */
#include "domain/documents.h"

#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

const char *const document_kinds[] = {"drawing", "plan", "photo", "other", NULL};

/* ---- documents -------------------------------------------------------------------------------
 */

static void read_document(const struct stmt *s, struct document *d)
{
    *d = (struct document){.id = db_i64(s, 0),
                           .created_at = db_i64(s, 4),
                           .version = db_i64(s, 6),
                           .withdrawn_at = db_i64(s, 7),
                           .project = db_i64(s, 10),
                           .project_manager = db_i64(s, 12)};
    COPY(d->public_id, s, 1);
    COPY(d->title, s, 2);
    COPY(d->kind, s, 3);
    COPY(d->created_by, s, 5);
    COPY(d->withdrawn_by, s, 8);
    COPY(d->withdrawn_reason, s, 9);
    COPY(d->project_public_id, s, 11);
}

enum err document_get(struct db *db, struct document *out, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_GET);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    read_document(&s, out);
    return ERR_OK;
}

static enum err each_of(struct stmt *s, int64_t before,
                        void (*each)(void *arg, const struct document *d), void *arg)
{
    db_bind_i64(s, ":before", before);
    db_bind_i64(s, ":limit", DOCUMENT_PAGE);
    while (db_row(s)) {
        struct document d;
        read_document(s, &d);
        each(arg, &d);
    }
    return s->err;
}

enum err document_each_of_project(struct db *db, int64_t project, int64_t before,
                                  void (*each)(void *arg, const struct document *d), void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_OF_PROJECT);
    db_bind_i64(&s, ":project", project);
    return each_of(&s, before, each, arg);
}

enum err document_each_of_meeting(struct db *db, int64_t meeting, int64_t before,
                                  void (*each)(void *arg, const struct document *d), void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_OF_MEETING);
    db_bind_i64(&s, ":meeting", meeting);
    return each_of(&s, before, each, arg);
}

enum err document_add(struct db *db, struct document *d, const char *by, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_ADD);
    random_hex(d->public_id, PUBLIC_ID_LEN);
    db_bind_text(&s, ":public_id", d->public_id);
    db_bind_i64(&s, ":project", d->project);
    db_bind_text(&s, ":title", d->title);
    db_bind_text(&s, ":kind", d->kind);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_text(&s, ":by", by);
    if (!db_row(&s))
        return s.err;
    d->id = db_i64(&s, 0);
    d->version = 1;
    d->created_at = now_ms;
    (void)snprintf(d->created_by, sizeof(d->created_by), "%s", by);
    return ERR_OK;
}

static enum err changed(struct stmt *s, struct document *d)
{
    db_bind_i64(s, ":id", d->id);
    db_bind_i64(s, ":version", d->version);
    if (!db_row(s))
        return s->err ? s->err : ERR_GONE;
    d->version = db_i64(s, 0);
    return ERR_OK;
}

enum err document_edit(struct db *db, struct document *d)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_EDIT);
    db_bind_text(&s, ":title", d->title);
    db_bind_text(&s, ":kind", d->kind);
    return changed(&s, d);
}

enum err document_withdraw(struct db *db, struct document *d, const char *by, const char *reason,
                           int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_WITHDRAW);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_text(&s, ":by", by);
    db_bind_text(&s, ":reason", reason);
    enum err e = changed(&s, d);
    if (e != ERR_OK)
        return e;
    d->withdrawn_at = now_ms;
    (void)snprintf(d->withdrawn_by, sizeof(d->withdrawn_by), "%s", by);
    (void)snprintf(d->withdrawn_reason, sizeof(d->withdrawn_reason), "%s", reason);
    return ERR_OK;
}

enum err document_restore(struct db *db, struct document *d)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_RESTORE);
    enum err e = changed(&s, d);
    if (e == ERR_OK) {
        d->withdrawn_at = 0;
        d->withdrawn_by[0] = d->withdrawn_reason[0] = '\0';
    }
    return e;
}

/* ---- links to meetings ------------------------------------------------------------------------
 */

enum err document_link(struct db *db, int64_t meeting, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_LINK_ADD);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    return ERR_OK;
}

enum err document_unlink(struct db *db, int64_t meeting, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_LINK_REMOVE);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_text(&s, ":public_id", public_id);
    return db_exec(&s);
}

enum err document_unlink_all(struct db *db, int64_t meeting)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_LINKS_CLEAR);
    db_bind_i64(&s, ":meeting", meeting);
    return db_exec(&s);
}

bool document_is_linked(struct db *db, int64_t meeting, int64_t document)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_LINKED);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_i64(&s, ":document", document);
    return db_row(&s);
}

enum relation document_standing(struct db *db, int64_t document, int64_t account)
{
    static const enum relation relations[] = {REL_NONE, REL_ASSIGNED, REL_OWN};
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_STANDING);
    db_bind_i64(&s, ":document", document);
    db_bind_i64(&s, ":account", account);
    return db_row(&s) ? relations[db_i64(&s, 0)] : REL_NONE;
}

/* ---- revisions --------------------------------------------------------------------------------
 */

static void read_revision(const struct stmt *s, struct revision *r)
{
    size_t n = 0;
    *r = (struct revision){.id = db_i64(s, 0),
                           .number = db_i64(s, 1),
                           .bytes = db_i64(s, 4),
                           .uploaded_at = db_i64(s, 7),
                           .by = {.account = db_i64(s, 12), .participant = db_i64(s, 13)}};
    const void *digest = db_blob(s, 3, &n);
    if (digest != NULL && n == sizeof(r->sha256))
        memcpy(r->sha256, digest, n);
    COPY(r->file, s, 2);
    COPY(r->type, s, 5);
    COPY(r->name, s, 6);
    COPY(r->by.name, s, 8);
    COPY(r->by.role, s, 9);
    COPY(r->scan, s, 10);
    COPY(r->finding, s, 11);
    COPY(r->by.link, s, 14);
}

enum err revision_add(struct db *db, const struct document *d, struct revision *r, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_REVISION_ADD);
    db_bind_i64(&s, ":document", d->id);
    db_bind_i64(&s, ":project", d->project);
    db_bind_text(&s, ":file", r->file);
    db_bind_blob(&s, ":sha256", r->sha256, sizeof(r->sha256));
    db_bind_i64(&s, ":bytes", r->bytes);
    db_bind_text(&s, ":type", r->type);
    db_bind_text(&s, ":name", r->name);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_text(&s, ":by", r->by.name);
    db_bind_text(&s, ":role", r->by.role);
    db_bind_id(&s, ":account", r->by.account);
    db_bind_id(&s, ":participant", r->by.participant);
    db_bind_text(&s, ":link", r->by.link);
    db_bind_text(&s, ":scan", r->scan);
    if (!db_row(&s))
        return s.err;
    r->id = db_i64(&s, 0);
    r->number = db_i64(&s, 1);
    r->uploaded_at = now_ms;
    return ERR_OK;
}

enum err revision_get(struct db *db, struct revision *out, int64_t document, int64_t number)
{
    AUTO(db_done)
    struct stmt s = db_use(db, number == 0 ? &SQL_REVISION_LATEST : &SQL_REVISION_GET);
    db_bind_i64(&s, ":document", document);
    if (number != 0)
        db_bind_i64(&s, ":number", number);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    read_revision(&s, out);
    return ERR_OK;
}

enum err revision_each(struct db *db, int64_t document,
                       void (*each)(void *arg, const struct revision *r), void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_REVISION_LIST);
    db_bind_i64(&s, ":document", document);
    while (db_row(&s)) {
        struct revision r;
        read_revision(&s, &r);
        each(arg, &r);
    }
    return s.err;
}

enum err revision_same(struct db *db, struct same *out, int64_t project,
                       const uint8_t sha256[SHA256_LEN], int64_t before)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_REVISION_SAME);
    *out = (struct same){.number = 0};
    db_bind_i64(&s, ":project", project);
    db_bind_blob(&s, ":sha256", sha256, SHA256_LEN);
    db_bind_i64(&s, ":before", before);
    if (!db_row(&s))
        return s.err;
    COPY(out->document, &s, 0);
    COPY(out->title, &s, 1);
    out->number = db_i64(&s, 2);
    return ERR_OK;
}

/* ---- the scanner ------------------------------------------------------------------------------
 */

enum err revision_waiting(struct db *db, struct revision *out, int64_t after)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_REVISION_WAITING);
    db_bind_i64(&s, ":after", after);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *out = (struct revision){.id = db_i64(&s, 0), .bytes = db_i64(&s, 2)};
    COPY(out->file, &s, 1);
    return ERR_OK;
}

static enum err one_number(struct stmt *s, int64_t *out)
{
    if (!db_row(s))
        return s->err ? s->err : ERR_DB;
    *out = db_i64(s, 0);
    return ERR_OK;
}

enum err revision_waits(struct db *db, int64_t *n)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_REVISION_WAITS);
    return one_number(&s, n);
}

enum err revision_scanned(struct db *db, char document[PUBLIC_ID_LEN + 1], int64_t id,
                          const char *scan, const char *finding, int64_t now_ms)
{
    int64_t row = 0;
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_REVISION_SCANNED);
        db_bind_i64(&s, ":id", id);
        db_bind_text(&s, ":scan", scan);
        db_bind_text(&s, ":finding", finding);
        db_bind_i64(&s, ":now", now_ms);
        if (!db_row(&s))
            return s.err ? s.err : ERR_NOENT;
        row = db_i64(&s, 0);
    }
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_ID_TEXT);
    db_bind_i64(&s, ":id", row);
    if (!db_row(&s))
        return s.err ? s.err : ERR_DB;
    (void)snprintf(document, PUBLIC_ID_LEN + 1, "%s", db_text(&s, 0));
    return ERR_OK;
}

enum err revision_noted(struct db *db, int64_t id, const char *finding)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_REVISION_NOTED);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":finding", finding);
    return db_exec(&s);
}

enum err document_usage(struct db *db, int64_t project, int64_t *bytes)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_DOCUMENT_USAGE);
    db_bind_i64(&s, ":key", project);
    return one_number(&s, bytes);
}
