/**
 * @file
 * application/trickle-ice-sdpfrag (RFC 8840 9): what a WHIP or WHEP client sends by PATCH, its
 * later candidates or the credentials of an ICE restart.
 *
 * We are ICE-lite and on addresses that clients reach: candidates are checked for their form, then
 * only counted.
 * Thread: pure functions and value types.
 */
#ifndef RTC_SDPFRAG_H
#define RTC_SDPFRAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "rtc/media.h"
#include "rtc/sdp.h"

enum {
    SDPFRAG_TEXT_MAX = 16384,    /**< Bytes of a fragment we read. */
    SDPFRAG_CANDIDATES_MAX = 64, /**< a=candidate lines of one fragment. */
    SDPFRAG_UFRAG_MIN = 4,       /**< RFC 8839 5.4 */
    SDPFRAG_PWD_MIN = 22,
};

struct sdpfrag {
    char ufrag[ICE_UFRAG_MAX], pwd[ICE_PWD_MAX]; /**< Both or neither; empty: not said. */
    char mid[MID_MAX];                           /**< Of the first m-line; empty: none. */
    size_t candidates;
    bool end; /**< a=end-of-candidates */
};

/**
 * Read a fragment.
 * @param out  Written only on ERR_OK.
 * @param why  What is wrong, with the line's number, on ERR_PROTO.
 */
MUST_USE enum err sdpfrag_parse(struct sdpfrag *out, const char *text, size_t len,
                                char why[SDP_WHY_MAX]);

#endif
