/* rtc/nego_one_way: what WHIP and WHEP refuse of offers; and what a watcher is answered. */
#include <stdlib.h>
#include <string.h>

#include "rtc/nego.h"
#include "t.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
#define ICE \
    "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 " \
    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE" \
    ":FF\r\na=rtcp-mux\r\n"
#define AUDIO(dir, more) \
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=" dir \
    "\r\na=rtpmap:111 opus/48000/2\r\n" ICE more
#define VIDEO(mid, dir, more) \
    "m=video 9 UDP/TLS/RTP/SAVPF 96 98\r\na=mid:" mid "\r\na=" dir \
    "\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\n" ICE more
#define BUNDLE "a=group:BUNDLE 0 1\r\n"

static struct sdp *sdp;

static const struct {
    const char *sdp;
    bool sends;
    const char *why; /* NULL: fine */
} rows[] = {
    {HEAD BUNDLE AUDIO("sendonly", "") VIDEO("1", "sendonly", ""), true, NULL},
    {HEAD BUNDLE AUDIO("sendrecv", "") VIDEO("1", "sendrecv", ""), true, NULL},
    {HEAD BUNDLE AUDIO("sendrecv", "") VIDEO("1", "sendrecv", ""), false, NULL},
    {HEAD BUNDLE AUDIO("recvonly", "") VIDEO("1", "recvonly", ""), false, NULL},
    {HEAD AUDIO("sendonly", ""), true, NULL}, /* One line needs no group. */
    {HEAD BUNDLE AUDIO("sendonly", "a=msid:s a\r\n") VIDEO("1", "sendonly", "a=msid:s v\r\n"), true,
     NULL},
    {HEAD BUNDLE AUDIO("sendonly", "a=setup:active\r\n") VIDEO("1", "sendonly", ""), true, NULL},
    {HEAD, true, "no m-line"},
    {HEAD BUNDLE AUDIO("recvonly", "") VIDEO("1", "sendonly", ""), true,
     "an m-line that is neither sendonly nor sendrecv"},
    {HEAD BUNDLE AUDIO("sendonly", "") VIDEO("1", "inactive", ""), true,
     "an m-line that is neither sendonly nor sendrecv"},
    {HEAD BUNDLE AUDIO("recvonly", "") VIDEO("1", "sendonly", ""), false,
     "an m-line that is neither recvonly nor sendrecv"},
    {HEAD AUDIO("sendonly", "") VIDEO("1", "sendonly", ""), true,
     "an m-line outside of the BUNDLE group"},
    {HEAD "a=group:BUNDLE 0 11\r\n" AUDIO("sendonly", "") VIDEO("1", "sendonly", ""), true,
     "an m-line outside of the BUNDLE group"},
    {HEAD "a=group:BUNDLE 0\r\na=group:BUNDLE 1\r\n" AUDIO("sendonly", "")
         VIDEO("1", "sendonly", ""),
     true, "more than one BUNDLE group"},
    {HEAD BUNDLE VIDEO("0", "sendonly", "") VIDEO("1", "sendonly", ""), true,
     "more than one m-line of a kind"},
    {HEAD BUNDLE AUDIO("sendonly", "a=msid:s a\r\n") VIDEO("1", "sendonly", "a=msid:t v\r\n"), true,
     "more than one MediaStream"},
    {HEAD BUNDLE AUDIO("sendonly", "a=setup:passive\r\n") VIDEO("1", "sendonly", ""), true,
     "setup:passive, and this server is passive too"},
    {HEAD "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n", true,
     "only audio and video over UDP/TLS/RTP/SAVPF"},
    {HEAD "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendonly\r\n", true,
     "an m-line that is not offered"},
};

static void the_table(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char why[SDP_WHY_MAX] = "";
        T_EQ(sdp_parse(sdp, rows[i].sdp, strlen(rows[i].sdp), why), ERR_OK);
        const char *got = nego_check_one_way(sdp, rows[i].sends);
        T_OK((got == NULL) == (rows[i].why == NULL));
        T_OK(got == NULL || rows[i].why == NULL || strcmp(got, rows[i].why) == 0);
        if (got != NULL && rows[i].why != NULL && strcmp(got, rows[i].why) != 0)
            (void)fprintf(stderr, "row %zu: %s\n", i, got);
    }
}

static const struct nego_slot slots[] = {
    {.active = true,
     .kind = MEDIA_VIDEO,
     .ssrc = 7,
     .rtx_ssrc = 8,
     .n_codecs = 1,
     .codecs = {CODEC_VP9},
     .stream = "cam",
     .track = "t1"},
    {.active = true,
     .kind = MEDIA_AUDIO,
     .ssrc = 9,
     .n_codecs = 1,
     .codecs = {CODEC_OPUS},
     .stream = "cam",
     .track = "t2"},
};

static enum err watch(struct nego_send *out, char *text, const char *offer, size_t n)
{
    static const uint8_t fingerprint[32] = {1};
    struct nego_local local = {
        .ufrag = "aFRAGMNT", .pwd = "PasswordPasswordPass24xy", .mux_only = true};
    char why[SDP_WHY_MAX] = "";
    local.fingerprint = fingerprint;
    return nego_answer_watch(out, text, sdp, offer, strlen(offer), (struct nego_slots){slots, n},
                             &local, why);
}

static void what_a_watcher_is_answered(void)
{
    struct nego_send *out = (struct nego_send *)calloc(1, sizeof(*out));
    char *text = (char *)malloc(NEGO_TEXT_MAX);
    T_OK(out != NULL && text != NULL);
    if (out != NULL && text != NULL) {
        const char *offer = HEAD BUNDLE AUDIO("recvonly", "") VIDEO("1", "recvonly", "");
        T_EQ(watch(out, text, offer, 2), ERR_OK);
        T_OK(out->lines[0].active && out->lines[1].active);
        T_EQ(out->lines[1].media.n_codecs, 1); /* Of VP8 and VP9 the one that comes. */
        T_EQ(out->lines[1].media.codecs[0].codec, CODEC_VP9);
        T_EQ(out->lines[1].media.codecs[0].pt, 98);
        T_OK(strstr(text, "a=mid:0\r\na=sendonly\r\n") != NULL);
        T_OK(strstr(text, "a=msid:cam t1\r\na=ssrc-group:FID 7 8\r\n") != NULL);
        T_OK(strstr(text, "a=ssrc:9 cname:yunjian\r\n") != NULL);
        T_OK(strstr(text, "recvonly") == NULL);
        T_OK(strstr(text, "a=rtcp-mux-only\r\n") != NULL);
        T_EQ(watch(out, text, offer, 1), ERR_OK); /* Nobody sends sound. */
        T_OK(!out->lines[0].active && out->lines[1].active);
        T_OK(strstr(text, "a=mid:0\r\na=inactive\r\n") != NULL);
        T_EQ(watch(out, text, HEAD VIDEO("1", "sendonly", ""), 2), ERR_OK);
        T_OK(!out->lines[0].active); /* Who wants to send is sent nothing. */
    }
    free(out);
    free(text);
}

int main(void)
{
    sdp = (struct sdp *)calloc(1, sizeof(*sdp));
    T_OK(sdp != NULL);
    if (sdp != NULL) {
        the_table();
        what_a_watcher_is_answered();
    }
    free(sdp);
    return t_done("one_way");
}
