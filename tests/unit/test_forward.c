/*
 * What sfu/worker makes of packets on their way: frames longer than a run and unfinished ones,
 * padding, changes of source, codecs, key frame requests, and the limits on repairs.
 */
#include "rig.h"

struct packet {
    uint32_t ssrc, ts;
    uint16_t seq;
    uint8_t pt, pad;
    bool key, first, marker, turn;
    size_t body; /* bytes of payload */
};

/* A VP8 payload, from its third byte on filled with what the sequence number makes of it. */
static size_t write_packet(uint8_t *p, const struct packet *k)
{
    size_t n = RTP_HEADER_LEN;
    memset(p, 0, RTP_HEADER_LEN);
    p[0] = (uint8_t)(0x80u | (k->pad > 0 ? 0x20u : 0u) | (k->turn ? 0x10u : 0u));
    p[1] = (uint8_t)((k->marker ? 0x80u : 0u) | k->pt);
    rtp_put_seq(p, k->seq);
    rtp_put32(p + 4, k->ts);
    rtp_put32(p + 8, k->ssrc);
    if (k->turn) {
        memcpy(p + n, "\xbe\xde\x00\x01\x30\x02\x00\x00", 8);
        n += 8;
    }
    for (size_t i = 0; i < k->body; i++)
        p[n + i] = (uint8_t)(k->seq + 7u * i);
    p[n] = k->first ? 0x10 : 0x00;
    p[n + 1] = k->key ? 0x00 : 0x01;
    memset(p + n + k->body, 0, k->pad);
    if (k->pad > 0)
        p[n + k->body + k->pad - 1] = k->pad;
    return n + k->body + k->pad;
}

static void put(const struct packet *k)
{
    uint8_t p[1500];
    client_send(&a, false, p, write_packet(p, k));
}

/* One packet that is a frame of its own. */
static void frame(uint32_t ssrc, uint16_t seq, uint32_t ts, bool key)
{
    put(&(struct packet){ssrc, ts, seq, 96, 0, key, true, true, false, 100});
}

static struct rtp nth(size_t i)
{
    struct rtp h = {.seq = 0};
    T_OK(find_rtp(&b, OUT, i, &h) != NULL);
    return h;
}

/* The payload that B got is the one that was sent under @p seq. */
static void expect_body(const struct client_packet *g, const struct rtp *h, size_t skip,
                        uint16_t seq, size_t body)
{
    T_EQ(h->payload_len, skip + body);
    for (size_t i = 2; g != NULL && h->payload_len == skip + body && i < body; i++)
        if (g->p[h->head_len + skip + i] != (uint8_t)(seq + 7u * i)) {
            T_EQ(i, SIZE_MAX);
            return;
        }
}

static size_t plis(void)
{
    struct cur body;
    return count_rtcp(&a, RTCP_PSFB, RTCP_FMT_PLI, &body);
}

/* ---- key frames -------------------------------------------------------------------------------
 */

