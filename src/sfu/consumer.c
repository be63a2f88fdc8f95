/* What a peer is sent: continuous numbers of its own, repairs, reports. */
#include <string.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "rtc/srtp.h"
#include "worker_priv.h"

/* Retransmissions of one consumer: a thousand a second, a hundred at once. */
enum { RESEND_NS = 1000000, RESEND_AHEAD_NS = 100000000 };

void consumer_codec(struct consumer *c)
{
    c->pt = NULL;
    for (size_t i = 0; c->producer->codec != NULL && i < c->media.n_codecs && c->pt == NULL; i++)
        if (c->media.codecs[i].codec == c->producer->codec->codec)
            c->pt = &c->media.codecs[i];
}

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
    c->stays = cmd->on;
    c->media = cmd->u.consumer.media;
    c->ssrc = cmd->u.consumer.ssrc;
    c->rtx_ssrc = cmd->u.consumer.rtx_ssrc;
    c->level_id = c->media.ext.audio_level;
    c->turn_id = c->media.ext.orientation;
    c->ts_shift = random_u32();
    c->last_out = (uint32_t)OUT_FIRST + (random_u32() & 0x3fffu);
    c->rtx_seq = (uint16_t)random_u32();
    enum err e = map_put(&w->consumers, c->id, c);
    if (e != ERR_OK) {
        mem_free(c);
        return e;
    }
    c->peer = peer;
    c->next_of_peer = peer->consumers;
    peer->consumers = c;
    if (peer->up) /* Else when it is: before, it cannot be sent anything. */
        consumer_open(c);
    consumer_join(c, producer);
    return ERR_OK;
}

void consumer_join(struct consumer *c, struct producer *producer)
{
    if (c->producer != NULL)
        consumer_leave(c);
    c->producer = producer;
    c->next_of_producer = producer->consumers;
    producer->consumers = c;
    consumer_codec(c);
    if (c->peer->up)
        producer_want_key(producer);
}

/* Nothing of what was sent so far can be sent again: those numbers were the other's. */
void consumer_leave(struct consumer *c)
{
    struct consumer **at = &c->producer->consumers;
    while (*at != c)
        at = &(*at)->next_of_producer;
    *at = c->next_of_producer;
    c->producer = NULL;
    c->pt = NULL;
    c->n_shifts = 0;
    c->started = false;
    c->another = true;
}

/* Refused is an SSRC that these keys have had: nothing is sent under it, no report either, and the
 * packets count as dropped. */
void consumer_open(struct consumer *c)
{
    struct srtp_sender rtx;
    if (transport_sender(c->peer->transport, &c->sender, c->ssrc) != ERR_OK) {
        c->sender.srtp = NULL;
        c->rtx_ssrc = 0;
    }
    if (c->rtx_ssrc != 0 && transport_sender(c->peer->transport, &rtx, c->rtx_ssrc) != ERR_OK)
        c->rtx_ssrc = 0;
}

static bool is_open(const struct consumer *c)
{
    return c->sender.srtp != NULL;
}

static void say_bye(struct consumer *c)
{
    uint8_t bytes[64];
    struct buf b = buf_make(bytes, sizeof(bytes));
    rtcp_write_rr(&b, c->ssrc, NULL, 0);
    rtcp_write_sdes(&b, c->ssrc, "yunjian");
    rtcp_write_bye(&b, c->ssrc);
    peer_send_rtcp(c->peer, &b);
}

void consumer_free(struct consumer *c)
{
    if (is_open(c) && c->packets > 0 && c->peer->up)
        say_bye(c);
    struct consumer **at = &c->peer->consumers;
    while (*at != c)
        at = &(*at)->next_of_peer;
    *at = c->next_of_peer;
    if (c->producer != NULL)
        consumer_leave(c);
    if (is_open(c)) { /* Else the SSRC may be another's, whose SRTCP indices must go on. */
        transport_forget(c->peer->transport, true, c->ssrc);
        if (c->rtx_ssrc != 0)
            transport_forget(c->peer->transport, true, c->rtx_ssrc);
    }
    (void)map_take(&c->peer->w->consumers, c->id);
    mem_free(c);
}

