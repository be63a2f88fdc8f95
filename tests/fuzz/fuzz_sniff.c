/* Any bytes as an uploaded file: a verdict, and a type of the table with SNIFF_FINE. Active content
 * by its first bytes is never fine as a whole. */
#include "domain/sniff.h"
#include "fuzz.h"

struct memory {
    const uint8_t *p;
    size_t n;
};

static size_t read_at(void *arg, uint64_t at, void *p, size_t n)
{
    const struct memory *m = (const struct memory *)arg;
    if (at >= m->n)
        return 0;
    size_t k = n < m->n - at ? n : m->n - (size_t)at;
    memcpy(p, m->p + at, k);
    return k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory m = {data, size};
    struct sniff_file f = {.size = size, .read = read_at, .arg = &m};
    const struct file_type *type = NULL;
    enum sniff_verdict v = sniff(&type, &f, 1 << 20);
    MUST_HOLD(v <= SNIFF_SWOLLEN);
    MUST_HOLD((v == SNIFF_FINE) == (type != NULL));
    MUST_HOLD(type == NULL || file_type_of(type->code) == type);
    MUST_HOLD(sniff_head(data, size) != SNIFF_ACTIVE || v == SNIFF_ACTIVE);
    return 0;
}
