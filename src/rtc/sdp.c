/* A table of line prefixes and what each one says. */
#include "rtc/sdp.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const sdp_ext_uris[SDP_EXT_N] = {
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "urn:3gpp:video-orientation",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
};

/* One line, NUL-terminated copy, and where it belongs. */
struct line {
    struct sdp *sdp;
    struct sdp_media *m; /* NULL before the first m-line */
    struct sdp_media *session;
    char *value; /* after the prefix */
};

enum { LINE_MAX_ = 1500 };

/* Splits off the next word at @p sep. */
static char *word(char **rest, const char *sep)
{
    static char nothing[1];
    char *w = strsep(rest, sep);
    return w == NULL ? nothing : w;
}

static bool number(const char *s, uint32_t max, uint32_t *out)
{
    char *end = NULL;
    if (*s < '0' || *s > '9')
        return false;
    unsigned long v = strtoul(s, &end, 10);
    if (*end != '\0' || v > max)
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool copy(char *out, size_t cap, const char *s)
{
    size_t n = strlen(s);
    if (n >= cap)
        return false;
    memcpy(out, s, n + 1);
    return true;
}

/* Credentials and directions may stand at the session level: they are then the default of each
 * m-line. */
static struct sdp_media *scope(const struct line *l)
{
    return l->m != NULL ? l->m : l->session;
}

static struct sdp_pt *pt_of(const struct line *l, uint32_t pt)
{
    for (size_t i = 0; l->m != NULL && i < l->m->n_pts; i++)
        if (l->m->pts[i].pt == pt)
            return &l->m->pts[i];
    return NULL;
}

static const char *on_media(struct line *l)
{
    char *rest = l->value;
    const char *kind = word(&rest, " "), *port = word(&rest, " "), *proto = word(&rest, " ");
    uint32_t n = 0;
    if (l->sdp->n_media == SDP_MEDIA_MAX)
        return "too many m-lines";
    struct sdp_media *m = &l->sdp->media[l->sdp->n_media++];
    *m = *l->session;
    l->m = m;
    m->known = (strcmp(kind, "audio") == 0 || strcmp(kind, "video") == 0) &&
               (strcmp(proto, "UDP/TLS/RTP/SAVPF") == 0 || strcmp(proto, "TCP/TLS/RTP/SAVPF") == 0);
    m->kind = strcmp(kind, "audio") == 0 ? MEDIA_AUDIO : MEDIA_VIDEO;
    if (!copy(m->proto_line, sizeof(m->proto_line), kind) || !number(port, 65535, &n))
        return "bad m-line";
    m->rejected = n == 0;
    while (m->known && rest != NULL && m->n_pts < SDP_PTS_MAX) {
        uint32_t pt = 0;
        if (!number(word(&rest, " "), 127, &pt))
            return "bad payload type";
        m->pts[m->n_pts++] = (struct sdp_pt){.pt = (uint8_t)pt};
    }
    return m->known && rest != NULL ? "too many payload types" : NULL;
}

static const char *on_mid(struct line *l)
{
    if (l->m == NULL || *l->value == '\0' || strpbrk(l->value, " \t") != NULL ||
        !copy(l->m->mid, sizeof(l->m->mid), l->value))
        return "bad mid";
    return NULL;
}

static const char *on_ufrag(struct line *l)
{
    struct sdp_media *m = scope(l);
    return copy(m->ufrag, sizeof(m->ufrag), l->value) ? NULL : "ice-ufrag too long";
}

static const char *on_pwd(struct line *l)
{
    struct sdp_media *m = scope(l);
    return copy(m->pwd, sizeof(m->pwd), l->value) ? NULL : "ice-pwd too long";
}

static const char *on_fingerprint(struct line *l)
{
    struct sdp_media *m = scope(l);
    char *rest = l->value;
    if (strcasecmp(word(&rest, " "), "sha-256") != 0)
        return NULL; /* another hash beside: ours must be there too, checked at the end */
    for (size_t i = 0; i < sizeof(m->fingerprint); i++) {
        char *end = NULL;
        const char *byte = word(&rest, ":");
        unsigned long v = strtoul(byte, &end, 16);
        if (strlen(byte) != 2 || *end != '\0')
            return "bad fingerprint";
        m->fingerprint[i] = (uint8_t)v;
    }
    m->has_fingerprint = rest == NULL;
    return rest == NULL ? NULL : "bad fingerprint";
}

static const char *on_setup(struct line *l)
{
    static const char *const words[] = {"", "actpass", "active", "passive"};
    for (int i = 1; i < 4; i++)
        if (strcmp(l->value, words[i]) == 0)
            scope(l)->setup = (enum sdp_setup)i;
    return scope(l)->setup == SDP_SETUP_NONE ? "bad setup" : NULL;
}

static const char *on_rtpmap(struct line *l)
{
    char *rest = l->value;
    uint32_t pt = 0, clock = 0, channels = 0;
    if (!number(word(&rest, " "), 127, &pt))
        return "bad rtpmap";
    struct sdp_pt *p = pt_of(l, pt);
    if (p == NULL)
        return NULL;
    const char *name = word(&rest, "/"), *rate = word(&rest, "/"), *ch = word(&rest, "/");
    if (!number(rate, 1000000, &clock))
        return "bad rtpmap";
    (void)number(ch, 8, &channels);
    p->clock = clock;
    p->channels = (uint8_t)channels;
    (void)copy(p->name, sizeof(p->name), name); /* A longer name is none of ours. */
    return NULL;
}

static const char *on_fmtp(struct line *l)
{
    char *rest = l->value;
    uint32_t pt = 0;
    if (!number(word(&rest, " "), 127, &pt))
        return "bad fmtp";
    struct sdp_pt *p = pt_of(l, pt);
    if (p != NULL && rest != NULL)
        (void)copy(p->fmtp, sizeof(p->fmtp), rest);
    return NULL;
}

static void set_feedback(struct sdp_pt *p, const char *what)
{
    if (strcmp(what, "nack") == 0)
        p->nack = true;
    else if (strcmp(what, "nack pli") == 0)
        p->pli = true;
    else if (strcmp(what, "ccm fir") == 0)
        p->fir = true;
    else if (strcmp(what, "goog-remb") == 0)
        p->remb = true;
    else if (strcmp(what, "transport-cc") == 0)
        p->twcc = true;
}

static const char *on_rtcp_fb(struct line *l)
{
    char *rest = l->value;
    uint32_t pt = 0;
    const char *first = word(&rest, " ");
    bool all = strcmp(first, "*") == 0;
    if (rest == NULL || (!all && !number(first, 127, &pt)))
        return "bad rtcp-fb";
    for (size_t i = 0; l->m != NULL && i < l->m->n_pts; i++)
        if (all || l->m->pts[i].pt == pt)
            set_feedback(&l->m->pts[i], rest);
    return NULL;
}

static const char *on_extmap(struct line *l)
{
    char *rest = l->value;
    uint32_t id = 0;
    char *first = word(&rest, " ");
    if (!number(word(&first, "/"), 4096, &id) || id == 0)
        return "bad extmap";
    struct ext_ids *e = &scope(l)->ext;
    uint8_t *const ids[SDP_EXT_N] = {&e->mid,  &e->rid,         &e->rrid,        &e->abs_send_time,
                                     &e->twcc, &e->audio_level, &e->orientation, &e->playout_delay};
    const char *uri = word(&rest, " ");
    for (size_t i = 0; i < SDP_EXT_N; i++)
        if (id <= 14 && strcmp(uri, sdp_ext_uris[i]) == 0)
            *ids[i] = (uint8_t)id;
    return NULL;
}

static const char *add_ssrc(struct sdp_media *m, uint32_t ssrc)
{
    for (size_t i = 0; i < m->n_ssrcs; i++)
        if (m->ssrcs[i].ssrc == ssrc || m->ssrcs[i].rtx == ssrc)
            return NULL;
    if (m->n_ssrcs == MEDIA_SSRCS_MAX)
        return "too many ssrcs";
    m->ssrcs[m->n_ssrcs].rtx = 0;
    m->ssrcs[m->n_ssrcs++].ssrc = ssrc;
    return NULL;
}

static const char *on_ssrc(struct line *l)
{
    char *rest = l->value;
    uint32_t ssrc = 0;
    if (l->m == NULL || !number(word(&rest, " "), UINT32_MAX, &ssrc))
        return "bad ssrc";
    return add_ssrc(l->m, ssrc);
}

static const char *on_ssrc_group(struct line *l)
{
    char *rest = l->value;
    uint32_t ssrc = 0, rtx = 0;
    if (strcmp(word(&rest, " "), "FID") != 0)
        return NULL;
    if (l->m == NULL || !number(word(&rest, " "), UINT32_MAX, &ssrc) ||
        !number(word(&rest, " "), UINT32_MAX, &rtx))
        return "bad ssrc-group";
    const char *why = add_ssrc(l->m, ssrc);
    for (size_t i = 0; why == NULL && i < l->m->n_ssrcs; i++)
        if (l->m->ssrcs[i].ssrc == ssrc)
            l->m->ssrcs[i].rtx = rtx;
    return why;
}

static const char *on_sendrecv(struct line *l)
{
    scope(l)->dir = SDP_SENDRECV;
    return NULL;
}
static const char *on_sendonly(struct line *l)
{
    scope(l)->dir = SDP_SENDONLY;
    return NULL;
}
static const char *on_recvonly(struct line *l)
{
    scope(l)->dir = SDP_RECVONLY;
    return NULL;
}
static const char *on_inactive(struct line *l)
{
    scope(l)->dir = SDP_INACTIVE;
    return NULL;
}
static const char *on_rtcp_mux(struct line *l)
{
    if (*l->value == '\0') /* And not rtcp-mux-only, which only goes with it. */
        scope(l)->rtcp_mux = true;
    return NULL;
}
static const char *on_bundle_only(struct line *l)
{
    scope(l)->rejected = false; /* Port 0 then only says that the bundle carries it. */
    return NULL;
}
static const char *on_bundle(struct line *l)
{
    int n = snprintf(l->sdp->bundle, SDP_BUNDLE_MAX, "%s ", l->value);
    l->sdp->n_bundles++;
    return n < 0 || n >= SDP_BUNDLE_MAX ? "too long a group" : NULL;
}
static const char *on_msid(struct line *l)
{
    char *rest = l->value;
    if (l->m != NULL)
        (void)snprintf(l->m->stream, SDP_STREAM_MAX, "%s", word(&rest, " "));
    return NULL;
}
static const char *on_ice_lite(struct line *l)
{
    l->sdp->ice_lite = true;
    return NULL;
}

/* Longest prefixes first where one begins another. */
static const struct {
    const char *prefix;
    const char *(*read)(struct line *l);
} rows[] = {
    {"m=", on_media},
    {"a=mid:", on_mid},
    {"a=ice-ufrag:", on_ufrag},
    {"a=ice-pwd:", on_pwd},
    {"a=ice-lite", on_ice_lite},
    {"a=group:BUNDLE", on_bundle},
    {"a=msid:", on_msid},
    {"a=fingerprint:", on_fingerprint},
    {"a=setup:", on_setup},
    {"a=rtpmap:", on_rtpmap},
    {"a=fmtp:", on_fmtp},
    {"a=rtcp-fb:", on_rtcp_fb},
    {"a=rtcp-mux", on_rtcp_mux},
    {"a=extmap:", on_extmap},
    {"a=ssrc-group:", on_ssrc_group},
    {"a=ssrc:", on_ssrc},
    {"a=sendrecv", on_sendrecv},
    {"a=sendonly", on_sendonly},
    {"a=recvonly", on_recvonly},
    {"a=inactive", on_inactive},
    {"a=bundle-only", on_bundle_only},
};

/* What is repeated in an answer must not be able to begin a line of its own there. */
static bool has_control(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 && s[i] != '\t')
            return true;
    return false;
}

