/* Who is calling; sign-in. */
#include <string.h>

#include "api_priv.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "db/db.h"
#include "db/sql_gen.h"

#define COPY(to, from) ((void)snprintf((to), sizeof(to), "%s", (from)))

/* ---- who is calling: a session of an account, or a participant's token
 * ----------------------------- */

static enum err find_caller(struct request *rq, struct caller *c)
{
    struct account a;
    if (rq->token[0] == '\0')
        return ERR_AUTH;
    enum err e = session_find(rq->db, &c->account, rq->token, rq->now_ms);
    if (e == ERR_OK) {
        e = account_by_id(rq->db, &a, c->account);
        c->role = a.role;
        COPY(c->name, a.name);
        return e;
    }
    e = participant_find(rq->db, &c->p, rq->token, rq->now_ms);
    if (e != ERR_OK)
        return ERR_AUTH;
    c->participant = true;
    c->account = c->p.account;
    c->role = c->p.role;
    COPY(c->name, c->p.name);
    return ERR_OK;
}

enum relation caller_relation(const struct caller *c, const struct meeting *m)
{
    if (c->participant)
        return strcmp(c->p.meeting_public_id, m->public_id) == 0 ? participant_relation(&c->p)
                                                                 : REL_NONE;
    return m->project_manager != 0 && m->project_manager == c->account ? REL_OWN : REL_NONE;
}

/* Some relation would allow it: which one holds is checked by the handler, which knows the thing.
 */
static bool may_at_all(enum role role, enum action act)
{
    for (int rel = REL_NONE; rel < REL_N; rel++)
        if (policy_allows(role, (enum relation)rel, act))
            return true;
    return false;
}

/* A reader of numbers is no account. */
static bool is_metrics_token(const struct request *rq)
{
    const char *want = ((const struct api *)rq->app)->cfg.conf->metrics_token;
    size_t n = strlen(want);
    return n > 0 && strlen(rq->token) == n && hash_equal(rq->token, want, n);
}

enum err api_authorise(struct request *rq)
{
    enum action act = (enum action)rq->route->right;
    struct caller *c = (struct caller *)mem_zalloc(1, sizeof(*c));
    mem_free(rq->caller);
    rq->caller = c;
    if (c == NULL)
        return ERR_NOMEM;
    if (act == ACT_METRICS && is_metrics_token(rq))
        return ERR_OK;
    enum err e = find_caller(rq, c);
    if (act == ACT_ANYBODY)
        return ERR_OK;
    if (e != ERR_OK)
        return e;
    if (policy_is_door(act))
        return ERR_OK;
    if (c->participant && !policy_is_of_meeting(act))
        return ERR_DENIED;
    return may_at_all(c->role, act) ? ERR_OK : ERR_DENIED;
}

/* ---- session
 * ------------------------------------------------------------------------------------------ */

struct in_login {
    char login[LOGIN_LEN + 1], password[201];
    int64_t account; /* found by the check */
};
static const struct field f_login[] = {FIELD_TEXT(struct in_login, login, 1),
                                       FIELD_TEXT(struct in_login, password, 1)};
static const struct shape s_login = SHAPE(struct in_login, f_login);

/* A hash to check against when there is no such login, so that both cases take the same time. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$"
                             "6mZ7kGmN1t4QJcWQJ3yqX2rQ8o9c8m0o1b2c3d4e5f4";

static json_t *json_account(const struct account *a)
{
    return json_pack("{s:s,s:s,s:s,s:s}", "account", a->public_id, "name", a->name, "organisation",
                     a->organisation, "role", role_text(a->role));
}

static enum err limited(struct request *rq, int wait_s)
{
    rq->answer.retry_after_s = wait_s;
    return wait_s > 0 ? ERR_LIMIT : ERR_OK;
}

/* With a reader: the password takes a quarter of a second. */
static enum err session_check(struct request *rq, struct in_login *in)
{
    struct attempts *tries = ((struct api *)rq->app)->attempts;
    struct account a = {.id = 0};
    enum err e = limited(rq, attempts_wait_s(tries, ATTEMPT_ADDRESS, rq->client));
    if (e == ERR_OK)
        e = limited(rq, attempts_wait_s(tries, ATTEMPT_ACCOUNT, in->login));
    if (e != ERR_OK)
        return e;
    e = account_by_login(rq->db, &a, in->login);
    if (e == ERR_OK || e == ERR_NOENT) {
        bool fine = password_check(e == ERR_OK ? a.password : nobody, in->password);
        in->account = a.id;
        if (e == ERR_OK && fine)
            return ERR_OK;
        attempts_failed(tries, ATTEMPT_ADDRESS, rq->client);
        attempts_failed(tries, ATTEMPT_ACCOUNT, in->login);
        e = answer_error(rq, ERR_AUTH, "Login or password is wrong.");
    }
    return e;
}

static enum err session_post(struct request *rq)
{
    struct in_login *in = (struct in_login *)rq->in;
    struct account a;
    char token[TOKEN_LEN + 1];
    if (!rq->again)
        return session_check(rq, in);
    enum err e = account_by_id(rq->db, &a, in->account);
    random_hex(token, TOKEN_LEN);
    if (e == ERR_OK)
        e = session_open(rq->db, a.id, token, rq->now_ms);
    if (e == ERR_OK)
        e = audit_add(rq->db, rq->now_ms, a.login, "session.open", a.public_id, rq->client);
    if (e != ERR_OK)
        return e;
    COPY(rq->answer.set_session, token);
    rq->answer.body = json_account(&a);
    return ERR_OK;
}

static enum err session_get(struct request *rq)
{
    const struct caller *c = (const struct caller *)rq->caller;
    struct account a;
    if (c->participant) { /* Came by a link: a name and a role, and no account. */
        rq->answer.body = json_pack("{s:s,s:s,s:s,s:s}", "account", "", "name", c->p.name,
                                    "organisation", c->p.organisation, "role", role_text(c->role));
        return ERR_OK;
    }
    enum err e = account_by_id(rq->db, &a, c->account);
    if (e == ERR_OK)
        rq->answer.body = json_account(&a);
    return e;
}

static enum err session_delete(struct request *rq)
{
    COPY(rq->answer.set_session, "-");
    return session_close(rq->db, rq->token);
}

const struct route rest_routes[] = {
    {M_POST, "/api/v1/session", ON_CHECK_WRITE, ACT_ANYBODY, &s_login, session_post},
    {M_GET, "/api/v1/session", ON_READ, ACT_SESSION, NULL, session_get},
    {M_DELETE, "/api/v1/session", ON_WRITE, ACT_SESSION, NULL, session_delete},
};
const size_t rest_routes_n = sizeof(rest_routes) / sizeof(rest_routes[0]);
