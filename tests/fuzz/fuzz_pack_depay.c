/* The packager's way from RTP packets to frames: reordering, all payload formats, time. The input
 * is a row of packets, each behind a byte that tells its length and one that chooses its codec. */
#include "base/mem.h"
#include "pack/depay.h"
#include "pack/reorder.h"
#include "pack/timebase.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
    struct source source;
    size_t frames;
};

static void on_frame(void *arg, const struct frame *f)
{
    struct seen *s = (struct seen *)arg;
    int64_t ts = source_unwrap(&s->source, f->rtp_ts);
    uint8_t sum = 0;
    for (size_t i = 0; i < f->len; i++)
        sum ^= f->p[i];
    for (size_t i = 0; i < f->sps_len; i++)
        sum ^= f->sps[i];
    if (f->len == 0 || (f->key && f->codec != CODEC_OPUS && (f->width == 0 || f->height == 0)))
        __builtin_trap();
    s->frames += 1 + (sum & 0u);
    source_arrival(&s->source, ts, f->arrival_ns);
    source_guess(&s->source);
}

static void on_skipped(void *arg)
{
    (void)arg;
}

static void pass_on(struct depay *d, struct reorder *r, enum codec codec, uint64_t now)
{
    uint32_t lost = 0;
    for (struct packet *k = NULL; (k = reorder_pop(r, now, &lost)) != NULL; mem_free(k))
        if (depay_packet(d, codec, k, lost > 0) != ERR_OK)
            __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct reorder r;
    struct sender sender = {0};
    struct seen seen = {0};
    struct depay d;
    uint64_t now = UINT64_C(1795514400000000000);
    enum codec codec = CODEC_VP8;
    source_init(&seen.source, &sender, 90000);
    depay_init(&d, on_frame, on_skipped, &seen);
    for (size_t at = 0; at + 2 < size;) {
        size_t n = data[at] < size - at - 2 ? data[at] : size - at - 2;
        struct rtp h;
        codec = (enum codec)(1 + data[at + 1] % 4);
        now += (uint64_t)data[at + 1] * 1000000;
        if (rtp_parse(&h, data + at + 2, n) == ERR_OK &&
            reorder_push(&r, &h, data + at + 2, n, now) != ERR_OK)
            __builtin_trap();
        if ((data[at + 1] & 0x80) != 0)
            source_report(&seen.source, now, (uint32_t)n * 9000, now + n);
        pass_on(&d, &r, codec, now);
        sender_advance(&sender, now);
        at += n + 2;
    }
    pass_on(&d, &r, codec, UINT64_MAX);
    depay_end(&d);
    depay_fini(&d);
    reorder_fini(&r);
    return 0;
}
