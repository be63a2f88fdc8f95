/*
 * sfu/worker over loopback sockets, with real DTLS and SRTP clients made of the product's own
 * transport: forwarding, repair in both directions, key frame requests, muting, recording, reports,
 * liveness, ICE restart, ICE-TCP, strangers.
 */
#include "sfu/worker.h"

#include <poll.h>
#include <stdatomic.h>

#include "client.h"
#include "rtc/srtp.h"
#include "sfu/acceptor.h"
#include "sfu/sink.h"
#include "t.h"

enum { ROOM = 1, PEER_A = 10, PEER_B = 20, VIDEO = 100, AUDIO = 101, TO_B = 200, AUDIO_TO_B = 201 };
enum {
    SSRC = 0x1111,
    RTX = 0x2222,
    VOICE = 0x5555,
    OUT = 0x3333,
    OUT_RTX = 0x4444,
    OUT_VOICE = 0x6666
};
enum { LOST_MS = 600, GONE_MS = 1500 };

static struct worker *w;
static struct mailbox *events;
static struct dtls_ctx *dtls;
static struct addr at;
static struct client a, b;
static struct worker_event last[EV_STATS + 1];
static unsigned count[EV_STATS + 1];

static void take_events(void)
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

static void pump(unsigned ms)
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

static struct worker_cmd *cmd(enum worker_cmd_type type)
{
    struct worker_cmd *c = worker_cmd_new(type);
    if (c == NULL)
        abort();
    c->room = ROOM;
    return c;
}

/* ---- setting up ---------------------------------------------------------------------------- */

