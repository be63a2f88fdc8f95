/* Janus' videoroom plugin over its HTTP API: one session with one handle per peer connection. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/random.h"
#include "http.h"
#include "options.h"
#include "signalling.h"
#include "util.h"

enum { ROOM_BASE = 100000, TRANSACTION = 12 };

struct handle {
    json_int_t session, id;
};
static struct handle admin;
static int room_base;

static json_t *member(json_t *o, const char *a, const char *b)
{
    return json_object_get(json_object_get(o, a), b);
}

static bool request(const char *url, json_t *msg, struct http_reply *r, char *why, size_t cap)
{
    char id[TRANSACTION + 1];
    struct http_request q = {.method = "GET", .url = url};
    if (msg == NULL)
        return http_call(&q, r, why, cap);
    random_hex(id, TRANSACTION);
    (void)json_object_set_new(msg, "transaction", json_string(id));
    char *body = json_dumps(msg, JSON_COMPACT);
    json_decref(msg);
    q.method = "POST";
    q.type = "application/json";
    q.body = body;
    bool ok = http_call(&q, r, why, cap);
    free(body);
    return ok;
}

/* One request; its answer, or NULL. Takes msg; NULL: asks for events. */
static json_t *call(const char *url, json_t *msg, char *why, size_t cap)
{
    struct http_reply r;
    if (!request(url, msg, &r, why, cap))
        return NULL;
    json_t *reply = json_loads(r.body, 0, NULL);
    free(r.body);
    const char *kind = json_string_value(json_object_get(reply, "janus"));
    if (kind != NULL && strcmp(kind, "error") != 0)
        return reply;
    const char *reason = json_string_value(member(reply, "error", "reason"));
    (void)snprintf(why, cap, "Janus: %s", reason != NULL ? reason : "unreadable reply");
    json_decref(reply);
    return NULL;
}

static json_int_t id_of(json_t *reply)
{
    json_int_t id = json_integer_value(member(reply, "data", "id"));
    json_decref(reply);
    return id;
}

static bool attach(struct handle *h, char *why, size_t cap)
{
    char url[512];
    json_t *r = call(opt.janus_url, json_pack("{ss}", "janus", "create"), why, cap);
    if (r == NULL)
        return false;
    h->session = id_of(r);
    (void)snprintf(url, sizeof(url), "%s/%lld", opt.janus_url, (long long)h->session);
    r = call(url, json_pack("{ssss}", "janus", "attach", "plugin", "janus.plugin.videoroom"), why,
             cap);
    if (r == NULL)
        return false;
    h->id = id_of(r);
    return true;
}

/* The session's events until one is the wanted one, or an error. */
static json_t *await(const struct handle *h, const char *wanted, char *why, size_t cap)
{
    char url[512];
    (void)snprintf(url, sizeof(url), "%s/%lld?maxev=1", opt.janus_url, (long long)h->session);
    for (;;) {
        json_t *r = call(url, NULL, why, cap);
        if (r == NULL)
            return NULL;
        json_t *data = member(r, "plugindata", "data");
        const char *event = json_string_value(json_object_get(data, "videoroom"));
        const char *reason = json_string_value(json_object_get(data, "error"));
        if (reason != NULL) {
            (void)snprintf(why, cap, "videoroom: %s", reason);
            json_decref(r);
            return NULL;
        }
        if (event != NULL && strcmp(event, wanted) == 0)
            return r;
        json_decref(r); /* webrtcup, media, keepalive, other people's news */
    }
}

/* @return the synchronous reply or, when wanted names an event of the videoroom, that event. */
static json_t *message(const struct handle *h, json_t *body, json_t *jsep, const char *wanted,
                       char *why, size_t cap)
{
    char url[512];
    json_t *m = json_pack("{ssso}", "janus", "message", "body", body);
    if (jsep != NULL)
        (void)json_object_set_new(m, "jsep", jsep);
    (void)snprintf(url, sizeof(url), "%s/%lld/%lld", opt.janus_url, (long long)h->session,
                   (long long)h->id);
    json_t *r = call(url, m, why, cap);
    if (r == NULL || wanted == NULL)
        return r;
    json_decref(r);
    return await(h, wanted, why, cap);
}

