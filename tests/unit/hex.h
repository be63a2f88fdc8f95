/** @file Bytes from hexadecimal text, blanks ignored: vectors stay as the RFCs print them. */
#ifndef TESTS_HEX_H
#define TESTS_HEX_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/** @return how many bytes; aborts when they are more than @p cap. */
static inline size_t from_hex(uint8_t *out, size_t cap, const char *text)
{
    size_t n = 0, digits = 0;
    static const char alphabet[] = "0123456789abcdef0123456789ABCDEF";
    for (; *text != '\0'; text++) {
        const char *at = strchr(alphabet, *text);
        if (at == NULL)
            continue;
        unsigned v = (unsigned)(at - alphabet) & 15u;
        if (n == cap)
            abort();
        out[n] = (uint8_t)(digits % 2 == 0 ? v << 4 : out[n] | v);
        n += digits++ % 2;
    }
    return n;
}

#endif
