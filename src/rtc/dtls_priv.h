/** @file
 * Between dtls.c and dtls_record.c. */
#ifndef DTLS_PRIV_H
#define DTLS_PRIV_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DTLS_RECORD_KEY = 16, DTLS_RECORD_IV = 4, DTLS_CLOSE_LEN = 39 };

/** What is kept of a finished handshake: the keys of its records, to say and to hear close_notify
 * (RFC 6347 4.1.2, RFC 5288). */
struct dtls_record {
    uint8_t rx_key[DTLS_RECORD_KEY], tx_key[DTLS_RECORD_KEY];
    uint8_t rx_iv[DTLS_RECORD_IV], tx_iv[DTLS_RECORD_IV];
    uint8_t tx_last[8]; /**< Explicit part of the nonce of the last record that was sent. */
};

/** @return false when the cipher is another than AES-128-GCM, or its keys cannot be had. */
bool dtls_record_keys(struct dtls_record *out, SSL *ssl);
/** Records on their way out, in their order, until the keys are taken over: the close goes on
 * behind their nonces. */
void dtls_record_watch(struct dtls_record *r, const uint8_t *p, size_t n);
/** Writes close_notify. Once: its number and nonce are fixed. @return its length, 0: failed. */
size_t dtls_record_close(const struct dtls_record *r, uint8_t out[DTLS_CLOSE_LEN]);
/** The datagram holds an authentic close_notify or fatal alert. */
bool dtls_record_ends(const struct dtls_record *r, const uint8_t *p, size_t n);

#endif
