/* Trickle fragments: what is kept is in its bounds and cannot begin a line of its own. */
#include "fuzz.h"
#include "rtc/sdpfrag.h"

static void fine(const char *s, size_t cap, size_t least)
{
    size_t n = strnlen(s, cap);
    MUST_HOLD(n < cap && (n == 0 || n >= least));
    for (size_t i = 0; i < n; i++)
        MUST_HOLD(s[i] > ' ' && s[i] <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sdpfrag f;
    char why[SDP_WHY_MAX] = "";
    memset(&f, 0xa5, sizeof(f));
    if (sdpfrag_parse(&f, (const char *)data, size, why) != ERR_OK) {
        const uint8_t *raw = (const uint8_t *)&f;
        for (size_t i = 0; i < sizeof(f); i++)
            MUST_HOLD(raw[i] == 0xa5); /* Refused: nothing is written. */
        MUST_HOLD(why[0] != '\0' && strnlen(why, sizeof(why)) < sizeof(why));
        return 0;
    }
    fine(f.ufrag, sizeof(f.ufrag), SDPFRAG_UFRAG_MIN);
    fine(f.pwd, sizeof(f.pwd), SDPFRAG_PWD_MIN);
    fine(f.mid, sizeof(f.mid), 1);
    MUST_HOLD((f.ufrag[0] == '\0') == (f.pwd[0] == '\0'));
    MUST_HOLD(f.candidates <= SDPFRAG_CANDIDATES_MAX);
    return 0;
}
