/**
 * @file
 * SRTP's AES-128-GCM (RFC 7714) by hand, as cheap as it gets here: the floor's part. No key
 * derivation, no replay window. By libipsec-mb where it was there at build time, else by EVP.
 */
#ifndef BENCH_CRYPT_H
#define BENCH_CRYPT_H

#include <stddef.h>
#include <stdint.h>

enum { CRYPT_TAG = 16 };

struct crypt;

/** "libipsec-mb" or "OpenSSL EVP". */
const char *crypt_name(void);
/** One direction with a random key; aborts without memory. */
struct crypt *crypt_new(void);
/** The other end of the same direction. */
struct crypt *crypt_peer(const struct crypt *c);
void crypt_free(struct crypt *c);
/** @p head bytes of header lie at @p out already; the body is read from @p body. @return length. */
size_t crypt_protect(struct crypt *c, uint8_t *out, size_t head, const uint8_t *body, size_t n,
                     uint32_t index);
/** In place. @return the length without tag, 0 when not authentic. */
size_t crypt_unprotect(struct crypt *c, uint8_t *p, size_t head, size_t n, uint32_t index);

#endif
