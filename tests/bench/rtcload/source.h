/** @file
 * What publishers send: synthetic streams in the sizes and the rhythm of a browser, or a capture.
 *
 * A synthetic packet's payload ends in TRAILER bytes: magic, source, the source's own sequence
 * number (64 bits), send time (wall clock, ns). The steady window of a source is the range
 * [from, to) of those numbers, fixed a little ahead of what is in flight, so that "expected" is
 * exact. Thread: the worker of the publisher; seq, from and to also main. */
#ifndef RTCLOAD_SOURCE_H
#define RTCLOAD_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdp.h"

enum { TRAILER = 24, PACKET_MAX = 1500, HISTORY = 512, BURST = 64 };

struct media_config {
    double video_bps, fps, audio_pps;
    int video_payload, audio_payload; /**< Bytes. */
    bool even; /**< Frames cut as libwebrtc cuts them: sizes a byte apart, the longer ones last. */
};

struct packet {
    size_t len;
    uint8_t bytes[PACKET_MAX];
};

struct source { /**< One outgoing RTP stream. */
    uint32_t id, ssrc, rtx_ssrc;
    enum kind kind;
    int pt, rtx_pt, mid_ext, twcc_ext;
    uint16_t *twcc_seq; /**< Of the connection. */
    char mid[32];
    uint16_t rtp_seq, rtx_seq;
    uint32_t rtp_ts;
    uint64_t due; /**< Monotonic: the next frame. */
    bool key_wanted;
    _Atomic uint64_t seq;      /**< The next number. */
    _Atomic uint64_t from, to; /**< Steady window. */
    uint64_t packets, octets, resent;
    struct packet *history; /**< HISTORY packets as they were before SRTP, by RTP number. */
    struct replay *replay;  /**< NULL: synthetic. */
};

extern struct media_config media;
extern struct source *sources;
extern int n_sources;

void sources_init(int n_publishers, const struct media_config *c);
static inline struct source *source_of(int publisher, enum kind k)
{
    return &sources[2 * publisher + (int)k];
}
/** @return how many packets are due now, unprotected, in @p out[BURST]. */
size_t source_frame(struct source *s, uint64_t now, struct packet *out);
/** Writes an RTP header with the extensions that were agreed on. @return its length. */
size_t source_head(struct source *s, uint8_t *p, bool marker);
/** A packet that was asked for again: as RTX (RFC 4588) or as it was. False: no longer there. */
bool source_again(struct source *s, uint16_t seq, struct packet *out);
/** A sender report. @return its length. */
size_t source_report(struct source *s, uint8_t *out);

#endif
