/* What we take and what we offer, by tables; the descriptions are written in one pass. */
#include "rtc/nego.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Our payload types in `recv` offers; RTX is the one after. */
static const struct {
    enum codec codec;
    uint8_t pt, rtx;
    const char *map, *fmtp;
} ours[] = {
    {CODEC_OPUS, 111, PT_NONE, "opus/48000/2", "minptime=10;useinbandfec=1"},
    {CODEC_VP8, 96, 97, "VP8/90000", NULL},
    {CODEC_VP9, 98, 99, "VP9/90000", "profile-id=0"},
    {CODEC_H264, 102, 103, "H264/90000",
     "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
};
enum { OURS_N = sizeof(ours) / sizeof(ours[0]) };

/* Header extension ids in `recv` offers. */
#define OUR_CNAME "yunjian"
enum { OUR_MID = 4, OUR_ABS_SEND_TIME = 2, OUR_AUDIO_LEVEL = 1, OUR_ORIENTATION = 3 };

struct text {
    char *p;
    size_t len, cap;
    bool full;
};

static struct text text_of(char *p, size_t cap)
{
    struct text t = {.cap = cap};
    t.p = p;
    return t;
}

__attribute__((format(printf, 2, 3))) static void put(struct text *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = t->full ? -1 : vsnprintf(t->p + t->len, t->cap - t->len, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= t->cap - t->len)
        t->full = true;
    else
        t->len += (size_t)n;
}

/* ---- what we understand of theirs ---------------------------------------------------------- */

/* Value of @p key in "a=1;b=2", or NULL. */
static const char *fmtp_value(const char *fmtp, const char *key)
{
    size_t n = strlen(key);
    for (const char *at = fmtp; at != NULL && *at != '\0';) {
        while (*at == ' ' || *at == ';')
            at++;
        if (strncasecmp(at, key, n) == 0 && at[n] == '=')
            return at + n + 1;
        at = strchr(at, ';');
    }
    return NULL;
}

static bool fmtp_is(const char *fmtp, const char *key, const char *want, bool absent)
{
    const char *v = fmtp_value(fmtp, key);
    size_t n = strlen(want);
    return v == NULL ? absent
                     : strncasecmp(v, want, n) == 0 && (v[n] == '\0' || v[n] == ';' || v[n] == ' ');
}

/* Constrained baseline, or baseline that says it is (profile_idc 42, constraint set 1): decodable
 * everywhere. */
static bool h264_fine(const char *fmtp)
{
    const char *profile = fmtp_value(fmtp, "profile-level-id");
    if (!fmtp_is(fmtp, "packetization-mode", "1", false) || profile == NULL)
        return false;
    char flags[3] = {0};
    (void)snprintf(flags, sizeof(flags), "%.2s", strlen(profile) < 4 ? "" : profile + 2);
    return strncasecmp(profile, "42", 2) == 0 && (strtoul(flags, NULL, 16) & 0x40u) != 0;
}

static enum codec codec_of(const struct sdp_pt *p)
{
    if (strcasecmp(p->name, "opus") == 0 && p->clock == 48000)
        return CODEC_OPUS;
    if (strcasecmp(p->name, "VP8") == 0)
        return CODEC_VP8;
    if (strcasecmp(p->name, "VP9") == 0 && fmtp_is(p->fmtp, "profile-id", "0", true))
        return CODEC_VP9;
    return strcasecmp(p->name, "H264") == 0 && h264_fine(p->fmtp) ? CODEC_H264 : CODEC_NONE;
}

static uint8_t rtx_for(const struct sdp_media *m, uint8_t pt)
{
    for (size_t i = 0; i < m->n_pts; i++) {
        const char *apt = fmtp_value(m->pts[i].fmtp, "apt");
        if (strcasecmp(m->pts[i].name, "rtx") == 0 && apt != NULL && strtoul(apt, NULL, 10) == pt)
            return m->pts[i].pt;
    }
    return PT_NONE;
}

/* The first payload type of each codec that both know, in our order. */
static void agree(struct media *out, const struct sdp_media *m)
{
    out->kind = m->kind;
    (void)snprintf(out->mid, sizeof(out->mid), "%s", m->mid);
    out->ext = m->ext;
    out->ext.twcc = EXT_NONE; /* REMB it is, until transport-cc is served. */
    for (size_t k = 0; k < OURS_N; k++)
        for (size_t i = 0; i < m->n_pts; i++) {
            const struct sdp_pt *p = &m->pts[i];
            if (codec_of(p) != ours[k].codec ||
                (ours[k].codec == CODEC_OPUS) != (m->kind == MEDIA_AUDIO))
                continue;
            out->codecs[out->n_codecs++] = (struct codec_pt){.codec = ours[k].codec,
                                                             .pt = p->pt,
                                                             .rtx_pt = rtx_for(m, p->pt),
                                                             .nack = p->nack,
                                                             .pli = p->pli,
                                                             .fir = p->fir,
                                                             .remb = p->remb};
            break;
        }
    out->n_ssrcs = m->n_ssrcs;
    for (size_t i = 0; i < m->n_ssrcs; i++) {
        out->ssrcs[i].ssrc = m->ssrcs[i].ssrc;
        out->ssrcs[i].rtx = m->ssrcs[i].rtx;
    }
}

/* Transport values of a bundle stand in its first m-line that is not rejected. */
static const char *take_transport(struct transport_params *out, const struct sdp *sdp,
                                  const struct nego_local *local)
{
    const struct sdp_media *m = NULL;
    for (size_t i = 0; i < sdp->n_media && m == NULL; i++)
        if (sdp->media[i].ufrag[0] != '\0' && !sdp->media[i].rejected)
            m = &sdp->media[i];
    if (m == NULL || m->pwd[0] == '\0')
        return "no ICE credentials";
    if (strlen(m->ufrag) < 4 || strlen(m->pwd) < 22)
        return "ICE credentials too short";
    if (!m->has_fingerprint)
        return "no sha-256 fingerprint";
    (void)snprintf(out->remote_ufrag, sizeof(out->remote_ufrag), "%s", m->ufrag);
    (void)snprintf(out->remote_pwd, sizeof(out->remote_pwd), "%s", m->pwd);
    (void)snprintf(out->local_ufrag, sizeof(out->local_ufrag), "%s", local->ufrag);
    (void)snprintf(out->local_pwd, sizeof(out->local_pwd), "%s", local->pwd);
    memcpy(out->fingerprint, m->fingerprint, sizeof(out->fingerprint));
    return NULL;
}

static enum err refuse(char why[SDP_WHY_MAX], const char *what)
{
    (void)snprintf(why, SDP_WHY_MAX, "%s", what);
    return ERR_PROTO;
}

/* ---- writing ------------------------------------------------------------------------------- */

static void put_session(struct text *t, const struct nego_local *l)
{
    put(t, "v=0\r\no=- %llu %u IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n",
        (unsigned long long)(l->session >> 2), l->version);
    put(t, "a=msid-semantic: WMS *\r\n");
}

/* RFC 8445 5.1.2.1: host type preference 126; TCP 90 lower in the local preference's upper bits
 * (RFC 6544 4.2). */
static void put_candidates(struct text *t, const struct nego_local *l)
{
    char host[ADDR_TEXT_MAX];
    for (size_t i = 0; i < l->n_udp; i++) {
        uint32_t local_pref = 65535u - (uint32_t)i;
        addr_host(host, &l->udp[i]);
        put(t, "a=candidate:%zu 1 udp %u %s %u typ host\r\n", i + 1,
            126u << 24 | local_pref << 8 | 255u, host, addr_port(&l->udp[i]));
    }
    for (size_t i = 0; i < l->n_tcp; i++) {
        uint32_t local_pref = (4u << 13) + 8191u - (uint32_t)i;
        addr_host(host, &l->tcp[i]);
        put(t, "a=candidate:%zu 1 tcp %u %s %u typ host tcptype passive\r\n", i + 101,
            90u << 24 | local_pref << 8 | 255u, host, addr_port(&l->tcp[i]));
    }
    put(t, "a=end-of-candidates\r\n");
}

static void put_transport(struct text *t, const struct nego_local *l, const char *setup, bool first)
{
    put(t, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 ", l->ufrag, l->pwd);
    for (size_t i = 0; i < 32; i++)
        put(t, i ? ":%02X" : "%02X", l->fingerprint[i]);
    put(t, "\r\na=setup:%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\n", setup);
    if (l->mux_only)
        put(t, "a=rtcp-mux-only\r\n");
    if (first)
        put_candidates(t, l);
}

static void put_ext(struct text *t, unsigned id, size_t uri)
{
    if (id != EXT_NONE)
        put(t, "a=extmap:%u %s\r\n", id, sdp_ext_uris[uri]);
}

static void put_bundle(struct text *t, const char *const *mids, size_t n)
{
    put(t, "a=group:BUNDLE");
    for (size_t i = 0; i < n; i++)
        put(t, " %s", mids[i]);
    put(t, "\r\n");
}

static void put_codec(struct text *t, const struct codec_pt *c, const char *theirs)
{
    size_t k = 0;
    while (ours[k].codec != c->codec)
        k++;
    const char *fmtp = theirs != NULL && *theirs != '\0' ? theirs : ours[k].fmtp;
    put(t, "a=rtpmap:%u %s\r\n", c->pt, ours[k].map);
    if (fmtp != NULL)
        put(t, "a=fmtp:%u %s\r\n", c->pt, fmtp);
    if (c->nack)
        put(t, "a=rtcp-fb:%u nack\r\n", c->pt);
    if (c->pli)
        put(t, "a=rtcp-fb:%u nack pli\r\n", c->pt);
    if (c->fir)
        put(t, "a=rtcp-fb:%u ccm fir\r\n", c->pt);
    if (c->remb)
        put(t, "a=rtcp-fb:%u goog-remb\r\n", c->pt);
    if (c->rtx_pt != PT_NONE)
        put(t, "a=rtpmap:%u rtx/90000\r\na=fmtp:%u apt=%u\r\n", c->rtx_pt, c->rtx_pt, c->pt);
}

static void put_m(struct text *t, const char *kind, const struct media *m)
{
    put(t, "m=%s 9 UDP/TLS/RTP/SAVPF", kind);
    for (size_t i = 0; i < m->n_codecs; i++) {
        put(t, " %u", m->codecs[i].pt);
        if (m->codecs[i].rtx_pt != PT_NONE)
            put(t, " %u", m->codecs[i].rtx_pt);
    }
    put(t, "\r\nc=IN IP4 0.0.0.0\r\n");
}

/* ---- `send`: their offer, our answer -------------------------------------------------------- */

static const char *theirs_of(const struct sdp_media *m, uint8_t pt)
{
    for (size_t i = 0; i < m->n_pts; i++)
        if (m->pts[i].pt == pt && codec_of(&m->pts[i]) == CODEC_H264)
            return m->pts[i].fmtp;
    return NULL;
}

static void put_ssrcs(struct text *t, const struct nego_slot *s, const char *cname)
{
    put(t, "a=msid:%s %s\r\n", s->stream, s->track);
    if (s->rtx_ssrc != 0)
        put(t, "a=ssrc-group:FID %u %u\r\n", s->ssrc, s->rtx_ssrc);
    put(t, "a=ssrc:%u cname:%s\r\n", s->ssrc, cname);
    if (s->rtx_ssrc != 0)
        put(t, "a=ssrc:%u cname:%s\r\n", s->rtx_ssrc, cname);
}

/* @p s  What we send there; NULL: we receive. */
static void put_answer_line(struct text *t, const struct sdp_media *m, const struct nego_line *line,
                            const struct nego_slot *s, const struct nego_local *l, bool first)
{
    const char *way = s != NULL ? "sendonly" : "recvonly";
    if (!m->known || line->media.n_codecs == 0) {
        put(t, "m=%s 0 UDP/TLS/RTP/SAVPF 0\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\n", m->proto_line);
        if (m->mid[0] != '\0')
            put(t, "a=mid:%s\r\n", m->mid);
        return;
    }
    put_m(t, m->proto_line, &line->media);
    put(t, "a=mid:%s\r\na=%s\r\n", m->mid, line->active ? way : "inactive");
    put_transport(t, l, "passive", first);
    put_ext(t, line->media.ext.mid, 0);
    put_ext(t, line->media.ext.abs_send_time, 3);
    put_ext(t, line->media.ext.audio_level, 5);
    put_ext(t, line->media.ext.orientation, 6);
    for (size_t i = 0; i < line->media.n_codecs; i++)
        put_codec(t, &line->media.codecs[i], theirs_of(m, line->media.codecs[i].pt));
    if (s != NULL && line->active)
        put_ssrcs(t, s, OUR_CNAME);
}

/* What both know of a line; false: there is nothing to agree on. */
static bool begin_line(struct nego_line *line, const struct sdp_media *m)
{
    bool there = m->known && !m->rejected;
    if (there)
        agree(&line->media, m);
    return there;
}

static void judge_lines(struct nego_send *out, const struct sdp *sdp)
{
    out->n = sdp->n_media;
    for (size_t i = 0; i < sdp->n_media; i++) {
        const struct sdp_media *m = &sdp->media[i];
        struct nego_line *line = &out->lines[i];
        if (!begin_line(line, m))
            continue;
        line->no_codec = line->media.n_codecs == 0;
        line->active = !line->no_codec && (m->dir == SDP_SENDONLY || m->dir == SDP_SENDRECV);
    }
}

/* @p slots  One a line, when it is us who send. */
static void put_answer(struct text *t, const struct nego_send *out, const struct sdp *sdp,
                       const struct nego_slot *const *slots, const struct nego_local *local)
{
    const char *mids[SDP_MEDIA_MAX];
    size_t n = 0;
    bool first = true;
    put_session(t, local);
    for (size_t i = 0; i < sdp->n_media; i++)
        if (out->lines[i].media.n_codecs > 0)
            mids[n++] = sdp->media[i].mid;
    put_bundle(t, mids, n);
    for (size_t i = 0; i < sdp->n_media; i++) {
        put_answer_line(t, &sdp->media[i], &out->lines[i], slots != NULL ? slots[i] : NULL, local,
                        first);
        first = first && out->lines[i].media.n_codecs == 0;
    }
}

static enum err read_offer(struct nego_send *out, struct sdp *scratch, const char *offer,
                           size_t len, const struct nego_local *local, char why[SDP_WHY_MAX])
{
    enum err e = sdp_parse(scratch, offer, len, why);
    if (e != ERR_OK)
        return e;
    if (scratch->n_media == 0)
        return refuse(why, "no m-line");
    memset(out, 0, sizeof(*out));
    const char *fault = take_transport(&out->params, scratch, local);
    if (fault != NULL)
        return refuse(why, fault);
    for (size_t i = 0; i < scratch->n_media; i++)
        if (scratch->media[i].known && !scratch->media[i].rejected &&
            (scratch->media[i].mid[0] == '\0' || !scratch->media[i].rtcp_mux))
            return refuse(why, "an m-line without mid or rtcp-mux");
    return ERR_OK;
}

enum err nego_answer(struct nego_send *out, char *answer, struct sdp *scratch, const char *offer,
                     size_t len, const struct nego_local *local, char why[SDP_WHY_MAX])
{
    enum err e = read_offer(out, scratch, offer, len, local, why);
    if (e != ERR_OK)
        return e;
    judge_lines(out, scratch);
    struct text t = text_of(answer, NEGO_TEXT_MAX);
    put_answer(&t, out, scratch, NULL, local);
    return t.full ? ERR_TOOBIG : ERR_OK;
}

/* ---- their offer to receive, our answer ----------------------------------------------------- */

static void keep_codecs(struct media *m, const struct nego_slot *s)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_codecs; i++)
        for (size_t k = 0; k < s->n_codecs; k++)
            if (m->codecs[i].codec == s->codecs[k]) {
                m->codecs[n++] = m->codecs[i];
                break;
            }
    m->n_codecs = (uint8_t)n;
}

