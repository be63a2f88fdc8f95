/* Meetings: lists, scheduling, the page of one. */
#include <stdlib.h>
#include <string.h>

#include "meet_priv.h"
#include "outlines_priv.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS INT64_C(86400000)

enum { LATE_MIN = 10, AHEAD_DAYS = 730 };

/* ---- lists ------------------------------------------------------------------------------------
 */

static const char *const kinds[] = {"review", "survey", "acceptance", "forum", NULL};

static int word_of(const char *const *words, const char *text)
{
    for (int i = 0; words[i] != NULL; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

/* A project that is not there has no meetings; whether it is there is told only to who may see it.
 */
static enum err query_project(struct request *rq, int64_t *out)
{
    const char *id = request_query(rq, "project");
    struct project p = {.id = -1};
    enum err e = id[0] == '\0' ? ERR_NOENT : project_get(rq->db, &p, id, true, 0);
    *out = id[0] == '\0' ? 0 : p.id;
    return e == ERR_NOENT ? ERR_OK : e;
}

static enum err read_query(struct request *rq, struct meeting_query *q)
{
    static const char *const whens[] = {"", "upcoming", "live", "past", "cancelled", NULL};
    const struct caller *c = caller_of(rq);
    const char *scope = request_query(rq, "scope");
    int when = word_of(whens, request_query(rq, "when"));
    bool sees_all = policy_allows(c->role, REL_NONE, ACT_MEETING_READ);
    *q = (struct meeting_query){.everything = sees_all && strcmp(scope, "mine") != 0,
                                .account = c->account,
                                .now_ms = rq->now_ms,
                                .kind = request_query(rq, "kind"),
                                .words = request_query(rq, "q"),
                                .cursor = request_query(rq, "cursor")};
    if (when < 0 || (q->kind[0] != '\0' && word_of(kinds, q->kind) < 0))
        return answer_error(rq, ERR_INVAL, "when, kind: there is no such list");
    if (scope[0] != '\0' && strcmp(scope, "mine") != 0 && strcmp(scope, "all") != 0)
        return answer_error(rq, ERR_INVAL, "scope: mine or all");
    if (strcmp(scope, "all") == 0 && !sees_all)
        return ERR_DENIED;
    q->when = (enum meeting_when)when;
    return query_project(rq, &q->project);
}

static enum err meetings_get(struct request *rq)
{
    struct meeting_query q;
    if (caller_of(rq)->account == 0 || caller_of(rq)->participant)
        return ERR_DENIED; /* Who came by a link knows its meeting. */
    enum err e = read_query(rq, &q);
    return e == ERR_OK ? answer_meetings(rq, &q) : e;
}

enum err answer_meetings_of(struct request *rq, int64_t project)
{
    const struct meeting_query q = {.everything = true,
                                    .project = project,
                                    .now_ms = rq->now_ms,
                                    .kind = "",
                                    .words = "",
                                    .cursor = request_query(rq, "cursor")};
    return answer_meetings(rq, &q);
}

static enum err project_meetings_get(struct request *rq)
{
    struct project p;
    enum err e = allowed_project(rq, &p, ACT_PROJECT_READ);
    return e == ERR_OK ? answer_meetings_of(rq, p.id) : e;
}

/* ---- the page of one --------------------------------------------------------------------------
 */

enum err allowed_meeting(struct request *rq, struct meeting *m, enum action act)
{
    struct standing st;
    enum err e = meeting_get(rq->db, m, rq->args[0]);
    if (e == ERR_OK)
        e = caller_standing(rq, &st, m);
    if (e != ERR_OK)
        return e;
    if (policy_allows(st.role, st.relation, act))
        return ERR_OK;
    return policy_allows(st.role, st.relation, ACT_MEETING_READ) ? ERR_DENIED : ERR_NOENT;
}

static enum err meeting_read(struct request *rq)
{
    struct meeting m;
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_READ);
    return e == ERR_OK ? answer_meeting(rq, &m) : e;
}

/* ---- scheduling and changing ------------------------------------------------------------------
 */

struct in_meeting {
    int kind;
    char title[TITLE_LEN + 1], agenda[AGENDA_LEN + 1];
    char starts_at[CLOCK_TEXT_MAX], host[PUBLIC_ID_LEN + 1], reason[REASON_MAX + 1];
    int64_t duration_min;
    bool record_auto;
    size_t n_participants;
    struct in_person participants[PEOPLE_MAX];
    size_t n_documents;
    struct in_paper documents[PAPERS_MAX];
};
#define F_MEETING \
    FIELD_WORD(struct in_meeting, kind, kinds), FIELD_TEXT(struct in_meeting, title, 1), \
        FIELD_TEXT(struct in_meeting, starts_at, 1), FIELD_BOOL(struct in_meeting, record_auto)
static const struct field f_meeting[] = {
    F_MEETING,
    FIELD_TEXT_OPT(struct in_meeting, agenda),
    FIELD_TEXT_OPT(struct in_meeting, host),
    FIELD_I64_OPT(struct in_meeting, duration_min, DURATION_MIN, DURATION_MAX),
    {.type = SHAPE_LIST,
     .name = "participants",
     .offset = offsetof(struct in_meeting, participants),
     .hi = PEOPLE_MAX,
     .item = &s_person,
     .count_offset = offsetof(struct in_meeting, n_participants),
     .optional = true},
    {.type = SHAPE_LIST,
     .name = "documents",
     .offset = offsetof(struct in_meeting, documents),
     .hi = PAPERS_MAX,
     .item = &s_paper,
     .count_offset = offsetof(struct in_meeting, n_documents),
     .optional = true},
};
static const struct shape s_meeting = SHAPE(struct in_meeting, f_meeting);
/* Who changes says all of it: what is left out would be lost unseen. */
static const struct field f_change[] = {
    F_MEETING,
    FIELD_TEXT(struct in_meeting, agenda, 0),
    FIELD_TEXT(struct in_meeting, host, 0),
    FIELD_I64(struct in_meeting, duration_min, DURATION_MIN, DURATION_MAX),
    FIELD_TEXT_OPT(struct in_meeting, reason),
};
static const struct shape s_change = SHAPE(struct in_meeting, f_change);

static enum err take_time(struct request *rq, const char *text, int64_t *out)
{
    int64_t at = 0;
    if (!clock_from_rfc3339(text, &at))
        return answer_error(rq, ERR_INVAL, "starts_at: must be like 2026-11-26T02:00:00.000Z");
    if (at < rq->now_ms - LATE_MIN * MINUTE_MS)
        return answer_error(rq, ERR_INVAL, "starts_at: lies in the past");
    if (at > rq->now_ms + AHEAD_DAYS * DAY_MS)
        return answer_error(rq, ERR_INVAL, "starts_at: is more than two years ahead");
    *out = at;
    return ERR_OK;
}

/* By the table a manager hosts, and an expert may have her part in it. */
static enum err take_host(struct request *rq, const char *id, struct meeting *m)
{
    struct account a;
    enum err e = account_by_public_id(rq->db, &a, id);
    if (e == ERR_NOENT || (e == ERR_OK && a.disabled_at != 0))
        return answer_error(rq, ERR_INVAL, "host: there is no such account");
    if (e != ERR_OK)
        return e;
    if (a.role != ROLE_MANAGER && a.role != ROLE_EXPERT)
        return answer_error(rq, ERR_INVAL, "host: must be a manager or an expert");
    m->host = a.id;
    COPY(m->host_name, a.name);
    COPY(m->host_public_id, a.public_id);
    return ERR_OK;
}

static void take_words(const struct in_meeting *in, struct meeting *m)
{
    m->record_auto = in->record_auto;
    m->duration_min = in->duration_min != 0 ? in->duration_min : DURATION_DEFAULT;
    COPY(m->kind, kinds[in->kind]);
    COPY(m->title, in->title);
    COPY(m->agenda, in->agenda);
}

static enum err invite_all(struct request *rq, const struct in_meeting *in, const struct meeting *m,
                           json_t *list)
{
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < in->n_participants; i++) {
        char where[40];
        json_t *made = NULL;
        (void)snprintf(where, sizeof(where), "participants, %zu: ", i + 1);
        e = invite(rq, m, &in->participants[i], where, &made);
        if (made != NULL)
            (void)json_array_append_new(list, made);
    }
    return e;
}

