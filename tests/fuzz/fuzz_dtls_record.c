/* Records of a settled DTLS connection: what nobody with the keys has made ends nothing, and what
 * we say ourselves is heard. */
#include "fuzz.h"
#include "rtc/dtls_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dtls_record server = {
        .rx_key = {1}, .tx_key = {2}, .rx_iv = {3}, .tx_iv = {4}};
    static const struct dtls_record client = {
        .rx_key = {2}, .tx_key = {1}, .rx_iv = {4}, .tx_iv = {3}};
    static uint8_t close[DTLS_CLOSE_LEN];
    static size_t n;
    if (n == 0)
        n = dtls_record_close(&client, close);
    MUST_HOLD(n == DTLS_CLOSE_LEN && dtls_record_ends(&server, close, n));
    bool ours = false;
    for (size_t i = 0; i + n <= size; i++)
        ours = ours || memcmp(data + i, close, n) == 0;
    MUST_HOLD(!dtls_record_ends(&server, data, size) || ours);
    return 0;
}
