/*
 * rtc/sdp and rtc/nego: what the real browsers wrote (tests/vectors/sdp), answered and applied; the
 * server's own offer letter by letter; and each way to spoil a description.
 */
#include "rtc/nego.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

static const uint8_t fingerprint[32] = {0xab, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                                        16,   1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff};
static struct addr udp[2], tcp[1];
static struct sdp *scratch;
static char answer[NEGO_TEXT_MAX], text[SDP_TEXT_MAX + 4096];

static const struct nego_slot slots[] = {
    {.active = true,
     .kind = MEDIA_AUDIO,
     .mid = "0",
     .ssrc = 1001,
     .stream = "m1",
     .track = "m1a",
     .n_codecs = 1,
     .codecs = {CODEC_OPUS}},
    {.active = true,
     .kind = MEDIA_VIDEO,
     .mid = "1",
     .ssrc = 1002,
     .rtx_ssrc = 1003,
     .stream = "m1",
     .track = "m1v",
     .n_codecs = 3,
     .codecs = {CODEC_VP8, CODEC_VP9, CODEC_H264}},
    {.active = false,
     .kind = MEDIA_VIDEO,
     .mid = "2",
     .ssrc = 1004,
     .rtx_ssrc = 1005,
     .stream = "m2",
     .track = "m2v",
     .n_codecs = 1,
     .codecs = {CODEC_VP8}},
};

static struct nego_local local(void)
{
    struct nego_local l = {.ufrag = "aFRAGMNT",
                           .pwd = "PasswordPasswordPass24xy",
                           .n_udp = 2,
                           .n_tcp = 1,
                           .udp = udp,
                           .tcp = tcp,
                           .session = 40,
                           .version = 3};
    l.fingerprint = fingerprint;
    return l;
}

static size_t load(const char *name)
{
    char path[200];
    (void)snprintf(path, sizeof(path), "tests/vectors/sdp/%s", name);
    FILE *f = fopen(path, "r");
    T_OK(f != NULL);
    size_t n = f != NULL ? fread(text, 1, sizeof(text) - 1, f) : 0;
    if (f != NULL)
        (void)fclose(f);
    text[n] = '\0';
    return n;
}

/* An exact-size copy, so that a read past the end is seen. */
static enum err do_answer(struct nego_send *out, const char *offer, size_t n, char *why)
{
    struct nego_local l = local();
    char *copy = (char *)malloc(n ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, offer, n);
    enum err e = nego_answer(out, answer, scratch, copy, n, &l, why);
    free(copy);
    T_OK(e == ERR_OK || why[0] != '\0');
    return e;
}

static void our_offer_is_the_stored_one(void)
{
    struct nego_local l = local();
    size_t n = nego_offer(answer, slots, 3, "cname1", &l);
    size_t want = load("server.offer.sdp");
    T_OK(n == want && memcmp(answer, text, n) == 0);
    if (n != want || memcmp(answer, text, n) != 0)
        (void)fwrite(answer, 1, n, stdout);
    T_EQ(nego_offer(answer, slots, SDP_MEDIA_MAX + 1, "cname1", &l), 0);
}

static size_t count(const char *in, const char *what)
{
    size_t n = 0;
    for (const char *p = in; (p = strstr(p, what)) != NULL; p++)
        n++;
    return n;
}

static void answers_the_browsers(void)
{
    static const struct {
        const char *name;
        bool h264;
    } rows[] = {{"chromium.send.offer.sdp", true}, {"firefox.send.offer.sdp", false}};
    for (size_t i = 0; i < 2; i++) {
        static struct nego_send s;
        char why[SDP_WHY_MAX] = "";
        T_EQ(do_answer(&s, text, load(rows[i].name), why), ERR_OK);
        T_EQ(s.n, 3);
        T_OK(strlen(s.params.remote_ufrag) >= 4 && strlen(s.params.remote_pwd) >= 22);
        T_OK(strcmp(s.params.local_pwd, "PasswordPasswordPass24xy") == 0);
        T_OK(!s.params.dtls_client);
        for (size_t k = 0; k < s.n; k++) {
            const struct media *m = &s.lines[k].media;
            T_OK(s.lines[k].active && !s.lines[k].no_codec);
            T_EQ(m->kind, k == 0 ? MEDIA_AUDIO : MEDIA_VIDEO);
            T_EQ(m->codecs[0].codec, k == 0 ? CODEC_OPUS : CODEC_VP8);
            T_OK(m->ext.mid != EXT_NONE);
            T_OK(k != 0 || m->ext.audio_level != EXT_NONE);
            T_OK(k == 0 || (m->codecs[0].rtx_pt != PT_NONE && m->codecs[0].nack &&
                            m->codecs[0].pli && m->codecs[0].remb));
            bool h264 = false;
            for (size_t c = 0; c < m->n_codecs; c++)
                h264 = h264 || m->codecs[c].codec == CODEC_H264;
            T_OK(k == 0 || h264 == rows[i].h264);
        }
        T_EQ(count(answer, "\r\na=recvonly\r\n"), 3);
        T_EQ(count(answer, "a=setup:passive"), 3);
        T_EQ(count(answer, "typ host"), 3); /* candidates once: the bundle's first line */
        T_OK(strstr(answer, "a=ice-lite\r\n") != NULL);
        T_OK(strstr(answer, "AB:01:02") != NULL && strstr(answer, ":0E:FF\r\n") != NULL);
        T_OK(strstr(answer, "transport-cc") == NULL);
        T_EQ(sdp_parse(scratch, answer, strlen(answer), why), ERR_OK); /* and we can read it */
        T_EQ(scratch->n_media, 3);
    }
}

