/* domain: accounts and their sessions, projects, meetings, invitations, participants. */
#include <sqlite3.h>
#include <string.h>

#include "db/db.h"
#include "domain/meetings.h"
#include "domain/people.h"
#include "domain/sessions.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795520741123)
#define DAY INT64_C(86400000)

static struct db *db;
static struct account manager = {.login = "Wang.Gong",
                                 .name = "\xe7\x8e\x8b\xe5\xb7\xa5",
                                 .role = ROLE_MANAGER,
                                 .password = "hash"};
static struct project project = {.f = {.title = "t1", .customer = "c1"}};
static struct meeting meeting = {
    .kind = "review", .title = "m1", .host_name = "h", .starts_at = NOW, .record_auto = true};

/* By a connection of its own: what the program offers no function for yet. */
static void sql(const char *text)
{
    sqlite3 *raw = NULL;
    T_OK(sqlite3_open(tmpdir_path("d.sqlite"), &raw) == SQLITE_OK &&
         sqlite3_exec(raw, text, NULL, NULL, NULL) == SQLITE_OK);
    (void)sqlite3_close(raw);
}

static void accounts(void)
{
    struct account a, again = manager;
    T_EQ(account_add(db, &manager, NOW), ERR_OK);
    T_OK(manager.id > 0 && strlen(manager.public_id) == PUBLIC_ID_LEN);
    T_EQ(account_add(db, &again, NOW), ERR_CONFLICT);
    T_EQ(account_by_login(db, &a, "wang.gong"), ERR_OK); /* case does not matter */
    T_EQ(a.id, manager.id);
    T_EQ(a.role, ROLE_MANAGER);
    T_OK(strcmp(a.password, "hash") == 0 && strcmp(a.name, manager.name) == 0);
    T_EQ(account_by_login(db, &a, "nobody"), ERR_NOENT);
    T_EQ(account_by_login(db, &a, "wang%"), ERR_NOENT);
    T_EQ(account_by_id(db, &a, manager.id), ERR_OK);
    T_OK(a.password[0] == '\0'); /* not shown to those who only need the name */
    T_EQ(account_by_id(db, &a, 999), ERR_AUTH);
    struct account guest = {.login = "g", .role = ROLE_CUSTOMER};
    T_EQ(account_add(db, &guest, NOW), ERR_CONFLICT); /* guests have no accounts */
}

static void sessions(void)
{
    static const struct origin from = {.client = "192.0.2.1", .agent = "a", .via = "password"};
    char token[TOKEN_LEN + 1], other[TOKEN_LEN + 1];
    uint8_t hash[TOKEN_HASH_LEN];
    struct session s;
    struct account a;
    T_EQ(token_new(token, hash), ERR_OK);
    T_EQ(token_new(other, hash), ERR_OK);
    T_EQ(session_open(db, &manager, token, &from, false, NOW), ERR_OK);
    T_EQ(session_find(db, &s, token, NOW), ERR_OK);
    T_EQ(s.account, manager.id);
    T_EQ(s.owes, OWES_NOTHING);
    T_OK(s.role == ROLE_MANAGER && strcmp(s.login, manager.login) == 0);
    T_EQ(session_find(db, &s, other, NOW), ERR_AUTH);
    T_EQ(session_find(db, &s, "", NOW), ERR_AUTH);
    T_EQ(session_find(db, &s, token, NOW + SESSION_DAYS * DAY - 1), ERR_OK);
    T_EQ(session_find(db, &s, token, NOW + SESSION_DAYS * DAY), ERR_AUTH);
    T_EQ(session_rotate(db, s.id, other, false, NOW), ERR_OK);
    T_EQ(session_find(db, &s, token, NOW), ERR_AUTH); /* the old token is none any more */
    T_EQ(session_find(db, &s, other, NOW), ERR_OK);
    T_EQ(session_end(db, s.id, NOW), ERR_OK);
    T_EQ(session_find(db, &s, other, NOW), ERR_AUTH);
    T_EQ(session_open(db, &manager, token, &from, false, NOW), ERR_OK);
    T_EQ(account_set_disabled(db, manager.id, true, NOW), ERR_OK);
    T_EQ(session_find(db, &s, token, NOW), ERR_AUTH); /* at once */
    T_EQ(account_by_login(db, &a, manager.login), ERR_OK);
    T_OK(a.disabled_at == NOW);
    T_EQ(account_by_id(db, &a, manager.id), ERR_AUTH);
    T_EQ(account_set_disabled(db, manager.id, false, NOW), ERR_OK);
}

