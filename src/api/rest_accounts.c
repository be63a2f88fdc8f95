/* Accounts and organisations, as an administrator keeps them. */
#include <stdlib.h>
#include <string.h>

#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/second.h"
#include "domain/words.h"
#include "outlines_priv.h"

static void set_time(json_t *o, const char *name, int64_t at)
{
    char text[CLOCK_TEXT_MAX];
    if (at != 0)
        clock_rfc3339(text, at);
    (void)json_object_set_new(o, name, at != 0 ? json_string(text) : json_null());
}

json_t *json_account_full(const struct account *a)
{
    json_t *o = json_account(a);
    set_time(o, "created_at", a->created_at);
    set_time(o, "password_at", a->password_at);
    set_time(o, "second_at", a->second_at);
    set_time(o, "disabled_at", a->disabled_at);
    (void)json_object_set_new(o, "organisation_id", json_string(a->organisation_public_id));
    (void)json_object_set_new(o, "must_change", json_boolean(a->must_change));
    (void)json_object_set_new(o, "version", json_integer((json_int_t)a->version));
    return o;
}

/* ---- lists ------------------------------------------------------------------------------------
 */

enum { PAGE = 50 };

static void list_account(void *arg, const struct account *a)
{
    (void)json_array_append_new((json_t *)arg, json_account_full(a));
}

/* One more than a page is read: then there is a next one, after the last of this. */
static void cut_page(json_t *list, const char *key, json_t *answer)
{
    json_t *next = json_null();
    if (json_array_size(list) > PAGE) {
        (void)json_array_remove(list, PAGE);
        next = json_incref(json_object_get(json_array_get(list, PAGE - 1), key));
    }
    (void)json_object_set_new(answer, "next", next);
}

static enum err accounts_get(struct request *rq)
{
    json_t *list = json_array();
    const struct account_query q = {.after = request_query(rq, "after"),
                                    .q = request_query(rq, "q"),
                                    .role = request_query(rq, "role"),
                                    .state = request_query(rq, "state"),
                                    .limit = PAGE + 1};
    enum err e = account_list(rq->db, &q, list_account, list);
    rq->answer.body = json_pack("{s:o}", "accounts", list);
    cut_page(list, "login", rq->answer.body);
    return e;
}

/* One account whole, under its version. */
static void answer_account(struct request *rq, const struct account *a)
{
    answer_tag(rq, a->version);
    rq->answer.body = json_account_full(a);
}

static enum err account_read(struct request *rq)
{
    struct account a;
    enum err e = account_by_public_id(rq->db, &a, rq->args[0]);
    if (e == ERR_OK)
        answer_account(rq, &a);
    return e;
}

/* ---- making and changing ----------------------------------------------------------------------
 */

static const char *const roles[] = {"admin",      "manager", "expert", "supervisor",
                                    "dispatcher", "auditor", NULL};

struct in_account {
    char login[LOGIN_LEN + 1], name[NAME_LEN + 1], organisation[PUBLIC_ID_LEN + 1];
    int role;
    /* made by the check: */
    char password[ONE_TIME_LEN + 1], hash[PASSWORD_HASH_MAX];
};
static const struct field f_new[] = {
    FIELD_TEXT(struct in_account, login, 2), FIELD_TEXT(struct in_account, name, 1),
    FIELD_TEXT(struct in_account, organisation, 0), FIELD_WORD(struct in_account, role, roles)};
static const struct shape s_new = SHAPE(struct in_account, f_new);
static const struct field f_edit[] = {FIELD_TEXT(struct in_account, name, 1),
                                      FIELD_TEXT(struct in_account, organisation, 0),
                                      FIELD_WORD(struct in_account, role, roles)};
static const struct shape s_edit = SHAPE(struct in_account, f_edit);
static const struct shape s_once = {.size = sizeof(struct in_account)};

/* In the checking run: the hash takes a quarter of a second. */
static enum err make_once(struct in_account *in)
{
    password_make(in->password);
    return password_hash(in->hash, in->password);
}

static enum err accounts_post(struct request *rq)
{
    struct in_account *in = (struct in_account *)rq->in;
    const char *why = login_refused(in->login);
    if (why != NULL)
        return answer_error(rq, ERR_INVAL, why);
    if (!rq->again)
        return make_once(in);
    struct account a = {.role = role_from_text(roles[in->role]), .must_change = true};
    COPY(a.login, in->login);
    COPY(a.name, in->name);
    COPY(a.organisation_public_id, in->organisation);
    COPY(a.password, in->hash);
    enum err e = account_add(rq->db, &a, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "login: is taken");
    if (e == ERR_NOENT)
        return answer_error(rq, ERR_INVAL, "organisation: there is none of this id");
    if (e == ERR_OK)
        e = audit_caller(rq, "account.add", a.public_id, a.login);
    if (e == ERR_OK)
        e = account_by_public_id(rq->db, &a, a.public_id);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    answer_account(rq, &a);
    (void)json_object_set_new(rq->answer.body, "password", json_string(in->password));
    return ERR_OK;
}

