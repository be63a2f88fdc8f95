/* Tokens of the API. Everybody makes his own, so that nobody gives away a right that he has not;
 * administrators see all of them and revoke them. */
#include <string.h>

#include "api_priv.h"
#include "db/db.h"
#include "outlines_priv.h"

enum { PAGE = 50, DAY_MS = 86400000 };

/* ---- out --------------------------------------------------------------------------------------
 */

static void set_time(json_t *o, const char *name, int64_t at)
{
    char text[CLOCK_TEXT_MAX];
    clock_rfc3339(text, at);
    (void)json_object_set_new(o, name, at != 0 ? json_string(text) : json_null());
}

static json_t *json_token(const struct api_token *t, int64_t now_ms)
{
    char scopes[SCOPES_LEN + 1];
    scopes_text(scopes, t->scopes);
    json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "token", t->public_id, "name", t->name,
                          "scopes", scopes, "made_by", t->made_by, "state",
                          t->revoked_at != 0        ? "revoked"
                          : t->expires_at <= now_ms ? "expired"
                                                    : "good",
                          "used_from", t->used_from);
    set_time(o, "created_at", t->created_at);
    set_time(o, "expires_at", t->expires_at);
    set_time(o, "revoked_at", t->revoked_at);
    set_time(o, "used_at", t->used_at);
    (void)json_object_set_new(o, "account",
                              json_pack("{s:s,s:s,s:s,s:s}", "account", t->account_public_id,
                                        "login", t->login, "name", t->account_name, "role",
                                        role_text(t->role)));
    return o;
}

struct page {
    json_t *list;
    int64_t now_ms, last;
    bool more;
};

static void list_token(void *arg, const struct api_token *t)
{
    struct page *p = (struct page *)arg;
    p->more = json_array_size(p->list) == PAGE;
    if (p->more)
        return;
    p->last = t->id;
    (void)json_array_append_new(p->list, json_token(t, p->now_ms));
}

static enum err answer_tokens(struct request *rq, int64_t account)
{
    int64_t before = 0;
    if (!query_number(rq, "before", &before))
        return answer_error(rq, ERR_INVAL, "before: must be `next` of the page before.");
    struct page p = {.list = json_array(), .now_ms = rq->now_ms};
    const struct api_token_query q = {
        .account = account, .before = before > 0 ? before : INT64_MAX, .limit = PAGE + 1};
    enum err e = api_token_list(rq->db, &q, list_token, &p);
    rq->answer.body = json_pack("{s:o,s:o}", "tokens", p.list, "next",
                                p.more ? json_integer((json_int_t)p.last) : json_null());
    return e;
}

/* ---- one's own --------------------------------------------------------------------------------
 */

static json_t *json_scopes(enum role role)
{
    json_t *list = json_array();
    for (unsigned s = 0; s < SCOPE_N; s++)
        if (scope_fits(role, (enum scope)s))
            (void)json_array_append_new(list, json_string(scope_words[s]));
    return list;
}

static enum err own_get(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    enum err e = answer_tokens(rq, c->account);
    if (e == ERR_OK)
        (void)json_object_set_new(rq->answer.body, "scopes", json_scopes(c->role));
    return e;
}

struct in_token {
    char name[API_TOKEN_NAME_LEN + 1], scopes[SCOPES_LEN + 1], password[201];
    int64_t days;
    /* read from them: */
    unsigned bits;
};
static const struct field f_token[] = {FIELD_TEXT(struct in_token, name, 1),
                                       FIELD_TEXT(struct in_token, scopes, 1),
                                       FIELD_TEXT(struct in_token, password, 0),
                                       FIELD_I64(struct in_token, days, 1, API_TOKEN_DAYS_MAX)};
static const struct shape s_token = SHAPE(struct in_token, f_token);

