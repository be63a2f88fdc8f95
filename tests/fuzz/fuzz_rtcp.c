/* RTCP: compounds are walked within their bounds; reports and NACKs that are read, written and read
 * again say the same. */
#include "fuzz.h"
#include "rtc/rtcp.h"

static uint8_t bytes[RTCP_MAX];

static struct cur again(const struct buf *b, uint8_t type)
{
    struct rtcp r;
    struct cur c = cur_make(bytes, b->len);
    MUST_HOLD(buf_ok(b) && rtcp_next(&c, &r) && r.type == type && cur_left(&c) == 0);
    return r.body;
}

static void on_sr(struct cur body)
{
    struct rtcp_sr sr, back;
    struct buf b = buf_make(bytes, sizeof(bytes));
    const uint8_t *from = body.p;
    if (rtcp_read_sr(&body, &sr) != ERR_OK)
        return;
    rtcp_write_sr(&b, &sr);
    struct cur c = again(&b, RTCP_SR);
    MUST_HOLD(memcmp(bytes + 4, from, 24) == 0);
    MUST_HOLD(rtcp_read_sr(&c, &back) == ERR_OK && back.ntp == sr.ntp);
    (void)ntp_mid(sr.ntp);
    (void)wall_ns_from_ntp(sr.ntp);
}

static void on_blocks(struct cur body)
{
    struct rtcp_block blocks[8], back;
    size_t n = 0;
    struct buf b = buf_make(bytes, sizeof(bytes));
    const uint8_t *from = body.p;
    while (n < 8 && rtcp_read_block(&body, &blocks[n]))
        n++;
    rtcp_write_rr(&b, 1, blocks, n);
    struct cur c = again(&b, RTCP_RR);
    MUST_HOLD(cur_u32(&c) == 1 && (n == 0 || memcmp(c.p, from, n * 24) == 0));
    for (size_t i = 0; i < n; i++)
        MUST_HOLD(rtcp_read_block(&c, &back) && back.lost == blocks[i].lost);
}

/* Every number asked for is asked for again, and no other. */
static void on_nack(struct cur body)
{
    uint16_t seqs[17], pid = 0, mask = 0;
    while (rtcp_read_nack(&body, &pid, &mask)) {
        size_t n = 0;
        struct buf b = buf_make(bytes, sizeof(bytes));
        uint32_t sender = 0, media = 0;
        seqs[n++] = pid;
        for (unsigned i = 0; i < 16; i++)
            if ((mask >> i & 1u) != 0)
                seqs[n++] = (uint16_t)(pid + i + 1);
        rtcp_write_nack(&b, 5, 6, seqs, n);
        struct cur c = again(&b, RTCP_RTPFB);
        MUST_HOLD(rtcp_read_fb(&c, &sender, &media) && sender == 5 && media == 6);
        uint16_t pid2 = 0, mask2 = 0;
        MUST_HOLD(rtcp_read_nack(&c, &pid2, &mask2) && pid2 == pid && mask2 == mask);
        MUST_HOLD(cur_left(&c) == 0);
    }
}

static void on_feedback(const struct rtcp *r)
{
    uint32_t sender = 0, media = 0, ssrc = 0;
    struct cur body = r->body;
    if (!rtcp_read_fb(&body, &sender, &media))
        return;
    if (r->type == RTCP_RTPFB) {
        on_nack(body);
        return;
    }
    struct cur fir = body;
    while (rtcp_read_fir(&fir, &ssrc))
        ;
    uint64_t bps = rtcp_read_remb(&body);
    if (bps != 0) {
        struct buf b = buf_make(bytes, sizeof(bytes));
        rtcp_write_remb(&b, 1, bps, &ssrc, 1);
        struct cur c = again(&b, RTCP_PSFB);
        MUST_HOLD(rtcp_read_fb(&c, &sender, &media) && rtcp_read_remb(&c) == bps);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtcp r;
    struct cur c = cur_make(data, size);
    size_t sum = 0;
    while (rtcp_next(&c, &r)) {
        MUST_HOLD(r.fmt < 32 && cur_ok(&r.body));
        sum += 4 + cur_left(&r.body);
        MUST_HOLD(sum <= size);
        if (r.type == RTCP_SR)
            on_sr(r.body);
        else if (r.type == RTCP_RR)
            on_blocks(r.body);
        else if (r.type == RTCP_RTPFB || r.type == RTCP_PSFB)
            on_feedback(&r);
    }
    return 0;
}
