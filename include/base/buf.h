/**
 * @file
 * Bounded big-endian writer into memory the caller owns; the mirror of base/cur.h.
 *
 * A write past the end never happens: it is dropped and the buffer is marked full. The mark is
 * sticky, so a packet is built in one go and buf_ok() asked once at the end.
 *
 * Thread: a value type with no shared state.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    uint8_t *data; /**< First byte. */
    size_t len;    /**< Bytes written. */
    size_t cap;    /**< Bytes there are. */
    bool full;     /**< A write was refused; no later write succeeds. */
};

static inline struct buf buf_make(void *data, size_t cap)
{
    return (struct buf){.data = (uint8_t *)data, .len = 0, .cap = cap, .full = false};
}

/** True while no write has been refused. */
static inline bool buf_ok(const struct buf *b)
{
    return !b->full;
}

/** Reserve @p n bytes; @return the first, to be filled by the caller, or NULL when refused. */
static inline uint8_t *buf_take(struct buf *b, size_t n)
{
    if (b->full || n > b->cap - b->len) {
        b->full = true;
        return NULL;
    }
    uint8_t *at = b->data + b->len;
    b->len += n;
    return at;
}

/** Append @p n bytes from @p src. */
static inline void buf_put(struct buf *b, const void *src, size_t n)
{
    uint8_t *at = buf_take(b, n);
    if (at != NULL && n > 0)
        memcpy(at, src, n);
}

/** Append the low @p n (1 to 8) bytes of @p v, most significant first. */
static inline void buf_uint(struct buf *b, uint64_t v, size_t n)
{
    uint8_t *at = buf_take(b, n);
    for (size_t i = n; at != NULL && i-- > 0; v >>= 8)
        at[i] = (uint8_t)v;
}

static inline void buf_u8(struct buf *b, uint8_t v)
{
    buf_uint(b, v, 1);
}

static inline void buf_u16(struct buf *b, uint16_t v)
{
    buf_uint(b, v, 2);
}

static inline void buf_u32(struct buf *b, uint32_t v)
{
    buf_uint(b, v, 4);
}

static inline void buf_u64(struct buf *b, uint64_t v)
{
    buf_uint(b, v, 8);
}

/** Append the text without its terminator. */
static inline void buf_str(struct buf *b, const char *s)
{
    buf_put(b, s, strlen(s));
}

#endif
