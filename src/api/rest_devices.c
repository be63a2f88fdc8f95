/* Tokens of WHIP and WHEP: made, listed and revoked by whoever may speak for the meeting, and
 * answers for what its devices send. */
#include <string.h>

#include "db/db.h"
#include "db/sql_gen.h"
#include "meet_priv.h"
#include "outlines_priv.h"

struct in_device {
    char label[NAME_LEN + 1];
    bool publish, view;
    int64_t days;
};
static const struct field f_device[] = {
    FIELD_TEXT(struct in_device, label, 1), FIELD_BOOL(struct in_device, publish),
    FIELD_BOOL(struct in_device, view), FIELD_I64(struct in_device, days, 1, DEVICE_DAYS_MAX)};
static const struct shape s_device = SHAPE(struct in_device, f_device);

static json_t *json_urls(const struct api *a, const struct meeting *m)
{
    char whip[CONF_TEXT + 60], whep[CONF_TEXT + 60];
    (void)snprintf(whip, sizeof(whip), "%s/whip/%s/", a->cfg.public_url, m->public_id);
    (void)snprintf(whep, sizeof(whep), "%s/whep/%s/", a->cfg.public_url, m->public_id);
    return json_pack("{s:s,s:s}", "whip_url", whip, "whep_url", whep);
}

static enum err devices_get(struct request *rq)
{
    struct meeting m;
    enum err e = allowed_meeting(rq, &m, ACT_DEVICES);
    if (e != ERR_OK)
        return e;
    json_t *list = json_array();
    AUTO(db_done) struct stmt s = db_use(rq->db, &SQL_DEVICE_TOKEN_LIST);
    db_bind_i64(&s, ":meeting", m.id);
    while (db_row(&s)) {
        char made[CLOCK_TEXT_MAX], expires[CLOCK_TEXT_MAX];
        bool good = db_i64(&s, 7) == 0 && db_i64(&s, 6) > rq->now_ms;
        clock_rfc3339(made, db_i64(&s, 5));
        clock_rfc3339(expires, db_i64(&s, 6));
        (void)json_array_append_new(
            list, json_pack("{s:s,s:s,s:s,s:b,s:b,s:s,s:s,s:b}", "device", db_text(&s, 0), "label",
                            db_text(&s, 1), "made_by", db_text(&s, 2), "publish",
                            (int)db_i64(&s, 3), "view", (int)db_i64(&s, 4), "created_at", made,
                            "expires_at", expires, "good", (int)good));
    }
    rq->answer.body = json_urls((const struct api *)rq->app, &m);
    (void)json_object_set_new(rq->answer.body, "devices", list);
    return s.err;
}

static enum err devices_post(struct request *rq)
{
    const struct in_device *in = (const struct in_device *)rq->in;
    struct meeting m;
    struct device_token t = {.publish = in->publish,
                             .view = in->view,
                             .expires_at = rq->now_ms + in->days * INT64_C(86400000)};
    char secret[TOKEN_LEN + 1];
    enum err e = allowed_meeting(rq, &m, ACT_DEVICES);
    if (e != ERR_OK)
        return e;
    if (meeting_is_over(&m))
        return answer_over(rq, &m);
    if (!in->publish && !in->view)
        return answer_error(rq, ERR_INVAL, "A token is for publishing, for watching, or both.");
    COPY(t.label, in->label);
    COPY(t.made_by, ((const struct caller *)rq->caller)->name);
    t.account = ((const struct caller *)rq->caller)->account;
    e = device_token_add(rq->db, &t, secret, rq->now_ms);
    if (e == ERR_OK)
        e = device_token_allow(rq->db, t.id, m.id);
    if (e == ERR_OK)
        e = audit_add(rq->db, rq->now_ms, t.made_by, "device.add", t.public_id, rq->client);
    if (e != ERR_OK)
        return e;
    rq->answer.status = 201;
    rq->answer.body = json_urls((const struct api *)rq->app, &m);
    (void)json_object_set_new(rq->answer.body, "device", json_string(t.public_id));
    (void)json_object_set_new(rq->answer.body, "token", json_string(secret));
    return ERR_OK;
}

static void after_revoke(const struct request *rq)
{
    api_device_revoked((struct api *)rq->app, rq->args[1]);
}

static enum err device_delete(struct request *rq)
{
    struct meeting m;
    enum err e = allowed_meeting(rq, &m, ACT_DEVICES);
    if (e == ERR_OK)
        e = device_token_revoke(rq->db, rq->args[1], m.id, rq->now_ms);
    if (e == ERR_OK)
        e = audit_add(rq->db, rq->now_ms, ((const struct caller *)rq->caller)->name,
                      "device.revoke", rq->args[1], rq->client);
    if (e == ERR_OK)
        rq->answer.after = after_revoke;
    return e;
}

// clang-format off
const struct route device_routes[] = {
    {M_GET, "/api/v1/meetings/{id}/devices", ON_READ, ACT_DEVICES, NULL, devices_get, {200, &o_device_tokens}},
    {M_POST, "/api/v1/meetings/{id}/devices", ON_WRITE, ACT_DEVICES, &s_device, devices_post,
     {201, &o_device_made, .flags = REPLY_SECRET, .also = "410"}},
    {M_DELETE, "/api/v1/meetings/{id}/devices/{device}", ON_WRITE, ACT_DEVICES, NULL, device_delete, {204}},
};
// clang-format on
const size_t device_routes_n = sizeof(device_routes) / sizeof(device_routes[0]);
