/**
 * @file
 * The least a forwarder can do, in a thread of its own: receive, unprotect once, rewrite and
 * protect for each receiver, send in trains. No RTCP, no timers, no repair, no rooms.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stddef.h>
#include <stdint.h>

#include "load.h"

/** The traffic of @p n_pubs publishers, publisher i going to the receivers of @p to[i]. */
struct floor_case {
    size_t n_pubs, n_receivers;
    uint8_t to[LOAD_MAX][LOAD_MAX]; /**< Receivers of a publisher ... */
    size_t n_to[LOAD_MAX];          /**< ... and how many. */
};

struct forwarder;
/** @param cpu  Where the forwarder runs; the caller's thread makes the traffic. @p c is borrowed.
 */
struct forwarder *floor_open(const struct floor_case *c, int cpu);
void floor_close(struct forwarder *f);
/** Traffic for @p seconds. @return microseconds of processor per forwarded packet. */
double floor_round(struct forwarder *f, double seconds);

/** The parts by themselves, frame after frame: nanoseconds. */
struct floor_parts {
    double receive; /**< recvmmsg and unprotect, per packet. */
    double send;    /**< Protect and send, per packet and receiver. */
};
struct floor_parts floor_warm(size_t n_receivers, int cpu);

#endif
