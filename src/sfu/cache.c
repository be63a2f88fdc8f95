/* A slot is found by its sequence number; whether its bytes are still there is told by generation
 * and place. A turn of the ring tells the rate, and so what the time to be kept takes. */
#include "sfu/cache.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { PAGE = 4096, MALLOC_WORDS = 64 };

static struct cache_slot *slot_of(const struct cache *c, uint32_t seq)
{
    return &c->slots[seq & (c->n_slots - 1)];
}

static enum err allocate(struct cache *c, size_t bytes, uint32_t n_slots)
{
    uint8_t *ring = (uint8_t *)mem_alloc(bytes);
    struct cache_slot *slots = (struct cache_slot *)mem_zalloc(n_slots, sizeof(*slots));
    if (ring == NULL || slots == NULL) {
        mem_free(ring);
        mem_free(slots);
        return ERR_NOMEM;
    }
    c->ring = ring;
    c->slots = slots;
    c->cap = bytes;
    c->n_slots = n_slots;
    c->at = 0;
    c->gen = 1;
    return ERR_OK;
}

enum err cache_init(struct cache *c, uint32_t keep_ms, size_t bytes)
{
    memset(c, 0, sizeof(*c));
    c->keep_ns = keep_ms * NS_PER_MS;
    c->least = bytes;
    return allocate(c, bytes, CACHE_INDEX_MIN);
}

void cache_fini(struct cache *c)
{
    mem_free(c->ring);
    mem_free(c->slots);
    c->ring = NULL;
    c->slots = NULL;
    c->cap = 0;
    c->n_slots = 0;
}

/* Bytes written before the ring came round are there as long as the writer has not reached them
 * again. */
static bool present(const struct cache *c, const struct cache_slot *s)
{
    if (s->gen == c->gen)
        return s->offset + s->len <= c->at;
    return s->gen + 1 == c->gen && s->offset >= c->at;
}

/* ---- how large it should be -------------------------------------------------------------------
 */

static uint32_t slots_for(uint64_t packets)
{
    uint32_t n = CACHE_INDEX_MIN;
    while (n < packets && n < CACHE_INDEX_MAX)
        n *= 2;
    return n;
}

/* As many pages with the allocator's own words as without: those would take one more. */
static uint64_t whole_pages(uint64_t bytes)
{
    return ((bytes + MALLOC_WORDS + PAGE - 1) & ~(uint64_t)(PAGE - 1)) - MALLOC_WORDS;
}

/* The packets of this turn have come in @p passed ns. A quarter more than the time
 * takes at this rate; a little too large is left as it is. */
static void judge(struct cache *c, uint64_t passed)
{
    uint64_t used = c->turn_bytes, us = passed / 1000 + 1, keep_us = c->keep_ns / 1000;
    uint64_t bytes = used * keep_us / us * 5 / 4;
    uint32_t slots = slots_for(c->turn_packets * keep_us / us * 5 / 4);
    bytes = bytes < c->least ? c->least : bytes;
    bytes = bytes > CACHE_BYTES_MAX ? CACHE_BYTES_MAX : whole_pages(bytes);
    bool small = passed < c->keep_ns && (bytes > c->cap || slots > c->n_slots);
    bool large = passed > 4 * c->keep_ns && bytes * 2 <= c->cap;
    if (!small && !large)
        return;
    c->want_bytes = large || bytes > c->cap ? (size_t)bytes : c->cap;
    c->want_slots = large || slots > c->n_slots ? slots : c->n_slots;
}

static void begin_turn(struct cache *c, uint64_t now_ns)
{
    c->turn_ns = now_ns;
    c->turn_packets = 0;
    c->turn_bytes = 0;
}

/* ---- in and out --------------------------------------------------------------------------------
 */

static void come_round(struct cache *c, uint64_t now_ns)
{
    judge(c, now_ns - c->turn_ns);
    c->at = 0;
    c->gen++;
    begin_turn(c, now_ns);
}

static uint8_t *place(struct cache *c, uint32_t seq, const uint8_t *p, size_t len)
{
    uint8_t *at = c->ring + c->at;
    *slot_of(c, seq) = (struct cache_slot){
        .seq = seq, .offset = (uint32_t)c->at, .gen = c->gen, .len = (uint16_t)len};
    memcpy(at, p, len);
    c->at += len + CACHE_SLACK;
    c->newest = seq;
    return at;
}

uint8_t *cache_put(struct cache *c, uint32_t seq, const uint8_t *p, size_t len, uint64_t now_ns)
{
    if (len == 0 || len > UINT16_MAX || len + CACHE_SLACK > c->cap)
        return NULL;
    if (c->turn_ns == 0)
        begin_turn(c, now_ns);
    if (c->at + len + CACHE_SLACK > c->cap)
        come_round(c, now_ns);
    c->turn_bytes += len + CACHE_SLACK;
    if (++c->turn_packets == c->n_slots / 4 * 3) /* The index will come round within a turn. */
        judge(c, now_ns - c->turn_ns);
    return place(c, seq, p, len);
}

const uint8_t *cache_get(const struct cache *c, uint32_t seq, size_t *len)
{
    const struct cache_slot *s = slot_of(c, seq);
    if (seq == 0 || s->seq != seq || !present(c, s))
        return NULL;
    *len = s->len;
    return c->ring + s->offset;
}

/* The newest that fit, oldest first. A late packet's number is not the newest: those above the last
 * put are looked for as well. */
static void move_into(struct cache *to, const struct cache *from)
{
    uint32_t last = from->newest + from->n_slots / 4, first = from->newest - from->n_slots + 1;
    size_t bytes = 0, len = 0;
    uint32_t start = last + 1;
    while (start != first && bytes <= to->cap) {
        bytes += cache_get(from, start - 1, &len) != NULL ? len + CACHE_SLACK : 0;
        start -= bytes <= to->cap;
    }
    for (uint32_t seq = start; seq != last + 1; seq++) {
        const uint8_t *p = cache_get(from, seq, &len);
        if (p != NULL)
            (void)place(to, seq, p, len);
    }
}

void cache_resize(struct cache *c)
{
    struct cache bigger = *c;
    size_t bytes = c->want_bytes;
    c->want_bytes = 0;
    if (bytes == 0 || allocate(&bigger, bytes, c->want_slots) != ERR_OK)
        return; /* Fewer retransmissions, nothing worse; asked for again in a turn. */
    move_into(&bigger, c);
    bigger.newest = c->newest;
    bigger.want_bytes = 0;
    bigger.turn_ns = 0;
    cache_fini(c);
    *c = bigger;
}
