/* Meetings as JSON: a line of a list, and the page of one. */
#include <string.h>

#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "meet_priv.h"

json_t *json_phone(const char *phone, bool whole)
{
    char shown[PHONE_LEN + 1];
    if (whole)
        return json_string(phone);
    phone_mask(shown, phone);
    return json_string(shown);
}

json_t *json_moment(int64_t ms)
{
    char text[CLOCK_TEXT_MAX];
    if (ms == 0)
        return json_null();
    clock_rfc3339(text, ms);
    return json_string(text);
}

static json_t *json_project(const char *id, const char *title, const char *customer)
{
    return json_pack("{s:s,s:s,s:s}", "id", id, "title", title, "customer", customer);
}

json_t *json_meeting(const struct meeting *m)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:o,s:I,s:s,s:s,s:o}", "id", m->public_id, "kind", m->kind,
                     "title", m->title, "host_name", m->host_name, "starts_at",
                     json_moment(m->starts_at), "duration_min", (json_int_t)m->duration_min,
                     "state", m->state, "cancel_reason", m->cancel_reason, "project",
                     json_project(m->project_public_id, m->project_title, m->customer));
}

json_t *json_meeting_line(const struct meeting_line *m)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:o,s:I,s:s,s:s,s:o}", "id", m->public_id, "kind", m->kind,
                     "title", m->title, "host_name", m->host_name, "starts_at",
                     json_moment(m->starts_at), "duration_min", (json_int_t)m->duration_min,
                     "state", m->state, "cancel_reason", m->cancel_reason, "project",
                     json_project(m->project_public_id, m->project_title, m->customer));
}

enum err answer_meetings(struct request *rq, const struct meeting_query *q)
{
    struct meeting_page *page = (struct meeting_page *)mem_alloc(sizeof(*page));
    if (page == NULL)
        return ERR_NOMEM;
    enum err e = meeting_find(rq->db, page, q);
    if (e == ERR_OK) {
        json_t *list = json_array();
        for (size_t i = 0; i < page->n; i++)
            (void)json_array_append_new(list, json_meeting_line(&page->at[i]));
        rq->answer.body = json_pack("{s:o,s:s}", "meetings", list, "next", page->next);
    }
    mem_free(page);
    return e == ERR_INVAL ? answer_error(rq, e, "cursor: not one of this list") : e;
}

/* What a page of its own shows: also in which zone the meeting's people count. */
json_t *json_meeting_page(const struct request *rq, const struct meeting *m)
{
    json_t *o = json_meeting(m);
    const char *zone = ((const struct api *)rq->app)->cfg.conf->timezone;
    (void)json_object_set_new(o, "timezone", json_string(zone));
    return o;
}

/* ---- the page of one --------------------------------------------------------------------------
 */

static json_t *json_people(struct request *rq, int64_t meeting, bool host)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_PARTICIPANT_LIST);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_i64(&s, ":now", rq->now_ms);
    while (db_row(&s))
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:s,s:b,s:o,s:o,s:I,s:b,s:s,s:o,s:o}", "participant",
                            db_text(&s, 0), "name", db_text(&s, 1), "organisation", db_text(&s, 2),
                            "role", db_text(&s, 3), "host", (int)db_i64(&s, 4), "joined_at",
                            json_moment(db_i64(&s, 5)), "left_at", json_moment(db_i64(&s, 6)),
                            "present_ms", (json_int_t)db_i64(&s, 7), "here", (int)db_i64(&s, 8),
                            "identity", db_text(&s, 9), "phone", json_phone(db_text(&s, 10), host),
                            "consent_at", json_moment(db_i64(&s, 11))));
    return list;
}

json_t *json_recording_state(struct request *rq, int64_t meeting)
{
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_RECORDING_GET);
    db_bind_i64(&s, ":meeting", meeting);
    if (!db_row(&s))
        return json_null();
    return json_pack("{s:s,s:o,s:s,s:s}", "state", db_text(&s, 0), "started_at",
                     json_moment(db_i64(&s, 1)), "by", db_text(&s, 3), "reason", db_text(&s, 4));
}

static void put_time_change(void *arg, const struct meeting_time_change *t)
{
    (void)json_array_append_new(
        (json_t *)arg,
        json_pack("{s:o,s:s,s:o,s:o,s:I,s:I,s:s}", "at", json_moment(t->at), "who", t->who, "from",
                  json_moment(t->from_starts_at), "to", json_moment(t->to_starts_at), "from_min",
                  (json_int_t)t->from_min, "to_min", (json_int_t)t->to_min, "reason", t->reason));
}

static json_t *json_rights_of(const struct standing *st, const struct meeting *m)
{
    bool schedules = policy_allows(st->role, st->relation, ACT_MEETING_SCHEDULE);
    bool over = meeting_is_over(m);
    const struct {
        const char *name;
        bool may;
    } rights[] = {
        {"invite", schedules && !over},
        {"edit", schedules && !over},
        {"cancel", schedules && strcmp(m->state, "scheduled") == 0},
        {"archive", schedules && strcmp(m->state, "ended") == 0},
        {"join", policy_allows(st->role, st->relation, ACT_JOIN)},
        {"replay", policy_allows(st->role, st->relation, ACT_REPLAY)},
        {"devices", policy_allows(st->role, st->relation, ACT_DEVICES)},
    };
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
        (void)json_object_set_new(o, rights[i].name, json_boolean(rights[i].may));
    return o;
}

static void put_details(json_t *o, const struct meeting *m)
{
    const struct {
        const char *name;
        json_t *value;
    } members[] = {
        {"version", json_integer(m->version)},
        {"agenda", json_string(m->agenda)},
        {"host", json_string(m->host_public_id)},
        {"record_auto", json_boolean(m->record_auto)},
        {"created_at", json_moment(m->created_at)},
        {"ended_at", json_moment(m->ended_at)},
        {"cancelled_at", json_moment(m->cancelled_at)},
    };
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        (void)json_object_set_new(o, members[i].name, members[i].value);
}

json_t *json_meeting_whole(struct request *rq, const struct meeting *m)
{
    struct standing st = {REL_NONE, ROLE_NOBODY};
    json_t *times = json_array();
    json_t *o = json_meeting_page(rq, m);
    put_details(o, m);
    if (meeting_time_changes(rq->db, m->id, put_time_change, times) != ERR_OK ||
        caller_standing(rq, &st, m) != ERR_OK) {
        json_decref(times);
        json_decref(o);
        return NULL;
    }
    (void)json_object_set_new(o, "times", times);
    (void)json_object_set_new(o, "people", json_people(rq, m->id, caller_hosts(caller_of(rq), m)));
    (void)json_object_set_new(o, "recording", json_recording_state(rq, m->id));
    (void)json_object_set_new(o, "rights", json_rights_of(&st, m));
    return o;
}

enum err answer_meeting(struct request *rq, const struct meeting *m)
{
    answer_tag(rq, m->version);
    rq->answer.body = json_meeting_whole(rq, m);
    return rq->answer.body != NULL ? ERR_OK : ERR_DB;
}

enum err answer_over(struct request *rq, const struct meeting *m)
{
    rq->answer.more = json_pack("{s:s,s:s}", "state", m->state, "cancel_reason", m->cancel_reason);
    return answer_error(rq, ERR_GONE,
                        m->cancelled_at != 0 ? "The meeting has been cancelled."
                                             : "The meeting has ended.");
}
