/* Meetings and invitations. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "outlines_priv.h"

enum err allowed_meeting(struct request *rq, struct meeting *m, enum action act)
{
    const struct caller *c = caller_of(rq);
    enum err e = meeting_get(rq->db, m, rq->args[0]);
    if (e != ERR_OK)
        return e;
    enum relation rel = caller_relation(c, m);
    if (policy_allows(c->role, rel, act))
        return ERR_OK;
    return policy_allows(c->role, rel, ACT_MEETING_READ) ? ERR_DENIED : ERR_NOENT;
}

static json_t *json_meeting(const struct meeting *m)
{
    char starts[CLOCK_TEXT_MAX];
    clock_rfc3339(starts, m->starts_at);
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "id", m->public_id, "kind", m->kind, "title",
                     m->title, "host_name", m->host_name, "starts_at", starts, "state", m->state);
}

/* What a page of its own shows: also in which zone the meeting's people count. */
json_t *json_meeting_page(const struct request *rq, const struct meeting *m)
{
    json_t *o = json_meeting(m);
    const char *zone = ((const struct api *)rq->app)->cfg.conf->timezone;
    (void)json_object_set_new(o, "timezone", json_string(zone));
    (void)json_object_set_new(o, "project",
                              json_pack("{s:s,s:s,s:s}", "id", m->project_public_id, "title",
                                        m->project_title, "customer", m->customer));
    return o;
}

/* ---- meetings
 * ---------------------------------------------------------------------------------------- */

struct in_meeting {
    int kind;
    char title[TITLE_LEN + 1];
    int64_t starts_at_ms;
    bool record_auto;
};
static const char *const kinds[] = {"review", "survey", "acceptance", "forum", NULL};
static const struct field f_meeting[] = {
    FIELD_WORD(struct in_meeting, kind, kinds), FIELD_TEXT(struct in_meeting, title, 1),
    FIELD_I64(struct in_meeting, starts_at_ms, 0, INT64_C(32503680000000)),
    FIELD_BOOL(struct in_meeting, record_auto)};
static const struct shape s_meeting = SHAPE(struct in_meeting, f_meeting);

static enum err own_project(struct request *rq, struct project *p)
{
    const struct caller *c = caller_of(rq);
    bool everything = policy_allows(c->role, REL_NONE, ACT_PROJECT_READ);
    return c->participant ? ERR_DENIED
                          : project_get(rq->db, p, rq->args[0], everything, c->account);
}

static enum err meetings_get(struct request *rq)
{
    struct project p;
    enum err e = own_project(rq, &p);
    if (e != ERR_OK)
        return e;
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_MEETING_LIST);
    db_bind_i64(&s, ":project", p.id);
    json_t *list = json_array();
    while (db_row(&s)) {
        struct meeting m = {.starts_at = db_i64(&s, 4)};
        COPY(m.public_id, db_text(&s, 0));
        COPY(m.kind, db_text(&s, 1));
        COPY(m.title, db_text(&s, 2));
        COPY(m.host_name, db_text(&s, 3));
        COPY(m.state, db_text(&s, 5));
        (void)json_array_append_new(list, json_meeting(&m));
    }
    rq->answer.body = json_pack("{s:o}", "meetings", list);
    return s.err;
}

static enum err meetings_post(struct request *rq)
{
    const struct in_meeting *in = (const struct in_meeting *)rq->in;
    const struct caller *c = caller_of(rq);
    struct project p;
    struct meeting m = {.starts_at = in->starts_at_ms, .record_auto = in->record_auto};
    enum err e = own_project(rq, &p);
    if (e == ERR_OK && !policy_allows(c->role, REL_OWN, ACT_MEETING_SCHEDULE))
        e = ERR_DENIED;
    COPY(m.kind, kinds[in->kind]);
    COPY(m.title, in->title);
    COPY(m.host_name, c->name);
    if (e == ERR_OK)
        e = meeting_add(rq->db, &m, p.id, rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "meeting.add", m.public_id, "");
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    rq->answer.body = json_meeting(&m);
    return ERR_OK;
}

static json_t *json_people(struct request *rq, int64_t meeting)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_PARTICIPANT_LIST);
    db_bind_i64(&s, ":meeting", meeting);
    db_bind_i64(&s, ":now", rq->now_ms);
    while (db_row(&s)) {
        char joined[CLOCK_TEXT_MAX], left[CLOCK_TEXT_MAX];
        bool came = db_i64(&s, 5) != 0;
        clock_rfc3339(joined, db_i64(&s, 5));
        clock_rfc3339(left, db_i64(&s, 6));
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:s,s:b,s:o,s:o,s:I,s:b}", "participant", db_text(&s, 0),
                            "name", db_text(&s, 1), "organisation", db_text(&s, 2), "role",
                            db_text(&s, 3), "host", (int)db_i64(&s, 4), "joined_at",
                            came ? json_string(joined) : json_null(), "left_at",
                            came ? json_string(left) : json_null(), "present_ms",
                            (json_int_t)db_i64(&s, 7), "here", (int)db_i64(&s, 8)));
    }
    return list;
}

