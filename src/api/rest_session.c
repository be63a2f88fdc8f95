/* Signing in and out. */
#include <string.h>

#include "api_priv.h"
#include "crypto/random.h"
#include "domain/second.h"
#include "outlines_priv.h"

json_t *json_account(const struct account *a)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s}", "account", a->public_id, "login", a->login, "name",
                     a->name, "organisation", a->organisation, "role", role_text(a->role));
}

/* ---- opening ----------------------------------------------------------------------------------
 */

/* So that strangers' guesses do not shut out who has been here before. */
static enum err know_browser(struct request *rq, const struct account *a)
{
    char token[TOKEN_LEN + 1];
    if (browser_known(rq->db, a->id, rq->device))
        return ERR_OK;
    enum err e = browser_add(rq->db, a->id, token, rq->now_ms);
    if (e == ERR_OK)
        COPY(rq->answer.set_device, token);
    return e;
}

/* A new token each time; what this browser held before ends. */
static enum err session_give(struct request *rq, const struct account *a, const char *via)
{
    const struct caller *c = (const struct caller *)rq->caller;
    const struct origin from = request_origin(rq, via);
    char token[TOKEN_LEN + 1];
    enum err e = ERR_OK;
    if (!c->participant && c->s.id != 0) {
        e = session_end(rq->db, c->s.id, rq->now_ms);
        sessions_ended(rq, c->account, c->s.id, 0);
    }
    random_hex(token, TOKEN_LEN);
    if (e == ERR_OK)
        e = session_open(rq->db, a, token, &from, false, rq->now_ms);
    if (e != ERR_OK)
        return e;
    COPY(rq->answer.set_session, token);
    return a->second_at == 0 ? know_browser(rq, a) : ERR_OK;
}

enum err session_renew(struct request *rq, const struct account *a)
{
    const struct caller *c = (const struct caller *)rq->caller;
    char token[TOKEN_LEN + 1];
    random_hex(token, TOKEN_LEN);
    enum err e = session_rotate(rq->db, c->s.id, token, a->second_at != 0, rq->now_ms);
    if (e != ERR_OK)
        return e;
    COPY(rq->answer.set_session, token);
    return know_browser(rq, a);
}

/* The account, and what its new session still owes. */
static enum err answer_session(struct request *rq, const struct account *a)
{
    struct session s;
    enum err e = session_find(rq->db, &s, rq->answer.set_session, rq->now_ms);
    if (e != ERR_OK)
        return e;
    rq->answer.body = json_account(a);
    (void)json_object_set_new(rq->answer.body, "owes", json_string(owed_text(s.owes)));
    return ERR_OK;
}

static enum err audit_account(struct request *rq, const struct account *a, const char *what)
{
    const struct audit entry = {.who = a->name,
                                .what = what,
                                .object = a->public_id,
                                .client = rq->client,
                                .account = a->id};
    return audit_put(rq->db, &entry, rq->now_ms);
}

enum err session_begin(struct request *rq, const struct account *a, const char *via)
{
    const struct origin from = request_origin(rq, via);
    const char *result = a->second_at != 0 ? "second" : "ok";
    enum err e = session_give(rq, a, via);
    if (e == ERR_OK)
        e = signin_add(rq->db, a->id, a->login, &from, result, rq->now_ms);
    if (e == ERR_OK)
        e = audit_account(rq, a, "session.open");
    return e == ERR_OK ? answer_session(rq, a) : e;
}

/* ---- by password ------------------------------------------------------------------------------
 */

struct in_login {
    char login[LOGIN_LEN + 1], password[201];
    /* found by the check: */
    int64_t account;
    const char *failed; /* NULL: it is she */
};
static const struct field f_login[] = {FIELD_TEXT(struct in_login, login, 1),
                                       FIELD_TEXT(struct in_login, password, 1)};
static const struct shape s_login = SHAPE(struct in_login, f_login);