/* The watcher is agreed on before its connection stands: the key frame must be asked for after. */
static void asks_when_the_watcher_is_there(void)
{
    PUMP_UNTIL(a.up);
    post_peer(&b, PEER_B, false);
    struct client later = b;
    b.t = NULL; /* not stepped: it does not connect yet */
    add_streams();
    frame(SSRC, 1, 1000, true);
    pump(700);
    size_t before = plis();
    later.got = b.got;
    b = later;
    PUMP_UNTIL(b.up);
    PUMP_UNTIL(plis() > before);
    T_EQ(count_rtp(&b, OUT), 0);
    frame(SSRC, 2, 2000, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
}

/* Half a second after the last request, not the whole second of one that brought nothing. */
static void asks_again_for_a_newcomer(void)
{
    pump(600);
    forget();
    struct worker_cmd *c = cmd(CMD_KEYFRAME);
    c->producer = VIDEO;
    worker_post(w, c);
    PUMP_UNTIL(plis() == 1);
    uint64_t asked = clock_mono_ns();
    frame(SSRC, 3, 3000, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    c = cmd(CMD_KEYFRAME); /* the newcomer who missed it */
    c->producer = VIDEO;
    worker_post(w, c);
    PUMP_UNTIL(plis() == 2);
    uint64_t ms = (clock_mono_ns() - asked) / NS_PER_MS;
    T_OK(ms >= 450 && ms < 900);
    frame(SSRC, 4, 4000, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 2);
}

static void keeps_a_recording_seekable(void)
{
    pump(1100);
    forget();
    pump(700);
    T_EQ(plis(), 0);
    record(&sink.sink); /* key_ms is 400 here: asked at once, then again and again */
    frame(SSRC, 5, 5000, true);
    PUMP_UNTIL(plis() >= 1);
    for (uint16_t i = 0; i < 10; i++) {
        frame(SSRC, (uint16_t)(6 + i), 6000u + i, false);
        pump(100);
    }
    T_OK(plis() >= 2);
    record(NULL);
    frame(SSRC, 16, 7000, true);
    pump(1100);
    size_t before = plis();
    pump(1200);
    T_EQ(plis(), before);
}

static void understands_fir(void)
{
    uint8_t bytes[64];
    struct buf o = buf_make(bytes, sizeof(bytes));
    pump(600);
    forget();
    rtcp_write_rr(&o, 77, NULL, 0);
    rtcp_write_fir(&o, 77, OUT, 1);
    client_send(&b, true, bytes, o.len);
    PUMP_UNTIL(plis() == 1);
    frame(SSRC, 17, 8000, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
}

/* ---- runs -------------------------------------------------------------------------------------
 */

static void forwards_frames_of_any_length(void)
{
    enum { N = 150 }; /* two runs and more */
    forget();
    for (uint16_t i = 0; i < N; i++)
        put(&(struct packet){SSRC, 9000, (uint16_t)(18 + i), 96, 0, i == 0, i == 0, i == N - 1,
                             false, 300u + i % 2});
    PUMP_UNTIL(count_rtp(&b, OUT) == N);
    struct rtp h = nth(0);
    uint16_t first = h.seq;
    for (uint16_t i = 0; i < N; i++) {
        const struct client_packet *g = find_rtp(&b, OUT, i, &h);
        T_EQ(h.seq, (uint16_t)(first + i));
        T_EQ(h.marker, i == N - 1);
        expect_body(g, &h, 0, (uint16_t)(18 + i), 300u + i % 2);
    }
}

static void does_not_wait_for_the_marker(void)
{
    forget();
    put(&(struct packet){SSRC, 9500, 168, 96, 0, false, true, false, false, 50});
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
}

static void nack_of(uint32_t ssrc, uint16_t out)
{
    uint8_t bytes[100];
    struct buf o = buf_make(bytes, sizeof(bytes));
    rtcp_write_rr(&o, 77, NULL, 0);
    rtcp_write_nack(&o, 77, ssrc, &out, 1);
    client_send(&b, true, bytes, o.len);
}

static void nack(uint16_t out)
{
    nack_of(OUT, out);
}

/* Padding of ours and of theirs comes out where it should, and is not in what is repeated. */
static void pads_without_a_trace(void)
{
    const struct packet sent[] = {
        {SSRC, 9900, 169, 96, 0, true, true, false, true, 500},
        {SSRC, 9900, 170, 96, 0, false, false, false, false, 501},
        {SSRC, 9900, 171, 96, 3, false, false, false, false, 500},
        {SSRC, 9900, 172, 96, 1, false, false, false, false, 502},
        {SSRC, 9900, 173, 96, 0, false, false, false, false, 490},
        {SSRC, 9900, 174, 96, 200, false, false, true, false, 489},
    };
    enum { N = sizeof(sent) / sizeof(sent[0]) };
    struct rtp h = {.seq = 0};
    size_t len = 0, padded = 0;
    forget();
    for (size_t i = 0; i < N; i++)
        put(&sent[i]);
    PUMP_UNTIL(count_rtp(&b, OUT) == N);
    for (size_t i = 0; i < N; i++) {
        const struct client_packet *g = find_rtp(&b, OUT, i, &h);
        expect_body(g, &h, 0, sent[i].seq, sent[i].body);
        T_OK(h.pad_len <= 2);
        padded += h.pad_len > 0;
        const uint8_t *turn = g == NULL ? NULL : rtp_ext(&h, g->p, 3, &len);
        T_OK((turn != NULL && turn[0] == 2) == sent[i].turn);
    }
    T_OK(padded > 0);
    uint16_t first = nth(0).seq;
    for (size_t i = 0; i < N; i++) {
        nack((uint16_t)(first + i));
        PUMP_UNTIL(count_rtp(&b, OUT_RTX) == i + 1);
        const struct client_packet *g = find_rtp(&b, OUT_RTX, i, &h);
        T_EQ(h.pad_len, 0);
        expect_body(g, &h, 2, sent[i].seq, sent[i].body);
        T_EQ(h.ext_len > 0, sent[i].turn);
    }
}

static void limits_repairs(void)
{
    struct rtp h = nth(0);
    forget();
    for (int i = 0; i < 600; i++)
        nack(h.seq);
    pump(200);
    size_t n = count_rtp(&b, OUT_RTX);
    T_OK(n >= 100 && n <= 400);
    pump(200);
}

/* ---- sources ----------------------------------------------------------------------------------
 */

static void rtx_of(uint32_t rtx, uint16_t osn)
{
    uint8_t p[300] = {0x80, 0x80 | 97};
    rtp_put_seq(p, osn);
    rtp_put32(p + 4, 1);
    rtp_put32(p + 8, rtx);
    p[12] = (uint8_t)(osn >> 8);
    p[13] = (uint8_t)osn;
    p[14] = 0x10;
    client_send(&a, false, p, 60);
}

/* Another SSRC of the same m-line: numbers go on, times go on as the clock did. */
static void changes_the_source(void)
{
    forget();
    frame(SSRC, 181, 100000, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    struct rtp before = nth(0);
    frame(SSRC2, 50000, 0xfffffff0u, false); /* waits for its key frame */
    PUMP_UNTIL(plis() >= 1);
    pump(200);
    frame(SSRC2, 50001, 0xfffffff0u, true);
    frame(SSRC2, 50002, 0xfffffff0u + 3000u, false);
    PUMP_UNTIL(count_rtp(&b, OUT) == 3);
    T_EQ(nth(1).seq, (uint16_t)(before.seq + 1));
    T_EQ(nth(2).seq, (uint16_t)(before.seq + 2));
    uint32_t step = nth(1).ts - before.ts;
    T_OK(step > 90u * 150 && step < 90u * 3000); /* 200 ms and what the test took */
    T_EQ(nth(2).ts - nth(1).ts, 3000);
    forget();
    frame(SSRC, 182, 103000, true); /* the old one's latecomers, and its repairs */
    rtx_of(RTX, 50003);
    nack(before.seq);
    PUMP_UNTIL(count_rtp(&b, OUT_RTX) == 1); /* what was sent before can still be repaired */
    struct rtp h = {.seq = 0};
    const struct client_packet *g = find_rtp(&b, OUT_RTX, 0, &h);
    expect_body(g, &h, 2, 181, 100);
    T_EQ(count_rtp(&b, OUT), 0);
    rtx_of(RTX2, 50003);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    T_EQ(nth(0).seq, (uint16_t)(before.seq + 3));
    pump(400); /* the new one falls silent: the old one may come back */
    frame(SSRC, 183, 140000, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 2);
    T_EQ(nth(1).seq, (uint16_t)(before.seq + 4));
    T_OK(nth(1).ts - nth(0).ts < 90u * 3000);
}

static void begins_anew_after_bye(void)
{
    uint8_t bytes[64];
    struct buf o = buf_make(bytes, sizeof(bytes));
    uint16_t before = nth(1).seq;
    forget();
    rtcp_write_rr(&o, SSRC, NULL, 0);
    rtcp_write_bye(&o, SSRC);
    client_send(&a, true, bytes, o.len);
    pump(30);
    frame(SSRC, 9000, 7, false);
    frame(SSRC, 9001, 7, true);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    T_EQ(nth(0).seq, (uint16_t)(before + 1));
}

/* Sequence numbers and SRTP's rollover counter on both sides. */
static void rolls_over(void)
{
    forget();
    for (uint32_t seq = 9002; seq < 65536 + 200; seq += 200) {
        frame(SSRC, (uint16_t)seq, seq * 30,
              false); /* so far apart that it is an outage, not to be repaired */
        pump(2);
    }
    PUMP_UNTIL(count_rtp(&b, OUT) == (65536 + 200 - 9002 + 199) / 200);
    T_OK(nth(count_rtp(&b, OUT) - 1).ts != nth(0).ts);
}

/* ---- codecs ------------------------------------------------------------------------------------
 */

static void maps_payload_types(void)
{
    enum { FILM = 300, TO_B_FILM = 301, FILM_SSRC = 0x9999, FILM_OUT = 0xaaaa };
    struct rtp h = {.seq = 0};
    struct cur body;
    struct worker_cmd *c = cmd(CMD_PRODUCER_ADD);
    c->peer = PEER_A;
    c->producer = FILM;
    c->u.producer.media = (struct media){.kind = MEDIA_VIDEO, .mid = "5", .n_codecs = 2};
    c->u.producer.media.codecs[0] =
        (struct codec_pt){.codec = CODEC_VP8, .pt = 36, .rtx_pt = PT_NONE, .pli = true};
    c->u.producer.media.codecs[1] =
        (struct codec_pt){.codec = CODEC_H264, .pt = 37, .rtx_pt = PT_NONE, .fir = true};
    c->u.producer.media.n_ssrcs = 1;
    c->u.producer.media.ssrcs[0].ssrc = FILM_SSRC;
    worker_post(w, c);
    c = cmd(CMD_CONSUMER_ADD);
    c->peer = PEER_B;
    c->producer = FILM;
    c->consumer = TO_B_FILM;
    c->u.consumer.media = (struct media){.kind = MEDIA_VIDEO, .mid = "6", .n_codecs = 1};
    c->u.consumer.media.codecs[0] =
        (struct codec_pt){.codec = CODEC_H264, .pt = 119, .rtx_pt = PT_NONE};
    c->u.consumer.ssrc = FILM_OUT;
    worker_post(w, c);
    pump(50);
    forget();
    put(&(struct packet){FILM_SSRC, 1, 10, 36, 0, true, true, true, false, 40}); /* VP8: not B's */
    uint8_t idr[80] = {0x80, 0x80 | 37, 0, 11};
    rtp_put32(idr + 8, FILM_SSRC);
    idr[12] = 0x61; /* a slice that is no key frame: the publisher understands FIR only */
    client_send(&a, false, idr, 60);
    PUMP_UNTIL(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_FIR, &body) >= 1);
    idr[3] = 12;
    idr[12] = 0x65;
    client_send(&a, false, idr, 60);
    PUMP_UNTIL(count_rtp(&b, FILM_OUT) == 1);
    T_OK(find_rtp(&b, FILM_OUT, 0, &h) != NULL && h.pt == 119 && h.payload_len == 48);
    idr[3] = 15;
    client_send(&a, false, idr, 60);
    pump(200);
    T_EQ(count_rtcp(&a, RTCP_RTPFB, RTCP_FMT_NACK, &body), 0); /* not agreed: not sent */
    c = cmd(CMD_CONSUMER_REMOVE);
    c->consumer = TO_B_FILM;
    worker_post(w, c);
    PUMP_UNTIL(count_rtcp(&b, RTCP_BYE, -1, &body) == 1);
    T_EQ(cur_u32(&body), FILM_OUT);
    c = cmd(CMD_PRODUCER_REMOVE);
    c->producer = FILM;
    worker_post(w, c);
    pump(20);
}

/* ---- a publisher that goes and comes back -------------------------------------------------------
 */

enum { CAM_SSRC = 0xbbbb, CAM_OUT = 0xcccc, CAM_OUT_RTX = 0xdddd };

static void add_cam(uint64_t id)
{
    struct worker_cmd *c = cmd(CMD_PRODUCER_ADD);
    c->peer = PEER_A;
    c->producer = id;
    c->u.producer.media = video(96, 97);
    (void)snprintf(c->u.producer.media.mid, sizeof(c->u.producer.media.mid), "cam");
    c->u.producer.media.n_ssrcs = 1;
    c->u.producer.media.ssrcs[0].ssrc = CAM_SSRC; /* the same each time, by whatever clock */
    worker_post(w, c);
}

/* While there is nobody to send from, whatever the receiver says is heard and does nothing. */
static void asks_the_absent(uint16_t seq)
{
    uint8_t bytes[200];
    uint32_t ssrc = CAM_OUT;
    struct buf o = buf_make(bytes, sizeof(bytes));
    nack_of(CAM_OUT, seq);
    rtcp_write_rr(&o, 77, NULL, 0);
    rtcp_write_pli(&o, 77, CAM_OUT);
    rtcp_write_remb(&o, 77, 400000, &ssrc, 1);
    client_send(&b, true, bytes, o.len);
    pump(1100); /* and a second for the reports */
}

static void outlives_its_producer(void)
{
    enum { CAM = 400, TO_B_CAM = 401, CAM_AGAIN = 402 };
    struct rtp before = {.seq = 0}, after = before;
    struct cur body;
    add_cam(CAM);
    struct worker_cmd *c = cmd(CMD_CONSUMER_ADD);
    c->peer = PEER_B;
    c->producer = CAM;
    c->consumer = TO_B_CAM;
    c->on = true;
    c->u.consumer.media = video(100, 101);
    c->u.consumer.ssrc = CAM_OUT;
    c->u.consumer.rtx_ssrc = CAM_OUT_RTX;
    worker_post(w, c);
    pump(50);
    forget();
    frame(CAM_SSRC, 500, 1000, true);
    PUMP_UNTIL(count_rtp(&b, CAM_OUT) == 1);
    T_OK(find_rtp(&b, CAM_OUT, 0, &before) != NULL);
    uint32_t consumers = stats().u.stats.consumers;
    c = cmd(CMD_PRODUCER_REMOVE);
    c->producer = CAM;
    worker_post(w, c);
    pump(20);
    T_EQ(stats().u.stats.consumers, consumers);
    asks_the_absent(before.seq);
    T_EQ(count_rtcp(&b, RTCP_BYE, -1, &body), 0);
    add_cam(CAM_AGAIN);
    c = cmd(CMD_CONSUMER_MOVE);
    c->consumer = TO_B_CAM;
    c->producer = CAM_AGAIN;
    worker_post(w, c);
    forget();
    PUMP_UNTIL(plis() >= 1);
    frame(CAM_SSRC, 40000, 77, true);
    PUMP_UNTIL(count_rtp(&b, CAM_OUT) == 1);
    T_OK(find_rtp(&b, CAM_OUT, 0, &after) != NULL);
    T_EQ(after.seq, (uint16_t)(before.seq + 1));
    uint32_t step = after.ts - before.ts;
    T_OK(step > 90u * 1000 && step < 90u * 10000); /* as much as has passed */
    nack_of(CAM_OUT, before.seq);                  /* nobody has that any more */
    nack_of(CAM_OUT, after.seq);
    PUMP_UNTIL(count_rtp(&b, CAM_OUT_RTX) >= 1);
    T_EQ(count_rtp(&b, CAM_OUT_RTX), 1);
    c = cmd(CMD_CONSUMER_MOVE); /* to nobody's: it stays where it is */
    c->consumer = TO_B_CAM;
    c->producer = CAM;
    worker_post(w, c);
    frame(CAM_SSRC, 40001, 3077, false);
    PUMP_UNTIL(count_rtp(&b, CAM_OUT) == 2);
    c = cmd(CMD_PRODUCER_REMOVE);
    c->producer = CAM_AGAIN;
    worker_post(w, c);
    c = cmd(CMD_CONSUMER_REMOVE);
    c->consumer = TO_B_CAM;
    worker_post(w, c);
    PUMP_UNTIL(count_rtcp(&b, RTCP_BYE, -1, &body) == 1);
}

/* What the receiver says it can take holds the publisher down. */
static void passes_the_limit_on(void)
{
    uint8_t bytes[64];
    struct cur body;
    uint32_t sender = 0, media = 0, ssrc = OUT;
    uint64_t bps = 0;
    for (int i = 0; i < 4; i++) {
        struct buf o = buf_make(bytes, sizeof(bytes));
        forget();
        rtcp_write_rr(&o, 77, NULL, 0);
        rtcp_write_remb(&o, 77, 400000, &ssrc, 1);
        client_send(&b, true, bytes, o.len);
        PUMP_UNTIL(count_rtcp(&a, RTCP_PSFB, RTCP_FMT_REMB, &body) >= 1);
        T_OK(rtcp_read_fb(&body, &sender, &media));
        bps = rtcp_read_remb(&body);
    }
    T_OK(bps > 150000 && bps <= 400000);
}

/* An SSRC of nobody's again and again: dropped, and those who belong here go on. */
static void keeps_no_state_for_strays(void)
{
    forget();
    for (uint32_t i = 0; i < 200; i++)
        put(&(struct packet){0x100000u + i, 1, 1, 120, 0, true, true, true, false, 40});
    frame(SSRC, 300, 65736u * 30, false);
    PUMP_UNTIL(count_rtp(&b, OUT) == 1);
    T_OK(stats().u.stats.dropped >= 200);
}

static void all_of_it(bool no_gso)
{
    rig_start(&(struct worker_config){.key_ms = 400, .gone_ms = 60000, .no_gso = no_gso},
              "127.0.0.1");
    add_peer(&a, PEER_A, false);
    asks_when_the_watcher_is_there();
    asks_again_for_a_newcomer();
    keeps_a_recording_seekable();
    understands_fir();
    forwards_frames_of_any_length();
    does_not_wait_for_the_marker();
    pads_without_a_trace();
    limits_repairs();
    if (no_gso) {
        rig_stop();
        return;
    }
    changes_the_source();
    begins_anew_after_bye();
    rolls_over();
    maps_payload_types();
    outlives_its_producer();
    passes_the_limit_on();
    keeps_no_state_for_strays();
    rig_stop();
}

int main(void)
{
    rig_init();
    all_of_it(false);
    all_of_it(true);
    rig_fini();
    return t_done("forward");
}
