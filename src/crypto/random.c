/* All randomness comes through here. */
#include "crypto/random.h"

#include <openssl/rand.h>
#include <stdlib.h>

void random_bytes(void *out, size_t n)
{
    if (RAND_bytes((unsigned char *)out, (int)n) != 1)
        abort();
}

uint32_t random_u32(void)
{
    uint32_t v = 0;
    random_bytes(&v, sizeof(v));
    return v;
}

static void fill(char *out, size_t n, const char *alphabet, unsigned mask)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t b = 0;
        random_bytes(&b, 1);
        out[i] = alphabet[b & mask];
    }
    out[n] = '\0';
}

void random_hex(char *out, size_t n)
{
    fill(out, n, "0123456789abcdef", 15);
}

void random_ice(char *out, size_t n)
{
    fill(out, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 63);
}

void hex_text(char *out, const void *p, size_t n)
{
    const uint8_t *b = (const uint8_t *)p;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = "0123456789abcdef"[b[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[b[i] & 15];
    }
    out[2 * n] = '\0';
}
