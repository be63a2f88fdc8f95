/* What a peer sends: streams are matched to producers, repaired, recorded, gathered into runs. */
#include <string.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "worker_priv.h"

enum { KEY_LIMIT_MS = 500, KEY_RETRY_MS = 1000, KEY_RECORDED_MS = 9000 };
enum { RATE_START = 1500000, RATE_MIN = 150000, RATE_MAX = 2500000, RATE_SCREEN_MAX = 4000000 };

enum err producer_add(struct worker *w, const struct worker_cmd *c)
{
    struct peer *peer = (struct peer *)map_get(&w->peers, c->peer);
    if (peer == NULL)
        return ERR_NOENT;
    struct producer *p = (struct producer *)mem_zalloc(1, sizeof(*p));
    if (p == NULL)
        return ERR_NOMEM;
    p->id = c->producer;
    p->media = c->u.producer.media;
    p->track = c->u.producer.track;
    p->screen = c->u.producer.screen;
    p->estimate_bps = RATE_START;
    size_t ring = p->media.kind == MEDIA_VIDEO ? 256 << 10 : 16 << 10;
    enum err e = cache_init(&p->cache, w->cfg.ring_ms, ring);
    if (e == ERR_OK)
        e = map_put(&w->producers, p->id, p);
    if (e != ERR_OK) {
        cache_fini(&p->cache);
        mem_free(p);
        return e;
    }
    p->peer = peer;
    p->room = peer->room;
    p->next_of_peer = peer->producers;
    peer->producers = p;
    p->next_in_room = p->room->producers;
    p->room->producers = p;
    return ERR_OK;
}

static void unlink_from(struct producer *p)
{
    struct producer **at = &p->peer->producers;
    while (*at != p)
        at = &(*at)->next_of_peer;
    *at = p->next_of_peer;
    for (at = &p->room->producers; *at != p;)
        at = &(*at)->next_in_room;
    *at = p->next_in_room;
    struct worker *w = p->peer->w;
    if (p->active) {
        for (at = &w->active; *at != p;)
            at = &(*at)->next_active;
        *at = p->next_active;
    }
}

void producer_free(struct producer *p)
{
    struct peer *peer = p->peer;
    while (p->consumers != NULL)
        consumer_free(p->consumers);
    unlink_from(p);
    for (size_t i = 0; i < peer->n_streams;) {
        if (peer->streams[i]->producer != p) {
            i++;
            continue;
        }
        mem_free(peer->streams[i]);
        peer->streams[i] = peer->streams[--peer->n_streams];
    }
    (void)map_take(&peer->w->producers, p->id);
    cache_fini(&p->cache);
    mem_free(p);
}

/* ---- whose packet is it -----------------------------------------------------------------------
 */

static bool has_pt(const struct producer *p, uint8_t pt, bool rtx)
{
    for (size_t i = 0; i < p->media.n_codecs; i++)
        if ((rtx ? p->media.codecs[i].rtx_pt : p->media.codecs[i].pt) == pt)
            return true;
    return false;
}

static bool names_mid(const struct producer *p, const struct rtp *h, const uint8_t *pkt)
{
    size_t n = 0;
    const uint8_t *mid = rtp_ext(h, pkt, p->media.ext.mid, &n);
    return mid != NULL && n == strlen(p->media.mid) && memcmp(mid, p->media.mid, n) == 0;
}

/* By announced SSRC, or by the mid that the packet carries (RFC 8843 9.2). */
static struct stream *match(struct peer *peer, const struct rtp *h, const uint8_t *pkt,
                            struct stream *s)
{
    for (struct producer *p = peer->producers; p != NULL; p = p->next_of_peer) {
        for (size_t i = 0; i < p->media.n_ssrcs; i++) {
            if (p->media.ssrcs[i].ssrc != h->ssrc && p->media.ssrcs[i].rtx != h->ssrc)
                continue;
            s->rtx = p->media.ssrcs[i].rtx == h->ssrc;
            s->producer = p;
            return s;
        }
        bool rtx = has_pt(p, h->pt, true);
        if (names_mid(p, h, pkt) && (rtx || has_pt(p, h->pt, false))) {
            s->rtx = rtx;
            s->producer = p;
            return s;
        }
    }
    return NULL;
}