static bool make_room(int room, char *why, size_t cap)
{
    json_t *body = json_pack("{ss si si sb si ss sb}", "request", "create", "room", room,
                             "publishers", opt.publishers + 1, "permanent", 0, "bitrate", 0,
                             "videocodec", "vp8", "record", 0);
    json_t *r = message(&admin, body, NULL, NULL, why, cap);
    const char *e = json_string_value(json_object_get(member(r, "plugindata", "data"), "error"));
    if (e != NULL)
        (void)snprintf(why, cap, "create room: %s", e);
    bool ok = r != NULL && e == NULL;
    json_decref(r);
    return ok;
}

static bool open_rooms(char *why, size_t cap)
{
    if (!attach(&admin, why, cap))
        return false;
    room_base = ROOM_BASE + (int)(random_u32() % 1000000) * 1000;
    for (int i = 0; i < opt.rooms; i++)
        if (!make_room(room_base + i, why, cap))
            return false;
    return true;
}

static const char *sdp_in(json_t *event)
{
    return json_string_value(member(event, "jsep", "sdp"));
}

static bool publish(struct peer *p, char *why, size_t cap)
{
    struct handle *h = (struct handle *)must_zalloc(1, sizeof(*h));
    p->sig = h;
    if (!attach(h, why, cap))
        return false;
    char *offer = peer_offer(p);
    json_t *body = json_pack("{ss ss si si}", "request", "joinandconfigure", "ptype", "publisher",
                             "room", room_base + p->room, "id", p->publisher + 1);
    json_t *jsep = json_pack("{ssss}", "type", "offer", "sdp", offer);
    json_t *e = message(h, body, jsep, "joined", why, cap);
    free(offer);
    if (e == NULL)
        return false;
    const char *sdp = sdp_in(e);
    bool ok = sdp != NULL && peer_set_answer(p, sdp);
    if (!ok)
        (void)snprintf(why, cap, "%s", sdp != NULL ? p->error : "no answer in the joined event");
    json_decref(e);
    return ok;
}

static bool subscribe(struct peer *p, char *why, size_t cap)
{
    struct handle *h = (struct handle *)must_zalloc(1, sizeof(*h));
    p->sig = h;
    if (!attach(h, why, cap))
        return false;
    json_t *body = json_pack("{ss ss si s[{si}]}", "request", "join", "ptype", "subscriber", "room",
                             room_base + p->room, "streams", "feed", p->publisher + 1);
    json_t *e = message(h, body, NULL, "attached", why, cap);
    if (e == NULL)
        return false;
    const char *sdp = sdp_in(e);
    char *answer = sdp != NULL ? peer_answer(p, sdp) : NULL;
    json_decref(e);
    if (answer == NULL) {
        (void)snprintf(why, cap, "%s", p->error[0] != '\0' ? p->error : "no offer in the event");
        return false;
    }
    peer_start(p); /* Janus may check us as soon as it has the answer */
    e = message(h, json_pack("{ss}", "request", "start"),
                json_pack("{ssss}", "type", "answer", "sdp", answer), "event", why, cap);
    free(answer);
    json_decref(e);
    return e != NULL;
}

static void destroy(const struct handle *h)
{
    char url[512], why[256];
    (void)snprintf(url, sizeof(url), "%s/%lld", opt.janus_url, (long long)h->session);
    json_decref(call(url, json_pack("{ss}", "janus", "destroy"), why, sizeof(why)));
}

static void leave(struct peer *p)
{
    if (p->sig != NULL)
        destroy((const struct handle *)p->sig);
    free(p->sig);
    p->sig = NULL;
}

static void close_rooms(void)
{
    char why[256];
    for (int i = 0; i < opt.rooms; i++)
        json_decref(message(&admin,
                            json_pack("{sssi}", "request", "destroy", "room", room_base + i), NULL,
                            NULL, why, sizeof(why)));
    destroy(&admin);
}

const struct signalling signalling_janus = {"janus",   open_rooms, publish,
                                            subscribe, leave,      close_rooms};
