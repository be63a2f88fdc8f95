/* Meetings: scheduled, changed, cancelled, archived. */

#include <stdio.h>
#include <string.h>

#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "meetings_priv.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text(&(s), (col))))

bool meeting_is_over(const struct meeting *m)
{
    static const char *const over[] = {"ended", "archived", "cancelled"};
    for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++)
        if (strcmp(m->state, over[i]) == 0)
            return true;
    return false;
}

bool meeting_moved(const struct meeting *before, const struct meeting *after)
{
    return before->starts_at != after->starts_at || before->duration_min != after->duration_min;
}

static void bind_fields(struct stmt *s, const struct meeting *m)
{
    db_bind_text(s, ":kind", m->kind);
    db_bind_text(s, ":title", m->title);
    db_bind_text(s, ":agenda", m->agenda);
    db_bind_id(s, ":host", m->host);
    db_bind_text(s, ":host_name", m->host_name);
    db_bind_i64(s, ":starts_at", m->starts_at);
    db_bind_i64(s, ":duration", m->duration_min);
    db_bind_i64(s, ":record_auto", m->record_auto);
}

enum err meeting_add(struct db *db, struct meeting *m, int64_t project, int64_t now_ms)
{
    if (m->public_id[0] == '\0')
        random_hex(m->public_id, PUBLIC_ID_LEN);
    if (m->duration_min == 0)
        m->duration_min = DURATION_DEFAULT;
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_ADD);
        db_bind_text(&s, ":public_id", m->public_id);
        db_bind_i64(&s, ":project", project);
        db_bind_i64(&s, ":now", now_ms);
        bind_fields(&s, m);
        if (!db_row(&s))
            return s.err;
        m->id = db_i64(&s, 0);
    }
    m->project = project;
    m->created_at = now_ms;
    m->version = 1;
    (void)snprintf(m->state, sizeof(m->state), "scheduled");
    return meeting_index(db, m);
}

enum err meeting_get(struct db *db, struct meeting *out, const char *public_id)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_GET);
    db_bind_text(&s, ":public_id", public_id);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    *out = (struct meeting){.id = db_i64(&s, 0),
                            .starts_at = db_i64(&s, 5),
                            .record_auto = db_i64(&s, 7) != 0,
                            .ended_at = db_i64(&s, 8),
                            .project_manager = db_i64(&s, 11),
                            .host = db_i64(&s, 14),
                            .duration_min = db_i64(&s, 15),
                            .created_at = db_i64(&s, 16),
                            .cancelled_at = db_i64(&s, 17),
                            .version = db_i64(&s, 19),
                            .sequence = db_i64(&s, 20),
                            .project = db_i64(&s, 22)};
    COPY(out->public_id, s, 1);
    COPY(out->kind, s, 2);
    COPY(out->title, s, 3);
    COPY(out->host_name, s, 4);
    COPY(out->state, s, 6);
    COPY(out->project_public_id, s, 9);
    COPY(out->project_title, s, 10);
    COPY(out->customer, s, 12);
    COPY(out->agenda, s, 13);
    COPY(out->cancel_reason, s, 18);
    COPY(out->host_public_id, s, 21);
    return ERR_OK;
}

enum err meeting_set_state(struct db *db, int64_t id, const char *state, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_SET_STATE);
    db_bind_i64(&s, ":id", id);
    db_bind_text(&s, ":state", state);
    db_bind_id(&s, ":ended", strcmp(state, "ended") == 0 ? now_ms : 0);
    return db_exec(&s);
}

/* ---- changes ----------------------------------------------------------------------------------
 */

/* The update touched its one row, or somebody else's came before. */
static enum err updated(struct stmt *s, struct meeting *m)
{
    if (!db_row(s))
        return s->err ? s->err : ERR_GONE;
    m->version = db_i64(s, 0);
    m->sequence = db_i64(s, 1);
    return ERR_OK;
}

