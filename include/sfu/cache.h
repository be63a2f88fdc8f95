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

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { CACHE_INDEX = 1024, CACHE_BYTES_MAX = 4 << 20 };

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
    uint32_t newest_seq;
};

/** @param keep_ms  Media kept. @param bytes  First size. */
MUST_USE enum err cache_init(struct cache *c, uint32_t keep_ms, size_t bytes);
void cache_fini(struct cache *c);
/** @param seq  Extended, above 0. */
void cache_put(struct cache *c, uint32_t seq, const uint8_t *p, size_t len, uint64_t now_ns);
/** The packet, valid until the next put; NULL when it is gone. */
const uint8_t *cache_get(const struct cache *c, uint32_t seq, size_t *len);
/** From a timer: make room when there was too little. */
void cache_grow(struct cache *c);

#endif
