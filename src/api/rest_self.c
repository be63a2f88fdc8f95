/* One's own account: password, second factor, sessions, history. */
#include <string.h>

#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/second.h"
#include "domain/words.h"
#include "outlines_priv.h"

/* With the hash of the password. */
static enum err own_account(struct request *rq, struct account *a)
{
    return account_by_login(rq->db, a, caller_of(rq)->s.login);
}

/* ---- showing the password again ---------------------------------------------------------------
 */

/* Whoever finds an open page does not take the account over. Who came by an identity provider and
 * has no password here has none to show. */
static enum err reauthenticate(struct request *rq, const struct account *a, const char *password,
                               bool *fine)
{
    struct attempts *tries = ((struct api *)rq->app)->attempts;
    *fine = a->password[0] == '\0' && caller_of(rq)->s.via[0] == 'o';
    if (*fine)
        return ERR_OK;
    rq->answer.retry_after_s = attempts_wait_s(tries, ATTEMPT_CODE, a->login);
    if (rq->answer.retry_after_s > 0)
        return ERR_LIMIT;
    *fine = password_is(a, password);
    if (!*fine)
        attempts_failed(tries, ATTEMPT_CODE, a->login);
    return ERR_OK;
}

struct in_password {
    char password[201];
};
static const struct field f_password[] = {FIELD_TEXT(struct in_password, password, 0)};
static const struct shape s_password = SHAPE(struct in_password, f_password);

enum err check_own_password(struct request *rq, const char *password)
{
    struct account a;
    bool fine = false;
    enum err e = own_account(rq, &a);
    if (e == ERR_OK)
        e = reauthenticate(rq, &a, password, &fine);
    if (e != ERR_OK)
        return e;
    return fine ? ERR_OK : answer_error(rq, ERR_INVAL, "password: is not yours");
}

/* The checking run of what needs the password again. */
static enum err check_password(struct request *rq)
{
    return check_own_password(rq, ((const struct in_password *)rq->in)->password);
}

/* ---- password ---------------------------------------------------------------------------------
 */

struct in_change {
    char current[201], password[201];
    char hash[PASSWORD_HASH_MAX]; /* made by the check */
};
static const struct field f_change[] = {FIELD_TEXT(struct in_change, current, 0),
                                        FIELD_TEXT(struct in_change, password, 0)};
static const struct shape s_change = SHAPE(struct in_change, f_change);

static enum err change_check(struct request *rq, struct in_change *in)
{
    struct account a;
    bool fine = false;
    enum err e = own_account(rq, &a);
    if (e == ERR_OK)
        e = reauthenticate(rq, &a, in->current, &fine);
    if (e != ERR_OK)
        return e;
    if (!fine)
        return answer_error(rq, ERR_INVAL, "current: is not your password");
    const char *why = password_refused(in->password, a.login);
    if (why == NULL && strcmp(in->password, in->current) == 0)
        why = "password: is the one you have";
    return why != NULL ? answer_error(rq, ERR_INVAL, why) : password_hash(in->hash, in->password);
}

/* Whoever knew the old one is out: other sessions, and browsers that strangers' guesses spare. */
static enum err password_post(struct request *rq)
{
    struct in_change *in = (struct in_change *)rq->in;
    struct account a;
    if (!rq->again)
        return change_check(rq, in);
    const struct session s = caller_of(rq)->s;
    enum err e = own_account(rq, &a);
    if (e == ERR_OK)
        e = account_set_password(rq->db, a.id, in->hash, false, rq->now_ms);
    if (e == ERR_OK)
        e = session_end_all(rq->db, a.id, s.id, rq->now_ms);
    if (e == ERR_OK)
        e = browser_forget_all(rq->db, a.id);
    if (e == ERR_OK)
        e = session_renew(rq, &a);
    sessions_ended(rq, a.id, 0, s.id);
    return e == ERR_OK ? audit_caller(rq, "account.password", a.public_id, "") : e;
}

/* ---- second factor ----------------------------------------------------------------------------
 */

static enum err second_post(struct request *rq)
{
    const struct api *api = (const struct api *)rq->app;
    struct account a;
    char text[TOTP_TEXT_LEN + 1], uri[400];
    if (!rq->again)
        return check_password(rq);
    enum err e = own_account(rq, &a);
    if (e == ERR_OK)
        e = second_offer(rq->db, &a, api->cfg.secret, text);
    if (e != ERR_OK)
        return e;
    /* The key URI format that authenticators read; logins are plain ASCII. */
    (void)snprintf(uri, sizeof(uri),
                   "otpauth://totp/Yunjian:%s?secret=%s&issuer=Yunjian&algorithm=SHA1&digits=6&"
                   "period=30",
                   a.login, text);
    rq->answer.body = json_pack("{s:s,s:s}", "secret", text, "uri", uri);
    return ERR_OK;
}

static enum err answer_codes(struct request *rq, int64_t account)
{
    char codes[RECOVERY_CODES][RECOVERY_LEN + 1];
    enum err e = second_codes(rq->db, account, codes);
    if (e != ERR_OK)
        return e;
    json_t *list = json_array();
    for (size_t i = 0; i < RECOVERY_CODES; i++)
        (void)json_array_append_new(list, json_string(codes[i]));
    rq->answer.body = json_pack("{s:o}", "recovery_codes", list);
    return ERR_OK;
}

