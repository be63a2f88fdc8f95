/* Of a connection whose handshake is done only alerts are left to be said and heard. They need 40
 * bytes of keys, and not the object that made them. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

#include "base/cur.h"
#include "dtls_priv.h"

/* RFC 5246 6.2.1, 7.2; RFC 6347 4.1. */
enum {
    HEAD = 13,
    EXPLICIT = 8, /* part of the nonce that travels with the record */
    TAG = 16,
    TYPE_ALERT = 21,
    ALERT = 2,
    LEVEL_WARNING = 1,
    LEVEL_FATAL = 2,
    CLOSE_NOTIFY = 0,
    RANDOM = 32,
    MASTER = 48,
    RECORDS_MAX = 16, /* of one datagram */
};

/* Far above every number that the handshake's own records can have used, which the receiver's
 * window of repeats asks for. The nonce has nothing to do with it: OpenSSL begins that at a random
 * value and counts; ours is the one after its last (dtls_record_watch). */
static const uint8_t close_number[EXPLICIT] = {0, 1, 0, 1, 0, 0, 0, 0}; /* epoch 1 | 2^32 */

/* ---- keys: RFC 5246 6.3 -----------------------------------------------------------------------
 */

static bool expand(uint8_t *out, size_t n, uint8_t *master, uint8_t *seed, size_t seed_len)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, sizeof(digest) - 1),
        OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SECRET, master, MASTER),
        OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SEED, seed, seed_len),
        OSSL_PARAM_END,
    };
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
    EVP_KDF_CTX *x = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
    bool fine = x != NULL && EVP_KDF_derive(x, out, n, params) == 1;
    EVP_KDF_CTX_free(x);
    EVP_KDF_free(kdf);
    return fine;
}

static void share_out(struct dtls_record *r, const uint8_t *block, bool server)
{
    uint8_t *of_client = server ? r->rx_key : r->tx_key,
            *of_server = server ? r->tx_key : r->rx_key;
    memcpy(of_client, block, DTLS_RECORD_KEY);
    memcpy(of_server, block + DTLS_RECORD_KEY, DTLS_RECORD_KEY);
    of_client = server ? r->rx_iv : r->tx_iv;
    of_server = server ? r->tx_iv : r->rx_iv;
    block += (size_t)2 * DTLS_RECORD_KEY;
    memcpy(of_client, block, DTLS_RECORD_IV);
    memcpy(of_server, block + DTLS_RECORD_IV, DTLS_RECORD_IV);
}

bool dtls_record_keys(struct dtls_record *out, SSL *ssl)
{
    static const char label[] = "key expansion";
    enum { LABEL = sizeof(label) - 1 };
    uint8_t master[MASTER], seed[LABEL + 2 * RANDOM];
    uint8_t block[2 * (DTLS_RECORD_KEY + DTLS_RECORD_IV)];
    const SSL_CIPHER *cipher = SSL_get_current_cipher(ssl);
    const SSL_SESSION *session = SSL_get_session(ssl);
    if (cipher == NULL || session == NULL || SSL_version(ssl) != DTLS1_2_VERSION ||
        SSL_CIPHER_get_id(cipher) != TLS1_CK_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 ||
        SSL_SESSION_get_master_key(session, master, sizeof(master)) != sizeof(master))
        return false;
    memcpy(seed, label, LABEL);
    bool fine = SSL_get_server_random(ssl, seed + LABEL, RANDOM) == RANDOM &&
                SSL_get_client_random(ssl, seed + LABEL + RANDOM, RANDOM) == RANDOM &&
                expand(block, sizeof(block), master, seed, sizeof(seed));
    if (fine)
        share_out(out, block, SSL_is_server(ssl) == 1);
    OPENSSL_cleanse(master, sizeof(master));
    OPENSSL_cleanse(block, sizeof(block));
    return fine;
}

/* ---- records: RFC 5288 3, with the additional data of RFC 5246 6.2.3.3 -------------------------
 */

