/* Signing in by an identity provider: authorization code with PKCE, state and nonce. Nothing is
 * kept here between the two steps: the page holds a ticket that only this server can read. */
#include <string.h>

#include "api_priv.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/jws.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "domain/identities.h"
#include "oidc_priv.h"
#include "outlines_priv.h"

enum { TICKET_MS = 600000, TICKET_TEXT = 400, WORD = 32, VERIFIER = 64 };

struct ticket {
    int64_t expires_ms, link; /* link: the account that asks for it; 0: to sign in */
    char state[WORD + 1], nonce[WORD + 1], verifier[VERIFIER + 1];
};

static const char *issuer_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.conf->oidc_issuer;
}

/* ---- is there one -----------------------------------------------------------------------------
 */

static enum err oidc_get(struct request *rq)
{
    const struct conf *c = ((const struct api *)rq->app)->cfg.conf;
    rq->answer.body =
        json_pack("{s:b,s:s}", "enabled", (int)(c->oidc_issuer[0] != '\0'), "name", c->oidc_name);
    return ERR_OK;
}

/* ---- going there ------------------------------------------------------------------------------
 */

struct in_start {
    bool link;
    /* made by the check: */
    struct ticket t;
    char url[OIDC_URL_MAX];
};
static const struct field f_start[] = {FIELD_BOOL(struct in_start, link)};
static const struct shape s_start = SHAPE(struct in_start, f_start);

static enum err prepare(struct request *rq, struct in_start *in)
{
    struct api *a = (struct api *)rq->app;
    if (issuer_of(rq)[0] == '\0')
        return answer_error(rq, ERR_NOENT, "No identity provider is configured.");
    random_hex(in->t.state, WORD);
    random_hex(in->t.nonce, WORD);
    random_hex(in->t.verifier, VERIFIER);
    in->t.expires_ms = rq->now_ms + TICKET_MS;
    enum err e = oidc_authorise_url(a->oidc, in->url, in->t.state, in->t.nonce, in->t.verifier);
    return e == ERR_OK ? e : answer_error(rq, ERR_BUSY, "The identity provider does not answer.");
}

static enum err start_post(struct request *rq)
{
    struct in_start *in = (struct in_start *)rq->in;
    const struct caller *c = caller_of(rq);
    uint8_t sealed[sizeof(struct ticket) + SEAL_EXTRA];
    char text[TICKET_TEXT];
    if (!rq->again)
        return prepare(rq, in);
    if (in->link && (c->s.id == 0 || c->s.owes != OWES_NOTHING))
        return ERR_AUTH;
    in->t.link = in->link ? c->account : 0;
    enum err e =
        seal(((struct api *)rq->app)->cfg.secret, "oidc ticket", &in->t, sizeof(in->t), sealed);
    if (e != ERR_OK)
        return e;
    base64url_text(text, sealed, sizeof(sealed));
    rq->answer.body = json_pack("{s:s,s:s}", "url", in->url, "ticket", text);
    return ERR_OK;
}

/* ---- coming back ------------------------------------------------------------------------------
 */

struct in_finish {
    char ticket[TICKET_TEXT], state[65], code[OIDC_CODE_MAX + 1];
    /* made by the check: */
    struct ticket t;
    char subject[SUBJECT_LEN + 1];
};
static const struct field f_finish[] = {FIELD_TEXT(struct in_finish, ticket, 1),
                                        FIELD_TEXT(struct in_finish, state, 1),
                                        FIELD_TEXT(struct in_finish, code, 1)};
static const struct shape s_finish = SHAPE(struct in_finish, f_finish);

static bool open_ticket(const struct request *rq, struct in_finish *in)
{
    uint8_t sealed[sizeof(struct ticket) + SEAL_EXTRA];
    size_t n = 0;
    const struct api *a = (const struct api *)rq->app;
    return base64url_read(sealed, &n, sizeof(sealed), in->ticket, strlen(in->ticket)) == ERR_OK &&
           n == sizeof(sealed) &&
           seal_open(a->cfg.secret, "oidc ticket", sealed, n, (uint8_t *)&in->t) == ERR_OK &&
           in->t.expires_ms > rq->now_ms && strlen(in->state) == WORD &&
           hash_equal(in->state, in->t.state, WORD);
}

