/* domain: meetings changed by two, moved, cancelled and archived; invitations, project links,
 * attendance; lists and the search. */
#include "domain/meetings.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "db/db.h"
#include "domain/links.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795520741123)
#define MIN INT64_C(60000)
#define DAY INT64_C(86400000)

static struct db *db;
static struct account people[4]; /* two managers, an expert, a supervisor */
static struct project projects[2];
static struct meeting_page *page;

/* By a connection of its own: what the program offers no function for. */
static int64_t sql(const char *text)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *s = NULL;
    int64_t n = -1;
    T_EQ(sqlite3_open(tmpdir_path("m.sqlite"), &raw), SQLITE_OK);
    T_EQ(sqlite3_prepare_v2(raw, text, -1, &s, NULL), SQLITE_OK);
    int rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        n = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(raw);
    return rc == SQLITE_CONSTRAINT ? -2 : n;
}

static void seed(void)
{
    static const struct {
        const char *login, *name;
        enum role role;
    } rows[] = {{"shen", "沈知远", ROLE_MANAGER},
                {"qian", "钱多", ROLE_MANAGER},
                {"lin", "林工", ROLE_EXPERT},
                {"zhao", "赵主任", ROLE_SUPERVISOR}};
    for (size_t i = 0; i < 4; i++) {
        people[i].role = rows[i].role;
        (void)snprintf(people[i].login, sizeof(people[i].login), "%s", rows[i].login);
        (void)snprintf(people[i].name, sizeof(people[i].name), "%s", rows[i].name);
        T_EQ(account_add(db, &people[i], NOW), ERR_OK);
    }
    for (size_t i = 0; i < 2; i++) {
        projects[i].manager = people[i].id;
        (void)snprintf(projects[i].f.title, sizeof(projects[i].f.title), "%s",
                       i == 0 ? "锦澜精密 10 kV" : "望江食品");
        (void)snprintf(projects[i].f.customer, sizeof(projects[i].f.customer), "c%zu", i);
        T_EQ(project_add(db, &projects[i], NOW), ERR_OK);
    }
}

static struct meeting schedule(size_t project, const char *kind, const char *title, int64_t at)
{
    struct meeting m = {.starts_at = at, .host = projects[project].manager}, got;
    (void)snprintf(m.kind, sizeof(m.kind), "%s", kind);
    (void)snprintf(m.title, sizeof(m.title), "%s", title);
    (void)snprintf(m.host_name, sizeof(m.host_name), "%s", people[project].name);
    T_EQ(meeting_add(db, &m, projects[project].id, NOW), ERR_OK);
    T_EQ(meeting_get(db, &got, m.public_id), ERR_OK);
    return got;
}

/* ---- changes ----------------------------------------------------------------------------------
 */

struct times {
    size_t n;
    int64_t from, to;
    char reason[40];
};

static void take_time(void *arg, const struct meeting_time_change *t)
{
    struct times *all = (struct times *)arg;
    all->n++;
    all->from = t->from_starts_at;
    all->to = t->to_starts_at;
    (void)snprintf(all->reason, sizeof(all->reason), "%s", t->reason);
}

static void changes(void)
{
    const struct meeting_change c = {"沈知远", "客户改期", NOW};
    struct meeting m = schedule(0, "review", "云审图", NOW + DAY), want = m, late = m, got;
    struct invitation i = {.meeting = m.id, .role = ROLE_CUSTOMER, .expires_at = NOW + 2 * DAY};
    struct times times = {0};
    char secret[TOKEN_LEN + 1];
    T_EQ(m.duration_min, DURATION_DEFAULT);
    T_EQ(m.version, 1);
    T_EQ(m.host, people[0].id);
    T_EQ(invitation_add(db, &i, secret, NOW), ERR_OK);
    (void)snprintf(want.title, sizeof(want.title), "云审图(二)");
    T_EQ(meeting_edit(db, &m, &want, &c), ERR_OK);
    T_EQ(want.version, 2);
    T_EQ(want.sequence, 0); /* the calendar entry is at the same time */
    T_EQ(meeting_time_changes(db, m.id, take_time, &times), ERR_OK);
    T_EQ(times.n, 0);
    T_EQ(meeting_edit(db, &m, &late, &c), ERR_GONE); /* of what was read before */
    struct meeting moved = want;
    moved.starts_at = NOW + 3 * DAY;
    moved.duration_min = 90;
    T_EQ(meeting_edit(db, &want, &moved, &c), ERR_OK);
    T_EQ(moved.sequence, 1);
    T_EQ(meeting_time_changes(db, m.id, take_time, &times), ERR_OK);
    T_OK(times.n == 1 && times.from == NOW + DAY && times.to == NOW + 3 * DAY);
    T_OK(strcmp(times.reason, "客户改期") == 0);
    T_EQ(invitation_find(db, &i, secret, NOW + 3 * DAY), ERR_OK); /* as long after as before */
    T_EQ(invitation_find(db, &i, secret, NOW + 4 * DAY), ERR_GONE);
    T_EQ(meeting_get(db, &got, m.public_id), ERR_OK);
    T_OK(got.starts_at == moved.starts_at && got.duration_min == 90 && got.version == 3);
    T_EQ(sql("UPDATE meeting_time_change SET reason = ''"), -2);
    T_EQ(sql("DELETE FROM meeting_time_change"), -2);
}

