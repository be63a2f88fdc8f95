/* Projects: lists, one, its changes and its moves. */
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/pace.h"
#include "outlines_priv.h"
#include "project_priv.h"

const struct stage_rules *rules_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.rules;
}

static bool sees_everything(const struct caller *c)
{
    return policy_allows(c->role, REL_NONE, ACT_PROJECT_READ);
}

/* ---- out --------------------------------------------------------------------------------------
 */

json_t *json_day(int32_t day)
{
    char text[DAY_TEXT_MAX];
    if (day == 0)
        return json_null();
    day_text(text, day);
    return json_string(text);
}

static json_t *json_known(int64_t n)
{
    return n != 0 ? json_integer(n) : json_null();
}

static void put_fields(json_t *o, const struct project_fields *f)
{
    const struct {
        const char *name;
        json_t *value;
    } members[] = {
        {"number", json_string(f->number)},
        {"title", json_string(f->title)},
        {"customer", json_string(f->customer)},
        {"park", json_string(f->park)},
        {"address", json_string(f->address)},
        {"latitude_e6", f->placed ? json_integer(f->latitude_e6) : json_null()},
        {"longitude_e6", f->placed ? json_integer(f->longitude_e6) : json_null()},
        {"voltage_v", json_known(f->voltage_v)},
        {"capacity_kva", json_known(f->capacity_kva)},
        {"load_nature", json_string(f->load_nature)},
        {"importance", json_known(f->importance)},
        {"sources", json_integer(f->sources)},
        {"wanted_on", json_day(f->wanted_on)},
    };
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
        (void)json_object_set_new(o, members[i].name, members[i].value);
}

/* Working days: how long in this stage, and how many are left of its limit (negative: late by). */
static void put_days(json_t *o, const struct project *p, const struct request *rq)
{
    const struct calendar *c = rules_of(rq)->calendar;
    int32_t today = day_of_ms(rq->now_ms);
    bool limited = p->due_on != 0 && !stage_is_over(p->stage);
    (void)json_object_set_new(o, "stage", json_string(stage_text(p->stage)));
    (void)json_object_set_new(o, "stage_on", json_day(p->stage_on));
    (void)json_object_set_new(o, "stage_days",
                              json_integer(calendar_between(c, p->stage_on, today)));
    (void)json_object_set_new(o, "due_on", limited ? json_day(p->due_on) : json_null());
    (void)json_object_set_new(o, "days_left",
                              limited ? json_integer(calendar_between(c, today, p->due_on))
                                      : json_null());
}

static json_t *json_project(const struct project *p, const struct request *rq)
{
    char made[CLOCK_TEXT_MAX];
    clock_rfc3339(made, p->created_at);
    json_t *o = json_pack("{s:s,s:I,s:s,s:s}", "id", p->public_id, "version",
                          (json_int_t)p->version, "manager", p->manager_name, "created_at", made);
    if (o != NULL) {
        put_fields(o, &p->f);
        put_days(o, p, rq);
    }
    return o;
}

static json_t *json_moves(struct request *rq, const struct project *p)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_STAGE_MOVE_LIST);
    db_bind_i64(&s, ":project", p->id);
    while (db_row(&s)) {
        char at[CLOCK_TEXT_MAX];
        clock_rfc3339(at, db_i64(&s, 2));
        (void)json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:o,s:s,s:s}", "from",
                                                    db_text(&s, 0), "to", db_text(&s, 1), "at", at,
                                                    "on", json_day((int32_t)db_i64(&s, 3)), "who",
                                                    db_text(&s, 4), "reason", db_text(&s, 5)));
    }
    return list;
}

void party_show_phone(struct party *p, bool own)
{
    if (!own)
        p->phone[0] = '\0';
}

static json_t *json_parties(struct request *rq, const struct project *p, bool own)
{
    json_t *list = json_array();
    struct parties *ps = (struct parties *)mem_alloc(sizeof(*ps));
    if (ps != NULL && parties_get(rq->db, ps, p->id) == ERR_OK)
        for (size_t i = 0; i < ps->n; i++) {
            const struct party *x = &ps->at[i];
            char masked[PHONE_LEN + 1];
            phone_mask(masked, x->phone);
            (void)json_array_append_new(list,
                                        json_pack("{s:s,s:s,s:s,s:s}", "part", part_words[x->part],
                                                  "organisation", x->organisation, "person",
                                                  x->person, "phone", own ? x->phone : masked));
        }
    mem_free(ps);
    return list;
}

