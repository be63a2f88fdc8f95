/* OpenSSL driven by hand: DTLSv1_listen stumbles over browsers' split ClientHello and is not used.
 */
#include "rtc/dtls.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "dtls_priv.h"

#define CIPHERS "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE+AESGCM:ECDHE+CHACHA20:ECDHE+AES"

struct dtls_ctx {
    SSL_CTX *ssl;
    BIO_METHOD *bio;
    uint8_t fingerprint[DTLS_FINGERPRINT_LEN];
};

struct dtls {
    SSL *ssl;          /* NULL: settled, rest counts */
    const uint8_t *in; /* The datagram being fed; consumed by one read. */
    size_t in_len;
    dtls_out *send;
    void *arg;
    uint8_t fingerprint[DTLS_FINGERPRINT_LEN];
    bool ready;
    struct dtls_record rest;
};

/* ---- the datagram BIO ---------------------------------------------------------------------- */

static int bio_write(BIO *b, const char *p, int n)
{
    struct dtls *d = (struct dtls *)BIO_get_data(b);
    if (n > 0) {
        dtls_record_watch(&d->rest, (const uint8_t *)p, (size_t)n);
        d->send(d->arg, (const uint8_t *)p, (size_t)n);
    }
    return n; /* A lost datagram is DTLS' to repeat. */
}

static int bio_read(BIO *b, char *p, int n)
{
    struct dtls *d = (struct dtls *)BIO_get_data(b);
    BIO_clear_retry_flags(b);
    if (d->in == NULL || n <= 0) {
        BIO_set_retry_read(b);
        return -1;
    }
    size_t take = d->in_len < (size_t)n ? d->in_len : (size_t)n;
    memcpy(p, d->in, take);
    d->in = NULL;
    return (int)take;
}

static long bio_ctrl(BIO *b, int cmd, long num, void *ptr)
{
    (void)b;
    (void)num;
    (void)ptr;
    if (cmd == BIO_CTRL_DGRAM_QUERY_MTU || cmd == BIO_CTRL_DGRAM_GET_FALLBACK_MTU)
        return DTLS_MTU;
    return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}

static BIO_METHOD *bio_method(void)
{
    BIO_METHOD *m = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "datagrams");
    if (m != NULL && BIO_meth_set_write(m, bio_write) == 1 && BIO_meth_set_read(m, bio_read) == 1 &&
        BIO_meth_set_ctrl(m, bio_ctrl) == 1)
        return m;
    BIO_meth_free(m);
    return NULL;
}

/* ---- the certificate ------------------------------------------------------------------------ */

static bool describe(X509 *cert, EVP_PKEY *key)
{
    static const unsigned char name[] = "yunjian";
    X509_NAME *subject = X509_get_subject_name(cert);
    return X509_set_version(cert, 2) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(cert), (long)(random_u32() >> 1)) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -86400) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(cert), 365 * 86400L) != NULL &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(cert, subject) == 1 && X509_set_pubkey(cert, key) == 1 &&
           X509_sign(cert, key, EVP_sha256()) > 0;
}

static bool use_certificate(struct dtls_ctx *c)
{
    unsigned len = 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    bool fine = key != NULL && cert != NULL && describe(cert, key) &&
                X509_digest(cert, EVP_sha256(), c->fingerprint, &len) == 1 &&
                SSL_CTX_use_certificate(c->ssl, cert) == 1 &&
                SSL_CTX_use_PrivateKey(c->ssl, key) == 1;
    X509_free(cert);
    EVP_PKEY_free(key);
    return fine;
}

/* Certificates are self-signed: the fingerprint is what counts, and is compared after the
 * handshake. */
static int accept_any(int ok, X509_STORE_CTX *store)
{
    (void)ok;
    (void)store;
    return 1;
}

