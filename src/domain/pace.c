/* Working days by stage. A stage is left for good by a move forward; what went before a move back
 * is added to what comes after it. */
#include "domain/pace.h"

#include <string.h>

#include "db/db.h"
#include "db/sql_gen.h"

static enum err spend(struct db *db, const struct sql *q, int64_t project, const char *stage,
                      int32_t days, int32_t left)
{
    AUTO(db_done) struct stmt s = db_use(db, q);
    db_bind_i64(&s, ":project", project);
    if (stage != NULL)
        db_bind_text(&s, ":stage", stage);
    db_bind_i64(&s, ":days", days);
    db_bind_id(&s, ":left", left);
    return db_exec(&s);
}

static enum err applied_on(struct db *db, int64_t project, int32_t *out)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_APPLIED_ON);
    db_bind_i64(&s, ":project", project);
    *out = db_row(&s) ? (int32_t)db_i64(&s, 0) : 0;
    return s.err;
}

/* Power is on when the stage of putting in the meter is behind. */
static bool powers(enum stage from, enum stage to)
{
    return from <= STAGE_ENERGIZATION && to > STAGE_ENERGIZATION && to != STAGE_WITHDRAWN;
}

enum err pace_moved(struct db *db, int64_t project, enum stage from, enum stage to, int32_t since,
                    int32_t on, const struct calendar *c)
{
    if (stage_is_over(from))
        return ERR_OK;
    bool forward = to > from && to != STAGE_WITHDRAWN;
    int32_t days = on > since ? calendar_between(c, since, on) : 0; /* A clock may go back. */
    enum err e =
        spend(db, &SQL_PROJECT_TIME_SPEND, project, stage_text(from), days, forward ? on : 0);
    if (e != ERR_OK || !powers(from, to))
        return e;
    int32_t applied = 0;
    e = applied_on(db, project, &applied);
    if (e != ERR_OK || applied == 0)
        return e;
    return spend(db, &SQL_PROJECT_TIME_TOTAL, project, NULL, calendar_between(c, applied, on), on);
}

/* ---- anew
 * --------------------------------------------------------------------------------------------- */

static enum err clear(struct db *db, const struct sql *q)
{
    AUTO(db_done) struct stmt s = db_use(db, q);
    return db_exec(&s);
}

static enum err count_moves(struct db *db, const struct calendar *c)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PACE_MOVES);
    int64_t project = 0;
    int32_t since = 0;
    enum err e = ERR_OK;
    while (e == ERR_OK && db_row(&s)) {
        if (db_i64(&s, 0) != project)
            since = day_of_ms(db_i64(&s, 4));
        project = db_i64(&s, 0);
        int32_t on = (int32_t)db_i64(&s, 3);
        e = pace_moved(db, project, stage_from_text(db_text(&s, 1)),
                       stage_from_text(db_text(&s, 2)), since, on, c);
        since = on;
    }
    return e != ERR_OK ? e : s.err;
}

static bool is_marked(struct db *db, int64_t mark)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PACE_MARK_GET);
    return db_row(&s) && db_i64(&s, 0) == mark;
}

enum err pace_again(struct db *db, const struct calendar *c, bool *counted)
{
    int64_t mark = calendar_mark(c);
    *counted = false;
    if (is_marked(db, mark))
        return ERR_OK;
    AUTO(db_rollback) struct tx tx = {NULL, false};
    enum err e = db_begin(&tx, db);
    if (e == ERR_OK)
        e = clear(db, &SQL_PROJECT_TIME_CLEAR);
    if (e == ERR_OK)
        e = clear(db, &SQL_STAGE_PACE_CLEAR);
    if (e == ERR_OK)
        e = count_moves(db, c);
    if (e == ERR_OK) {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_PACE_MARK_SET);
        db_bind_i64(&s, ":calendar", mark);
        e = db_exec(&s);
    }
    if (e == ERR_OK)
        e = db_commit(&tx);
    *counted = e == ERR_OK;
    return e;
}

/* ---- read
 * --------------------------------------------------------------------------------------------- */

enum err pace_of(struct db *db, struct pace_project *out, int64_t project)
{
    struct pace_project p = {.total = -1};
    for (enum stage i = STAGE_RESERVE; i < STAGE_N; i++)
        p.days[i] = -1;
    enum err e = applied_on(db, project, &p.applied_on);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_TIME_LIST);
    db_bind_i64(&s, ":project", project);
    while (db_row(&s)) {
        enum stage stage = stage_from_text(db_text(&s, 0));
        if (stage < STAGE_N)
            p.days[stage] = (int32_t)db_i64(&s, 1);
        else
            p.total = (int32_t)db_i64(&s, 1);
    }
    if (s.err == ERR_OK)
        *out = p;
    return s.err;
}

/* "total" has a place of its own. */
static void done_row(const struct stmt *s, struct pace *out)
{
    enum stage stage = stage_from_text(db_text(s, 0));
    struct pace_done *d = stage < STAGE_N ? &out->stages[stage].done : &out->total;
    *d = (struct pace_done){.projects = db_i64(s, 1), .days = db_i64(s, 2)};
}

static void stage_row(const struct stmt *s, struct pace *out)
{
    enum stage stage = stage_from_text(db_text(s, 0));
    if (stage >= STAGE_N)
        return;
    struct pace_stage *at = &out->stages[stage];
    at->projects = db_i64(s, 1);
    at->late = db_i64(s, 2);
    at->late_more = db_i64(s, 3);
    at->late_most = db_i64(s, 4);
}

static enum err read_rows(struct stmt *s, const struct pace_query *q, struct pace *out,
                          void (*row)(const struct stmt *s, struct pace *out))
{
    if (!q->everything)
        db_bind_i64(s, ":manager", q->manager);
    while (db_row(s))
        row(s, out);
    return s->err;
}

static enum err read_done(struct db *db, struct pace *out, const struct pace_query *q)
{
    AUTO(db_done)
    struct stmt s = db_use(db, q->everything ? &SQL_PACE_DONE : &SQL_PACE_DONE_OWN);
    db_bind_i64(&s, ":since", q->since);
    return read_rows(&s, q, out, done_row);
}

static enum err read_stages(struct db *db, struct pace *out, const struct pace_query *q,
                            const struct calendar *c)
{
    AUTO(db_done)
    struct stmt s = db_use(db, q->everything ? &SQL_PACE_STAGES : &SQL_PACE_STAGES_OWN);
    db_bind_i64(&s, ":late", calendar_before(c, q->today, 1));
    db_bind_i64(&s, ":late_more", calendar_before(c, q->today, PACE_LATE_MORE + 1));
    db_bind_i64(&s, ":late_most", calendar_before(c, q->today, PACE_LATE_MOST + 1));
    return read_rows(&s, q, out, stage_row);
}

enum err pace_read(struct db *db, struct pace *out, const struct pace_query *q,
                   const struct calendar *c)
{
    struct pace p;
    memset(&p, 0, sizeof(p));
    enum err e = read_stages(db, &p, q, c);
    if (e == ERR_OK)
        e = read_done(db, &p, q);
    if (e == ERR_OK)
        *out = p;
    return e;
}
