/* The adapters for other programs: the utility's gateway, and who has subscribed to events. Both
 * get one signed POST a message. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "http/fetch.h"
#include "post/sender.h"
#include "post/sign.h"
#include "post_priv.h"

enum { HEADER = 160, HEADERS = 5 };

/* ---- the signature ----------------------------------------------------------------------------
 */

enum err post_sign(char out[POST_SIGNATURE_LEN + 1], const char *secret, int64_t at_s,
                   const char *delivery, const char *body)
{
    uint8_t mac[SHA256_LEN];
    size_t cap = strlen(delivery) + strlen(body) + 32;
    char *text = (char *)mem_alloc(cap);
    if (text == NULL)
        return ERR_NOMEM;
    int n = snprintf(text, cap, "%lld.%s.%s", (long long)at_s, delivery, body);
    enum err e = hash_hmac_sha256(mac, secret, strlen(secret), text, (size_t)n);
    mem_free(text);
    if (e != ERR_OK)
        return e;
    (void)snprintf(out, POST_SIGNATURE_LEN + 1, "sha256=");
    hex_text(out + strlen(out), mac, sizeof(mac));
    return ERR_OK;
}

/* ---- one POST ---------------------------------------------------------------------------------
 */

static enum result judge(struct attempt *a, long status)
{
    static const long later[] = {408, 409, 423, 425, 429};
    if (status >= 200 && status < 300)
        return SENT;
    (void)snprintf(a->why, sizeof(a->why), "answered %ld", status);
    for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
        if (status == later[i])
            return AGAIN;
    return status >= 400 && status < 500 ? REFUSED : AGAIN;
}

static enum result post(struct attempt *a, enum fetch_reach reach, const char *url,
                        const char *secret, const char *body)
{
    char signature[POST_SIGNATURE_LEN + 1], lines[HEADERS][HEADER], why[FETCH_WHY] = "";
    const char *headers[HEADERS + 1] = {NULL};
    const char *delivery = a->row->public_id;
    char *answer = NULL;
    long status = 0, wait = 0;
    int64_t at_s = clock_wall_ms() / 1000;
    if (!fetch_may(url)) {
        (void)snprintf(a->why, sizeof(a->why), "neither https nor this machine");
        return REFUSED;
    }
    if (post_sign(signature, secret, at_s, delivery, body) != ERR_OK) {
        (void)snprintf(a->why, sizeof(a->why), "could not be signed");
        return AGAIN;
    }
    (void)snprintf(lines[0], HEADER, "Content-Type: application/json; charset=utf-8");
    (void)snprintf(lines[1], HEADER, "X-Yunjian-Event: %s", a->row->kind);
    (void)snprintf(lines[2], HEADER, "X-Yunjian-Delivery: %s", delivery);
    (void)snprintf(lines[3], HEADER, "X-Yunjian-Timestamp: %lld", (long long)at_s);
    (void)snprintf(lines[4], HEADER, "X-Yunjian-Signature: %s", signature);
    for (size_t i = 0; i < HEADERS; i++)
        headers[i] = lines[i];
    const struct fetch f = {.url = url,
                            .reach = reach,
                            .json = body,
                            .headers = headers,
                            .ca_file = a->post->conf->delivery_ca,
                            .stop = (const atomic_bool *)a->stop,
                            .why = why,
                            .retry_after_s = &wait};
    enum err e = fetch(&answer, &status, &f);
    mem_free(answer);
    a->retry_after_s = wait;
    if (e == ERR_OK)
        return judge(a, status);
    (void)snprintf(a->why, sizeof(a->why), "%s", why);
    return f.stop != NULL && atomic_load(f.stop) ? STOPPED : DOWN;
}

/* ---- the gateway ------------------------------------------------------------------------------
 */

static json_t *meeting_of(const struct post *p, const struct notice *n)
{
    char at[CLOCK_TEXT_MAX];
    clock_rfc3339(at, n->starts_at);
    if (n->meeting[0] == '\0')
        return json_null();
    return json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "id", n->meeting, "kind", n->meeting_kind,
                     "title", n->title, "starts_at", at, "duration_min", (json_int_t)n->minutes,
                     "host_name", n->host, "timezone", p->conf->timezone);
}

static char *gateway_body(const struct attempt *a, const struct notice *n)
{
    char text[SHORT_TEXT], at[CLOCK_TEXT_MAX];
    short_write(a->post, n, text);
    clock_rfc3339(at, a->row->created_at);
    json_t *to = json_pack("{s:s,s:s,s:s}", "name", n->name, "phone", n->phone, "mail", n->mail);
    json_t *o = json_pack("{s:s,s:s,s:s,s:o,s:s,s:s,s:s,s:o,s:s,s:s,s:s}", "delivery",
                          a->row->public_id, "event", a->row->kind, "at", at, "to", to, "language",
                          notice_language(a->post->conf, n) == ENGLISH ? "en" : "zh", "text", text,
                          "link", n->link, "meeting", meeting_of(a->post, n), "project", n->project,
                          "reason", n->reason, "about", n->about);
    char *body = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return body;
}

enum result gateway_send(struct attempt *a)
{
    const struct conf *c = a->post->conf;
    char secret[POST_SECRET_MAX];
    struct notice n;
    if (notice_read(&n, a->body) != ERR_OK) {
        (void)snprintf(a->why, sizeof(a->why), "not understood");
        return REFUSED;
    }
    if (post_secret(secret, c->gateway_secret_file) != ERR_OK) {
        (void)snprintf(a->why, sizeof(a->why), "gateway_secret_file cannot be used");
        return DOWN;
    }
    char *body = gateway_body(a, &n);
    if (body == NULL) {
        (void)snprintf(a->why, sizeof(a->why), "no memory");
        return AGAIN;
    }
    enum result r = post(a, FETCH_ANYWHERE, c->gateway_url, secret, body);
    free(body);
    return r;
}

/* ---- who has subscribed -----------------------------------------------------------------------
 */

enum result hook_send(struct attempt *a)
{
    struct outbox_hook h;
    if (!outbox_hook_open(a->body, &h)) {
        (void)snprintf(a->why, sizeof(a->why), "not understood");
        return REFUSED;
    }
    enum fetch_reach reach = a->post->conf->hooks_private != 0 ? FETCH_INNER : FETCH_OUTER;
    enum result r = post(a, reach, h.url, h.secret, h.body);
    return r == DOWN ? AGAIN : r; /* It says nothing about the others. */
}

enum err post_try_gateway(const struct post *p, char why[CONF_WHY])
{
    char *answer = NULL, reason[FETCH_WHY] = "";
    long status = 0;
    const struct fetch f = {
        .url = p->conf->gateway_url, .ca_file = p->conf->delivery_ca, .why = reason};
    enum err e = fetch(&answer, &status, &f);
    mem_free(answer);
    (void)snprintf(why, CONF_WHY, "%s", reason);
    return e == ERR_OK ? ERR_OK : ERR_NOENT;
}
