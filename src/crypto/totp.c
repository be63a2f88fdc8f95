/* RFC 6238. */
#include "crypto/totp.h"

#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"

enum { DRIFT = 1 /* steps that a clock may be off, either way */ };

enum err hotp(char *out, const uint8_t *secret, size_t n, uint64_t counter, int digits)
{
    static const uint32_t powers[] = {1000000, 10000000, 100000000};
    uint8_t text[8], mac[SHA1_LEN];
    for (int i = 7; i >= 0; i--, counter >>= 8)
        text[i] = (uint8_t)(counter & 0xff);
    if (digits < 6 || digits > 8)
        return ERR_INVAL;
    enum err e = hash_hmac_sha1(mac, secret, n, text, sizeof(text));
    if (e != ERR_OK)
        return e;
    const uint8_t *p = mac + (mac[SHA1_LEN - 1] & 15u);
    uint32_t v =
        ((uint32_t)(p[0] & 0x7fu) << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
    (void)snprintf(out, (size_t)digits + 1, "%0*u", digits, v % powers[digits - 6]);
    return ERR_OK;
}

enum err totp_check(int64_t *step, const uint8_t *secret, size_t n, const char *code,
                    int64_t now_ms, int64_t last)
{
    int64_t now = now_ms / 1000 / TOTP_STEP_S, found = -1;
    if (strlen(code) != TOTP_DIGITS)
        return ERR_AUTH;
    for (int64_t s = now - DRIFT; s <= now + DRIFT; s++) {
        char want[TOTP_DIGITS + 1];
        if (s <= last || s < 0 || hotp(want, secret, n, (uint64_t)s, TOTP_DIGITS) != ERR_OK)
            continue;
        if (hash_equal(want, code, TOTP_DIGITS))
            found = s;
    }
    if (found < 0)
        return ERR_AUTH;
    *step = found;
    return ERR_OK;
}

void base32_text(char *out, const uint8_t *p, size_t n)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = (bits << 8 | p[i]) & 0xfffu;
        for (have += 8; have >= 5; have -= 5)
            *out++ = alphabet[bits >> (have - 5) & 31u];
    }
    if (have > 0)
        *out++ = alphabet[bits << (5 - have) & 31u];
    *out = '\0';
}
