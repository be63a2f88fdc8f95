/**
 * @file
 * Stretches of something counted (milliseconds, bytes): half open, apart from each other, in order,
 * at most STRETCHES_MAX. Beyond that the two that are nearest become one: rather too much than
 * forgotten.
 * Thread: value type, pure.
 */
#ifndef DOMAIN_STRETCHES_H
#define DOMAIN_STRETCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { STRETCHES_MAX = 100, STRETCHES_TEXT = STRETCHES_MAX * 44 + 8 };

struct stretches {
    size_t n;
    struct stretch {
        int64_t from, to;
    } list[STRETCHES_MAX + 1]; /* one more while one is being added */
};

/** Join [@p from, @p to) to them. @return whether they have changed; false too for an empty or a
 * negative one. */
bool stretches_add(struct stretches *s, int64_t from, int64_t to);
/** Sum of their lengths. */
int64_t stretches_length(const struct stretches *s);
/** "[[0,20],[30,40]]". */
void stretches_print(const struct stretches *s, char out[STRETCHES_TEXT]);
/** What stretches_print() wrote; ERR_INVAL for anything else, @p out untouched. */
MUST_USE enum err stretches_read(struct stretches *out, const char *text);

#endif