static json_t *json_limits(const struct project *p, const struct request *rq)
{
    json_t *o = json_object();
    for (enum stage s = STAGE_RESERVE; s < STAGE_N; s++) {
        int32_t days = rules_of(rq)->limits.days[s][p->f.sources == 2];
        if (days > 0)
            (void)json_object_set_new(o, stage_text(s), json_integer(days));
    }
    return o;
}

/* Working days: of the stages that are behind, and from the application until power was on, or
 * until now. */
static enum err put_times(json_t *o, const struct project *p, const struct request *rq)
{
    struct pace_project t;
    enum err e = pace_of(rq->db, &t, p->id);
    if (e != ERR_OK)
        return e;
    json_t *times = json_object();
    for (enum stage s = STAGE_RESERVE; s < STAGE_N; s++)
        if (t.days[s] >= 0 && s != p->stage)
            (void)json_object_set_new(times, stage_text(s), json_integer(t.days[s]));
    int32_t since =
        t.applied_on == 0 || stage_is_over(p->stage)
            ? -1
            : calendar_between(rules_of(rq)->calendar, t.applied_on, day_of_ms(rq->now_ms));
    int32_t total = t.total >= 0 && p->stage > STAGE_ENERGIZATION ? t.total : since;
    (void)json_object_set_new(o, "times", times);
    (void)json_object_set_new(o, "total_days", total >= 0 ? json_integer(total) : json_null());
    return ERR_OK;
}

/* One project whole, with what the caller may do with it. */
static enum err answer_project(struct request *rq, const struct project *p)
{
    const struct caller *c = caller_of(rq);
    bool own = p->manager != 0 && p->manager == c->account;
    json_t *o = json_project(p, rq);
    (void)json_object_set_new(o, "moves", json_moves(rq, p));
    (void)json_object_set_new(o, "limits", json_limits(p, rq));
    (void)json_object_set_new(o, "parties", json_parties(rq, p, own));
    (void)json_object_set_new(
        o, "rights",
        json_pack("{s:b}", "edit",
                  (int)policy_allows(c->role, own ? REL_OWN : REL_NONE, ACT_PROJECT_EDIT)));
    answer_tag(rq, p->version);
    rq->answer.body = o;
    return put_times(o, p, rq);
}

/* ---- in ---------------------------------------------------------------------------------------
 */

static const struct field f_party[] = {
    FIELD_WORD(struct party, part, part_words),
    FIELD_TEXT(struct party, organisation, 1),
    FIELD_TEXT_OPT(struct party, person),
    FIELD_TEXT_OPT(struct party, phone),
};
static const struct shape s_party = SHAPE(struct party, f_party);

struct in_project {
    char number[NUMBER_LEN + 1], title[TITLE_LEN + 1], customer[NAME_LEN + 1], park[NAME_LEN + 1];
    char address[ADDRESS_LEN + 1], load_nature[NAME_LEN + 1], wanted_on[DAY_TEXT_MAX];
    int64_t latitude_e6, longitude_e6, voltage_v, capacity_kva, importance, sources;
    struct parties list;
};
static const struct field f_project[] = {
    FIELD_TEXT_OPT(struct in_project, number),
    FIELD_TEXT(struct in_project, title, 1),
    FIELD_TEXT(struct in_project, customer, 1),
    FIELD_TEXT_OPT(struct in_project, park),
    FIELD_TEXT_OPT(struct in_project, address),
    FIELD_TEXT_OPT(struct in_project, load_nature),
    FIELD_TEXT_OPT(struct in_project, wanted_on),
    FIELD_I64_OPT(struct in_project, latitude_e6, -90000000, 90000000),
    FIELD_I64_OPT(struct in_project, longitude_e6, -180000000, 180000000),
    FIELD_I64_OPT(struct in_project, voltage_v, 1, 1100000),
    FIELD_I64_OPT(struct in_project, capacity_kva, 1, 10000000),
    FIELD_I64_OPT(struct in_project, importance, 1, 3),
    FIELD_I64_OPT(struct in_project, sources, 1, 2),
    {.type = SHAPE_LIST,
     .name = "parties",
     .offset = offsetof(struct in_project, list.at),
     .hi = PARTIES_MAX,
     .item = &s_party,
     .count_offset = offsetof(struct in_project, list.n),
     .optional = true},
};
static const struct shape s_project = SHAPE(struct in_project, f_project);

