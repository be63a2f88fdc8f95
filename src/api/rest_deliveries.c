/* Who of a meeting was told what, when and by which way; and which ways there are at all. */
#include <string.h>

#include "domain/outbox.h"
#include "meet_priv.h"
#include "outlines_priv.h"
#include "post/sender.h"

struct post request_post(const struct request *rq)
{
    const struct api *a = (const struct api *)rq->app;
    return (struct post){
        .conf = a->cfg.conf, .secret = a->cfg.secret, .public_url = a->cfg.public_url};
}

static enum err delivery_get(struct request *rq)
{
    const struct conf *c = ((const struct api *)rq->app)->cfg.conf;
    rq->answer.body = json_pack("{s:b,s:b,s:I}", "mail", (int)post_way_there(c, OUTBOX_MAIL),
                                "gateway", (int)post_way_there(c, OUTBOX_GATEWAY),
                                "reminder_minutes", (json_int_t)c->reminder_minutes);
    return ERR_OK;
}

struct listing {
    json_t *list;
    bool host;
};

static void list_one(void *arg, const struct outbox_row *r)
{
    const struct listing *l = (const struct listing *)arg;
    json_t *to =
        r->way == OUTBOX_GATEWAY ? json_phone(r->recipient, l->host) : json_string(r->recipient);
    json_t *o =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:I,s:o,s:o,s:o,s:s,s:b}", "delivery", r->public_id,
                  "about", r->about, "kind", r->kind, "way", outbox_way_text(r->way), "name",
                  r->name, "to", to, "state", r->state, "attempts", (json_int_t)r->attempts,
                  "created_at", json_moment(r->created_at), "changed_at",
                  json_moment(r->changed_at), "next_at", json_moment(r->next_at), "error", r->error,
                  "can_retry", (int)(r->kept && strcmp(r->state, "waiting") != 0));
    (void)json_array_append_new(l->list, o);
}

static enum err deliveries_get(struct request *rq)
{
    struct meeting m;
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_SCHEDULE);
    if (e != ERR_OK)
        return e;
    struct listing l = {json_array(), caller_hosts(caller_of(rq), &m)};
    e = outbox_of_meeting(rq->db, m.public_id, list_one, &l);
    rq->answer.body = json_pack("{s:o}", "deliveries", l.list);
    return e;
}

struct finding {
    const char *id;
    bool there;
};
static void find_one(void *arg, const struct outbox_row *r)
{
    struct finding *f = (struct finding *)arg;
    f->there = f->there || strcmp(r->public_id, f->id) == 0;
}

static enum err delivery_retry(struct request *rq)
{
    struct meeting m;
    struct finding f = {.id = rq->args[1]};
    const struct conf *c = ((const struct api *)rq->app)->cfg.conf;
    enum err e = allowed_meeting(rq, &m, ACT_MEETING_SCHEDULE);
    if (e == ERR_OK)
        e = outbox_of_meeting(rq->db, m.public_id, find_one, &f);
    if (e != ERR_OK)
        return e;
    if (!f.there)
        return answer_error(rq, ERR_GONE, "This meeting has no such message.");
    e = outbox_retry(rq->db, f.id, notice_give_up(c, rq->now_ms), rq->now_ms);
    if (e == ERR_GONE || e == ERR_CONFLICT)
        return answer_error(rq, ERR_CONFLICT,
                            e == ERR_GONE
                                ? "It has been sent, or its content is gone: send a new one."
                                : "It waits already.");
    if (e == ERR_OK)
        e = audit_caller(rq, "delivery.retry", m.public_id, f.id);
    return e;
}

const struct route delivery_routes[] = {
    {M_GET, "/api/v1/delivery", ON_READ, ACT_SELF, NULL, delivery_get, {200, &o_delivery_ways}},
    {M_GET,
     "/api/v1/meetings/{id}/deliveries",
     ON_READ,
     ACT_MEETING_SCHEDULE,
     NULL,
     deliveries_get,
     {200, &o_delivery_list}},
    {M_POST,
     "/api/v1/meetings/{id}/deliveries/{delivery}/retry",
     ON_WRITE,
     ACT_MEETING_SCHEDULE,
     NULL,
     delivery_retry,
     {204, .also = "409 410"}},
};
const size_t delivery_routes_n = sizeof(delivery_routes) / sizeof(delivery_routes[0]);
