/** @file
 * What a watcher concludes from the packets of one stream, and what it reports of them.
 * Thread: the worker of the watcher. */
#ifndef RTCLOAD_SINK_H
#define RTCLOAD_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

enum { SEEN = 1024, SINKS_MAX = 8, NACK_MAX = 64 };
static const uint32_t TRAILER_MAGIC = 0x52544C44u; /* RTLD */

struct sink { /**< One incoming RTP stream. */
    uint32_t ssrc;
    enum kind kind;
    struct source *source; /**< NULL: a capture, whose packets carry no trailer. */
    bool locked;           /**< offset is known */
    uint64_t offset;       /**< Extended RTP number minus the source's. */
    uint64_t ext, highest, base, stale, old_highest, stale_at;
    uint64_t seen[SEEN / 64];
    uint64_t packets, unique, skip;
    uint64_t in_window, reordered, duplicate, renumbered, unknown, repaired;
    uint32_t sr_mid, sr_at;
};

/** The extended number of @p seq. */
uint64_t sink_extend(struct sink *k, uint16_t seq);
/** Reads the trailer of a plain packet. @param sent  Wall clock, ns. False: it has none. */
bool sink_lock(struct sink *k, const uint8_t *rtp, size_t n, uint64_t ext, uint64_t *sent);
void sink_count(struct sink *k, uint64_t ext);
/** Extended numbers that are missing and worth asking for, oldest first. */
size_t sink_missing(struct sink *k, uint64_t now, uint16_t out[NACK_MAX]);
/** For LSR and DLSR. */
void sink_sender_report(struct sink *k, const uint8_t *sr);

/** @return the length of a receiver report of all of @p sinks. */
size_t sink_report(const struct sink *sinks, int n, uint32_t own_ssrc, uint8_t *out);
/** REMB (draft-alvestrand-rmcat-remb) of @p bps. @return the length. */
size_t sink_remb(const struct sink *sinks, int n, uint32_t own_ssrc, uint32_t bps, uint8_t *out);
/** Generic NACK (RFC 4585). @return the length; 0 when there is nothing to ask. */
size_t sink_nack(const struct sink *k, uint32_t own_ssrc, const uint16_t *seqs, size_t n,
                 uint8_t *out);
uint64_t ntp_now(void);

#endif
