/* domain/tokens: scopes as texts and as rights; what a token opens, for how long. */
#include "domain/tokens.h"

#include <string.h>

#include "db/db.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795520741123)
#define DAY INT64_C(86400000)

static struct db *db;

/* ---- scopes -----------------------------------------------------------------------------------
 */

static void texts(void)
{
    static const struct {
        const char *text;
        unsigned want; /* 0: refused */
        const char *again;
    } rows[] = {
        {"projects:read", 1u << SCOPE_PROJECTS_READ, "projects:read"},
        {"metrics projects:read", 1u << SCOPE_METRICS | 1u << SCOPE_PROJECTS_READ,
         "projects:read metrics"},
        {"metrics metrics", 1u << SCOPE_METRICS, "metrics"},
        {"projects:read projects:write meetings:read meetings:write documents:read "
         "documents:write accounts:read audit:read metrics",
         (1u << SCOPE_N) - 1u,
         "projects:read projects:write meetings:read meetings:write documents:read "
         "documents:write accounts:read audit:read metrics"},
        {"", 0, NULL},
        {" ", 0, NULL},
        {" metrics", 0, NULL},
        {"metrics ", 0, NULL},
        {"metrics  audit:read", 0, NULL},
        {"metrics,audit:read", 0, NULL},
        {"Metrics", 0, NULL},
        {"metric", 0, NULL},
        {"metricss", 0, NULL},
        {"projects", 0, NULL},
        {"projects:*", 0, NULL},
        {"recordings:read", 0, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned got = 0;
        char text[SCOPES_LEN + 1];
        T_EQ(scopes_parse(&got, rows[i].text), rows[i].want != 0 ? ERR_OK : ERR_INVAL);
        T_EQ(got, rows[i].want);
        scopes_text(text, got);
        T_OK(strcmp(text, rows[i].again != NULL ? rows[i].again : "") == 0);
    }
}

/* Every action that a token may do, and under which scope; all others under none. */
static void every_action(void)
{
    static const int scope_of[ACT_N] = {
        [ACT_PROJECT_READ] = SCOPE_PROJECTS_READ + 1,
        [ACT_PROJECT_EDIT] = SCOPE_PROJECTS_WRITE + 1,
        [ACT_MEETING_READ] = SCOPE_MEETINGS_READ + 1,
        [ACT_MEETING_SCHEDULE] = SCOPE_MEETINGS_WRITE + 1,
        [ACT_DRAWING_READ] = SCOPE_DOCUMENTS_READ + 1,
        [ACT_DRAWING_UPLOAD] = SCOPE_DOCUMENTS_WRITE + 1,
        [ACT_COMMENT_ANSWER] = SCOPE_DOCUMENTS_WRITE + 1,
        [ACT_ACCOUNTS_READ] = SCOPE_ACCOUNTS_READ + 1,
        [ACT_AUDIT_READ] = SCOPE_AUDIT_READ + 1,
        [ACT_METRICS] = SCOPE_METRICS + 1,
    };
    for (int act = 0; act < ACT_N; act++)
        for (int s = 0; s < SCOPE_N; s++)
            T_EQ(scopes_allow(1u << s, (enum action)act), scope_of[act] == s + 1);
    T_OK(!scopes_allow(0, ACT_PROJECT_READ));
}

static void roles(void)
{
    T_OK(scope_fits(ROLE_MANAGER, SCOPE_PROJECTS_WRITE));
    T_OK(!scope_fits(ROLE_SUPERVISOR, SCOPE_PROJECTS_WRITE));
    T_OK(scope_fits(ROLE_SUPERVISOR, SCOPE_PROJECTS_READ));
    T_OK(scope_fits(ROLE_ADMIN, SCOPE_METRICS) && scope_fits(ROLE_ADMIN, SCOPE_ACCOUNTS_READ));
    for (int s = SCOPE_PROJECTS_READ; s <= SCOPE_DOCUMENTS_WRITE; s++)
        T_OK(!scope_fits(ROLE_ADMIN, (enum scope)s)); /* no content */
    T_OK(!scope_fits(ROLE_MANAGER, SCOPE_METRICS));
}

/* ---- tokens -----------------------------------------------------------------------------------
 */

static struct account ann = {.login = "ann", .name = "Ann", .role = ROLE_MANAGER};

static struct api_token token_of(int64_t expires)
{
    struct api_token t = {.account = ann.id,
                          .name = "billing",
                          .made_by = "Ann",
                          .scopes = 1u << SCOPE_PROJECTS_READ,
                          .expires_at = expires};
    return t;
}

static void opens_until_it_runs_out(void)
{
    struct api_token t = token_of(NOW + DAY), got;
    char secret[API_TOKEN_LEN + 1], other[API_TOKEN_LEN + 1];
    T_EQ(api_token_add(db, &t, secret, NOW), ERR_OK);
    T_EQ(strlen(secret), API_TOKEN_LEN);
    T_OK(strncmp(secret, API_TOKEN_PREFIX, 4) == 0);
    T_EQ(api_token_find(db, &got, secret, NOW + DAY - 1), ERR_OK);
    T_OK(got.id == t.id && got.account == ann.id && got.role == ROLE_MANAGER);
    T_EQ(got.scopes, 1u << SCOPE_PROJECTS_READ);
    T_OK(strcmp(got.login, "ann") == 0 && strcmp(got.name, "billing") == 0);
    T_EQ(api_token_find(db, &got, secret, NOW + DAY), ERR_AUTH);
    memcpy(other, secret, sizeof(other));
    other[10] = other[10] == '0' ? '1' : '0';
    T_EQ(api_token_find(db, &got, other, NOW), ERR_AUTH);
    T_EQ(api_token_touch(db, t.id, "10.0.0.1", NOW), ERR_OK);
    T_EQ(api_token_touch(db, t.id, "10.0.0.2", NOW + API_TOKEN_TOUCH_MS - 1), ERR_OK);
    T_EQ(api_token_find(db, &got, secret, NOW), ERR_OK);
    T_OK(got.used_at == NOW && strcmp(got.used_from, "10.0.0.1") == 0);
    T_EQ(api_token_touch(db, t.id, "10.0.0.2", NOW + API_TOKEN_TOUCH_MS), ERR_OK);
    T_EQ(api_token_find(db, &got, secret, NOW), ERR_OK);
    T_OK(strcmp(got.used_from, "10.0.0.2") == 0);
}

static void revoked(void)
{
    struct api_token t = token_of(NOW + DAY), u = token_of(NOW + DAY), got;
    char secret[API_TOKEN_LEN + 1], second[API_TOKEN_LEN + 1];
    T_EQ(api_token_add(db, &t, secret, NOW), ERR_OK);
    T_EQ(api_token_add(db, &u, second, NOW), ERR_OK);
    T_EQ(api_token_revoke(db, t.public_id, ann.id + 1, NOW), ERR_NOENT); /* Not his. */
    T_EQ(api_token_revoke(db, t.public_id, ann.id, NOW), ERR_OK);
    T_EQ(api_token_revoke(db, t.public_id, 0, NOW), ERR_NOENT);
    T_EQ(api_token_find(db, &got, secret, NOW), ERR_AUTH);
    T_EQ(api_token_find(db, &got, second, NOW), ERR_OK);
    T_EQ(account_set_disabled(db, ann.id, true, NOW), ERR_OK);
    T_EQ(api_token_find(db, &got, second, NOW), ERR_AUTH);
    T_EQ(account_set_disabled(db, ann.id, false, NOW), ERR_OK);
    T_EQ(api_token_find(db, &got, second, NOW), ERR_OK);
    T_EQ(api_token_revoke_all(db, ann.id, NOW), ERR_OK);
    T_EQ(api_token_find(db, &got, second, NOW), ERR_AUTH);
}

static void count(void *arg, const struct api_token *t)
{
    int64_t *n = (int64_t *)arg;
    n[0]++;
    n[1] = t->id;
}

static void no_more_than(void)
{
    char secret[API_TOKEN_LEN + 1];
    enum err e = ERR_OK;
    int n = 0;
    for (; n <= API_TOKENS_MAX && e == ERR_OK; n++) {
        struct api_token t = token_of(NOW + DAY);
        e = api_token_add(db, &t, secret, NOW);
    }
    T_EQ(e, ERR_LIMIT);
    T_EQ(n, API_TOKENS_MAX + 1);
    int64_t seen[2] = {0};
    const struct api_token_query first = {.before = INT64_MAX, .limit = 5};
    T_EQ(api_token_list(db, &first, count, seen), ERR_OK);
    T_EQ(seen[0], 5);
    const struct api_token_query rest = {.account = ann.id, .before = seen[1], .limit = 100};
    T_EQ(api_token_list(db, &rest, count, seen), ERR_OK);
    T_EQ(seen[0], API_TOKENS_MAX + 3);
    T_EQ(seen[1], 1);
}

int main(void)
{
    tmpdir_make();
    T_EQ(db_open(&db, tmpdir_path("t.sqlite")), ERR_OK);
    T_EQ(account_add(db, &ann, NOW), ERR_OK);
    texts();
    every_action();
    roles();
    opens_until_it_runs_out();
    revoked();
    no_more_than();
    db_close(db);
    return t_done("tokens");
}
