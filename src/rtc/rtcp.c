/* Reads and writes RTCP. */
#include "rtc/rtcp.h"

#include <string.h>

bool rtcp_next(struct cur *c, struct rtcp *out)
{
    if (cur_left(c) == 0)
        return false;
    uint8_t first = cur_u8(c), type = cur_u8(c);
    size_t len = (size_t)cur_u16(c) * 4;
    struct cur body = cur_sub(c, len);
    if (!cur_ok(c) || first >> 6 != 2) {
        c->bad = true;
        return false;
    }
    if ((first & 0x20u) != 0) {
        size_t left = cur_left(&body);
        size_t pad = left > 0 ? body.p[left - 1] : 0;
        if (pad == 0 || pad > left) {
            c->bad = true;
            return false;
        }
        body = cur_make(body.p, left - pad);
    }
    *out = (struct rtcp){.type = type, .fmt = first & 31u, .body = body};
    return true;
}

enum err rtcp_read_sr(struct cur *body, struct rtcp_sr *out)
{
    struct rtcp_sr sr = {.ssrc = cur_u32(body)};
    sr.ntp = cur_u64(body);
    sr.rtp_ts = cur_u32(body);
    sr.packets = cur_u32(body);
    sr.octets = cur_u32(body);
    if (!cur_ok(body))
        return ERR_PROTO;
    *out = sr;
    return ERR_OK;
}

bool rtcp_read_block(struct cur *body, struct rtcp_block *out)
{
    if (cur_left(body) < 24)
        return false;
    out->ssrc = cur_u32(body);
    out->fraction = cur_u8(body);
    uint32_t lost = (uint32_t)cur_uint(body, 3);
    out->lost = (int32_t)(lost << 8) >> 8;
    out->highest = cur_u32(body);
    out->jitter = cur_u32(body);
    out->lsr = cur_u32(body);
    out->dlsr = cur_u32(body);
    return true;
}

bool rtcp_read_fb(struct cur *body, uint32_t *sender, uint32_t *media)
{
    *sender = cur_u32(body);
    *media = cur_u32(body);
    return cur_ok(body);
}

bool rtcp_read_nack(struct cur *body, uint16_t *pid, uint16_t *mask)
{
    if (cur_left(body) < 4)
        return false;
    *pid = cur_u16(body);
    *mask = cur_u16(body);
    return true;
}

uint64_t rtcp_read_remb(struct cur *body)
{
    uint32_t name = cur_u32(body), rate = cur_u32(body);
    if (!cur_ok(body) || name != 0x52454D42)
        return 0;
    uint64_t mantissa = rate & 0x3ffffu;
    unsigned shift = rate >> 18 & 63u;
    return shift > 40 ? 0 : mantissa << shift;
}

bool rtcp_read_fir(struct cur *body, uint32_t *ssrc)
{
    if (cur_left(body) < 8)
        return false;
    *ssrc = cur_u32(body);
    (void)cur_u32(body);
    return true;
}

static void head(struct buf *b, unsigned fmt, enum rtcp_type type, size_t body)
{
    buf_u8(b, (uint8_t)(0x80u | fmt));
    buf_u8(b, (uint8_t)type);
    buf_u16(b, (uint16_t)(body / 4));
}

void rtcp_write_sr(struct buf *b, const struct rtcp_sr *sr)
{
    head(b, 0, RTCP_SR, 24);
    buf_u32(b, sr->ssrc);
    buf_u64(b, sr->ntp);
    buf_u32(b, sr->rtp_ts);
    buf_u32(b, sr->packets);
    buf_u32(b, sr->octets);
}

void rtcp_write_rr(struct buf *b, uint32_t sender, const struct rtcp_block *blocks, size_t n)
{
    head(b, (unsigned)n, RTCP_RR, 4 + 24 * n);
    buf_u32(b, sender);
    for (size_t i = 0; i < n; i++) {
        buf_u32(b, blocks[i].ssrc);
        buf_u8(b, blocks[i].fraction);
        buf_uint(b, (uint32_t)blocks[i].lost & 0xffffffu, 3);
        buf_u32(b, blocks[i].highest);
        buf_u32(b, blocks[i].jitter);
        buf_u32(b, blocks[i].lsr);
        buf_u32(b, blocks[i].dlsr);
    }
}

