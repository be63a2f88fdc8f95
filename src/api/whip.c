/* WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep) over HTTP; docs/whip.md says which point is where
 * and tested by what. */
#include "whip_priv.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/password.h"

#define SDP_TYPE "application/sdp"
#define FRAG_TYPE "application/trickle-ice-sdpfrag"

static bool is_whip(const struct request *rq)
{
    return strncmp(rq->route->path, "/whip/", 6) == 0;
}

static void expose(struct request *rq)
{
    answer_header(rq, "access-control-expose-headers:",
                  "Location, ETag, Link, Retry-After, Accept-Post, Accept-Patch, Allow, "
                  "WWW-Authenticate");
}

static enum err answer_status(struct request *rq, enum err e, int status, const char *detail)
{
    expose(rq);
    rq->answer.status = status;
    return answer_error(rq, e, detail);
}

/* RFC 6750 3 */
static enum err answer_auth(struct request *rq, const char *detail)
{
    bool said = rq->token[0] != '\0' && rq->bearer;
    answer_header(rq, "www-authenticate:",
                  said ? "Bearer realm=\"yunjian\", error=\"invalid_token\""
                       : "Bearer realm=\"yunjian\"");
    return answer_status(rq, ERR_AUTH, 401, detail);
}

static bool type_is(const struct request *rq, const char *type)
{
    size_t n = strlen(type);
    return strncasecmp(rq->type, type, n) == 0 &&
           (rq->type[n] == '\0' || rq->type[n] == ';' || rq->type[n] == ' ');
}

/* Whoever says what he takes, and does not mean this. */
static bool accepts(const struct request *rq, const char *type)
{
    return rq->accept[0] == '\0' || strstr(rq->accept, "*/*") != NULL ||
           strstr(rq->accept, "application/*") != NULL || strcasestr(rq->accept, type) != NULL;
}

/* ---- POST
 * --------------------------------------------------------------------------------------------- */

static struct whip_offer offer_of(struct live *l, const struct job *j)
{
    return (struct whip_offer){.live = l,
                               .token = &j->device,
                               .secret = j->rq->token,
                               .name = j->rq->args[1],
                               .client = j->rq->client,
                               .sdp = j->rq->body,
                               .len = j->rq->body_len};
}

static void refuse(struct request *rq, const struct whip_refusal *no)
{
    if (no->status == 409 || no->status == 503)
        rq->answer.retry_after_s = WHIP_RETRY_S;
    enum err e = no->status == 409 ? ERR_CONFLICT : no->status == 503 ? ERR_BUSY : ERR_INVAL;
    http_answer(rq, answer_status(rq, e, no->status, no->why));
}

static char *text_copy(const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = (char *)mem_alloc(n);
    if (copy != NULL)
        memcpy(copy, text, n);
    return copy;
}

static void answer_created(struct request *rq, const struct whip *w)
{
    char text[200];
    rq->answer.text = text_copy(w->live->api->text);
    if (rq->answer.text == NULL) {
        http_answer(rq, ERR_NOMEM); /* Never connected: it is given up by itself. */
        return;
    }
    rq->answer.text_type = SDP_TYPE;
    rq->answer.status = 201;
    (void)snprintf(text, sizeof(text), "/%s/%s/%s/%s", w->publishes ? "whip" : "whep",
                   w->live->m.public_id, w->name, w->id);
    answer_header(rq, "location:", text);
    (void)snprintf(text, sizeof(text), "\"%s\"", w->etag);
    answer_header(rq, "etag:", text);
    answer_header(rq, "accept-patch:", FRAG_TYPE);
    whip_say_ice_servers(rq, w->live->api->cfg.conf);
    expose(rq);
    http_answer(rq, ERR_OK);
}

/* In the database: is the token good, and for this. */
static enum err read_device(struct db *db, struct job *j)
{
    enum err e = device_token_find(db, &j->device, j->token, j->public_id, j->now_ms);
    if (e == ERR_OK && !(j->flag ? j->device.publish : j->device.view))
        e = ERR_DENIED;
    if (e == ERR_OK)
        e = j->flag ? read_hello(db, j) : meeting_get(db, &j->m, j->public_id);
    return e == ERR_OK && meeting_is_over(&j->m) ? ERR_GONE : e;
}

