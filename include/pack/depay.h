/**
 * @file
 * From RTP packets in order to whole frames. VP8 RFC 7741, VP9 RFC 9628, H.264 RFC 6184,
 * Opus RFC 7587. After a loss pictures are dropped up to the next key frame; so are those before
 * the first.
 * Thread: belongs to one; pure.
 */
#ifndef PACK_DEPAY_H
#define PACK_DEPAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pack/bytes.h"
#include "pack/reorder.h"
#include "rtc/media.h"

enum { DEPAY_PARAM_MAX = 1024, DEPAY_FRAME_MAX = 8 << 20 };

/** One picture, or one Opus packet. */
struct frame {
    enum codec codec;
    const uint8_t *p; /**< H.264: NAL units behind 4-byte lengths, without parameter sets. */
    size_t len;
    uint32_t rtp_ts;
    uint64_t arrival_ns;      /**< Of its first packet. */
    bool key;                 /**< Opus: always. */
    uint16_t width, height;   /**< Of a key frame. */
    const uint8_t *sps, *pps; /**< H.264: the ones in force at a key frame. */
    size_t sps_len, pps_len;
};

struct depay {
    struct bytes frame; /**< What has come of the current one. */
    bool open;          /**< A frame has begun and nothing of it is missing. */
    bool need_key;
    bool key;
    uint32_t ts;
    uint64_t arrival_ns;
    enum codec codec;
    uint16_t width, height;
    size_t fu_at; /**< H.264: where the length of the unit being put together stands. */
    bool fu_open;
    uint8_t sps[DEPAY_PARAM_MAX], pps[DEPAY_PARAM_MAX];
    size_t sps_len, pps_len;
    uint64_t malformed; /**< Packets that could not be read; each counts as lost. */
    void (*out)(void *arg, const struct frame *f);
    void (*skipped)(void *arg); /**< Pictures are missing from here up to the next key frame. */
    void *arg;
};

void depay_init(struct depay *d, void (*out)(void *arg, const struct frame *f),
                void (*skipped)(void *arg), void *arg);
void depay_fini(struct depay *d);
/** The next packet. @p lost: packets are missing just before it. */
MUST_USE enum err depay_packet(struct depay *d, enum codec codec, const struct packet *k,
                               bool lost);
/** Nothing more comes from this source; a frame begun is dropped. */
void depay_end(struct depay *d);

/** Size in the uncompressed head of a VP9 key frame; false when it is none. */
bool vp9_key_size(const uint8_t *p, size_t n, uint16_t *width, uint16_t *height);

#endif
