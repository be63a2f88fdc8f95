/* A gap opens an entry for each number; the packet or too many tries close it. */
#include "sfu/recv.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { FIRST_CAP = 16 };

static void forget(struct recv *r, size_t i)
{
    r->n_missing--;
    memmove(&r->missing[i], &r->missing[i + 1], (r->n_missing - i) * sizeof(r->missing[0]));
}

static void arrived(struct recv *r, uint32_t ext)
{
    for (size_t i = 0; i < r->n_missing; i++)
        if (r->missing[i].seq == ext) {
            forget(r, i);
            return;
        }
}

/* Most streams lose nothing, or little: 2 KB each would be most of what is kept of a stream. */
static bool more_room(struct recv *r)
{
    if (r->n_missing < r->missing_cap)
        return true;
    size_t cap = r->missing_cap == 0 ? FIRST_CAP : 2 * r->missing_cap;
    struct missing *all = (struct missing *)mem_realloc(r->missing, cap * sizeof(*all));
    if (all == NULL)
        return false;
    r->missing = all;
    r->missing_cap = cap;
    return true;
}

static void open_gap(struct recv *r, uint32_t from, uint32_t to, uint64_t now_ns)
{
    if (to - from > RECV_MISSING_MAX) {
        r->n_missing = 0; /* An outage, not loss: no use in asking for it. */
        r->lost_for_good = true;
        return;
    }
    for (uint32_t s = from; s != to; s++) {
        if (r->n_missing == RECV_MISSING_MAX) {
            forget(r, 0);
            r->lost_for_good = true;
        }
        if (!more_room(r)) {
            r->lost_for_good =
                true; /* Nobody can be asked for it: a key frame mends the picture. */
            return;
        }
        /* A little patience for packets that only swapped places. */
        r->missing[r->n_missing++] = (struct missing){.seq = s, .next_ns = now_ns + 10 * NS_PER_MS};
    }
}

static void measure_jitter(struct recv *r, const struct rtp *h, uint32_t clock, uint64_t now_ns)
{
    uint32_t arrival = (uint32_t)(now_ns / 1000 * clock / 1000000);
    uint32_t transit = arrival - h->ts;
    if (r->has_transit) {
        int32_t d = (int32_t)(transit - r->last_transit);
        uint32_t a = d < 0 ? (uint32_t)-d : (uint32_t)d;
        r->jitter_q4 += a - ((r->jitter_q4 + 8) >> 4);
    }
    r->has_transit = true;
    r->last_transit = transit;
}

void recv_fini(struct recv *r)
{
    mem_free(r->missing);
    r->missing = NULL;
    r->n_missing = r->missing_cap = 0;
}

enum recv_verdict recv_packet(struct recv *r, const struct rtp *h, uint32_t clock, bool again,
                              uint64_t now_ns, uint32_t *ext)
{
    bool first = !r->seq.started;
    uint32_t before = r->seq.newest;
    uint32_t v = seq_extend(&r->seq, h->seq);
    if (first)
        r->first = v;
    enum seen_verdict seen = seen_mark(&r->seen, v);
    if (seen == SEEN_OLD)
        return RECV_STALE;
    if (seen == SEEN_AGAIN) {
        r->duplicates++;
        return RECV_DUPLICATE;
    }
    r->received++;
    if (!first && (int32_t)(v - before) > 1)
        open_gap(r, before + 1, v, now_ns);
    else if (!first && (int32_t)(v - before) < 0)
        arrived(r, v);
    if (!again)
        measure_jitter(r, h, clock, now_ns);
    *ext = v;
    return RECV_NEW;
}

size_t recv_nacks(struct recv *r, uint64_t now_ns, uint64_t rtt_ns, uint16_t *out, size_t max)
{
    size_t n = 0;
    uint64_t wait = rtt_ns < 20 * NS_PER_MS ? 20 * NS_PER_MS : rtt_ns + 10 * NS_PER_MS;
    for (size_t i = 0; i < r->n_missing && n < max;) {
        struct missing *m = &r->missing[i];
        if (m->next_ns > now_ns) {
            i++;
            continue;
        }
        if (m->tries == RECV_TRIES) {
            forget(r, i);
            r->lost_for_good = true;
            continue;
        }
        m->tries++;
        m->next_ns = now_ns + wait;
        out[n++] = (uint16_t)m->seq;
        i++;
    }
    return n;
}

struct rtcp_block recv_report(struct recv *r, uint32_t ssrc, uint64_t now_ns)
{
    uint32_t expected = r->seq.newest - r->first + 1;
    uint32_t in_interval = expected - r->prior_expected;
    uint32_t got = (uint32_t)r->received - r->prior_received;
    struct rtcp_block b = {.ssrc = ssrc, .highest = r->seq.newest, .jitter = r->jitter_q4 >> 4};
    b.lost = (int32_t)(expected - (uint32_t)r->received);
    if (got < in_interval) {
        uint32_t f = ((in_interval - got) << 8) / in_interval;
        b.fraction = (uint8_t)(f > 255 ? 255 : f);
    }
    b.lsr = r->lsr;
    b.dlsr = r->lsr == 0 ? 0 : (uint32_t)((now_ns - r->lsr_ns) / 1000 * 65536 / 1000000);
    r->prior_expected = expected;
    r->prior_received = (uint32_t)r->received;
    return b;
}