static void cancelled(void)
{
    const struct meeting_change c = {"沈知远", "现场停电", NOW};
    struct meeting m = schedule(0, "survey", "云勘察", NOW + DAY), old = m, got;
    old.version = 7;
    T_EQ(meeting_cancel(db, &old, &c), ERR_GONE);
    T_EQ(meeting_cancel(db, &m, &c), ERR_OK);
    T_OK(meeting_is_over(&m) && m.version == 2 && m.sequence == 1);
    T_EQ(meeting_get(db, &got, m.public_id), ERR_OK);
    T_OK(strcmp(got.state, "cancelled") == 0 && strcmp(got.cancel_reason, "现场停电") == 0);
    T_EQ(got.cancelled_at, NOW);
    T_EQ(meeting_set_state(db, m.id, "live", NOW), ERR_OK); /* nobody enters it after all */
    T_EQ(meeting_get(db, &got, m.public_id), ERR_OK);
    T_OK(strcmp(got.state, "cancelled") == 0);
    struct meeting again = got;
    T_EQ(meeting_edit(db, &got, &again, &c), ERR_GONE);
    T_EQ(meeting_cancel(db, &again, &c), ERR_GONE);
    T_EQ(meeting_archive(db, &again, &c), ERR_GONE);
}

static void archived(void)
{
    const struct meeting_change c = {"沈知远", "", NOW};
    struct meeting m = schedule(0, "forum", "座谈会", NOW), got;
    T_EQ(meeting_archive(db, &m, &c), ERR_GONE); /* not before its end */
    T_EQ(meeting_set_state(db, m.id, "ended", NOW + 5), ERR_OK);
    T_EQ(meeting_archive(db, &m, &c), ERR_OK);
    T_EQ(meeting_get(db, &got, m.public_id), ERR_OK);
    T_OK(strcmp(got.state, "archived") == 0 && got.ended_at == NOW + 5 && meeting_is_over(&got));
    T_EQ(meeting_set_state(db, m.id, "ended", NOW), ERR_OK);
    T_EQ(meeting_get(db, &got, m.public_id), ERR_OK);
    T_OK(strcmp(got.state, "archived") == 0);
}

/* ---- people -----------------------------------------------------------------------------------
 */

static void standings(void)
{
    struct meeting m = schedule(1, "review", "钱多的", NOW + DAY);
    struct standing st;
    struct invitation i = {.meeting = m.id, .account = people[0].id, .role = ROLE_EXPERT}, got;
    char secret[TOKEN_LEN + 1];
    T_EQ(meeting_standing(db, &st, &m, people[1].id, ROLE_MANAGER), ERR_OK);
    T_OK(st.relation == REL_OWN && st.role == ROLE_MANAGER);
    T_EQ(meeting_standing(db, &st, &m, people[0].id, ROLE_MANAGER), ERR_OK);
    T_EQ(st.relation, REL_NONE);
    T_EQ(invitation_add(db, &i, secret, NOW), ERR_OK);
    T_EQ(invitation_find(db, &got, secret, NOW), ERR_NOENT); /* an account's is no link */
    T_EQ(meeting_standing(db, &st, &m, people[0].id, ROLE_MANAGER), ERR_OK);
    T_OK(st.relation == REL_ASSIGNED && st.role == ROLE_EXPERT);
    struct invitation twice = {.meeting = m.id, .account = people[0].id, .role = ROLE_EXPERT};
    T_EQ(invitation_add(db, &twice, secret, NOW), ERR_CONFLICT);
    T_EQ(invitation_revoke(db, i.id, NOW), ERR_OK);
    T_EQ(meeting_standing(db, &st, &m, people[0].id, ROLE_MANAGER), ERR_OK);
    T_EQ(st.relation, REL_NONE);
    T_EQ(invitation_add(db, &twice, secret, NOW), ERR_OK); /* and once more */
    T_EQ(twice.id, i.id);
    T_EQ(meeting_standing(db, &st, &m, people[0].id, ROLE_MANAGER), ERR_OK);
    T_EQ(st.relation, REL_ASSIGNED);
    T_EQ(meeting_standing(db, &st, &m, 0, ROLE_NOBODY), ERR_OK);
    T_EQ(st.relation, REL_NONE); /* no account is nobody's */
}

