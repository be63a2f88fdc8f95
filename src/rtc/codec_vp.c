/* Payload descriptors of VP8 and VP9, and the heads of their key frames. */
#include "codec_priv.h"

#include "base/cur.h"

struct frame_info vp8_inspect(const uint8_t *p, size_t n)
{
    struct cur c = cur_make(p, n);
    struct frame_info f = {0};
    uint8_t d = cur_u8(&c);
    if ((d & 0x80u) != 0) {
        uint8_t x = cur_u8(&c);
        if ((x & 0x80u) != 0 && (cur_u8(&c) & 0x80u) != 0)
            (void)cur_u8(&c); /* long picture id */
        if ((x & 0x40u) != 0)
            (void)cur_u8(&c);
        if ((x & 0x30u) != 0)
            (void)cur_u8(&c);
    }
    if (!cur_ok(&c) || cur_left(&c) == 0)
        return f;
    f.start = (d & 0x10u) != 0 && (d & 0x07u) == 0;
    const uint8_t *h = c.p;
    f.key = f.start && (h[0] & 1u) == 0;
    if (f.key && cur_left(&c) >= 10 && h[3] == 0x9d && h[4] == 0x01 && h[5] == 0x2a) {
        f.width = (uint16_t)((h[6] | h[7] << 8) & 0x3fff);
        f.height = (uint16_t)((h[8] | h[9] << 8) & 0x3fff);
    }
    return f;
}

/* Steps over picture id, layer indices and reference indices. @return false when not inter-sane. */
static bool vp9_skip(struct cur *c, uint8_t d)
{
    if ((d & 0x80u) != 0 && (cur_u8(c) & 0x80u) != 0)
        (void)cur_u8(c);
    if ((d & 0x20u) != 0) {
        (void)cur_u8(c);
        if ((d & 0x10u) == 0)
            (void)cur_u8(c); /* TL0PICIDX, non-flexible mode */
    }
    for (int i = 0; (d & 0x50u) == 0x50u && i < 3; i++)
        if ((cur_u8(c) & 1u) == 0)
            break;
    return cur_ok(c);
}

static void vp9_sizes(struct cur *c, struct frame_info *f)
{
    uint8_t v = cur_u8(c);
    unsigned layers = (v >> 5) + 1u;
    if ((v & 0x10u) == 0)
        return;
    for (unsigned i = 0; i < layers; i++) {
        uint16_t w = cur_u16(c), h = cur_u16(c);
        if (cur_ok(c)) {
            f->width = w; /* The last is the largest. */
            f->height = h;
        }
    }
}

struct frame_info vp9_inspect(const uint8_t *p, size_t n)
{
    struct cur c = cur_make(p, n);
    struct frame_info f = {0};
    uint8_t d = cur_u8(&c);
    if (!cur_ok(&c) || !vp9_skip(&c, d))
        return f;
    f.start = (d & 0x08u) != 0;
    f.key = f.start && (d & 0x40u) == 0;
    if (f.key && (d & 0x02u) != 0)
        vp9_sizes(&c, &f);
    return f;
}
