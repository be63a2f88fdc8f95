/* X-Forwarded-For: whom the server takes for the client, and what nobody can make it believe. */
#include "http/forwarded.h"

#include <stdlib.h>
#include <string.h>

#include "t.h"

static const struct {
    const char *trusted, *peer, *header, *want;
} rows[] = {
    /* nobody is trusted, or not this one */
    {"", "127.0.0.1", "192.0.2.1", "127.0.0.1"},
    {"10.0.0.1", "127.0.0.1", "192.0.2.1", "127.0.0.1"},
    {"10.0.0.10", "10.0.0.1", "192.0.2.1", "10.0.0.1"},
    /* one proxy */
    {"127.0.0.1", "127.0.0.1", "192.0.2.1", "192.0.2.1"},
    {"127.0.0.1, ::1", "::1", " 2001:DB8::7\t", "2001:db8::7"},
    {"127.0.0.1", "::ffff:127.0.0.1", "::ffff:192.0.2.1", "192.0.2.1"},
    {"::ffff:127.0.0.1", "127.0.0.1", "192.0.2.1", "192.0.2.1"},
    /* what the client wrote itself stands on the left */
    {"127.0.0.1", "127.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1"},
    {"127.0.0.1", "127.0.0.1", "127.0.0.1, 192.0.2.1", "192.0.2.1"},
    {"127.0.0.1", "127.0.0.1", "<script>, 192.0.2.1", "192.0.2.1"},
    /* two proxies */
    {"127.0.0.1,10.0.0.2", "127.0.0.1", "203.0.113.9, 192.0.2.1, 10.0.0.2", "192.0.2.1"},
    {"127.0.0.1,10.0.0.2", "127.0.0.1", "10.0.0.2", "10.0.0.2"},
    {"127.0.0.1,10.0.0.2", "127.0.0.1", "junk, 10.0.0.2", "10.0.0.2"},
    /* no list of addresses */
    {"127.0.0.1", "127.0.0.1", "", "127.0.0.1"},
    {"127.0.0.1", "127.0.0.1", ",", "127.0.0.1"},
    {"127.0.0.1", "127.0.0.1", "192.0.2.1,", "127.0.0.1"},
    {"127.0.0.1", "127.0.0.1", "unknown", "127.0.0.1"},
    {"127.0.0.1", "127.0.0.1", "192.0.2.1:4711", "127.0.0.1"},
    {"127.0.0.1", "127.0.0.1", "192.0.2.1 192.0.2.2", "127.0.0.1"},
    {"127.0.0.1", "127.0.0.1", "192.0.2.256", "127.0.0.1"},
    {"127.0.0.1", "127.0.0.1",
     "1111111111111111111111111111111111111111111111111111111111111111111111111111", "127.0.0.1"},
    {"127.0.0.1", "?", "192.0.2.1", "?"},
};

int main(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char out[FORWARDED_CLIENT_MAX];
        size_t n = strlen(rows[i].header);
        char *exact = (char *)malloc(n == 0 ? 1 : n);
        if (exact == NULL)
            abort();
        memcpy(exact, rows[i].header, n);
        forwarded_client(out, rows[i].trusted, rows[i].peer, exact, n);
        free(exact);
        T_OK(strcmp(out, rows[i].want) == 0);
        if (strcmp(out, rows[i].want) != 0)
            (void)fprintf(stderr, "row %zu: %s\n", i, out);
    }
    T_OK(forwarded_trusts("127.0.0.1 ::1", "::1") && !forwarded_trusts("127.0.0.1", "127.0.0.10"));
    T_OK(!forwarded_trusts("nonsense", "nonsense"));
    return t_done("forwarded");
}