static void projects_and_meetings(void)
{
    struct project p;
    struct meeting m, wrong = meeting;
    project.manager = manager.id;
    T_EQ(project_add(db, &project, NOW), ERR_OK);
    T_EQ(project_get(db, &p, project.public_id, false, manager.id), ERR_OK);
    T_OK(strcmp(p.f.title, "t1") == 0 && p.id == project.id && p.created_at == NOW);
    T_EQ(project_get(db, &p, project.public_id, false, manager.id + 1), ERR_NOENT); /* another's */
    T_EQ(project_get(db, &p, project.public_id, true, 0), ERR_OK);
    T_EQ(project_get(db, &p, "nonsense", true, 0), ERR_NOENT);
    T_EQ(meeting_add(db, &meeting, project.id, NOW), ERR_OK);
    T_EQ(meeting_get(db, &m, meeting.public_id), ERR_OK);
    T_EQ(m.project_manager, manager.id);
    T_OK(m.record_auto && strcmp(m.state, "scheduled") == 0 && strcmp(m.project_title, "t1") == 0);
    T_EQ(meeting_get(db, &m, ""), ERR_NOENT);
    T_EQ(meeting_add(db, &wrong, 999, NOW), ERR_CONFLICT);
    (void)snprintf(wrong.kind, sizeof(wrong.kind), "party");
    T_EQ(meeting_add(db, &wrong, project.id, NOW), ERR_CONFLICT);
    T_EQ(meeting_set_state(db, meeting.id, "live", NOW), ERR_OK);
    T_EQ(meeting_set_state(db, meeting.id, "paused", NOW), ERR_CONFLICT);
}

static struct invitation invite(enum role role, bool host, char secret[TOKEN_LEN + 1])
{
    struct invitation i = {.meeting = meeting.id,
                           .role = role,
                           .host = host,
                           .name = "n",
                           .organisation = "o"},
                      got = {0};
    T_EQ(invitation_add(db, &i, secret, NOW), ERR_OK);
    T_EQ(strlen(secret), TOKEN_LEN);
    T_EQ(invitation_find(db, &got, secret, NOW), ERR_OK);
    T_EQ(got.role, role);
    T_EQ(got.host, host);
    T_OK(strcmp(got.meeting_public_id, meeting.public_id) == 0);
    return got;
}

static void invitations(void)
{
    char secret[TOKEN_LEN + 1], spoilt[TOKEN_LEN + 1];
    struct invitation i = invite(ROLE_CUSTOMER, false, secret);
    T_EQ(invitation_find(db, &i, secret, NOW), ERR_OK); /* looking does not use it up */
    T_EQ(invitation_find(db, &i, secret, NOW + INVITATION_DAYS * DAY - 1), ERR_OK);
    T_EQ(invitation_find(db, &i, secret, NOW + INVITATION_DAYS * DAY), ERR_GONE);
    memcpy(spoilt, secret, sizeof(spoilt));
    spoilt[TOKEN_LEN - 1] = spoilt[TOKEN_LEN - 1] == '0' ? '1' : '0';
    T_EQ(invitation_find(db, &i, spoilt, NOW), ERR_NOENT);
    T_EQ(invitation_find(db, &i, "", NOW), ERR_NOENT);
    struct invitation admin = {.meeting = meeting.id, .role = ROLE_ADMIN};
    T_EQ(invitation_add(db, &admin, spoilt, NOW),
         ERR_CONFLICT); /* no link makes an administrator */
    sql("UPDATE invitation SET revoked_at = 1");
    T_EQ(invitation_find(db, &i, secret, NOW), ERR_GONE);
}