json_t *json_recording_state(struct request *rq, int64_t meeting)
{
    char at[CLOCK_TEXT_MAX];
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_RECORDING_GET);
    db_bind_i64(&s, ":meeting", meeting);
    if (!db_row(&s))
        return json_null();
    clock_rfc3339(at, db_i64(&s, 1));
    return json_pack("{s:s,s:s,s:s,s:s}", "state", db_text(&s, 0), "started_at", at, "by",
                     db_text(&s, 3), "reason", db_text(&s, 4));
}

static enum err meeting_read(struct request *rq)
{
    struct meeting m;
    const struct caller *c = caller_of(rq);
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_READ);
    if (e != ERR_OK)
        return e;
    enum relation rel = caller_relation(c, &m);
    json_t *o = json_meeting_page(rq, &m);
    (void)json_object_set_new(o, "people", json_people(rq, m.id));
    (void)json_object_set_new(o, "recording", json_recording_state(rq, m.id));
    (void)json_object_set_new(o, "rights",
                              json_pack("{s:b,s:b,s:b,s:b}", "invite",
                                        (int)policy_allows(c->role, rel, ACT_MEETING_SCHEDULE),
                                        "join", (int)policy_allows(c->role, rel, ACT_JOIN),
                                        "replay", (int)policy_allows(c->role, rel, ACT_REPLAY),
                                        "devices", (int)policy_allows(c->role, rel, ACT_DEVICES)));
    rq->answer.body = o;
    return ERR_OK;
}

/* ---- invitations
 * ---------------------------------------------------------------------------------------- */

struct in_invite {
    int role;
    char name[NAME_LEN + 1], organisation[NAME_LEN + 1];
};
static const char *const invite_roles[] = {"customer", "designer", "contractor", "expert", NULL};
static const struct field f_invite[] = {FIELD_WORD(struct in_invite, role, invite_roles),
                                        FIELD_TEXT(struct in_invite, name, 0),
                                        FIELD_TEXT(struct in_invite, organisation, 0)};
static const struct shape s_invite = SHAPE(struct in_invite, f_invite);

static enum err invitations_post(struct request *rq)
{
    const struct in_invite *in = (const struct in_invite *)rq->in;
    struct api *a = (struct api *)rq->app;
    struct meeting m;
    char secret[TOKEN_LEN + 1];
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_SCHEDULE);
    if (e != ERR_OK)
        return e;
    if (strcmp(m.state, "ended") == 0)
        return answer_error(rq, ERR_GONE, "The meeting has ended.");
    struct invitation i = {.meeting = m.id, .role = role_from_text(invite_roles[in->role])};
    COPY(i.name, in->name);
    COPY(i.organisation, in->organisation);
    e = invitation_add(rq->db, &i, secret, rq->now_ms);
    if (e == ERR_OK)
        e = audit_add(rq->db, rq->now_ms, caller_of(rq)->name, "invitation.add", m.public_id,
                      rq->client);
    if (e != ERR_OK)
        return e;
    char url[CONF_TEXT + 60];
    (void)snprintf(url, sizeof(url), "%s/j#%s", a->cfg.public_url, secret);
    rq->answer.status = 201;
    rq->answer.body = json_pack("{s:s}", "url", url);
    return ERR_OK;
}

struct in_secret {
    char secret[TOKEN_LEN + 1];
};
static const struct field f_secret[] = {FIELD_TEXT(struct in_secret, secret, TOKEN_LEN)};
static const struct shape s_secret = SHAPE(struct in_secret, f_secret);

/* Who guesses has to wait; who has a true link meanwhile from the same address as well. */
static enum err find_invitation(struct request *rq, struct invitation *i, const char *secret)
{
    struct attempts *tries = ((struct api *)rq->app)->attempts;
    rq->answer.retry_after_s = attempts_wait_s(tries, ATTEMPT_INVITATION, rq->client);
    if (rq->answer.retry_after_s > 0)
        return ERR_LIMIT;
    enum err e = invitation_find(rq->db, i, secret, rq->now_ms);
    if (e == ERR_NOENT)
        attempts_failed(tries, ATTEMPT_INVITATION, rq->client);
    return e;
}

static enum err invitation_look(struct request *rq)
{
    const struct in_secret *in = (const struct in_secret *)rq->in;
    struct invitation i;
    struct meeting m;
    enum err e = find_invitation(rq, &i, in->secret);
    if (e == ERR_OK)
        e = meeting_get(rq->db, &m, i.meeting_public_id);
    if (e == ERR_NOENT)
        return answer_error(rq, e, "This link is not known here. Ask for a new one.");
    if (e != ERR_OK)
        return e;
    json_t *o = json_meeting(&m);
    (void)json_object_set_new(o, "role", json_string(role_text(i.role)));
    (void)json_object_set_new(o, "host", json_boolean(i.host));
    (void)json_object_set_new(o, "name", json_string(i.name));
    (void)json_object_set_new(o, "organisation", json_string(i.organisation));
    rq->answer.body = o;
    return ERR_OK;
}

