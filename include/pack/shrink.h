/**
 * @file
 * Pictures in planes (4:2:0, 8 bits): shrinking by area average, with rotation.
 * Thread: pure.
 */
#ifndef PACK_SHRINK_H
#define PACK_SHRINK_H

#include <stddef.h>
#include <stdint.h>

/** Three planes; the chroma ones have half the width and height, rounded up. Borrowed. */
struct yuv {
    uint8_t *plane[3];
    size_t stride[3];
    uint16_t width, height; /**< At least 1. */
};

/** A place in a larger picture; all even. */
struct small {
    const struct yuv *in;
    uint16_t x, y, width, height;
};

/** Width at @p height of a picture of @p w x @p h, as shown: even, from 16 to 4 x @p height. */
uint16_t shrink_width(uint16_t w, uint16_t h, uint16_t height);

/** Fill @p to with @p from, turned clockwise by @p rotation (0, 90, 180, 270). */
void shrink(const struct yuv *from, uint16_t rotation, const struct small *to);

/** From video range (luma 16 to 235) to the full range that JPEG has, in place. */
void shrink_widen(const struct small *at);

#endif