static struct stream *find_stream(struct peer *peer, const struct rtp *h, const uint8_t *pkt)
{
    for (size_t i = 0; i < peer->n_streams; i++)
        if (peer->streams[i]->ssrc == h->ssrc)
            return peer->streams[i];
    struct stream found = {.ssrc = h->ssrc};
    if (peer->n_streams == STREAMS_MAX || match(peer, h, pkt, &found) == NULL)
        return NULL;
    struct stream *s = (struct stream *)mem_alloc(sizeof(*s));
    if (s == NULL)
        return NULL;
    *s = found;
    peer->streams[peer->n_streams++] = s;
    if (!s->rtx)
        s->producer->main = s;
    return s;
}

/* Turns a retransmission into the packet it repeats (RFC 4588 4). @return its new length, 0:
 * padding only. */
static size_t unwrap_rtx(const struct stream *s, const struct rtp *h, uint8_t *p, size_t len)
{
    const struct producer *pr = s->producer;
    if (h->payload_len < 2 || pr->main == NULL)
        return 0;
    for (size_t i = 0; i < pr->media.n_codecs; i++)
        if (pr->media.codecs[i].rtx_pt == h->pt)
            p[1] = (uint8_t)((p[1] & 0x80u) | pr->media.codecs[i].pt);
    p[2] = p[h->head_len];
    p[3] = p[h->head_len + 1];
    rtp_put32(p + 8, pr->main->ssrc);
    memmove(p + h->head_len, p + h->head_len + 2, len - h->head_len - 2);
    return len - 2;
}

/* ---- a packet -----------------------------------------------------------------------------------
 */

static enum codec codec_for(const struct producer *p, uint8_t pt)
{
    for (size_t i = 0; i < p->media.n_codecs; i++)
        if (p->media.codecs[i].pt == pt)
            return p->media.codecs[i].codec;
    return CODEC_NONE;
}

static void announce(struct producer *p, enum codec codec)
{
    struct worker_event e = {.type = EV_PRODUCER_STARTED,
                             .producer = p->id,
                             .peer = p->peer->id,
                             .member = p->peer->member,
                             .room = p->room->id};
    e.u.started.codec = codec;
    e.u.started.ssrc = p->main->ssrc;
    p->codec = codec;
    worker_emit(p->peer->w, &e);
}

static void hear(struct producer *p, const struct rtp *h, const uint8_t *pkt)
{
    size_t n = 0;
    const uint8_t *v = rtp_ext(h, pkt, p->media.ext.audio_level, &n);
    if (v == NULL || n < 1)
        return;
    uint32_t loud = 127u - (v[0] & 127u); /* -dBov on the wire */
    p->level_q8 += (loud << 8) / 8 - p->level_q8 / 8;
    p->level_ns = p->peer->w->now_ns;
}

static void record(struct producer *p, bool rtcp, const uint8_t *pkt, size_t len)
{
    struct sink *s = p->room->sink;
    if (s != NULL)
        s->packet(s, p->track, rtcp, p->peer->w->now_ns, pkt, len);
}

static void queue(struct producer *p, const struct out_packet *k)
{
    struct worker *w = p->peer->w;
    if (p->n_run == RUN_MAX) {
        producer_run_out(w);
    }
    p->run[p->n_run++] = *k;
    if (!p->active) {
        p->active = true;
        p->next_active = w->active;
        w->active = p;
    }
}

