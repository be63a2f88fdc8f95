/*
 * sfu/worker over loopback sockets, with real DTLS and SRTP clients made of the product's own
 * transport: forwarding, repair in both directions, key frame requests, muting, recording, reports,
 * liveness, ICE restart, ICE-TCP, strangers.
 */
#include "sfu/worker.h"

#include "rig.h"
#include "rtc/srtp.h"
#include "sfu/acceptor.h"

enum { LOST_MS = 600, GONE_MS = 1500 };

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

/* A second consumer with an SSRC that these keys have had sends no report and no end under it, and
 * leaves the first one's SRTCP indices as they are: B would drop its reports as repeated. */
static void keeps_ssrcs_apart(void)
{
    enum { AGAIN = 299 };
    struct cur body;
    struct worker_cmd *c = cmd(CMD_CONSUMER_ADD);
    c->peer = PEER_B;
    c->producer = VIDEO;
    c->consumer = AGAIN;
    c->u.consumer.media = video(100, 101);
    c->u.consumer.ssrc = OUT;
    c->u.consumer.rtx_ssrc = OUT_RTX;
    worker_post(w, c);
    pump(20);
    forget();
    send_video(126, true);
    last_out++;
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    pump(2500);
    size_t n = count_rtcp(&b, RTCP_SR, -1, &body);
    T_OK(n >= 2 && n <= 3); /* one a second */
    c = cmd(CMD_CONSUMER_REMOVE);
    c->consumer = AGAIN;
    worker_post(w, c);
    pump(50);
    T_EQ(count_rtcp(&b, RTCP_BYE, -1, &body), 0);
    forget();
    pump(2500);
    T_OK(count_rtcp(&b, RTCP_SR, -1, &body) >= 2);
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
    T_EQ(recv(s.fd, junk, sizeof(junk), MSG_DONTWAIT), 36); /* 401: it knew a name */
    T_EQ(recv(s.fd, junk, sizeof(junk), MSG_DONTWAIT), -1); /* to the others no answer at all */
    struct worker_event after = stats();
    T_OK(after.u.stats.stun_bad >= before.u.stats.stun_bad + 2);
    T_OK(after.u.stats.bad > before.u.stats.bad);
    T_EQ(after.u.stats.peers, 2);
    T_EQ(after.u.stats.producers, 2);
    T_EQ(after.u.stats.consumers, 2);
    client_fini(&s);
    forget();
    send_video(127, false);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1); /* and those who belong here notice nothing */
    expect_video(0, 1, 127);
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
    uint16_t seq = b.tcp ? 127 : 128;
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
    struct worker_config cfg = {.lost_ms = LOST_MS, .gone_ms = GONE_MS};
    rig_start(&cfg, "127.0.0.1");
}

static void all_of_it(bool tcp)
{
    struct acceptor *acceptor = NULL;
    start_worker();
    if (tcp)
        T_EQ(acceptor_new(&acceptor, &at, 1, &w, 1), ERR_OK); /* TCP on the UDP port's number */
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
    keeps_ssrcs_apart();
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

/* A sink that was posted and never taken up is released all the same. */
static void releases_what_waits(void)
{
    struct addr any;
    struct worker_config cfg = {
        .listen = &any, .n_listen = 1, .cpu = -1, .dtls = dtls, .events = events};
    T_EQ(addr_parse(&any, "127.0.0.1", 0), ERR_OK);
    T_EQ(worker_new(&w, &cfg), ERR_OK); /* never started */
    worker_post(w, cmd(CMD_ROOM_OPEN));
    struct worker_cmd *c = cmd(CMD_RECORD);
    c->u.sink = &sink.sink;
    worker_post(w, c);
    worker_free(w);
    T_EQ(atomic_exchange(&sink.released, 0), 1);
}

/* The answer to an offer leaves after the peer's command was posted, but a busy worker may find its
 * socket readable first: what came there must not be refused as a stranger's. Browsers ask again
 * only 50 ms and more later. */
static void hears_who_came_with_its_command(void)
{
    struct worker_config cfg = {.listen = &at, .n_listen = 1, .cpu = -1, .dtls = dtls};
    cfg.events = events;
    if (addr_parse(&at, "127.0.0.1", 0) != ERR_OK || worker_new(&w, &cfg) != ERR_OK)
        abort();
    addr_set_port(&at, worker_port(w, 0));
    b = (struct client){.silent = true, .fd = -1};
    forget();
    client_init(&a, &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    worker_ufrag(a.params.local_ufrag, 0);
    a.silent = true; /* but for this one */
    client_check(&a, a.params.local_pwd);
    worker_post(w, cmd(CMD_ROOM_OPEN));
    struct worker_cmd *p = cmd(CMD_PEER_ADD);
    p->peer = PEER_A;
    p->u.peer = a.params;
    worker_post(w, p);
    T_EQ(worker_start(w), ERR_OK);
    PUMP_UNTIL(a.answered);
    rig_stop();
}

/* How the way to a person is, is told; of a display, which is nobody in the meeting, it is not. */
static void tells_the_quality_of(uint64_t member)
{
    struct worker_config cfg = {.gone_ms = 20000};
    struct rtcp_block block = {.ssrc = OUT, .fraction = 64, .highest = 1};
    uint8_t bytes[64];
    struct buf o = buf_make(bytes, sizeof(bytes));
    rig_start(&cfg, "127.0.0.1");
    add_peer(&a, PEER_A, false);
    client_init(&b, &at, false, dtls_ctx_fingerprint(dtls), clock_mono_ns());
    worker_ufrag(b.params.local_ufrag, 0);
    struct worker_cmd *p = cmd(CMD_PEER_ADD);
    p->peer = PEER_B;
    p->member = member;
    p->u.peer = b.params;
    worker_post(w, p);
    PUMP_UNTIL(a.up && b.up);
    add_streams();
    rtcp_write_rr(&o, 77, &block, 1);
    client_send(&b, true, bytes, o.len);
    if (member != 0) {
        PUMP_UNTIL(count[EV_QUALITY] > 0 && last[EV_QUALITY].peer == PEER_B);
        T_EQ(last[EV_QUALITY].u.quality.loss_permille, 250);
    } else {
        uint64_t got = stats().u.stats.rtp_in; /* a round trip: the report has been read */
        T_EQ(got, 0);
        T_OK(count[EV_QUALITY] == 0 || last[EV_QUALITY].peer == PEER_A);
    }
    rig_stop();
}

int main(void)
{
    rig_init();
    tells_the_quality_of(PEER_B + 1);
    tells_the_quality_of(0);
    hears_who_came_with_its_command();
    releases_what_waits();
    names_workers();
    all_of_it(false);
    all_of_it(true);
    rig_fini();
    return t_done("worker");
}
