/* Projects: their fields, and the moves from stage to stage. */
#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/sql_gen.h"
#include "domain/meetings.h"
#include "domain/pace.h"
#include "projects_priv.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

void project_of_row(const struct stmt *s, struct project *out)
{
    *out = (struct project){.id = db_i64(s, 0),
                            .created_at = db_i64(s, 2),
                            .version = db_i64(s, 3),
                            .manager = db_i64(s, 4),
                            .stage = stage_from_text(db_text(s, 20)),
                            .stage_on = (int32_t)db_i64(s, 21),
                            .due_on = (int32_t)db_i64(s, 22)};
    struct project_fields *f = &out->f;
    COPY(out->public_id, s, 1);
    COPY(out->manager_name, s, 5);
    COPY(f->number, s, 6);
    COPY(f->title, s, 7);
    COPY(f->customer, s, 8);
    COPY(f->park, s, 9);
    COPY(f->address, s, 10);
    f->placed = db_i64(s, 11) != 0;
    f->latitude_e6 = db_i64(s, 12);
    f->longitude_e6 = db_i64(s, 13);
    f->voltage_v = db_i64(s, 14);
    f->capacity_kva = db_i64(s, 15);
    COPY(f->load_nature, s, 16);
    f->importance = db_i64(s, 17);
    f->sources = db_i64(s, 18);
    f->wanted_on = (int32_t)db_i64(s, 19);
}

static void bind_fields(struct stmt *s, const struct project_fields *f)
{
    db_bind_text(s, ":number", f->number[0] != '\0' ? f->number : NULL);
    db_bind_text(s, ":title", f->title);
    db_bind_text(s, ":customer", f->customer);
    db_bind_text(s, ":park", f->park);
    db_bind_text(s, ":address", f->address);
    if (f->placed) { /* Unbound is NULL. */
        db_bind_i64(s, ":latitude", f->latitude_e6);
        db_bind_i64(s, ":longitude", f->longitude_e6);
    }
    db_bind_id(s, ":voltage", f->voltage_v);
    db_bind_id(s, ":capacity", f->capacity_kva);
    db_bind_text(s, ":load_nature", f->load_nature);
    db_bind_i64(s, ":importance", f->importance);
    db_bind_i64(s, ":sources", f->sources == 2 ? 2 : 1);
    db_bind_id(s, ":wanted", f->wanted_on);
}

static enum err insert(struct db *db, struct project *p, int64_t import, int64_t now_ms)
{
    random_hex(p->public_id, PUBLIC_ID_LEN);
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_ADD);
    db_bind_text(&s, ":public_id", p->public_id);
    db_bind_id(&s, ":manager", p->manager);
    db_bind_i64(&s, ":now", now_ms);
    db_bind_text(&s, ":stage", stage_text(p->stage));
    db_bind_i64(&s, ":on", p->stage_on);
    db_bind_id(&s, ":due", p->due_on);
    db_bind_id(&s, ":import", import);
    bind_fields(&s, &p->f);
    if (!db_row(&s))
        return s.err;
    p->id = db_i64(&s, 0);
    p->created_at = now_ms;
    p->version = 1;
    return ERR_OK;
}

/* What hangs on the fields: the organisations, when they are given, and what is searched. */
static enum err follow(struct db *db, const struct project *p)
{
    enum err e = p->f.parties != NULL ? parties_set(db, p->id, p->f.parties) : ERR_OK;
    return e == ERR_OK ? project_index(db, p->id, &p->f) : e;
}

enum err project_add(struct db *db, struct project *p, int64_t now_ms)
{
    p->stage = STAGE_RESERVE;
    p->stage_on = day_of_ms(now_ms);
    p->due_on = 0;
    enum err e = insert(db, p, 0, now_ms);
    return e == ERR_OK ? follow(db, p) : e;
}

enum err project_add_imported(struct db *db, struct project *p, int64_t import,
                              const struct stage_rules *r, int64_t now_ms)
{
    p->due_on = stage_due(r, p->stage, p->f.sources, p->stage_on);
    enum err e = insert(db, p, import, now_ms);
    return e == ERR_OK ? follow(db, p) : e;
}

