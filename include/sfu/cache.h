/**
 * @file
 * Packets of one stream kept for retransmission: a byte ring sized by time.
 *
 * Putting a packet never allocates. When the ring turns out too small for its time, it says so and
 * cache_grow(), called from a timer, doubles it.
 * Thread: belongs to one media worker.
 */
#ifndef SFU_CACHE_H
#define SFU_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    CACHE_INDEX = 1024,
    CACHE_BYTES_MAX = 4 << 20,
    CACHE_SLACK = 2, /**< Room behind each packet, for padding. */
};

struct cache {
    uint8_t *ring;
    size_t cap, at; /**< at: where the next packet goes. */
    uint64_t keep_ns;
    uint64_t want_until; /**< Non-zero: overwritten too early, should grow. */
    struct cache_slot {
        uint32_t seq; /**< Extended; 0: empty. */
        uint32_t offset, gen;
        uint16_t len;
        uint64_t when_ns;
    } slots[CACHE_INDEX];
    uint32_t gen;    /**< Times the ring has come round. */
    uint32_t oldest; /**< Slot whose bytes are overwritten next. */
};

/** @param keep_ms  Media kept. @param bytes  First size. */
MUST_USE enum err cache_init(struct cache *c, uint32_t keep_ms, size_t bytes);
void cache_fini(struct cache *c);
/**
 * @param seq  Extended, above 0.
 * @return its place, good until the ring has come round or grown; NULL when it does not fit.
 */
uint8_t *cache_put(struct cache *c, uint32_t seq, const uint8_t *p, size_t len, uint64_t now_ns);
/** The packet, valid until the next put; NULL when it is gone. */
const uint8_t *cache_get(const struct cache *c, uint32_t seq, size_t *len);
/** There was too little room for the time to be kept. */
static inline bool cache_wants_more(const struct cache *c)
{
    return c->want_until != 0 && c->cap * 2 <= CACHE_BYTES_MAX;
}
/** From a timer: make room when there was too little. Moves what is kept. */
void cache_grow(struct cache *c);

#endif