static void add_peer(struct client *c, uint64_t id, bool tcp)
{
    client_init(c, &at, tcp, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    worker_ufrag(c->params.local_ufrag, 0);
    struct worker_cmd *p = cmd(CMD_PEER_ADD);
    p->peer = id;
    p->member = id + 1;
    p->u.peer = c->params;
    worker_post(w, p);
    pump(0);
}

static struct media video(uint8_t pt, uint8_t rtx)
{
    struct media m = {
        .kind = MEDIA_VIDEO, .mid = "1", .n_codecs = 1, .ext = {.mid = 4, .orientation = 3}};
    m.codecs[0] = (struct codec_pt){
        .codec = CODEC_VP8, .pt = pt, .rtx_pt = rtx, .nack = true, .pli = true, .remb = true};
    return m;
}

static struct media audio(uint8_t pt, uint8_t level)
{
    struct media m = {
        .kind = MEDIA_AUDIO, .mid = "0", .n_codecs = 1, .ext = {.mid = 4, .audio_level = level}};
    m.codecs[0] = (struct codec_pt){.codec = CODEC_OPUS, .pt = pt, .rtx_pt = PT_NONE};
    return m;
}

static void add_streams(void)
{
    struct worker_cmd *c = cmd(CMD_PRODUCER_ADD);
    c->peer = PEER_A;
    c->producer = VIDEO;
    c->u.producer.track = 7;
    c->u.producer.media = video(96, 97);
    c->u.producer.media.n_ssrcs = 1;
    c->u.producer.media.ssrcs[0].ssrc = SSRC;
    c->u.producer.media.ssrcs[0].rtx = RTX;
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

static size_t vp8(uint8_t *p, uint16_t seq, uint32_t ts, bool key)
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

static void send_video(uint16_t seq, bool key)
{
    uint8_t p[100];
    client_send(&a, false, p, vp8(p, seq, 3000u * seq, key));
}

static void send_rtx(uint16_t osn, uint16_t seq)
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

static void send_voice(uint16_t seq, uint8_t level)
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

static const struct client_packet *find_rtp(const struct client *c, uint32_t ssrc, size_t nth,
                                            struct rtp *h)
{
    for (size_t i = 0; i < c->n; i++)
        if (!c->got[i].rtcp && rtp_parse(h, c->got[i].p, c->got[i].len) == ERR_OK &&
            h->ssrc == ssrc && nth-- == 0)
            return &c->got[i];
    return NULL;
}

static size_t count_rtp(const struct client *c, uint32_t ssrc)
{
    struct rtp h;
    size_t n = 0;
    while (find_rtp(c, ssrc, n, &h) != NULL)
        n++;
    return n;
}

/* How many RTCP packets of a kind @p c has got; the last one's body. */
static size_t count_rtcp(const struct client *c, uint8_t type, int fmt, struct cur *body)
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

static void forget(void)
{
    a.n = b.n = 0;
    memset(count, 0, sizeof(count));
}

/* What B has last of the video: its number must be @p want more than the one before the test. */
static uint16_t last_out;

static void expect_video(size_t nth, uint16_t step, uint16_t seq_in)
{
    struct rtp h = {.seq = 0};
    const struct client_packet *g = find_rtp(&b, OUT, nth, &h);
    T_OK(g != NULL);
    if (g == NULL)
        return;
    T_EQ(h.seq, (uint16_t)(last_out + step));
    if (h.seq != (uint16_t)(last_out + step))
        (void)fprintf(stderr, "of packet %u\n", seq_in);
    T_EQ(h.pt, 100);
    T_OK(h.marker);
    T_OK(h.payload_len == 13 && g->p[h.head_len + 11] == seq_in >> 8 &&
         g->p[h.head_len + 12] == (uint8_t)seq_in);
}

/* ---- the tests ----------------------------------------------------------------------------- */

static void connects(void)
{
    PUMP_UNTIL(a.up && b.up && count[EV_PEER_UP] >= 2);
    T_EQ(last[EV_PEER_UP].room, ROOM);
    T_OK(last[EV_PEER_UP].peer == PEER_A || last[EV_PEER_UP].peer == PEER_B);
}

static void forwards_from_a_key_frame_on(void)
{
    struct rtp first, second;
    struct cur body;
    send_video(100, false);
    PUMP_UNTIL(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body) ==
               1); /* the newcomer needs a key frame */
    T_EQ(count_rtp(&b, OUT), 0);
    send_video(101, true);
    send_video(102, false);
    PUMP_UNTIL(count_rtp(&b, OUT) == 2);
    (void)find_rtp(&b, OUT, 0, &first);
    (void)find_rtp(&b, OUT, 1, &second);
    last_out = first.seq;
    expect_video(0, 0, 101);
    expect_video(1, 1, 102);
    T_EQ(second.ts - first.ts, 3000);
    T_EQ(count[EV_PRODUCER_STARTED], 1);
    T_EQ(last[EV_PRODUCER_STARTED].u.started.codec, CODEC_VP8);
    T_EQ(last[EV_PRODUCER_STARTED].u.started.ssrc, SSRC);
    last_out = second.seq;
}

static void repairs_the_publishers_loss(void)
{
    struct cur body;
    uint32_t sender = 0, media = 0;
    uint16_t pid = 0, mask = 0;
    forget();
    send_video(104, false); /* 103 is lost on the way */
    PUMP_UNTIL(count_rtcp(&a, RTCP_RTPFB, RTCP_FMT_NACK, &body) >= 1);
    T_OK(rtcp_read_fb(&body, &sender, &media) && media == SSRC);
    T_OK(rtcp_read_nack(&body, &pid, &mask) && pid == 103 && mask == 0);
    send_rtx(103, 5000);
    PUMP_UNTIL(count_rtp(&b, OUT) == 2);
    expect_video(0, 2, 104);
    expect_video(1, 1, 103); /* the number that was kept free for it */
    last_out = (uint16_t)(last_out + 2);
    forget();
    send_rtx(103, 5001);
    send_video(104, false);
    pump(150);
    T_EQ(count_rtp(&b, OUT), 0); /* duplicates go no further */
    T_EQ(count_rtcp(&a, RTCP_RTPFB, RTCP_FMT_NACK, &body), 0);
}

static void nack_of(uint16_t seq)
{
    uint8_t bytes[100];
    struct buf o = buf_make(bytes, sizeof(bytes));
    rtcp_write_rr(&o, 77, NULL, 0);
    rtcp_write_nack(&o, 77, OUT, &seq, 1);
    client_send(&b, true, bytes, o.len);
}

static void repairs_the_receivers_loss(void)
{
    struct rtp h = {.seq = 0};
    forget();
    nack_of((uint16_t)(last_out - 1)); /* was 103 */
    PUMP_UNTIL(count_rtp(&b, OUT_RTX) == 1);
    const struct client_packet *g = find_rtp(&b, OUT_RTX, 0, &h);
    T_EQ(h.pt, 101);
    T_EQ(h.payload_len, 2 + 13);
    T_EQ(g->p[h.head_len] << 8 | g->p[h.head_len + 1], (uint16_t)(last_out - 1));
    T_OK(g->p[h.head_len + 13] == 0 && g->p[h.head_len + 14] == 103);
    nack_of((uint16_t)(last_out + 500)); /* never sent */
    nack_of((uint16_t)(last_out - 500)); /* before it joined */
    pump(100);
    T_EQ(count_rtp(&b, OUT_RTX), 1);
}

static void merges_key_frame_requests(void)
{
    uint8_t bytes[64];
    struct cur body;
    pump(600); /* past the limit since the last one */
    forget();
    for (int i = 0; i < 10; i++) {
        struct buf o = buf_make(bytes, sizeof(bytes));
        rtcp_write_rr(&o, 77, NULL, 0);
        rtcp_write_pli(&o, 77, OUT);
        client_send(&b, true, bytes, o.len);
        pump(20);
    }
    PUMP_UNTIL(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body) > 0);
    T_EQ(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body), 1);
    pump(1100);
    T_OK(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body) >= 2); /* and asks again while none comes */
    send_video(105, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    expect_video(0, 1, 105);
    last_out++;
    size_t asked = count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body);
    pump(1200);
    T_EQ(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body), asked);
}

