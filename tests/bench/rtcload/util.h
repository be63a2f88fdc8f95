/** @file
 * What all of the generator uses: the clocks' names, memory that is always there, big-endian
 * numbers, a log. */
#ifndef RTCLOAD_UTIL_H
#define RTCLOAD_UTIL_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

/** Zeroed; without memory a measurement means nothing: ends the process. */
void *must_zalloc(size_t count, size_t size);
void *must_realloc(void *p, size_t n);
char *must_strdup(const char *s);

void sleep_ns(uint64_t ns);

extern int verbose;
/** One line on standard error when --verbose was given at least @p level times. */
void say(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline void put16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}
static inline void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v);
}
static inline void put64(uint8_t *p, uint64_t v)
{
    put32(p, (uint32_t)(v >> 32));
    put32(p + 4, (uint32_t)v);
}
static inline uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}
static inline uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}
static inline uint64_t get64(const uint8_t *p)
{
    return (uint64_t)get32(p) << 32 | get32(p + 4);
}

#endif