static enum err finish_check(struct request *rq, struct in_finish *in)
{
    struct api *a = (struct api *)rq->app;
    const char *why = "state";
    rq->answer.retry_after_s = attempts_wait_s(a->attempts, ATTEMPT_ADDRESS, rq->client);
    if (rq->answer.retry_after_s > 0)
        return ERR_LIMIT;
    enum err e = issuer_of(rq)[0] != '\0' && open_ticket(rq, in) ? ERR_OK : ERR_AUTH;
    if (e == ERR_OK)
        e = oidc_subject(a->oidc, in->subject, in->code, in->t.verifier, in->t.nonce, rq->now_ms,
                         &why);
    if (e == ERR_AUTH) {
        log_warn("oidc", "id=%s refused: %s", rq->id, why);
        attempts_failed(a->attempts, ATTEMPT_ADDRESS, rq->client);
        return answer_error(rq, e, "The identity provider's answer was not accepted.");
    }
    return e == ERR_OK ? e : answer_error(rq, ERR_BUSY, "The identity provider does not answer.");
}

static enum err link_identity(struct request *rq, const struct in_finish *in)
{
    const struct caller *c = caller_of(rq);
    if (c->s.id == 0 || c->s.owes != OWES_NOTHING || c->account != in->t.link)
        return ERR_AUTH;
    enum err e = identity_add(rq->db, c->account, issuer_of(rq), in->subject, rq->now_ms);
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "This identity is linked to an account already.");
    if (e == ERR_OK)
        e = audit_caller(rq, "account.identity", c->s.login, in->subject);
    if (e == ERR_OK)
        rq->answer.body = json_pack("{s:b}", "linked", 1);
    return e;
}

static enum err nobody_known(struct request *rq)
{
    const struct origin from = request_origin(rq, "oidc");
    rq->answer.refused = answer_error(rq, ERR_NOENT, "No account belongs to this identity.");
    return signin_add(rq->db, 0, "", &from, "unknown", rq->now_ms);
}

static enum err finish_post(struct request *rq)
{
    struct in_finish *in = (struct in_finish *)rq->in;
    struct account a;
    int64_t id = 0;
    if (!rq->again)
        return finish_check(rq, in);
    if (in->t.link != 0)
        return link_identity(rq, in);
    enum err e = identity_find(rq->db, &id, issuer_of(rq), in->subject);
    if (e == ERR_OK)
        e = account_by_id(rq->db, &a, id);
    if (e == ERR_NOENT || e == ERR_AUTH) /* A disabled account is none either. */
        return nobody_known(rq);
    return e == ERR_OK ? session_begin(rq, &a, "oidc") : e;
}

static enum err identity_delete(struct request *rq)
{
    const struct caller *c = caller_of(rq);
    struct account a;
    enum err e = account_by_login(rq->db, &a, c->s.login);
    if (e != ERR_OK)
        return e;
    if (a.password[0] == '\0')
        return answer_error(rq, ERR_CONFLICT, "Without a password there would be no way in.");
    e = identity_remove_all(rq->db, a.id);
    return e == ERR_OK ? audit_caller(rq, "account.identity_remove", a.public_id, "") : e;
}

// clang-format off
const struct route oidc_routes[] = {
    {M_GET, "/api/v1/oidc", ON_READ, ACT_ANYBODY, NULL, oidc_get, {200, &o_oidc}},
    {M_POST, "/api/v1/oidc/start", ON_FETCH_WRITE, ACT_ANYBODY, &s_start, start_post,
     {200, &o_oidc_start, .flags = REPLY_SECRET, .also = "401 404"}},
    {M_POST, "/api/v1/oidc/finish", ON_FETCH_WRITE, ACT_ANYBODY, &s_finish, finish_post,
     {200, &o_session_account, &o_oidc_linked, .flags = REPLY_SECRET | REPLY_LIMITED, .also = "401 404 409"}},
    {M_DELETE, "/api/v1/account/identities", ON_WRITE, ACT_SELF, NULL, identity_delete, {204, .also = "409"}},
};
// clang-format on
const size_t oidc_routes_n = sizeof(oidc_routes) / sizeof(oidc_routes[0]);