/* Each slot goes to the first line that wants its kind. */
static const struct nego_slot *free_slot(const struct nego_slots *slots, enum media_kind kind,
                                         const struct nego_slot *const *given, size_t n_given)
{
    for (size_t k = 0; k < slots->n; k++) {
        bool taken = false;
        for (size_t j = 0; j < n_given; j++)
            taken = taken || given[j] == &slots->list[k];
        if (!taken && slots->list[k].kind == kind)
            return &slots->list[k];
    }
    return NULL;
}

static void judge_watch(struct nego_send *out, const struct sdp *sdp,
                        const struct nego_slots *slots, const struct nego_slot **given)
{
    out->n = sdp->n_media;
    for (size_t i = 0; i < sdp->n_media; i++) {
        const struct sdp_media *m = &sdp->media[i];
        struct nego_line *line = &out->lines[i];
        if (!begin_line(line, m))
            continue;
        given[i] = free_slot(slots, m->kind, given, i);
        if (given[i] != NULL)
            keep_codecs(&line->media, given[i]);
        line->no_codec = line->media.n_codecs == 0;
        line->active = given[i] != NULL && !line->no_codec &&
                       (m->dir == SDP_RECVONLY || m->dir == SDP_SENDRECV);
    }
}

enum err nego_answer_watch(struct nego_send *out, char *answer, struct sdp *scratch,
                           const char *offer, size_t len, struct nego_slots slots,
                           const struct nego_local *local, char why[SDP_WHY_MAX])
{
    const struct nego_slot *given[SDP_MEDIA_MAX] = {NULL};
    enum err e = read_offer(out, scratch, offer, len, local, why);
    if (e != ERR_OK)
        return e;
    judge_watch(out, scratch, &slots, given);
    struct text t = text_of(answer, NEGO_TEXT_MAX);
    put_answer(&t, out, scratch, given, local);
    return t.full ? ERR_TOOBIG : ERR_OK;
}