static void mutes(void)
{
    struct cur body;
    forget();
    struct worker_cmd *c = cmd(CMD_PRODUCER_PAUSE);
    c->producer = VIDEO;
    c->on = true;
    worker_post(w, c);
    pump(50);
    for (uint16_t s = 106; s < 110; s++)
        send_video(s, s == 107);
    pump(150);
    T_EQ(count_rtp(&b, OUT), 0);
    c = cmd(CMD_PRODUCER_PAUSE);
    c->producer = VIDEO;
    worker_post(w, c);
    PUMP_UNTIL(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body) >= 1);
    send_video(110, false); /* waits for the key frame */
    send_video(111, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    expect_video(0, 1, 111); /* no hole where it was muted */
    last_out++;
    forget();
    for (int on = 1; on >= 0; on--) { /* the watcher looks away, and back */
        c = cmd(CMD_CONSUMER_PAUSE);
        c->consumer = TO_B;
        c->on = on != 0;
        worker_post(w, c);
        pump(50);
        send_video((uint16_t)(113 - on), on == 0);
        pump(50);
    }
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    expect_video(0, 1, 113);
    last_out++;
}

struct test_sink {
    struct sink sink;
    atomic_uint video, audio, rtcp, released;
};

static void sink_packet(struct sink *s, uint32_t track, bool rtcp, uint64_t ns, const uint8_t *p,
                        size_t len)
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

static void sink_flush(struct sink *s, uint64_t ns)
{
    (void)s;
    (void)ns;
}

static void sink_release(struct sink *s)
{
    (void)atomic_fetch_add(&((struct test_sink *)s)->released, 1);
}

static struct test_sink sink = {.sink = {sink_packet, sink_flush, sink_release}};

static void record(struct sink *s)
{
    struct worker_cmd *c = cmd(CMD_RECORD);
    c->u.sink = s;
    worker_post(w, c);
    pump(50);
}

static void records(void)
{
    forget();
    record(&sink.sink);
    for (uint16_t s = 114; s < 124; s++) {
        send_video(s, s == 114);
        send_video(s, s == 114); /* a replay on the wire is not even SRTP's to accept */
        send_voice(s, 30);
    }
    PUMP_UNTIL(atomic_load(&sink.video) == 10 && atomic_load(&sink.audio) == 10);
    T_EQ(atomic_load(&sink.released), 0);
    record(NULL);
    PUMP_UNTIL(atomic_load(&sink.released) == 1);
    send_video(124, false);
    pump(100);
    T_EQ(atomic_load(&sink.video), 10);
    last_out = (uint16_t)(last_out + 11);
}

