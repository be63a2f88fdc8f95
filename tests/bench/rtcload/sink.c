#include "sink.h"

#include <string.h>

#include "util.h"

enum { GIVE_UP_NS = 500000000, NTP_UNIX = 2208988800u };

uint64_t ntp_now(void)
{
    uint64_t ns = clock_wall_ns();
    return (ns / NS_PER_S + NTP_UNIX) << 32 | ((ns % NS_PER_S) << 32) / NS_PER_S;
}

uint64_t sink_extend(struct sink *k, uint16_t seq)
{
    if (k->packets++ == 0) {
        k->ext = UINT64_C(1) << 16 | seq; /* room to step back */
        k->base = k->ext;
        k->stale = k->highest = k->old_highest = k->ext - 1;
    }
    int16_t d = (int16_t)(seq - (uint16_t)k->ext);
    uint64_t e = k->ext + (uint64_t)(int64_t)d;
    if (d > 0)
        k->ext = e;
    return e;
}

bool sink_lock(struct sink *k, const uint8_t *rtp, size_t n, uint64_t ext, uint64_t *sent)
{
    const uint8_t *t = rtp + n - TRAILER;
    if (n < 12 + TRAILER || get32(t) != TRAILER_MAGIC || get32(t + 4) >= (uint32_t)n_sources) {
        k->unknown++;
        return false;
    }
    uint64_t offset = ext - get64(t + 8);
    if (k->locked && offset != k->offset)
        k->renumbered++;
    k->source = &sources[get32(t + 4)];
    k->offset = offset;
    k->locked = true;
    *sent = get64(t + 16);
    return true;
}

static uint64_t *word_of(struct sink *k, uint64_t ext)
{
    return &k->seen[ext / 64 % (SEEN / 64)];
}

static bool is_seen(struct sink *k, uint64_t ext)
{
    return (*word_of(k, ext) >> (ext % 64) & 1) != 0;
}

static void advance(struct sink *k, uint64_t ext)
{
    if (ext - k->highest > SEEN)
        memset(k->seen, 0, sizeof(k->seen));
    else
        for (uint64_t i = k->highest + 1; i < ext; i++)
            *word_of(k, i) &= ~(UINT64_C(1) << (i % 64));
    k->highest = ext;
}

void sink_count(struct sink *k, uint64_t ext)
{
    if (ext > k->highest) {
        advance(k, ext);
    } else if (k->highest - ext >= SEEN || is_seen(k, ext)) {
        k->duplicate++;
        return;
    } else {
        k->reordered++;
    }
    *word_of(k, ext) |= UINT64_C(1) << (ext % 64);
    k->unique++;
    if (k->source == NULL)
        return;
    uint64_t seq = ext - k->offset;
    if (seq >= atomic_load_explicit(&k->source->from, memory_order_relaxed) &&
        seq < atomic_load_explicit(&k->source->to, memory_order_relaxed))
        k->in_window++;
}

/* What was missing before the mark of half a second ago is not asked for any more. */
static void move_mark(struct sink *k, uint64_t now)
{
    if (now < k->stale_at)
        return;
    k->stale = k->old_highest;
    k->old_highest = k->highest;
    k->stale_at = now + GIVE_UP_NS;
}

size_t sink_missing(struct sink *k, uint64_t now, uint16_t out[NACK_MAX])
{
    size_t n = 0;
    if (k->packets == 0)
        return 0;
    move_mark(k, now);
    uint64_t from = k->stale + 1;
    if (k->highest - k->stale > SEEN / 2)
        from = k->highest - SEEN / 2;
    for (uint64_t e = from < k->base ? k->base : from; e < k->highest && n < NACK_MAX; e++)
        if (!is_seen(k, e))
            out[n++] = (uint16_t)e;
    return n;
}

void sink_sender_report(struct sink *k, const uint8_t *sr)
{
    k->sr_mid = get32(sr + 10);
    k->sr_at = (uint32_t)(ntp_now() >> 16);
}

size_t sink_report(const struct sink *k, int n, uint32_t own, uint8_t *p)
{
    memset(p, 0, 8 + 24 * (size_t)n);
    put32(p, 0x80C90000u | (uint32_t)n << 24 | (uint32_t)(1 + 6 * n));
    put32(p + 4, own);
    for (int i = 0; i < n; i++) {
        uint8_t *b = p + 8 + (ptrdiff_t)24 * i;
        uint64_t whole = k[i].packets > 0 ? k[i].highest - k[i].base + 1 : 0;
        put32(b, k[i].ssrc);
        put32(b + 4, whole > k[i].unique ? (uint32_t)(whole - k[i].unique) & 0x7FFFFF : 0);
        put32(b + 8, (uint32_t)k[i].highest);
        put32(b + 16, k[i].sr_mid);
        put32(b + 20, k[i].sr_mid != 0 ? (uint32_t)(ntp_now() >> 16) - k[i].sr_at : 0);
    }
    return 8 + 24 * (size_t)n;
}

size_t sink_remb(const struct sink *k, int n, uint32_t own, uint32_t bps, uint8_t *p)
{
    uint32_t exponent = 0;
    for (; bps >> exponent > 0x3FFFF; exponent++)
        ;
    put32(p, 0x8FCE0000u | (uint32_t)(4 + n));
    put32(p + 4, own);
    put32(p + 8, 0);
    memcpy(p + 12, "REMB", 4);
    put32(p + 16, (uint32_t)n << 24 | exponent << 18 | bps >> exponent);
    for (int i = 0; i < n; i++)
        put32(p + 20 + (ptrdiff_t)4 * i, k[i].ssrc);
    return 20 + 4 * (size_t)n;
}

size_t sink_nack(const struct sink *k, uint32_t own, const uint16_t *seqs, size_t n, uint8_t *p)
{
    size_t at = 12;
    for (size_t i = 0; i < n; at += 4) {
        uint16_t first = seqs[i], mask = 0;
        for (i++; i < n && (uint16_t)(seqs[i] - first) <= 16; i++)
            mask |= (uint16_t)(1u << ((uint16_t)(seqs[i] - first) - 1));
        put16(p + at, first);
        put16(p + at + 2, mask);
    }
    put32(p, 0x81CD0000u | (uint32_t)(at / 4 - 1));
    put32(p + 4, own);
    put32(p + 8, k->ssrc);
    return n > 0 ? at : 0;
}