/* The meeting, its people and their links are one change: all of it is there, or nothing is. */
static enum err meetings_post(struct request *rq)
{
    const struct in_meeting *in = (const struct in_meeting *)rq->in;
    struct project p;
    struct meeting m = {.id = 0};
    enum err e = allowed_project(rq, &p, ACT_MEETING_SCHEDULE);
    if (e == ERR_OK)
        e = take_time(rq, in->starts_at, &m.starts_at);
    take_words(in, &m);
    if (e == ERR_OK && in->host[0] != '\0')
        e = take_host(rq, in->host, &m);
    if (e == ERR_OK && in->host[0] == '\0') {
        m.host = caller_of(rq)->account;
        COPY(m.host_name, caller_of(rq)->name);
    }
    if (e == ERR_OK)
        e = meeting_add(rq->db, &m, p.id, rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "meeting.add", m.public_id, in->starts_at);
    if (e == ERR_OK)
        e = meeting_get(rq->db, &m, m.public_id);
    if (e != ERR_OK)
        return e;
    json_t *list = json_array();
    e = invite_all(rq, in, &m, list);
    if (e == ERR_OK)
        e = link_papers(rq, &m, in->documents, in->n_documents);
    if (e == ERR_OK)
        e = answer_meeting(rq, &m);
    if (e != ERR_OK) {
        json_decref(list);
        return e;
    }
    (void)json_object_set_new(rq->answer.body, "invitations", list);
    rq->answer.status = 201;
    return ERR_OK;
}

