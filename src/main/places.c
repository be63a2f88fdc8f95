/* Which addresses the server listens on, announces and puts into links. */
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "main_priv.h"

static bool is_loopback(const struct addr *a)
{
    if (addr_is_v6(a))
        return IN6_IS_ADDR_LOOPBACK(&a->u.v6.sin6_addr);
    return (ntohl(a->u.v4.sin_addr.s_addr) >> 24) == 127;
}

enum err places_announce(const struct conf *c, struct addr out[PLACES_MAX], unsigned *n,
                         char why[CONF_WHY])
{
    char list[CONF_TEXT], *rest = list;
    *n = 0;
    if (c->announce[0] == '\0') {
        *n = (unsigned)addr_local(out);
        return *n > 0 ? ERR_OK : ERR_INVAL;
    }
    (void)snprintf(list, sizeof(list), "%s", c->announce);
    for (char *one = NULL; (one = strsep(&rest, ", ")) != NULL;) {
        if (*one == '\0')
            continue;
        if (*n == PLACES_MAX || addr_parse(&out[*n], one, 0) != ERR_OK) {
            (void)snprintf(why, CONF_WHY,
                           "announce: \"%s\" is not a numeric address, or one too many", one);
            return ERR_INVAL;
        }
        (*n)++;
    }
    return ERR_OK;
}

enum err places_listen(const struct conf *c, uint16_t port, struct addr out[2], unsigned *n)
{
    struct addr probe;
    *n = 1;
    if (c->listen[0] != '\0')
        return addr_parse(&out[0], c->listen, port);
    enum err e = addr_parse(&out[0], "0.0.0.0", port);
    if (e == ERR_OK && addr_parse(&probe, "::", port) == ERR_OK &&
        access("/proc/net/if_inet6", R_OK) == 0)
        out[(*n)++] = probe;
    return e;
}

void places_url(const struct conf *c, char out[CONF_TEXT + 32])
{
    struct addr a[PLACES_MAX];
    char host[ADDR_TEXT_MAX] = "127.0.0.1", why[CONF_WHY];
    unsigned n = 0;
    if (c->public_url[0] != '\0') {
        (void)snprintf(out, CONF_TEXT + 32, "%s", c->public_url);
        return;
    }
    if (c->listen[0] != '\0' && strcmp(c->listen, "0.0.0.0") != 0 && strcmp(c->listen, "::") != 0)
        (void)snprintf(host, sizeof(host), "%.63s", c->listen);
    else if (places_announce(c, a, &n, why) == ERR_OK && n > 0 && !is_loopback(&a[0]))
        addr_host(host, &a[0]);
    bool v6 = strchr(host, ':') != NULL;
    (void)snprintf(out, CONF_TEXT + 32, "https://%s%s%s:%lld", v6 ? "[" : "", host, v6 ? "]" : "",
                   (long long)c->https_port);
}

void places_cert_names(char *out, size_t cap)
{
    struct addr a[ADDR_LOCAL_MAX];
    char host[ADDR_TEXT_MAX];
    size_t n = addr_local(a);
    size_t at = (size_t)snprintf(out, cap, "DNS:localhost");
    if (gethostname(host, sizeof(host)) == 0 && host[0] != '\0' && at < cap)
        at += (size_t)snprintf(out + at, cap - at, ",DNS:%.60s", host);
    for (size_t i = 0; i < n && at < cap; i++) {
        addr_host(host, &a[i]);
        at += (size_t)snprintf(out + at, cap - at, ",IP:%s", host);
    }
}

void places_packager(const struct conf *c, char out[CONF_TEXT])
{
    char self[CONF_TEXT - 32];
    (void)snprintf(out, CONF_TEXT, "%s", c->packager);
    if (out[0] != '\0')
        return;
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[n > 0 ? n : 0] = '\0';
    (void)snprintf(out, CONF_TEXT, "%s/yunjian-packager", dirname(self));
}
