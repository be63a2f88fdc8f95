/* What WHIP (RFC 9725 4.4) and WHEP ask of an offer, as a table of checks. */
#include <stdio.h>
#include <string.h>

#include "rtc/nego.h"

static const char *kinds_once(const struct sdp *s, bool sends)
{
    size_t n[2] = {0, 0};
    (void)sends;
    if (s->n_media == 0)
        return "no m-line";
    for (size_t i = 0; i < s->n_media; i++) {
        if (!s->media[i].known)
            return "only audio and video over UDP/TLS/RTP/SAVPF";
        if (++n[s->media[i].kind] > 1)
            return "more than one m-line of a kind";
    }
    return NULL;
}

static const char *nothing_rejected(const struct sdp *s, bool sends)
{
    (void)sends;
    for (size_t i = 0; i < s->n_media; i++)
        if (s->media[i].rejected)
            return "an m-line that is not offered";
    return NULL;
}

static const char *one_bundle(const struct sdp *s, bool sends)
{
    char want[MID_MAX + 2];
    (void)sends;
    if (s->n_bundles > 1)
        return "more than one BUNDLE group";
    for (size_t i = 0; i < s->n_media && s->n_media > 1; i++) {
        (void)snprintf(want, sizeof(want), " %s ", s->media[i].mid);
        if (s->n_bundles == 0 || strstr(s->bundle, want) == NULL)
            return "an m-line outside of the BUNDLE group";
    }
    return NULL;
}

static const char *one_way(const struct sdp *s, bool sends)
{
    enum sdp_dir want = sends ? SDP_SENDONLY : SDP_RECVONLY;
    for (size_t i = 0; i < s->n_media; i++)
        if (s->media[i].dir != want && s->media[i].dir != SDP_SENDRECV)
            return sends ? "an m-line that is neither sendonly nor sendrecv"
                         : "an m-line that is neither recvonly nor sendrecv";
    return NULL;
}

/* Of a receiver nothing is to be played: it names no stream. */
static const char *one_stream(const struct sdp *s, bool sends)
{
    for (size_t i = 1; i < s->n_media && sends; i++)
        if (s->media[i].stream[0] != '\0' && s->media[0].stream[0] != '\0' &&
            strcmp(s->media[i].stream, s->media[0].stream) != 0)
            return "more than one MediaStream";
    return NULL;
}

/* The server is passive: whoever offers must be able to begin. */
static const char *can_begin(const struct sdp *s, bool sends)
{
    (void)sends;
    for (size_t i = 0; i < s->n_media; i++)
        if (s->media[i].setup == SDP_PASSIVE)
            return "setup:passive, and this server is passive too";
    return NULL;
}

const char *nego_check_one_way(const struct sdp *offer, bool sends)
{
    static const char *(*const checks[])(const struct sdp *s, bool sends) = {
        kinds_once, nothing_rejected, one_bundle, one_way, one_stream, can_begin,
    };
    const char *why = NULL;
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && why == NULL; i++)
        why = checks[i](offer, sends);
    return why;
}
