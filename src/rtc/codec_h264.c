/* NAL units in RTP, and the few fields of a sequence parameter set that give the picture's size. */
#include "codec_priv.h"

#include "base/cur.h"

enum { NAL_IDR = 5, NAL_SPS = 7, NAL_STAP_A = 24, NAL_FU_A = 28, SPS_MAX = 256 };

/* ---- SPS: Exp-Golomb over bytes without emulation prevention -------------------------------- */

struct bits {
    uint8_t b[SPS_MAX];
    size_t n, at; /* bits */
    bool bad;
};

static unsigned bit(struct bits *s)
{
    if (s->at >= s->n) {
        s->bad = true;
        return 0;
    }
    unsigned v = s->b[s->at / 8] >> (7 - s->at % 8) & 1u;
    s->at++;
    return v;
}

static uint32_t bits_u(struct bits *s, unsigned n)
{
    uint32_t v = 0;
    while (n-- > 0)
        v = v << 1 | bit(s);
    return v;
}

static uint32_t bits_ue(struct bits *s)
{
    unsigned zeros = 0;
    while (!s->bad && bit(s) == 0)
        if (++zeros > 31) {
            s->bad = true;
            return 0;
        }
    return (uint32_t)((UINT64_C(1) << zeros) - 1 + bits_u(s, zeros));
}

static int32_t bits_se(struct bits *s)
{
    uint32_t v = bits_ue(s);
    return (v & 1u) != 0 ? (int32_t)(v / 2 + 1) : -(int32_t)(v / 2);
}

static void unescape(struct bits *s, const uint8_t *p, size_t n)
{
    size_t zeros = 0, out = 0;
    for (size_t i = 0; i < n && out < SPS_MAX; i++) {
        if (zeros >= 2 && p[i] == 3) {
            zeros = 0;
            continue;
        }
        zeros = p[i] == 0 ? zeros + 1 : 0;
        s->b[out++] = p[i];
    }
    s->n = out * 8;
}

static void skip_scaling_list(struct bits *s, int size)
{
    int last = 8, next = 8;
    for (int i = 0; i < size && !s->bad; i++) {
        if (next != 0) {
            int32_t delta = bits_se(s);
            if (delta < -128 || delta > 127) { /* H.264 7.4.2.1.1.1 */
                s->bad = true;
                return;
            }
            next = (last + delta + 256) % 256;
        }
        last = next == 0 ? last : next;
    }
}

/* The part that only high profiles have. @return chroma_format_idc. */
static uint32_t skip_high(struct bits *s)
{
    uint32_t chroma = bits_ue(s);
    if (chroma == 3)
        (void)bit(s);
    (void)bits_ue(s);
    (void)bits_ue(s);
    (void)bit(s);
    if (bit(s) != 0)
        for (int i = 0; i < (chroma == 3 ? 12 : 8); i++)
            if (bit(s) != 0)
                skip_scaling_list(s, i < 6 ? 16 : 64);
    return chroma;
}

static bool is_high(uint32_t profile)
{
    static const uint8_t high[] = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135};
    for (size_t i = 0; i < sizeof(high); i++)
        if (high[i] == profile)
            return true;
    return false;
}

static void skip_order(struct bits *s)
{
    uint32_t type = bits_ue(s);
    if (type == 0)
        (void)bits_ue(s);
    if (type != 1)
        return;
    (void)bit(s);
    (void)bits_se(s);
    (void)bits_se(s);
    uint32_t n = bits_ue(s);
    for (uint32_t i = 0; i < n && i < 256 && !s->bad; i++)
        (void)bits_se(s);
}

bool h264_sps_size(const uint8_t *nal, size_t n, uint16_t *width, uint16_t *height)
{
    struct bits s = {.n = 0};
    if (n < 4 || (nal[0] & 31u) != NAL_SPS)
        return false;
    unescape(&s, nal + 1, n - 1);
    uint32_t profile = bits_u(&s, 8), chroma = 1;
    (void)bits_u(&s, 16);
    (void)bits_ue(&s);
    if (is_high(profile))
        chroma = skip_high(&s);
    (void)bits_ue(&s);
    skip_order(&s);
    (void)bits_ue(&s);
    (void)bit(&s);
    uint32_t w = (bits_ue(&s) + 1) * 16, h = bits_ue(&s) + 1;
    uint32_t frames_only = bit(&s);
    h *= 16 * (2 - frames_only);
    if (frames_only == 0)
        (void)bit(&s);
    (void)bit(&s);
    if (bit(&s) != 0) {
        uint32_t cx = chroma == 1 || chroma == 2 ? 2 : 1;
        uint32_t cy = (chroma == 1 ? 2 : 1) * (2 - frames_only);
        w -= cx * (bits_ue(&s) + bits_ue(&s));
        h -= cy * (bits_ue(&s) + bits_ue(&s));
    }
    if (s.bad || w == 0 || h == 0 || w > 8192 || h > 8192)
        return false;
    *width = (uint16_t)w;
    *height = (uint16_t)h;
    return true;
}

/* ---- RTP payload ----------------------------------------------------------------------------- */

static void look_at(struct frame_info *f, const uint8_t *nal, size_t n)
{
    unsigned type = nal[0] & 31u;
    if (type == NAL_IDR || type == NAL_SPS)
        f->key = true;
    if (type == NAL_SPS)
        (void)h264_sps_size(nal, n, &f->width, &f->height);
}

struct frame_info h264_inspect(const uint8_t *p, size_t n)
{
    struct frame_info f = {0};
    if (n < 2)
        return f;
    unsigned type = p[0] & 31u;
    f.start = type != NAL_FU_A || (p[1] & 0x80u) != 0;
    if (type == NAL_FU_A) {
        f.key = f.start && (p[1] & 31u) == NAL_IDR;
    } else if (type == NAL_STAP_A) {
        struct cur c = cur_make(p + 1, n - 1);
        while (cur_left(&c) > 2) {
            size_t len = cur_u16(&c);
            const uint8_t *nal = len > 0 ? cur_take(&c, len) : NULL;
            if (nal == NULL)
                break;
            look_at(&f, nal, len);
        }
    } else {
        look_at(&f, p, n);
    }
    return f;
}
