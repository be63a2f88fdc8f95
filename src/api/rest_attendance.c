/* Who was there and for how long: of one meeting, and of all of a project. */
#include "meet_priv.h"
#include "outlines_priv.h"

struct listing {
    json_t *list;
    bool host;
};

static json_t *json_spans(const struct attendee *a)
{
    json_t *list = json_array();
    for (size_t i = 0; i < a->n_spans; i++)
        (void)json_array_append_new(list, json_pack("{s:o,s:o}", "joined_at",
                                                    json_moment(a->spans[i].from), "left_at",
                                                    json_moment(a->spans[i].to)));
    return list;
}

static void list_of_meeting(void *arg, const struct attendee *a)
{
    const struct listing *l = (const struct listing *)arg;
    (void)json_array_append_new(
        l->list,
        json_pack("{s:s,s:s,s:s,s:b,s:s,s:o,s:o,s:o,s:I,s:b,s:o}", "name", a->name, "organisation",
                  a->organisation, "role", role_text(a->role), "host", (int)a->host, "identity",
                  identity_text(a->identity), "phone", json_phone(a->phone, l->host), "joined_at",
                  json_moment(a->joined_at), "left_at", json_moment(a->left_at), "present_ms",
                  (json_int_t)a->present_ms, "here", (int)a->here, "spans", json_spans(a)));
}

static enum err attendance_get(struct request *rq)
{
    struct meeting m;
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_READ);
    if (e != ERR_OK)
        return e;
    struct listing l = {json_array(), caller_hosts(caller_of(rq), &m)};
    e = attendance_of_meeting(rq->db, m.id, rq->now_ms, list_of_meeting, &l);
    rq->answer.body = json_pack("{s:o}", "people", l.list);
    return e;
}

static void list_of_project(void *arg, const struct attendee *a)
{
    const struct listing *l = (const struct listing *)arg;
    (void)json_array_append_new(
        l->list, json_pack("{s:s,s:s,s:s,s:s,s:I,s:I,s:o,s:b}", "name", a->name, "organisation",
                           a->organisation, "role", role_text(a->role), "identity",
                           identity_text(a->identity), "meetings", (json_int_t)a->meetings,
                           "present_ms", (json_int_t)a->present_ms, "last_at",
                           json_moment(a->left_at), "here", (int)a->here));
}

static enum err project_attendance_get(struct request *rq)
{
    struct project p;
    enum err e = allowed_project(rq, &p, ACT_PROJECT_READ);
    if (e != ERR_OK)
        return e;
    struct listing l = {json_array(), false};
    e = attendance_of_project(rq->db, p.id, rq->now_ms, list_of_project, &l);
    rq->answer.body = json_pack("{s:o}", "people", l.list);
    return e;
}

// clang-format off
const struct route attendance_routes[] = {
    {M_GET, "/api/v1/meetings/{id}/attendance", ON_READ, ACT_MEETING_READ, NULL, attendance_get,
     {200, &o_attendee_list}},
    {M_GET, "/api/v1/projects/{id}/attendance", ON_READ, ACT_PROJECT_READ, NULL, project_attendance_get,
     {200, &o_project_attendee_list}},
};
// clang-format on
const size_t attendance_routes_n = sizeof(attendance_routes) / sizeof(attendance_routes[0]);
