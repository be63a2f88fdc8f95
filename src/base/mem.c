/* A counter in front of malloc: cheap enough to stay in release builds, since the packet path never
 * allocates. */
#include "base/mem.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_size_t asked, fail_at;

static int refused(void)
{
    size_t n = atomic_fetch_add_explicit(&asked, 1, memory_order_relaxed) + 1;
    return n == atomic_load_explicit(&fail_at, memory_order_relaxed);
}

void *mem_alloc(size_t n)
{
    return refused() ? NULL : malloc(n ? n : 1);
}

void *mem_zalloc(size_t count, size_t size)
{
    return refused() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *mem_realloc(void *p, size_t n)
{
    return refused() ? NULL : realloc(p, n ? n : 1);
}

char *mem_strdup(const char *s)
{
    size_t n = strlen(s) + 1;
    char *copy = (char *)mem_alloc(n);
    if (copy != NULL)
        memcpy(copy, s, n);
    return copy;
}

void mem_free(void *p)
{
    free(p);
}

void mem_start(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, MEM_APART); /* Fails only for a number out of range. */
}

void mem_trim(void)
{
    (void)malloc_trim(0); /* 0: there was nothing */
}

void mem_freep(void *pp)
{
    void *p = NULL;
    memcpy(&p, pp, sizeof(p));
    mem_free(p);
}

void mem_fail_at(size_t n)
{
    atomic_store(&asked, 0);
    atomic_store(&fail_at, n);
}

size_t mem_count(void)
{
    return atomic_load(&asked);
}
