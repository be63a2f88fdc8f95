/** @file
 * SRTP AEAD_AES_128_GCM (RFC 7714) four ways, to compare them: libsrtp2 as packaged, libsrtp2 with
 * OpenSSL's AES put in, EVP directly, and Intel's libipsec-mb. RTP only. */
#ifndef FLOOR_CRYPT_H
#define FLOOR_CRYPT_H

#include <openssl/evp.h>
#include <srtp2/srtp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum crypt_kind { CRYPT_PACKAGED, CRYPT_SRTP_EVP, CRYPT_EVP, CRYPT_MB };

struct crypt {           /**< One direction of one peer. */
    srtp_t srtp;         /**< CRYPT_PACKAGED, CRYPT_SRTP_EVP; borrowed. */
    EVP_CIPHER_CTX *evp; /**< CRYPT_EVP: the key is scheduled once. */
    uint8_t salt[12];
    void *mb; /**< CRYPT_MB: its expanded key. */
};

/** Before any srtp_create(). False: this build or processor cannot. */
bool crypt_init(enum crypt_kind k);
bool crypt_open(struct crypt *c, srtp_t s, const uint8_t *master, bool encrypt);
/** A whole SRTP session from nothing but a random master key, for measuring without DTLS. */
bool crypt_open_alone(struct crypt *c, const uint8_t *master, bool encrypt);
/**
 * @param in  RTP packet of @p n bytes, @p h of them header. The header at @p out is written by the
 *            caller and may differ.
 * @param index  Rollover counter << 16 | sequence number.
 * @return the protected length; 0 on failure.
 */
size_t crypt_protect(struct crypt *c, uint8_t *out, const uint8_t *in, size_t h, size_t n,
                     uint32_t index);
/** In place; 0 on failure. The replay check of CRYPT_EVP and CRYPT_MB is nobody's: a laboratory. */
size_t crypt_unprotect(struct crypt *c, uint8_t *p, size_t h, size_t n, uint32_t index);
/** 0: not RTP. */
size_t crypt_head(const uint8_t *p, size_t n);

#endif