static const char *read_line(struct line *l, const char *text, size_t n)
{
    char line[LINE_MAX_];
    if (n >= sizeof(line))
        return NULL; /* Nothing we keep is that long. */
    memcpy(line, text, n);
    line[n] = '\0';
    if (has_control(line, n))
        return "control character in the text";
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t prefix = strlen(rows[i].prefix);
        if (strncmp(line, rows[i].prefix, prefix) == 0) {
            l->value = line + prefix;
            const char *why = rows[i].read(l);
            l->value = NULL;
            return why;
        }
    }
    return NULL;
}

static enum err refuse(char why[SDP_WHY_MAX], size_t no, const char *what)
{
    (void)snprintf(why, SDP_WHY_MAX, "line %zu: %s", no, what);
    return ERR_PROTO;
}

enum err sdp_parse(struct sdp *out, const char *text, size_t len, char why[SDP_WHY_MAX])
{
    struct sdp_media session = {.dir = SDP_SENDRECV};
    struct line l = {.sdp = out, .session = &session};
    size_t no = 1;
    out->n_media = 0;
    out->ice_lite = false;
    out->n_bundles = 0;
    if (len > SDP_TEXT_MAX || len < 2 || memcmp(text, "v=", 2) != 0)
        return refuse(why, 1, len > SDP_TEXT_MAX ? "too long" : "no v= line");
    for (size_t at = 0; at < len; no++) {
        const char *end = (const char *)memchr(text + at, '\n', len - at);
        size_t n = end == NULL ? len - at : (size_t)(end - text) - at;
        size_t keep = n > 0 && text[at + n - 1] == '\r' ? n - 1 : n;
        const char *fault = read_line(&l, text + at, keep);
        if (fault != NULL)
            return refuse(why, no, fault);
        at += n + 1;
    }
    return ERR_OK;
}
