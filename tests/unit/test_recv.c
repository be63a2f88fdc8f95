/* sfu/recv: order, loss and jitter by RFC 3550 A.1, A.3 and A.8; what is asked for again and when;
 * what is given up. */
#include "sfu/recv.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "t.h"

enum { CLOCK = 90000 };

static uint64_t now;

static enum recv_verdict come(struct recv *r, uint16_t seq, bool again, uint32_t *ext)
{
    struct rtp h = {.seq = seq, .ts = seq * 3000u};
    return recv_packet(r, &h, CLOCK, again, now, ext);
}

static void order(void)
{
    struct recv r = {0};
    const struct {
        uint16_t seq;
        enum recv_verdict want;
        uint32_t ext;
    } rows[] = {
        {65534, RECV_NEW, 0x1fffe}, {65534, RECV_DUPLICATE, 0}, {65535, RECV_NEW, 0x1ffff},
        {1, RECV_NEW, 0x20001},     {0, RECV_NEW, 0x20000},     {0, RECV_DUPLICATE, 0},
        {65533, RECV_NEW, 0x1fffd}, {1100, RECV_NEW, 0x2044c},  {77, RECV_NEW, 0x2004d},
        {76, RECV_STALE, 0},        {76, RECV_STALE, 0},        {1100, RECV_DUPLICATE, 0},
    };
    unsigned duplicates = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint32_t ext = 0;
        T_EQ(come(&r, rows[i].seq, false, &ext), rows[i].want);
        T_EQ(ext, rows[i].ext);
        duplicates += rows[i].want == RECV_DUPLICATE;
    }
    T_EQ(r.duplicates, duplicates);
    T_EQ(r.received, 7);
    recv_fini(&r);
}

static size_t asked(struct recv *r, uint64_t rtt_ms, uint16_t *out)
{
    return recv_nacks(r, now, rtt_ms * NS_PER_MS, out, RECV_MISSING_MAX);
}

static void asks_for_what_is_missing(void)
{
    struct recv r = {0};
    uint16_t out[RECV_MISSING_MAX];
    uint32_t ext = 0;
    now = NS_PER_S;
    T_EQ(come(&r, 10, false, &ext), RECV_NEW);
    T_EQ(asked(&r, 0, out), 0);
    T_EQ(come(&r, 14, false, &ext), RECV_NEW);
    T_EQ(asked(&r, 0, out), 0); /* patience: they may only have swapped places */
    T_EQ(come(&r, 12, false, &ext), RECV_NEW);
    now += 10 * NS_PER_MS;
    T_EQ(asked(&r, 0, out), 2);
    T_OK(out[0] == 11 && out[1] == 13);
    T_EQ(asked(&r, 0, out), 0); /* once each round trip, of 20 ms at least */
    now += 19 * NS_PER_MS;
    T_EQ(asked(&r, 0, out), 0);
    now += NS_PER_MS;
    T_EQ(asked(&r, 100, out), 2);
    now += 109 * NS_PER_MS;
    T_EQ(asked(&r, 100, out), 0);
    now += NS_PER_MS;
    T_EQ(come(&r, 13, true, &ext), RECV_NEW); /* repaired */
    T_EQ(asked(&r, 0, out), 1);
    T_EQ(out[0], 11);
    T_OK(!r.lost_for_good);
    for (int i = 4; i <= RECV_TRIES; i++) {
        now += 20 * NS_PER_MS;
        T_EQ(asked(&r, 0, out), 1);
    }
    T_OK(!r.lost_for_good);
    now += 20 * NS_PER_MS;
    T_EQ(asked(&r, 0, out), 0);
    T_OK(r.lost_for_good);
    recv_fini(&r);
}

static void gaps(void)
{
    struct recv r = {0};
    uint16_t out[RECV_MISSING_MAX];
    uint32_t ext = 0;
    T_EQ(come(&r, 1, false, &ext), RECV_NEW);
    T_EQ(come(&r, 2 + RECV_MISSING_MAX, false, &ext), RECV_NEW);
    now += NS_PER_S;
    T_EQ(asked(&r, 0, out), RECV_MISSING_MAX);
    T_OK(out[0] == 2 && out[RECV_MISSING_MAX - 1] == 1 + RECV_MISSING_MAX);
    T_OK(!r.lost_for_good);
    T_EQ(come(&r, 4 + RECV_MISSING_MAX, false, &ext), RECV_NEW); /* the oldest is given up */
    T_OK(r.lost_for_good);
    T_EQ(r.n_missing, RECV_MISSING_MAX);
    r.lost_for_good = false;
    T_EQ(come(&r, 1000, false, &ext), RECV_NEW); /* an outage: nothing of it is asked for */
    T_OK(r.lost_for_good);
    T_EQ(r.n_missing, 0);
    recv_fini(&r);
}

static void reports(void)
{
    struct recv r = {0};
    uint32_t ext = 0;
    now = 5 * NS_PER_S;
    for (uint16_t i = 0; i < 100; i++)
        if (i % 4 != 3)
            (void)come(&r, i, true, &ext);
    (void)come(&r, 100, true, &ext);
    struct rtcp_block b = recv_report(&r, 77, now);
    T_EQ(b.ssrc, 77);
    T_EQ(b.highest, 0x10064);
    T_EQ(b.lost, 25);
    T_EQ(b.fraction, 25 * 256 / 101);
    T_OK(b.lsr == 0 && b.dlsr == 0 && b.jitter == 0);
    r.lsr = 0x12345678;
    r.lsr_ns = now - NS_PER_S / 2;
    (void)come(&r, 101, true, &ext);
    b = recv_report(&r, 77, now); /* the interval since: nothing lost, of all still 25 */
    T_OK(b.fraction == 0 && b.lost == 25);
    T_EQ(b.lsr, 0x12345678);
    T_EQ(b.dlsr, 0x8000);
    recv_fini(&r);
}

/* Frames of 33.3 ms by their stamps; every other one comes 5 ms late. */
static void jitter(void)
{
    struct recv r = {0};
    uint32_t ext = 0;
    for (uint16_t i = 0; i < 500; i++) {
        now = NS_PER_S + i * UINT64_C(3000) * NS_PER_S / CLOCK + (i % 2) * 5 * NS_PER_MS;
        (void)come(&r, i, false, &ext);
    }
    uint32_t j = recv_report(&r, 1, now).jitter;
    T_OK(j > 400 && j < 460); /* 5 ms are 450 units */
    now += NS_PER_S;
    (void)come(&r, 500, true, &ext); /* a repair says nothing of the network's rhythm */
    T_EQ(recv_report(&r, 1, now).jitter, j);
    recv_fini(&r);
}

/* Without memory for what is missing, the picture is mended by a key frame, and the stream goes on.
 */
static void without_memory(void)
{
    struct recv r = {0};
    uint32_t ext;
    uint16_t out[RECV_MISSING_MAX];
    (void)come(&r, 10, false, &ext);
    mem_fail_at(1);
    T_EQ(come(&r, 13, false, &ext), RECV_NEW);
    mem_fail_at(0);
    T_OK(r.lost_for_good);
    now += 20 * NS_PER_MS;
    T_EQ(asked(&r, 10, out), 0);
    T_EQ(come(&r, 15, false, &ext), RECV_NEW);
    now += 20 * NS_PER_MS;
    T_EQ(asked(&r, 10, out), 1);
    T_EQ(out[0], 14);
    recv_fini(&r);
}

int main(void)
{
    order();
    asks_for_what_is_missing();
    gaps();
    reports();
    jitter();
    without_memory();
    return t_done("recv");
}
