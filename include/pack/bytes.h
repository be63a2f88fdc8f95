/**
 * @file
 * Bytes that grow, up to a limit; failure is sticky and asked for once.
 * Thread: belongs to one.
 */
#ifndef PACK_BYTES_H
#define PACK_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BYTES_MAX = 256 << 20 };

/** Zero-initialised is empty. */
struct bytes {
    uint8_t *p;
    size_t len, cap;
    bool failed; /**< No memory or over BYTES_MAX; later writes are dropped. */
};

/** Keeps the memory for the next use. */
void bytes_clear(struct bytes *b);
void bytes_fini(struct bytes *b);
void bytes_put(struct bytes *b, const void *p, size_t n);
/** The low @p n (1 to 8) bytes of @p v, most significant first. */
void bytes_uint(struct bytes *b, uint64_t v, size_t n);
void bytes_zeros(struct bytes *b, size_t n);
/** Overwrite @p n bytes at @p at, which have been written before. */
void bytes_set(struct bytes *b, size_t at, uint64_t v, size_t n);

/**
 * Make room for one more element of @p size bytes behind @p n in an array of *cap.
 * @return false without memory; the array is untouched then.
 */
bool list_grow(void *array, size_t n, size_t *cap, size_t size);

#endif