static void want_key(const struct consumer *c)
{
    if (c->producer != NULL)
        producer_want_key(c->producer);
}

void consumer_pause(struct consumer *c, bool on)
{
    if (c->paused && !on) {
        c->started = false;
        want_key(c);
    }
    c->paused = on;
}

/* ---- numbers ----------------------------------------------------------------------------------
 */

static uint32_t clock_of(const struct consumer *c)
{
    return c->producer->media.kind == MEDIA_AUDIO ? 48000 : 90000;
}

/* From here on, @p k becomes the number after the last sent. The times of another source are
 * another clock's: they are moved so that as much has passed as really has. */
static void join_at(struct consumer *c, const struct out_packet *k)
{
    if (c->n_shifts == SHIFTS_MAX) {
        memmove(&c->shifts[0], &c->shifts[1], sizeof(c->shifts[0]) * (SHIFTS_MAX - 1));
        c->n_shifts--;
    }
    c->shifts[c->n_shifts++] =
        (struct shift){.from = c->last_out + 1, .by = c->last_out + 1 - k->ext};
    if (c->source != 0 && (c->another || c->source != c->producer->main->ssrc)) {
        uint64_t passed = c->peer->w->now_ns - c->last_ns;
        c->ts_shift = c->last_ts + 1 + (uint32_t)(passed / 1000 * clock_of(c) / 1000000) - k->h.ts;
    }
    c->source = c->producer->main->ssrc;
    c->another = false;
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

/*
 * Header for the receiver: its own numbers, and of the extensions those that it agreed to and that
 * still say the truth (absolute send time would not). The one byte's length field is zero.
 */
static size_t write_head(uint8_t *out, const struct consumer *c, const struct out_packet *k)
{
    size_t n = RTP_HEADER_LEN + 4;
    out[0] = 0x80;
    rtp_put32(out + 4, k->h.ts + c->ts_shift);
    rtp_put32(out + 8, c->ssrc);
    if (k->has_level && c->level_id != EXT_NONE) {
        out[n++] = (uint8_t)(c->level_id << 4);
        out[n++] = k->level;
    }
    if (k->has_turn && c->turn_id != EXT_NONE) {
        out[n++] = (uint8_t)(c->turn_id << 4);
        out[n++] = k->turn;
    }
    if (n == RTP_HEADER_LEN + 4)
        return RTP_HEADER_LEN;
    while ((n & 3u) != 0)
        out[n++] = 0;
    out[0] = 0x90;
    rtp_put32(out + RTP_HEADER_LEN, 0xBEDE0000u | (uint32_t)(n - RTP_HEADER_LEN - 4) / 4);
    return n;
}

static void set_head(uint8_t *head, uint8_t pt, bool marker, uint16_t seq)
{
    head[1] = (uint8_t)((marker ? 0x80u : 0u) | pt);
    rtp_put_seq(head, seq);
}

static bool seal(struct consumer *c, uint32_t seq, uint8_t *p, size_t head, const uint8_t *body,
                 size_t *len)
{
    return is_open(c) && *len + SRTP_TRAILER <= UDP_PACKET &&
           srtp_send(&c->sender, seq - (uint32_t)OUT_FIRST, p, head, body, len) == ERR_OK;
}

static void forward(struct consumer *c, const struct out_packet *k)
{
    struct worker *w = c->peer->w;
    if (!c->started) {
        if (c->producer->media.kind == MEDIA_VIDEO && !k->key)
            return;
        join_at(c, k);
    }
    uint32_t seq = out_of(c, k->ext);
    if ((int32_t)(seq - c->shifts[c->n_shifts - 1].from) < 0)
        return; /* A latecomer from before this receiver joined. */
    if ((int32_t)(seq - c->last_out) > 0) {
        c->last_out = seq;
        c->last_ts = k->h.ts + c->ts_shift;
        c->last_ns = w->now_ns;
    }
    uint8_t *room = udp_room(w->out);
    size_t n = write_head(room, c, k), len = n + k->h.payload_len + k->pad;
    set_head(room, c->pt->pt, k->h.marker, (uint16_t)seq);
    if (k->pad > 0)
        room[0] |= 0x20;
    if (!seal(c, seq, room, n, k->p + k->h.head_len, &len)) {
        w->dropped++;
        return;
    }
    peer_put(c->peer, len);
    c->packets++;
    c->octets += k->h.payload_len;
    w->rtp_out++;
}

void consumer_forward(struct consumer *c, const struct out_packet *run, size_t n)
{
    if (c->paused || !c->peer->up || c->pt == NULL)
        return;
    peer_open_run(c->peer);
    for (size_t i = 0; i < n; i++)
        forward(c, &run[i]);
}

/* ---- feedback
 * -------------------------------------------------------------------------------------- */

static bool may_resend(struct consumer *c)
{
    uint64_t now = c->peer->w->now_ns;
    if (c->resend_ns < now)
        c->resend_ns = now;
    if (c->resend_ns - now > RESEND_AHEAD_NS)
        return false;
    c->resend_ns += RESEND_NS;
    return true;
}

/* The receiver's payload type for repairs of what came as @p in: the publisher may have changed the
 * codec since. PT_NONE: it has none. */
static uint8_t rtx_pt_for(const struct consumer *c, uint8_t in)
{
    const struct media *from = &c->producer->media;
    for (size_t i = 0; i < from->n_codecs; i++)
        for (size_t k = 0; from->codecs[i].pt == in && k < c->media.n_codecs; k++)
            if (c->media.codecs[k].codec == from->codecs[i].codec)
                return c->media.codecs[k].rtx_pt;
    return PT_NONE;
}

/* Sent again as RTX (RFC 4588), or not at all: under its old number it would have to be the very
 * same bytes, padding included. */
static void resend(struct consumer *c, uint16_t out_seq)
{
    struct worker *w = c->peer->w;
    int32_t back = (int16_t)(uint16_t)(out_seq - (uint16_t)c->last_out);
    uint32_t out = c->last_out + (uint32_t)back;
    struct out_packet k = {.ext = 0};
    if (c->rtx_ssrc == 0 || c->n_shifts == 0)
        return;
    const uint8_t *p = cache_get(&c->producer->cache, in_of(c, out), &k.len);
    if (p == NULL || rtp_parse(&k.h, p, k.len) != ERR_OK)
        return;
    uint8_t pt = rtx_pt_for(c, k.h.pt);
    if (pt == PT_NONE || !may_resend(c))
        return;
    producer_read_ext(&k, &c->producer->media.ext, p);
    uint8_t *room = udp_room(w->out);
    size_t n = write_head(room, c, &k);
    set_head(room, pt, k.h.marker, c->rtx_seq++);
    rtp_put32(room + 8, c->rtx_ssrc);
    room[n++] = (uint8_t)(out >> 8);
    room[n++] = (uint8_t)out;
    memcpy(room + n, p + k.h.head_len, k.h.payload_len);
    peer_commit(c->peer, false, n + k.h.payload_len);
    w->rtp_out++;
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
            want_key(c);
    }
}

/* One estimate for the whole connection: shared out evenly over what it is sent. */
static void on_remb(struct peer *peer, uint64_t bps)
{
    uint64_t n = 0;
    for (const struct consumer *c = peer->consumers; c != NULL; c = c->next_of_peer)
        n += !c->paused && c->producer != NULL && c->producer->media.kind == MEDIA_VIDEO;
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
        want_key(c);
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
        if (peer->member != 0) /* A display is nobody in the meeting: waking who tells it costs. */
            emit_quality(c, &b);
    }
}

/* ---- each second: a sender report that keeps the publisher's clock, for lip sync
 * ------------------- */

void consumer_second(struct consumer *c)
{
    const struct stream *s = c->producer != NULL ? c->producer->main : NULL;
    uint8_t bytes[200];
    struct buf b = buf_make(bytes, sizeof(bytes));
    if (!is_open(c) || s == NULL || s->sr.ntp == 0 || !c->started || c->paused ||
        s->ssrc != c->source)
        return;
    uint64_t passed = c->peer->w->now_ns - s->sr_ns;
    uint64_t clock = clock_of(c);
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
