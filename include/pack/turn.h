/**
 * @file
 * Whose turn it is to work at full speed. A packager that follows its meeting needs little; one
 * that is far behind (after a restart, or a time without processor) would take all there is, and
 * thirty of them would harm the forwarding beside them. So those that are behind take turns: one
 * for every two processors, a few seconds each, by locks on files beside the meetings' folders. Who
 * follows never waits. Thread: belongs to one.
 */
#ifndef PACK_TURN_H
#define PACK_TURN_H

#include <signal.h>
#include <stddef.h>

enum {
    TURN_BEHIND = 4096, /**< So many records without a rest: behind. */
    TURN_MS = 3000,
};

struct turn;

/** @param dir  The meeting's folder. NULL without memory: then there are no turns. */
struct turn *turn_new(const char *dir);
/** Takes NULL. */
void turn_free(struct turn *t);
/** @p n more records were read without a rest. Waits for the turn when that is far behind;
 * returns early when *stop is set. */
void turn_worked(struct turn *t, size_t n, const volatile sig_atomic_t *stop);
/** There is nothing more to read by now. */
void turn_rested(struct turn *t);

#endif