static void invitations(void)
{
    struct meeting m = schedule(0, "review", "邀请", NOW + DAY);
    struct invitation i = {.meeting = m.id, .role = ROLE_DESIGNER, .name = "周工"}, got;
    char first[TOKEN_LEN + 1], second[TOKEN_LEN + 1];
    T_EQ(invitation_add(db, &i, first, NOW), ERR_OK);
    T_EQ(invitation_get(db, &got, m.id, i.public_id), ERR_OK);
    T_EQ(invitation_get(db, &got, m.id + 1, i.public_id), ERR_NOENT); /* of another meeting */
    T_EQ(invitation_state(&got, NOW), INVITATION_NEW);
    static const struct {
        enum invitation_mark mark;
        enum invitation_state state;
    } steps[] = {{INVITATION_MARK_SENT, INVITATION_SENT},
                 {INVITATION_MARK_OPENED, INVITATION_OPENED},
                 {INVITATION_MARK_REDEEMED, INVITATION_REDEEMED}};
    for (size_t s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
        T_EQ(invitation_mark(db, i.id, steps[s].mark, NOW + 1), ERR_OK);
        T_EQ(invitation_get(db, &got, m.id, i.public_id), ERR_OK);
        T_EQ(invitation_state(&got, NOW), steps[s].state);
    }
    T_EQ(invitation_mark(db, i.id, INVITATION_MARK_OPENED, NOW + 9), ERR_OK);
    T_EQ(invitation_get(db, &got, m.id, i.public_id), ERR_OK);
    T_EQ(got.opened_at, NOW + 1); /* the first time */
    T_EQ(invitation_renew(db, &got, second, NOW), ERR_OK);
    T_EQ(invitation_find(db, &got, first, NOW), ERR_NOENT); /* the link before is none any more */
    T_EQ(invitation_find(db, &got, second, NOW), ERR_OK);
    T_EQ(invitation_find(db, &got, second, got.expires_at), ERR_GONE);
    T_EQ(invitation_state(&got, got.expires_at), INVITATION_EXPIRED);
    T_EQ(invitation_renew(db, &got, first, got.expires_at), ERR_OK); /* brings it back to life */
    T_EQ(invitation_find(db, &got, first, NOW + INVITATION_DAYS * DAY), ERR_OK);
    T_EQ(invitation_revoke(db, i.id, NOW), ERR_OK);
    T_EQ(invitation_find(db, &got, first, NOW), ERR_GONE);
    T_EQ(invitation_state(&got, NOW), INVITATION_REVOKED);
    T_EQ(invitation_renew(db, &got, second, NOW), ERR_CONFLICT);
}

