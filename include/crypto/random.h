/**
 * @file
 * Random bytes and the texts made of them. Thread: any.
 */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Cryptographically strong bytes. Without them nothing can go on: aborts the process. */
void random_bytes(void *out, size_t n);

uint32_t random_u32(void);

/** @p n characters of [0-9a-f] and a NUL: 4 random bits each. */
void random_hex(char *out, size_t n);

/** @p n characters of the ICE alphabet (RFC 8839 5.4: ALPHA / DIGIT / + / slash) and a NUL: 6 bits
 * each. */
void random_ice(char *out, size_t n);

/** Lower-case hex of @p n bytes into 2n + 1. */
void hex_text(char *out, const void *p, size_t n);

#endif
