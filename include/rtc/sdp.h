/**
 * @file
 * SDP as browsers write it (RFC 8866, 8829, 8839, 8842, 8843), read into fixed structs.
 *
 * Only what this server negotiates is kept; the rest is stepped over. Every list is bounded: more
 * of a thing than its limit refuses the text.
 * Thread: pure functions and value types.
 */
#ifndef RTC_SDP_H
#define RTC_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "rtc/media.h"

enum {
    SDP_TEXT_MAX = 65536, /**< Bytes of a description we read. */
    SDP_MEDIA_MAX = 64,   /**< m-lines. */
    SDP_PTS_MAX = 48,     /**< Payload types of one m-line. */
    SDP_FMTP_MAX = 160,   /**< Bytes of one fmtp; longer ones are cut off and so not matched. */
    SDP_WHY_MAX = 100,
    SDP_STREAM_MAX = 48,
    SDP_BUNDLE_MAX = 1100, /**< Bytes of a BUNDLE group's mids. */
};

enum sdp_dir { SDP_SENDRECV, SDP_SENDONLY, SDP_RECVONLY, SDP_INACTIVE };
enum sdp_setup { SDP_SETUP_NONE, SDP_ACTPASS, SDP_ACTIVE, SDP_PASSIVE };

struct sdp_pt {
    uint8_t pt;
    char name[16]; /**< Encoding name as written. */
    uint32_t clock;
    uint8_t channels; /**< 0 when not given. */
    char fmtp[SDP_FMTP_MAX];
    bool nack, pli, fir, remb, twcc;
};

struct sdp_media {
    enum media_kind kind;
    bool known;    /**< audio or video over UDP/TLS/RTP/SAVPF; others are rejected by the answer. */
    bool rejected; /**< Port 0 without bundle-only. */
    char proto_line[24]; /**< The media word as written ("application"), to repeat in an answer. */
    char mid[MID_MAX];
    enum sdp_dir dir;
    enum sdp_setup setup;
    char ufrag[ICE_UFRAG_MAX], pwd[ICE_PWD_MAX]; /**< Empty: the session's. */
    uint8_t fingerprint[32];
    bool has_fingerprint, rtcp_mux;
    char stream[SDP_STREAM_MAX]; /**< First word of a=msid, cut off; empty: not said. */
    uint8_t n_pts;
    struct sdp_pt pts[SDP_PTS_MAX];
    struct ext_ids ext;
    uint8_t n_ssrcs;
    struct {
        uint32_t ssrc, rtx;
    } ssrcs[MEDIA_SSRCS_MAX];
};

struct sdp {
    size_t n_media;
    bool ice_lite;
    size_t n_bundles;            /**< a=group:BUNDLE lines. */
    char bundle[SDP_BUNDLE_MAX]; /**< The mids of the last, with a space before and behind each. */
    struct sdp_media media[SDP_MEDIA_MAX];
};

/**
 * Read a description.
 * @param out  About 600 KB: on the heap. Written in any case; good only on ERR_OK.
 * @param why  What is wrong, with the line's number, on ERR_PROTO.
 */
MUST_USE enum err sdp_parse(struct sdp *out, const char *text, size_t len, char why[SDP_WHY_MAX]);

/** URIs of the header extensions we know, in the order of struct ext_ids. */
enum { SDP_EXT_N = 8 };
extern const char *const sdp_ext_uris[SDP_EXT_N];

#endif