/* A hash to check against when there is no such login, so that both cases take the same time. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$"
                             "6mZ7kGmN1t4QJcWQJ3yqX2rQ8o9c8m0o1b2c3d4e5f4";

bool password_is(const struct account *a, const char *password)
{
    return password_check(a->password[0] != '\0' ? a->password : nobody, password) &&
           a->password[0] != '\0';
}

/* Whose count a try is: of a browser that has signed in before, or of a stranger's network, with
 * the account's own for strangers everywhere. So nobody who guesses shuts out whom he guesses at.
 */
struct counts {
    size_t n;
    struct count {
        enum attempt kind;
        char key[ROUTE_AGENT_MAX];
    } list[3];
};

static void add_count(struct counts *c, enum attempt kind, const char *key)
{
    struct count *to = &c->list[c->n++];
    to->kind = kind;
    COPY(to->key, key);
}

static struct counts counts_of(const struct request *rq, const char *login, bool known)
{
    struct counts c = {.n = 0};
    char pair[ROUTE_AGENT_MAX];
    if (known) {
        add_count(&c, ATTEMPT_BROWSER, rq->device);
        return c;
    }
    attempts_pair(pair, sizeof(pair), login, rq->client);
    add_count(&c, ATTEMPT_PAIR, pair);
    add_count(&c, ATTEMPT_ADDRESS, rq->client);
    add_count(&c, ATTEMPT_ACCOUNT, login);
    return c;
}

static int longest_wait(struct attempts *tries, const struct counts *c)
{
    int wait = 0;
    for (size_t i = 0; i < c->n; i++) {
        int s = attempts_wait_s(tries, c->list[i].kind, c->list[i].key);
        wait = s > wait ? s : wait;
    }
    return wait;
}

/* With a reader: the password takes a quarter of a second. */
static enum err session_check(struct request *rq, struct in_login *in)
{
    struct attempts *tries = ((struct api *)rq->app)->attempts;
    struct account a = {.id = 0};
    enum err e = account_by_login(rq->db, &a, in->login);
    if (e != ERR_OK && e != ERR_NOENT)
        return e;
    const struct counts c =
        counts_of(rq, in->login, e == ERR_OK && browser_known(rq->db, a.id, rq->device));
    rq->answer.retry_after_s = longest_wait(tries, &c);
    if (rq->answer.retry_after_s > 0)
        return ERR_LIMIT;
    bool fine = password_is(&a, in->password);
    in->account = a.id;
    in->failed = a.id == 0            ? "unknown"
                 : !fine              ? "wrong_password"
                 : a.disabled_at != 0 ? "disabled"
                                      : NULL;
    for (size_t i = 0; in->failed != NULL && i < c.n; i++)
        attempts_failed(tries, c.list[i].kind, c.list[i].key);
    return ERR_OK;
}

/* Of a login that is none only the beginning is kept: passwords are typed into the wrong field. */
static enum err refuse_login(struct request *rq, const struct in_login *in)
{
    const struct origin from = request_origin(rq, "password");
    char login[LOGIN_LEN + 8];
    if (in->account != 0)
        COPY(login, in->login);
    else
        (void)snprintf(login, sizeof(login), "%.*s*", (unsigned char)in->login[0] < 0x80 ? 1 : 0,
                       in->login);
    rq->answer.refused = answer_error(rq, ERR_AUTH, "Login or password is wrong.");
    return signin_add(rq->db, in->account, login, &from, in->failed, rq->now_ms);
}

static enum err session_post(struct request *rq)
{
    struct in_login *in = (struct in_login *)rq->in;
    struct account a;
    if (!rq->again)
        return session_check(rq, in);
    if (in->failed != NULL)
        return refuse_login(rq, in);
    enum err e = account_by_id(rq->db, &a, in->account);
    return e == ERR_OK ? session_begin(rq, &a, "password") : e;
}

/* ---- second factor ----------------------------------------------------------------------------
 */

static const struct field f_code[] = {FIELD_TEXT(struct in_code, code, TOTP_DIGITS)};
const struct shape s_code = SHAPE(struct in_code, f_code);

