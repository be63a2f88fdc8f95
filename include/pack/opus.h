/**
 * @file
 * Opus to 48 kHz mono samples and back, by GStreamer's elements driven directly: a call returns
 * when the output has been handed over, there are no threads, and the same input gives the same
 * output.
 * Thread: belongs to one.
 */
#ifndef PACK_OPUS_H
#define PACK_OPUS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    OPUS_RATE = 48000,
    OPUS_FRAME = 960,    /**< Samples of a packet that the encoder makes: 20 ms. */
    OPUS_PRE_SKIP = 312, /**< Samples by which the encoder is late. */
    OPUS_SILENCE_LEN = 3,
};

/** A whole packet of 20 ms of silence. */
extern const uint8_t opus_silence[OPUS_SILENCE_LEN];

/** Once, before all else. ERR_NOENT (logged) when GStreamer or its Opus elements are missing. */
MUST_USE enum err opus_start(void);
void opus_stop(void);

struct opus;
typedef void opus_pcm_fn(void *arg, const int16_t *pcm, size_t n);
typedef void opus_packet_fn(void *arg, const uint8_t *p, size_t n);

MUST_USE enum err opus_decoder(struct opus **out, opus_pcm_fn *got, void *arg);
MUST_USE enum err opus_encoder(struct opus **out, opus_packet_fn *got, void *arg);
/** One packet. What cannot be decoded gives no samples. */
void opus_decode(struct opus *o, const uint8_t *p, size_t n);
/** OPUS_FRAME samples. */
void opus_encode(struct opus *o, const int16_t *pcm);
/** Takes NULL. */
void opus_free(struct opus *o);

#endif