enum err project_get(struct db *db, struct project *out, const char *public_id, bool everything,
                     int64_t manager)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_GET);
    db_bind_text(&s, ":public_id", public_id);
    db_bind_i64(&s, ":everything", everything);
    db_bind_i64(&s, ":manager", manager);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    project_of_row(&s, out);
    return ERR_OK;
}

enum err project_by_number(struct db *db, struct project *out, int64_t *import, const char *number)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_BY_NUMBER);
    db_bind_text(&s, ":number", number);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    project_of_row(&s, out);
    *import = db_i64(&s, 23);
    return ERR_OK;
}

int32_t stage_due(const struct stage_rules *r, enum stage s, int64_t sources, int32_t since)
{
    int32_t days = s < STAGE_N ? r->limits.days[s][sources == 2] : 0;
    return days > 0 ? calendar_add(r->calendar, since, days) : 0;
}

/* The update touched its one row, or somebody else's came before. */
static enum err updated(struct stmt *s, struct project *p)
{
    if (!db_row(s))
        return s->err ? s->err : ERR_GONE;
    p->version = db_i64(s, 0);
    return ERR_OK;
}

enum err project_edit(struct db *db, struct project *p, const struct stage_rules *r)
{
    p->due_on = stage_due(r, p->stage, p->f.sources, p->stage_on);
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_EDIT);
        db_bind_i64(&s, ":id", p->id);
        db_bind_i64(&s, ":version", p->version);
        db_bind_id(&s, ":due", p->due_on);
        bind_fields(&s, &p->f);
        enum err e = updated(&s, p);
        if (e != ERR_OK)
            return e;
    }
    enum err e = follow(db, p);
    return e == ERR_OK ? meeting_index_project(db, p->id)
                       : e; /* They are found by its words too. */
}

static enum err add_move(struct db *db, const struct project *p, const struct project_move *m)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_STAGE_MOVE_ADD);
    db_bind_i64(&s, ":project", p->id);
    db_bind_text(&s, ":from", stage_text(p->stage));
    db_bind_text(&s, ":to", stage_text(m->to));
    db_bind_i64(&s, ":at", m->at_ms);
    db_bind_i64(&s, ":on", m->on);
    db_bind_text(&s, ":who", m->who);
    db_bind_text(&s, ":reason", m->reason);
    return db_exec(&s);
}

enum err project_move(struct db *db, struct project *p, const struct project_move *m,
                      const struct stage_rules *r)
{
    enum stage_move kind = stage_move(p->stage, m->to);
    if (kind == STAGE_MOVE_NONE || (kind != STAGE_MOVE_NEXT && m->reason[0] == '\0'))
        return ERR_INVAL;
    int32_t due = stage_due(r, m->to, p->f.sources, m->on);
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_MOVE);
        db_bind_i64(&s, ":id", p->id);
        db_bind_i64(&s, ":version", p->version);
        db_bind_text(&s, ":stage", stage_text(m->to));
        db_bind_i64(&s, ":on", m->on);
        db_bind_id(&s, ":due", due);
        enum err e = updated(&s, p);
        if (e != ERR_OK)
            return e;
    }
    enum err e = add_move(db, p, m);
    if (e == ERR_OK)
        e = pace_moved(db, p->id, p->stage, m->to, p->stage_on, m->on, r->calendar);
    p->stage = m->to;
    p->stage_on = m->on;
    p->due_on = due;
    return e;
}

enum err project_due_again(struct db *db, const struct stage_rules *r, int64_t *changed)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_PROJECT_DUE_LIST);
    enum err e = ERR_OK;
    *changed = 0;
    while (e == ERR_OK && db_row(&s)) {
        int32_t due =
            stage_due(r, stage_from_text(db_text(&s, 1)), db_i64(&s, 2), (int32_t)db_i64(&s, 3));
        if (due == db_i64(&s, 4))
            continue;
        AUTO(db_done) struct stmt u = db_use(db, &SQL_PROJECT_SET_DUE);
        db_bind_i64(&u, ":id", db_i64(&s, 0));
        db_bind_id(&u, ":due", due);
        e = db_exec(&u);
        (*changed)++;
    }
    return e != ERR_OK ? e : s.err;
}
