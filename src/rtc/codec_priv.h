/** @file
 * The codecs' own functions behind codec_inspect(). */
#ifndef CODEC_PRIV_H
#define CODEC_PRIV_H

#include "rtc/codec.h"

struct frame_info vp8_inspect(const uint8_t *p, size_t n);
struct frame_info vp9_inspect(const uint8_t *p, size_t n);
struct frame_info h264_inspect(const uint8_t *p, size_t n);

#endif