static enum err take_fields(struct request *rq, struct project_fields *f)
{
    const struct in_project *in = (const struct in_project *)rq->in;
    *f = (struct project_fields){.placed = in->latitude_e6 != 0 || in->longitude_e6 != 0,
                                 .latitude_e6 = in->latitude_e6,
                                 .longitude_e6 = in->longitude_e6,
                                 .voltage_v = in->voltage_v,
                                 .capacity_kva = in->capacity_kva,
                                 .importance = in->importance,
                                 .sources = in->sources == 2 ? 2 : 1,
                                 .parties = &in->list};
    const char *why = parties_refused(&in->list);
    if (why != NULL)
        return answer_error(rq, ERR_INVAL, why);
    COPY(f->number, in->number);
    COPY(f->title, in->title);
    COPY(f->customer, in->customer);
    COPY(f->park, in->park);
    COPY(f->address, in->address);
    COPY(f->load_nature, in->load_nature);
    if (in->wanted_on[0] != '\0' && day_parse(&f->wanted_on, in->wanted_on) != ERR_OK)
        return answer_error(rq, ERR_INVAL, "wanted_on: must be a day like 2026-11-25");
    return ERR_OK;
}

/* The project of the path, when the caller may change it and has seen its latest version; else the
 * answer is filled. */
static enum err mine_to_change(struct request *rq, struct project *p)
{
    const struct caller *c = caller_of(rq);
    enum err e = project_get(rq->db, p, rq->args[0], sees_everything(c), c->account);
    if (e != ERR_OK)
        return e;
    if (!policy_allows(c->role, p->manager == c->account ? REL_OWN : REL_NONE, ACT_PROJECT_EDIT))
        return ERR_DENIED;
    e = match_version(rq, p->version);
    if (e == ERR_CONFLICT) {
        json_t *now = json_project(p, rq);
        (void)json_object_set_new(now, "parties", json_parties(rq, p, true)); /* The caller's. */
        tell_current(rq, now);
    }
    return e;
}

static enum err number_taken(struct request *rq)
{
    return answer_error(rq, ERR_CONFLICT, "number: another project has it");
}

/* ---- the routes -------------------------------------------------------------------------------
 */

enum err project_query_of(const struct request *rq, struct project_query *q)
{
    const struct caller *c = caller_of(rq);
    const char *stage = request_query(rq, "stage"), *sort = request_query(rq, "sort");
    *q = (struct project_query){.everything = sees_everything(c),
                                .manager = c->account,
                                .words = request_query(rq, "q"),
                                .cursor = request_query(rq, "cursor"),
                                .stage = stage[0] != '\0' ? stage_from_text(stage) : STAGE_N,
                                .open = request_query(rq, "open")[0] != '\0',
                                .order = PROJECT_RECENT};
    if (request_query(rq, "late")[0] != '\0')
        q->late_on = calendar_before(rules_of(rq)->calendar, day_of_ms(rq->now_ms), 1) + 1;
    if (strcmp(sort, "due") == 0)
        q->order = PROJECT_DUE;
    else if (sort[0] != '\0' && strcmp(sort, "recent") != 0)
        return ERR_INVAL;
    return stage[0] != '\0' && q->stage == STAGE_N ? ERR_INVAL : ERR_OK;
}

static enum err projects_get(struct request *rq)
{
    struct project_query q;
    struct project_page *page = NULL;
    enum err e = project_query_of(rq, &q);
    if (e != ERR_OK)
        return answer_error(rq, e, "There is no such stage or order.");
    page = (struct project_page *)mem_alloc(sizeof(*page));
    if (page == NULL)
        return ERR_NOMEM;
    e = project_find(rq->db, page, &q);
    if (e == ERR_OK) {
        json_t *list = json_array();
        for (size_t i = 0; i < page->n; i++)
            (void)json_array_append_new(list, json_project(&page->at[i], rq));
        rq->answer.body = json_pack("{s:o,s:s}", "projects", list, "next", page->next);
    }
    mem_free(page);
    return e == ERR_INVAL ? answer_error(rq, e, "cursor: not one of this list") : e;
}

