/* rtc/codec and rtc/demux: payload descriptors by the RFCs' figures, sizes of key frames, parameter
 * sets of real encoders. */
#include "rtc/codec.h"

#include "hex.h"
#include "rtc/demux.h"
#include "t.h"

struct row {
    enum codec codec;
    const char *hex;
    struct frame_info want;
};

#define KEY(w, h) \
    { \
        .start = true, .key = true, .width = (w), .height = (h) \
    }
#define START \
    { \
        .start = true \
    }
#define KEY_ONLY \
    { \
        .start = true, .key = true \
    }
#define NOTHING \
    { \
        .start = false \
    }

static const struct row rows[] = {
    /* VP8: S and partition 0 begin a frame; P = 0 is a key frame; 320x180 = 0140, 00b4. */
    {CODEC_VP8, "10 50fe01 9d012a 4001 b400 00", KEY(320, 180)},
    {CODEC_VP8, "90 80 11 50fe01 9d012a 4001 b400", KEY(320, 180)},   /* 7-bit picture id */
    {CODEC_VP8, "90 80 8111 50fe01 9d012a 4001 b400", KEY(320, 180)}, /* 15-bit picture id */
    {CODEC_VP8, "90 e0 8111 22 33 50fe01 9d012a 4001 b400", KEY(320, 180)},
    {CODEC_VP8, "90 10 33 50fe01 9d012a 4001 b400", KEY(320, 180)}, /* key index alone */
    {CODEC_VP8, "10 50fe01 9d012a 4041 b480", KEY(320, 180)},       /* scaling bits are no size */
    {CODEC_VP8, "10 50fe01 9d012b 4001 b400", KEY_ONLY},            /* another start code */
    {CODEC_VP8, "10 50fe01 9d012a 4001 0000", KEY_ONLY},            /* no height */
    {CODEC_VP8, "10 50", KEY_ONLY},
    {CODEC_VP8, "10 51fe01", START},
    {CODEC_VP8, "00 50fe01 9d012a 4001 b400", NOTHING},
    {CODEC_VP8, "11 50fe01 9d012a 4001 b400", NOTHING}, /* partition 1 */
    {CODEC_VP8, "10", NOTHING},
    {CODEC_VP8, "90", NOTHING},
    {CODEC_VP8, "90 80", NOTHING},
    {CODEC_VP8, "90 80 81", NOTHING},
    {CODEC_VP8, "", NOTHING},
    /* VP9: I P L F B E V Z; sizes come in the scalability structure. */
    {CODEC_VP9, "8a 8111 18 0140 00b4 01 0080", KEY(320, 180)},
    {CODEC_VP9, "2a 00 00 38 00a0 005a 0140 00b4", KEY(320, 180)}, /* two layers: the larger */
    {CODEC_VP9, "8a 11 08 0001", KEY_ONLY},                        /* no sizes in it */
    {CODEC_VP9, "8a 11 18 0140 00", KEY_ONLY},                     /* cut off */
    {CODEC_VP9, "8a 11 18 0000 00b4", KEY_ONLY},
    {CODEC_VP9, "88 11", KEY_ONLY},
    {CODEC_VP9, "c8 11", START},
    {CODEC_VP9, "d8 11 0302 aa", START}, /* flexible: two references */
    {CODEC_VP9, "d8 11 030303", START},
    {CODEC_VP9, "80 11", NOTHING},
    {CODEC_VP9, "88", NOTHING},
    {CODEC_VP9, "", NOTHING},
    {CODEC_OPUS, "78aabb", NOTHING},
    {CODEC_NONE, "78aabb", NOTHING},
};

static struct frame_info inspect(enum codec codec, const char *hex)
{
    uint8_t p[512];
    size_t n = from_hex(p, sizeof(p), hex);
    uint8_t *copy = (uint8_t *)malloc(n ? n : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, p, n);
    struct frame_info f = codec_inspect(codec, copy, n);
    free(copy);
    return f;
}

static void check(const struct row *r)
{
    struct frame_info f = inspect(r->codec, r->hex);
    bool same = f.start == r->want.start && f.key == r->want.key && f.width == r->want.width &&
                f.height == r->want.height;
    T_OK(same);
    if (!same)
        (void)fprintf(stderr, "%s %s: start %d key %d %ux%u\n", codec_name(r->codec), r->hex,
                      f.start, f.key, f.width, f.height);
}

static const struct row h264[] = {
    {CODEC_H264, "67 42c01ed900a02ff97011000003000100000300320f162e48", KEY(640, 360)},
    {CODEC_H264, "65 88", KEY_ONLY},
    {CODEC_H264, "41 9a", START},
    {CODEC_H264, "7c 85 88", KEY_ONLY}, /* FU-A, first of an IDR */
    {CODEC_H264, "7c 05 88", NOTHING},  /* in its middle */
    {CODEC_H264, "7c 81 88", START},
    {CODEC_H264, "78 0002 0900 0003 658884", KEY_ONLY}, /* STAP-A: delimiter and IDR */
    {CODEC_H264, "78 0002 0900", START},
    {CODEC_H264, "78 0009 65", START},        /* longer than the packet */
    {CODEC_H264, "78 0000 0002 6588", START}, /* an empty unit ends the walk */
    {CODEC_H264, "67", NOTHING},
    {CODEC_H264, "", NOTHING},
};

