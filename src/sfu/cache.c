/* A slot is found by its sequence number; whether its bytes are still there is told by generation
 * and place. */
#include "sfu/cache.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum err cache_init(struct cache *c, uint32_t keep_ms, size_t bytes)
{
    memset(c, 0, sizeof(*c));
    c->ring = (uint8_t *)mem_alloc(bytes);
    if (c->ring == NULL)
        return ERR_NOMEM;
    c->cap = bytes;
    c->keep_ns = keep_ms * NS_PER_MS;
    return ERR_OK;
}

void cache_fini(struct cache *c)
{
    mem_free(c->ring);
    c->ring = NULL;
    c->cap = 0;
}

/* Bytes written before the ring came round are there as long as the writer has not reached them
 * again. */
static bool present(const struct cache *c, const struct cache_slot *s)
{
    if (s->gen == c->gen)
        return s->offset + s->len <= c->at;
    return s->gen + 1 == c->gen && s->offset >= c->at;
}

uint8_t *cache_put(struct cache *c, uint32_t seq, const uint8_t *p, size_t len, uint64_t now_ns)
{
    if (len == 0 || len > UINT16_MAX || len + CACHE_SLACK > c->cap)
        return NULL;
    if (c->at + len + CACHE_SLACK > c->cap) {
        const struct cache_slot *first = &c->slots[c->oldest % CACHE_INDEX];
        if (first->seq != 0 && now_ns - first->when_ns < c->keep_ns)
            c->want_until = now_ns; /* A whole turn took less than the time to be kept. */
        c->at = 0;
        c->gen++;
        c->oldest = seq;
    }
    struct cache_slot *s = &c->slots[seq % CACHE_INDEX];
    *s = (struct cache_slot){.seq = seq,
                             .offset = (uint32_t)c->at,
                             .gen = c->gen,
                             .len = (uint16_t)len,
                             .when_ns = now_ns};
    uint8_t *place = c->ring + c->at;
    memcpy(place, p, len);
    c->at += len + CACHE_SLACK;
    return place;
}

const uint8_t *cache_get(const struct cache *c, uint32_t seq, size_t *len)
{
    const struct cache_slot *s = &c->slots[seq % CACHE_INDEX];
    if (seq == 0 || s->seq != seq || !present(c, s))
        return NULL;
    *len = s->len;
    return c->ring + s->offset;
}

void cache_grow(struct cache *c)
{
    if (!cache_wants_more(c))
        return;
    uint8_t *bigger = (uint8_t *)mem_alloc(c->cap * 2);
    if (bigger == NULL)
        return; /* Fewer retransmissions, nothing worse. */
    memcpy(bigger, c->ring, c->cap);
    mem_free(c->ring);
    c->ring = bigger;
    for (size_t i = 0; i < CACHE_INDEX; i++)
        if (c->slots[i].gen != c->gen)
            c->slots[i].seq = 0; /* The tail of the last turn would be found behind the writer. */
    c->cap *= 2;
    c->want_until = 0;
}