static enum err second_check(struct request *rq, const struct account *a, const char *code)
{
    struct api *api = (struct api *)rq->app;
    const struct caller *c = (const struct caller *)rq->caller;
    rq->answer.retry_after_s = attempts_wait_s(api->attempts, ATTEMPT_CODE, a->public_id);
    if (rq->answer.retry_after_s > 0)
        return ERR_LIMIT;
    enum err e = second_use(rq->db, a, api->cfg.secret, code, rq->now_ms);
    if (e != ERR_AUTH)
        return e;
    const struct origin from = request_origin(rq, c->s.via);
    attempts_failed(api->attempts, ATTEMPT_CODE, a->public_id);
    rq->answer.refused =
        answer_error(rq, ERR_AUTH, "This code is wrong, has run out or has been used.");
    return signin_add(rq->db, a->id, a->login, &from, "wrong_code", rq->now_ms);
}

static enum err session_second(struct request *rq)
{
    const struct caller *c = (const struct caller *)rq->caller;
    const struct in_code *in = (const struct in_code *)rq->in;
    const struct origin from = request_origin(rq, c->s.via);
    struct account a;
    if (c->participant || c->s.owes != OWES_SECOND)
        return answer_error(rq, ERR_CONFLICT, "This session owes no code.");
    enum err e = account_by_id(rq->db, &a, c->account);
    if (e == ERR_OK)
        e = second_check(rq, &a, in->code);
    if (e != ERR_OK || rq->answer.refused != ERR_OK)
        return e;
    e = session_renew(rq, &a);
    if (e == ERR_OK)
        e = signin_add(rq->db, a.id, a.login, &from, "ok", rq->now_ms);
    if (e == ERR_OK)
        e = audit_account(rq, &a, "session.second");
    return e == ERR_OK ? answer_session(rq, &a) : e;
}

/* ---- seeing and ending ------------------------------------------------------------------------
 */

static enum err session_get(struct request *rq)
{
    const struct caller *c = (const struct caller *)rq->caller;
    struct account a;
    bool by_link = c->link.id != 0;
    if (c->participant || by_link) { /* A name and a role, and no account. */
        rq->answer.body =
            json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "account", "", "login", "", "name", c->name,
                      "organisation", by_link ? c->link.organisation : c->p.organisation, "role",
                      role_text(c->role), "owes", "");
        return ERR_OK;
    }
    enum err e = account_by_id(rq->db, &a, c->account);
    if (e != ERR_OK)
        return e;
    rq->answer.body = json_account(&a);
    (void)json_object_set_new(rq->answer.body, "owes", json_string(owed_text(c->s.owes)));
    (void)json_object_set_new(rq->answer.body, "session", json_string(c->s.public_id));
    (void)json_object_set_new(rq->answer.body, "second", json_boolean(a.second_at != 0));
    return ERR_OK;
}

static enum err end_link_session(struct request *rq, const struct link_session *s)
{
    enum err e = link_session_end(rq->db, s->id, rq->now_ms);
    return e == ERR_OK ? audit_caller(rq, "link.close", s->project_public_id, "") : e;
}

static enum err session_delete(struct request *rq)
{
    const struct caller *c = (const struct caller *)rq->caller;
    COPY(rq->answer.set_session, "-");
    if (c->participant)
        return ERR_OK;
    if (c->link.id != 0)
        return end_link_session(rq, &c->link);
    sessions_ended(rq, c->account, c->s.id, 0);
    enum err e = session_end(rq->db, c->s.id, rq->now_ms);
    return e == ERR_OK ? audit_caller(rq, "session.close", c->s.public_id, "") : e;
}

// clang-format off
const struct route session_routes[] = {
    {M_POST, "/api/v1/session", ON_CHECK_WRITE, ACT_ANYBODY, &s_login, session_post,
     {200, &o_session_account, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "401"}},
    {M_POST, "/api/v1/session/second", ON_WRITE, ACT_SESSION, &s_code, session_second,
     {200, &o_session_account, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "409"}},
    {M_GET, "/api/v1/session", ON_READ, ACT_SESSION, NULL, session_get, {200, &o_session_account}},
    {M_DELETE, "/api/v1/session", ON_WRITE, ACT_SESSION, NULL, session_delete, {204}},
};
// clang-format on
const size_t session_routes_n = sizeof(session_routes) / sizeof(session_routes[0]);
