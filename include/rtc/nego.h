/**
 * @file
 * Offer and answer (RFC 3264, RFC 9429) for the two connections of a participant.
 *
 * `send`: the browser offers what it sends, we answer recvonly. `recv`: we offer what it is to
 * get, sendonly, and apply its answer. We are ICE-lite and passive in both.
 * Thread: pure functions over their arguments.
 */
#ifndef RTC_NEGO_H
#define RTC_NEGO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "net/addr.h"
#include "rtc/media.h"
#include "rtc/sdp.h"

enum { NEGO_CANDIDATES_MAX = 16, NEGO_TEXT_MAX = 131072 };

/** What of the server goes into every description. */
struct nego_local {
    char ufrag[ICE_UFRAG_MAX], pwd[ICE_PWD_MAX];
    const uint8_t *fingerprint; /**< Of our certificate, 32 bytes. */
    const struct addr *udp;     /**< Host candidates, n_udp of them, best first. */
    size_t n_udp;
    const struct addr *tcp; /**< ICE-TCP passive candidates. */
    size_t n_tcp;
    uint64_t session; /**< o= line: kept for the connection's life. */
    uint32_t version; /**< o= line: one more with each description. */
    bool mux_only;    /**< Say a=rtcp-mux-only, as WHIP and WHEP want it. */
};

/** One m-line of a `send` offer after the answer. */
struct nego_line {
    bool active;   /**< The browser sends here and we take it. */
    bool no_codec; /**< Offered, but without a codec of ours. */
    struct media media;
};

struct nego_send {
    struct transport_params params; /**< Filled from both sides. */
    size_t n;
    struct nego_line lines[SDP_MEDIA_MAX];
};

/**
 * Answer a browser's offer.
 * @param scratch  For parsing, on the heap; its content afterwards is the offer.
 * @param answer   NEGO_TEXT_MAX bytes.
 * @param why      What was wrong, on ERR_PROTO.
 */
MUST_USE enum err nego_answer(struct nego_send *out, char *answer, struct sdp *scratch,
                              const char *offer, size_t len, const struct nego_local *local,
                              char why[SDP_WHY_MAX]);

/** One m-line of a `recv` offer: index in the list = m-line, never removed, only made inactive. */
struct nego_slot {
    enum media_kind kind;
    uint32_t ssrc, rtx_ssrc;
    enum codec codecs[MEDIA_CODECS_MAX]; /**< What may come, best first. */
    uint8_t n_codecs;
    bool active;
    char mid[MID_MAX];
    char stream[40], track[40]; /**< a=msid. */
};

/**
 * What WHIP and WHEP ask of an offer beside SDP's own rules (RFC 9725 4.4): one bundle, one
 * MediaStream, at most one audio and one video, one direction, DTLS client or either.
 * @param sends  The client offers to send (WHIP); false: to receive.
 * @return NULL: fine; else what is wrong.
 */
const char *nego_check_one_way(const struct sdp *offer, bool sends);

/** A fragment of ours after an ICE restart (RFC 8840 9). @param mids  Of the bundle, with spaces
 * between, the tagged one first. @return its length, 0 when @p text (NEGO_TEXT_MAX) is too small.
 */
size_t nego_fragment(char *text, const char *kind, const char *mids,
                     const struct nego_local *local);

/** What a watcher can be sent. */
struct nego_slots {
    const struct nego_slot *list;
    size_t n;
};

/**
 * Answer an offer to receive (WHEP). lines[].active: we send there, the slot of its kind. As
 * nego_answer() in all else.
 */
MUST_USE enum err nego_answer_watch(struct nego_send *out, char *answer, struct sdp *scratch,
                                    const char *offer, size_t len, struct nego_slots slots,
                                    const struct nego_local *local, char why[SDP_WHY_MAX]);

/** Writes the offer. @return its length, 0 when @p text (NEGO_TEXT_MAX) is too small. */
size_t nego_offer(char *text, const struct nego_slot *slots, size_t n, const char *cname,
                  const struct nego_local *local);

/** Per slot of the offer: what the browser agreed to. */
struct nego_recv {
    struct transport_params params;
    size_t n;
    struct nego_line lines[SDP_MEDIA_MAX];
};

/** Apply a browser's answer to our last offer of @p n slots. */
MUST_USE enum err nego_apply_answer(struct nego_recv *out, struct sdp *scratch, const char *answer,
                                    size_t len, const struct nego_slot *slots, size_t n,
                                    const struct nego_local *local, char why[SDP_WHY_MAX]);

#endif
