/* Colleagues, for who schedules a meeting: found by name, to be invited or to host. */
#include "api_priv.h"
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

// clang-format off
const struct route people_routes[] = {
    {M_GET, "/api/v1/people", ON_READ, ACT_PROJECT_EDIT, NULL, people_get,
     {200, &o_colleague_list, .query = q_people}},
};
// clang-format on
const size_t people_routes_n = sizeof(people_routes) / sizeof(people_routes[0]);
