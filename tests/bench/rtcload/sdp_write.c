#include <stdio.h>
#include <stdlib.h>

#include "crypto/random.h"
#include "sdp.h"
#include "sdp_names.h"

static void put_candidate(FILE *f, const struct addr *a)
{
    char ip[ADDR_TEXT_MAX];
    addr_host(ip, a);
    (void)fprintf(f, "a=candidate:1 1 udp 2130706431 %s %u typ host\r\na=end-of-candidates\r\n", ip,
                  addr_port(a));
}

static const char *word_of(enum kind k)
{
    static const char *const words[] = {[AUDIO] = "audio", [VIDEO] = "video"};
    return k == OTHER ? "application" : words[k];
}

static void put_codec(FILE *f, const struct sdp_media *m)
{
    if (m->kind == AUDIO) {
        (void)fprintf(f, "a=rtpmap:%d opus/48000/2\r\na=fmtp:%d minptime=10;useinbandfec=1\r\n",
                      m->pt, m->pt);
        if (m->twcc_ext != 0)
            (void)fprintf(f, "a=rtcp-fb:%d transport-cc\r\n", m->pt);
        return;
    }
    (void)fprintf(f, "a=rtpmap:%d VP8/90000\r\na=rtcp-fb:%d ccm fir\r\na=rtcp-fb:%d nack pli\r\n",
                  m->pt, m->pt, m->pt);
    if (m->nack)
        (void)fprintf(f, "a=rtcp-fb:%d nack\r\n", m->pt);
    if (m->remb)
        (void)fprintf(f, "a=rtcp-fb:%d goog-remb\r\n", m->pt);
    if (m->twcc)
        (void)fprintf(f, "a=rtcp-fb:%d transport-cc\r\n", m->pt);
    if (m->rtx_pt != 0)
        (void)fprintf(f, "a=rtpmap:%d rtx/90000\r\na=fmtp:%d apt=%d\r\n", m->rtx_pt, m->rtx_pt,
                      m->pt);
}

static void put_sources(FILE *f, const struct sdp_local *l, const struct sdp_media *m)
{
    bool rtx = m->kind == VIDEO && m->rtx_pt != 0;
    (void)fprintf(f, "a=msid:rtcload rtcload-%s\r\n", m->mid);
    if (rtx)
        (void)fprintf(f, "a=ssrc-group:FID %u %u\r\n", l->ssrc[VIDEO], l->rtx_ssrc);
    (void)fprintf(f, "a=ssrc:%u cname:rtcload\r\n", l->ssrc[m->kind]);
    if (rtx)
        (void)fprintf(f, "a=ssrc:%u cname:rtcload\r\n", l->rtx_ssrc);
}

static void put_rejected(FILE *f, const struct sdp_media *m)
{
    (void)fprintf(f, "m=%s 0 %s %s\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=inactive\r\n",
                  word_of(m->kind), m->proto, m->fmt, m->mid);
}

static void put_media(FILE *f, const struct sdp_local *l, const struct sdp_media *m)
{
    if (m->kind == OTHER || m->rejected) {
        put_rejected(f, m);
        return;
    }
    (void)fprintf(f, "m=%s 9 UDP/TLS/RTP/SAVPF %d", word_of(m->kind), m->pt);
    if (m->kind == VIDEO && m->rtx_pt != 0)
        (void)fprintf(f, " %d", m->rtx_pt);
    (void)fprintf(f,
                  "\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n"
                  "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n%sa=fingerprint:%s\r\na=setup:%s\r\n"
                  "a=mid:%s\r\na=%s\r\na=rtcp-mux\r\na=rtcp-rsize\r\n",
                  l->ufrag, l->pwd, l->addr == NULL ? "a=ice-options:trickle\r\n" : "",
                  l->fingerprint, l->setup, m->mid, l->direction);
    if (m->mid_ext != 0)
        (void)fprintf(f, "a=extmap:%d " MID_URI "\r\n", m->mid_ext);
    if (m->twcc_ext != 0)
        (void)fprintf(f, "a=extmap:%d " TWCC_URI "\r\n", m->twcc_ext);
    put_codec(f, m);
    if (l->sends)
        put_sources(f, l, m);
    if (l->addr != NULL)
        put_candidate(f, l->addr);
}

static char *write_sdp(const struct sdp_local *l, const struct sdp_media *m, int n)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (f == NULL)
        return NULL;
    (void)fprintf(f, "v=0\r\no=- %u 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n%sa=group:BUNDLE",
                  random_u32() >> 1, l->lite ? "a=ice-lite\r\n" : "");
    for (int i = 0; i < n; i++)
        if (m[i].kind != OTHER && !m[i].rejected)
            (void)fprintf(f, " %s", m[i].mid);
    (void)fprintf(f, "\r\na=msid-semantic: WMS *\r\n");
    for (int i = 0; i < n; i++)
        put_media(f, l, &m[i]);
    (void)fclose(f);
    return text;
}

char *sdp_offer(const struct sdp_local *l)
{
    static const struct sdp_media m[] = {
        {.kind = AUDIO, .mid = "0", .pt = 111, .mid_ext = 4, .twcc_ext = 3},
        {.kind = VIDEO,
         .mid = "1",
         .pt = 96,
         .rtx_pt = 97,
         .mid_ext = 4,
         .twcc_ext = 3,
         .nack = true,
         .remb = true,
         .twcc = true},
    };
    return write_sdp(l, m, 2);
}

char *sdp_answer(const struct sdp_local *l, const struct sdp *remote)
{
    return write_sdp(l, remote->m, remote->n);
}

char *sdp_trickle(const struct sdp_local *l, const char *mid)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    if (f == NULL)
        return NULL;
    (void)fprintf(f,
                  "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:%s\r\n",
                  l->ufrag, l->pwd, mid);
    put_candidate(f, l->addr);
    (void)fclose(f);
    return text;
}
