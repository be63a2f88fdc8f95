/**
 * @file
 * Follows a journal: all segments in order, the open one while it grows, torn ends and damaged
 * stretches left out and counted.
 * Thread: belongs to one.
 */
#ifndef PACK_TAIL_H
#define PACK_TAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "record/format.h"

struct tail;

/** @param dir  The meeting's folder. There need not be a journal in it yet. */
MUST_USE enum err tail_new(struct tail **out, const char *dir);
void tail_free(struct tail *t);
/** Next record, valid until the next call; false when there is none by now. */
bool tail_next(struct tail *t, struct record *out);
/** Bytes that were no records. */
uint64_t tail_skipped(const struct tail *t);

#endif
