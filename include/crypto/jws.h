/**
 * @file
 * Signatures of JSON Web Signature (RFC 7515, RFC 7518): RS256 and ES256, and base64url.
 * Thread: any.
 */
#ifndef CRYPTO_JWS_H
#define CRYPTO_JWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { JWS_KEY_MAX = 1024 /**< Bytes of an RSA modulus: 8192 bits. */, JWS_RSA_MIN = 256 };

struct jws_key {
    bool ec; /**< P-256: a and b are x and y, 32 bytes each. Else RSA: n and e. */
    uint8_t a[JWS_KEY_MAX], b[64];
    size_t a_len, b_len;
};

/**
 * RFC 4648 5, no padding, no other character, no bits left over.
 * @param out  At most @p cap bytes, written only on success. @return ERR_PROTO otherwise.
 */
MUST_USE enum err base64url_read(uint8_t *out, size_t *n, size_t cap, const char *text, size_t len);
/** @param out  (n * 4 + 2) / 3 characters and a NUL. */
void base64url_text(char *out, const void *p, size_t n);

/** ERR_CRYPTO: @p sig is not by this key. RSA below 2048 bits is refused. */
MUST_USE enum err jws_verify(const struct jws_key *key, const void *signed_text, size_t n,
                             const uint8_t *sig, size_t sig_len);

#endif
