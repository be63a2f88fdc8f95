/* What a dashboard counts: projects by stage, how many are late and by how much, how long stages
 * take; and the return visits to be made. */
#include <stdlib.h>

#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/pace.h"
#include "outlines_priv.h"
#include "project_priv.h"

enum { YEAR_DAYS = 365, VISITS = 50 };

/* ---- pace
 * ------------------------------------------------------------------------------------------------
 */

static json_t *json_done(const struct pace_done *d)
{
    return json_pack("{s:I,s:I}", "projects", (json_int_t)d->projects, "days", (json_int_t)d->days);
}

static json_t *json_stage(enum stage s, const struct pace_stage *p)
{
    return json_pack("{s:s,s:I,s:I,s:I,s:I,s:o}", "stage", stage_text(s), "projects",
                     (json_int_t)p->projects, "late", (json_int_t)p->late, "late_more",
                     (json_int_t)p->late_more, "late_most", (json_int_t)p->late_most, "done",
                     json_done(&p->done));
}

static enum err pace_get(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    int32_t today = day_of_ms(rq->now_ms);
    const struct pace_query q = {.everything = policy_allows(c->role, REL_NONE, ACT_PROJECT_READ),
                                 .manager = c->account,
                                 .today = today,
                                 .since = today - YEAR_DAYS};
    struct pace p;
    enum err e = pace_read(rq->db, &p, &q, rules_of(rq)->calendar);
    if (e != ERR_OK)
        return e;
    json_t *list = json_array();
    for (enum stage s = STAGE_RESERVE; s < STAGE_N; s++)
        (void)json_array_append_new(list, json_stage(s, &p.stages[s]));
    rq->answer.body = json_pack("{s:o,s:o,s:o,s:i,s:i}", "stages", list, "total",
                                json_done(&p.total), "since", json_day(q.since), "late_more_than",
                                PACE_LATE_MORE, "late_most_than", PACE_LATE_MOST);
    return ERR_OK;
}

/* ---- visits
 * ----------------------------------------------------------------------------------------------
 */

struct visit_key {
    int64_t due, id;
};

/* "DUE.ID" of the last one of the page before. */
static bool read_key(struct visit_key *k, const char *text)
{
    char *end = NULL;
    *k = (struct visit_key){.due = INT32_MIN, .id = 0};
    if (text[0] == '\0')
        return true;
    k->due = strtoll(text, &end, 10);
    if (end == text || *end != '.')
        return false;
    const char *id = end + 1;
    k->id = strtoll(id, &end, 10);
    return end != id && *end == '\0' && k->id > 0;
}

static json_t *json_visit(const struct stmt *s, const struct request *rq)
{
    const struct calendar *c = rules_of(rq)->calendar;
    int32_t today = day_of_ms(rq->now_ms), on = (int32_t)db_i64(s, 7), due = (int32_t)db_i64(s, 8);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:i,s:o,s:o}", "id", db_text(s, 0), "number",
                     db_text(s, 1), "title", db_text(s, 2), "customer", db_text(s, 3), "park",
                     db_text(s, 4), "address", db_text(s, 5), "manager", db_text(s, 6),
                     "energized_on", json_day(on), "days", (int)calendar_between(c, on, today),
                     "due_on", json_day(due), "days_left",
                     due != 0 ? json_integer(calendar_between(c, today, due)) : json_null());
}

static enum err visits_get(struct request *rq)
{
    struct visit_key key;
    char next[48] = "";
    if (!read_key(&key, request_query(rq, "cursor")))
        return answer_error(rq, ERR_INVAL, "cursor: not one of this list");
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_VISIT_LIST);
    db_bind_i64(&s, ":due", key.due);
    db_bind_i64(&s, ":after", key.id);
    db_bind_i64(&s, ":limit", VISITS + 1);
    json_t *list = json_array();
    while (db_row(&s)) {
        if (json_array_size(list) == VISITS) {
            (void)snprintf(next, sizeof(next), "%lld.%lld", (long long)key.due, (long long)key.id);
            break;
        }
        key = (struct visit_key){.due = db_i64(&s, 8), .id = db_i64(&s, 9)};
        (void)json_array_append_new(list, json_visit(&s, rq));
    }
    rq->answer.body = json_pack("{s:o,s:s}", "visits", list, "next", next);
    return s.err;
}

const struct route pace_routes[] = {
    {M_GET, "/api/v1/pace", ON_READ, ACT_PROJECT_READ, NULL, pace_get, {200, &o_pace}},
    {M_GET,
     "/api/v1/visits",
     ON_READ,
     ACT_VISITS,
     NULL,
     visits_get,
     {200, &o_visit_list, .query = q_visits}},
};
const size_t pace_routes_n = sizeof(pace_routes) / sizeof(pace_routes[0]);