/* Behind a revocation in the order of records, the token is found revoked. */
static enum err write_device(struct db *db, struct job *j)
{
    enum err e = device_token_find(db, &j->device, j->token, j->public_id, j->now_ms);
    if (e == ERR_OK)
        e = device_participant(db, &j->p, j->now_ms);
    if (e == ERR_OK && strcmp(j->p.state, "removed") == 0)
        return ERR_DENIED;
    return e == ERR_OK ? audit_add(db, j->now_ms, j->device.made_by, "device.publish",
                                   j->p.public_id, j->text)
                       : e;
}

static void look_up(struct api *a, struct request *rq);

/* Read before a token or an account's sessions ended, and come back after: read again. */
static bool look_up_again(const struct job *j)
{
    if (j->endings == j->api->endings)
        return false;
    look_up(j->api, j->rq);
    return true;
}

static void publish_written(struct job *j)
{
    struct whip_refusal no = {0};
    struct live *l = live_find(j->api, j->public_id);
    enum err e = j->task.result;
    if (e == ERR_AUTH) {
        http_answer(j->rq, answer_auth(j->rq, "This token is not valid, or no longer."));
        return;
    }
    if (e == ERR_OK && look_up_again(j))
        return;
    if (e == ERR_OK && (l == NULL || l->ending))
        e = ERR_GONE;
    if (e == ERR_DENIED) {
        http_answer(j->rq, answer_status(j->rq, e, 403, "The host has removed this device."));
        return;
    }
    if (e != ERR_OK) {
        http_answer(j->rq, e);
        return;
    }
    struct whip_offer o = offer_of(l, j);
    const struct whip *w = whip_publish(&o, &j->p, &no);
    if (w == NULL)
        refuse(j->rq, &no);
    else
        answer_created(j->rq, w);
}

static void publish(struct job *j)
{
    struct whip_refusal no = {0};
    struct whip_offer o = offer_of(NULL, j);
    if (!whip_offer_fits(j->api, &o, true, &no)) {
        refuse(j->rq, &no); /* Before there is a live meeting with nobody in it. */
        return;
    }
    struct live *l = live_get(j->api, j);
    o.live = l;
    struct job *next = l == NULL || l->ending ? NULL : job_new(j->api, write_device);
    if (next == NULL) {
        http_answer(j->rq, l != NULL && l->ending ? ERR_GONE : ERR_NOMEM);
        return;
    }
    if (!whip_may_publish(&o, &no)) {
        mem_free(next);
        refuse(j->rq, &no);
        return;
    }
    next->rq = j->rq;
    next->device = j->device;
    next->endings = j->endings;
    COPY(next->token, j->token);
    next->p = (struct participant){.meeting = l->m.id};
    COPY(next->p.name, j->rq->args[1]);
    COPY(next->p.organisation, j->device.label);
    COPY(next->p.meeting_public_id, l->m.public_id);
    COPY(next->public_id, l->m.public_id);
    COPY(next->text, j->rq->client);
    next->after = publish_written;
    job_write(next);
}

static void watch(struct job *j)
{
    struct whip_refusal no = {.status = 409, .why = "Nothing publishes under this name yet."};
    struct live *l = live_find(j->api, j->public_id);
    const struct whip *w = NULL;
    if (l != NULL && !l->ending) {
        struct whip_offer o = offer_of(l, j);
        no.status = 0;
        w = whip_watch(&o, &no);
    }
    if (w == NULL)
        refuse(j->rq, &no);
    else
        answer_created(j->rq, w);
}

static void token_read(struct job *j)
{
    struct attempts *tries = j->api->attempts;
    struct request *rq = j->rq;
    enum err e = j->task.result;
    if (e ==
        ERR_AUTH) { /* Who guesses is slowed down; who has a true token is not, wherever he is. */
        rq->answer.retry_after_s = attempts_wait_s(tries, ATTEMPT_INVITATION, rq->client);
        if (rq->answer.retry_after_s > 0) {
            http_answer(rq, answer_status(rq, ERR_LIMIT, 429, "Too many wrong tokens. Wait."));
            return;
        }
        attempts_failed(tries, ATTEMPT_INVITATION, rq->client);
        http_answer(rq, answer_auth(rq, "This token is not valid, or no longer."));
        return;
    }
    if (e == ERR_OK && look_up_again(j))
        return;
    if (e == ERR_OK) /* And not a token of another meeting, or for another purpose. */
        http_trust(rq);
    if (e != ERR_OK) {
        expose(rq);
        http_answer(rq, e);
        return;
    }
    if (j->flag)
        publish(j);
    else
        watch(j);
}

