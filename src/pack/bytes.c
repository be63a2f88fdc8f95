/* Growing byte buffers and arrays. */
#include "pack/bytes.h"

#include <string.h>

#include "base/mem.h"

static uint8_t *reserve(struct bytes *b, size_t n)
{
    if (b->failed || n > BYTES_MAX - b->len) {
        b->failed = true;
        return NULL;
    }
    if (b->len + n > b->cap) {
        size_t cap = b->cap < 1024 ? 1024 : b->cap * 2;
        cap = cap < b->len + n ? b->len + n : cap;
        uint8_t *p = (uint8_t *)mem_realloc(b->p, cap);
        if (p == NULL) {
            b->failed = true;
            return NULL;
        }
        b->p = p;
        b->cap = cap;
    }
    uint8_t *at = b->p + b->len;
    b->len += n;
    return at;
}

void bytes_clear(struct bytes *b)
{
    b->len = 0;
    b->failed = false;
}

void bytes_fini(struct bytes *b)
{
    mem_free(b->p);
    *b = (struct bytes){0};
}

void bytes_put(struct bytes *b, const void *p, size_t n)
{
    uint8_t *at = n > 0 ? reserve(b, n) : NULL;
    if (at != NULL)
        memcpy(at, p, n);
}

static void put_be(uint8_t *at, uint64_t v, size_t n)
{
    for (size_t i = n; i-- > 0; v >>= 8)
        at[i] = (uint8_t)v;
}

void bytes_uint(struct bytes *b, uint64_t v, size_t n)
{
    uint8_t *at = reserve(b, n);
    if (at != NULL)
        put_be(at, v, n);
}

void bytes_zeros(struct bytes *b, size_t n)
{
    uint8_t *at = n > 0 ? reserve(b, n) : NULL;
    if (at != NULL)
        memset(at, 0, n);
}

void bytes_set(struct bytes *b, size_t at, uint64_t v, size_t n)
{
    if (!b->failed && at <= b->len && n <= b->len - at)
        put_be(b->p + at, v, n);
}

bool list_grow(void *array, size_t n, size_t *cap, size_t size)
{
    void **at = (void **)array;
    if (n < *cap)
        return true;
    size_t more = *cap == 0 ? 16 : *cap * 2;
    void *p = mem_realloc(*at, more * size);
    if (p == NULL)
        return false;
    *at = p;
    *cap = more;
    return true;
}
