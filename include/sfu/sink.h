/**
 * @file
 * Where a room's decrypted packets go when it is recorded. record/journal implements it.
 *
 * Thread: every function is called on the room's media worker and must never block; a sink that
 * cannot take a packet drops it and counts.
 */
#ifndef SFU_SINK_H
#define SFU_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink {
    /**
     * One RTP or RTCP packet of track @p track as the publisher sent it, decrypted.
     * RTP: only authenticated packets, after duplicates are removed, in order of arrival;
     * a retransmission is given as the original packet. RTCP: the publisher's sender reports.
     * @param mono_ns  When it arrived, CLOCK_MONOTONIC.
     */
    void (*packet)(struct sink *s, uint32_t track, bool rtcp, uint64_t mono_ns, const uint8_t *p,
                   size_t len);
    /** End of a batch of packets: hand over what has gathered when it is enough or old enough. */
    void (*flush)(struct sink *s, uint64_t mono_ns);
    /** The worker has let go of the sink; called once, after which it is never used again. */
    void (*release)(struct sink *s);
};

#endif