/* Somebody must be left who can let others in again. */
static enum err keep_an_admin(struct request *rq, const struct account *a)
{
    int64_t others = 0;
    if (a->role != ROLE_ADMIN || a->disabled_at != 0)
        return ERR_OK;
    enum err e = account_other_admins(rq->db, &others, a->id);
    if (e == ERR_OK && others == 0)
        return answer_error(rq, ERR_CONFLICT, "This is the last administrator.");
    return e;
}

/* What changed, old and new, for the audit log. */
static void describe(char out[400], const struct account *from, const struct account *to)
{
    (void)snprintf(out, 400, "%s, %s, %s -> %s, %s, %s", from->name, role_text(from->role),
                   from->organisation_public_id, to->name, role_text(to->role),
                   to->organisation_public_id);
}

static enum err end_sessions(struct request *rq, int64_t account)
{
    sessions_ended(rq, account, 0, 0);
    return session_end_all(rq->db, account, 0, rq->now_ms);
}

static enum err account_put(struct request *rq)
{
    const struct in_account *in = (const struct in_account *)rq->in;
    struct account a, before;
    char detail[400];
    enum err e = account_by_public_id(rq->db, &before, rq->args[0]);
    if (e == ERR_OK)
        e = match_version(rq, before.version);
    if (e == ERR_CONFLICT)
        tell_current(rq, json_account_full(&before));
    if (e != ERR_OK)
        return e;
    a = before;
    a.role = role_from_text(roles[in->role]);
    COPY(a.name, in->name);
    COPY(a.organisation_public_id, in->organisation);
    if (a.role != before.role)
        e = keep_an_admin(rq, &before);
    if (e == ERR_OK)
        e = account_edit(rq->db, &a);
    if (e == ERR_NOENT)
        return answer_error(rq, ERR_INVAL, "organisation: there is none of this id");
    if (e == ERR_OK && a.role != before.role) /* Rights of before are not carried on. */
        e = end_sessions(rq, a.id);
    if (e == ERR_OK && a.role != before.role)
        e = api_token_revoke_all(rq->db, a.id, rq->now_ms);
    describe(detail, &before, &a);
    if (e == ERR_OK)
        e = audit_caller(rq, "account.edit", a.public_id, detail);
    return e == ERR_OK ? account_read(rq) : e;
}

static enum err disable_post(struct request *rq)
{
    struct account a;
    enum err e = account_by_public_id(rq->db, &a, rq->args[0]);
    if (e != ERR_OK)
        return e;
    if (a.id == caller_of(rq)->account)
        return answer_error(rq, ERR_CONFLICT, "Nobody disables the account he is signed in by.");
    e = keep_an_admin(rq, &a);
    if (e == ERR_OK)
        e = account_set_disabled(rq->db, a.id, true, rq->now_ms);
    if (e == ERR_OK)
        e = end_sessions(rq, a.id);
    if (e == ERR_OK)
        e = account_ended(rq, a.id);
    if (e == ERR_OK)
        e = browser_forget_all(rq->db, a.id);
    if (e == ERR_OK)
        e = audit_caller(rq, "account.disable", a.public_id, a.login);
    return e == ERR_OK ? account_read(rq) : e;
}

static enum err enable_post(struct request *rq)
{
    struct account a;
    enum err e = account_by_public_id(rq->db, &a, rq->args[0]);
    if (e == ERR_OK)
        e = account_set_disabled(rq->db, a.id, false, rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "account.enable", a.public_id, a.login);
    return e == ERR_OK ? account_read(rq) : e;
}

/* ---- resetting --------------------------------------------------------------------------------
 */

/* A one-time password, shown to the administrator and good until its owner has chosen another. */
static enum err reset_post(struct request *rq)
{
    struct in_account *in = (struct in_account *)rq->in;
    struct account a;
    if (!rq->again)
        return make_once(in);
    enum err e = account_by_public_id(rq->db, &a, rq->args[0]);
    if (e == ERR_OK)
        e = account_set_password(rq->db, a.id, in->hash, true, rq->now_ms);
    if (e == ERR_OK)
        e = end_sessions(rq, a.id);
    if (e == ERR_OK)
        e = browser_forget_all(rq->db, a.id);
    if (e == ERR_OK)
        e = audit_caller(rq, "account.reset", a.public_id, a.login);
    if (e == ERR_OK)
        rq->answer.body = json_pack("{s:s}", "password", in->password);
    return e;
}