static enum err projects_post(struct request *rq)
{
    struct project p = {.manager = caller_of(rq)->account};
    enum err e = take_fields(rq, &p.f);
    if (e != ERR_OK)
        return e;
    e = project_add(rq->db, &p, rq->now_ms);
    if (e == ERR_CONFLICT)
        return number_taken(rq);
    if (e == ERR_OK)
        e = audit_caller(rq, "project.add", p.public_id, "");
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    COPY(p.manager_name, caller_of(rq)->name);
    return answer_project(rq, &p);
}

static enum err project_read(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct project p;
    enum err e = project_get(rq->db, &p, rq->args[0], sees_everything(c), c->account);
    return e == ERR_OK ? answer_project(rq, &p) : e;
}

static enum err project_put(struct request *rq)
{
    struct project p;
    enum err e = mine_to_change(rq, &p);
    if (e != ERR_OK)
        return e;
    e = take_fields(rq, &p.f);
    if (e != ERR_OK)
        return e;
    e = project_edit(rq->db, &p, rules_of(rq));
    if (e == ERR_CONFLICT)
        return number_taken(rq);
    if (e == ERR_OK)
        e = audit_caller(rq, "project.edit", p.public_id, "");
    return e == ERR_OK ? answer_project(rq, &p) : e;
}

struct in_move {
    int to;
    char reason[REASON_MAX + 1];
};
static const struct field f_move[] = {FIELD_WORD(struct in_move, to, stage_words),
                                      FIELD_TEXT_OPT(struct in_move, reason)};
static const struct shape s_move = SHAPE(struct in_move, f_move);

static enum err moves_post(struct request *rq)
{
    const struct in_move *in = (const struct in_move *)rq->in;
    struct project p;
    enum err e = mine_to_change(rq, &p);
    if (e != ERR_OK)
        return e;
    struct project_move m = {.to = (enum stage)in->to,
                             .who = caller_of(rq)->name,
                             .reason = in->reason,
                             .on = day_of_ms(rq->now_ms),
                             .at_ms = rq->now_ms};
    e = project_move(rq->db, &p, &m, rules_of(rq));
    if (e == ERR_INVAL)
        return answer_error(rq, e,
                            stage_move(p.stage, m.to) == STAGE_MOVE_NONE
                                ? "to: this stage does not follow on the present one"
                                : "reason: say why this is not the next stage");
    if (e == ERR_OK)
        e = audit_caller(rq, "project.move", p.public_id, "");
    return e == ERR_OK ? answer_project(rq, &p) : e;
}

// clang-format off
const struct route project_routes[] = {
    {M_GET, "/api/v1/projects", ON_READ, ACT_PROJECT_READ, NULL, projects_get,
     {200, &o_project_list, .query = q_projects}},
    {M_POST, "/api/v1/projects", ON_WRITE, ACT_PROJECT_EDIT, &s_project, projects_post,
     {201, &o_project_page, .flags = REPLY_TAGGED, .also = "409"}},
    {M_GET, "/api/v1/projects/{id}", ON_READ, ACT_PROJECT_READ, NULL, project_read,
     {200, &o_project_page, .flags = REPLY_TAGGED}},
    {M_PUT, "/api/v1/projects/{id}", ON_WRITE, ACT_PROJECT_EDIT, &s_project, project_put,
     {200, &o_project_page, .flags = REPLY_TAGGED | REPLY_MATCH, .also = "409"}},
    {M_POST, "/api/v1/projects/{id}/moves", ON_WRITE, ACT_PROJECT_EDIT, &s_move, moves_post,
     {200, &o_project_page, .flags = REPLY_TAGGED | REPLY_MATCH}},
};
// clang-format on
const size_t project_routes_n = sizeof(project_routes) / sizeof(project_routes[0]);
