/**
 * @file
 * What SDP agrees on about one track, as plain values: from rtc/sdp to the media worker.
 * Thread: value types.
 */
#ifndef RTC_MEDIA_H
#define RTC_MEDIA_H

#include <stdbool.h>
#include <stdint.h>

enum codec { CODEC_NONE = 0, CODEC_OPUS, CODEC_VP8, CODEC_VP9, CODEC_H264, CODEC_N };

enum media_kind { MEDIA_AUDIO = 0, MEDIA_VIDEO = 1 };

enum {
    PT_NONE = 0xff,       /**< No payload type (RTP allows 0 to 127). */
    EXT_NONE = 0,         /**< Header extension not agreed (RFC 8285 ids are 1 to 14). */
    MEDIA_CODECS_MAX = 8, /**< Codec rows of one m-line that we keep. */
    MEDIA_SSRCS_MAX = 6,  /**< a=ssrc values of one m-line that we keep. */
    MID_MAX = 16,         /**< Bytes of a mid with its terminator. */
    ICE_UFRAG_MAX = 33,   /**< With terminator. Ours has 8 characters, theirs up to 32 here. */
    ICE_PWD_MAX = 129,    /**< With terminator. Ours has 24. */
};

/** One payload type and what may be asked for with it. */
struct codec_pt {
    enum codec codec;
    uint8_t pt;
    uint8_t rtx_pt; /**< PT_NONE without retransmission (RFC 4588). */
    bool nack, pli, fir, remb, twcc;
};

/** Ids of the RTP header extensions that we know, one-byte form; EXT_NONE when absent. */
struct ext_ids {
    uint8_t mid, rid, rrid, abs_send_time, twcc, audio_level, orientation, playout_delay;
};

/** One m-line after negotiation. */
struct media {
    enum media_kind kind;
    char mid[MID_MAX];
    uint8_t n_codecs;
    struct codec_pt codecs[MEDIA_CODECS_MAX]; /**< Best first. */
    struct ext_ids ext;
    uint8_t n_ssrcs;
    struct {
        uint32_t ssrc;
        uint32_t rtx; /**< From a=ssrc-group:FID; 0 without. */
    } ssrcs[MEDIA_SSRCS_MAX];
};

/** Key and identity material for one transport (RFC 8445, RFC 8842). */
struct transport_params {
    char local_ufrag[ICE_UFRAG_MAX], local_pwd[ICE_PWD_MAX];
    char remote_ufrag[ICE_UFRAG_MAX], remote_pwd[ICE_PWD_MAX];
    uint8_t fingerprint[32]; /**< SHA-256 of the peer's certificate. */
    bool dtls_client;        /**< We are the active side; false: passive, the usual. */
};

/** Name as in SDP ("VP8"), and RTP clock rate in Hz. */
const char *codec_name(enum codec c);
uint32_t codec_clock(enum codec c);

#endif
