#include "stun.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "util.h"

enum {
    HEAD = 20,
    MAC_LEN = 20,
    A_USERNAME = 6,
    A_INTEGRITY = 8,
    A_ERROR = 9,
    A_XOR_ADDRESS = 0x20,
    A_PRIORITY = 0x24,
    A_USE_CANDIDATE = 0x25,
    A_FINGERPRINT = 0x8028,
    A_CONTROLLED = 0x8029,
    A_CONTROLLING = 0x802A,
};
static const uint32_t COOKIE = 0x2112A442u, FINGERPRINT_XOR = 0x5354554Eu;

static uint32_t crc32_ieee(const uint8_t *p, size_t n)
{
    uint32_t c = ~0u;
    while (n-- > 0) {
        c ^= *p++;
        for (int k = 0; k < 8; k++)
            c = c >> 1 ^ (0xEDB88320u & (0u - (c & 1u)));
    }
    return ~c;
}

static size_t attribute(uint8_t *m, size_t at, uint32_t type, const void *v, size_t n)
{
    put16(m + at, type);
    put16(m + at + 2, (uint32_t)n);
    if (n > 0)
        memcpy(m + at + 4, v, n);
    for (size_t i = n; (i & 3) != 0; i++)
        m[at + 4 + i] = 0;
    return at + 4 + ((n + 3) & ~(size_t)3);
}

static void mac(const uint8_t *m, size_t n, const char *key, uint8_t out[MAC_LEN])
{
    unsigned len = MAC_LEN;
    (void)HMAC(EVP_sha1(), key, (int)strlen(key), m, n, out, &len);
}

static size_t begin(uint8_t *m, uint32_t type, const uint8_t *tid)
{
    put16(m, type);
    put16(m + 2, 0);
    put32(m + 4, COOKIE);
    memcpy(m + 8, tid, 12);
    return HEAD;
}

static size_t finish(uint8_t *m, size_t at, const char *password)
{
    uint8_t h[MAC_LEN], f[4];
    put16(m + 2, (uint32_t)(at - HEAD + 4 + MAC_LEN));
    mac(m, at, password, h);
    at = attribute(m, at, A_INTEGRITY, h, MAC_LEN);
    put16(m + 2, (uint32_t)(at - HEAD + 8));
    put32(f, crc32_ieee(m, at) ^ FINGERPRINT_XOR);
    return attribute(m, at, A_FINGERPRINT, f, 4);
}

size_t stun_request(uint8_t *m, const struct stun_check *c)
{
    uint8_t v[8];
    size_t at = begin(m, STUN_REQUEST, c->tid);
    at = attribute(m, at, A_USERNAME, c->username, strlen(c->username));
    put32(v, c->priority);
    at = attribute(m, at, A_PRIORITY, v, 4);
    put64(v, c->tie_breaker);
    at = attribute(m, at, c->controlling ? A_CONTROLLING : A_CONTROLLED, v, 8);
    if (c->nominate)
        at = attribute(m, at, A_USE_CANDIDATE, NULL, 0);
    return finish(m, at, c->password);
}

size_t stun_success(uint8_t *m, const uint8_t *tid, const struct addr *from, const char *password)
{
    uint8_t v[20] = {0, 1}, mask[16];
    size_t at = begin(m, STUN_SUCCESS, tid), n = 4;
    put32(mask, COOKIE);
    memcpy(mask + 4, tid, 12);
    if (addr_is_v6(from)) {
        v[1] = 2;
        n = 16;
        memcpy(v + 4, &from->u.v6.sin6_addr, 16);
    } else {
        memcpy(v + 4, &from->u.v4.sin_addr, 4);
    }
    put16(v + 2, addr_port(from) ^ (COOKIE >> 16));
    for (size_t i = 0; i < n; i++)
        v[4 + i] ^= mask[i];
    at = attribute(m, at, A_XOR_ADDRESS, v, 4 + n);
    return finish(m, at, password);
}

static bool take_attribute(const uint8_t *p, size_t at, struct stun_msg *m)
{
    uint16_t type = get16(p + at), len = get16(p + at + 2);
    const uint8_t *v = p + at + 4;
    if (type == A_INTEGRITY && len == MAC_LEN)
        m->integrity_at = at;
    else if (type == A_ERROR && len >= 4)
        m->error = v[2] * 100 + v[3];
    else if (type == A_USE_CANDIDATE)
        m->use_candidate = true;
    else if (type == A_FINGERPRINT)
        return len == 4 && get32(v) == (crc32_ieee(p, at) ^ FINGERPRINT_XOR);
    return true;
}

bool stun_parse(const uint8_t *p, size_t n, struct stun_msg *m)
{
    memset(m, 0, sizeof(*m));
    if (n < HEAD || (p[0] & 0xC0) != 0 || get32(p + 4) != COOKIE ||
        (size_t)get16(p + 2) + HEAD != n || (n & 3) != 0)
        return false;
    m->type = get16(p);
    m->tid = p + 8;
    for (size_t at = HEAD; at + 4 <= n;) {
        size_t len = get16(p + at + 2);
        if (at + 4 + len > n || !take_attribute(p, at, m))
            return false;
        at += 4 + ((len + 3) & ~(size_t)3);
    }
    return true;
}

bool stun_verify(const uint8_t *p, const struct stun_msg *m, const char *password)
{
    uint8_t copy[2048], h[MAC_LEN];
    if (m->integrity_at == 0 || m->integrity_at > sizeof(copy))
        return false;
    memcpy(copy, p, m->integrity_at);
    put16(copy + 2, (uint32_t)(m->integrity_at - HEAD + 4 + MAC_LEN));
    mac(copy, m->integrity_at, password, h);
    return memcmp(h, p + m->integrity_at + 4, MAC_LEN) == 0;
}
