/**
 * @file
 * The two clocks. Timers and media use the monotonic one; the wall clock only names moments.
 * Thread: any.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

/** CLOCK_MONOTONIC in nanoseconds; never goes back, unrelated to the date. */
uint64_t clock_mono_ns(void);

/** CLOCK_REALTIME in nanoseconds since 1970-01-01 UTC. */
uint64_t clock_wall_ns(void);

/** CLOCK_REALTIME in milliseconds since 1970-01-01 UTC: what the database keeps. */
int64_t clock_wall_ms(void);

enum { CLOCK_TEXT_MAX = 32 };

/** @p wall_ms as RFC 3339 in UTC with milliseconds: 2026-11-24T08:55:01.123Z. */
void clock_rfc3339(char out[CLOCK_TEXT_MAX], int64_t wall_ms);
/** Reads what clock_rfc3339() writes, and nothing else; false, @p wall_ms untouched. */
bool clock_from_rfc3339(const char *text, int64_t *wall_ms);

#endif
