/**
 * @file
 * Lets allocation number 1, 2, 3, ... fail, each in a run of its own, until a run needs no more of
 * them: that one must then have succeeded. Under AddressSanitizer the runs must leave nothing.
 */
#ifndef TESTS_SWEEP_H
#define TESTS_SWEEP_H

#include <stdbool.h>

#include "base/mem.h"
#include "t.h"

enum { SWEEP_MAX = 3000 };

static size_t sweep_at, sweep_asked;

/** From here allocations count; a run calls it once it has what is not to be swept. */
static inline void sweep_arm(void)
{
    mem_fail_at(sweep_at);
}

/** Before looking at what came of it. */
static inline void sweep_disarm(void)
{
    sweep_asked = mem_count();
    mem_fail_at(0);
}

/** Did this run's failure happen (yet)? After sweep_disarm(). */
static inline bool sweep_hit(void)
{
    return sweep_asked >= sweep_at;
}

/** @param run  Returns whether what it is for was done. */
static inline void sweep(const char *name, bool (*run)(void))
{
    bool fine = false;
    for (sweep_at = 1; sweep_at < SWEEP_MAX; sweep_at++) {
        fine = run();
        if (!sweep_hit())
            break;
    }
    T_OK(fine && !sweep_hit());
    T_OK(sweep_at > 1); /* it allocates at all */
    printf("  %s: %zu allocations\n", name, sweep_asked);
}

#endif