void rtcp_write_sdes(struct buf *b, uint32_t ssrc, const char *cname)
{
    size_t n = strlen(cname);
    if (n > 200)
        n = 200;
    size_t chunk = 4 + 2 + n + 1;
    size_t padded = (chunk + 3) & ~(size_t)3;
    head(b, 1, RTCP_SDES, padded);
    buf_u32(b, ssrc);
    buf_u8(b, 1);
    buf_u8(b, (uint8_t)n);
    buf_put(b, cname, n);
    for (size_t i = chunk - 1; i < padded; i++)
        buf_u8(b, 0);
}

void rtcp_write_bye(struct buf *b, uint32_t ssrc)
{
    head(b, 1, RTCP_BYE, 4);
    buf_u32(b, ssrc);
}

void rtcp_write_fir(struct buf *b, uint32_t sender, uint32_t media, uint8_t seq)
{
    head(b, RTCP_FMT_FIR, RTCP_PSFB, 16);
    buf_u32(b, sender);
    buf_u32(b, 0);
    buf_u32(b, media);
    buf_u32(b, (uint32_t)seq << 24);
}

void rtcp_write_pli(struct buf *b, uint32_t sender, uint32_t media)
{
    head(b, RTCP_FMT_PLI, RTCP_PSFB, 8);
    buf_u32(b, sender);
    buf_u32(b, media);
}

void rtcp_write_nack(struct buf *b, uint32_t sender, uint32_t media, const uint16_t *seqs, size_t n)
{
    size_t at = b->len;
    head(b, RTCP_FMT_NACK, RTCP_RTPFB, 0);
    buf_u32(b, sender);
    buf_u32(b, media);
    for (size_t i = 0; i < n;) {
        uint16_t pid = seqs[i++], mask = 0;
        for (; i < n && (uint16_t)(seqs[i] - pid) <= 16; i++)
            if (seqs[i] != pid)
                mask = (uint16_t)(mask | 1u << ((uint16_t)(seqs[i] - pid) - 1));
        buf_u16(b, pid);
        buf_u16(b, mask);
    }
    if (buf_ok(b)) {
        size_t words = (b->len - at) / 4 - 1;
        b->data[at + 2] = (uint8_t)(words >> 8);
        b->data[at + 3] = (uint8_t)words;
    }
}

void rtcp_write_remb(struct buf *b, uint32_t sender, uint64_t bps, const uint32_t *ssrcs, uint8_t n)
{
    uint32_t shift = 0;
    for (; bps > 0x3ffff; bps >>= 1)
        shift++;
    head(b, RTCP_FMT_REMB, RTCP_PSFB, 16 + 4u * n);
    buf_u32(b, sender);
    buf_u32(b, 0);
    buf_u32(b, 0x52454D42);
    buf_u32(b, (uint32_t)n << 24 | shift << 18 | (uint32_t)bps);
    for (uint8_t i = 0; i < n; i++)
        buf_u32(b, ssrcs[i]);
}

#define NTP_EPOCH UINT64_C(2208988800) /* seconds from 1900 to 1970 */

uint64_t ntp_from_wall_ns(uint64_t ns)
{
    uint64_t s = ns / 1000000000u, rest = ns % 1000000000u;
    return (s + NTP_EPOCH) << 32 | ((rest << 32) / 1000000000u);
}

uint64_t wall_ns_from_ntp(uint64_t ntp)
{
    uint64_t s = ntp >> 32, rest = ntp & 0xffffffffu;
    return s < NTP_EPOCH ? 0 : (s - NTP_EPOCH) * 1000000000u + (rest * 1000000000u >> 32);
}