static enum err put_down_move(struct db *db, const struct meeting *before,
                              const struct meeting *after, const struct meeting_change *c)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_TIME_CHANGE_ADD);
    db_bind_i64(&s, ":meeting", after->id);
    db_bind_i64(&s, ":now", c->now_ms);
    db_bind_text(&s, ":who", c->who);
    db_bind_i64(&s, ":from", before->starts_at);
    db_bind_i64(&s, ":to", after->starts_at);
    db_bind_i64(&s, ":from_min", before->duration_min);
    db_bind_i64(&s, ":to_min", after->duration_min);
    db_bind_text(&s, ":reason", c->reason);
    return db_exec(&s);
}

/* A link is good for as long after the meeting as it was; an earlier meeting does not shorten it.
 */
static enum err links_last(struct db *db, const struct meeting *before, const struct meeting *after,
                           int64_t now_ms)
{
    if (after->starts_at <= before->starts_at)
        return ERR_OK;
    AUTO(db_done) struct stmt s = db_use(db, &SQL_INVITATION_LATER);
    db_bind_i64(&s, ":meeting", after->id);
    db_bind_i64(&s, ":by", after->starts_at - before->starts_at);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err meeting_edit(struct db *db, const struct meeting *before, struct meeting *after,
                      const struct meeting_change *c)
{
    bool moved = meeting_moved(before, after);
    enum err e = ERR_OK;
    {
        AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_EDIT);
        db_bind_i64(&s, ":id", before->id);
        db_bind_i64(&s, ":version", before->version);
        db_bind_i64(&s, ":moved", moved);
        bind_fields(&s, after);
        e = updated(&s, after);
    }
    if (e == ERR_OK && moved)
        e = put_down_move(db, before, after, c);
    if (e == ERR_OK && moved)
        e = links_last(db, before, after, c->now_ms);
    return e == ERR_OK ? meeting_index(db, after) : e;
}

enum err meeting_cancel(struct db *db, struct meeting *m, const struct meeting_change *c)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_CANCEL);
    db_bind_i64(&s, ":id", m->id);
    db_bind_i64(&s, ":version", m->version);
    db_bind_i64(&s, ":now", c->now_ms);
    db_bind_text(&s, ":reason", c->reason);
    enum err e = updated(&s, m);
    if (e != ERR_OK)
        return e;
    m->cancelled_at = c->now_ms;
    (void)snprintf(m->state, sizeof(m->state), "cancelled");
    (void)snprintf(m->cancel_reason, sizeof(m->cancel_reason), "%s", c->reason);
    return ERR_OK;
}

enum err meeting_archive(struct db *db, struct meeting *m, const struct meeting_change *c)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_ARCHIVE);
    db_bind_i64(&s, ":id", m->id);
    db_bind_i64(&s, ":version", m->version);
    db_bind_i64(&s, ":now", c->now_ms);
    enum err e = updated(&s, m);
    if (e == ERR_OK)
        (void)snprintf(m->state, sizeof(m->state), "archived");
    return e;
}

enum err meeting_time_changes(struct db *db, int64_t meeting,
                              void (*each)(void *arg, const struct meeting_time_change *t),
                              void *arg)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_TIME_CHANGE_LIST);
    db_bind_i64(&s, ":meeting", meeting);
    while (db_row(&s)) {
        const struct meeting_time_change t = {.at = db_i64(&s, 0),
                                              .who = db_text(&s, 1),
                                              .from_starts_at = db_i64(&s, 2),
                                              .to_starts_at = db_i64(&s, 3),
                                              .from_min = db_i64(&s, 4),
                                              .to_min = db_i64(&s, 5),
                                              .reason = db_text(&s, 6)};
        each(arg, &t);
    }
    return s.err;
}

/* ---- who may ----------------------------------------------------------------------------------
 */

enum err meeting_standing(struct db *db, struct standing *out, const struct meeting *m,
                          int64_t account, enum role role)
{
    *out = (struct standing){REL_NONE, role};
    if (account == 0)
        return ERR_OK;
    if (m->host == account || m->project_manager == account) {
        out->relation = REL_OWN;
        return ERR_OK;
    }
    AUTO(db_done) struct stmt s = db_use(db, &SQL_MEETING_INVITED);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":meeting", m->id);
    if (db_row(&s))
        *out = (struct standing){REL_ASSIGNED, role_from_text(db_text(&s, 0))};
    return s.err;
}
