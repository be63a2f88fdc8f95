/**
 * @file
 * Which of the last numbers have been there: of packets that came, or of nonces that were used.
 * Numbers are extended sequence numbers; they go round after 2^32.
 * Thread: a value type.
 */
#ifndef RTC_SEEN_H
#define RTC_SEEN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { SEEN_MAX = 1024 }; /**< Numbers that are remembered, the newest included. */

struct seen {
    uint32_t newest;
    bool any;
    uint64_t bits[SEEN_MAX / 64];
};

enum seen_verdict {
    SEEN_NEW,   /**< Now it has been there. */
    SEEN_AGAIN, /**< It had been there before. */
    SEEN_OLD,   /**< Too old to be told. */
};

static inline uint64_t *seen_word(struct seen *s, uint32_t v)
{
    return &s->bits[v % SEEN_MAX / 64];
}

static inline void seen_forget_between(struct seen *s, uint32_t from, uint32_t to)
{
    if (to - from >= SEEN_MAX)
        memset(s->bits, 0, sizeof(s->bits));
    else
        for (uint32_t v = from; v != to; v++)
            *seen_word(s, v) &= ~(UINT64_C(1) << v % 64);
}

/** Note @p v, if it has not been there. */
static inline enum seen_verdict seen_mark(struct seen *s, uint32_t v)
{
    int32_t ahead = (int32_t)(v - s->newest);
    uint64_t bit = UINT64_C(1) << v % 64;
    if (!s->any || ahead > 0) {
        if (s->any)
            seen_forget_between(s, s->newest + 1, v);
        s->any = true;
        s->newest = v;
        *seen_word(s, v) |= bit;
        return SEEN_NEW;
    }
    if (ahead <= -SEEN_MAX)
        return SEEN_OLD;
    if ((*seen_word(s, v) & bit) != 0)
        return SEEN_AGAIN;
    *seen_word(s, v) |= bit;
    return SEEN_NEW;
}

#endif
