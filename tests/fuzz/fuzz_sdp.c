/* SDP, and what offer/answer makes of it. An answer has the offer's m-lines, is well-formed line by
 * line whatever the offer put into its texts, and can be read by the same parser. */
#include "fuzz.h"
#include "rtc/nego.h"

static struct sdp scratch, second;
static char answer[NEGO_TEXT_MAX];
static struct addr udp, tcp;

static const struct nego_slot slots[] = {
    {.active = true,
     .kind = MEDIA_AUDIO,
     .mid = "0",
     .ssrc = 1001,
     .n_codecs = 1,
     .codecs = {CODEC_OPUS}},
    {.active = true,
     .kind = MEDIA_VIDEO,
     .mid = "1",
     .ssrc = 1002,
     .rtx_ssrc = 1003,
     .n_codecs = 3,
     .codecs = {CODEC_VP8, CODEC_VP9, CODEC_H264}},
    {.active = false,
     .kind = MEDIA_VIDEO,
     .mid = "2",
     .ssrc = 1004,
     .n_codecs = 1,
     .codecs = {CODEC_VP8}},
};

static void well_formed(const char *text)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\r\n");
        MUST_HOLD(end != NULL && end - text > 2);
        MUST_HOLD(text[0] >= 'a' && text[0] <= 'z' && text[1] == '=');
        for (const char *p = text; p < end; p++)
            MUST_HOLD(*p != '\r' && *p != '\n');
        text = end + 2;
    }
}

static void bounded(const struct nego_line *line)
{
    const struct media *m = &line->media;
    MUST_HOLD(m->n_codecs <= MEDIA_CODECS_MAX && m->n_ssrcs <= MEDIA_SSRCS_MAX);
    MUST_HOLD(memchr(m->mid, '\0', sizeof(m->mid)) != NULL);
    MUST_HOLD(!line->active || m->n_codecs > 0);
    for (size_t i = 0; i < m->n_codecs; i++)
        MUST_HOLD(m->codecs[i].pt < 128 && m->codecs[i].codec > CODEC_NONE &&
                  m->codecs[i].codec < CODEC_N);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t fingerprint[32] = {1, 2, 3};
    static struct nego_send s;
    static struct nego_recv r;
    char why[SDP_WHY_MAX] = "";
    struct nego_local l = {.ufrag = "aFRAGMNT",
                           .pwd = "PasswordPasswordPass24xy",
                           .fingerprint = fingerprint,
                           .udp = &udp,
                           .n_udp = 1,
                           .tcp = &tcp,
                           .n_tcp = 1,
                           .session = 40,
                           .version = 3};
    const char *text = (const char *)data;
    if (addr_parse(&udp, "192.0.2.1", 5) != ERR_OK || addr_parse(&tcp, "2001:db8::1", 6) != ERR_OK)
        return 0;
    if (nego_answer(&s, answer, &scratch, text, size, &l, why) == ERR_OK) {
        MUST_HOLD(s.n == scratch.n_media && s.n > 0 && s.n <= SDP_MEDIA_MAX);
        for (size_t i = 0; i < s.n; i++)
            bounded(&s.lines[i]);
        well_formed(answer);
        MUST_HOLD(sdp_parse(&second, answer, strlen(answer), why) == ERR_OK);
        MUST_HOLD(second.n_media == s.n);
        for (size_t i = 0; i < s.n; i++)
            MUST_HOLD(strcmp(second.media[i].mid, scratch.media[i].mid) == 0);
    } else {
        MUST_HOLD(memchr(why, '\0', sizeof(why)) != NULL);
    }
    if (nego_answer_watch(&s, answer, &scratch, text, size, (struct nego_slots){slots, 2}, &l,
                          why) == ERR_OK) {
        const char *fault = nego_check_one_way(&scratch, false);
        size_t active = 0;
        for (size_t i = 0; i < s.n; i++) {
            bounded(&s.lines[i]);
            active += s.lines[i].active;
        }
        MUST_HOLD(active <= 2 && (fault == NULL || fault[0] != '\0'));
        well_formed(answer);
        MUST_HOLD(sdp_parse(&second, answer, strlen(answer), why) == ERR_OK);
        MUST_HOLD(second.n_media == s.n);
    }
    if (nego_apply_answer(&r, &scratch, text, size, slots, 3, &l, why) == ERR_OK)
        for (size_t i = 0; i < r.n; i++)
            bounded(&r.lines[i]);
    return 0;
}
