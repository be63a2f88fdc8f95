/* Integrity and fingerprint cover the message with the header's length set as if they were its end.
 */
#include "rtc/stun_auth.h"

#include <string.h>

#include "base/buf.h"
#include "crypto/hash.h"
#include "crypto/random.h"

#define COOKIE 0x2112A442u
enum { ATTR_HEADER = 4, MI_ATTR = ATTR_HEADER + SHA1_LEN, FP_ATTR = ATTR_HEADER + 4 };
enum { SIGNED_MAX = 1024 };

/* CRC-32 of ITU V.42 (the one of zlib), bit by bit: messages are short and rare. */
static uint32_t crc32_of(const uint8_t *p, size_t n)
{
    uint32_t c = 0xffffffffu;
    for (size_t i = 0; i < n; i++) {
        c ^= p[i];
        for (int k = 0; k < 8; k++)
            c = c >> 1 ^ (0xedb88320u & (0u - (c & 1u)));
    }
    return ~c ^ 0x5354554eu;
}

static bool integrity(uint8_t mac[SHA1_LEN], const uint8_t *buf, size_t at, const char *pwd)
{
    uint8_t copy[SIGNED_MAX];
    if (at < STUN_HEADER_LEN || at > sizeof(copy))
        return false;
    memcpy(copy, buf, at);
    size_t len = at - STUN_HEADER_LEN + MI_ATTR;
    copy[2] = (uint8_t)(len >> 8);
    copy[3] = (uint8_t)len;
    return hash_hmac_sha1(mac, pwd, strlen(pwd), copy, at) == ERR_OK;
}

bool stun_auth(const struct stun_msg *m, const uint8_t *buf, const char *pwd)
{
    uint8_t mac[SHA1_LEN];
    if (m->mi_at == 0 || !integrity(mac, buf, m->mi_at, pwd))
        return false;
    if (!hash_equal(mac, buf + m->mi_at + ATTR_HEADER, SHA1_LEN))
        return false;
    /* FINGERPRINT is the last attribute, so the header's length already covers it. */
    return m->fp_at == 0 || m->fp == crc32_of(buf, m->fp_at);
}

size_t stun_local_ufrag(char *out, size_t cap, const struct stun_msg *m)
{
    if (m->username == NULL || m->cls != STUN_REQUEST || m->method != STUN_BINDING)
        return 0;
    const uint8_t *colon = (const uint8_t *)memchr(m->username, ':', m->username_len);
    size_t n = colon == NULL ? 0 : (size_t)(colon - m->username);
    if (n == 0 || n >= cap)
        return 0;
    memcpy(out, m->username, n);
    out[n] = '\0';
    return n;
}

static struct buf begin(uint8_t out[STUN_ANSWER_MAX], uint16_t type, const uint8_t *tid)
{
    struct buf b = buf_make(out, STUN_ANSWER_MAX);
    buf_u16(&b, type);
    buf_u16(&b, 0);
    buf_u32(&b, COOKIE);
    buf_put(&b, tid, STUN_TID_LEN);
    return b;
}

static void set_length(struct buf *b, size_t extra)
{
    size_t len = b->len - STUN_HEADER_LEN + extra;
    b->data[2] = (uint8_t)(len >> 8);
    b->data[3] = (uint8_t)len;
}

static bool put_integrity(struct buf *b, const char *pwd)
{
    uint8_t mac[SHA1_LEN];
    if (!integrity(mac, b->data, b->len, pwd))
        return false;
    buf_u16(b, 0x0008);
    buf_u16(b, SHA1_LEN);
    buf_put(b, mac, SHA1_LEN);
    return true;
}

static size_t finish(struct buf *b, const char *pwd)
{
    if (!buf_ok(b) || (pwd != NULL && !put_integrity(b, pwd)))
        return 0;
    set_length(b, FP_ATTR);
    uint32_t crc = crc32_of(b->data, b->len);
    buf_u16(b, 0x8028);
    buf_u16(b, 4);
    buf_u32(b, crc);
    return buf_ok(b) ? b->len : 0;
}

static void put_xor_address(struct buf *b, const uint8_t *tid, const struct addr *a)
{
    uint8_t mask[16] = {0x21, 0x12, 0xA4, 0x42};
    uint8_t ip[16];
    size_t n = addr_is_v6(a) ? 16 : 4;
    memcpy(mask + 4, tid, STUN_TID_LEN);
    memcpy(ip, n == 16 ? (const void *)&a->u.v6.sin6_addr : &a->u.v4.sin_addr, n);
    buf_u16(b, 0x0020);
    buf_u16(b, (uint16_t)(4 + n));
    buf_u8(b, 0);
    buf_u8(b, n == 16 ? 2 : 1);
    buf_u16(b, (uint16_t)(addr_port(a) ^ (COOKIE >> 16)));
    for (size_t i = 0; i < n; i++)
        buf_u8(b, ip[i] ^ mask[i]);
}

size_t stun_success(uint8_t out[STUN_ANSWER_MAX], const uint8_t tid[STUN_TID_LEN],
                    const struct addr *mapped, const char *pwd)
{
    struct buf b = begin(out, 0x0101, tid);
    put_xor_address(&b, tid, mapped);
    return finish(&b, pwd);
}

size_t stun_failure(uint8_t out[STUN_ANSWER_MAX], const struct stun_msg *request,
                    enum stun_error code, const char *pwd)
{
    struct buf b = begin(out, 0x0111, request->tid);
    buf_u16(&b, 0x0009);
    buf_u16(&b, 4);
    buf_u16(&b, 0);
    buf_u8(&b, (uint8_t)((unsigned)code / 100));
    buf_u8(&b, (uint8_t)((unsigned)code % 100));
    if (code == STUN_UNKNOWN_ATTRIBUTE) {
        buf_u16(&b, 0x000A);
        buf_u16(&b, (uint16_t)(2 * request->unknown_n));
        for (size_t i = 0; i < request->unknown_n; i++)
            buf_u16(&b, request->unknown[i]);
        if (request->unknown_n % 2 != 0)
            buf_u16(&b, 0);
    }
    return finish(&b, pwd);
}

size_t stun_check(uint8_t out[STUN_ANSWER_MAX], const char *username, const char *pwd,
                  bool nominate)
{
    uint8_t tid[STUN_TID_LEN];
    random_bytes(tid, sizeof(tid));
    size_t n = strlen(username);
    struct buf b = begin(out, 0x0001, tid);
    buf_u16(&b, 0x0006);
    buf_u16(&b, (uint16_t)n);
    buf_str(&b, username);
    buf_uint(&b, 0, -n & 3u);
    buf_u16(&b, 0x0024);
    buf_u16(&b, 4);
    buf_u32(&b, 0x6e0001ff);
    buf_u16(&b, 0x802A);
    buf_u16(&b, 8);
    buf_u64(&b, 0x1122334455667788u);
    if (nominate) {
        buf_u16(&b, 0x0025);
        buf_u16(&b, 0);
    }
    return finish(&b, pwd);
}
