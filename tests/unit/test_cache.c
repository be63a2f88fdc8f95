/* sfu/cache: what is kept and for how long; sizes that follow the rate; what moves keeps. */
#include "sfu/cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "t.h"

enum { KEEP_MS = 1000, FIRST = 8192, PACKET_MAX = 1200 };

static size_t len_of(uint32_t seq)
{
    return 100 + seq * 37 % 1000;
}

static void fill(uint8_t *p, uint32_t seq)
{
    memset(p, (int)(seq & 0xff), len_of(seq));
    memcpy(p, &seq, sizeof(seq));
}

static bool holds(const struct cache *c, uint32_t seq)
{
    uint8_t want[PACKET_MAX];
    size_t len = 0;
    const uint8_t *p = cache_get(c, seq, &len);
    if (p == NULL)
        return false;
    fill(want, seq);
    T_OK(len == len_of(seq) && memcmp(p, want, len) == 0);
    return true;
}

static bool put(struct cache *c, uint32_t seq, uint64_t ns)
{
    uint8_t p[PACKET_MAX];
    fill(p, seq);
    uint8_t *at = cache_put(c, seq, p, len_of(seq), ns);
    if (at != NULL)
        memset(at + len_of(seq), 0xee, CACHE_SLACK); /* whoever pads writes here */
    return at != NULL;
}

static void keeps_the_last_that_fit(void)
{
    struct cache c;
    uint8_t p[1];
    size_t len = 0;
    T_EQ(cache_init(&c, KEEP_MS, FIRST), ERR_OK);
    T_OK(cache_get(&c, 0, &len) == NULL && cache_get(&c, 5, &len) == NULL);
    T_OK(cache_put(&c, 1, p, 0, 1) == NULL);
    T_OK(cache_put(&c, 1, p, FIRST, 1) == NULL);
    T_OK(cache_put(&c, 1, p, (size_t)UINT16_MAX + 1, 1) == NULL);
    for (uint32_t seq = 1; seq <= 500; seq++) {
        T_OK(put(&c, seq, seq * NS_PER_MS));
        size_t bytes = 0;
        uint32_t first = seq;
        while (first > 0 && holds(&c, first))
            bytes += len_of(first--) + CACHE_SLACK;
        T_OK(bytes <= FIRST && bytes > (seq > 40 ? (size_t)FIRST - 2 * PACKET_MAX : 0));
        for (uint32_t gone = first; gone > 0 && first - gone < 200; gone--)
            T_OK(!holds(&c, gone)); /* nor anything before */
    }
    cache_fini(&c);
    cache_fini(&c);
}

/* @return how many of the last @p n are there. */
static uint32_t there(const struct cache *c, uint32_t newest, uint32_t n)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n; i++)
        sum += holds(c, newest - i);
    return sum;
}

/* @param pps  Packets a second, for @p seconds; resized each 20 ms, as the worker does. */
static uint32_t run(struct cache *c, uint32_t seq, uint32_t pps, uint32_t seconds, uint64_t *now)
{
    uint64_t tick = *now;
    for (uint32_t i = 0; i < pps * seconds; i++) {
        *now += NS_PER_S / pps;
        T_OK(put(c, ++seq, *now));
        if (*now - tick < 20 * NS_PER_MS)
            continue;
        tick = *now;
        uint32_t before = there(c, seq, 30);
        bool wants = cache_wants_resize(c);
        size_t size = c->cap;
        cache_resize(c);
        T_OK(!cache_wants_resize(c));
        T_OK(wants || c->cap == size);
        T_OK(there(c, seq, 30) >= (c->cap < size ? 5 : before)); /* nothing is lost by growing */
    }
    return seq;
}

static void follows_the_rate(void)
{
    struct cache c;
    uint64_t now = NS_PER_S;
    T_EQ(cache_init(&c, KEEP_MS, FIRST), ERR_OK);
    uint32_t seq = run(&c, 0x10000, 50, 5, &now);
    size_t slow = c.cap;
    T_OK(there(&c, seq, 50) == 50);
    T_OK(slow >= FIRST && slow < (size_t)50 * 600 * 2);
    seq = run(&c, seq, 1000, 5, &now);
    T_OK(there(&c, seq, 1000) == 1000);
    T_OK(c.cap > (size_t)1000 * 590 && c.cap < (size_t)1000 * 600 * 2);
    T_OK(cache_bytes(&c) > c.cap);
    seq = run(&c, seq, 50, 60, &now); /* slow again: it is given back */
    T_OK(there(&c, seq, 50) == 50);
    T_OK(c.cap < (size_t)50 * 600 * 8);
    seq = run(&c, seq, 20000, 2, &now); /* beyond all bounds */
    T_EQ(c.cap, CACHE_BYTES_MAX);
    T_EQ(c.n_slots, CACHE_INDEX_MAX);
    T_OK(there(&c, seq, CACHE_INDEX_MAX) == CACHE_INDEX_MAX);
    cache_fini(&c);
}

/* Small packets: the index is too small before the ring is. */
static void many_small_ones(void)
{
    struct cache c;
    uint8_t p[20] = {1};
    size_t len = 0;
    T_EQ(cache_init(&c, KEEP_MS, 64 << 10), ERR_OK);
    for (uint32_t seq = 1; seq <= 400; seq++) {
        T_OK(cache_put(&c, seq, p, sizeof(p), seq * 2 * NS_PER_MS) != NULL);
        if (seq % 5 == 0)
            cache_resize(&c);
    }
    T_OK(c.n_slots >= 512);
    for (uint32_t seq = 1; seq <= 400; seq++)
        T_OK(cache_get(&c, seq, &len) != NULL && len == sizeof(p));
    cache_fini(&c);
}

/* A late packet has its own place, also across a move; a leap of numbers empties nothing. */
static void latecomers_and_leaps(void)
{
    struct cache c;
    uint64_t now = NS_PER_S;
    T_EQ(cache_init(&c, KEEP_MS, FIRST), ERR_OK);
    for (uint32_t seq = 100; seq < 108; seq++)
        T_OK(seq == 103 || put(&c, seq, now));
    T_OK(!holds(&c, 103));
    T_OK(put(&c, 103, now));
    c.want_bytes = (size_t)4 * FIRST;
    c.want_slots = 128;
    cache_resize(&c);
    T_EQ(c.cap, 4 * FIRST);
    for (uint32_t seq = 100; seq < 108; seq++)
        T_OK(holds(&c, seq));
    T_OK(put(&c, 107 + 0x4000, now));
    T_OK(holds(&c, 107 + 0x4000) && holds(&c, 107 - 5));
    cache_fini(&c);
}

int main(void)
{
    keeps_the_last_that_fit();
    follows_the_rate();
    many_small_ones();
    latecomers_and_leaps();
    return t_done("cache");
}
