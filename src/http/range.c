/* "bytes=" first "-" last, either may be missing. */
#include "http/range.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Reads digits. @return false when there are none or too many. */
static bool digits(const char **p, const char *end, uint64_t *out)
{
    const char *from = *p;
    uint64_t v = 0;
    for (; *p < end && **p >= '0' && **p <= '9' && *p - from < 19; (*p)++)
        v = v * 10 + (uint64_t)(**p - '0');
    *out = v;
    return *p > from && *p - from <= 18;
}

enum range_verdict range_parse(const char *text, size_t len, uint64_t size, uint64_t *first,
                               uint64_t *last)
{
    const char *p = text, *end = text + len;
    uint64_t a = 0, b = 0;
    if (len < 7 || strncasecmp(p, "bytes=", 6) != 0)
        return RANGE_WHOLE;
    p += 6;
    bool has_first = digits(&p, end, &a);
    if (p == end || *p != '-')
        return RANGE_WHOLE;
    p++;
    bool has_last = digits(&p, end, &b);
    if (p != end || (!has_first && !has_last) || (has_first && has_last && b < a))
        return RANGE_WHOLE;
    if (!has_first) { /* the last b bytes */
        if (b == 0 || size == 0)
            return RANGE_REFUSE;
        *first = b < size ? size - b : 0;
        *last = size - 1;
        return RANGE_PART;
    }
    if (a >= size)
        return RANGE_REFUSE;
    *first = a;
    *last = has_last && b < size ? b : size - 1;
    return RANGE_PART;
}
