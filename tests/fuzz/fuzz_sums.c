/* SHA256SUMS: what was read is found again, sorted, and leads nowhere out of the folder. */
#include "fuzz.h"
#include "main/backup_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sums s = {0};
    if (sums_parse(&s, (const char *)data, size) == ERR_OK)
        for (size_t i = 0; i < s.n; i++) {
            const char *p = s.list[i].path;
            MUST_HOLD(*p != '\0' && *p != '/' && *p != '.');
            MUST_HOLD(strstr(p, "/.") == NULL && strstr(p, "//") == NULL);
            MUST_HOLD(strlen(s.list[i].digest) == DIGEST_TEXT - 1);
            MUST_HOLD(sums_find(&s, p) == &s.list[i]);
        }
    sums_free(&s);
    return 0;
}
