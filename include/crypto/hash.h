/**
 * @file
 * Digests and message authentication codes, by OpenSSL.
 * Thread: any; a struct sha256 belongs to one.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { SHA1_LEN = 20, SHA256_LEN = 32 };

MUST_USE enum err hash_sha256(uint8_t out[SHA256_LEN], const void *p, size_t n);
MUST_USE enum err hash_hmac_sha1(uint8_t out[SHA1_LEN], const void *key, size_t key_len,
                                 const void *p, size_t n);
MUST_USE enum err hash_hmac_sha256(uint8_t out[SHA256_LEN], const void *key, size_t key_len,
                                   const void *p, size_t n);

/** An incremental SHA-256. */
struct sha256;
MUST_USE enum err sha256_new(struct sha256 **out);
/** The same object for SHA-1, where a protocol asks for it as a checksum: sha256_take() then writes
 * SHA1_LEN bytes. */
MUST_USE enum err sha1_new(struct sha256 **out);
void sha256_free(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *p, size_t n);
/** Writes the digest and starts anew. @return ERR_CRYPTO when any step failed. */
MUST_USE enum err sha256_take(struct sha256 *h, uint8_t out[SHA256_LEN]);

/** Compares without telling by its time where they differ. */
bool hash_equal(const void *a, const void *b, size_t n);

#endif
