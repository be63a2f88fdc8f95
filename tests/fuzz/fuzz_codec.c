/* Payload headers of VP8, VP9, H.264 and Opus. The first byte chooses. */
#include "fuzz.h"
#include "rtc/codec.h"

enum { OPUS_LONGEST = 5760 }; /* 120 ms, RFC 6716 3.2.5 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint16_t w = 0, h = 0;
    if (size == 0)
        return 0;
    enum codec codec = (enum codec)(data[0] % CODEC_N);
    /* A copy of its own length, so that a byte before or after it is seen. */
    size_t n = size - 1;
    uint8_t *p = (uint8_t *)malloc(n > 0 ? n : 1);
    MUST_HOLD(p != NULL);
    memcpy(p, data + 1, n);
    struct frame_info f = codec_inspect(codec, p, n);
    MUST_HOLD(!f.key || f.start);
    MUST_HOLD((f.width == 0) == (f.height == 0));
    MUST_HOLD(f.width == 0 || f.key);
    MUST_HOLD(codec != CODEC_OPUS || (!f.start && !f.key));
    MUST_HOLD(opus_samples(p, n) <= OPUS_LONGEST);
    if (h264_sps_size(p, n, &w, &h))
        MUST_HOLD(w > 0 && h > 0);
    free(p);
    return 0;
}
