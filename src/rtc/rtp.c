/* Reads RTP headers. */
#include "rtc/rtp.h"

#include "base/cur.h"

static bool read_ext(struct rtp *h, struct cur *c, const uint8_t *p)
{
    h->ext_profile = cur_u16(c);
    size_t words = cur_u16(c);
    size_t at = cur_ok(c) ? (size_t)(c->p - p) : 0;
    if (cur_take(c, words * 4) == NULL && words != 0)
        return false;
    h->ext_at = (uint16_t)at;
    h->ext_len = (uint16_t)(words * 4);
    return cur_ok(c);
}

static bool read_padding(struct rtp *h, const struct cur *c)
{
    if (!h->padding)
        return true;
    if (cur_left(c) == 0)
        return false;
    h->pad_len = c->end[-1];
    return h->pad_len != 0 && h->pad_len <= cur_left(c);
}

enum err rtp_parse(struct rtp *out, const uint8_t *p, size_t n)
{
    struct rtp h = {0};
    struct cur c = cur_make(p, n);
    if (n > UINT16_MAX)
        return ERR_PROTO;
    uint8_t first = cur_u8(&c), second = cur_u8(&c);
    h.seq = cur_u16(&c);
    h.ts = cur_u32(&c);
    h.ssrc = cur_u32(&c);
    (void)cur_take(&c, (size_t)(first & 15u) * 4);
    if (!cur_ok(&c) || first >> 6 != 2)
        return ERR_PROTO;
    h.padding = (first & 0x20u) != 0;
    h.marker = second >> 7 != 0;
    h.pt = second & 0x7fu;
    if ((first & 0x10u) != 0 && !read_ext(&h, &c, p))
        return ERR_PROTO;
    if (!read_padding(&h, &c))
        return ERR_PROTO;
    h.head_len = (uint16_t)(c.p - p);
    h.payload_len = (uint16_t)(n - h.head_len - h.pad_len);
    *out = h;
    return ERR_OK;
}

static const uint8_t *one_byte(struct cur *c, uint8_t id, size_t *len)
{
    while (cur_left(c) > 0) {
        uint8_t b = cur_u8(c);
        if (b == 0)
            continue; /* padding between elements */
        if (b >> 4 == 15)
            return NULL; /* stop here, RFC 8285 4.2 */
        size_t n = (b & 15u) + 1u;
        const uint8_t *v = cur_take(c, n);
        if (v != NULL && b >> 4 == id) {
            *len = n;
            return v;
        }
    }
    return NULL;
}

static const uint8_t *two_byte(struct cur *c, uint8_t id, size_t *len)
{
    while (cur_left(c) > 0) {
        uint8_t got = cur_u8(c);
        if (got == 0)
            continue;
        size_t n = cur_u8(c);
        const uint8_t *v = n > 0 ? cur_take(c, n) : c->p;
        if (cur_ok(c) && got == id) {
            *len = n;
            return v;
        }
    }
    return NULL;
}

const uint8_t *rtp_ext(const struct rtp *h, const uint8_t *p, uint8_t id, size_t *len)
{
    if (id == 0 || h->ext_len == 0)
        return NULL;
    struct cur c = cur_make(p + h->ext_at, h->ext_len);
    if (h->ext_profile == 0xBEDE)
        return one_byte(&c, id, len);
    return (h->ext_profile & 0xfff0u) == 0x1000 ? two_byte(&c, id, len) : NULL;
}

uint32_t seq_extend(struct seq_ext *s, uint16_t seq)
{
    if (!s->started) {
        s->started = true;
        s->newest = 0x10000u | seq;
        return s->newest;
    }
    int32_t step = (int16_t)(uint16_t)(seq - (uint16_t)s->newest);
    uint32_t v = s->newest + (uint32_t)step;
    if (step > 0)
        s->newest = v;
    return v;
}
