/**
 * @file
 * One file being made. It grows under a name of its own (NAME.tmp) until it is published; what
 * readers see under NAME is therefore never older than what they have seen before, also when the
 * work is done again from the start.
 * Thread: belongs to one.
 */
#ifndef PACK_OUT_H
#define PACK_OUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct out;

/** ERR_IO (logged) when it cannot be made. @p dir must exist. */
MUST_USE enum err out_new(struct out **out, const char *dir, const char *name);
/** Closes; what was never published is removed. Takes NULL. */
void out_free(struct out *o);
MUST_USE enum err out_append(struct out *o, const void *p, size_t n);
/** Overwrite bytes that have been written before. */
MUST_USE enum err out_patch(struct out *o, uint64_t at, const void *p, size_t n);
uint64_t out_size(const struct out *o);
/** Rename to its visible name; once is enough, again does nothing. */
MUST_USE enum err out_publish(struct out *o);
MUST_USE enum err out_sync(struct out *o);
/** Fsync of a folder, after names in it have changed. */
MUST_USE enum err out_sync_dir(const char *dir);

#endif