static void accept_packet(struct stream *s, const struct out_packet *k)
{
    struct producer *p = s->producer;
    struct worker *w = p->peer->w;
    enum codec codec = codec_for(p, k->h.pt);
    if (p->paused || codec == CODEC_NONE) {
        w->dropped++;
        return;
    }
    if (codec != p->codec)
        announce(p, codec);
    if (p->media.kind == MEDIA_AUDIO)
        hear(p, &k->h, k->p);
    if (k->frame.key) {
        p->key_seen_ns = w->now_ns;
        p->key_wanted = false;
    }
    p->bytes += k->len;
    record(p, false, k->p, k->len);
    cache_put(&p->cache, k->ext, k->p, k->len, w->now_ns);
    queue(p, k);
}

void producer_rtp(struct peer *peer, uint8_t *pkt, size_t len)
{
    struct out_packet k = {.p = pkt, .len = len};
    if (rtp_parse(&k.h, pkt, len) != ERR_OK) {
        peer->w->bad++;
        return;
    }
    struct stream *s = find_stream(peer, &k.h, pkt);
    if (s == NULL) {
        peer->w->dropped++;
        return;
    }
    bool again = s->rtx;
    if (again) {
        k.len = unwrap_rtx(s, &k.h, pkt, len);
        if (k.len == 0 || rtp_parse(&k.h, pkt, k.len) != ERR_OK)
            return;
        s = s->producer->main;
    }
    uint32_t clock = s->producer->media.kind == MEDIA_AUDIO ? 48000 : 90000;
    if (recv_packet(&s->recv, &k.h, clock, again, peer->w->now_ns, &k.ext) != RECV_NEW)
        return;
    if (k.h.payload_len > 0 && s->producer->media.kind == MEDIA_VIDEO)
        k.frame =
            codec_inspect(codec_for(s->producer, k.h.pt), pkt + k.h.head_len, k.h.payload_len);
    accept_packet(s, &k);
}

void producer_run_out(struct worker *w)
{
    while (w->active != NULL) {
        struct producer *p = w->active;
        w->active = p->next_active;
        p->active = false;
        for (struct consumer *c = p->consumers; c != NULL; c = c->next_of_producer)
            for (size_t i = 0; i < p->n_run; i++)
                consumer_forward(c, &p->run[i]);
        p->n_run = 0;
    }
}

void producer_sr(struct peer *peer, const struct rtcp_sr *sr, const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < peer->n_streams; i++) {
        struct stream *s = peer->streams[i];
        if (s->ssrc != sr->ssrc || s->rtx)
            continue;
        s->sr = *sr;
        s->sr_ns = peer->w->now_ns;
        s->recv.lsr = ntp_mid(sr->ntp);
        s->recv.lsr_ns = peer->w->now_ns;
        if (!s->producer->paused)
            record(s->producer, true, p, len);
    }
}

/* ---- key frames
 * ----------------------------------------------------------------------------------- */

static void ask_key(struct producer *p)
{
    uint8_t bytes[64];
    struct buf b = buf_make(bytes, sizeof(bytes));
    rtcp_write_rr(&b, p->peer->own_ssrc, NULL, 0);
    rtcp_write_pli(&b, p->peer->own_ssrc, p->main->ssrc);
    peer_send_rtcp(p->peer, &b);
    p->key_asked_ns = p->peer->w->now_ns;
    p->peer->w->plis++;
}

void producer_want_key(struct producer *p)
{
    if (p->media.kind != MEDIA_VIDEO)
        return;
    p->key_wanted = true;
    if (p->main != NULL && p->peer->w->now_ns - p->key_asked_ns >= KEY_LIMIT_MS * NS_PER_MS)
        ask_key(p);
}

/* After a pause receivers join anew, so that their numbers show no hole to be asked for. */
void producer_pause(struct producer *p, bool on)
{
    for (struct consumer *c = p->consumers; p->paused && !on && c != NULL; c = c->next_of_producer)
        c->started = false;
    p->paused = on;
    if (!on)
        producer_want_key(p);
}

