/**
 * @file
 * A media worker with clients around it, for tests: room, peers, streams, packets, what came. One
 * thread drives all clients; one worker at a time.
 */
#ifndef TESTS_RIG_H
#define TESTS_RIG_H

#include <poll.h>
#include <stdatomic.h>

#include "client.h"
#include "sfu/sink.h"
#include "sfu/worker.h"
#include "t.h"

enum { ROOM = 1, PEER_A = 10, PEER_B = 20, VIDEO = 100, AUDIO = 101, TO_B = 200, AUDIO_TO_B = 201 };
enum {
    SSRC = 0x1111,
    RTX = 0x2222,
    SSRC2 = 0x7777, /* of the same m-line */
    RTX2 = 0x8888,
    VOICE = 0x5555,
    OUT = 0x3333,
    OUT_RTX = 0x4444,
    OUT_VOICE = 0x6666
};
static struct worker *w;
static struct mailbox *events;
static struct dtls_ctx *dtls;
static struct addr at;
static struct client a, b;
static struct worker_event last[EV_STATS + 1];
static unsigned count[EV_STATS + 1];

static inline void take_events(void)
{
    for (struct msg *m = mailbox_take(events), *next = NULL; m != NULL; m = next) {
        const struct worker_event *e = (const struct worker_event *)m;
        next = m->next;
        T_EQ(m->type, WORKER_EVENT);
        last[e->type] = *e;
        count[e->type]++;
        msg_drop(m);
    }
}

static inline void pump(unsigned ms)
{
    uint64_t end = clock_mono_ns() + ms * NS_PER_MS;
    do {
        client_step(&a);
        client_step(&b);
        take_events();
        (void)poll(NULL, 0, 2);
    } while (clock_mono_ns() < end);
}

#define PUMP_UNTIL(cond) \
    do { \
        for (int turns_ = 0; turns_ < 2500 && !(cond); turns_++) \
            pump(2); \
        T_OK(cond); \
    } while (0)

static inline struct worker_cmd *cmd(enum worker_cmd_type type)
{
    struct worker_cmd *c = worker_cmd_new(type);
    if (c == NULL)
        abort();
    c->room = ROOM;
    return c;
}

/* ---- setting up ---------------------------------------------------------------------------- */

/** The worker knows the client, which says nothing until it is stepped. */
static inline void post_peer(struct client *c, uint64_t id, bool tcp)
{
    client_init(c, &at, tcp, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    worker_ufrag(c->params.local_ufrag, 0);
    struct worker_cmd *p = cmd(CMD_PEER_ADD);
    p->peer = id;
    p->member = id + 1;
    p->u.peer = c->params;
    worker_post(w, p);
}

static inline void add_peer(struct client *c, uint64_t id, bool tcp)
{
    post_peer(c, id, tcp);
    pump(0);
}

static inline struct media video(uint8_t pt, uint8_t rtx)
{
    struct media m = {
        .kind = MEDIA_VIDEO, .mid = "1", .n_codecs = 1, .ext = {.mid = 4, .orientation = 3}};
    m.codecs[0] = (struct codec_pt){
        .codec = CODEC_VP8, .pt = pt, .rtx_pt = rtx, .nack = true, .pli = true, .remb = true};
    return m;
}

static inline struct media audio(uint8_t pt, uint8_t level)
{
    struct media m = {
        .kind = MEDIA_AUDIO, .mid = "0", .n_codecs = 1, .ext = {.mid = 4, .audio_level = level}};
    m.codecs[0] = (struct codec_pt){.codec = CODEC_OPUS, .pt = pt, .rtx_pt = PT_NONE};
    return m;
}

static inline void add_streams(void)
{
    struct worker_cmd *c = cmd(CMD_PRODUCER_ADD);
    c->peer = PEER_A;
    c->producer = VIDEO;
    c->u.producer.track = 7;
    c->u.producer.media = video(96, 97);
    c->u.producer.media.n_ssrcs = 2;
    c->u.producer.media.ssrcs[0].ssrc = SSRC;
    c->u.producer.media.ssrcs[0].rtx = RTX;
    c->u.producer.media.ssrcs[1].ssrc = SSRC2;
    c->u.producer.media.ssrcs[1].rtx = RTX2;
    worker_post(w, c);
    c = cmd(CMD_PRODUCER_ADD);
    c->peer = PEER_A;
    c->producer = AUDIO;
    c->u.producer.track = 8;
    c->u.producer.media = audio(111, 1); /* no SSRC announced: known by its mid */
    worker_post(w, c);
    c = cmd(CMD_CONSUMER_ADD);
    c->peer = PEER_B;
    c->producer = VIDEO;
    c->consumer = TO_B;
    c->u.consumer.media = video(100, 101);
    c->u.consumer.ssrc = OUT;
    c->u.consumer.rtx_ssrc = OUT_RTX;
    worker_post(w, c);
    c = cmd(CMD_CONSUMER_ADD);
    c->peer = PEER_B;
    c->producer = AUDIO;
    c->consumer = AUDIO_TO_B;
    c->u.consumer.media = audio(120, 9);
    c->u.consumer.ssrc = OUT_VOICE;
    worker_post(w, c);
    pump(20);
}

/* ---- packets ------------------------------------------------------------------------------- */

static inline size_t vp8(uint8_t *p, uint16_t seq, uint32_t ts, bool key)
{
    static const uint8_t body[] = {0x10, 0x50, 0xfe, 0x01, 0x9d, 0x01,
                                   0x2a, 0x40, 0x01, 0xb4, 0x00};
    memset(p, 0, RTP_HEADER_LEN);
    p[0] = 0x80;
    p[1] = 0x80 | 96;
    rtp_put_seq(p, seq);
    rtp_put32(p + 4, ts);
    rtp_put32(p + 8, SSRC);
    memcpy(p + 12, body, sizeof(body));
    p[13] = (uint8_t)(p[13] | !key);
    p[12 + sizeof(body)] = (uint8_t)(seq >> 8); /* so that each payload is its own */
    p[13 + sizeof(body)] = (uint8_t)seq;
    return 12 + sizeof(body) + 2;
}

static inline void send_video(uint16_t seq, bool key)
{
    uint8_t p[100];
    client_send(&a, false, p, vp8(p, seq, 3000u * seq, key));
}

static inline void send_rtx(uint16_t osn, uint16_t seq)
{
    uint8_t p[100], r[100];
    size_t n = vp8(p, osn, 3000u * osn, false);
    memcpy(r, p, 12);
    r[1] = 0x80 | 97;
    rtp_put_seq(r, seq);
    rtp_put32(r + 8, RTX);
    r[12] = (uint8_t)(osn >> 8);
    r[13] = (uint8_t)osn;
    memcpy(r + 14, p + 12, n - 12);
    client_send(&a, false, r, n + 2);
}

static inline void send_voice(uint16_t seq, uint8_t level)
{
    uint8_t p[40] = {0x90, 111};
    rtp_put_seq(p, seq);
    rtp_put32(p + 4, 960u * seq);
    rtp_put32(p + 8, VOICE);
    memcpy(p + 12, "\xbe\xde\x00\x01\x40\x30\x10", 7); /* mid "0", audio level */
    p[19] = level;
    p[20] = 0x78;
    client_send(&a, false, p, 30);
}

static inline const struct client_packet *find_rtp(const struct client *c, uint32_t ssrc,
                                                   size_t nth, struct rtp *h)
{
    for (size_t i = 0; i < c->n; i++)
        if (!c->got[i].rtcp && rtp_parse(h, c->got[i].p, c->got[i].len) == ERR_OK &&
            h->ssrc == ssrc && nth-- == 0)
            return &c->got[i];
    return NULL;
}

static inline size_t count_rtp(const struct client *c, uint32_t ssrc)
{
    struct rtp h;
    size_t n = 0;
    while (find_rtp(c, ssrc, n, &h) != NULL)
        n++;
    return n;
}

/* How many RTCP packets of a kind @p c has got; the last one's body. */
static inline size_t count_rtcp(const struct client *c, uint8_t type, int fmt, struct cur *body)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        struct cur all = cur_make(c->got[i].p, c->got[i].len);
        struct rtcp r;
        while (c->got[i].rtcp && rtcp_next(&all, &r))
            if (r.type == type && (fmt < 0 || r.fmt == fmt)) {
                n++;
                *body = r.body;
            }
    }
    return n;
}