static enum err unsecond_post(struct request *rq)
{
    struct account a;
    enum err e = account_by_public_id(rq->db, &a, rq->args[0]);
    if (e == ERR_OK)
        e = second_remove(rq->db, a.id);
    if (e == ERR_OK)
        e = end_sessions(rq, a.id);
    if (e == ERR_OK)
        e = audit_caller(rq, "account.second_reset", a.public_id, a.login);
    return e == ERR_OK ? account_read(rq) : e;
}

/* ---- history of signing in --------------------------------------------------------------------
 */

static int64_t key_of(const char *text)
{
    char *end = NULL;
    long long v = strtoll(text, &end, 10);
    return text[0] == '\0' || *end != '\0' || v <= 0 ? INT64_MAX : v;
}

static void list_signins(struct request *rq, struct stmt *s)
{
    json_t *list = json_array();
    while (db_row(s)) {
        char at[CLOCK_TEXT_MAX];
        clock_rfc3339(at, db_i64(s, 1));
        (void)json_array_append_new(
            list, json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s}", "signin", (json_int_t)db_i64(s, 0),
                            "at", at, "login", db_text(s, 2), "client", db_text(s, 3), "agent",
                            db_text(s, 4), "via", db_text(s, 5), "result", db_text(s, 6)));
    }
    rq->answer.body = json_pack("{s:o}", "signins", list);
    cut_page(list, "signin", rq->answer.body);
}

enum err answer_signins(struct request *rq, int64_t account)
{
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_SIGNIN_LIST);
    db_bind_i64(&s, ":account", account);
    db_bind_i64(&s, ":before", key_of(request_query(rq, "before")));
    db_bind_i64(&s, ":limit", PAGE + 1);
    list_signins(rq, &s);
    return s.err;
}

static enum err signins_get(struct request *rq)
{
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_SIGNIN_ALL);
    db_bind_text(&s, ":login", request_query(rq, "login"));
    db_bind_i64(&s, ":before", key_of(request_query(rq, "before")));
    db_bind_i64(&s, ":limit", PAGE + 1);
    list_signins(rq, &s);
    return s.err;
}

static enum err account_signins_get(struct request *rq)
{
    struct account a;
    enum err e = account_by_public_id(rq->db, &a, rq->args[0]);
    return e == ERR_OK ? answer_signins(rq, a.id) : e;
}

/* ---- organisations ----------------------------------------------------------------------------
 */

static const char *const kinds[] = {"utility", "design", "contractor", "customer", NULL};

struct in_organisation {
    char name[NAME_LEN + 1];
    int kind;
};
static const struct field f_organisation[] = {FIELD_TEXT(struct in_organisation, name, 1),
                                              FIELD_WORD(struct in_organisation, kind, kinds)};
static const struct shape s_organisation = SHAPE(struct in_organisation, f_organisation);

static json_t *json_organisation(const struct organisation *o)
{
    return json_pack("{s:s,s:s,s:s,s:I}", "organisation", o->public_id, "name", o->name, "kind",
                     o->kind, "version", (json_int_t)o->version);
}

static enum err organisations_get(struct request *rq)
{
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_ORGANISATION_LIST);
    db_bind_text(&s, ":after", request_query(rq, "after"));
    db_bind_text(&s, ":q", request_query(rq, "q"));
    db_bind_i64(&s, ":limit", 1000);
    while (db_row(&s))
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:I,s:I}", "organisation", db_text(&s, 0), "name",
                            db_text(&s, 1), "kind", db_text(&s, 2), "version",
                            (json_int_t)db_i64(&s, 3), "accounts", (json_int_t)db_i64(&s, 4)));
    rq->answer.body = json_pack("{s:o}", "organisations", list);
    return s.err;
}

static enum err organisations_post(struct request *rq)
{
    const struct in_organisation *in = (const struct in_organisation *)rq->in;
    struct organisation o = {.id = 0};
    COPY(o.name, in->name);
    COPY(o.kind, kinds[in->kind]);
    enum err e = organisation_add(rq->db, &o, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "name: is taken");
    if (e == ERR_OK)
        e = audit_caller(rq, "organisation.add", o.public_id, o.name);
    rq->answer.status = 201;
    answer_tag(rq, o.version);
    rq->answer.body = json_organisation(&o);
    return e;
}

