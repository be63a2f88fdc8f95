/**
 * @file
 * One key frame to a small picture, and pictures to a JPEG, by GStreamer's decoders and encoder.
 * A decoder lives for one picture, so nothing that one frame did to it reaches the next.
 *
 * The frames come from strangers: what a decoder does with them can only hurt the packager.
 * Thread: belongs to one; opus_start() first.
 */
#ifndef PACK_STILL_H
#define PACK_STILL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "pack/bytes.h"
#include "pack/depay.h"
#include "pack/shrink.h"

enum { STILL_PIXELS_MAX = 4096 * 2304 }; /**< Larger ones are not decoded. */

/**
 * Decode the key frame @p f and shrink it into @p to.
 * ERR_NOENT: there is no decoder for this codec (GStreamer's plugin is missing).
 * ERR_PROTO: no picture came out; @p to is untouched then.
 */
MUST_USE enum err still_decode(const struct frame *f, uint16_t rotation, const struct small *to);

/** The first @p height rows of @p yuv as a JPEG, appended to @p out. ERR_NOENT without encoder;
 * ERR_PROTO: it made nothing of these, and may of the next. */
MUST_USE enum err still_encode(const struct yuv *yuv, uint16_t height, struct bytes *out);

#endif
