/**
 * @file
 * Passwords (argon2id, RFC 9106) and tokens. Slow on purpose: task threads only.
 */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum { PASSWORD_HASH_MAX = 128, TOKEN_LEN = 32, TOKEN_HASH_LEN = 32 };

MUST_USE enum err password_hash(char out[PASSWORD_HASH_MAX], const char *password);
bool password_check(const char *hash, const char *password);

/** 128 random bits as 32 hex characters, and what is stored of them: their SHA-256. */
MUST_USE enum err token_new(char out[TOKEN_LEN + 1], uint8_t hash[TOKEN_HASH_LEN]);
MUST_USE enum err token_hash(uint8_t hash[TOKEN_HASH_LEN], const char *token);

#endif