/* ---- `recv`: our offer, their answer -------------------------------------------------------- */

static void slot_media(struct media *m, const struct nego_slot *s)
{
    *m = (struct media){.kind = s->kind};
    (void)snprintf(m->mid, sizeof(m->mid), "%s", s->mid);
    for (size_t i = 0; i < s->n_codecs; i++)
        for (size_t k = 0; k < OURS_N; k++)
            if (ours[k].codec == s->codecs[i] && m->n_codecs < MEDIA_CODECS_MAX) {
                bool video = s->kind == MEDIA_VIDEO;
                m->codecs[m->n_codecs++] = (struct codec_pt){.codec = ours[k].codec,
                                                             .pt = ours[k].pt,
                                                             .rtx_pt = ours[k].rtx,
                                                             .nack = true,
                                                             .pli = video,
                                                             .fir = video,
                                                             .remb = video};
            }
}

static void put_offer_line(struct text *t, const struct nego_slot *s, const char *cname,
                           const struct nego_local *l, bool first)
{
    struct media m;
    slot_media(&m, s);
    put_m(t, s->kind == MEDIA_AUDIO ? "audio" : "video", &m);
    put(t, "a=mid:%s\r\na=%s\r\n", s->mid, s->active ? "sendonly" : "inactive");
    put_transport(t, l, "actpass", first);
    put_ext(t, OUR_MID, 0);
    put_ext(t, OUR_ABS_SEND_TIME, 3);
    if (s->kind == MEDIA_AUDIO)
        put_ext(t, OUR_AUDIO_LEVEL, 5);
    else
        put_ext(t, OUR_ORIENTATION, 6);
    for (size_t i = 0; i < m.n_codecs; i++)
        put_codec(t, &m.codecs[i], NULL);
    if (s->active)
        put_ssrcs(t, s, cname);
}

