/**
 * @file
 * One peer end to end: ICE-lite (RFC 8445), consent (RFC 7675), DTLS and SRTP, bytes in and out.
 *
 * No sockets and no clock of its own. A path is an address, UDP or framed TCP: the owner tells
 * them apart by struct path and sends what the transport hands to its output function.
 * Thread: all of it belongs to one media worker.
 */
#ifndef RTC_TRANSPORT_H
#define RTC_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/addr.h"
#include "rtc/dtls.h"
#include "rtc/media.h"
#include "rtc/srtp.h"

enum { TRANSPORT_PATHS = 4 }; /**< Proven paths of one peer that are remembered. */

/** Where a datagram came from or goes. */
struct path {
    struct addr addr;
    struct addr local; /**< Ours that it came to: answers leave from there. Length 0: any. */
    uint32_t link;     /**< 0: UDP; else the owner's number of a TCP connection. */
};

/** Same remote end: address and link. */
bool path_equal(const struct path *a, const struct path *b);

struct transport;

struct transport_out {
    /** Send one datagram (a TCP owner frames it). */
    void (*send)(void *arg, const struct path *to, const uint8_t *p, size_t n);
    /** Place @p i (below TRANSPORT_PATHS) now holds @p path, which an authenticated check has
     * proven: what comes from there is this peer's. What was in that place no longer is. Said with
     * each check, also of a path that is in its place already: a NAT may have given the address to
     * another peer in between. */
    void (*proven)(void *arg, unsigned i, const struct path *path);
    /** The peer is reached by @p to from now on: one of the proven paths. */
    void (*moved)(void *arg, const struct path *to);
    void *arg;
};

enum transport_kind {
    TRANSPORT_NOTHING, /**< Dealt with inside, or refused and counted. */
    TRANSPORT_CHECKED, /**< An authenticated check, answered. */
    TRANSPORT_RTP,     /**< *len bytes of authentic RTP, decrypted in place. */
    TRANSPORT_RTCP,    /**< The same for RTCP. */
    TRANSPORT_UP,      /**< Keys are there: media may flow. */
    TRANSPORT_DOWN,    /**< DTLS closed or failed; nothing comes any more. */
};

struct transport_counts {
    uint64_t stun_bad, dtls_failed, srtp_failed, early; /**< early: media before keys or path. */
};

MUST_USE enum err transport_new(struct transport **out, struct dtls_ctx *dtls,
                                const struct transport_params *params,
                                const struct transport_out *to, uint64_t now_ns);
/** Sends close_notify when up. Takes NULL. */
void transport_free(struct transport *t);

/**
 * ICE restart (RFC 8445 9): new credentials; the old path carries on, and its credentials count,
 * until a new one is nominated. A second restart before that replaces the first.
 */
void transport_restart(struct transport *t, const struct transport_params *params);
/** A restart is under way: the credentials before it still count. */
bool transport_restarting(const struct transport *t);

/**
 * One datagram.
 * @param p    Its bytes, with SRTP_TRAILER of room behind; decrypted in place.
 * @param len  In and out.
 */
enum transport_kind transport_input(struct transport *t, const struct path *from, uint8_t *p,
                                    size_t *len, uint64_t now_ns);

/** When transport_timer() is due, UINT64_MAX for never. */
uint64_t transport_due_ns(struct transport *t, uint64_t now_ns);
enum transport_kind transport_timer(struct transport *t, uint64_t now_ns);

/** Client side only (tests, instruments): begin the handshake on @p path. */
enum transport_kind transport_connect(struct transport *t, const struct path *path,
                                      uint64_t now_ns);

/** Keys are there and a path is chosen. */
bool transport_up(const struct transport *t);
/** Last authenticated check, or creation. */
uint64_t transport_last_check_ns(const struct transport *t);
/** The chosen path; NULL before the first. */
const struct path *transport_path(const struct transport *t);
/** The peer has sent its first authentic packet: of the handshake only the keys are left. */
bool transport_settled(const struct transport *t);
/** Memory that it takes, libraries included, as malloc counts it; of those a measured mean. */
size_t transport_bytes(const struct transport *t);
const struct transport_counts *transport_counts(const struct transport *t);

/** The SRTP state of a stream goes: no more packets of @p ssrc are awaited, or (@p out_bound) none
 * will ever be sent under it by this transport again. */
void transport_forget(struct transport *t, bool out_bound, uint32_t ssrc);

/** A sender of @p ssrc over this transport, good for its life; ERR_BUSY before keys. */
MUST_USE enum err transport_sender(struct transport *t, struct srtp_sender *out, uint32_t ssrc);
/** In place, with SRTP_TRAILER of room behind @p p; ERR_BUSY before keys. */
MUST_USE enum err transport_protect(struct transport *t, bool rtcp, uint8_t *p, size_t *len);

#endif
