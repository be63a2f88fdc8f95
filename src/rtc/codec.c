/* One door to the codecs. */
#include "rtc/codec.h"

#include "codec_priv.h"

static const struct {
    const char *name;
    uint32_t clock;
} rows[CODEC_N] = {
    [CODEC_NONE] = {"", 0},       [CODEC_OPUS] = {"opus", 48000}, [CODEC_VP8] = {"VP8", 90000},
    [CODEC_VP9] = {"VP9", 90000}, [CODEC_H264] = {"H264", 90000},
};

const char *codec_name(enum codec c)
{
    return c < CODEC_N ? rows[c].name : "";
}

uint32_t codec_clock(enum codec c)
{
    return c < CODEC_N ? rows[c].clock : 0;
}

struct frame_info codec_inspect(enum codec codec, const uint8_t *payload, size_t n)
{
    struct frame_info f = {0};
    switch (codec) {
    case CODEC_VP8:
        f = vp8_inspect(payload, n);
        break;
    case CODEC_VP9:
        f = vp9_inspect(payload, n);
        break;
    case CODEC_H264:
        f = h264_inspect(payload, n);
        break;
    case CODEC_NONE:
    case CODEC_OPUS:
    case CODEC_N:
        break;
    }
    if (f.width == 0 || f.height == 0)
        f.width = f.height = 0; /* Half a size is none. */
    return f;
}

uint32_t opus_samples(const uint8_t *payload, size_t n)
{
    static const uint16_t silk[] = {480, 960, 1920, 2880}, hybrid[] = {480, 960},
                          celt[] = {120, 240, 480, 960};
    if (n < 1)
        return 0;
    unsigned config = payload[0] >> 3, code = payload[0] & 3u;
    uint32_t frame = config < 12   ? silk[config & 3u]
                     : config < 16 ? hybrid[config & 1u]
                                   : celt[config & 3u];
    uint32_t frames = code == 0 ? 1 : code < 3 ? 2 : n > 1 ? payload[1] & 63u : 0;
    return frame * frames > 5760 ? 0 : frame * frames;
}
