/* Webhooks: who is told of events, as an administrator keeps them, and what became of each. */
#include <string.h>

#include "api_priv.h"
#include "db/db.h"
#include "db/sql_gen.h"
#include "domain/hooks.h"
#include "domain/outbox.h"
#include "domain/wordset.h"
#include "http/fetch.h"
#include "outlines_priv.h"

enum { PAGE = 50, HOUR_MS = 3600000 };

static const uint8_t *key_of(const struct request *rq)
{
    return ((const struct api *)rq->app)->cfg.secret;
}

/* ---- out --------------------------------------------------------------------------------------
 */

static json_t *json_hook(const struct hook *h)
{
    char events[HOOK_EVENTS_LEN + 1], made[CLOCK_TEXT_MAX], changed[CLOCK_TEXT_MAX];
    wordset_text(events, sizeof(events), hook_words, h->events);
    clock_rfc3339(made, h->created_at);
    clock_rfc3339(changed, h->changed_at);
    return json_pack("{s:s,s:s,s:s,s:s,s:b,s:s,s:s,s:s,s:I}", "webhook", h->public_id, "name",
                     h->name, "url", h->url, "events", events, "active", (int)h->active, "made_by",
                     h->made_by, "created_at", made, "changed_at", changed, "version",
                     (json_int_t)h->version);
}

static void answer_hook(struct request *rq, const struct hook *h)
{
    answer_tag(rq, h->version);
    rq->answer.body = json_hook(h);
}

static void list_hook(void *arg, const struct hook *h)
{
    (void)json_array_append_new((json_t *)arg, json_hook(h));
}

static enum err hooks_get(struct request *rq)
{
    json_t *list = json_array(), *events = json_array();
    enum err e = hook_list(rq->db, list_hook, list);
    for (size_t i = 0; i < HOOK_EVENTS; i++)
        (void)json_array_append_new(events, json_string(hook_words[i]));
    bool inner = ((const struct api *)rq->app)->cfg.conf->hooks_private != 0;
    rq->answer.body =
        json_pack("{s:o,s:o,s:b}", "webhooks", list, "events", events, "private", (int)inner);
    return e;
}

static enum err hook_read(struct request *rq)
{
    struct hook h;
    enum err e = hook_get(rq->db, &h, rq->args[0]);
    if (e == ERR_OK)
        answer_hook(rq, &h);
    return e;
}

/* ---- making and changing ----------------------------------------------------------------------
 */

struct in_hook {
    char name[HOOK_NAME_LEN + 1], url[HOOK_URL_LEN + 1], events[HOOK_EVENTS_LEN + 1];
    bool active;
};
static const struct field f_hook[] = {
    FIELD_TEXT(struct in_hook, name, 1), FIELD_TEXT(struct in_hook, url, 1),
    FIELD_TEXT(struct in_hook, events, 1), FIELD_BOOL(struct in_hook, active)};
static const struct shape s_hook = SHAPE(struct in_hook, f_hook);

static enum err take_fields(struct request *rq, struct hook *h)
{
    const struct in_hook *in = (const struct in_hook *)rq->in;
    if (!fetch_plain(in->url))
        return answer_error(rq, ERR_INVAL,
                            "url: must be https://, or http:// on this machine, without a login");
    if (wordset_parse(&h->events, hook_words, in->events) != ERR_OK)
        return answer_error(rq, ERR_INVAL, "events: names one that there is not");
    COPY(h->name, in->name);
    COPY(h->url, in->url);
    h->active = in->active;
    return ERR_OK;
}

static enum err answer_secret(struct request *rq, const struct hook *h)
{
    answer_hook(rq, h);
    (void)json_object_set_new(rq->answer.body, "secret", json_string(h->secret));
    return ERR_OK;
}

static enum err hooks_post(struct request *rq)
{
    struct hook h = {.id = 0};
    enum err e = take_fields(rq, &h);
    if (e != ERR_OK)
        return e;
    COPY(h.made_by, caller_of(rq)->name);
    e = hook_add(rq->db, key_of(rq), &h, rq->now_ms);
    if (e == ERR_LIMIT)
        return answer_error(rq, ERR_CONFLICT, "There are too many. Remove what is not used.");
    if (e == ERR_OK)
        e = audit_caller(rq, "webhook.add", h.public_id, h.url);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    return answer_secret(rq, &h);
}

/* The subscription of the path as it was seen; else the answer is filled. */
static enum err seen_hook(struct request *rq, struct hook *h)
{
    enum err e = hook_get(rq->db, h, rq->args[0]);
    if (e == ERR_OK)
        e = match_version(rq, h->version);
    if (e == ERR_CONFLICT)
        tell_current(rq, json_hook(h));
    return e;
}

static enum err hook_put(struct request *rq)
{
    struct hook h;
    enum err e = seen_hook(rq, &h);
    if (e == ERR_OK)
        e = take_fields(rq, &h);
    if (e == ERR_OK)
        e = hook_edit(rq->db, &h, rq->now_ms);
    if (e == ERR_OK && !h.active)
        e = outbox_withdraw_lane(rq->db, OUTBOX_HOOK, h.public_id, "switched off", rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "webhook.edit", h.public_id, h.url);
    if (e == ERR_OK)
        answer_hook(rq, &h);
    return e;
}

static enum err secret_post(struct request *rq)
{
    struct hook h;
    enum err e = hook_get(rq->db, &h, rq->args[0]);
    if (e == ERR_OK)
        e = hook_secret_renew(rq->db, key_of(rq), &h, rq->now_ms);
    if (e == ERR_OK)
        e = audit_caller(rq, "webhook.secret", h.public_id, "");
    return e == ERR_OK ? answer_secret(rq, &h) : e;
}

