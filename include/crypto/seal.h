/**
 * @file
 * Small secrets at rest: AES-256-GCM under a key of the installation, which is a file of mode 0600
 * beside the database. Thread: any; the key is read once at start.
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    SEAL_KEY_LEN = 32,
    SEAL_EXTRA = 12 + 16, /**< Nonce before, tag behind. */
    SEAL_MAX = 64 << 10,  /**< Bytes that are sealed in one. */
};

/** Read the key file, or make one (mode 0600). ERR_IO: neither; ERR_CRYPTO: it is no key, or others
 * may read it. */
MUST_USE enum err seal_key_ensure(uint8_t key[SEAL_KEY_LEN], const char *path);

/**
 * @param purpose  What it is and whose: opens only with the same words.
 * @param n        Up to SEAL_MAX; more is ERR_CRYPTO.
 * @param out      @p n + SEAL_EXTRA bytes.
 */
MUST_USE enum err seal(const uint8_t key[SEAL_KEY_LEN], const char *purpose, const void *plain,
                       size_t n, uint8_t *out);
/** @param n  Of @p sealed. @param out  @p n - SEAL_EXTRA bytes, written only on success. */
MUST_USE enum err seal_open(const uint8_t key[SEAL_KEY_LEN], const char *purpose,
                            const uint8_t *sealed, size_t n, uint8_t *out);

#endif