/* ---- changes ----------------------------------------------------------------------------------
 */

/* The meeting of the path, when the caller may change it and has seen its latest version. */
static enum err mine_to_change(struct request *rq, struct meeting *m)
{
    enum err e = allowed_meeting(rq, m, ACT_MEETING_SCHEDULE);
    if (e != ERR_OK)
        return e;
    e = match_version(rq, m->version);
    if (e == ERR_CONFLICT)
        tell_current(rq, json_meeting_whole(rq, m));
    return e;
}

/* What is given for a meeting in which people already are. */
static enum err check_live(struct request *rq, const struct meeting *m, const struct meeting *want)
{
    if (strcmp(m->state, "live") != 0)
        return ERR_OK;
    if (m->starts_at != want->starts_at || m->host != want->host)
        return answer_error(rq, ERR_CONFLICT,
                            "While it is under way, its time and its host stay as they are.");
    return ERR_OK;
}

/* Pages that open it from now on are told the new words. */
static void after_change(const struct request *rq)
{
    const struct in_meeting *in = (const struct in_meeting *)rq->in;
    struct live *l = live_find((struct api *)rq->app, rq->args[0]);
    if (l == NULL)
        return;
    take_words(in, &l->m);
    l->m.starts_at = rq->answer.about[0];
}

static enum err write_change(struct request *rq, const struct meeting *m, struct meeting *want)
{
    const struct in_meeting *in = (const struct in_meeting *)rq->in;
    const struct meeting_change c = {
        .who = caller_of(rq)->name, .reason = in->reason, .now_ms = rq->now_ms};
    bool moved = meeting_moved(m, want);
    enum err e = meeting_edit(rq->db, m, want, &c);
    if (e == ERR_OK)
        e = audit_caller(rq, moved ? "meeting.reschedule" : "meeting.edit", m->public_id,
                         in->reason);
    if (e == ERR_OK && moved)
        e = tell_all_invited(rq, want, NOTICE_RESCHEDULED, in->reason);
    rq->answer.after = after_change;
    rq->answer.about[0] = want->starts_at;
    return e;
}

static enum err meeting_put(struct request *rq)
{
    const struct in_meeting *in = (const struct in_meeting *)rq->in;
    char same[CLOCK_TEXT_MAX];
    struct meeting m;
    enum err e = mine_to_change(rq, &m);
    if (e == ERR_OK && meeting_is_over(&m))
        e = answer_over(rq, &m);
    if (e != ERR_OK)
        return e;
    struct meeting want = m;
    take_words(in, &want);
    clock_rfc3339(same, m.starts_at);
    if (strcmp(same, in->starts_at) != 0) /* What stays may lie in the past. */
        e = take_time(rq, in->starts_at, &want.starts_at);
    if (e == ERR_OK && in->host[0] != '\0' && strcmp(in->host, m.host_public_id) != 0)
        e = take_host(rq, in->host, &want);
    if (e == ERR_OK)
        e = check_live(rq, &m, &want);
    if (e == ERR_OK)
        e = write_change(rq, &m, &want);
    return e == ERR_OK ? answer_meeting(rq, &want) : e;
}

