/** @file
 * Between srtp.c and srtp_evp.c. */
#ifndef SRTP_PRIV_H
#define SRTP_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Put OpenSSL's AES-128-GCM, AES-128 counter mode and HMAC-SHA1 into libsrtp, which tests each. */
MUST_USE enum err srtp_evp_install(void);

/** Put libipsec-mb's AES-128-GCM over it. False where there is none, or the processor cannot. */
bool srtp_mb_install(void);
/** Keys of RFC 3711 4.3.1 for a 12-byte salt (RFC 7714 11), without a derivation rate. */
MUST_USE enum err srtp_evp_derive(uint8_t *out, size_t n, const uint8_t *master, uint8_t label);

/** RTP by RFC 7714 over libipsec-mb alone. NULL where there is none, or no memory. */
enum { SRTP_SEAL_TAG = 16 };
struct srtp_seal;
struct srtp_seal *srtp_seal_new(const uint8_t key[16], const uint8_t salt[12]);
/** Takes NULL. */
void srtp_seal_free(struct srtp_seal *s);
/**
 * @param p      The header, @p head bytes; gets @p n bytes of @p body encrypted and a tag of 16.
 * @param index  Roll-over counter and sequence number: never the same twice for one SSRC.
 */
void srtp_seal(const struct srtp_seal *s, uint32_t index, uint8_t *p, size_t head,
               const uint8_t *body, size_t n);

/** Of this thread's next encryption: the plain text is read from here and not from the packet. */
extern _Thread_local const uint8_t *srtp_mb_source;

#endif