enum err dtls_ctx_new(struct dtls_ctx **out)
{
    struct dtls_ctx *c = (struct dtls_ctx *)mem_zalloc(1, sizeof(*c));
    if (c == NULL)
        return ERR_NOMEM;
    c->ssl = SSL_CTX_new(DTLS_method());
    c->bio = bio_method();
    /* What every browser has (RFC 8827 6.5) comes first: dtls_settle() knows it.
     * set_tlsext_use_srtp answers 0 for success. */
    if (c->ssl == NULL || c->bio == NULL || !use_certificate(c) ||
        SSL_CTX_set_min_proto_version(c->ssl, DTLS1_2_VERSION) != 1 ||
        SSL_CTX_set_cipher_list(c->ssl, CIPHERS) != 1 ||
        SSL_CTX_set_tlsext_use_srtp(c->ssl, "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80") != 0) {
        dtls_ctx_free(c);
        return ERR_CRYPTO;
    }
    SSL_CTX_set_verify(c->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
    (void)SSL_CTX_set_options(c->ssl, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET |
                                          SSL_OP_NO_RENEGOTIATION |
                                          SSL_OP_CIPHER_SERVER_PREFERENCE);
    (void)SSL_CTX_set_session_cache_mode(c->ssl, SSL_SESS_CACHE_OFF);
    *out = c;
    return ERR_OK;
}

void dtls_ctx_free(struct dtls_ctx *c)
{
    if (c == NULL)
        return;
    SSL_CTX_free(c->ssl);
    BIO_meth_free(c->bio);
    mem_free(c);
}

const uint8_t *dtls_ctx_fingerprint(const struct dtls_ctx *c)
{
    return c->fingerprint;
}

/* ---- one peer ------------------------------------------------------------------------------- */

/* Flights are repeated after 50 ms, as browsers do, and not after OpenSSL's second. */
static unsigned repeat_after(SSL *ssl, unsigned us)
{
    (void)ssl;
    if (us == 0)
        return 50000;
    return us >= 1600000 ? us : 2 * us;
}

enum err dtls_new(struct dtls **out, struct dtls_ctx *c, bool client, const uint8_t *fingerprint,
                  dtls_out *send, void *arg)
{
    struct dtls *d = (struct dtls *)mem_zalloc(1, sizeof(*d));
    if (d == NULL)
        return ERR_NOMEM;
    BIO *bio = BIO_new(c->bio);
    d->ssl = SSL_new(c->ssl);
    if (d->ssl == NULL || bio == NULL) {
        (void)BIO_free(bio);
        dtls_free(d);
        return ERR_NOMEM;
    }
    BIO_set_data(bio, d);
    BIO_set_init(bio, 1);
    SSL_set_bio(d->ssl, bio, bio);
    (void)DTLS_set_link_mtu(d->ssl, DTLS_MTU);
    DTLS_set_timer_cb(d->ssl, repeat_after);
    d->send = send;
    d->arg = arg;
    memcpy(d->fingerprint, fingerprint, sizeof(d->fingerprint));
    if (client)
        SSL_set_connect_state(d->ssl);
    else
        SSL_set_accept_state(d->ssl);
    *out = d;
    return ERR_OK;
}

void dtls_free(struct dtls *d)
{
    if (d == NULL)
        return;
    SSL_free(d->ssl);
    OPENSSL_cleanse(&d->rest, sizeof(d->rest));
    mem_free(d);
}

static bool is_the_right_peer(struct dtls *d)
{
    uint8_t got[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    X509 *cert = SSL_get1_peer_certificate(d->ssl);
    bool same = cert != NULL && X509_digest(cert, EVP_sha256(), got, &len) == 1 &&
                len == DTLS_FINGERPRINT_LEN && hash_equal(got, d->fingerprint, len);
    X509_free(cert);
    return same;
}

static enum dtls_state handshake(struct dtls *d)
{
    int r = SSL_do_handshake(d->ssl);
    if (r == 1) {
        if (!is_the_right_peer(d) || SSL_get_selected_srtp_profile(d->ssl) == NULL)
            return DTLS_FAILED;
        d->ready = true;
        return DTLS_READY;
    }
    return SSL_get_error(d->ssl, r) == SSL_ERROR_WANT_READ ? DTLS_HANDSHAKE : DTLS_FAILED;
}

static enum dtls_state step(struct dtls *d)
{
    uint8_t nothing[64];
    ERR_clear_error();
    if (!d->ready)
        return handshake(d);
    int r = 0;
    do /* A datagram may hold several records. */
        r = SSL_read(d->ssl, nothing, sizeof(nothing));
    while (r > 0);
    return SSL_get_error(d->ssl, r) == SSL_ERROR_WANT_READ ? DTLS_READY : DTLS_CLOSED;
}

enum dtls_state dtls_start(struct dtls *d, uint64_t now_ns)
{
    (void)now_ns;
    return step(d);
}

enum dtls_state dtls_input(struct dtls *d, const uint8_t *p, size_t n)
{
    if (d->ssl == NULL)
        return dtls_record_ends(&d->rest, p, n) ? DTLS_CLOSED : DTLS_READY;
    d->in = p;
    d->in_len = n;
    enum dtls_state s = step(d);
    d->in = NULL;
    return s;
}

uint64_t dtls_due_ns(struct dtls *d)
{
    struct timeval t;
    if (d->ready || DTLSv1_get_timeout(d->ssl, &t) != 1)
        return UINT64_MAX;
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

enum dtls_state dtls_timer(struct dtls *d)
{
    if (d->ready)
        return DTLS_READY;
    return DTLSv1_handle_timeout(d->ssl) < 0 ? DTLS_FAILED : DTLS_HANDSHAKE;
}

enum err dtls_keys(struct dtls *d, struct dtls_keys *out)
{
    const SRTP_PROTECTION_PROFILE *p =
        d->ready && d->ssl != NULL ? SSL_get_selected_srtp_profile(d->ssl) : NULL;
    if (p == NULL)
        return ERR_CRYPTO;
    bool gcm = p->id == SRTP_AEAD_AES_128_GCM;
    size_t key = 16, salt = gcm ? 12 : 14;
    uint8_t m[2 * DTLS_KEY_MAX];
    if (SSL_export_keying_material(d->ssl, m, 2 * (key + salt), "EXTRACTOR-dtls_srtp", 19, NULL, 0,
                                   0) != 1)
        return ERR_CRYPTO;
    struct dtls_keys k = {.profile = gcm ? SRTP_GCM_128 : SRTP_CM_SHA1_80};
    bool server = SSL_is_server(d->ssl) == 1;
    uint8_t *of_client = server ? k.rx : k.tx, *of_server = server ? k.tx : k.rx;
    memcpy(of_client, m, key);
    memcpy(of_server, m + key, key);
    memcpy(of_client + key, m + 2 * key, salt);
    memcpy(of_server + key, m + 2 * key + salt, salt);
    OPENSSL_cleanse(m, sizeof(m));
    *out = k;
    return ERR_OK;
}

void dtls_settle(struct dtls *d)
{
    if (!d->ready || d->ssl == NULL || !dtls_record_keys(&d->rest, d->ssl))
        return;
    SSL_free(d->ssl);
    d->ssl = NULL;
}

bool dtls_is_settled(const struct dtls *d)
{
    return d->ssl == NULL;
}

void dtls_close(struct dtls *d)
{
    uint8_t p[DTLS_CLOSE_LEN];
    size_t n = d->ssl == NULL ? dtls_record_close(&d->rest, p) : 0;
    if (n > 0)
        d->send(d->arg, p, n);
    ERR_clear_error();
    if (d->ready && d->ssl != NULL)
        (void)SSL_shutdown(d->ssl);
}