static void look_up(struct api *a, struct request *rq)
{
    struct job *j = job_new(a, read_device);
    if (j == NULL) {
        http_answer(rq, ERR_NOMEM);
        return;
    }
    j->rq = rq;
    j->flag = is_whip(rq);
    j->endings = a->endings;
    COPY(j->token, rq->token);
    COPY(j->public_id, rq->args[0]);
    j->after = token_read;
    job_read(j);
}

static enum err post(struct request *rq)
{
    struct api *a = (struct api *)rq->app;
    if (!type_is(rq, SDP_TYPE))
        return answer_status(rq, ERR_INVAL, 415, "The content type must be " SDP_TYPE ".");
    if (!accepts(rq, SDP_TYPE))
        return answer_status(rq, ERR_INVAL, 406, "The answer is " SDP_TYPE ".");
    if (!rq->bearer || rq->token[0] == '\0')
        return answer_auth(rq, "A bearer token is needed: the meeting's page makes one.");
    look_up(a, rq);
    return ERR_OK;
}

/* ---- a session
 * ------------------------------------------------------------------------------------------ */

/* The session of the path, for who holds its token. */
static enum err session_of(struct request *rq, struct whip **out)
{
    const struct api *a = (const struct api *)rq->app;
    uint8_t hash[TOKEN_HASH_LEN];
    struct whip *w = whip_find(a, rq->args[2]);
    if (!rq->bearer || rq->token[0] == '\0')
        return answer_auth(rq, "The session's bearer token is needed.");
    if (w == NULL || w->publishes != is_whip(rq) || strcmp(w->name, rq->args[1]) != 0 ||
        strcmp(w->live->m.public_id, rq->args[0]) != 0)
        return answer_status(rq, ERR_NOENT, 404, "There is no such session, or it has ended.");
    if (token_hash(hash, rq->token) != ERR_OK || !hash_equal(hash, w->secret, sizeof(hash)))
        return answer_auth(rq, "This is not the session's token.");
    *out = w;
    return ERR_OK;
}

static enum err session_delete(struct request *rq)
{
    struct whip *w = NULL;
    enum err e = session_of(rq, &w);
    if (w == NULL)
        return e;
    whip_end(w, "left");
    expose(rq);
    rq->answer.status = 200;
    http_answer(rq, ERR_OK);
    return ERR_OK;
}

/* ---- PATCH
 * -------------------------------------------------------------------------------------------- */

static bool any_tag(const char *if_match)
{
    /* The draft's own example writes the star in quotes. */
    return strcmp(if_match, "*") == 0 || strcmp(if_match, "\"*\"") == 0;
}

/* RFC 9110 13.1.1: a list of strong tags. */
static bool tag_matches(const char *if_match, const char *etag)
{
    char want[WHIP_ETAG_LEN + 3];
    (void)snprintf(want, sizeof(want), "\"%s\"", etag);
    for (const char *at = if_match; (at = strstr(at, want)) != NULL; at++)
        if (at == if_match || at[-1] == ' ' || at[-1] == ',')
            return true;
    return false;
}

static enum err answer_restart(struct request *rq, struct whip *w, const struct sdpfrag *f)
{
    char etag[WHIP_ETAG_LEN + 3];
    if (!whip_restart(w, f))
        return ERR_NOMEM;
    rq->answer.text = text_copy(w->live->api->text);
    rq->answer.text_type = FRAG_TYPE;
    rq->answer.status = 200;
    (void)snprintf(etag, sizeof(etag), "\"%s\"", w->etag);
    answer_header(rq, "etag:", etag);
    expose(rq);
    http_answer(rq, rq->answer.text != NULL ? ERR_OK : ERR_NOMEM);
    return ERR_OK;
}

/* Other credentials are an ICE restart, by whichever precondition; else these are more candidates,
 * of which an ICE-lite server on addresses that clients reach needs none. */