static void links(void)
{
    struct project_link l = {
        .project = projects[0].id, .role = ROLE_DESIGNER, .name = "周工", .created_by = "沈知远"};
    struct project_link got;
    const struct origin from = {"192.0.2.1", "a", "link"};
    struct link_session s = {.name = "周工", .identity = IDENTITY_NAMED}, found;
    char secret[TOKEN_LEN + 1], token[TOKEN_LEN + 1], other[TOKEN_LEN + 1];
    T_EQ(link_add(db, &l, secret, NOW), ERR_OK);
    T_EQ(link_find(db, &got, secret, NOW + 4000 * DAY), ERR_OK); /* without an end */
    s.link = l.id;
    T_EQ(link_session_open(db, &s, &from, token, NOW), ERR_OK);
    T_EQ(link_session_find(db, &found, token, NOW), ERR_OK);
    T_OK(found.project == projects[0].id && found.role == ROLE_DESIGNER &&
         found.identity == IDENTITY_NAMED);
    T_EQ(link_session_find(db, &found, secret, NOW), ERR_AUTH); /* the link is not the token */
    T_EQ(link_session_find(db, &found, token, NOW + LINK_SESSION_DAYS * DAY), ERR_AUTH);
    T_EQ(link_get(db, &got, projects[1].id, l.public_id), ERR_NOENT);
    got = l;
    got.expires_at = NOW + DAY;
    T_EQ(link_renew(db, &got, other), ERR_OK);
    T_EQ(link_find(db, &got, secret, NOW), ERR_NOENT);
    T_EQ(link_find(db, &got, other, NOW + DAY), ERR_GONE);
    T_EQ(link_state(&got, NOW + DAY), INVITATION_EXPIRED);
    T_EQ(link_session_find(db, &found, token, NOW + DAY), ERR_AUTH); /* it ends with its link */
    T_EQ(link_session_find(db, &found, token, NOW), ERR_OK);
    T_EQ(link_revoke(db, l.id, NOW), ERR_OK);
    T_EQ(link_session_find(db, &found, token, NOW), ERR_AUTH);
    T_EQ(link_find(db, &got, other, NOW), ERR_GONE);
    T_EQ(link_state(&got, NOW), INVITATION_REVOKED);
    T_EQ(link_renew(db, &got, secret), ERR_CONFLICT);
    struct project_link expert = {.project = projects[0].id, .role = ROLE_EXPERT, .name = "x"};
    T_EQ(link_add(db, &expert, secret, NOW), ERR_CONFLICT); /* no link makes an expert */
}