static void applies_their_answers(void)
{
    static const char *const names[] = {"chromium.recv.answer.sdp", "firefox.recv.answer.sdp"};
    for (size_t i = 0; i < 2; i++) {
        static struct nego_recv r;
        char why[SDP_WHY_MAX] = "";
        struct nego_local l = local();
        size_t n = load(names[i]);
        T_EQ(nego_apply_answer(&r, scratch, text, n, slots, 3, &l, why), ERR_OK);
        T_EQ(r.n, 3);
        T_OK(r.lines[0].active && r.lines[1].active && !r.lines[2].active);
        T_EQ(r.lines[0].media.codecs[0].pt, 111);
        T_EQ(r.lines[1].media.codecs[0].pt, 96);
        T_EQ(r.lines[1].media.codecs[0].rtx_pt, 97);
        T_EQ(r.lines[1].media.ext.mid, 4);
        T_EQ(nego_apply_answer(&r, scratch, text, n, slots, 2, &l, why), ERR_PROTO);
        T_OK(strstr(why, "m-lines") != NULL);
    }
}

/* ---- by hand ------------------------------------------------------------------------------- */

#define FINGERPRINT \
    "a=fingerprint:sha-256 " \
    "00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:" \
    "19:1A:1B:1C:1D:1E:1F\r\n"
#define ICE "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
#define HEAD "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define AUDIO \
    "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=mid:0\r\na=sendonly\r\na=rtcp-mux\r\na=rtpmap:109 " \
    "opus/48000/2\r\n"

static void reads_details(void)
{
    static struct nego_send s;
    char why[SDP_WHY_MAX] = "";
    static const char offer[] = HEAD FINGERPRINT ICE AUDIO
        "m=video 0 UDP/TLS/RTP/SAVPF 100 101 120\r\na=bundle-only\r\na=mid:v\r\na=sendrecv\r\n"
        "a=rtcp-mux\r\na=rtpmap:100 H264/90000\r\na=fmtp:100 profile-level-id=42001f\r\n"
        "a=rtpmap:101 h264/90000\r\na=fmtp:101 packetization-mode=1;profile-level-id=42e01f\r\n"
        "a=rtpmap:120 vp9/90000\r\na=fmtp:120 profile-id=2\r\na=rtcp-fb:* nack pli\r\n"
        "a=ssrc-group:FID 11 12\r\na=ssrc:11 cname:x\r\na=ssrc:12 cname:x\r\n"
        "a=extmap:20 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
        "a=extmap:3/sendonly urn:3gpp:video-orientation\r\n"
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n"
        "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:gone\r\na=rtpmap:96 VP8/90000\r\n"
        "m=video 9 UDP/TLS/RTP/SAVPF 45\r\na=mid:av1\r\na=rtcp-mux\r\na=rtpmap:45 AV1/90000\r\n";
    T_EQ(do_answer(&s, offer, strlen(offer), why), ERR_OK);
    T_EQ(s.n, 5);
    T_OK(strcmp(s.params.remote_ufrag, "abcd") == 0);
    T_EQ(s.params.fingerprint[31], 0x1f);
    const struct media *v = &s.lines[1].media;
    T_OK(s.lines[1].active); /* bundle-only: port 0 does not reject it */
    T_EQ(v->n_codecs, 1);    /* mode 0 and profile 2 are not ours */
    T_EQ(v->codecs[0].pt, 101);
    T_OK(v->codecs[0].pli && !v->codecs[0].nack);
    T_EQ(v->n_ssrcs, 1);
    T_EQ(v->ssrcs[0].ssrc, 11);
    T_EQ(v->ssrcs[0].rtx, 12);
    T_EQ(v->ext.mid, EXT_NONE); /* 20 needs two-byte headers */
    T_EQ(v->ext.orientation, 3);
    T_OK(!s.lines[2].active && !s.lines[3].active && !s.lines[4].active);
    T_OK(s.lines[4].no_codec);
    T_EQ(count(answer, "m=application 0 "), 1);
    T_EQ(count(answer, "m=video 0 "), 2);
    T_OK(strstr(answer, "a=group:BUNDLE 0 v\r\n") != NULL);
}

