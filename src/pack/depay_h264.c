/* NAL units out of RTP: single, STAP-A and FU-A (packetization mode 1). */
#include <string.h>

#include "base/cur.h"
#include "depay_priv.h"

enum {
    NAL_IDR = 5,
    NAL_SEI = 6,
    NAL_SPS = 7,
    NAL_PPS = 8,
    NAL_AUD = 9,
    NAL_STAP_A = 24,
    NAL_FU_A = 28
};

static void keep(uint8_t *to, size_t *to_len, const uint8_t *p, size_t n)
{
    if (n > DEPAY_PARAM_MAX)
        return;
    memcpy(to, p, n);
    *to_len = n;
}

/* Parameter sets go into the file's head, not into the frame. */
static void unit(struct depay *d, const uint8_t *p, size_t n)
{
    switch (p[0] & 31u) {
    case NAL_SPS:
        keep(d->sps, &d->sps_len, p, n);
        return;
    case NAL_PPS:
        keep(d->pps, &d->pps_len, p, n);
        return;
    case NAL_AUD:
        return;
    case NAL_IDR:
        d->key = true;
        break;
    default:
        break;
    }
    bytes_uint(&d->frame, n, 4);
    bytes_put(&d->frame, p, n);
}

static bool fragment(struct depay *d, const uint8_t *p, size_t n)
{
    if (n < 3)
        return false;
    bool first = (p[1] & 0x80u) != 0, last = (p[1] & 0x40u) != 0;
    if (first == d->fu_open)
        return false;
    if (first) {
        d->fu_at = d->frame.len;
        d->key = d->key || (p[1] & 31u) == NAL_IDR;
        bytes_uint(&d->frame, 0, 4);
        bytes_uint(&d->frame, (uint64_t)(p[0] & 0xe0u) | (p[1] & 31u), 1);
    }
    bytes_put(&d->frame, p + 2, n - 2);
    d->fu_open = !last;
    if (last)
        bytes_set(&d->frame, d->fu_at, d->frame.len - d->fu_at - 4, 4);
    return true;
}

bool h264_payload(struct depay *d, const uint8_t *p, size_t n)
{
    unsigned type = p[0] & 31u;
    if (type == NAL_FU_A)
        return fragment(d, p, n);
    if (d->fu_open || type == 0 || type > NAL_STAP_A)
        return false;
    if (type < NAL_STAP_A) {
        unit(d, p, n);
        return true;
    }
    struct cur c = cur_make(p + 1, n - 1);
    while (cur_left(&c) > 0) {
        size_t len = cur_u16(&c);
        const uint8_t *nal = len > 0 ? cur_take(&c, len) : NULL;
        if (nal == NULL)
            return false;
        unit(d, nal, len);
    }
    return true;
}