static void identities(void)
{
    static const struct {
        const char *invited, *stated;
        enum identity want;
    } rows[] = {
        {"陈立", "陈立", IDENTITY_NAMED},    {"陈 立", "陈立", IDENTITY_NAMED},
        {"陈立", "陈　立 ", IDENTITY_NAMED}, {"Chen Li", "chenli", IDENTITY_NAMED},
        {"陈立", "陈立新", IDENTITY_STATED}, {"陈立新", "陈立", IDENTITY_STATED},
        {"陈立", "张三", IDENTITY_STATED},   {"", "陈立", IDENTITY_STATED},
        {" ", " ", IDENTITY_STATED},         {"", "", IDENTITY_STATED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        T_EQ(identity_of_link(rows[i].invited, rows[i].stated), rows[i].want);
    for (int i = 0; i < IDENTITY_N; i++)
        T_EQ(identity_from_text(identity_text((enum identity)i)), i);
    T_EQ(identity_from_text("sworn"), IDENTITY_STATED);
}

/* ---- attendance -------------------------------------------------------------------------------
 */

struct seen {
    size_t n;
    struct attendee at[8];
};

static void take_attendee(void *arg, const struct attendee *a)
{
    struct seen *s = (struct seen *)arg;
    if (s->n < 8)
        s->at[s->n] = *a;
    s->n++;
}

static int64_t came(const struct meeting *m, const char *name, int64_t account)
{
    struct participant p = {
        .meeting = m->id, .account = account, .role = ROLE_CUSTOMER, .phone = "13812345678"};
    char token[TOKEN_LEN + 1];
    (void)snprintf(p.name, sizeof(p.name), "%s", name);
    T_EQ(participant_add(db, &p, token, NOW), ERR_OK);
    return p.id;
}

static void there(int64_t participant, int64_t from, int64_t to)
{
    T_EQ(attendance_open(db, participant, NOW + from * MIN), ERR_OK);
    if (to != 0)
        T_EQ(attendance_close(db, participant, NOW + to * MIN), ERR_OK);
}

static void attendance(void)
{
    static struct seen s;
    struct meeting m = schedule(1, "review", "出席", NOW),
                   second = schedule(1, "survey", "二", NOW);
    int64_t a = came(&m, "陈立", 0), b = came(&m, "陈立", 0), c = came(&m, "沈", people[0].id);
    (void)came(&m, "没来", 0);
    there(a, 0, 10);
    there(b, 5, 20);  /* the same on a second device */
    there(a, 30, 40); /* and back again */
    there(c, 0, 0);   /* still there */
    T_EQ(attendance_of_meeting(db, m.id, NOW + 60 * MIN, take_attendee, &s), ERR_OK);
    T_EQ(s.n, 3);
    T_EQ(s.at[0].present_ms, 30 * MIN); /* what overlaps counts once */
    T_EQ(s.at[0].n_spans, 2);
    T_OK(s.at[0].spans[0].from == NOW && s.at[0].spans[0].to == NOW + 20 * MIN);
    T_OK(s.at[0].left_at == NOW + 40 * MIN && !s.at[0].here);
    T_OK(s.at[1].here && s.at[1].present_ms == 60 * MIN && s.at[1].left_at == 0);
    T_OK(s.at[1].n_spans == 1 && s.at[1].spans[0].to == 0);
    T_OK(s.at[2].joined_at == 0 && s.at[2].present_ms == 0 && s.at[2].n_spans == 0);
    T_OK(strcmp(s.at[0].phone, "13812345678") == 0);
    int64_t d = came(&second, "陈立", 0);
    there(d, 100, 110);
    s.n = 0;
    T_EQ(attendance_of_project(db, projects[1].id, NOW + 200 * MIN, take_attendee, &s), ERR_OK);
    T_EQ(s.n, 2); /* who never came is not told */
    size_t chen = strcmp(s.at[0].name, "陈立") == 0 ? 0 : 1;
    T_EQ(s.at[chen].meetings, 2);
    T_EQ(s.at[chen].present_ms, 40 * MIN);
}

/* ---- lists ------------------------------------------------------------------------------------
 */

static size_t find(const struct meeting_query *q)
{
    T_EQ(meeting_find(db, page, q), ERR_OK);
    return page->n;
}

static struct meeting_query ask(bool everything, size_t who, enum meeting_when when,
                                const char *words)
{
    return (struct meeting_query){.everything = everything,
                                  .account = people[who].id,
                                  .now_ms = NOW,
                                  .when = when,
                                  .kind = "",
                                  .words = words,
                                  .cursor = ""};
}

static size_t found(bool everything, size_t who, enum meeting_when when, const char *words)
{
    const struct meeting_query q = ask(everything, who, when, words);
    return find(&q);
}

static void lists(void)
{
    T_EQ(sql("SELECT COUNT(*) FROM meeting"), 7);
    T_EQ(found(true, 3, MEETINGS_ALL, ""), 7);
    T_EQ(found(true, 3, MEETINGS_CANCELLED, ""), 1);
    T_OK(strcmp(page->at[0].cancel_reason, "现场停电") == 0);
    T_EQ(found(true, 3, MEETINGS_PAST, ""), 1); /* the archived one */
    T_EQ(found(true, 3, MEETINGS_LIVE, ""), 0);
    T_EQ(found(true, 3, MEETINGS_UPCOMING, ""), 5);
    for (size_t i = 1; i < page->n; i++)
        T_OK(page->at[i - 1].starts_at <= page->at[i].starts_at);
    T_EQ(found(false, 0, MEETINGS_ALL, ""), 5); /* four of his own, one he is invited to */
    T_EQ(found(false, 1, MEETINGS_ALL, ""), 3);
    T_EQ(found(false, 2, MEETINGS_ALL, ""), 0);
    struct meeting_query q = ask(true, 3, MEETINGS_ALL, "");
    q.kind = "survey";
    T_EQ(find(&q), 2);
    q.project = projects[0].id;
    T_EQ(find(&q), 1);
    q.when = MEETINGS_UPCOMING;
    T_EQ(find(&q), 0);
    q = ask(false, 0, MEETINGS_ALL, "");
    q.project = projects[1].id;
    T_EQ(find(&q), 1);
    q.project = -1;
    T_EQ(find(&q), 0);
    q = ask(true, 3, MEETINGS_UPCOMING, "");
    q.now_ms = NOW + (DURATION_DEFAULT + 1) * MIN; /* what began an hour ago is over by the clock */
    T_EQ(find(&q), 3);
}

static void search(void)
{
    static const struct {
        const char *words;
        size_t all, own; /* everybody's; the first manager's */
    } rows[] = {
        {"云审图", 1, 1}, {"云", 2, 2},        {"精密", 4, 4},      {"望江食品", 3, 1},
        {"沈知远", 4, 4}, {"10 KV", 4, 4},     {"望江 出席", 1, 0}, {"没有这个", 0, 0},
        {"\"*", 0, 0},    {"  云勘察 ", 1, 1}, {"(二)", 1, 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        T_EQ(found(true, 3, MEETINGS_ALL, rows[i].words), rows[i].all);
        T_EQ(found(false, 0, MEETINGS_ALL, rows[i].words), rows[i].own);
    }
    struct project p = projects[1];
    const struct stage_rules rules = {.calendar = NULL};
    (void)snprintf(p.f.title, sizeof(p.f.title), "望江饮料");
    T_EQ(project_edit(db, &p, &rules), ERR_OK);
    T_EQ(found(true, 3, MEETINGS_ALL, "望江食品"), 0); /* by the project's words of now */
    T_EQ(found(true, 3, MEETINGS_ALL, "望江饮料"), 3);
}

/* Every meeting once, whichever way one pages, while the same moment is that of many. */
static void pages(void)
{
    static const enum meeting_when whens[] = {MEETINGS_ALL, MEETINGS_UPCOMING};
    for (int i = 0; i < 120; i++)
        (void)schedule(0, i % 2 == 0 ? "review" : "forum", "多", NOW + DAY + (i / 40) * MIN);
    for (int way = 0; way < 8; way++) {
        char cursor[CURSOR_LEN] = "";
        size_t n = 0, turns = 0;
        struct meeting_query q = ask(way % 2 == 0, 0, whens[way / 2 % 2], way >= 4 ? "多" : "");
        q.kind = "forum";
        do {
            q.cursor = cursor;
            n += find(&q);
            (void)snprintf(cursor, sizeof(cursor), "%s", page->next);
        } while (cursor[0] != '\0' && ++turns < 9);
        /* 60 of these; the one before them is archived and has no such word */
        T_EQ(n, way < 4 && q.when == MEETINGS_ALL ? 61 : 60);
    }
    static const char *const wrong[] = {"x", "1", "1.", ".1", "1.0", "1.1x", "1.-1"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct meeting_query q = ask(true, 0, MEETINGS_ALL, "");
        q.cursor = wrong[i];
        T_EQ(meeting_find(db, page, &q), ERR_INVAL);
    }
}

/* The calendar is what the records say, whoever wrote them. */
static void calendar(void)
{
    struct meeting m = schedule(0, "review", "换人", NOW + DAY);
    const char *left =
        "SELECT COUNT(*) FROM (SELECT account_id, starts_at, meeting_id FROM calendar "
        "EXCEPT SELECT account_id, starts_at, meeting_id FROM meeting_account)";
    const char *right =
        "SELECT COUNT(*) FROM (SELECT account_id, starts_at, meeting_id FROM "
        "meeting_account EXCEPT SELECT account_id, starts_at, meeting_id FROM calendar)";
    struct meeting want = m;
    const struct meeting_change c = {"x", "", NOW};
    want.host = people[2].id;
    want.starts_at = NOW + 9 * DAY;
    T_EQ(meeting_edit(db, &m, &want, &c), ERR_OK);
    T_EQ(found(false, 2, MEETINGS_ALL, ""), 1);
    T_EQ(page->at[0].starts_at, NOW + 9 * DAY);
    T_EQ(sql(left), 0);
    T_EQ(sql(right), 0);
    (void)sql("UPDATE project SET manager_id = (SELECT id FROM account WHERE login = 'qian')");
    T_EQ(sql(left), 0);
    T_EQ(sql(right), 0);
    (void)sql("UPDATE invitation SET revoked_at = 1");
    T_EQ(sql(left), 0);
    T_EQ(sql(right), 0);
}

/* A calendar too long to look through gives the same answers by the index. */
static void long_calendar(void)
{
    static const char *const words[] = {"云审图", "云", "精密", "钱多的", "没有这个"};
    size_t before[5];
    for (size_t i = 0; i < 5; i++)
        before[i] = found(false, 1, MEETINGS_ALL, words[i]);
    (void)sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1600) "
              "INSERT INTO meeting(public_id, project_id, kind, title, host_id, host_name, "
              "starts_at, created_at) "
              "SELECT 'x' || i, 1, 'forum', 'x', (SELECT id FROM account WHERE login = 'qian'), "
              "'x', i, 0 FROM n");
    T_OK(
        sql("SELECT COUNT(*) FROM calendar c JOIN account a ON a.id = c.account_id WHERE a.login = "
            "'qian'") > 1600);
    for (size_t i = 0; i < 5; i++)
        T_EQ(found(false, 1, MEETINGS_ALL, words[i]), before[i]);
    T_OK(before[1] > 0 && before[4] == 0);
}

int main(void)
{
    tmpdir_make();
    page = (struct meeting_page *)mem_alloc(sizeof(*page));
    T_EQ(db_open(&db, tmpdir_path("m.sqlite")), ERR_OK);
    seed();
    changes();
    cancelled();
    archived();
    standings();
    invitations();
    links();
    identities();
    attendance();
    lists();
    search();
    pages();
    calendar();
    long_calendar();
    mem_free(page);
    db_close(db);
    return t_done("meetings");
}
