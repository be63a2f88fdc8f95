/** @file
 * Timing of one piece of work, and what the probes share. */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include <stddef.h>
#include <stdint.h>

typedef void limit_work(void *arg);

struct limit_case {
    const char *label;
    int rounds;
    int packets;                 /**< In one round. */
    limit_work *prepare, *after; /**< Not timed; may be NULL. */
    limit_work *work;
    void *arg;
};

/** Prints the label, and median, tenth and ninetieth percentile of nanoseconds per packet. */
void limit_measure(const struct limit_case *c);
uint64_t limit_cpu_ns(void);              /**< Of this thread. */
double limit_median(double *v, size_t n); /**< Sorts. */

void limit_crypto(void);    /**< Protecting a packet: libsrtp2 as linked, OpenSSL's own. */
void limit_net(int n);      /**< Sending to @p n receivers on loopback, and receiving. */
void limit_handshake(void); /**< The server's side of DTLS. */

#endif
