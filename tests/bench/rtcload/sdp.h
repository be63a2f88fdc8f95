/** @file
 * The part of SDP that a bundled, rtcp-mux WebRTC session of Opus and VP8 needs. */
#ifndef RTCLOAD_SDP_H
#define RTCLOAD_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/addr.h"

enum { SDP_MEDIA_MAX = 16, SDP_APT_MAX = 16 };
enum kind { AUDIO, VIDEO, OTHER };

struct sdp_media {
    enum kind kind;
    bool rejected;
    bool nack, remb, twcc; /**< Feedback that the video codec may have. */
    int pt;                /**< Of Opus or VP8; the first listed when neither is named. */
    int rtx_pt;            /**< Its RFC 4588 partner; 0: none. */
    int mid_ext, twcc_ext; /**< Ids of header extensions; 0: none. */
    char mid[32], proto[32], fmt[16];
    struct {
        int pt, apt;
    } apts[SDP_APT_MAX];
    int n_apts;
};

struct sdp {
    char ufrag[260], pwd[260], fingerprint[200], setup[16];
    bool ice_lite;
    struct addr candidate; /**< The first UDP host candidate of the wanted family. */
    int n;
    struct sdp_media m[SDP_MEDIA_MAX];
};

struct sdp_local { /**< What goes into our own description. */
    const char *ufrag, *pwd, *fingerprint, *setup, *direction;
    const struct addr *addr;    /**< NULL: candidates come later (trickle). */
    uint32_t ssrc[2], rtx_ssrc; /**< By kind; used when sending. */
    bool sends, lite;
};

/** @param v6  Wanted family of the candidate. @param why  What is missing. */
bool sdp_parse(const char *text, bool v6, struct sdp *s, char *why, size_t cap);
char *sdp_offer(const struct sdp_local *l);                            /**< malloc'd. */
char *sdp_answer(const struct sdp_local *l, const struct sdp *remote); /**< malloc'd. */
/** An RFC 8840 fragment with our one candidate, malloc'd. */
char *sdp_trickle(const struct sdp_local *l, const char *mid);

#endif
