/** @file
 * DTLS 1.2 with use_srtp (RFC 5764) over a UDP socket, and the SRTP sessions that come of it.
 * One certificate for all peers of the process. Thread: one per struct. */
#ifndef RTCLOAD_DTLS_H
#define RTCLOAD_DTLS_H

#include <openssl/ssl.h>
#include <srtp2/srtp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DTLS_MASTER = 30 /**< Bytes of a master key with its salt. */ };

struct dtls {
    SSL *ssl;
    BIO *in;
    bool client, started;
    srtp_t tx, rx; /**< NULL until the handshake is done. */
    const char *profile;
    uint8_t tx_key[DTLS_MASTER], rx_key[DTLS_MASTER]; /**< For who does RFC 7714 without libsrtp. */
};

enum dtls_result { DTLS_WAIT, DTLS_DONE, DTLS_FAIL };

/** @param profiles  OpenSSL's use_srtp list. @return "sha-256 AA:BB..", or NULL when it is wrong.
 */
const char *dtls_init(const char *profiles);
/** @param fd  Every record leaves as one send() on it; borrowed, as is @p remote_fingerprint. */
void dtls_new(struct dtls *d, int fd, bool client, const char *remote_fingerprint);
enum dtls_result dtls_start(struct dtls *d);
enum dtls_result dtls_feed(struct dtls *d, const uint8_t *p, size_t n);
/** About every 10 ms: repeats what was lost. */
void dtls_timer(struct dtls *d);
/** Says close_notify, frees. */
void dtls_close(struct dtls *d);

#endif