static void hears_who_speaks(void)
{
    struct rtp h = {.seq = 0};
    size_t n = 0;
    forget();
    for (uint16_t s = 200; s < 240; s++) {
        send_voice(s, 10);
        pump(10);
    }
    PUMP_UNTIL(count_rtp(&b, OUT_VOICE) == 40);
    const struct client_packet *g = find_rtp(&b, OUT_VOICE, 5, &h);
    T_EQ(h.pt, 120);
    const uint8_t *level = g == NULL ? NULL : rtp_ext(&h, g->p, 9, &n);
    T_OK(level != NULL && n == 1 && level[0] == 10); /* under the receiver's own id */
    PUMP_UNTIL(count[EV_SPEAKER] == 1);
    T_EQ(last[EV_SPEAKER].member, PEER_A + 1);
}

static void reports(void)
{
    struct rtcp_sr sr = {.ssrc = SSRC,
                         .ntp = ntp_from_wall_ns(clock_wall_ns()),
                         .rtp_ts = 90000,
                         .packets = 1},
                   got;
    uint8_t bytes[64];
    struct buf o = buf_make(bytes, sizeof(bytes));
    struct cur body;
    struct rtp h = {.ts = 0};
    forget();
    rtcp_write_sr(&o, &sr);
    client_send(&a, true, bytes, o.len);
    send_video(125, false);
    PUMP_UNTIL(count_rtcp(&b, RTCP_SR, -1, &body) >= 1);
    T_EQ(rtcp_read_sr(&body, &got), ERR_OK);
    T_EQ(got.ssrc, OUT);
    (void)find_rtp(&b, OUT, 0, &h);
    double clocks = (double)(int32_t)(got.rtp_ts - (h.ts - 3000u * 125 + 90000)) / 90000;
    double walls = (double)(int64_t)(got.ntp - sr.ntp) / 4294967296.0;
    T_OK(walls >= 0 && walls < 3 && clocks - walls < 0.002 && walls - clocks < 0.002);
    last_out++;
    PUMP_UNTIL(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_REMB, &body) >= 1);
    PUMP_UNTIL(count_rtcp(&a, RTCP_RR, -1, &body) >= 1);
    PUMP_UNTIL(count[EV_QUALITY] >= 1);
}

static struct worker_event stats(void)
{
    count[EV_STATS] = 0;
    struct worker_cmd *c = cmd(CMD_STATS);
    c->cookie = 99;
    worker_post(w, c);
    PUMP_UNTIL(count[EV_STATS] == 1);
    T_EQ(last[EV_STATS].cookie, 99);
    return last[EV_STATS];
}

static void ignores_strangers(void)
{
    uint8_t junk[200];
    struct client s;
    struct worker_event before = stats();
    client_init(&s, &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    s.params = a.params;
    for (size_t i = 0; i < 500; i++) {
        random_bytes(junk, sizeof(junk));
        if (i % 5 < 4)
            junk[0] = (uint8_t)((const uint8_t[]){0, 22, 128, 200}[i % 5]);
        client_raw(&s, junk, 1 + i % sizeof(junk));
    }
    client_check(&s, "wrongwrongwrongwrongwron"); /* right name, wrong password */
    memcpy(s.params.local_ufrag, "zzzzzzzz", 9);
    client_check(&s, a.params.local_pwd); /* nobody's name */
    pump(100);
    T_EQ(recv(s.fd, junk, sizeof(junk), MSG_DONTWAIT), -1); /* no answer at all */
    struct worker_event after = stats();
    T_OK(after.u.stats.stun_bad >= before.u.stats.stun_bad + 2);
    T_OK(after.u.stats.bad > before.u.stats.bad);
    T_EQ(after.u.stats.peers, 2);
    T_EQ(after.u.stats.producers, 2);
    T_EQ(after.u.stats.consumers, 2);
    client_fini(&s);
    forget();
    send_video(126, false);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1); /* and those who belong here notice nothing */
    expect_video(0, 1, 126);
    last_out++;
}

/* Another socket with the new credentials: the media follows, DTLS goes on. */
static void restarts_ice(void)
{
    char old_pwd[ICE_PWD_MAX];
    memcpy(old_pwd, b.params.local_pwd, sizeof(old_pwd));
    worker_ufrag(b.params.local_ufrag, 0);
    random_ice(b.params.local_pwd, 24);
    struct worker_cmd *c = cmd(CMD_PEER_ICE);
    c->peer = PEER_B;
    c->u.peer = b.params;
    worker_post(w, c);
    forget();
    if (!b.tcp) {
        (void)close(b.fd);
        client_socket(&b);
        b.next_check_ns = 0;
        pump(100);
    }
    uint16_t seq = b.tcp ? 126 : 127;
    send_video(seq, false);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    expect_video(0, 1, seq);
    last_out++;
    T_EQ(count[EV_PEER_GONE], 0);
}