static void refuses(void)
{
    static const struct {
        const char *offer, *says;
    } rows[] = {
        {"", "no v="},
        {"o=- 1", "no v="},
        {HEAD FINGERPRINT ICE, "no m-line"},
        {HEAD FINGERPRINT AUDIO, "no ICE"},
        {HEAD FINGERPRINT "a=ice-ufrag:abcd\r\n" AUDIO, "no ICE"},
        {HEAD FINGERPRINT "a=ice-ufrag:abc\r\na=ice-pwd:0123456789012345678901\r\n" AUDIO, "short"},
        {HEAD FINGERPRINT "a=ice-ufrag:abcd\r\na=ice-pwd:012345678901234567890\r\n" AUDIO, "short"},
        {HEAD FINGERPRINT "a=ice-ufrag:abcdefghijklmnopqrstuvwxyzabcdefg\r\n", "line 6: ice-ufrag"},
        {HEAD ICE AUDIO, "fingerprint"},
        {HEAD ICE "a=fingerprint:sha-1 00:01\r\n" AUDIO, "fingerprint"},
        {HEAD "a=fingerprint:sha-256 00:01\r\n", "line 5: bad fingerprint"},
        {HEAD "a=fingerprint:sha-256 00:0g:02\r\n", "bad fingerprint"},
        {HEAD ICE FINGERPRINT "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=rtcp-mux\r\n"
                              "a=rtpmap:109 opus/48000/2\r\n",
         "mid"},
        {HEAD ICE FINGERPRINT "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=mid:0\r\n", "rtcp-mux"},
        {HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 128\r\n", "payload type"},
        {HEAD "m=audio 9 UDP/TLS/RTP/SAVPF x\r\n", "payload type"},
        {HEAD "m=audio 70000 UDP/TLS/RTP/SAVPF 1\r\n", "m-line"},
        {HEAD "m=abcdefghijklmnopqrstuvwxyz 9 x 1\r\n", "m-line"},
        {HEAD AUDIO "a=mid:0123456789abcdef\r\n", "bad mid"},
        {HEAD AUDIO "a=mid:\r\n", "bad mid"},
        {HEAD "a=mid:0\r\n", "bad mid"},
        {HEAD AUDIO "a=mid:a b\r\n", "bad mid"},
        {HEAD AUDIO "a=mid:a\ra=candidate:1\r\n", "control"},
        {HEAD "m=\r 9 x 1\r\n", "control"},
        {HEAD AUDIO "a=setup:holdconn\r\n", "bad setup"},
        {HEAD AUDIO "a=rtpmap:109 opus\r\n", "bad rtpmap"},
        {HEAD AUDIO "a=rtpmap:200 opus/48000\r\n", "bad rtpmap"},
        {HEAD AUDIO "a=extmap:0 x\r\n", "bad extmap"},
        {HEAD AUDIO "a=ssrc:4294967296 cname:x\r\n", "bad ssrc"},
        {HEAD AUDIO "a=ssrc-group:FID 1\r\n", "bad ssrc-group"},
        {HEAD AUDIO
         "a=ssrc:1\r\na=ssrc:2\r\na=ssrc:3\r\na=ssrc:4\r\na=ssrc:5\r\na=ssrc:6\r\na=ssrc:7\r\n",
         "too many ssrcs"},
    };
    static struct nego_send s;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char why[SDP_WHY_MAX] = "";
        T_EQ(do_answer(&s, rows[i].offer, strlen(rows[i].offer), why), ERR_PROTO);
        T_OK(strstr(why, rows[i].says) != NULL);
        if (strstr(why, rows[i].says) == NULL)
            (void)fprintf(stderr, "row %zu says: %s\n", i, why);
    }
    static const char nul[] = HEAD "a=\0b\r\n";
    char why[SDP_WHY_MAX] = "";
    T_EQ(do_answer(&s, nul, sizeof(nul) - 1, why), ERR_PROTO);
    T_OK(strstr(why, "control") != NULL);
}

static void has_limits(void)
{
    static struct nego_send s;
    char why[SDP_WHY_MAX] = "";
    size_t n = (size_t)snprintf(text, sizeof(text), "%s", HEAD);
    for (int i = 0; i <= SDP_MEDIA_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "m=audio 9 x 0\r\n");
    T_EQ(do_answer(&s, text, n, why), ERR_PROTO);
    T_OK(strstr(why, "too many m-lines") != NULL);
    n = (size_t)snprintf(text, sizeof(text), "%sm=video 9 UDP/TLS/RTP/SAVPF", HEAD);
    for (int i = 0; i <= SDP_PTS_MAX; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, " %d", i);
    T_EQ(do_answer(&s, text, n, why), ERR_PROTO);
    T_OK(strstr(why, "too many payload types") != NULL);
    memset(text, 'x', sizeof(text));
    memcpy(text, "v=", 2);
    T_EQ(do_answer(&s, text, SDP_TEXT_MAX + 1, why), ERR_PROTO);
    T_OK(strstr(why, "too long") != NULL);
}

int main(void)
{
    scratch = (struct sdp *)malloc(sizeof(*scratch));
    if (scratch == NULL || addr_parse(&udp[0], "192.0.2.7", 7000) != ERR_OK ||
        addr_parse(&udp[1], "2001:db8::7", 7000) != ERR_OK ||
        addr_parse(&tcp[0], "192.0.2.7", 7000) != ERR_OK)
        return 1;
    our_offer_is_the_stored_one();
    answers_the_browsers();
    applies_their_answers();
    reads_details();
    refuses();
    has_limits();
    free(scratch);
    return t_done("nego");
}