static void tick_key(struct producer *p)
{
    uint64_t now = p->peer->w->now_ns;
    if (p->main == NULL || p->media.kind != MEDIA_VIDEO || p->paused)
        return;
    if (p->main->recv.lost_for_good) {
        p->main->recv.lost_for_good = false;
        p->key_wanted = true;
    }
    if (p->room->sink != NULL && now - p->key_seen_ns >= KEY_RECORDED_MS * NS_PER_MS)
        p->key_wanted = true;
    if (p->key_wanted && now - p->key_asked_ns >= KEY_RETRY_MS * NS_PER_MS)
        ask_key(p);
}

void producer_tick(struct producer *p)
{
    uint16_t seqs[RECV_MISSING_MAX];
    if (p->main == NULL)
        return;
    size_t n =
        recv_nacks(&p->main->recv, p->peer->w->now_ns, p->peer->rtt_ns, seqs, RECV_MISSING_MAX);
    if (n > 0) {
        uint8_t bytes[600];
        struct buf b = buf_make(bytes, sizeof(bytes));
        rtcp_write_nack(&b, p->peer->own_ssrc, p->main->ssrc, seqs, n);
        peer_send_rtcp(p->peer, &b);
        p->peer->w->nacks += n;
    }
    tick_key(p);
    cache_grow(&p->cache);
}

/* ---- each second: reports and the rate the publisher may use
 * -------------------------------------- */

/* Additive growth while loss is small, a cut in proportion when it is not; receivers who can take
 * less hold it down. */
static void update_estimate(struct producer *p)
{
    uint8_t worst = p->loss;
    uint64_t cap = p->screen ? RATE_SCREEN_MAX : RATE_MAX;
    for (const struct consumer *c = p->consumers; c != NULL; c = c->next_of_producer) {
        if (c->paused)
            continue;
        if (c->loss > worst)
            worst = c->loss;
        if (c->remb_bps != 0 && c->remb_bps < cap)
            cap = c->remb_bps;
    }
    if (worst > 26) /* 10 % */
        p->estimate_bps -= p->estimate_bps * worst / 512;
    else if (worst < 6) /* 2 % */
        p->estimate_bps += p->estimate_bps / 12;
    if (p->estimate_bps > cap)
        p->estimate_bps = cap;
    if (p->estimate_bps < RATE_MIN)
        p->estimate_bps = RATE_MIN;
}

static void emit_quality(struct producer *p, const struct rtcp_block *b)
{
    struct worker_event e = {.type = EV_QUALITY,
                             .peer = p->peer->id,
                             .member = p->peer->member,
                             .producer = p->id,
                             .room = p->room->id};
    e.u.quality.loss_permille = (uint32_t)b->fraction * 1000u / 256u;
    e.u.quality.bitrate_bps = (uint32_t)((p->bytes - p->bytes_before) * 8);
    e.u.quality.jitter_us = (uint32_t)((uint64_t)b->jitter * 1000000u /
                                       (p->media.kind == MEDIA_AUDIO ? 48000u : 90000u));
    worker_emit(p->peer->w, &e);
    p->bytes_before = p->bytes;
}

void producer_second(struct producer *p)
{
    uint8_t bytes[128];
    struct buf b = buf_make(bytes, sizeof(bytes));
    if (p->main == NULL)
        return;
    struct rtcp_block block = recv_report(&p->main->recv, p->main->ssrc, p->peer->w->now_ns);
    p->loss = block.fraction;
    rtcp_write_rr(&b, p->peer->own_ssrc, &block, 1);
    if (p->media.kind == MEDIA_VIDEO && p->media.codecs[0].remb) {
        update_estimate(p);
        rtcp_write_remb(&b, p->peer->own_ssrc, p->estimate_bps, &p->main->ssrc, 1);
    }
    peer_send_rtcp(p->peer, &b);
    emit_quality(p, &block);
}
