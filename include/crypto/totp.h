/**
 * @file
 * One-time codes by time: RFC 6238 over HOTP (RFC 4226), HMAC-SHA-1, steps of 30 s, six digits, as
 * every authenticator knows them. Thread: any.
 */
#ifndef CRYPTO_TOTP_H
#define CRYPTO_TOTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    TOTP_SECRET_LEN = 20, /**< RFC 4226 4, R6: 160 bits. */
    TOTP_STEP_S = 30,
    TOTP_DIGITS = 6,
    TOTP_TEXT_LEN = 32, /**< Of a secret in base 32. */
};

/** RFC 4226 5.3. @param digits  6 to 8; @p out takes them and a NUL. */
MUST_USE enum err hotp(char *out, const uint8_t *secret, size_t n, uint64_t counter, int digits);

/**
 * True when @p code is of the step of @p now_ms or of a neighbour (RFC 6238 5.2), and of a later
 * step than @p last, so that none is good twice.
 * @param step  Filled on success: what to keep as the next @p last.
 */
MUST_USE enum err totp_check(int64_t *step, const uint8_t *secret, size_t n, const char *code,
                             int64_t now_ms, int64_t last);

/** RFC 4648 6, without padding. @param out  (n * 8 + 4) / 5 characters and a NUL. */
void base32_text(char *out, const uint8_t *p, size_t n);

#endif
