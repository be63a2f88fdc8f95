/* The Range header: eight bytes of file size, then the header's text. */
#include "fuzz.h"
#include "http/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t file = 0, first = 0, last = 0;
    if (size < sizeof(file))
        return 0;
    memcpy(&file, data, sizeof(file));
    file &= INT64_MAX; /* off_t */
    switch (range_parse((const char *)data + 8, size - 8, file, &first, &last)) {
    case RANGE_PART:
        MUST_HOLD(first <= last && last < file);
        break;
    case RANGE_WHOLE:
    case RANGE_REFUSE:
        MUST_HOLD(first == 0 && last == 0);
        break;
    }
    return 0;
}