static void notices_silence(void)
{
    forget();
    b.silent = true;
    PUMP_UNTIL(count[EV_PEER_LOST] == 1);
    T_EQ(last[EV_PEER_LOST].peer, PEER_B);
    b.silent = false;
    PUMP_UNTIL(count[EV_PEER_BACK] == 1);
    T_EQ(last[EV_PEER_BACK].peer, PEER_B);
    T_EQ(count[EV_PEER_GONE], 0);
    b.silent = true;
    PUMP_UNTIL(count[EV_PEER_GONE] == 1);
    T_EQ(last[EV_PEER_GONE].peer, PEER_B);
    T_OK(!last[EV_PEER_GONE].on);
    b.silent = false;
}

static void hears_the_close(void)
{
    forget();
    transport_free(a.t); /* says close_notify */
    a.t = NULL;
    a.silent = true;
    PUMP_UNTIL(count[EV_PEER_GONE] >= 1);
    T_EQ(last[EV_PEER_GONE].peer, PEER_A);
    T_OK(last[EV_PEER_GONE].on);
}

static void start_worker(void)
{
    struct addr any;
    struct worker_config cfg = {.listen = &any,
                                .n_listen = 1,
                                .cpu = -1,
                                .dtls = dtls,
                                .events = events,
                                .lost_ms = LOST_MS,
                                .gone_ms = GONE_MS};
    T_EQ(addr_parse(&any, "127.0.0.1", 0), ERR_OK);
    T_EQ(worker_new(&w, &cfg), ERR_OK);
    at = any;
    addr_set_port(&at, worker_port(w, 0));
    T_EQ(worker_start(w), ERR_OK);
    worker_post(w, cmd(CMD_ROOM_OPEN));
}

static void all_of_it(bool tcp)
{
    struct acceptor *acceptor = NULL;
    forget();
    start_worker();
    if (tcp)
        T_EQ(acceptor_new(&acceptor, &at, 1, &w, 1),
             ERR_OK);                                  /* TCP on the number of the UDP port */
    a = b = (struct client){.silent = true, .fd = -1}; /* stepped before they exist */
    atomic_store(&sink.video, 0);
    atomic_store(&sink.audio, 0);
    atomic_store(&sink.released, 0);
    add_peer(&a, PEER_A, tcp);
    add_peer(&b, PEER_B, tcp);
    connects();
    add_streams();
    forwards_from_a_key_frame_on();
    repairs_the_publishers_loss();
    repairs_the_receivers_loss();
    merges_key_frame_requests();
    mutes();
    records();
    hears_who_speaks();
    reports();
    if (!tcp)
        ignores_strangers();
    restarts_ice();
    if (!tcp)
        notices_silence();
    hears_the_close();
    worker_free(w);
    for (int i = 0; i < 100 && !b.down; i++)
        client_step(&b);
    T_OK(b.down); /* told so by close_notify */
    acceptor_free(acceptor);
    client_fini(&a);
    client_fini(&b);
    take_events();
}

static void names_workers(void)
{
    char ufrag[ICE_UFRAG_MAX];
    for (unsigned i = 0; i < 64; i++) {
        worker_ufrag(ufrag, i);
        T_EQ(strlen(ufrag), 8);
        T_EQ(worker_of_ufrag(ufrag), i);
    }
    T_EQ(worker_of_ufrag(""), 64);
    T_EQ(worker_of_ufrag("-abc"), 64);
    worker_free(NULL);
    acceptor_free(NULL);
}

int main(void)
{
    if (srtp_setup() != ERR_OK || dtls_ctx_new(&dtls) != ERR_OK ||
        mailbox_new(&events, 100000) != ERR_OK)
        return 1;
    names_workers();
    all_of_it(false);
    all_of_it(true);
    mailbox_free(events);
    dtls_ctx_free(dtls);
    return t_done("worker");
}
