/* Attendance: when people were there, as the media server saw it. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/participants.h"

#define COPY(to, s, col) ((void)snprintf((to), sizeof(to), "%s", db_text((s), (col))))

enum err attendance_open(struct db *db, int64_t participant, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ATTENDANCE_OPEN);
    db_bind_i64(&s, ":participant", participant);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

enum err attendance_close(struct db *db, int64_t participant, int64_t now_ms)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ATTENDANCE_CLOSE);
    db_bind_i64(&s, ":participant", participant);
    db_bind_i64(&s, ":now", now_ms);
    return db_exec(&s);
}

/* ---- over all presences of a person -----------------------------------------------------------
 */

enum { WHO, MEETING, NAME, ORGANISATION, PHONE, ROLE, IDENTITY, HOST, JOINED, LEFT };
enum { WHO_LEN = 3 * NAME_LEN };

struct walk {
    void (*each)(void *arg, const struct attendee *a);
    void *arg;
    int64_t now;
    char who[WHO_LEN]; /* whose rows are being read; "": nobody's yet */
    int64_t meeting;   /* of the row before */
    int64_t until;     /* end of what has been counted in this meeting */
    struct attendee now_at;
};

static void begin(struct walk *w, const struct stmt *s)
{
    struct attendee *a = &w->now_at;
    memset(a, 0, sizeof(*a));
    COPY(w->who, s, WHO);
    COPY(a->name, s, NAME);
    COPY(a->organisation, s, ORGANISATION);
    COPY(a->phone, s, PHONE);
    a->role = role_from_text(db_text(s, ROLE));
    a->identity = identity_from_text(db_text(s, IDENTITY));
    w->meeting = 0;
}

static void put_span(struct attendee *a, int64_t from, int64_t to, bool here)
{
    enum { ROOM = sizeof(a->spans) / sizeof(a->spans[0]) };
    if (a->n_spans == ROOM) {
        memmove(&a->spans[0], &a->spans[1], (ROOM - 1) * sizeof(a->spans[0]));
        a->n_spans--;
    }
    a->spans[a->n_spans++] = (struct attended){from, here ? 0 : to};
}

/* Rows come in the order of joining, so that one that begins before the end of those before only
 * adds what lies behind it. */
static void add_span(struct walk *w, int64_t from, int64_t to)
{
    struct attendee *a = &w->now_at;
    bool here = to == 0;
    int64_t end = here ? w->now : to;
    if (end < from) /* The clock was put back. */
        end = from;
    if (a->joined_at == 0)
        a->joined_at = from;
    a->here = a->here || here;
    if (a->n_spans > 0 && from <= w->until) {
        a->present_ms += end > w->until ? end - w->until : 0;
        w->until = end > w->until ? end : w->until;
        struct attended *last = &a->spans[a->n_spans - 1];
        last->to = here || last->to == 0 ? 0 : w->until;
    } else {
        a->present_ms += end - from;
        w->until = end;
        put_span(a, from, end, here);
    }
    a->left_at = a->here ? 0 : (end > a->left_at ? end : a->left_at);
}

static void finish(struct walk *w)
{
    if (w->who[0] != '\0')
        w->each(w->arg, &w->now_at);
}

static void take_row(struct walk *w, const struct stmt *s)
{
    int64_t from = db_i64(s, JOINED), meeting = db_i64(s, MEETING);
    if (strncmp(w->who, db_text(s, WHO), sizeof(w->who) - 1) != 0) {
        finish(w);
        begin(w, s);
    }
    if (meeting != w->meeting)
        w->now_at.meetings++;
    w->meeting = meeting;
    w->now_at.host = w->now_at.host || db_i64(s, HOST) != 0;
    if (from != 0)
        add_span(w, from, db_i64(s, LEFT));
}

static enum err walk_all(struct db *db, const struct sql *q, int64_t of, struct walk *w)
{
    AUTO(db_done) struct stmt s = db_use(db, q);
    db_bind_i64(&s, ":of", of);
    while (db_row(&s))
        take_row(w, &s);
    if (s.err == ERR_OK)
        finish(w);
    return s.err;
}

static enum err walk(struct db *db, const struct sql *q, int64_t of, int64_t now_ms,
                     void (*each)(void *arg, const struct attendee *a), void *arg)
{
    struct walk *w = (struct walk *)mem_zalloc(1, sizeof(*w));
    if (w == NULL)
        return ERR_NOMEM;
    w->each = each;
    w->arg = arg;
    w->now = now_ms;
    enum err e = walk_all(db, q, of, w);
    mem_free(w);
    return e;
}

enum err attendance_of_meeting(struct db *db, int64_t meeting, int64_t now_ms,
                               void (*each)(void *arg, const struct attendee *a), void *arg)
{
    return walk(db, &SQL_ATTENDANCE_OF_MEETING, meeting, now_ms, each, arg);
}

enum err attendance_of_project(struct db *db, int64_t project, int64_t now_ms,
                               void (*each)(void *arg, const struct attendee *a), void *arg)
{
    return walk(db, &SQL_ATTENDANCE_OF_PROJECT, project, now_ms, each, arg);
}
