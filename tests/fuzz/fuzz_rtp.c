/* RTP headers and extensions: the parts add up to the packet, elements lie in the extension, and
 * the fixed header written again is the one that was read. */
#include "fuzz.h"
#include "rtc/rtp.h"

static void same_head(const struct rtp *h, const uint8_t *p)
{
    uint8_t again[RTP_HEADER_LEN] = {(uint8_t)(0x80u | (h->padding ? 0x20u : 0u) | (p[0] & 0x1fu)),
                                     (uint8_t)((h->marker ? 0x80u : 0u) | h->pt)};
    rtp_put_seq(again, h->seq);
    rtp_put32(again + 4, h->ts);
    rtp_put32(again + 8, h->ssrc);
    MUST_HOLD(memcmp(again, p, sizeof(again)) == 0);
}

static void elements(const struct rtp *h, const uint8_t *p)
{
    for (unsigned id = 0; id < 256; id++) {
        size_t n = 0;
        const uint8_t *v = rtp_ext(h, p, (uint8_t)id, &n);
        MUST_HOLD(v == NULL ||
                  (id != 0 && v >= p + h->ext_at && v + n <= p + h->ext_at + h->ext_len));
    }
}

static void numbers(const uint8_t *data, size_t size)
{
    struct seq_ext s = {0};
    for (size_t at = 0; at + 2 <= size; at += 2) {
        uint16_t seq = (uint16_t)(data[at] << 8 | data[at + 1]);
        uint32_t before = s.newest, v = seq_extend(&s, seq);
        MUST_HOLD((uint16_t)v == seq);
        MUST_HOLD(at == 0 || (int32_t)(s.newest - before) >= 0);
        MUST_HOLD(s.newest - v <= 0x8000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtp h;
    numbers(data, size);
    if (rtp_parse(&h, data, size) != ERR_OK)
        return 0;
    MUST_HOLD((size_t)h.head_len + h.payload_len + h.pad_len == size);
    MUST_HOLD(h.head_len >= RTP_HEADER_LEN && h.padding == (h.pad_len > 0));
    MUST_HOLD(h.ext_len == 0 || (size_t)h.ext_at + h.ext_len == h.head_len);
    same_head(&h, data);
    elements(&h, data);
    return 0;
}