static void sizes_of_h264(void)
{
    static const struct {
        const char *hex;
        uint16_t w, h; /* 0: refused */
    } sps[] = {
        /* x264: high and baseline with cropping, 4:4:4 with odd cropping, interlaced */
        {"67640028acd940780227e5c044000003000400000300c83c60c658", 1920, 1080},
        {"6742c01ed900a02ff97011000003000100000300320f162e48", 640, 360},
        {"67f4000d919b282a33c7c5e022000003000200000300641e28532c", 322, 182},
        {"674d401eeca05a126c0440000003004000000c87c50a6580", 720, 576},
        {"67", 0, 0},
        {"0787fffffc0700ff00000000ffffff00", 0, 0}, /* a scaling step out of all measure */
        {"67 640028", 0, 0},
        {"68 640028acd940780227e5c04400", 0, 0},    /* a picture parameter set */
        {"67 42c01e ffffffffffffffffffff", 16, 16}, /* every field at its least */
        {"67 42c01e 00000000000000000000", 0, 0},
    };
    for (size_t i = 0; i < sizeof(sps) / sizeof(sps[0]); i++) {
        uint8_t p[256];
        uint16_t w = 0, h = 0;
        size_t n = from_hex(p, sizeof(p), sps[i].hex);
        T_EQ(h264_sps_size(p, n, &w, &h), sps[i].w != 0);
        T_EQ(w, sps[i].w);
        T_EQ(h, sps[i].h);
        for (size_t cut = 0; cut < n; cut++) {
            uint8_t *copy = (uint8_t *)malloc(cut ? cut : 1);
            if (copy == NULL)
                abort();
            memcpy(copy, p, cut);
            (void)h264_sps_size(copy, cut, &w, &h); /* whatever it says, it reads no further */
            free(copy);
        }
    }
}

static void opus_durations(void)
{
    static const struct {
        const char *hex;
        uint32_t samples;
    } packets[] = {
        {"78aa", 960},                   /* CELT fullband, 20 ms, one frame */
        {"fcaa", 960},    {"0800", 960}, /* SILK 20 ms */
        {"1800", 2880},                  /* SILK 60 ms */
        {"7900", 1920},                  /* two of the same size */
        {"7b03aa", 2880},                /* three of 20 ms */
        {"7b07aa", 0},                   /* 140 ms: more than 120 */
        {"7b", 0},        {"e000", 120}, /* 2.5 ms */
        {"", 0},
    };
    for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
        uint8_t p[16];
        size_t n = from_hex(p, sizeof(p), packets[i].hex);
        T_EQ(opus_samples(p, n), packets[i].samples);
    }
}

static void tells_datagrams_apart(void)
{
    static const struct {
        uint8_t first, second;
        size_t n;
        enum demux want;
    } d[] = {
        {0, 1, 20, DEMUX_STUN},    {3, 1, 20, DEMUX_STUN},    {0, 1, 19, DEMUX_NONE},
        {4, 0, 20, DEMUX_NONE},    {19, 0, 20, DEMUX_NONE},   {20, 254, 13, DEMUX_DTLS},
        {63, 254, 13, DEMUX_DTLS}, {22, 254, 12, DEMUX_NONE}, {64, 0, 20, DEMUX_NONE},
        {127, 0, 20, DEMUX_NONE},  {128, 96, 12, DEMUX_RTP},  {191, 96, 12, DEMUX_RTP},
        {128, 96, 11, DEMUX_NONE}, {192, 96, 12, DEMUX_NONE}, {128, 200, 8, DEMUX_RTCP},
        {129, 223, 8, DEMUX_RTCP}, {128, 200, 7, DEMUX_NONE}, {128, 191, 12, DEMUX_RTP},
        {128, 224, 12, DEMUX_RTP}, {128, 96, 1, DEMUX_NONE},
    };
    for (size_t i = 0; i < sizeof(d) / sizeof(d[0]); i++) {
        uint8_t p[20] = {d[i].first, d[i].second};
        T_EQ(demux_of(p, d[i].n), d[i].want);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        check(&rows[i]);
    for (size_t i = 0; i < sizeof(h264) / sizeof(h264[0]); i++)
        check(&h264[i]);
    sizes_of_h264();
    opus_durations();
    tells_datagrams_apart();
    T_OK(strcmp(codec_name(CODEC_VP9), "VP9") == 0 && codec_clock(CODEC_OPUS) == 48000);
    T_OK(strcmp(codec_name(CODEC_N), "") == 0 && codec_clock(CODEC_N) == 0);
    return t_done("codec");
}
