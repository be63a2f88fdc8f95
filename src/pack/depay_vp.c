/* Payload descriptors of VP8 and VP9, and the sizes in the heads of their key frames. */
#include "base/cur.h"
#include "depay_priv.h"

bool vp8_descriptor(const uint8_t *p, size_t n, struct descriptor *out)
{
    struct cur c = cur_make(p, n);
    uint8_t d = cur_u8(&c);
    if ((d & 0x80u) != 0) {
        uint8_t x = cur_u8(&c);
        if ((x & 0x80u) != 0 && (cur_u8(&c) & 0x80u) != 0)
            (void)cur_u8(&c);
        if ((x & 0x40u) != 0)
            (void)cur_u8(&c);
        if ((x & 0x30u) != 0)
            (void)cur_u8(&c);
    }
    if (!cur_ok(&c) || cur_left(&c) == 0)
        return false;
    out->len = (size_t)(c.p - p);
    out->begins = (d & 0x10u) != 0 && (d & 0x07u) == 0;
    out->key = out->begins && (c.p[0] & 1u) == 0;
    return true;
}

bool vp8_key_size(const uint8_t *p, size_t n, uint16_t *width, uint16_t *height)
{
    if (n < 10 || (p[0] & 1u) != 0 || p[3] != 0x9d || p[4] != 0x01 || p[5] != 0x2a)
        return false;
    *width = (uint16_t)((p[6] | p[7] << 8) & 0x3fff);
    *height = (uint16_t)((p[8] | p[9] << 8) & 0x3fff);
    return *width > 0 && *height > 0;
}

/* Scalability structure: sizes of layers, then a description of a group of pictures. */
static void skip_structure(struct cur *c)
{
    uint8_t v = cur_u8(c);
    if ((v & 0x10u) != 0)
        (void)cur_take(c, (size_t)((v >> 5) + 1u) * 4);
    unsigned pictures = (v & 0x08u) != 0 ? cur_u8(c) : 0;
    for (unsigned i = 0; i < pictures && cur_ok(c); i++)
        (void)cur_take(c, (cur_u8(c) >> 2) & 3u);
}

bool vp9_descriptor(const uint8_t *p, size_t n, struct descriptor *out)
{
    struct cur c = cur_make(p, n);
    uint8_t d = cur_u8(&c), layer = 0;
    if ((d & 0x80u) != 0 && (cur_u8(&c) & 0x80u) != 0)
        (void)cur_u8(&c);
    if ((d & 0x20u) != 0) {
        layer = (cur_u8(&c) >> 1) & 7u;
        if ((d & 0x10u) == 0)
            (void)cur_u8(&c);
    }
    for (int i = 0; (d & 0x50u) == 0x50u && i < 3; i++)
        if ((cur_u8(&c) & 1u) == 0)
            break;
    if ((d & 0x02u) != 0)
        skip_structure(&c);
    if (!cur_ok(&c) || cur_left(&c) == 0)
        return false;
    out->len = (size_t)(c.p - p);
    out->begins = (d & 0x08u) != 0 && layer == 0;
    out->key = out->begins && (d & 0x40u) == 0;
    return true;
}

/* ---- VP9 uncompressed header, key frames only: VP9 bitstream specification 6.2 ----------------
 */

struct bits {
    const uint8_t *p;
    size_t n, at; /* in bits */
};

static uint32_t take(struct bits *b, unsigned n)
{
    uint32_t v = 0;
    for (; n > 0; n--, b->at++)
        v = v << 1 | (b->at < b->n ? (uint32_t)(b->p[b->at / 8] >> (7 - b->at % 8)) & 1u : 0);
    return v;
}

static void skip_color(struct bits *b, unsigned profile)
{
    if (profile >= 2)
        (void)take(b, 1);
    uint32_t space = take(b, 3);
    bool odd = (profile & 1u) != 0;
    if (space != 7)
        (void)take(b, odd ? 4 : 1);
    else if (odd)
        (void)take(b, 1);
}

bool vp9_key_size(const uint8_t *p, size_t n, uint16_t *width, uint16_t *height)
{
    struct bits b = {.p = p, .n = n * 8};
    if (take(&b, 2) != 2)
        return false;
    unsigned profile = take(&b, 1);
    profile |= take(&b, 1) << 1;
    if (profile == 3)
        (void)take(&b, 1);
    if (take(&b, 2) != 0) /* an existing frame, or no key frame */
        return false;
    (void)take(&b, 2);
    if (take(&b, 24) != 0x498342)
        return false;
    skip_color(&b, profile);
    uint32_t w = take(&b, 16) + 1, h = take(&b, 16) + 1;
    if (b.at > b.n || w > 16384 || h > 16384)
        return false;
    *width = (uint16_t)w;
    *height = (uint16_t)h;
    return true;
}
