/* limit [crypto] [net [N]] [handshake]: what the parts of forwarding cost by themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <srtp2/srtp.h>

#include "../rtcload/util.h"
#include "limit.h"

enum { WARM = 2, RECEIVERS = 50 };

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double limit_median(double *v, size_t n)
{
    qsort(v, n, sizeof(*v), by_value);
    return v[n / 2];
}

uint64_t limit_cpu_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

void limit_measure(const struct limit_case *c)
{
    size_t n = (size_t)c->rounds;
    double *v = (double *)must_zalloc(n, sizeof(*v));
    for (int i = -WARM; i < c->rounds; i++) {
        if (c->prepare != NULL)
            c->prepare(c->arg);
        uint64_t t = limit_cpu_ns();
        c->work(c->arg);
        t = limit_cpu_ns() - t;
        if (c->after != NULL)
            c->after(c->arg);
        if (i >= 0)
            v[i] = (double)t / c->packets;
    }
    double median = limit_median(v, n);
    printf("%-60s %8.0f ns  [%.0f-%.0f]\n", c->label, median, v[n / 10], v[n * 9 / 10]);
    (void)fflush(stdout);
    free(v);
}

int main(int argc, char **argv)
{
    bool all = argc < 2;
    int n = RECEIVERS;
    if (srtp_init() != srtp_err_status_ok)
        return 1;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "net") == 0 && i + 1 < argc && atoi(argv[i + 1]) > 0)
            n = atoi(argv[i + 1]);
    for (int i = all ? 0 : 1; i < argc; i++) {
        if (all || strcmp(argv[i], "crypto") == 0)
            limit_crypto();
        if (all || strcmp(argv[i], "net") == 0)
            limit_net(n);
        if (all || strcmp(argv[i], "handshake") == 0)
            limit_handshake();
    }
    return 0;
}
