#include "dtls.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "crypto/random.h"
#include "util.h"

enum { KEY = 16, SALT_GCM = 12, SALT_CM = 14, MTU = 1200, FIRST_REPEAT_US = 50000 };

static SSL_CTX *ctx;
static BIO_METHOD *out_method;
static char own_fingerprint[128];

static int out_write(BIO *b, const char *p, int n)
{
    int fd = (int)(intptr_t)BIO_get_data(b);
    (void)send(fd, p, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL);
    return n; /* a lost datagram is DTLS' to repeat */
}

static long out_ctrl(BIO *b, int cmd, long num, void *ptr)
{
    (void)b;
    (void)num;
    (void)ptr;
    return cmd == BIO_CTRL_FLUSH ? 1 : 0;
}

static int out_create(BIO *b)
{
    BIO_set_init(b, 1);
    return 1;
}

static int accept_any(int ok, X509_STORE_CTX *s)
{
    (void)ok;
    (void)s;
    return 1; /* self-signed; the fingerprint is what counts */
}

static void fingerprint_of(X509 *cert, char *out, size_t n)
{
    uint8_t md[32];
    unsigned len = 0;
    (void)X509_digest(cert, EVP_sha256(), md, &len);
    size_t at = (size_t)snprintf(out, n, "sha-256 ");
    for (unsigned i = 0; i < len; i++)
        at += (size_t)snprintf(out + at, n - at, i > 0 ? ":%02X" : "%02X", md[i]);
}

static X509 *certificate(EVP_PKEY *key)
{
    static const uint8_t name[] = "rtcload";
    X509 *cert = X509_new();
    (void)X509_set_version(cert, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(cert), (long)(random_u32() >> 1));
    (void)X509_gmtime_adj(X509_getm_notBefore(cert), -86400);
    (void)X509_gmtime_adj(X509_getm_notAfter(cert), 30 * 86400L);
    (void)X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC, name, -1, -1,
                                     0);
    (void)X509_set_issuer_name(cert, X509_get_subject_name(cert));
    (void)X509_set_pubkey(cert, key);
    (void)X509_sign(cert, key, EVP_sha256());
    return cert;
}

const char *dtls_init(const char *profiles)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = certificate(key);
    fingerprint_of(cert, own_fingerprint, sizeof(own_fingerprint));
    ctx = SSL_CTX_new(DTLS_method());
    (void)SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION);
    (void)SSL_CTX_use_certificate(ctx, cert);
    (void)SSL_CTX_use_PrivateKey(ctx, key);
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
    SSL_CTX_set_options(ctx, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET);
    (void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    if (SSL_CTX_set_tlsext_use_srtp(ctx, profiles) != 0) /* 0 means success */
        return NULL;
    out_method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "datagram out");
    (void)BIO_meth_set_write(out_method, out_write);
    (void)BIO_meth_set_ctrl(out_method, out_ctrl);
    (void)BIO_meth_set_create(out_method, out_create);
    return own_fingerprint;
}

/* Repeats after 50 ms as browsers do, not after OpenSSL's 1 s. */
static unsigned repeat_after(SSL *s, unsigned us)
{
    (void)s;
    if (us == 0)
        return FIRST_REPEAT_US;
    return us >= 1600000 ? us : 2 * us;
}

void dtls_new(struct dtls *d, int fd, bool client, const char *remote_fingerprint)
{
    memset(d, 0, sizeof(*d));
    d->ssl = SSL_new(ctx);
    d->in = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(d->in, -1);
    BIO *out = BIO_new(out_method);
    BIO_set_data(out, (void *)(intptr_t)fd);
    SSL_set_bio(d->ssl, d->in, out);
    (void)DTLS_set_link_mtu(d->ssl, MTU);
    DTLS_set_timer_cb(d->ssl, repeat_after);
    (void)SSL_set_ex_data(d->ssl, 0, (void *)(uintptr_t)remote_fingerprint);
    d->client = client;
    if (client)
        SSL_set_connect_state(d->ssl);
    else
        SSL_set_accept_state(d->ssl);
}