struct in_redeem {
    char secret[TOKEN_LEN + 1], name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    bool consent;
};
static const struct field f_redeem[] = {
    FIELD_TEXT(struct in_redeem, secret, TOKEN_LEN), FIELD_TEXT(struct in_redeem, name, 1),
    FIELD_TEXT(struct in_redeem, organisation, 0), FIELD_BOOL(struct in_redeem, consent)};
static const struct shape s_redeem = SHAPE(struct in_redeem, f_redeem);

static enum err answer_participant(struct request *rq, struct participant *p)
{
    char token[TOKEN_LEN + 1];
    enum err e = participant_add(rq->db, p, token, rq->now_ms);
    if (e == ERR_OK)
        e = audit_add(rq->db, rq->now_ms, p->name, "participant.consent", p->public_id, rq->client);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    rq->answer.body = json_pack("{s:s,s:s,s:s}", "token", token, "participant", p->public_id,
                                "meeting", p->meeting_public_id);
    return ERR_OK;
}

static enum err check_door(struct request *rq, const struct meeting *m, bool consent)
{
    if (strcmp(m->state, "ended") == 0)
        return answer_error(rq, ERR_GONE, "The meeting has ended.");
    if (!consent)
        return answer_error(rq, ERR_INVAL, "Entering needs your consent to being recorded.");
    return ERR_OK;
}

static enum err invitation_redeem(struct request *rq)
{
    const struct in_redeem *in = (const struct in_redeem *)rq->in;
    struct invitation i;
    struct meeting m;
    enum err e = find_invitation(rq, &i, in->secret);
    if (e == ERR_OK)
        e = meeting_get(rq->db, &m, i.meeting_public_id);
    if (e == ERR_OK)
        e = check_door(rq, &m, in->consent);
    if (e != ERR_OK)
        return e;
    struct participant p = {.meeting = m.id, .invitation = i.id, .role = i.role, .host = i.host};
    COPY(p.name, in->name);
    COPY(p.organisation, in->organisation);
    COPY(p.meeting_public_id, m.public_id);
    e = answer_participant(rq, &p);
    const char *token = json_string_value(json_object_get(rq->answer.body, "token"));
    if (e == ERR_OK && token != NULL)
        COPY(rq->answer.set_session, token);
    return e;
}

struct in_join {
    bool consent;
};
static const struct field f_join[] = {FIELD_BOOL(struct in_join, consent)};
static const struct shape s_join = SHAPE(struct in_join, f_join);

static enum err meeting_join(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct meeting m;
    struct account a;
    enum err e = allowed_meeting(rq, &m, ACT_JOIN);
    if (e == ERR_OK)
        e = check_door(rq, &m, ((const struct in_join *)rq->in)->consent);
    if (e == ERR_OK)
        e = c->participant ? ERR_CONFLICT : account_by_id(rq->db, &a, c->account);
    if (e != ERR_OK)
        return e;
    struct participant p = {.meeting = m.id,
                            .account = a.id,
                            .session = c->s.id,
                            .role = a.role,
                            .host = m.project_manager == a.id};
    COPY(p.name, a.name);
    COPY(p.organisation, a.organisation);
    COPY(p.meeting_public_id, m.public_id);
    return answer_participant(rq, &p);
}

// clang-format off
const struct route meeting_routes[] = {
    {M_GET, "/api/v1/projects/{id}/meetings", ON_READ, ACT_PROJECT_READ, NULL, meetings_get, {200, &o_meeting_list}},
    {M_POST, "/api/v1/projects/{id}/meetings", ON_WRITE, ACT_PROJECT_EDIT, &s_meeting, meetings_post,
     {201, &o_meeting}},
    {M_GET, "/api/v1/meetings/{id}", ON_READ, ACT_MEETING_READ, NULL, meeting_read, {200, &o_meeting_page}},
    {M_POST, "/api/v1/meetings/{id}/invitations", ON_WRITE, ACT_MEETING_SCHEDULE, &s_invite, invitations_post,
     {201, &o_invitation_made, .flags = REPLY_SECRET, .also = "410"}},
    {M_POST, "/api/v1/meetings/{id}/join", ON_WRITE, ACT_JOIN, &s_join, meeting_join,
     {201, &o_ticket, .flags = REPLY_SECRET, .also = "409 410"}},
    {M_POST, "/api/v1/invitations/look", ON_READ, ACT_ANYBODY, &s_secret, invitation_look,
     {200, &o_invitation, .flags = REPLY_LIMITED, .also = "404 410"}},
    {M_POST, "/api/v1/invitations/redeem", ON_WRITE, ACT_ANYBODY, &s_redeem, invitation_redeem,
     {201, &o_ticket, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "404 410"}},
};
// clang-format on
const size_t meeting_routes_n = sizeof(meeting_routes) / sizeof(meeting_routes[0]);
