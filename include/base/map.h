/**
 * @file
 * A hash map from 64-bit ids to pointers it does not own. Id 0 is no id.
 * Thread: belongs to one.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct map {
    struct map_slot *slots;
    size_t cap, used, dead;
};

/** Zero-initialised is empty. */
void map_fini(struct map *m);
/** Adds or replaces. */
MUST_USE enum err map_put(struct map *m, uint64_t id, void *value);
/** NULL when absent. */
void *map_get(const struct map *m, uint64_t id);
/** Takes out; NULL when absent. */
void *map_take(struct map *m, uint64_t id);
size_t map_size(const struct map *m);
/** Walk: start with *at = 0; NULL at the end. Taking out the value just given is allowed. */
void *map_next(const struct map *m, size_t *at);

#endif
