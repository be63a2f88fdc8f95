/**
 * @file
 * Puts the packets of one RTP source in order. A journal has them in order of arrival; what was
 * lost and sent again comes late. A hole is waited for as long as REORDER_WAIT_NS of journal time.
 * Thread: belongs to one.
 */
#ifndef PACK_REORDER_H
#define PACK_REORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "rtc/rtp.h"

enum {
    REORDER_SLOTS = 1024,  /**< Furthest a packet may be ahead of a hole. */
    REORDER_LATE_MAX = 64, /**< So many late ones in a row are a source that counts anew. */
};
#define REORDER_WAIT_NS UINT64_C(1000000000)

/** A packet with its head parsed. */
struct packet {
    struct rtp h;
    uint64_t arrival_ns; /**< Wall time of the journal. */
    uint32_t seq;        /**< Extended. */
    size_t len;
    uint8_t p[];
};

/** Zero-initialised is empty. */
struct reorder {
    struct packet *slots[REORDER_SLOTS];
    struct seq_ext ext;
    uint32_t next; /**< Extended number that is due. */
    size_t held;
    unsigned late_run;
    uint64_t late, duplicates; /**< Counted, dropped. */
};

/** Copies. ERR_NOMEM; a late packet or a duplicate is counted and is no error. */
MUST_USE enum err reorder_push(struct reorder *r, const struct rtp *h, const uint8_t *p, size_t len,
                               uint64_t arrival_ns);
/**
 * The next packet in order, or NULL when it has to be waited for.
 * @param now   Journal time; UINT64_MAX waits for nothing.
 * @param lost  Packets given up on before this one.
 * @return to be freed with mem_free().
 */
struct packet *reorder_pop(struct reorder *r, uint64_t now, uint32_t *lost);
void reorder_fini(struct reorder *r);

#endif