static void participants(void)
{
    char secret[TOKEN_LEN + 1], token[TOKEN_LEN + 1];
    struct invitation i = invite(ROLE_CUSTOMER, false, secret);
    struct participant p = {.meeting = meeting.id, .invitation = i.id, .role = i.role, .name = "g"},
                       got;
    T_EQ(participant_add(db, &p, token, NOW), ERR_OK);
    T_EQ(participant_find(db, &got, token, NOW), ERR_OK);
    T_EQ(got.id, p.id);
    T_OK(strcmp(got.state, "new") == 0 && strcmp(got.meeting_public_id, meeting.public_id) == 0);
    T_EQ(participant_find(db, &got, secret, NOW), ERR_AUTH); /* the link is not the token */
    T_EQ(participant_set_state(db, p.id, "in"), ERR_OK);
    T_EQ(participant_set_state(db, p.id, "flying"), ERR_CONFLICT);
    T_EQ(participant_set_host(db, p.id), ERR_OK);
    T_EQ(participant_find(db, &got, token, NOW), ERR_OK);
    T_OK(got.host && strcmp(got.state, "in") == 0);
    struct participant other = {.meeting = meeting.id, .invitation = i.id, .role = i.role};
    char others[TOKEN_LEN + 1];
    T_EQ(participant_add(db, &other, others, NOW), ERR_OK);
    T_EQ(participant_set_host(db, other.id), ERR_OK); /* one host: the one before is none */
    T_EQ(participant_find(db, &got, token, NOW), ERR_OK);
    T_OK(!got.host);
    T_EQ(participant_find(db, &got, others, NOW), ERR_OK);
    T_OK(got.host);
    T_EQ(participant_find(db, &got, token, NOW + INVITATION_DAYS * DAY), ERR_GONE);
    T_EQ(attendance_open(db, p.id, NOW), ERR_OK);
    T_EQ(attendance_close(db, p.id, NOW + 5), ERR_OK);
    T_EQ(attendance_open(db, 999, NOW), ERR_CONFLICT);
    sql("UPDATE invitation SET revoked_at = 1");
    T_EQ(participant_find(db, &got, token, NOW), ERR_GONE); /* revoking ends those who came by it */

    struct participant m = {
        .meeting = meeting.id, .account = manager.id, .role = ROLE_MANAGER, .name = "w"};
    T_EQ(participant_add(db, &m, token, NOW), ERR_OK);
    T_EQ(participant_find(db, &got, token, NOW + 400 * DAY), ERR_OK);
    T_EQ(got.account, manager.id);
    sql("UPDATE account SET disabled_at = 1");
    T_EQ(participant_find(db, &got, token, NOW), ERR_AUTH);
    sql("UPDATE account SET disabled_at = NULL");
}

static void relations(void)
{
    static const struct {
        enum role role;
        bool host;
        enum relation want;
    } rows[] = {
        {ROLE_MANAGER, true, REL_OWN},       {ROLE_MANAGER, false, REL_OWN},
        {ROLE_EXPERT, false, REL_ASSIGNED},  {ROLE_EXPERT, true, REL_OWN},
        {ROLE_CUSTOMER, false, REL_INVITED}, {ROLE_CUSTOMER, true, REL_INVITED},
        {ROLE_DESIGNER, false, REL_INVITED}, {ROLE_SUPERVISOR, false, REL_ASSIGNED},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct participant p = {.role = rows[i].role, .host = rows[i].host};
        T_EQ(participant_relation(&p), rows[i].want);
    }
}

static void an_ended_meeting_stays_ended(void)
{
    struct meeting m;
    T_EQ(meeting_set_state(db, meeting.id, "ended", NOW + 7), ERR_OK);
    T_EQ(meeting_set_state(db, meeting.id, "live", NOW + 8), ERR_OK);
    T_EQ(meeting_get(db, &m, meeting.public_id), ERR_OK);
    T_OK(strcmp(m.state, "ended") == 0);
    T_EQ(m.ended_at, NOW + 7);
}

/* Nothing that opens a door is in the file in clear. */
static void secrets_are_not_stored(const char *secret, const char *path)
{
    static char bytes[1 << 20];
    FILE *f = fopen(path, "r");
    T_OK(f != NULL);
    size_t n = f != NULL ? fread(bytes, 1, sizeof(bytes), f) : 0;
    if (f != NULL)
        (void)fclose(f);
    T_OK(n > 4096 && memmem(bytes, n, secret, TOKEN_LEN) == NULL);
    T_OK(memmem(bytes, n, "wang", 4) != NULL || memmem(bytes, n, "Wang", 4) != NULL);
}

int main(void)
{
    char secret[TOKEN_LEN + 1];
    tmpdir_make();
    T_EQ(db_open(&db, tmpdir_path("d.sqlite")), ERR_OK);
    accounts();
    sessions();
    projects_and_meetings();
    invitations();
    participants();
    relations();
    (void)invite(ROLE_EXPERT, true, secret);
    an_ended_meeting_stays_ended();
    db_close(db);
    secrets_are_not_stored(secret, tmpdir_path("d.sqlite"));
    return t_done("domain");
}
