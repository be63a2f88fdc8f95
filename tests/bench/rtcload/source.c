#include "source.h"

#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "crypto/random.h"
#include "sink.h"
#include "util.h"

enum { VIDEO_CLOCK = 90000, AUDIO_CLOCK = 48000, LEAST = 48 };

struct media_config media;
struct source *sources;
int n_sources;

void sources_init(int n_publishers, const struct media_config *c)
{
    media = *c;
    n_sources = 2 * n_publishers;
    sources = (struct source *)must_zalloc((size_t)n_sources, sizeof(*sources));
    for (int i = 0; i < n_sources; i++) {
        struct source *s = &sources[i];
        s->id = (uint32_t)i;
        s->kind = (i & 1) != 0 ? VIDEO : AUDIO;
        s->ssrc = random_u32() | 1;
        s->rtx_ssrc = s->ssrc ^ 2;
        s->rtp_seq = random_u32() & 0x7FFF;
        s->rtx_seq = random_u32() & 0x7FFF;
        s->rtp_ts = random_u32();
        s->key_wanted = true;
        s->from = s->to = UINT64_MAX;
        s->history = (struct packet *)must_zalloc(HISTORY, sizeof(*s->history));
        s->replay = replay_new(s->kind);
    }
}

/* One-byte header extensions (RFC 8285). */
static size_t extensions(struct source *s, uint8_t *p)
{
    size_t n = 4, mid = strlen(s->mid);
    if (s->mid_ext > 0 && s->mid_ext < 15 && mid > 0 && mid <= 16) {
        p[n++] = (uint8_t)((unsigned)s->mid_ext << 4 | (unsigned)(mid - 1));
        memcpy(p + n, s->mid, mid);
        n += mid;
    }
    if (s->twcc_ext > 0 && s->twcc_ext < 15) {
        p[n++] = (uint8_t)((unsigned)s->twcc_ext << 4 | 1);
        put16(p + n, (*s->twcc_seq)++);
        n += 2;
    }
    if (n == 4)
        return 0;
    while (n % 4 != 0)
        p[n++] = 0;
    put16(p, 0xBEDE);
    put16(p + 2, (uint32_t)n / 4 - 1);
    return n;
}

size_t source_head(struct source *s, uint8_t *p, bool marker)
{
    size_t ext = extensions(s, p + 12);
    p[0] = ext > 0 ? 0x90 : 0x80;
    p[1] = (uint8_t)(s->pt | (marker ? 0x80 : 0));
    put16(p + 2, s->rtp_seq++);
    put32(p + 4, s->rtp_ts);
    put32(p + 8, s->ssrc);
    return 12 + ext;
}

static void put_trailer(struct source *s, uint8_t *p, uint64_t wall)
{
    put32(p, TRAILER_MAGIC);
    put32(p + 4, s->id);
    put64(p + 8, atomic_fetch_add_explicit(&s->seq, 1, memory_order_relaxed));
    put64(p + 16, wall);
}

/* VP8 payload descriptor, and the start of a VP8 frame in its first packet. */
static void put_vp8(uint8_t *p, bool first, bool key)
{
    p[0] = first ? 0x10 : 0x00;
    if (!first)
        return;
    p[1] = key ? 0x10 : 0x11; /* P bit clear: key frame; show_frame */
    p[2] = p[3] = 0x02;
    if (key)
        memcpy(p + 4, "\x9d\x01\x2a\x80\x02\x68\x01", 7); /* 640 x 360 */
}

static void keep(struct source *s, const struct packet *k)
{
    struct packet *at = &s->history[get16(k->bytes + 2) % HISTORY];
    at->len = k->len;
    memcpy(at->bytes, k->bytes, k->len);
    s->packets++;
    s->octets += k->len - 12;
}

struct cut { /**< How a frame is divided. */
    int left, limit, parts, longer;
};

static struct cut cut_of(const struct source *s)
{
    struct cut c = {.left = media.audio_payload, .limit = media.audio_payload};
    if (s->kind != VIDEO)
        return c;
    c.left = (int)(media.video_bps / 8 / media.fps);
    c.limit = media.video_payload;
    if (media.even) {
        c.left += (int)(random_u32() % 201) - 100;
        c.parts = (c.left + c.limit - 1) / c.limit;
        c.longer = c.left % c.parts;
        c.limit = c.left / c.parts;
    }
    return c;
}

static int next_size(struct cut *c, int i)
{
    int size = c->left < c->limit ? c->left : c->limit;
    if (c->parts > 0)
        size = c->limit + (i >= c->parts - c->longer);
    c->left -= size;
    return size < LEAST ? LEAST : size;
}

static size_t synthetic(struct source *s, struct packet *out)
{
    bool video = s->kind == VIDEO, key = s->key_wanted;
    struct cut c = cut_of(s);
    uint64_t wall = clock_wall_ns();
    size_t n = 0;
    for (; c.left > 0 && n < BURST; n++) {
        size_t size = (size_t)next_size(&c, (int)n);
        uint8_t *p = out[n].bytes;
        size_t head = source_head(s, p, video && c.left <= 0);
        memset(p + head, 0x5A, size);
        if (video)
            put_vp8(p + head, n == 0, key);
        put_trailer(s, p + head + size - TRAILER, wall);
        out[n].len = head + size;
        keep(s, &out[n]);
    }
    s->key_wanted = false;
    return n;
}

size_t source_frame(struct source *s, uint64_t now, struct packet *out)
{
    bool video = s->kind == VIDEO;
    double rate = video ? media.fps : media.audio_pps;
    if (s->replay != NULL) {
        size_t n = replay_due(s->replay, s, now, out);
        for (size_t i = 0; i < n; i++)
            keep(s, &out[i]);
        return n;
    }
    if (rate <= 0 || (video && media.video_bps <= 0))
        return 0;
    uint64_t period = (uint64_t)(1e9 / rate);
    if (s->due == 0) /* spread the sources over the period */
        s->due = now + (uint64_t)(s->id * 0x9E3779B97F4A7C15u) % period;
    if (now < s->due)
        return 0;
    s->due += period;
    size_t n = synthetic(s, out);
    s->rtp_ts += (uint32_t)((video ? VIDEO_CLOCK : AUDIO_CLOCK) / rate);
    return n;
}

bool source_again(struct source *s, uint16_t seq, struct packet *out)
{
    const struct packet *k = &s->history[seq % HISTORY];
    if (k->len == 0 || get16(k->bytes + 2) != seq)
        return false;
    s->resent++;
    *out = *k;
    if (s->rtx_pt == 0)
        return true;
    size_t head = 12;
    if ((k->bytes[0] & 0x10) != 0)
        head += 4 + 4 * (size_t)get16(k->bytes + 14);
    if (k->len + 2 > PACKET_MAX)
        return false;
    memmove(out->bytes + head + 2, k->bytes + head, k->len - head);
    put16(out->bytes + head, seq);
    out->bytes[1] = (uint8_t)((k->bytes[1] & 0x80) | s->rtx_pt);
    put16(out->bytes + 2, s->rtx_seq++);
    put32(out->bytes + 8, s->rtx_ssrc);
    out->len = k->len + 2;
    return true;
}

size_t source_report(struct source *s, uint8_t *p)
{
    put32(p, 0x80C80006);
    put32(p + 4, s->ssrc);
    put64(p + 8, ntp_now());
    put32(p + 16, s->rtp_ts);
    put32(p + 20, (uint32_t)s->packets);
    put32(p + 24, (uint32_t)s->octets);
    return 28;
}
