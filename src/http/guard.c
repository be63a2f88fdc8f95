/* What libwebsockets does not check by itself, and the headers that every answer carries. */
#include <stdio.h>
#include <string.h>

#include "http/forwarded.h"
#include "http_priv.h"

static void peer_of(struct lws *wsi, char out[FORWARDED_CLIENT_MAX])
{
    if (lws_get_peer_simple(wsi, out, FORWARDED_CLIENT_MAX) == NULL)
        (void)snprintf(out, FORWARDED_CLIENT_MAX, "?");
}

static const char *proxies(const struct http *h)
{
    return h->cfg.trusted != NULL ? h->cfg.trusted : "";
}

void guard_client(struct http *h, struct lws *wsi, char out[FORWARDED_CLIENT_MAX])
{
    char peer[FORWARDED_CLIENT_MAX], header[1024];
    peer_of(wsi, peer);
    int n = lws_hdr_copy(wsi, header, sizeof(header), WSI_TOKEN_X_FORWARDED_FOR);
    forwarded_client(out, proxies(h), peer, header, n > 0 ? (size_t)n : 0);
}

static uint32_t hash_text(const char *s)
{
    uint32_t h = 2166136261u;
    for (; *s != '\0'; s++)
        h = (h ^ (uint8_t)*s) * 16777619u;
    return h | 1u;
}

/* Addresses share a slot when their hashes do: then they share the limit, which only makes it
 * stricter. */
bool guard_arrive(struct http *h, struct lws *wsi)
{
    char client[FORWARDED_CLIENT_MAX];
    peer_of(wsi, client);
    uint32_t *n = &h->per_address[hash_text(client) % ADDRESSES];
    /* A proxy speaks for many. */
    bool local = forwarded_trusts(proxies(h), client) || strncmp(client, "127.", 4) == 0 ||
                 strncmp(client, "::ffff:127.", 11) == 0 || strcmp(client, "::1") == 0;
    if (h->connections >= CONNECTIONS_MAX || (!local && *n >= PER_ADDRESS_MAX))
        return false;
    ++*n;
    h->connections++;
    lws_set_opaque_user_data(wsi, n);
    return true;
}

/* When it is told that a connection has gone, its address can no longer be asked for. */
void guard_leave(struct http *h, struct lws *wsi)
{
    uint32_t *n = (uint32_t *)lws_get_opaque_user_data(wsi);
    if (n == NULL)
        return;
    --*n;
    h->connections--;
    lws_set_opaque_user_data(wsi, NULL);
}

void guard_trust(struct http *h, struct lws *wsi)
{
    uint32_t *n = (uint32_t *)lws_get_opaque_user_data(wsi);
    if (n == NULL || n == &h->trusted)
        return;
    --*n;
    h->trusted++;
    lws_set_opaque_user_data(wsi, &h->trusted);
}

bool guard_host_ok(struct lws *wsi, char *host, size_t cap)
{
    int n = lws_hdr_copy(wsi, host, (int)cap, WSI_TOKEN_HOST);
    if (n <= 0)
        return false;
    for (const char *p = host; *p != '\0'; p++)
        if (strchr(" /\\@\"'<>", *p) != NULL)
            return false;
    return true;
}

bool guard_upgrade_ok(struct http *h, struct lws *wsi)
{
    char host[256], origin[300], want[300], path[200], version[8];
    if (!guard_host_ok(wsi, host, sizeof(host)))
        return false;
    if (lws_hdr_copy(wsi, path, sizeof(path), WSI_TOKEN_GET_URI) <= 0 ||
        strcmp(path, h->cfg.ws_path) != 0)
        return false;
    if (lws_hdr_copy(wsi, version, sizeof(version), WSI_TOKEN_VERSION) <= 0 ||
        strcmp(version, "13") != 0)
        return false;
    if (lws_hdr_copy(wsi, origin, sizeof(origin), WSI_TOKEN_ORIGIN) <= 0)
        return false;
    (void)snprintf(want, sizeof(want), "https://%s", host);
    return strcmp(origin, want) == 0;
}

static const struct {
    const char *name, *value;
} fixed[] = {
    {"strict-transport-security:", "max-age=31536000"},
    {"x-content-type-options:", "nosniff"},
    {"cross-origin-opener-policy:", "same-origin"},
    {"referrer-policy:", "no-referrer"},
    {"permissions-policy:",
     "camera=(self), microphone=(self), geolocation=(self), display-capture=(self)"},
};

static int put(struct lws *wsi, const char *name, const char *value, uint8_t **p, uint8_t *end)
{
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name,
                                       (const unsigned char *)value, (int)strlen(value), p, end);
}

int guard_headers(struct http *h, struct lws *wsi, uint8_t **p, uint8_t *end)
{
    for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
        if (put(wsi, fixed[i].name, fixed[i].value, p, end) != 0)
            return -1;
    return put(wsi, "content-security-policy:", h->csp, p, end);
}