static bool fingerprint_matches(SSL *ssl)
{
    const char *want = (const char *)SSL_get_ex_data(ssl, 0);
    char got[128] = "";
    X509 *cert = SSL_get1_peer_certificate(ssl);
    if (cert != NULL)
        fingerprint_of(cert, got, sizeof(got));
    X509_free(cert);
    return strcasecmp(want, got) == 0;
}

static srtp_t srtp_of(srtp_profile_t profile, uint8_t *key, srtp_ssrc_type_t direction)
{
    srtp_policy_t p;
    srtp_t s = NULL;
    memset(&p, 0, sizeof(p));
    (void)srtp_crypto_policy_set_from_profile_for_rtp(&p.rtp, profile);
    (void)srtp_crypto_policy_set_from_profile_for_rtcp(&p.rtcp, profile);
    p.ssrc.type = direction;
    p.key = key;
    p.window_size = 4096;
    return srtp_create(&s, &p) == srtp_err_status_ok ? s : NULL;
}

static bool install_keys(struct dtls *d)
{
    SRTP_PROTECTION_PROFILE *chosen = SSL_get_selected_srtp_profile(d->ssl);
    if (chosen == NULL)
        return false;
    bool gcm = chosen->id == SRTP_AEAD_AES_128_GCM;
    srtp_profile_t profile = gcm ? srtp_profile_aead_aes_128_gcm : srtp_profile_aes128_cm_sha1_80;
    size_t salt = gcm ? SALT_GCM : SALT_CM;
    uint8_t m[2 * DTLS_MASTER], client[DTLS_MASTER], server[DTLS_MASTER];
    if (SSL_export_keying_material(d->ssl, m, 2 * (KEY + salt), "EXTRACTOR-dtls_srtp", 19, NULL, 0,
                                   0) != 1)
        return false;
    memcpy(client, m, KEY);
    memcpy(server, m + KEY, KEY);
    memcpy(client + KEY, m + (size_t)2 * KEY, salt);
    memcpy(server + KEY, m + (size_t)2 * KEY + salt, salt);
    memcpy(d->tx_key, d->client ? client : server, DTLS_MASTER);
    memcpy(d->rx_key, d->client ? server : client, DTLS_MASTER);
    d->tx = srtp_of(profile, d->tx_key, ssrc_any_outbound);
    d->rx = srtp_of(profile, d->rx_key, ssrc_any_inbound);
    d->profile = chosen->name;
    return d->tx != NULL && d->rx != NULL;
}

static enum dtls_result step(struct dtls *d)
{
    bool was_done = SSL_is_init_finished(d->ssl) && d->tx != NULL;
    uint8_t nothing[64];
    ERR_clear_error();
    int r = was_done ? SSL_read(d->ssl, nothing, sizeof(nothing)) : SSL_do_handshake(d->ssl);
    int why = SSL_get_error(d->ssl, r);
    if (was_done)
        return r <= 0 && why == SSL_ERROR_ZERO_RETURN ? DTLS_FAIL : DTLS_DONE;
    if (r == 1)
        return fingerprint_matches(d->ssl) && install_keys(d) ? DTLS_DONE : DTLS_FAIL;
    return why == SSL_ERROR_WANT_READ ? DTLS_WAIT : DTLS_FAIL;
}

enum dtls_result dtls_start(struct dtls *d)
{
    d->started = true;
    return step(d);
}

enum dtls_result dtls_feed(struct dtls *d, const uint8_t *p, size_t n)
{
    d->started = true;
    (void)BIO_write(d->in, p, (int)n);
    return step(d);
}

void dtls_timer(struct dtls *d)
{
    if (d->ssl != NULL && d->started && d->tx == NULL)
        (void)DTLSv1_handle_timeout(d->ssl);
}

void dtls_close(struct dtls *d)
{
    if (d->tx != NULL)
        (void)SSL_shutdown(d->ssl);
    if (d->tx != NULL)
        (void)srtp_dealloc(d->tx);
    if (d->rx != NULL)
        (void)srtp_dealloc(d->rx);
    SSL_free(d->ssl);
    memset(d, 0, sizeof(*d));
}
