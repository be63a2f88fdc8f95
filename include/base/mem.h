/**
 * @file
 * The allocator. All C code allocates here, so that a test can let allocation number N fail.
 * Thread: any; mem_fail_at() is for single-threaded tests.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/** Uninitialised bytes, or NULL. Freed with mem_free(). */
void *mem_alloc(size_t n) __attribute__((malloc, alloc_size(1)));

/** @p count times @p size zeroed bytes, or NULL, also when the product overflows. */
void *mem_zalloc(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2)));

/** As realloc(); on NULL the old block is untouched. */
void *mem_realloc(void *p, size_t n) __attribute__((alloc_size(2)));

/** Heap copy of a text, or NULL. @p s must not be NULL. */
char *mem_strdup(const char *s) __attribute__((malloc));

/** Takes NULL. */
void mem_free(void *p);

/** At start, once: blocks of MEM_APART bytes and more lie apart, so that they leave no holes
 * between what stays. A handshake's buffers are such. */
void mem_start(void);
enum { MEM_APART = 12 << 10 };

/** Gives what lies free between blocks in use back to the system. Takes milliseconds: not on a
 * media worker. */
void mem_trim(void);

/** Cleanup for AUTO(): frees the pointer that @p pp points at. */
void mem_freep(void *pp);

/** Let the @p n th allocation from now fail (1 is the next); 0 turns it off. */
void mem_fail_at(size_t n);

/** Allocations since the last mem_fail_at(). */
size_t mem_count(void);

#endif
