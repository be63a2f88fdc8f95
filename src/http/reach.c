/* Classes of addresses, as tables of prefixes: the first that fits says it. */
#include "http/reach.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Addresses of clouds' metadata outside of the link-local range are listed by themselves. */
static const struct {
    uint32_t prefix;
    unsigned bits;
    enum reach reach;
} v4[] = {
    {0xa9fea9fe, 32, REACH_NEVER},  /* 169.254.169.254 */
    {0xa9fe0000, 16, REACH_NEVER},  /* link-local, RFC 3927 */
    {0x646464c8, 32, REACH_NEVER},  /* 100.100.100.200, metadata of a cloud */
    {0xc00000c0, 32, REACH_NEVER},  /* 192.0.0.192, metadata of a cloud */
    {0x00000000, 8, REACH_NEVER},   /* this network */
    {0xe0000000, 4, REACH_NEVER},   /* multicast */
    {0xf0000000, 4, REACH_NEVER},   /* reserved, broadcast */
    {0x7f000000, 8, REACH_PRIVATE}, /* this machine */
    {0x0a000000, 8, REACH_PRIVATE}, /* RFC 1918 */
    {0xac100000, 12, REACH_PRIVATE}, {0xc0a80000, 16, REACH_PRIVATE},
    {0x64400000, 10, REACH_PRIVATE}, /* RFC 6598 */
    {0xc6120000, 15, REACH_PRIVATE}, /* RFC 2544 */
    {0xc0000000, 24, REACH_PRIVATE}, /* RFC 6890 */
};

static const struct {
    uint8_t prefix[16];
    unsigned bits;
    enum reach reach;
} v6[] = {
    {{0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x54}, 128, REACH_NEVER}, /* metadata */
    {{0xfe, 0x80}, 10, REACH_NEVER},   /* link-local */
    {{0xff}, 8, REACH_NEVER},          /* multicast */
    {{0}, 128, REACH_NEVER},           /* none */
    {{[15] = 1}, 128, REACH_PRIVATE},  /* this machine */
    {{0xfc}, 7, REACH_PRIVATE},        /* RFC 4193 */
    {{0xfe, 0xc0}, 10, REACH_PRIVATE}, /* site-local, deprecated */
};

static enum reach reach_v4(uint32_t a)
{
    for (size_t i = 0; i < sizeof(v4) / sizeof(v4[0]); i++)
        if (((a ^ v4[i].prefix) >> (32 - v4[i].bits)) == 0)
            return v4[i].reach;
    return REACH_PUBLIC;
}

static bool has_prefix(const uint8_t *a, const uint8_t *prefix, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return memcmp(a, prefix, whole) == 0 &&
           (rest == 0 || ((a[whole] ^ prefix[whole]) >> (8 - rest)) == 0);
}

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Where an IPv4 address lies within; 0: nowhere. */
static unsigned v4_within(const uint8_t *a)
{
    static const struct {
        uint8_t prefix[12];
        unsigned bits, at;
    } rows[] = {
        {{[10] = 0xff, [11] = 0xff}, 96, 12}, /* ::ffff:0:0/96, mapped */
        {{0, 0x64, 0xff, 0x9b}, 96, 12},      /* 64:ff9b::/96, RFC 6052 */
        {{0x20, 0x02}, 16, 2},                /* 2002::/16, RFC 3056 */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (has_prefix(a, rows[i].prefix, rows[i].bits))
            return rows[i].at;
    return 0;
}

static enum reach reach_v6(const uint8_t *a)
{
    unsigned at = v4_within(a);
    if (at != 0)
        return reach_v4(be32(a + at));
    for (size_t i = 0; i < sizeof(v6) / sizeof(v6[0]); i++)
        if (has_prefix(a, v6[i].prefix, v6[i].bits))
            return v6[i].reach;
    return REACH_PUBLIC;
}

enum reach reach_of(const struct sockaddr *a)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (a->sa_family == AF_INET) {
        memcpy(&in, a, sizeof(in));
        return reach_v4(ntohl(in.sin_addr.s_addr));
    }
    if (a->sa_family != AF_INET6)
        return REACH_NEVER;
    memcpy(&in6, a, sizeof(in6));
    return reach_v6(in6.sin6_addr.s6_addr);
}
