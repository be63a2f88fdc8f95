/* X-Forwarded-For: whatever it says, the result is an address. */
#include <arpa/inet.h>

#include "fuzz.h"
#include "http/forwarded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char out[FORWARDED_CLIENT_MAX];
    unsigned char bytes[16];
    forwarded_client(out, "127.0.0.1, 10.0.0.2", "::ffff:127.0.0.1", (const char *)data, size);
    MUST_HOLD(inet_pton(AF_INET, out, bytes) == 1 || inet_pton(AF_INET6, out, bytes) == 1);
    forwarded_client(out, "10.0.0.2", "192.0.2.9", (const char *)data, size);
    MUST_HOLD(strcmp(out, "192.0.2.9") == 0);
    return 0;
}
