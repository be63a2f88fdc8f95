/**
 * @file
 * A media file with one track that can be read while it grows: WebM for VP8, VP9 and Opus, MP4 for
 * H.264. Frames are gathered into clusters or fragments, each written whole, so a reader always
 * finds a playable file; closing adds what makes seeking quick (WebM: Cues of every key frame;
 * MP4: a full sample table, after which it is a plain MP4). What is written depends on the calls
 * alone, so the same frames give the same bytes.
 *
 * WebM: RFC 8794, RFC 9559. MP4: ISO/IEC 14496-12, -15. Times are milliseconds from the file's own
 * start. Thread: belongs to one.
 */
#ifndef PACK_MOVIE_H
#define PACK_MOVIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "pack/out.h"
#include "rtc/media.h"

/** What a decoder must know before the first frame. */
struct movie_config {
    enum codec codec;
    uint16_t width, height;   /**< Video: of the first key frame. */
    uint8_t channels;         /**< Opus: 1 or 2. */
    uint16_t pre_skip;        /**< Opus: samples the decoder throws away at the start. */
    const uint8_t *sps, *pps; /**< H.264: NAL units, copied. */
    size_t sps_len, pps_len;
};

/** Where a reader can start: a cluster or fragment, for video one with a key frame in front. */
struct movie_point {
    uint64_t ms, at; /**< Time of the file, offset in bytes. */
};

/** What one must know to fetch a file in pieces. */
struct movie_places {
    uint64_t init;  /**< Bytes in front of the first cluster or fragment. */
    uint64_t media; /**< Offset behind the last whole cluster or fragment. */
    struct movie_point *points;
    size_t n, cap;
};

struct movie;

/** Takes over @p file, also on failure. ERR_INVAL for a codec it has no form for. */
MUST_USE enum err movie_new(struct movie **out, struct out *file, const struct movie_config *cfg);
/**
 * Append one frame (H.264: NAL units behind their 4-byte lengths). @p ms must be greater than the
 * last one's; ERR_INVAL otherwise.
 */
MUST_USE enum err movie_frame(struct movie *m, uint64_t ms, bool key, const uint8_t *p, size_t n);
/** A later key frame is larger: the file's head shall say so once it is closed. */
void movie_grow(struct movie *m, uint16_t width, uint16_t height);
/** What a reader of the file sees by now: the end of its last whole cluster, 0 without one. */
uint64_t movie_readable_ms(const struct movie *m);
/** Valid until the next call for @p m. */
const struct movie_places *movie_places(const struct movie *m);
/** Hands over the places of a finished file; *out is to be freed with movie_places_fini(). */
void movie_places_take(struct movie *m, struct movie_places *out);
void movie_places_fini(struct movie_places *p);
/** Write what is left and the seek tables, sync. The last frame ends at @p end_ms. */
MUST_USE enum err movie_finish(struct movie *m, uint64_t end_ms);
MUST_USE enum err movie_publish(struct movie *m);
/** Takes NULL. */
void movie_free(struct movie *m);

#endif
