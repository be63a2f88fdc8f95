/* Colleagues, for who schedules a meeting: found by name, to be invited or to host. */
#include "api_priv.h"
#include "domain/meetings.h"
#include "domain/people.h"
#include "outlines_priv.h"

enum { FOUND_MAX = 20 };

static void list_person(void *arg, const struct account *a)
{
    json_t *list = (json_t *)arg;
    (void)json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s}", "account", a->public_id,
                                                "name", a->name, "organisation", a->organisation,
                                                "role", role_text(a->role)));
}

static enum err people_get(struct request *rq)
{
    json_t *list = json_array();
    const struct account_query q = {.after = "",
                                    .q = request_query(rq, "q"),
                                    .role = "",
                                    .state = "active",
                                    .meets = true,
                                    .limit = FOUND_MAX};
    enum err e = account_list(rq->db, &q, list_person, list);
    rq->answer.body = json_pack("{s:o}", "people", list);
    return e;
}

static void list_busy(void *arg, const struct busy *b)
{
    char at[CLOCK_TEXT_MAX];
    clock_rfc3339(at, b->starts_at);
    (void)json_array_append_new(
        (json_t *)arg, json_pack("{s:s,s:s,s:s,s:I}", "id", b->public_id, "title", b->title,
                                 "starts_at", at, "duration_min", (json_int_t)b->duration_min));
}

static enum err busy_get(struct request *rq)
{
    struct busy_query q = {.caller = caller_of(rq)->account};
    struct account host;
    if (!clock_from_rfc3339(request_query(rq, "from"), &q.from) ||
        !clock_from_rfc3339(request_query(rq, "to"), &q.to))
        return answer_error(rq, ERR_INVAL, "from, to: must be like 2026-11-26T02:00:00.000Z");
    enum err e = account_by_public_id(rq->db, &host, rq->args[0]);
    if (e != ERR_OK)
        return e;
    q.host = host.id;
    json_t *list = json_array();
    e = meeting_busy(rq->db, &q, list_busy, list);
    rq->answer.body = json_pack("{s:o}", "busy", list);
    return e;
}

// clang-format off
const struct route people_routes[] = {
    {M_GET, "/api/v1/people", ON_READ, ACT_PROJECT_EDIT, NULL, people_get,
     {200, &o_colleague_list, .query = q_people}},
    {M_GET, "/api/v1/people/{id}/busy", ON_READ, ACT_PROJECT_EDIT, NULL, busy_get,
     {200, &o_busy_list, .query = q_busy}},
};
// clang-format on
const size_t people_routes_n = sizeof(people_routes) / sizeof(people_routes[0]);
