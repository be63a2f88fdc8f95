/* What a peer is sent: continuous numbers of its own, repairs, reports. */
#include <string.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "rtc/srtp.h"
#include "worker_priv.h"

enum err consumer_add(struct worker *w, const struct worker_cmd *cmd)
{
    struct peer *peer = (struct peer *)map_get(&w->peers, cmd->peer);
    struct producer *producer = (struct producer *)map_get(&w->producers, cmd->producer);
    if (peer == NULL || producer == NULL)
        return ERR_NOENT; /* It left in between: the control thread knows. */
    struct consumer *c = (struct consumer *)mem_zalloc(1, sizeof(*c));
    if (c == NULL)
        return ERR_NOMEM;
    c->id = cmd->consumer;
    c->media = cmd->u.consumer.media;
    c->ssrc = cmd->u.consumer.ssrc;
    c->rtx_ssrc = cmd->u.consumer.rtx_ssrc;
    c->ts_shift = random_u32();
    c->last_out = 0x10000u + (random_u32() & 0x3fffu);
    c->rtx_seq = (uint16_t)random_u32();
    enum err e = map_put(&w->consumers, c->id, c);
    if (e != ERR_OK) {
        mem_free(c);
        return e;
    }
    c->peer = peer;
    c->producer = producer;
    c->next_of_peer = peer->consumers;
    peer->consumers = c;
    c->next_of_producer = producer->consumers;
    producer->consumers = c;
    producer_want_key(producer);
    return ERR_OK;
}

void consumer_free(struct consumer *c)
{
    struct consumer **at = &c->peer->consumers;
    while (*at != c)
        at = &(*at)->next_of_peer;
    *at = c->next_of_peer;
    for (at = &c->producer->consumers; *at != c;)
        at = &(*at)->next_of_producer;
    *at = c->next_of_producer;
    (void)map_take(&c->peer->w->consumers, c->id);
    mem_free(c);
}

void consumer_pause(struct consumer *c, bool on)
{
    if (c->paused && !on) {
        c->started = false;
        producer_want_key(c->producer);
    }
    c->paused = on;
}

/* ---- numbers ----------------------------------------------------------------------------------
 */

/* From here on, incoming @p in becomes the number after the last sent. */
static void join_at(struct consumer *c, uint32_t in)
{
    if (c->n_shifts == SHIFTS_MAX) {
        memmove(&c->shifts[0], &c->shifts[1], sizeof(c->shifts[0]) * (SHIFTS_MAX - 1));
        c->n_shifts--;
    }
    c->shifts[c->n_shifts++] = (struct shift){.from = c->last_out + 1, .by = c->last_out + 1 - in};
    c->started = true;
}

static uint32_t out_of(const struct consumer *c, uint32_t in)
{
    return in + c->shifts[c->n_shifts - 1].by;
}

/* The incoming number behind outgoing @p out, by the shift that was in force then; 0 when none was.
 */
static uint32_t in_of(const struct consumer *c, uint32_t out)
{
    for (size_t i = c->n_shifts; i-- > 0;)
        if ((int32_t)(out - c->shifts[i].from) >= 0)
            return out - c->shifts[i].by;
    return 0;
}

/* ---- a packet -----------------------------------------------------------------------------------
 */

static const struct codec_pt *pt_for(const struct consumer *c)
{
    for (size_t i = 0; i < c->media.n_codecs; i++)
        if (c->media.codecs[i].codec == c->producer->codec)
            return &c->media.codecs[i];
    return NULL;
}

static void put_byte_ext(struct buf *b, uint8_t id, const uint8_t *v, size_t n)
{
    if (id == EXT_NONE || v == NULL || n == 0 || n > 16)
        return;
    buf_u8(b, (uint8_t)((unsigned)id << 4 | (n - 1)));
    buf_put(b, v, n);
}

/*
 * Header for the receiver: its own numbers, and of the extensions those that it agreed to and that
 * still say the truth (absolute send time would not).
 */
