/* What happened in a project: its meetings, the latest first, each with who was there and for how
 * long, and how its recording stands. The moves are in the project itself. */
#include "api/recovery.h"
#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/projects.h"
#include "outlines_priv.h"

enum { MEETINGS = 100 };

static json_t *json_present(struct request *rq, int64_t meeting, enum err *e)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_TIMELINE_PEOPLE);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_i64(&s, ":now", rq->now_ms);
    while (db_row(&s))
        (void)json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:b,s:I}", "name", db_text(&s, 0),
                                                    "organisation", db_text(&s, 1), "role",
                                                    db_text(&s, 2), "host", (int)db_i64(&s, 3),
                                                    "present_ms", (json_int_t)db_i64(&s, 4)));
    *e = s.err;
    return list;
}

/* Null when nothing was recorded. Its length is that of what is on disk, gaps included. */
static json_t *json_recorded(struct request *rq, int64_t id, const char *meeting, enum err *e)
{
    const struct api *a = (const struct api *)rq->app;
    char at[CLOCK_TEXT_MAX];
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_TIMELINE_RECORDING);
    db_bind_i64(&s, ":meeting", id);
    bool there = db_row(&s);
    *e = s.err;
    if (!there)
        return json_null();
    clock_rfc3339(at, db_i64(&s, 1));
    return json_pack("{s:s,s:s,s:I,s:b}", "state", db_text(&s, 0), "started_at", at, "length_ms",
                     (json_int_t)(db_i64(&s, 2) / 1000000), "final",
                     (int)recovery_is_final(a->cfg.conf->data, meeting));
}

static json_t *json_held(struct request *rq, const struct stmt *s, enum err *e)
{
    char starts[CLOCK_TEXT_MAX];
    clock_rfc3339(starts, db_i64(s, 5));
    json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "id", db_text(s, 1), "kind", db_text(s, 2),
                          "title", db_text(s, 3), "host_name", db_text(s, 4), "starts_at", starts,
                          "state", db_text(s, 6));
    (void)json_object_set_new(o, "people", json_present(rq, db_i64(s, 0), e));
    if (*e == ERR_OK)
        (void)json_object_set_new(o, "recording",
                                  json_recorded(rq, db_i64(s, 0), db_text(s, 1), e));
    return o;
}

static enum err timeline_get(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct project p;
    bool everything = policy_allows(c->role, REL_NONE, ACT_PROJECT_READ);
    enum err e =
        c->participant ? ERR_DENIED : project_get(rq->db, &p, rq->args[0], everything, c->account);
    if (e != ERR_OK)
        return e;
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_TIMELINE_MEETINGS);
    db_bind_i64(&s, ":project", p.id);
    db_bind_i64(&s, ":limit", MEETINGS);
    while (e == ERR_OK && db_row(&s))
        (void)json_array_append_new(list, json_held(rq, &s, &e));
    rq->answer.body = json_pack("{s:o}", "meetings", list);
    return e != ERR_OK ? e : s.err;
}

const struct route timeline_routes[] = {
    {M_GET,
     "/api/v1/projects/{id}/timeline",
     ON_READ,
     ACT_PROJECT_READ,
     NULL,
     timeline_get,
     {200, &o_timeline}},
};
const size_t timeline_routes_n = sizeof(timeline_routes) / sizeof(timeline_routes[0]);
