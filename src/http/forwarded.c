/* Read from the right: there stands what our own proxy wrote. */
#include "http/forwarded.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* Sixteen bytes, IPv4 as ::ffff:a.b.c.d. */
static bool canonical(struct in6_addr *out, const char *text, size_t len)
{
    char one[FORWARDED_CLIENT_MAX];
    struct in_addr v4;
    if (len == 0 || len >= sizeof(one) || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(one, text, len);
    one[len] = '\0';
    if (inet_pton(AF_INET6, one, out) == 1)
        return true;
    if (inet_pton(AF_INET, one, &v4) != 1)
        return false;
    *out = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(&out->s6_addr[12], &v4, sizeof(v4));
    return true;
}

static bool listed(const char *list, const struct in6_addr *a)
{
    for (const char *p = list + strspn(list, ", "); *p != '\0'; p += strspn(p, ", ")) {
        struct in6_addr one;
        size_t n = strcspn(p, ", ");
        if (canonical(&one, p, n) && memcmp(&one, a, sizeof(one)) == 0)
            return true;
        p += n;
    }
    return false;
}

bool forwarded_trusts(const char *list, const char *address)
{
    struct in6_addr a;
    return canonical(&a, address, strlen(address)) && listed(list, &a);
}

static void print(char out[FORWARDED_CLIENT_MAX], const struct in6_addr *a)
{
    if (IN6_IS_ADDR_V4MAPPED(a))
        (void)inet_ntop(AF_INET, &a->s6_addr[12], out, FORWARDED_CLIENT_MAX);
    else
        (void)inet_ntop(AF_INET6, a, out, FORWARDED_CLIENT_MAX);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void forwarded_client(char out[FORWARDED_CLIENT_MAX], const char *trusted, const char *peer,
                      const char *header, size_t len)
{
    struct in6_addr a, found;
    bool any = false;
    (void)snprintf(out, FORWARDED_CLIENT_MAX, "%s", peer);
    if (!forwarded_trusts(trusted, peer))
        return;
    for (size_t end = len; end > 0;) {
        size_t begin = end;
        while (begin > 0 && header[begin - 1] != ',')
            begin--;
        size_t from = begin, to = end;
        while (from < to && is_blank(header[from]))
            from++;
        while (to > from && is_blank(header[to - 1]))
            to--;
        if (!canonical(&a, header + from, to - from))
            break; /* What is left of it was not written by our proxy. */
        found = a;
        any = true;
        if (!listed(trusted, &a))
            break;
        end = begin > 0 ? begin - 1 : 0;
    }
    if (any)
        print(out, &found);
}
