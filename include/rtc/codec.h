/**
 * @file
 * What a forwarder and a recorder must know of a payload: does a frame start here, is it a key
 * frame, how large. VP8 RFC 7741, VP9 RFC 9628, H.264 RFC 6184. Thread: pure functions.
 */
#ifndef RTC_CODEC_H
#define RTC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtc/media.h"

struct frame_info {
    bool start;             /**< First packet of a frame. */
    bool key;               /**< ... of a key frame (H.264: carries SPS or IDR). */
    uint16_t width, height; /**< Of a key frame when the packet tells; else 0. */
};

/** Look at one RTP payload of @p codec. Malformed or audio: all zero. */
struct frame_info codec_inspect(enum codec codec, const uint8_t *payload, size_t n);

/** Duration of an Opus packet in 48 kHz samples (RFC 6716 3.1), 0 when malformed. */
uint32_t opus_samples(const uint8_t *payload, size_t n);

/** Size in an H.264 sequence parameter set, its NAL header included. False when malformed. */
bool h264_sps_size(const uint8_t *nal, size_t n, uint16_t *width, uint16_t *height);

#endif
