/* Upload-Metadata, Upload-Checksum, numbers: what is taken keeps to its bounds and is text. */
#include "base/shape.h"
#include "fuzz.h"
#include "http/tus.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tus_metadata m;
    struct tus_checksum c;
    char text[64];
    uint64_t n = 0;
    if (tus_metadata(&m, (const char *)data, size) == ERR_OK)
        for (size_t i = 0; i < m.n; i++) {
            MUST_HOLD(strlen(m.pairs[i].key) > 0 && strlen(m.pairs[i].key) < TUS_KEY_MAX);
            MUST_HOLD(strlen(m.pairs[i].value) < TUS_VALUE_MAX);
            MUST_HOLD(shape_is_text(m.pairs[i].value));
            MUST_HOLD(tus_value(&m, m.pairs[i].key) == m.pairs[i].value);
        }
    if (tus_checksum(&c, (const char *)data, size) == ERR_OK)
        MUST_HOLD(c.len == (c.sha1 ? 20 : 32));
    (void)snprintf(text, sizeof(text), "%.*s", (int)size, (const char *)data);
    if (tus_number(&n, text) == ERR_OK)
        MUST_HOLD(n <= (UINT64_C(1) << 53) + 10);
    return 0;
}
