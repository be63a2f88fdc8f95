/** @file
 * The payload formats behind pack/depay.h. */
#ifndef DEPAY_PRIV_H
#define DEPAY_PRIV_H

#include "pack/depay.h"

/** What a payload descriptor says. */
struct descriptor {
    size_t len;  /* bytes of it */
    bool begins; /* first packet of a picture */
    bool key;
};

/** False when malformed. */
bool vp8_descriptor(const uint8_t *p, size_t n, struct descriptor *out);
bool vp9_descriptor(const uint8_t *p, size_t n, struct descriptor *out);
bool vp8_key_size(const uint8_t *p, size_t n, uint16_t *width, uint16_t *height);
/** Add one payload's NAL units to the frame. False when malformed. */
bool h264_payload(struct depay *d, const uint8_t *p, size_t n);

#endif
