/* WHIP (RFC 9725) to publish, WHEP of the same shape to watch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http.h"
#include "options.h"
#include "signalling.h"
#include "util.h"

struct resource {
    char url[1024], etag[256];
};

static int number_of(const char *t, const struct peer *p)
{
    if (strncmp(t, "{room}", 6) == 0)
        return p->room;
    if (strncmp(t, "{pub}", 5) == 0)
        return p->publisher;
    return strncmp(t, "{sub}", 5) == 0 ? p->subscriber : -1;
}

static void expand(const char *t, const struct peer *p, char *out, size_t cap)
{
    size_t at = 0;
    while (*t != '\0' && at + 12 < cap) {
        int v = *t == '{' ? number_of(t, p) : -1;
        if (v < 0) {
            out[at++] = *t++;
            continue;
        }
        at += (size_t)snprintf(out + at, cap - at, "%d", v);
        t += strcspn(t, "}") + 1;
    }
    out[at] = '\0';
}

static bool trickle(struct peer *p, const struct resource *r, char *why, size_t cap)
{
    char *fragment = peer_fragment(p);
    struct http_reply reply;
    struct http_request q = {.method = "PATCH",
                             .url = r->url,
                             .type = "application/trickle-ice-sdpfrag",
                             .body = fragment,
                             .if_match = r->etag[0] != '\0' ? r->etag : NULL};
    bool ok = http_call(&q, &reply, why, cap);
    free(fragment);
    if (!ok)
        return false;
    free(reply.body);
    if (reply.status == 204 || reply.status == 200)
        return true;
    (void)snprintf(why, cap, "PATCH: status %ld", reply.status);
    return false;
}

static bool take_answer(struct peer *p, const struct http_reply *reply, char *why, size_t cap)
{
    if (reply->status != 201) {
        (void)snprintf(why, cap, "POST: status %ld: %.120s", reply->status, reply->body);
        return false;
    }
    struct resource *r = (struct resource *)must_zalloc(1, sizeof(*r));
    (void)snprintf(r->url, sizeof(r->url), "%s", reply->location);
    (void)snprintf(r->etag, sizeof(r->etag), "%s", reply->etag);
    p->sig = r;
    if (!peer_set_answer(p, reply->body)) {
        (void)snprintf(why, cap, "%s", p->error);
        return false;
    }
    return !opt.trickle || trickle(p, r, why, cap);
}

static bool exchange(const char *pattern, struct peer *p, char *why, size_t cap)
{
    char url[1024];
    struct http_reply reply;
    if (pattern == NULL) {
        (void)snprintf(why, cap, "no URL given");
        return false;
    }
    expand(pattern, p, url, sizeof(url));
    char *offer = peer_offer(p);
    struct http_request q = {
        .method = "POST", .url = url, .type = "application/sdp", .body = offer};
    bool ok = http_call(&q, &reply, why, cap);
    free(offer);
    if (!ok)
        return false;
    ok = take_answer(p, &reply, why, cap);
    free(reply.body);
    return ok;
}

static bool open_nothing(char *why, size_t cap)
{
    (void)why;
    (void)cap;
    return true;
}

static bool publish(struct peer *p, char *why, size_t cap)
{
    return exchange(opt.whip_url, p, why, cap);
}

static bool subscribe(struct peer *p, char *why, size_t cap)
{
    return exchange(opt.whep_url, p, why, cap);
}

static void leave(struct peer *p)
{
    char why[256];
    struct http_reply reply;
    struct resource *r = (struct resource *)p->sig;
    if (r != NULL && r->url[0] != '\0') {
        struct http_request q = {.method = "DELETE", .url = r->url};
        if (http_call(&q, &reply, why, sizeof(why)))
            free(reply.body);
        else
            say(1, "%s", why);
    }
    free(r);
    p->sig = NULL;
}

static void close_nothing(void)
{
}

const struct signalling signalling_whip = {"whip",    open_nothing, publish,
                                           subscribe, leave,        close_nothing};
