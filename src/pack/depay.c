/* Pictures begin, grow and end; a hole closes the door until the next key frame. */
#include "pack/depay.h"

#include "depay_priv.h"
#include "rtc/codec.h"

void depay_init(struct depay *d, void (*out)(void *arg, const struct frame *f),
                void (*skipped)(void *arg), void *arg)
{
    *d = (struct depay){.need_key = true, .out = out, .skipped = skipped, .arg = arg};
}

void depay_fini(struct depay *d)
{
    bytes_fini(&d->frame);
}

static void close_door(struct depay *d)
{
    d->open = d->fu_open = false;
    d->need_key = true;
    d->skipped(d->arg);
}

static void emit(struct depay *d)
{
    d->open = false;
    if (d->fu_open) {
        close_door(d);
        return;
    }
    if (d->frame.len == 0 || (d->need_key && !d->key))
        return;
    d->need_key = false;
    d->out(d->arg, &(struct frame){.codec = d->codec,
                                   .p = d->frame.p,
                                   .len = d->frame.len,
                                   .rtp_ts = d->ts,
                                   .arrival_ns = d->arrival_ns,
                                   .key = d->key,
                                   .width = d->width,
                                   .height = d->height,
                                   .sps = d->sps,
                                   .pps = d->pps,
                                   .sps_len = d->sps_len,
                                   .pps_len = d->pps_len});
}

static void begin(struct depay *d, const struct rtp *h, uint64_t arrival_ns)
{
    bytes_clear(&d->frame);
    d->open = true;
    d->key = d->fu_open = false;
    d->width = d->height = 0;
    d->ts = h->ts;
    d->arrival_ns = arrival_ns;
}

static bool add_vp(struct depay *d, const uint8_t *p, size_t n)
{
    struct descriptor x;
    bool vp8 = d->codec == CODEC_VP8;
    if (!(vp8 ? vp8_descriptor(p, n, &x) : vp9_descriptor(p, n, &x)))
        return false;
    if (d->frame.len == 0) {
        if (!x.begins)
            return false;
        d->key = x.key;
    }
    bytes_put(&d->frame, p + x.len, n - x.len);
    return true;
}

static void measure(struct depay *d)
{
    bool known = d->codec == CODEC_VP8
                     ? vp8_key_size(d->frame.p, d->frame.len, &d->width, &d->height)
                 : d->codec == CODEC_VP9
                     ? vp9_key_size(d->frame.p, d->frame.len, &d->width, &d->height)
                     : d->pps_len > 0 && h264_sps_size(d->sps, d->sps_len, &d->width, &d->height);
    d->key = d->key && known; /* A key frame without a readable head starts nothing. */
}

/* Nothing is missing by the numbers, but the end was not marked. In H.264 that is allowed (RFC 6184
 * 5.1); VP8 and VP9 must mark it (RFC 7741 4.1, RFC 9628 4.1), so the sender gave the rest up:
 * Chromium numbers packets as they leave, and throws queued ones away for a key frame. */
static void unmarked(struct depay *d)
{
    if (d->codec != CODEC_H264) {
        close_door(d);
        return;
    }
    if (d->key)
        measure(d);
    emit(d);
}

static enum err picture(struct depay *d, const struct rtp *h, const uint8_t *p, size_t n,
                        uint64_t arrival_ns)
{
    if (d->open && d->ts != h->ts)
        unmarked(d);
    if (!d->open)
        begin(d, h, arrival_ns);
    bool fine = d->codec == CODEC_H264 ? h264_payload(d, p, n) : add_vp(d, p, n);
    if (d->frame.failed)
        return ERR_NOMEM;
    if (!fine || d->frame.len > DEPAY_FRAME_MAX) {
        d->malformed += !d->need_key;
        close_door(d);
        return ERR_OK;
    }
    if (h->marker) {
        if (d->key)
            measure(d);
        emit(d);
    }
    return ERR_OK;
}

static void sound(struct depay *d, const struct rtp *h, const uint8_t *p, size_t n,
                  uint64_t arrival_ns)
{
    if (opus_samples(p, n) == 0) {
        d->malformed++;
        return;
    }
    d->out(d->arg, &(struct frame){.codec = CODEC_OPUS,
                                   .p = p,
                                   .len = n,
                                   .rtp_ts = h->ts,
                                   .arrival_ns = arrival_ns,
                                   .key = true});
}

enum err depay_packet(struct depay *d, enum codec codec, const struct packet *k, bool lost)
{
    const struct rtp *h = &k->h;
    const uint8_t *payload = k->p + h->head_len;
    size_t n = h->payload_len;
    if (lost || (codec != d->codec && d->codec != CODEC_NONE))
        close_door(d);
    d->codec = codec;
    if (n == 0)
        return ERR_OK; /* padding only: probing for bandwidth */
    if (codec == CODEC_OPUS)
        sound(d, h, payload, n, k->arrival_ns);
    else
        return picture(d, h, payload, n, k->arrival_ns);
    return ERR_OK;
}

void depay_end(struct depay *d)
{
    d->open = d->fu_open = false;
    d->need_key = true;
}
