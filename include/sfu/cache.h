/**
 * @file
 * Packets of one stream kept for retransmission: a byte ring and an index, both sized by time.
 *
 * Putting a packet never allocates. When ring or index turn out to be too small for the time to be
 * kept, or the ring far too large, it says so, and cache_resize(), called from a timer, makes them
 * as large as the stream's rate asks for.
 * Thread: belongs to one media worker.
 */
#ifndef SFU_CACHE_H
#define SFU_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    CACHE_INDEX_MIN = 64,
    CACHE_INDEX_MAX = 4096,
    CACHE_BYTES_MAX = 4 << 20,
    CACHE_SLACK = 2, /**< Room behind each packet, for padding. */
};

struct cache {
    uint8_t *ring;
    struct cache_slot {
        uint32_t seq; /**< Extended; 0: empty. */
        uint32_t offset, gen;
        uint16_t len;
    } * slots;
    size_t cap, at;   /**< at: where the next packet goes. */
    uint32_t n_slots; /**< A power of two. */
    uint32_t gen;     /**< Times the ring has come round. */
    uint32_t newest;  /**< Number put last. */
    size_t least;     /**< The first size: never less. */
    uint64_t keep_ns;
    /* the rate, measured turn by turn */
    uint64_t turn_ns; /**< When this turn began; 0: no packet yet. */
    uint32_t turn_packets;
    size_t turn_bytes;
    size_t want_bytes; /**< Size the rate asks for; 0: content. */
    uint32_t want_slots;
};

/** @param keep_ms  Media kept. @param bytes  First size, and the least. */
MUST_USE enum err cache_init(struct cache *c, uint32_t keep_ms, size_t bytes);
void cache_fini(struct cache *c);
/**
 * @param seq  Extended, above 0.
 * @return its place, good until the ring has come round or is resized; NULL when it does not fit.
 */
uint8_t *cache_put(struct cache *c, uint32_t seq, const uint8_t *p, size_t len, uint64_t now_ns);
/** The packet, valid until the next put; NULL when it is gone. */
const uint8_t *cache_get(const struct cache *c, uint32_t seq, size_t *len);
/** Another size would fit the time to be kept better. */
static inline bool cache_wants_resize(const struct cache *c)
{
    return c->want_bytes != 0;
}
/** From a timer: the size that is wanted. Moves what is kept; without memory all stays. */
void cache_resize(struct cache *c);
/** Memory of ring and index. */
static inline size_t cache_bytes(const struct cache *c)
{
    return c->cap + c->n_slots * sizeof(c->slots[0]);
}

#endif