static size_t write_head(uint8_t *out, size_t cap, const struct consumer *c, const uint8_t *p,
                         const struct rtp *h)
{
    struct buf b = buf_make(out, cap);
    const struct ext_ids *from = &c->producer->media.ext, *to = &c->media.ext;
    size_t n = 0;
    buf_u8(&b, 0x80);
    buf_u8(&b, 0);
    buf_u16(&b, 0);
    buf_u32(&b, h->ts + c->ts_shift);
    buf_u32(&b, c->ssrc);
    if (h->ext_len == 0)
        return b.len;
    buf_u16(&b, 0xBEDE);
    buf_u16(&b, 0);
    const uint8_t *level = rtp_ext(h, p, from->audio_level, &n);
    put_byte_ext(&b, to->audio_level, level, n);
    const uint8_t *turn = rtp_ext(h, p, from->orientation, &n);
    put_byte_ext(&b, to->orientation, turn, n);
    if (b.len == RTP_HEADER_LEN + 4)
        return RTP_HEADER_LEN; /* nothing left to say */
    while ((b.len & 3u) != 0)
        buf_u8(&b, 0);
    size_t words = (b.len - RTP_HEADER_LEN - 4) / 4;
    out[RTP_HEADER_LEN + 3] = (uint8_t)words;
    out[0] = 0x90;
    return b.len;
}

static void set_head(uint8_t *head, uint8_t pt, bool marker, uint16_t seq)
{
    head[1] = (uint8_t)((marker ? 0x80u : 0u) | pt);
    rtp_put_seq(head, seq);
}

void consumer_forward(struct consumer *c, const struct out_packet *k)
{
    const struct codec_pt *pt = pt_for(c);
    uint8_t head[64];
    if (c->paused || !c->peer->up || pt == NULL)
        return;
    if (!c->started) {
        if (c->producer->media.kind == MEDIA_VIDEO && !k->frame.key)
            return;
        join_at(c, k->ext);
    }
    uint32_t seq = out_of(c, k->ext);
    if ((int32_t)(seq - c->shifts[c->n_shifts - 1].from) < 0)
        return; /* A latecomer from before this receiver joined. */
    if ((int32_t)(seq - c->last_out) > 0)
        c->last_out = seq;
    size_t n = write_head(head, sizeof(head), c, k->p, &k->h);
    set_head(head, pt->pt, k->h.marker, (uint16_t)seq);
    peer_send(c->peer, false, head, n, k->p + k->h.head_len, k->h.payload_len);
    c->packets++;
    c->octets += k->h.payload_len;
    c->peer->w->rtp_out++;
}

/* ---- feedback
 * -------------------------------------------------------------------------------------- */

/* Sent again as RTX (RFC 4588), or not at all: the same SRTP number twice would be thrown away. */
static void resend(struct consumer *c, uint16_t out_seq)
{
    const struct codec_pt *pt = pt_for(c);
    int32_t back = (int16_t)(uint16_t)(out_seq - (uint16_t)c->last_out);
    uint32_t out = c->last_out + (uint32_t)back;
    size_t len = 0;
    uint8_t head[64];
    struct rtp h;
    if (pt == NULL || pt->rtx_pt == PT_NONE || c->rtx_ssrc == 0 || c->n_shifts == 0)
        return;
    const uint8_t *p = cache_get(&c->producer->cache, in_of(c, out), &len);
    if (p == NULL || rtp_parse(&h, p, len) != ERR_OK)
        return;
    size_t n = write_head(head, sizeof(head) - 2, c, p, &h);
    set_head(head, pt->rtx_pt, h.marker, c->rtx_seq++);
    rtp_put32(head + 8, c->rtx_ssrc);
    head[n] = (uint8_t)(out >> 8);
    head[n + 1] = (uint8_t)out;
    peer_send(c->peer, false, head, n + 2, p + h.head_len, h.payload_len);
    c->peer->w->rtp_out++;
}

static struct consumer *by_ssrc(struct peer *peer, uint32_t ssrc)
{
    struct consumer *c = peer->consumers;
    while (c != NULL && c->ssrc != ssrc)
        c = c->next_of_peer;
    return c;
}

static void on_nack(struct consumer *c, struct cur *body)
{
    uint16_t pid = 0, mask = 0;
    while (rtcp_read_nack(body, &pid, &mask)) {
        resend(c, pid);
        for (unsigned i = 0; i < 16; i++)
            if ((mask >> i & 1u) != 0)
                resend(c, (uint16_t)(pid + i + 1));
    }
}

