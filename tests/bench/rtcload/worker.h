/** @file
 * A thread of the generator: an event loop over its share of the peers. */
#ifndef RTCLOAD_WORKER_H
#define RTCLOAD_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "hist.h"
#include "peer.h"

struct worker {
    pthread_t thread;
    int epoll;
    pthread_mutex_t lock; /**< Guards peers and n against worker_add(). */
    struct peer **peers;
    int n;
    /* Since the start; read by main. */
    _Atomic uint64_t received, received_octets, sent, send_errors, rtcp, cpu_ns;
    /* Of the steady window. */
    struct hist latency; /**< Source to the kernel's receive stamp. */
    struct hist lag;     /**< Kernel's receive stamp to our reading it. */
    struct hist pacing;  /**< How late frames were sent. */
};

extern _Atomic bool steady, stopping;
extern struct worker *workers;

void workers_start(int n);
void workers_stop(void);
void worker_add(struct peer *p);
static inline void worker_count(_Atomic uint64_t *c, uint64_t n)
{ /* one writer each */
    atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
                          memory_order_relaxed);
}

#endif