size_t nego_offer(char *text, const struct nego_slot *slots, size_t n, const char *cname,
                  const struct nego_local *local)
{
    const char *mids[SDP_MEDIA_MAX];
    struct text t = text_of(text, NEGO_TEXT_MAX);
    if (n > SDP_MEDIA_MAX)
        return 0;
    put_session(&t, local);
    for (size_t i = 0; i < n; i++)
        mids[i] = slots[i].mid;
    put_bundle(&t, mids, n);
    for (size_t i = 0; i < n; i++)
        put_offer_line(&t, &slots[i], cname, local, i == 0);
    return t.full ? 0 : t.len;
}

enum err nego_apply_answer(struct nego_recv *out, struct sdp *scratch, const char *answer,
                           size_t len, const struct nego_slot *slots, size_t n,
                           const struct nego_local *local, char why[SDP_WHY_MAX])
{
    enum err e = sdp_parse(scratch, answer, len, why);
    if (e != ERR_OK)
        return e;
    if (scratch->n_media != n)
        return refuse(why, "not as many m-lines as the offer");
    memset(out, 0, sizeof(*out));
    const char *fault = take_transport(&out->params, scratch, local);
    if (fault != NULL)
        return refuse(why, fault);
    if (scratch->media[0].setup == SDP_PASSIVE)
        return refuse(why, "both sides passive in DTLS");
    out->n = n;
    for (size_t i = 0; i < n; i++) {
        const struct sdp_media *m = &scratch->media[i];
        struct nego_line *line = &out->lines[i];
        if (!m->known || m->rejected || strcmp(m->mid, slots[i].mid) != 0)
            continue;
        agree(&line->media, m);
        line->no_codec = line->media.n_codecs == 0;
        line->active = slots[i].active && !line->no_codec &&
                       (m->dir == SDP_RECVONLY || m->dir == SDP_SENDRECV);
    }
    return ERR_OK;
}

/* ---- ICE restart without a description ------------------------------------------------------ */

size_t nego_fragment(char *text, const char *kind, const char *mids, const struct nego_local *local)
{
    struct text t = text_of(text, NEGO_TEXT_MAX);
    put(&t, "a=ice-lite\r\na=group:BUNDLE %s\r\n", mids);
    put(&t, "m=%s 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:%.*s\r\n", kind, (int)strcspn(mids, " "), mids);
    put(&t, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", local->ufrag, local->pwd);
    put_candidates(&t, local);
    return t.full ? 0 : t.len;
}