static enum err second_confirm_post(struct request *rq)
{
    const struct api *api = (const struct api *)rq->app;
    const struct in_code *in = (const struct in_code *)rq->in;
    const struct session s = caller_of(rq)->s;
    struct account a;
    enum err e = own_account(rq, &a);
    if (e == ERR_OK)
        e = second_confirm(rq->db, &a, api->cfg.secret, in->code, rq->now_ms);
    if (e == ERR_AUTH)
        return answer_error(rq, ERR_INVAL, "code: is none of this secret; is the clock right?");
    if (e == ERR_OK)
        e = session_end_all(rq->db, a.id, s.id, rq->now_ms);
    if (e == ERR_OK)
        e = own_account(rq, &a);
    if (e == ERR_OK)
        e = session_renew(rq, &a);
    if (e == ERR_OK)
        e = answer_codes(rq, a.id);
    sessions_ended(rq, a.id, 0, s.id);
    return e == ERR_OK ? audit_caller(rq, "account.second", a.public_id, "") : e;
}

static enum err second_remove_post(struct request *rq)
{
    struct account a;
    if (!rq->again)
        return check_password(rq);
    enum err e = own_account(rq, &a);
    if (e != ERR_OK)
        return e;
    if (role_needs_second(a.role))
        return answer_error(rq, ERR_DENIED, "Your role requires a second factor.");
    e = second_remove(rq->db, a.id);
    return e == ERR_OK ? audit_caller(rq, "account.second_remove", a.public_id, "") : e;
}

static enum err codes_post(struct request *rq)
{
    struct account a;
    if (!rq->again)
        return check_password(rq);
    enum err e = own_account(rq, &a);
    if (e == ERR_OK && a.second_at == 0)
        return answer_error(rq, ERR_CONFLICT, "There is no second factor yet.");
    if (e == ERR_OK)
        e = answer_codes(rq, a.id);
    return e == ERR_OK ? audit_caller(rq, "account.recovery_codes", a.public_id, "") : e;
}

/* ---- the page ---------------------------------------------------------------------------------
 */

static json_t *json_sessions(struct request *rq, int64_t account)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_SESSION_LIST);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":now", rq->now_ms);
    while (db_row(&s)) {
        char at[CLOCK_TEXT_MAX], until[CLOCK_TEXT_MAX];
        clock_rfc3339(at, db_i64(&s, 1));
        clock_rfc3339(until, db_i64(&s, 2));
        bool here = strcmp(db_text(&s, 0), caller_of(rq)->s.public_id) == 0;
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:b}", "session", db_text(&s, 0),
                            "created_at", at, "expires_at", until, "client", db_text(&s, 3),
                            "agent", db_text(&s, 4), "via", db_text(&s, 5), "here", (int)here));
    }
    return list;
}

static json_t *json_identities(struct request *rq, int64_t account)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_IDENTITY_OF);
    db_bind_i64(&s, ":account", account);
    while (db_row(&s))
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s}", "issuer", db_text(&s, 0), "subject", db_text(&s, 1)));
    return list;
}

static enum err account_get(struct request *rq)
{
    struct account a;
    int64_t left = 0;
    enum err e = own_account(rq, &a);
    if (e == ERR_OK)
        e = second_codes_left(rq->db, a.id, &left);
    if (e != ERR_OK)
        return e;
    json_t *o = json_account_full(&a);
    (void)json_object_set_new(o, "recovery_codes_left", json_integer((json_int_t)left));
    (void)json_object_set_new(o, "has_password", json_boolean(a.password[0] != '\0'));
    (void)json_object_set_new(o, "second_required", json_boolean(role_needs_second(a.role)));
    (void)json_object_set_new(o, "sessions", json_sessions(rq, a.id));
    (void)json_object_set_new(o, "identities", json_identities(rq, a.id));
    rq->answer.body = o;
    return ERR_OK;
}

static enum err own_session_delete(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    int64_t id = 0;
    enum err e = session_by_public_id(rq->db, &id, c->account, rq->args[0]);
    if (e == ERR_OK)
        e = session_end(rq->db, id, rq->now_ms);
    if (e != ERR_OK)
        return e;
    sessions_ended(rq, c->account, id, 0);
    return audit_caller(rq, "session.end", rq->args[0], "");
}

static enum err own_signins_get(struct request *rq)
{
    return answer_signins(rq, caller_of(rq)->account);
}

// clang-format off
const struct route self_routes[] = {
    {M_GET, "/api/v1/account", ON_READ, ACT_SELF, NULL, account_get, {200, &o_own_account}},
    {M_POST, "/api/v1/account/password", ON_CHECK_WRITE, ACT_OWN_PASSWORD, &s_change, password_post,
     {204, .flags = REPLY_SECRET | REPLY_LIMITED}},
    {M_POST, "/api/v1/account/second", ON_CHECK_WRITE, ACT_OWN_SECOND, &s_password, second_post,
     {200, &o_second_offer, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "409"}},
    {M_POST, "/api/v1/account/second/confirm", ON_WRITE, ACT_OWN_SECOND, &s_code, second_confirm_post,
     {200, &o_recovery_codes, .flags = REPLY_SECRET, .also = "409"}},
    {M_POST, "/api/v1/account/second/remove", ON_CHECK_WRITE, ACT_SELF, &s_password, second_remove_post,
     {204, .flags = REPLY_LIMITED}},
    {M_POST, "/api/v1/account/second/codes", ON_CHECK_WRITE, ACT_SELF, &s_password, codes_post,
     {200, &o_recovery_codes, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "409"}},
    {M_GET, "/api/v1/account/signins", ON_READ, ACT_SELF, NULL, own_signins_get,
     {200, &o_signin_list, .query = q_own_signins}},
    {M_DELETE, "/api/v1/account/sessions/{id}", ON_WRITE, ACT_SELF, NULL, own_session_delete, {204}},
};
// clang-format on
const size_t self_routes_n = sizeof(self_routes) / sizeof(self_routes[0]);