static enum err hook_delete(struct request *rq)
{
    enum err e = hook_remove(rq->db, rq->args[0], rq->now_ms);
    if (e == ERR_OK)
        e = outbox_withdraw_lane(rq->db, OUTBOX_HOOK, rq->args[0], "removed", rq->now_ms);
    return e == ERR_OK ? audit_caller(rq, "webhook.remove", rq->args[0], "") : e;
}

/* ---- what became of it ------------------------------------------------------------------------
 */

static json_t *json_time(int64_t at)
{
    char text[CLOCK_TEXT_MAX];
    clock_rfc3339(text, at);
    return at != 0 ? json_string(text) : json_null();
}

static json_t *json_delivery(const struct stmt *s)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:I,s:o,s:o,s:o,s:s,s:b}", "delivery", db_text(s, 0),
                     "event", db_text(s, 1), "about", db_text(s, 2), "state", db_text(s, 3),
                     "attempts", (json_int_t)db_i64(s, 4), "created_at", json_time(db_i64(s, 5)),
                     "changed_at", json_time(db_i64(s, 6)), "next_at", json_time(db_i64(s, 7)),
                     "error", db_text(s, 8), "again", (int)(db_i64(s, 9) != 0));
}

static enum err deliveries_get(struct request *rq)
{
    struct hook h;
    int64_t before = 0, last = 0;
    enum err e = hook_get(rq->db, &h, rq->args[0]);
    if (e == ERR_OK && !query_number(rq, "before", &before))
        e = answer_error(rq, ERR_INVAL, "before: must be `next` of the page before.");
    if (e != ERR_OK)
        return e;
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_WEBHOOK_DELIVERIES);
    db_bind_text(&s, ":lane", h.public_id);
    db_bind_i64(&s, ":before", before > 0 ? before : INT64_MAX);
    db_bind_i64(&s, ":limit", PAGE + 1);
    bool more = false;
    while (!more && db_row(&s)) {
        more = json_array_size(list) == PAGE;
        if (more)
            break;
        last = db_i64(&s, 10);
        (void)json_array_append_new(list, json_delivery(&s));
    }
    rq->answer.body = json_pack("{s:o,s:o}", "deliveries", list, "next",
                                more ? json_integer((json_int_t)last) : json_null());
    return s.err;
}

static enum err is_of(struct request *rq)
{
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_WEBHOOK_DELIVERY);
    db_bind_text(&s, ":public_id", rq->args[1]);
    db_bind_text(&s, ":lane", rq->args[0]);
    if (!db_row(&s))
        return s.err ? s.err : ERR_NOENT;
    return ERR_OK;
}

static enum err retry_post(struct request *rq)
{
    const struct conf *c = ((const struct api *)rq->app)->cfg.conf;
    enum err e = is_of(rq);
    if (e == ERR_OK)
        e = outbox_retry(rq->db, rq->args[1], rq->now_ms + c->delivery_hours * HOUR_MS, rq->now_ms);
    if (e == ERR_GONE)
        return answer_error(rq, ERR_CONFLICT, "It was delivered, or what it said is gone.");
    if (e == ERR_CONFLICT)
        return answer_error(rq, e, "It is to be sent already.");
    return e == ERR_OK ? audit_caller(rq, "webhook.retry", rq->args[0], rq->args[1]) : e;
}

static enum err ping_post(struct request *rq)
{
    struct hook h;
    const struct events ev = request_events(rq);
    enum err e = hook_open(rq->db, key_of(rq), &h, rq->args[0]);
    if (e == ERR_CRYPTO)
        return answer_error(rq, ERR_CONFLICT, "Its secret cannot be read. Make another.");
    if (e == ERR_OK)
        e = event_ping(&ev, &h);
    return e == ERR_OK ? audit_caller(rq, "webhook.ping", h.public_id, "") : e;
}

// clang-format off
const struct route hook_routes[] = {
    {M_GET, "/api/v1/webhooks", ON_READ, ACT_ACCOUNTS_READ, NULL, hooks_get, {200, &o_webhook_list}},
    {M_POST, "/api/v1/webhooks", ON_WRITE, ACT_ACCOUNTS, &s_hook, hooks_post,
     {201, &o_webhook_made, .flags = REPLY_SECRET | REPLY_TAGGED, .also = "409"}},
    {M_GET, "/api/v1/webhooks/{id}", ON_READ, ACT_ACCOUNTS_READ, NULL, hook_read,
     {200, &o_webhook, .flags = REPLY_TAGGED}},
    {M_PUT, "/api/v1/webhooks/{id}", ON_WRITE, ACT_ACCOUNTS, &s_hook, hook_put,
     {200, &o_webhook, .flags = REPLY_TAGGED | REPLY_MATCH}},
    {M_DELETE, "/api/v1/webhooks/{id}", ON_WRITE, ACT_ACCOUNTS, NULL, hook_delete, {204}},
    {M_POST, "/api/v1/webhooks/{id}/secret", ON_WRITE, ACT_ACCOUNTS, NULL, secret_post,
     {200, &o_webhook_made, .flags = REPLY_SECRET | REPLY_TAGGED}},
    {M_POST, "/api/v1/webhooks/{id}/ping", ON_WRITE, ACT_ACCOUNTS, NULL, ping_post, {204, .also = "409"}},
    {M_GET, "/api/v1/webhooks/{id}/deliveries", ON_READ, ACT_ACCOUNTS_READ, NULL, deliveries_get,
     {200, &o_webhook_deliveries, .query = q_tokens}},
    {M_POST, "/api/v1/webhooks/{id}/deliveries/{delivery}/retry", ON_WRITE, ACT_ACCOUNTS, NULL, retry_post,
     {204, .also = "409"}},
};
// clang-format on
const size_t hook_routes_n = sizeof(hook_routes) / sizeof(hook_routes[0]);