static enum err check_scopes(struct request *rq, struct in_token *in)
{
    char why[ROUTE_DETAIL_MAX];
    if (scopes_parse(&in->bits, in->scopes) != ERR_OK)
        return answer_error(rq, ERR_INVAL, "scopes: names one that there is not");
    for (unsigned s = 0; s < SCOPE_N; s++)
        if ((in->bits >> s & 1u) != 0 && !scope_fits(caller_of(rq)->role, (enum scope)s)) {
            (void)snprintf(why, sizeof(why), "scopes: your role has nothing of %s", scope_words[s]);
            return answer_error(rq, ERR_INVAL, why);
        }
    return ERR_OK;
}

/* The page that asks may be one that its owner has left open: the password is shown again. */
static enum err own_post(struct request *rq)
{
    struct in_token *in = (struct in_token *)rq->in;
    const struct caller *c = caller_of(rq);
    char secret[API_TOKEN_LEN + 1], scopes[SCOPES_LEN + 1];
    enum err e = check_scopes(rq, in);
    if (e != ERR_OK || !rq->again)
        return e != ERR_OK ? e : check_own_password(rq, in->password);
    struct api_token t = {.account = c->account,
                          .scopes = in->bits,
                          .role = c->role,
                          .expires_at = rq->now_ms + in->days * DAY_MS};
    COPY(t.name, in->name);
    COPY(t.made_by, c->name);
    COPY(t.account_name, c->name);
    COPY(t.login, c->s.login);
    e = api_token_add(rq->db, &t, secret, rq->now_ms);
    if (e == ERR_LIMIT)
        return answer_error(rq, ERR_CONFLICT, "There are too many. Revoke what is not used.");
    scopes_text(scopes, t.scopes);
    if (e == ERR_OK)
        e = audit_caller(rq, "token.add", t.public_id, scopes);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    rq->answer.body = json_pack("{s:s,s:s}", "token", t.public_id, "secret", secret);
    set_time(rq->answer.body, "expires_at", t.expires_at);
    return ERR_OK;
}

static enum err revoke(struct request *rq, int64_t account)
{
    enum err e = api_token_revoke(rq->db, rq->args[0], account, rq->now_ms);
    return e == ERR_OK ? audit_caller(rq, "token.revoke", rq->args[0], "") : e;
}

static enum err own_delete(struct request *rq)
{
    return revoke(rq, caller_of(rq)->account);
}

/* ---- everybody's ------------------------------------------------------------------------------
 */

static enum err all_get(struct request *rq)
{
    return answer_tokens(rq, 0);
}

static enum err all_delete(struct request *rq)
{
    return revoke(rq, 0);
}

/* ---- use --------------------------------------------------------------------------------------
 */

static enum err write_use(struct db *db, struct job *j)
{
    return api_token_touch(db, j->id, j->text, j->now_ms);
}

void api_ran(const struct request *rq)
{
    const struct caller *c = caller_of(rq);
    if (c == NULL || c->t.id == 0 || c->t.used_at > rq->now_ms - API_TOKEN_TOUCH_MS)
        return;
    struct job *j = job_new((struct api *)rq->app, write_use);
    if (j == NULL)
        return;
    j->id = c->t.id;
    COPY(j->text, rq->client);
    job_write(j);
}

// clang-format off
const struct route token_routes[] = {
    {M_GET, "/api/v1/account/tokens", ON_READ, ACT_SELF, NULL, own_get,
     {200, &o_own_token_list, .query = q_tokens}},
    {M_POST, "/api/v1/account/tokens", ON_CHECK_WRITE, ACT_SELF, &s_token, own_post,
     {201, &o_token_made, .flags = REPLY_SECRET, .also = "409"}},
    {M_DELETE, "/api/v1/account/tokens/{id}", ON_WRITE, ACT_SELF, NULL, own_delete, {204}},
    {M_GET, "/api/v1/tokens", ON_READ, ACT_ACCOUNTS_READ, NULL, all_get,
     {200, &o_token_list, .query = q_tokens}},
    {M_DELETE, "/api/v1/tokens/{id}", ON_WRITE, ACT_ACCOUNTS, NULL, all_delete, {204}},
};
// clang-format on
const size_t token_routes_n = sizeof(token_routes) / sizeof(token_routes[0]);
