/**
 * @file
 * SRTP and SRTCP (RFC 3711, RFC 7714) of one direction of one peer, by libsrtp2 with OpenSSL's AES
 * inside.
 *
 * Thread: srtp_setup() once at start; a struct srtp belongs to one media worker.
 */
#ifndef RTC_SRTP_H
#define RTC_SRTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "rtc/dtls.h"
#include "rtc/seen.h"

enum { SRTP_TRAILER = 32 }; /**< Room behind a packet that protecting may use. */

struct srtp;

/** Starts libsrtp and gives it OpenSSL's ciphers. Once, before any thread; later calls do nothing.
 */
MUST_USE enum err srtp_setup(void);

enum srtp_ciphers {
    SRTP_CIPHERS_AUTO,     /**< As srtp_setup(): the fastest that this machine has. */
    SRTP_CIPHERS_OPENSSL,  /**< OpenSSL's, also where libipsec-mb would do. */
    SRTP_CIPHERS_PACKAGED, /**< Those libsrtp2 is linked with. */
};
/** srtp_setup() with other ciphers, to tell their share of the cost. In its place, not after it. */
MUST_USE enum err srtp_setup_with(enum srtp_ciphers which);

/** AES-128-GCM is libipsec-mb's, not OpenSSL's. */
bool srtp_is_mb(void);
/** OpenSSL's AES-128-GCM for every struct srtp made from now on: tests compare the two. */
MUST_USE enum err srtp_use_openssl(void);

/** @param out_bound true: for sending. @param key master key and salt as struct dtls_keys holds
 * them. */
MUST_USE enum err srtp_new(struct srtp **out, enum srtp_profile profile, const uint8_t *key,
                           bool out_bound);
void srtp_free(struct srtp *s);

/** Forget one stream. An incoming one may begin anew; an outgoing one must not: it would use the
 * same key stream twice. */
void srtp_forget(struct srtp *s, uint32_t ssrc);

/* All work in place; *len goes in as the packet's length and comes back as the new one.
 * ERR_PROTO: not authentic, replayed or too old; *len and p are then undefined. */
MUST_USE enum err srtp_protect_rtp(struct srtp *s, uint8_t *p, size_t *len);
/** As srtp_protect_rtp(), of a packet whose header lies at @p p (@p head bytes, as its own fields
 * say) and whose payload lies at @p body: saves the copy. */
MUST_USE enum err srtp_protect_rtp_from(struct srtp *s, uint8_t *p, size_t head,
                                        const uint8_t *body, size_t *len);

/**
 * An outgoing stream whose numbers its owner extends himself. Where libipsec-mb has AES-GCM its
 * packets are protected without libsrtp (docs/performance.md says what that gives), else by it:
 * the same bytes either way. What the struct srtp protects otherwise are other SSRCs.
 */
struct srtp_sender {
    struct srtp *srtp; /**< Borrowed; NULL: not open. */
    const struct srtp_seal *seal;
    struct seen spent; /**< Indices that were used: no nonce comes twice. */
};

/**
 * @p ssrc is this sender's from now on. @return ERR_CONFLICT when the keys have had a sender of
 * that SSRC before, be it gone: it would begin at the same nonces again.
 */
MUST_USE enum err srtp_sender_open(struct srtp_sender *out, struct srtp *s, uint32_t ssrc);
/**
 * As srtp_protect_rtp_from().
 * @param index  Roll-over counter and sequence number (the header's), 0 in the first round.
 * @return ERR_CONFLICT for one that was used, or is older than SEEN_MAX before the newest.
 */
MUST_USE enum err srtp_send(struct srtp_sender *r, uint32_t index, uint8_t *p, size_t head,
                            const uint8_t *body, size_t *len);
MUST_USE enum err srtp_protect_rtcp_packet(struct srtp *s, uint8_t *p, size_t *len);
MUST_USE enum err srtp_unprotect_rtp(struct srtp *s, uint8_t *p, size_t *len);
MUST_USE enum err srtp_unprotect_rtcp_packet(struct srtp *s, uint8_t *p, size_t *len);

#endif
