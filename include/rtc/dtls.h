/**
 * @file
 * DTLS 1.2 with use_srtp (RFC 5764), datagrams in and datagrams out, no sockets.
 *
 * One struct dtls_ctx per process holds the certificate; each media worker uses it read-only.
 * A struct dtls belongs to one worker.
 */
#ifndef RTC_DTLS_H
#define RTC_DTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DTLS_FINGERPRINT_LEN = 32, DTLS_KEY_MAX = 30, DTLS_MTU = 1200 };

struct dtls_ctx;
struct dtls;

/** A fresh ECDSA P-256 certificate for this process (RFC 8827 6.5: fingerprints are per session).
 */
MUST_USE enum err dtls_ctx_new(struct dtls_ctx **out);
void dtls_ctx_free(struct dtls_ctx *c);
/** SHA-256 of the certificate, for a=fingerprint. */
const uint8_t *dtls_ctx_fingerprint(const struct dtls_ctx *c);

enum srtp_profile { SRTP_GCM_128 = 7, SRTP_CM_SHA1_80 = 1 }; /* numbers of RFC 7714 and RFC 5764 */

/** Master key and salt, one behind the other: 16 + 12 bytes (GCM) or 16 + 14. */
struct dtls_keys {
    enum srtp_profile profile;
    uint8_t tx[DTLS_KEY_MAX], rx[DTLS_KEY_MAX];
};

/** Sends one datagram; called from within the functions below. */
typedef void dtls_out(void *arg, const uint8_t *p, size_t n);

/**
 * @param fingerprint  Of the peer, DTLS_FINGERPRINT_LEN bytes, copied: another certificate is
 * refused.
 * @param client       We open the handshake, on dtls_start().
 */
MUST_USE enum err dtls_new(struct dtls **out, struct dtls_ctx *c, bool client,
                           const uint8_t *fingerprint, dtls_out *send, void *arg);
void dtls_free(struct dtls *d);

enum dtls_state {
    DTLS_HANDSHAKE, /**< Goes on. */
    DTLS_READY,     /**< Keys are there. */
    DTLS_CLOSED,    /**< The peer said close_notify, or a fatal alert after READY. */
    DTLS_FAILED,    /**< The handshake broke, or the certificate is another one's. */
};

enum dtls_state dtls_start(struct dtls *d, uint64_t now_ns);
/** One datagram from the validated address. */
enum dtls_state dtls_input(struct dtls *d, const uint8_t *p, size_t n);
/** When dtls_timer() is due: nanoseconds from now, UINT64_MAX for never. */
uint64_t dtls_due_ns(struct dtls *d);
/** Sends lost flights again. */
enum dtls_state dtls_timer(struct dtls *d);
/** The keys, once READY. Copied out, to be cleansed by the caller after use. */
MUST_USE enum err dtls_keys(struct dtls *d, struct dtls_keys *out);
/**
 * The peer is done with the handshake as well: an authentic packet under its keys has come. Frees
 * what only a handshake needs, three quarters of a peer's memory. Afterwards dtls_input() still
 * hears close_notify, dtls_close() still says it, and late repetitions are passed over.
 * Does nothing before READY, nor with another cipher than the one that is preferred (AES-128-GCM).
 * dtls_keys() must have been called before.
 */
void dtls_settle(struct dtls *d);
/** dtls_settle() has freed it. */
bool dtls_is_settled(const struct dtls *d);
/** Sends close_notify. */
void dtls_close(struct dtls *d);

#endif