static void on_fir(struct peer *peer, struct cur *body)
{
    uint32_t ssrc = 0;
    while (rtcp_read_fir(body, &ssrc)) {
        struct consumer *c = by_ssrc(peer, ssrc);
        if (c != NULL)
            producer_want_key(c->producer);
    }
}

/* One estimate for the whole connection: shared out evenly over what it is sent. */
static void on_remb(struct peer *peer, uint64_t bps)
{
    uint64_t n = 0;
    for (const struct consumer *c = peer->consumers; c != NULL; c = c->next_of_peer)
        n += !c->paused && c->producer->media.kind == MEDIA_VIDEO;
    for (struct consumer *c = peer->consumers; c != NULL && n > 0; c = c->next_of_peer)
        c->remb_bps = bps / n;
}

void consumer_feedback(struct peer *peer, const struct rtcp *r)
{
    uint32_t sender = 0, media = 0;
    struct cur body = r->body;
    if (!rtcp_read_fb(&body, &sender, &media))
        return;
    struct consumer *c = by_ssrc(peer, media);
    if (r->type == RTCP_RTPFB && r->fmt == RTCP_FMT_NACK && c != NULL)
        on_nack(c, &body);
    else if (r->type == RTCP_PSFB && r->fmt == RTCP_FMT_PLI && c != NULL)
        producer_want_key(c->producer);
    else if (r->type == RTCP_PSFB && r->fmt == RTCP_FMT_FIR)
        on_fir(peer, &body);
    else if (r->type == RTCP_PSFB && r->fmt == RTCP_FMT_REMB) {
        uint64_t bps = rtcp_read_remb(&body);
        if (bps > 0)
            on_remb(peer, bps);
    }
}

static void emit_quality(struct consumer *c, const struct rtcp_block *b)
{
    struct worker_event e = {.type = EV_QUALITY,
                             .peer = c->peer->id,
                             .member = c->peer->member,
                             .room = c->peer->room->id};
    e.u.quality.rtt_us = (uint32_t)(c->peer->rtt_ns / 1000);
    e.u.quality.loss_permille = (uint32_t)b->fraction * 1000u / 256u;
    worker_emit(c->peer->w, &e);
}

void consumer_report(struct peer *peer, struct cur body)
{
    struct rtcp_block b;
    while (rtcp_read_block(&body, &b)) {
        struct consumer *c = by_ssrc(peer, b.ssrc);
        if (c == NULL)
            continue;
        c->loss = b.fraction;
        if (b.lsr != 0 && b.lsr == c->sr_mid) {
            uint64_t away = peer->w->now_ns - c->sr_sent_ns;
            uint64_t held = (uint64_t)b.dlsr * 1000000000u / 65536u;
            peer->rtt_ns = away > held ? away - held : 0;
        }
        emit_quality(c, &b);
    }
}

/* ---- each second: a sender report that keeps the publisher's clock, for lip sync
 * ------------------- */

void consumer_second(struct consumer *c)
{
    const struct stream *s = c->producer->main;
    uint8_t bytes[200];
    struct buf b = buf_make(bytes, sizeof(bytes));
    if (s == NULL || s->sr.ntp == 0 || !c->started || c->paused)
        return;
    uint64_t passed = c->peer->w->now_ns - s->sr_ns;
    uint64_t clock = c->producer->media.kind == MEDIA_AUDIO ? 48000 : 90000;
    struct rtcp_sr sr = {
        .ssrc = c->ssrc,
        .ntp = ntp_from_wall_ns(wall_ns_from_ntp(s->sr.ntp) + passed),
        .rtp_ts = s->sr.rtp_ts + c->ts_shift + (uint32_t)(passed / 1000 * clock / 1000000),
        .packets = c->packets,
        .octets = c->octets,
    };
    rtcp_write_sr(&b, &sr);
    rtcp_write_sdes(&b, c->ssrc, "yunjian");
    peer_send_rtcp(c->peer, &b);
    c->sr_mid = ntp_mid(sr.ntp);
    c->sr_sent_ns = c->peer->w->now_ns;
}
