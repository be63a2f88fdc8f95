/* What is next for an import, and how it ends. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "importer_priv.h"

enum { REMOVE_BATCH = 50, DETAIL_MAX = 400 };

/* ---- taking back ------------------------------------------------------------------------------
 */

struct removal {
    const struct import *im;
    size_t n;
};

static enum err remove_one(struct db *db, int64_t project)
{
    static const struct parties none = {0};
    enum err e = parties_set(db, project, &none);
    if (e == ERR_OK)
        e = project_unindex(db, project);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_PROJECT_REMOVE);
    db_bind_i64(&s, ":id", project);
    return db_exec(&s);
}

static enum err remove_some(struct db *db, void *with)
{
    struct removal *r = (struct removal *)with;
    int64_t ids[REMOVE_BATCH];
    r->n = 0;
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_IMPORT_PROJECTS);
        db_bind_i64(&s, ":id", r->im->id);
        db_bind_i64(&s, ":limit", REMOVE_BATCH);
        while (r->n < REMOVE_BATCH && db_row(&s))
            ids[r->n++] = db_i64(&s, 0);
        if (s.err != ERR_OK)
            return s.err;
    }
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < r->n; i++)
        e = remove_one(db, ids[i]);
    return e;
}

static enum err undone(struct db *db, const struct import *im, int64_t now_ms)
{
    enum err e = import_undone(db, im, now_ms);
    char detail[DETAIL_MAX];
    (void)snprintf(detail, sizeof(detail), "%s: %s", im->name, im->reason);
    const struct audit a = {.who = im->who,
                            .what = "project.import_undone",
                            .object = im->public_id,
                            .client = im->client,
                            .detail = detail,
                            .account = im->account};
    return e == ERR_OK ? audit_put(db, &a, now_ms) : e;
}

static enum err take_back(const struct importer *cfg, struct import *im)
{
    struct removal r = {.im = im, .n = 1};
    enum err e = ERR_OK;
    while (e == ERR_OK && r.n > 0)
        e = cfg->write(cfg->arg, remove_some, &r);
    return e == ERR_OK ? importer_step(cfg, im, undone) : e;
}

/* What the record says by now: somebody may have cancelled it meanwhile. */
static enum err fail(const struct importer *cfg, struct import *im, const char *why)
{
    struct import now;
    enum err e = import_get(cfg->db, &now, im->public_id, im->account);
    if (e != ERR_OK)
        return e;
    (void)snprintf(im->reason, sizeof(im->reason), "%s", now.cancel ? "cancelled" : why);
    e = importer_step(cfg, im, import_undo);
    im->state = IMPORT_UNDOING;
    return e == ERR_OK ? take_back(cfg, im) : e;
}

/* Refusals end the import; what may pass is tried again by whoever called. */
static enum err ended(const struct importer *cfg, struct import *im, enum err e)
{
    switch (e) {
    case ERR_CONFLICT:
    case ERR_GONE:
        return fail(cfg, im, "overtaken");
    case ERR_NOENT:
    case ERR_IO:
        return fail(cfg, im, "file");
    case ERR_OK:
    case ERR_NOMEM:
    case ERR_PROTO:
    case ERR_INVAL:
    case ERR_DENIED:
    case ERR_BUSY:
    case ERR_DB:
    case ERR_AUTH:
    case ERR_TOOBIG:
    case ERR_CRYPTO:
    case ERR_LIMIT:
        break;
    }
    return e;
}

/* ---- the check --------------------------------------------------------------------------------
 */

static enum err check(const struct importer *cfg, struct import *im)
{
    AUTO(pass_free) struct pass *ps = NULL;
    enum err e = pass_new(&ps, cfg, im, false);
    if (e == ERR_OK)
        e = pass_run(ps);
    if (e != ERR_OK)
        return ended(cfg, im, e);
    im->counts = ps->counts;
    memcpy(im->digest, ps->found, sizeof(im->digest));
    return ended(cfg, im, importer_step(cfg, im, import_checked));
}

/* ---- the writing ------------------------------------------------------------------------------
 */

struct finish {
    struct pass *ps;
    const struct stage_rules *rules;
};

static enum err change_one(struct db *db, struct change *c, const struct finish *f, int64_t now_ms)
{
    const struct import *im = f->ps->im;
    c->p.f.parties = &c->parties;
    enum err e = project_edit(db, &c->p, f->rules);
    const struct audit a = {.who = im->who,
                            .what = "project.edit",
                            .object = c->p.public_id,
                            .client = im->client,
                            .detail = im->public_id,
                            .account = im->account};
    return e == ERR_OK ? audit_put(db, &a, now_ms) : e;
}

static enum err put_down(struct db *db, const struct import *im, int64_t now_ms)
{
    char detail[DETAIL_MAX];
    (void)snprintf(detail, sizeof(detail), "%s: %lld new, %lld changed", im->name,
                   (long long)im->counts.fresh, (long long)im->counts.changed);
    const struct audit a = {.who = im->who,
                            .what = "project.import",
                            .object = im->public_id,
                            .client = im->client,
                            .detail = detail,
                            .account = im->account};
    return audit_put(db, &a, now_ms);
}

static enum err finish(struct db *db, void *with)
{
    const struct finish *f = (const struct finish *)with;
    int64_t now_ms = clock_wall_ms();
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < f->ps->n_changes; i++)
        e = change_one(db, &f->ps->changes[i], f, now_ms);
    if (e == ERR_OK)
        e = import_done(db, f->ps->im, now_ms);
    return e == ERR_OK ? put_down(db, f->ps->im, now_ms) : e;
}

static bool as_checked(const struct pass *ps)
{
    return ps->counts.bad == 0 && memcmp(&ps->counts, &ps->im->counts, sizeof(ps->counts)) == 0 &&
           memcmp(ps->found, ps->im->digest, sizeof(ps->found)) == 0;
}

static enum err write_all(const struct importer *cfg, struct import *im)
{
    AUTO(pass_free) struct pass *ps = NULL;
    enum err e = pass_new(&ps, cfg, im, true);
    if (e == ERR_OK)
        e = pass_run(ps);
    if (e == ERR_OK && !as_checked(ps))
        e = ERR_CONFLICT;
    if (e == ERR_OK) {
        struct finish f = {.ps = ps, .rules = cfg->rules};
        e = cfg->write(cfg->arg, finish, &f);
    }
    return ended(cfg, im, e);
}

enum err importer_run(const struct importer *cfg, struct import *im)
{
    if (im->state == IMPORT_CHECKING)
        return check(cfg, im);
    if (im->state == IMPORT_WRITING)
        return write_all(cfg, im);
    return im->state == IMPORT_UNDOING ? take_back(cfg, im) : ERR_OK;
}