struct in_cancel {
    char reason[REASON_MAX + 1];
};
static const struct field f_cancel[] = {FIELD_TEXT(struct in_cancel, reason, 1)};
static const struct shape s_cancel = SHAPE(struct in_cancel, f_cancel);

static void after_cancel(const struct request *rq)
{
    const struct in_cancel *in = (const struct in_cancel *)rq->in;
    struct live *l = live_find((struct api *)rq->app, rq->args[0]);
    if (l != NULL)
        live_cancel(l, caller_of(rq)->name, in->reason);
}

static enum err meeting_cancel_post(struct request *rq)
{
    const struct in_cancel *in = (const struct in_cancel *)rq->in;
    const struct meeting_change c = {
        .who = caller_of(rq)->name, .reason = in->reason, .now_ms = rq->now_ms};
    struct meeting m;
    enum err e = mine_to_change(rq, &m);
    if (e == ERR_OK && meeting_is_over(&m))
        e = answer_over(rq, &m);
    if (e == ERR_OK && strcmp(m.state, "live") == 0)
        e = answer_error(rq, ERR_CONFLICT, "It is under way: end it instead.");
    if (e == ERR_OK)
        e = meeting_cancel(rq->db, &m, &c);
    if (e == ERR_OK)
        e = audit_caller(rq, "meeting.cancel", m.public_id, in->reason);
    if (e == ERR_OK)
        e = tell_all_invited(rq, &m, NOTICE_CANCELLED, in->reason);
    if (e != ERR_OK)
        return e;
    rq->answer.after = after_cancel;
    return answer_meeting(rq, &m);
}

static enum err meeting_archive_post(struct request *rq)
{
    const struct meeting_change c = {
        .who = caller_of(rq)->name, .reason = "", .now_ms = rq->now_ms};
    struct meeting m;
    enum err e = mine_to_change(rq, &m);
    if (e == ERR_OK && strcmp(m.state, "ended") != 0)
        e = answer_error(rq, ERR_CONFLICT, "Only a meeting that has ended goes to the archive.");
    if (e == ERR_OK)
        e = meeting_archive(rq->db, &m, &c);
    if (e == ERR_OK)
        e = audit_caller(rq, "meeting.archive", m.public_id, "");
    return e == ERR_OK ? answer_meeting(rq, &m) : e;
}

// clang-format off
const struct route meeting_routes[] = {
    {M_GET, "/api/v1/meetings", ON_READ, ACT_MEETING_READ, NULL, meetings_get,
     {200, &o_meeting_list, .query = q_meetings}},
    {M_GET, "/api/v1/projects/{id}/meetings", ON_READ, ACT_PROJECT_READ, NULL, project_meetings_get,
     {200, &o_meeting_list, .query = q_project_meetings}},
    {M_POST, "/api/v1/projects/{id}/meetings", ON_WRITE, ACT_MEETING_SCHEDULE, &s_meeting, meetings_post,
     {201, &o_meeting_made, .flags = REPLY_SECRET | REPLY_TAGGED, .also = "409"}},
    {M_GET, "/api/v1/meetings/{id}", ON_READ, ACT_MEETING_READ, NULL, meeting_read,
     {200, &o_meeting_page, .flags = REPLY_TAGGED}},
    {M_PUT, "/api/v1/meetings/{id}", ON_WRITE, ACT_MEETING_SCHEDULE, &s_change, meeting_put,
     {200, &o_meeting_page, .flags = REPLY_TAGGED | REPLY_MATCH, .also = "409 410"}},
    {M_POST, "/api/v1/meetings/{id}/cancel", ON_WRITE, ACT_MEETING_SCHEDULE, &s_cancel, meeting_cancel_post,
     {200, &o_meeting_page, .flags = REPLY_TAGGED | REPLY_MATCH, .also = "409 410"}},
    {M_POST, "/api/v1/meetings/{id}/archive", ON_WRITE, ACT_MEETING_SCHEDULE, NULL, meeting_archive_post,
     {200, &o_meeting_page, .flags = REPLY_TAGGED | REPLY_MATCH, .also = "409"}},
};
// clang-format on
const size_t meeting_routes_n = sizeof(meeting_routes) / sizeof(meeting_routes[0]);
