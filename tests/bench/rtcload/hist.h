/** @file
 * Log-linear histogram of nanoseconds: about 1.6 % resolution. One writer. */
#ifndef RTCLOAD_HIST_H
#define RTCLOAD_HIST_H

#include <stdint.h>

enum { HIST_SUB = 6, HIST_N = 40 << HIST_SUB };

struct hist {
    uint64_t n, max, bucket[HIST_N];
};

void hist_add(struct hist *h, uint64_t ns);
void hist_merge(struct hist *to, const struct hist *from);
/** @param q  0 to 1. @return the lower edge of the bucket that holds it; 0 when empty. */
uint64_t hist_quantile(const struct hist *h, double q);

#endif
