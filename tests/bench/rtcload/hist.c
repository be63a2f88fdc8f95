#include "hist.h"

static unsigned index_of(uint64_t v)
{
    if (v < (1u << HIST_SUB))
        return (unsigned)v;
    unsigned e = 63u - (unsigned)__builtin_clzll(v) - HIST_SUB;
    unsigned i = ((e + 1) << HIST_SUB) + (unsigned)((v >> e) & ((1u << HIST_SUB) - 1));
    return i < HIST_N ? i : HIST_N - 1;
}

static uint64_t value_of(unsigned i)
{
    if (i < (1u << HIST_SUB))
        return i;
    unsigned e = (i >> HIST_SUB) - 1;
    return ((uint64_t)(1u << HIST_SUB) + (i & ((1u << HIST_SUB) - 1))) << e;
}

void hist_add(struct hist *h, uint64_t ns)
{
    h->n++;
    if (ns > h->max)
        h->max = ns;
    h->bucket[index_of(ns)]++;
}

void hist_merge(struct hist *to, const struct hist *from)
{
    to->n += from->n;
    if (from->max > to->max)
        to->max = from->max;
    for (unsigned i = 0; i < HIST_N; i++)
        to->bucket[i] += from->bucket[i];
}

uint64_t hist_quantile(const struct hist *h, double q)
{
    uint64_t want = (uint64_t)(q * (double)h->n), seen = 0;
    for (unsigned i = 0; i < HIST_N; i++) {
        seen += h->bucket[i];
        if (seen > want)
            return value_of(i);
    }
    return h->max;
}