static enum err organisation_read(struct request *rq)
{
    struct organisation o;
    enum err e = organisation_get(rq->db, &o, rq->args[0]);
    if (e != ERR_OK)
        return e;
    answer_tag(rq, o.version);
    rq->answer.body = json_organisation(&o);
    return ERR_OK;
}

static enum err organisation_put(struct request *rq)
{
    const struct in_organisation *in = (const struct in_organisation *)rq->in;
    struct organisation o;
    char detail[400];
    enum err e = organisation_get(rq->db, &o, rq->args[0]);
    if (e == ERR_OK)
        e = match_version(rq, o.version);
    if (e == ERR_CONFLICT)
        tell_current(rq, json_organisation(&o));
    if (e != ERR_OK)
        return e;
    (void)snprintf(detail, sizeof(detail), "%s, %s -> %s, %s", o.name, o.kind, in->name,
                   kinds[in->kind]);
    COPY(o.name, in->name);
    COPY(o.kind, kinds[in->kind]);
    e = organisation_edit(rq->db, &o);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "name: is taken");
    if (e == ERR_OK)
        e = audit_caller(rq, "organisation.edit", o.public_id, detail);
    answer_tag(rq, o.version);
    rq->answer.body = json_organisation(&o);
    return e;
}

// clang-format off
const struct route account_routes[] = {
    {M_GET, "/api/v1/accounts", ON_READ, ACT_ACCOUNTS_READ, NULL, accounts_get,
     {200, &o_account_list, .query = q_accounts}},
    {M_POST, "/api/v1/accounts", ON_CHECK_WRITE, ACT_ACCOUNTS, &s_new, accounts_post,
     {201, &o_account_made, .flags = REPLY_SECRET | REPLY_TAGGED, .also = "409"}},
    {M_GET, "/api/v1/accounts/{id}", ON_READ, ACT_ACCOUNTS_READ, NULL, account_read,
     {200, &o_account_full, .flags = REPLY_TAGGED}},
    {M_PUT, "/api/v1/accounts/{id}", ON_WRITE, ACT_ACCOUNTS, &s_edit, account_put,
     {200, &o_account_full, .flags = REPLY_TAGGED | REPLY_MATCH, .also = "409"}},
    {M_POST, "/api/v1/accounts/{id}/disable", ON_WRITE, ACT_ACCOUNTS, NULL, disable_post,
     {200, &o_account_full, .flags = REPLY_TAGGED, .also = "409"}},
    {M_POST, "/api/v1/accounts/{id}/enable", ON_WRITE, ACT_ACCOUNTS, NULL, enable_post,
     {200, &o_account_full, .flags = REPLY_TAGGED}},
    {M_POST, "/api/v1/accounts/{id}/password", ON_CHECK_WRITE, ACT_ACCOUNTS, &s_once, reset_post,
     {200, &o_password, .flags = REPLY_SECRET}},
    {M_POST, "/api/v1/accounts/{id}/second/remove", ON_WRITE, ACT_ACCOUNTS, NULL, unsecond_post,
     {200, &o_account_full, .flags = REPLY_TAGGED}},
    {M_GET, "/api/v1/accounts/{id}/signins", ON_READ, ACT_ACCOUNTS_READ, NULL, account_signins_get,
     {200, &o_signin_list, .query = q_own_signins}},
    {M_GET, "/api/v1/signins", ON_READ, ACT_ACCOUNTS_READ, NULL, signins_get,
     {200, &o_signin_list, .query = q_signins}},
    {M_GET, "/api/v1/organisations", ON_READ, ACT_ACCOUNTS_READ, NULL, organisations_get,
     {200, &o_organisation_list, .query = q_organisations}},
    {M_POST, "/api/v1/organisations", ON_WRITE, ACT_ACCOUNTS, &s_organisation, organisations_post,
     {201, &o_organisation, .flags = REPLY_TAGGED, .also = "409"}},
    {M_GET, "/api/v1/organisations/{id}", ON_READ, ACT_ACCOUNTS_READ, NULL, organisation_read,
     {200, &o_organisation, .flags = REPLY_TAGGED}},
    {M_PUT, "/api/v1/organisations/{id}", ON_WRITE, ACT_ACCOUNTS, &s_organisation, organisation_put,
     {200, &o_organisation, .flags = REPLY_TAGGED | REPLY_MATCH, .also = "409"}},
};
// clang-format on
const size_t account_routes_n = sizeof(account_routes) / sizeof(account_routes[0]);