static enum err session_patch(struct request *rq)
{
    struct whip *w = NULL;
    struct sdpfrag f;
    char why[SDP_WHY_MAX] = "";
    enum err e = session_of(rq, &w);
    if (w == NULL)
        return e;
    if (!type_is(rq, FRAG_TYPE))
        return answer_status(rq, ERR_INVAL, 415, "The content type must be " FRAG_TYPE ".");
    if (rq->if_match[0] == '\0')
        return answer_status(rq, ERR_INVAL, 428, "If-Match is needed: the session's ETag, or *.");
    if (!any_tag(rq->if_match) && !tag_matches(rq->if_match, w->etag))
        return answer_status(rq, ERR_CONFLICT, 412, "This is not the tag of the ICE session.");
    if (sdpfrag_parse(&f, rq->body != NULL ? rq->body : "", rq->body_len, why) != ERR_OK)
        return answer_status(rq, ERR_INVAL, 400, why);
    if (f.ufrag[0] != '\0' && strcmp(f.ufrag, whip_pc(w)->remote_ufrag) != 0)
        return answer_restart(rq, w, &f);
    expose(rq);
    rq->answer.status = 204;
    http_answer(rq, ERR_OK);
    return ERR_OK;
}

/* ---- the rest
 * ------------------------------------------------------------------------------------------ */

static bool is_session(const struct request *rq)
{
    return rq->args[2][0] != '\0';
}

static const char *methods_of(const struct request *rq)
{
    return is_session(rq) ? "GET, HEAD, OPTIONS, PATCH, DELETE" : "GET, HEAD, OPTIONS, POST";
}

static void say_allowed(struct request *rq)
{
    answer_header(rq, "allow:", methods_of(rq));
    if (is_session(rq))
        answer_header(rq, "accept-patch:", FRAG_TYPE);
    else
        answer_header(rq, "accept-post:", SDP_TYPE);
    expose(rq);
}

/* Also a page's preflight, which carries no token. */
static enum err options(struct request *rq)
{
    answer_header(rq, "access-control-allow-methods:", methods_of(rq));
    answer_header(rq, "access-control-allow-headers:", "Authorization, Content-Type, If-Match");
    answer_header(rq, "access-control-max-age:", "86400");
    say_allowed(rq);
    rq->answer.status = 200;
    http_answer(rq, ERR_OK);
    return ERR_OK;
}

/* Nothing to be shown: neither an endpoint nor a session has a representation. */
static enum err nothing(struct request *rq)
{
    say_allowed(rq);
    http_answer(rq, ERR_OK);
    return ERR_OK;
}

/* Whoever may make tokens may give a device the right; a page's preflight and a look need none. */
// clang-format off
#define ROW(method, path, right, run, ...) {method, path, ON_LIVE, right, NULL, run, {__VA_ARGS__}}
#define ENDPOINT(p) \
    ROW(M_POST, p, ACT_DEVICES, post, 201, .takes = SDP_TYPE, .media = SDP_TYPE, \
        .flags = REPLY_TAGGED | REPLY_SECRET | REPLY_LIMITED, .also = "406 409 410 422 500 503"), \
    ROW(M_GET, p, ACT_ANYBODY, nothing, 204), \
    ROW(M_OPTIONS, p, ACT_ANYBODY, options, 200)
#define SESSION(p) \
    ROW(M_PATCH, p, ACT_DEVICES, session_patch, 200, .takes = FRAG_TYPE, .media = FRAG_TYPE, \
        .flags = REPLY_TAGGED | REPLY_MATCH, .also = "204 500"), \
    ROW(M_DELETE, p, ACT_DEVICES, session_delete, 200), \
    ROW(M_GET, p, ACT_ANYBODY, nothing, 204), \
    ROW(M_OPTIONS, p, ACT_ANYBODY, options, 200)
// clang-format on

const struct route whip_routes[] = {
    ENDPOINT("/whip/{meeting}/{name}"),
    ENDPOINT("/whep/{meeting}/{name}"),
    SESSION("/whip/{meeting}/{name}/{session}"),
    SESSION("/whep/{meeting}/{name}/{session}"),
};
const size_t whip_routes_n = sizeof(whip_routes) / sizeof(whip_routes[0]);
