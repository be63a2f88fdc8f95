/* Address values. */
#include "net/addr.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

enum err addr_parse(struct addr *out, const char *text, uint16_t port)
{
    struct addr a = {0};
    if (inet_pton(AF_INET, text, &a.u.v4.sin_addr) == 1) {
        a.u.v4.sin_family = AF_INET;
        a.len = sizeof(a.u.v4);
    } else if (inet_pton(AF_INET6, text, &a.u.v6.sin6_addr) == 1) {
        a.u.v6.sin6_family = AF_INET6;
        a.len = sizeof(a.u.v6);
    } else {
        return ERR_INVAL;
    }
    addr_set_port(&a, port);
    *out = a;
    return ERR_OK;
}

bool addr_is_v6(const struct addr *a)
{
    return a->u.sa.sa_family == AF_INET6;
}

uint16_t addr_port(const struct addr *a)
{
    return ntohs(addr_is_v6(a) ? a->u.v6.sin6_port : a->u.v4.sin_port);
}

void addr_set_port(struct addr *a, uint16_t port)
{
    if (addr_is_v6(a))
        a->u.v6.sin6_port = htons(port);
    else
        a->u.v4.sin_port = htons(port);
}

bool addr_same_host(const struct addr *a, const struct addr *b)
{
    if (a->u.sa.sa_family != b->u.sa.sa_family)
        return false;
    if (!addr_is_v6(a))
        return a->u.v4.sin_addr.s_addr == b->u.v4.sin_addr.s_addr;
    return memcmp(&a->u.v6.sin6_addr, &b->u.v6.sin6_addr, sizeof(a->u.v6.sin6_addr)) == 0;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
    return addr_same_host(a, b) && addr_port(a) == addr_port(b);
}

uint32_t addr_hash(const struct addr *a)
{
    uint32_t w[4] = {0};
    uint32_t h = addr_port(a) * 2654435761u;
    if (addr_is_v6(a))
        memcpy(w, &a->u.v6.sin6_addr, sizeof(w));
    else
        w[0] = a->u.v4.sin_addr.s_addr;
    for (int i = 0; i < 4; i++)
        h = (h ^ w[i]) * 0x9E3779B1u;
    return h ^ h >> 15;
}

void addr_host(char out[ADDR_TEXT_MAX], const struct addr *a)
{
    const void *at = addr_is_v6(a) ? (const void *)&a->u.v6.sin6_addr : &a->u.v4.sin_addr;
    if (inet_ntop(a->u.sa.sa_family, at, out, ADDR_TEXT_MAX) == NULL)
        (void)snprintf(out, ADDR_TEXT_MAX, "?");
}

static bool usable(const struct ifaddrs *i)
{
    if (i->ifa_addr == NULL || !(i->ifa_flags & IFF_UP))
        return false;
    if (i->ifa_addr->sa_family == AF_INET)
        return true;
    struct sockaddr_in6 v6;
    if (i->ifa_addr->sa_family != AF_INET6)
        return false;
    memcpy(&v6, i->ifa_addr, sizeof(v6));
    return !IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
}

static size_t collect(struct addr *out, size_t n, const struct ifaddrs *all, bool loopback)
{
    for (const struct ifaddrs *i = all; i != NULL && n < ADDR_LOCAL_MAX; i = i->ifa_next) {
        if (!usable(i) || ((i->ifa_flags & IFF_LOOPBACK) != 0) != loopback)
            continue;
        struct addr a = {.len =
                             i->ifa_addr->sa_family == AF_INET ? sizeof(a.u.v4) : sizeof(a.u.v6)};
        memcpy(&a.u, i->ifa_addr, a.len);
        out[n++] = a;
    }
    return n;
}

size_t addr_local(struct addr out[ADDR_LOCAL_MAX])
{
    struct ifaddrs *all = NULL;
    if (getifaddrs(&all) != 0)
        return 0;
    size_t n = collect(out, collect(out, 0, all, false), all, true);
    freeifaddrs(all);
    return n;
}
