/** @file
 * What a run came to, as JSON on standard output. */
#ifndef RTCLOAD_REPORT_H
#define RTCLOAD_REPORT_H

#include <stdint.h>

#include "peer.h"
#include "procstat.h"

struct totals { /**< Counters at one moment. */
    uint64_t received, octets, sent, errors, rtcp, cpu_ns, at;
    struct procstat server;
    struct udpstat udp;
    struct hoststat host;
};

struct run {
    const char *signalling;
    const struct peer *peers; /**< Publishers first. */
    int n_peers, n_publishers;
    struct totals before_joins, after_joins; /**< Around the watchers' coming. */
    struct totals from, to;                  /**< The steady window. */
    struct memory idle, full;                /**< Before anybody came, and after the window. */
};

struct totals totals_now(void);
void report(const struct run *r);

#endif
