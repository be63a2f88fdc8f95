/* What a peer sends: streams are matched to producers, repaired, recorded, gathered into runs. */
#include <string.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "worker_priv.h"

enum { KEY_LIMIT_MS = 500, KEY_RETRY_MS = 1000, MAIN_SILENT_MS = 300, SOURCE_GAP = 0x4000 };
/* Rings begin with these; then the time to be kept and the rate decide. */
enum { RING_VIDEO = 64 << 10, RING_VOICE = 8 << 10 };
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
    size_t ring = p->media.kind == MEDIA_VIDEO ? RING_VIDEO : RING_VOICE;
    p->run_max = p->media.kind == MEDIA_VIDEO ? RUN_MAX : RUN_VOICE_MAX;
    p->run = (struct out_packet *)mem_zalloc(p->run_max, sizeof(*p->run));
    enum err e = p->run == NULL ? ERR_NOMEM : cache_init(&p->cache, w->cfg.ring_ms, ring);
    if (e == ERR_OK)
        e = map_put(&w->producers, p->id, p);
    if (e != ERR_OK) {
        cache_fini(&p->cache);
        mem_free(p->run);
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

void stream_free(struct stream *s)
{
    if (s->recv != NULL)
        recv_fini(s->recv);
    mem_free(s->recv);
    mem_free(s);
}

/* The streams change places, so that what points at one follows. */
static void drop_stream(struct peer *peer, size_t i)
{
    struct stream *s = peer->streams[i];
    if (s->producer->main == s)
        s->producer->main = NULL;
    stream_free(s);
    peer->streams[i] = peer->streams[--peer->n_streams];
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
    for (struct consumer *c = p->consumers; c != NULL; c = p->consumers)
        (c->stays ? consumer_leave : consumer_free)(c);
    unlink_from(p);
    for (size_t i = 0; i < peer->n_streams;) {
        if (peer->streams[i]->producer != p) {
            i++;
            continue;
        }
        drop_stream(peer, i);
    }
    (void)map_take(&peer->w->producers, p->id);
    cache_fini(&p->cache);
    mem_free(p->run);
    mem_free(p);
}

/* ---- runs ---------------------------------------------------------------------------------------
 */

/* Length of what a receiver will be sent, before padding, as far as packets differ. */
static size_t wire_len(const struct out_packet *k)
{
    return k->h.payload_len + (k->has_turn ? 8u : 0u);
}

static void pad_to(struct out_packet *k, size_t len)
{
    uint8_t *end = k->p + k->h.head_len + k->h.payload_len;
    k->pad = (uint8_t)(len - wire_len(k));
    if (k->pad == 0)
        return;
    memset(end, 0, k->pad);
    end[k->pad - 1] = k->pad;
}

/* How many packets from the first on differ by no more than padding makes up for; their longest. */
static size_t alike(const struct out_packet *k, size_t n, size_t *longest)
{
    size_t low = wire_len(&k[0]), high = low, i = 1;
    for (; i < n; i++) {
        size_t len = wire_len(&k[i]);
        size_t low_then = len < low ? len : low, high_then = len > high ? len : high;
        if (high_then - low_then > PAD_MAX)
            break;
        low = low_then;
        high = high_then;
    }
    *longest = high;
    return i;
}

/*
 * Trains want equal sizes (UDP segmentation offload; the last may be shorter), and a browser cuts a
 * frame into packets that differ by a byte: neighbours that nearly agree are padded to the longest.
 */
static void equalize(struct out_packet *k, size_t n)
{
    for (size_t i = 0, same = 0; i < n; i += same) {
        size_t longest = 0;
        same = alike(k + i, n - i, &longest);
        for (size_t j = i; j < i + same; j++)
            pad_to(&k[j], longest);
    }
}

static void send_run(struct producer *p)
{
    if (p->media.kind == MEDIA_VIDEO && !p->peer->w->cfg.no_padding)
        equalize(p->run, p->n_run);
    for (struct consumer *c = p->consumers; c != NULL; c = c->next_of_producer)
        consumer_forward(c, p->run, p->n_run);
    p->n_run = p->run_bytes = 0;
}

static void queue(struct producer *p, const struct out_packet *k)
{
    struct worker *w = p->peer->w;
    if (p->n_run == 0)
        p->run_due_ns = w->now_ns + RUN_NS;
    p->run[p->n_run++] = *k;
    p->run_bytes += k->len + CACHE_SLACK;
    if (k->h.marker || p->media.kind == MEDIA_AUDIO)
        p->run_due_ns = 0;
    if (!p->active) {
        p->active = true;
        p->next_active = w->active;
        w->active = p;
    }
}

void producer_run_out(struct worker *w)
{
    for (struct producer **at = &w->active, *p = NULL; (p = *at) != NULL;) {
        if (p->run_due_ns > w->now_ns) {
            at = &p->next_active;
            continue;
        }
        *at = p->next_active;
        p->active = false;
        send_run(p);
    }
}

uint64_t producer_run_due_ns(const struct worker *w)
{
    uint64_t due = UINT64_MAX;
    for (const struct producer *p = w->active; p != NULL; p = p->next_active)
        if (p->run_due_ns < due)
            due = p->run_due_ns;
    return due;
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
            s->primary = s->rtx ? p->media.ssrcs[i].ssrc : 0;
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

/* SRTP keeps a state for each SSRC that authenticates; of nobody's it keeps the last few. */
static void stray(struct peer *peer, uint32_t ssrc)
{
    for (size_t i = 0; i < STRAY_MAX; i++)
        if (peer->stray[i] == ssrc)
            return;
    uint32_t *place = &peer->stray[peer->next_stray++ % STRAY_MAX];
    if (*place != 0)
        transport_forget(peer->transport, false, *place);
    *place = ssrc;
}

static struct stream *find_stream(struct peer *peer, const struct rtp *h, const uint8_t *pkt)
{
    for (size_t i = 0; i < peer->n_streams; i++)
        if (peer->streams[i]->ssrc == h->ssrc)
            return peer->streams[i];
    struct stream found = {.ssrc = h->ssrc};
    if (peer->n_streams == STREAMS_MAX || match(peer, h, pkt, &found) == NULL) {
        stray(peer, h->ssrc);
        return NULL;
    }
    for (size_t i = 0; i < STRAY_MAX; i++)
        if (peer->stray[i] == h->ssrc)
            peer->stray[i] = 0; /* Known now: not to be forgotten. */
    struct stream *s = (struct stream *)mem_alloc(sizeof(*s));
    if (!found.rtx)
        found.recv = (struct recv *)mem_zalloc(1, sizeof(*found.recv));
    if (s == NULL || (found.recv == NULL && !found.rtx)) {
        mem_free(found.recv);
        mem_free(s);
        return NULL;
    }
    *s = found;
    peer->streams[peer->n_streams++] = s;
    return s;
}

/*
 * A producer forwards one stream. A new SSRC takes over, and one that was known when the other has
 * fallen silent; receivers begin again at its key frame, with numbers and times that go on.
 */
static bool is_main(struct stream *s, uint64_t now_ns)
{
    struct producer *p = s->producer;
    if (p->main != s) {
        bool silent = now_ns - p->main_ns >= MAIN_SILENT_MS * NS_PER_MS;
        if (p->main != NULL && s->recv->seq.started && !silent)
            return false;
        send_run(p); /* Its packets are the other's. */
        p->main = s;
        p->ext_by = 0; /* set by the first packet */
        for (struct consumer *c = p->consumers; c != NULL; c = c->next_of_producer)
            c->started = false;
        producer_want_key(p);
    }
    p->main_ns = now_ns;
    return true;
}

/* Turns a retransmission into the packet it repeats (RFC 4588 4). @return its new length, 0:
 * padding only. */
static size_t unwrap_rtx(const struct stream *s, const struct rtp *h, uint8_t *p, size_t len)
{
    const struct producer *pr = s->producer;
    if (h->payload_len < 2 || pr->main == NULL || (s->primary != 0 && s->primary != pr->main->ssrc))
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

static const struct codec_pt *codec_for(const struct producer *p, uint8_t pt)
{
    for (size_t i = 0; i < p->media.n_codecs; i++)
        if (p->media.codecs[i].pt == pt)
            return &p->media.codecs[i];
    return NULL;
}

static void announce(struct producer *p, const struct codec_pt *codec)
{
    struct worker_event e = {.type = EV_PRODUCER_STARTED,
                             .producer = p->id,
                             .peer = p->peer->id,
                             .member = p->peer->member,
                             .room = p->room->id};
    e.u.started.codec = codec->codec;
    e.u.started.ssrc = p->main->ssrc;
    bool another = p->codec != NULL;
    send_run(p); /* What waits is of the codec before. */
    p->codec = codec;
    for (struct consumer *c = p->consumers; c != NULL; c = c->next_of_producer) {
        consumer_codec(c);
        c->started = c->started && !another;
    }
    if (another)
        producer_want_key(p);
    worker_emit(p->peer->w, &e);
}

void producer_read_ext(struct out_packet *k, const struct ext_ids *ids, const uint8_t *pkt)
{
    size_t n = 0;
    const uint8_t *v = rtp_ext(&k->h, pkt, ids->audio_level, &n);
    k->has_level = v != NULL && n >= 1;
    k->level = k->has_level ? v[0] : 0;
    v = rtp_ext(&k->h, pkt, ids->orientation, &n);
    k->has_turn = v != NULL && n >= 1;
    k->turn = k->has_turn ? v[0] : 0;
}

static void hear(struct producer *p, const struct out_packet *k)
{
    if (!k->has_level)
        return;
    uint32_t loud = 127u - (k->level & 127u); /* -dBov on the wire */
    p->level_q8 += (loud << 8) / 8 - p->level_q8 / 8;
    p->level_ns = p->peer->w->now_ns;
}

static void record(struct producer *p, bool rtcp, const uint8_t *pkt, size_t len)
{
    struct sink *s = p->room->sink;
    if (s != NULL)
        s->packet(s, p->track, rtcp, p->peer->w->now_ns, pkt, len);
}

/* ---- in -----------------------------------------------------------------------------------------
 */

static void accept_packet(struct producer *p, struct out_packet *k, const uint8_t *pkt)
{
    struct worker *w = p->peer->w;
    const struct codec_pt *codec = codec_for(p, k->h.pt);
    if (p->paused || codec == NULL) {
        w->dropped++;
        return;
    }
    if (codec != p->codec)
        announce(p, codec);
    producer_read_ext(k, &p->media.ext, pkt);
    if (p->media.kind == MEDIA_AUDIO)
        hear(p, k);
    if (k->key) {
        p->key_seen_ns = w->now_ns;
        p->key_wanted = p->key_fresh = false;
    }
    p->bytes += k->len;
    record(p, false, pkt, k->len);
    /* The run points into the ring, which must not come round on it. */
    if (p->n_run == p->run_max || p->run_bytes + k->len > p->cache.cap / 2)
        send_run(p);
    k->p = cache_put(&p->cache, k->ext, pkt, k->len - k->h.pad_len, w->now_ns);
    if (k->p == NULL)
        return;
    k->p[0] &= 0xdf; /* Kept without its padding: receivers get their own. */
    queue(p, k);
}

/* The number within the producer: a new source goes on behind the last one's numbers, with a gap
 * that its latecomers fit in. */
static uint32_t number_of(struct producer *p, uint32_t ext)
{
    if (p->ext_by == 0)
        p->ext_by = (p->newest_ext == 0 ? SOURCE_GAP : p->newest_ext + SOURCE_GAP - ext) | 1u;
    uint32_t n = ext + p->ext_by;
    if ((int32_t)(n - p->newest_ext) > 0)
        p->newest_ext = n;
    return n;
}

static bool is_key(const struct producer *p, const struct rtp *h, const uint8_t *pkt)
{
    const struct codec_pt *codec = codec_for(p, h->pt);
    return h->payload_len > 0 && codec != NULL && p->media.kind == MEDIA_VIDEO &&
           codec_inspect(codec->codec, pkt + h->head_len, h->payload_len).key;
}

void producer_rtp(struct peer *peer, uint8_t *pkt, size_t len)
{
    struct out_packet k = {.len = len};
    if (rtp_parse(&k.h, pkt, len) != ERR_OK) {
        peer->w->bad++;
        return;
    }
    struct stream *s = find_stream(peer, &k.h, pkt);
    if (s == NULL) {
        peer->w->dropped++;
        return;
    }
    struct producer *p = s->producer;
    bool again = s->rtx;
    if (again) {
        k.len = unwrap_rtx(s, &k.h, pkt, len);
        if (k.len == 0 || rtp_parse(&k.h, pkt, k.len) != ERR_OK)
            return;
        s = p->main;
    } else if (!is_main(s, peer->w->now_ns)) {
        peer->w->dropped++;
        return;
    }
    uint32_t clock = p->media.kind == MEDIA_AUDIO ? 48000 : 90000, ext = 0;
    if (recv_packet(s->recv, &k.h, clock, again, peer->w->now_ns, &ext) != RECV_NEW)
        return;
    k.ext = number_of(p, ext);
    k.key = is_key(p, &k.h, pkt);
    accept_packet(p, &k, pkt);
}

/* RTCP BYE: what the source sends from now on is another one's, also under the same SSRC. */
void producer_bye(struct peer *peer, uint32_t ssrc)
{
    for (size_t i = 0; i < peer->n_streams; i++)
        if (peer->streams[i]->ssrc == ssrc) {
            peer->streams[i]->producer->level_ns = 0;
            drop_stream(peer, i);
            return;
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
        s->recv->lsr = ntp_mid(sr->ntp);
        s->recv->lsr_ns = peer->w->now_ns;
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
    if (p->codec != NULL && !p->codec->pli && p->codec->fir)
        rtcp_write_fir(&b, p->peer->own_ssrc, p->main->ssrc, p->fir_seq++);
    else
        rtcp_write_pli(&b, p->peer->own_ssrc, p->main->ssrc);
    peer_send_rtcp(p->peer, &b);
    p->key_asked_ns = p->peer->w->now_ns;
    p->key_fresh = false;
    p->peer->w->plis++;
}

/* Wishes of one half second are one request; one that brought nothing is repeated after a second.
 */
static void ask_if_due(struct producer *p)
{
    uint64_t pause = (p->key_fresh ? KEY_LIMIT_MS : KEY_RETRY_MS) * NS_PER_MS;
    if (p->key_wanted && p->main != NULL && !p->paused &&
        p->peer->w->now_ns - p->key_asked_ns >= pause)
        ask_key(p);
}

void producer_want_key(struct producer *p)
{
    if (p->media.kind != MEDIA_VIDEO)
        return;
    p->key_wanted = p->key_fresh = true;
    ask_if_due(p);
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
    /* A shared screen's key frames are large, and its pictures between them few. */
    uint64_t pause = p->peer->w->cfg.key_ms * NS_PER_MS * (p->screen ? 2 : 1);
    if (p->main->recv->lost_for_good) {
        p->main->recv->lost_for_good = false;
        producer_want_key(p);
    }
    if (p->room->sink != NULL && !p->paused && !p->key_wanted && now - p->key_seen_ns >= pause)
        producer_want_key(p);
    ask_if_due(p);
}

static void tick_nacks(struct producer *p)
{
    uint16_t seqs[RECV_MISSING_MAX];
    uint8_t bytes[600];
    struct recv *r = p->main->recv;
    if (p->paused) {
        r->n_missing = 0; /* Nobody would be sent it. */
        return;
    }
    size_t n = recv_nacks(r, p->peer->w->now_ns, p->peer->rtt_ns, seqs, RECV_MISSING_MAX);
    if (n == 0 || p->codec == NULL || !p->codec->nack)
        return;
    struct buf b = buf_make(bytes, sizeof(bytes));
    rtcp_write_nack(&b, p->peer->own_ssrc, p->main->ssrc, seqs, n);
    peer_send_rtcp(p->peer, &b);
    p->peer->w->nacks += n;
}

void producer_tick(struct producer *p)
{
    if (p->main == NULL)
        return;
    tick_nacks(p);
    if (p->media.kind == MEDIA_VIDEO)
        tick_key(p);
    if (cache_wants_resize(&p->cache)) {
        send_run(p); /* It points into what is moved. */
        cache_resize(&p->cache);
    }
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
    struct rtcp_block block = recv_report(p->main->recv, p->main->ssrc, p->peer->w->now_ns);
    p->loss = block.fraction;
    rtcp_write_rr(&b, p->peer->own_ssrc, &block, 1);
    if (p->codec != NULL && p->codec->remb) {
        update_estimate(p);
        rtcp_write_remb(&b, p->peer->own_ssrc, p->estimate_bps, &p->main->ssrc, 1);
    }
    peer_send_rtcp(p->peer, &b);
    emit_quality(p, &block);
}