static inline void forget(void)
{
    a.n = b.n = 0;
    memset(count, 0, sizeof(count));
}

struct test_sink {
    struct sink sink;
    atomic_uint video, audio, rtcp, released;
};

static inline void sink_packet(struct sink *s, uint32_t track, bool rtcp, uint64_t ns,
                               const uint8_t *p, size_t len)
{
    struct test_sink *t = (struct test_sink *)s;
    (void)ns;
    (void)p;
    (void)len;
    if (rtcp)
        (void)atomic_fetch_add(&t->rtcp, 1);
    else
        (void)atomic_fetch_add(track == 7 ? &t->video : &t->audio, 1);
}

static inline void sink_flush(struct sink *s, uint64_t ns)
{
    (void)s;
    (void)ns;
}

static inline void sink_release(struct sink *s)
{
    (void)atomic_fetch_add(&((struct test_sink *)s)->released, 1);
}

__attribute__((unused)) static struct test_sink sink = {
    .sink = {sink_packet, sink_flush, sink_release}};

static inline void record(struct sink *s)
{
    struct worker_cmd *c = cmd(CMD_RECORD);
    c->u.sink = s;
    worker_post(w, c);
    pump(50);
}

static inline struct worker_event stats(void)
{
    count[EV_STATS] = 0;
    struct worker_cmd *c = cmd(CMD_STATS);
    c->cookie = 99;
    worker_post(w, c);
    PUMP_UNTIL(count[EV_STATS] == 1);
    T_EQ(last[EV_STATS].cookie, 99);
    return last[EV_STATS];
}

/* ---- start ---------------------------------------------------------------------------------- */

/** Certificate and mailbox, once. */
static inline void rig_init(void)
{
    if (srtp_setup() != ERR_OK || dtls_ctx_new(&dtls) != ERR_OK ||
        mailbox_new(&events, 100000) != ERR_OK)
        abort();
}

/** A worker on a free port of @p host, and a room. What @p cfg leaves open is filled in. */
static inline void rig_start(const struct worker_config *given, const char *host)
{
    struct addr any;
    struct worker_config cfg = *given;
    cfg.listen = &any;
    cfg.n_listen = 1;
    cfg.cpu = cfg.cpu == 0 ? -1 : cfg.cpu;
    cfg.dtls = dtls;
    cfg.events = events;
    if (addr_parse(&any, host, 0) != ERR_OK || worker_new(&w, &cfg) != ERR_OK ||
        worker_start(w) != ERR_OK)
        abort();
    at = any;
    addr_set_port(&at, worker_port(w, 0));
    a = b = (struct client){.silent = true, .fd = -1}; /* stepped before they exist */
    forget();
    worker_post(w, cmd(CMD_ROOM_OPEN));
}

/** The worker and both clients go. */
static inline void rig_stop(void)
{
    worker_free(w);
    client_fini(&a);
    client_fini(&b);
    take_events();
}

static inline void rig_fini(void)
{
    mailbox_free(events);
    dtls_ctx_free(dtls);
}

#endif
