/**
 * @file
 * The packager's work for one meeting from start to end: lock its folder, follow the journal, show
 * an index about every second, finish. May be killed at any moment and started again.
 * Thread: the caller's; opus_start() first.
 */
#ifndef PACK_FOLLOW_H
#define PACK_FOLLOW_H

#include <signal.h>

#include "base/err.h"

enum follow_end {
    FOLLOW_DONE = 0,     /**< The meeting has ended; the final index is there. */
    FOLLOW_FAILED = 1,   /**< Logged: disk or memory. */
    FOLLOW_STOPPED = 75, /**< *stop was set before the end (EX_TEMPFAIL: start it again). */
};

/** @param stop  Set by a signal handler installed without SA_RESTART. */
enum follow_end follow(const char *dir, const volatile sig_atomic_t *stop);

#endif