/* @param head  Of the record. @param number  The explicit part of the nonce. */
static bool work(bool encrypt, const uint8_t *key, const uint8_t *iv, const uint8_t *number,
                 const uint8_t *head, const uint8_t *from, uint8_t *to, uint8_t *tag)
{
    uint8_t nonce[DTLS_RECORD_IV + EXPLICIT], aad[HEAD];
    int n = 0;
    memcpy(nonce, iv, DTLS_RECORD_IV);
    memcpy(nonce + DTLS_RECORD_IV, number, EXPLICIT);
    memcpy(aad, head + 3, EXPLICIT); /* epoch and number, type, version, length of the text */
    memcpy(aad + EXPLICIT, head, 3);
    aad[11] = 0;
    aad[12] = ALERT;
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    bool fine = x != NULL &&
                EVP_CipherInit_ex(x, EVP_aes_128_gcm(), NULL, key, nonce, encrypt) == 1 &&
                (encrypt || EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1) &&
                EVP_CipherUpdate(x, NULL, &n, aad, sizeof(aad)) == 1 &&
                EVP_CipherUpdate(x, to, &n, from, ALERT) == 1 &&
                EVP_CipherFinal_ex(x, to + ALERT, &n) == 1 &&
                (!encrypt || EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1);
    EVP_CIPHER_CTX_free(x);
    return fine;
}

size_t dtls_record_close(const struct dtls_record *r, uint8_t out[DTLS_CLOSE_LEN])
{
    static const uint8_t alert[ALERT] = {LEVEL_WARNING, CLOSE_NOTIFY};
    uint8_t text[ALERT + TAG], tag[TAG];
    out[0] = TYPE_ALERT;
    out[1] = 0xfe; /* DTLS 1.2 */
    out[2] = 0xfd;
    memcpy(out + 3, close_number, EXPLICIT);
    out[11] = 0;
    out[12] = EXPLICIT + ALERT + TAG;
    memcpy(out + HEAD, r->tx_last, EXPLICIT);
    for (int i = EXPLICIT; i-- > 0 && ++out[HEAD + i] == 0;) /* big-endian plus one */
        ;
    if (!work(true, r->tx_key, r->tx_iv, out + HEAD, out, alert, text, tag))
        return 0;
    memcpy(out + HEAD + EXPLICIT, text, ALERT);
    memcpy(out + HEAD + EXPLICIT + ALERT, tag, TAG);
    return DTLS_CLOSE_LEN;
}

void dtls_record_watch(struct dtls_record *r, const uint8_t *p, size_t n)
{
    struct cur c = cur_make(p, n);
    while (cur_left(&c) > HEAD) {
        const uint8_t *head = cur_take(&c, HEAD);
        size_t len = head == NULL ? 0 : (size_t)head[11] << 8 | head[12];
        const uint8_t *body = cur_take(&c, len);
        if (head == NULL || body == NULL)
            return;
        if (head[3] == 0 && head[4] == 1 && len >= EXPLICIT) /* epoch 1 */
            memcpy(r->tx_last, body, EXPLICIT);
    }
}

static bool alert_ends(const struct dtls_record *r, const uint8_t *head, const uint8_t *body)
{
    uint8_t text[ALERT + TAG], tag[TAG];
    memcpy(tag, body + EXPLICIT + ALERT, TAG);
    return work(false, r->rx_key, r->rx_iv, body, head, body + EXPLICIT, text, tag) &&
           (text[0] == LEVEL_FATAL || text[1] == CLOSE_NOTIFY);
}

bool dtls_record_ends(const struct dtls_record *r, const uint8_t *p, size_t n)
{
    struct cur c = cur_make(p, n);
    for (int i = 0; i < RECORDS_MAX && cur_left(&c) > 0; i++) {
        const uint8_t *head = cur_take(&c, HEAD);
        size_t len = head == NULL ? 0 : (size_t)head[11] << 8 | head[12];
        const uint8_t *body = cur_take(&c, len);
        if (head == NULL || body == NULL)
            return false;
        bool encrypted = head[3] == 0 && head[4] == 1; /* epoch 1 */
        if (head[0] == TYPE_ALERT && encrypted && len == EXPLICIT + ALERT + TAG &&
            alert_ends(r, head, body))
            return true;
    }
    return false;
}
