/*
 * rtc/dtls as the server of an OpenSSL client whose ClientHello comes in pieces, as the browsers'
 * does: in order, swapped, lost, doubled; whose certificate, profile and version is taken or
 * refused; what ends a connection and what does not, also when it is settled: the handshake's state
 * is gone.
 */
#include "rtc/dtls.h"

#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "t.h"

enum { CLIENT_MTU = 400, PIECES_MAX = 32, LARGEST = 1500 };

static struct dtls_ctx *ctx;
static SSL_CTX *client_ctx;
static uint8_t fingerprint[EVP_MAX_MD_SIZE];
static int wire[2]; /* 0: the client's end */
static size_t longest, sent;

/* ---- the client -------------------------------------------------------------------------------
 */

static int accept_any(int ok, X509_STORE_CTX *store)
{
    (void)ok;
    (void)store;
    return 1;
}

static void make_client_ctx(void)
{
    unsigned len = 0;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    client_ctx = SSL_CTX_new(DTLS_client_method());
    T_OK(key != NULL && cert != NULL && client_ctx != NULL);
    T_OK(X509_gmtime_adj(X509_getm_notBefore(cert), 0) != NULL);
    T_OK(X509_gmtime_adj(X509_getm_notAfter(cert), 86400) != NULL);
    T_EQ(X509_set_pubkey(cert, key), 1);
    T_OK(X509_sign(cert, key, EVP_sha256()) > 0);
    T_EQ(X509_digest(cert, EVP_sha256(), fingerprint, &len), 1);
    T_EQ(SSL_CTX_use_certificate(client_ctx, cert), 1);
    T_EQ(SSL_CTX_use_PrivateKey(client_ctx, key), 1);
    SSL_CTX_set_verify(client_ctx, SSL_VERIFY_PEER, accept_any);
    X509_free(cert);
    EVP_PKEY_free(key);
}

/* @param profiles  NULL: none. */
static SSL *client_new(const char *profiles)
{
    uint8_t alpn[900]; /* makes the ClientHello longer than a datagram */
    for (size_t i = 0; i < sizeof(alpn); i++)
        alpn[i] = i % 100 == 0 ? 99 : 'a';
    SSL *ssl = SSL_new(client_ctx);
    BIO *bio = BIO_new_socket(wire[0], BIO_NOCLOSE);
    T_OK(ssl != NULL && bio != NULL);
    SSL_set_bio(ssl, bio, bio);
    (void)SSL_set_options(ssl, SSL_OP_NO_QUERY_MTU);
    (void)SSL_set_mtu(ssl, CLIENT_MTU);
    T_EQ(SSL_set_alpn_protos(ssl, alpn, sizeof(alpn)), 0);
    if (profiles != NULL)
        T_EQ(SSL_set_tlsext_use_srtp(ssl, profiles), 0);
    SSL_set_connect_state(ssl);
    return ssl;
}

/* ---- between the two --------------------------------------------------------------------------
 */

/* Explicit part of the nonce of our last encrypted record (RFC 5288 3). */
static uint64_t nonce_sent;

static void see_nonce(const uint8_t *p, size_t n)
{
    for (size_t at = 0, len = 0; at + 21 <= n; at += 13 + len) {
        len = (size_t)p[at + 11] << 8 | p[at + 12];
        if (p[at + 4] != 1)
            continue;
        nonce_sent = 0;
        for (size_t i = 0; i < 8; i++)
            nonce_sent = nonce_sent << 8 | p[at + 13 + i];
    }
}

static void to_client(void *arg, const uint8_t *p, size_t n)
{
    see_nonce(p, n);
    (void)arg;
    longest = n > longest ? n : longest;
    sent++;
    (void)!send(wire[1], p, n, 0);
}

enum fate { IN_ORDER, REVERSED, FIRST_LOST, LAST_LOST, DOUBLED, FATES };

struct pieces {
    size_t n;
    size_t len[PIECES_MAX];
    uint8_t p[PIECES_MAX][LARGEST];
};

static struct pieces last_flight; /* the client's last */

static void collect(struct pieces *all)
{
    all->n = 0;
    ssize_t n = 0;
    while (all->n < PIECES_MAX && (n = recv(wire[1], all->p[all->n], LARGEST, 0)) > 0)
        all->len[all->n++] = (size_t)n;
}

static enum dtls_state feed(struct dtls *d, const struct pieces *all, enum fate fate)
{
    enum dtls_state s = DTLS_HANDSHAKE;
    for (size_t i = 0; i < all->n; i++) {
        size_t at = fate == REVERSED ? all->n - 1 - i : i;
        if ((fate == FIRST_LOST && i == 0) || (fate == LAST_LOST && i + 1 == all->n))
            continue;
        for (int twice = 0; twice <= (fate == DOUBLED); twice++) {
            s = dtls_input(d, all->p[at], all->len[at]);
            if (s == DTLS_FAILED)
                return s;
        }
    }
    return s;
}

/* Runs until the server is ready or has failed. The first flight meets its fate, the others do not.
 */
static enum dtls_state run(struct dtls *d, SSL *ssl, enum fate fate)
{
    static struct pieces all;
    enum dtls_state s = DTLS_HANDSHAKE;
    bool first = true;
    for (int i = 0; i < 2000 && s == DTLS_HANDSHAKE; i++) {
        (void)SSL_do_handshake(ssl);
        (void)DTLSv1_handle_timeout(ssl);
        collect(&all);
        if (all.n > 0) {
            T_OK(!first || fate == IN_ORDER || all.n >= 3); /* really in pieces */
            s = feed(d, &all, first ? fate : IN_ORDER);
            first = false;
            last_flight = all;
        }
        if (s == DTLS_HANDSHAKE && dtls_due_ns(d) == 0)
            s = dtls_timer(d);
        (void)poll(NULL, 0, all.n > 0 ? 0 : 2);
    }
    return s;
}

static void drain(void)
{
    uint8_t p[LARGEST];
    for (int i = 0; i < 2; i++)
        while (recv(wire[i], p, sizeof(p), 0) > 0)
            ;
}

/* ---- the tests ---------------------------------------------------------------------------------
 */

static void same_keys(struct dtls *d, SSL *ssl, enum srtp_profile profile)
{
    uint8_t m[60];
    struct dtls_keys k;
    size_t key = 16, salt = profile == SRTP_GCM_128 ? 12 : 14;
    for (int i = 0; i < 200 && SSL_do_handshake(ssl) != 1; i++)
        (void)poll(NULL, 0, 1);
    T_EQ(dtls_keys(d, &k), ERR_OK);
    T_EQ(k.profile, profile);
    T_EQ(SSL_get_selected_srtp_profile(ssl)->id, (unsigned long)profile);
    T_EQ(
        SSL_export_keying_material(ssl, m, 2 * (key + salt), "EXTRACTOR-dtls_srtp", 19, NULL, 0, 0),
        1);
    T_OK(memcmp(k.rx, m, key) == 0 && memcmp(k.tx, m + key, key) == 0); /* we are the server */
    T_OK(memcmp(k.rx + key, m + 2 * key, salt) == 0);
    T_OK(memcmp(k.tx + key, m + 2 * key + salt, salt) == 0);
}

static void survives(enum fate fate)
{
    struct dtls *d = NULL;
    SSL *ssl = client_new("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_128_GCM");
    longest = 0;
    T_EQ(dtls_new(&d, ctx, false, fingerprint, to_client, NULL), ERR_OK);
    T_EQ(run(d, ssl, fate), DTLS_READY);
    T_OK(longest > 200 && longest <= DTLS_MTU);
    same_keys(d, ssl, SRTP_GCM_128); /* first, whatever the client's order */
    T_EQ(dtls_due_ns(d), UINT64_MAX);
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

static void repeats_what_is_lost(void)
{
    static struct pieces all;
    struct dtls *d = NULL;
    SSL *ssl = client_new("SRTP_AEAD_AES_128_GCM");
    T_EQ(dtls_new(&d, ctx, false, fingerprint, to_client, NULL), ERR_OK);
    T_EQ(dtls_due_ns(d), UINT64_MAX); /* nothing to repeat yet */
    (void)SSL_do_handshake(ssl);
    collect(&all);
    T_EQ(feed(d, &all, IN_ORDER), DTLS_HANDSHAKE);
    T_OK(dtls_due_ns(d) <= 50000000);
    size_t flight = sent;
    drain(); /* the whole answer is lost */
    (void)poll(NULL, 0, 60);
    T_EQ(dtls_due_ns(d), 0);
    T_EQ(dtls_timer(d), DTLS_HANDSHAKE);
    T_OK(sent > flight);
    T_EQ(run(d, ssl, IN_ORDER), DTLS_READY);
    same_keys(d, ssl, SRTP_GCM_128);
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

static void takes_the_older_profile(void)
{
    struct dtls *d = NULL;
    SSL *ssl = client_new("SRTP_AES128_CM_SHA1_80");
    T_EQ(dtls_new(&d, ctx, false, fingerprint, to_client, NULL), ERR_OK);
    T_EQ(run(d, ssl, IN_ORDER), DTLS_READY);
    same_keys(d, ssl, SRTP_CM_SHA1_80);
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

enum refusal { ANOTHER_CERTIFICATE, NO_CERTIFICATE, NO_SRTP, OLD_VERSION, REFUSALS };

static void refuses(enum refusal what)
{
    struct dtls *d = NULL;
    struct dtls_keys k;
    uint8_t expected[DTLS_FINGERPRINT_LEN];
    SSL *ssl = client_new(what == NO_SRTP ? NULL : "SRTP_AEAD_AES_128_GCM");
    memcpy(expected, fingerprint, sizeof(expected));
    if (what == ANOTHER_CERTIFICATE)
        expected[31] ^= 1;
    if (what == NO_CERTIFICATE)
        SSL_certs_clear(ssl);
    if (what == OLD_VERSION) {
        T_EQ(SSL_set_cipher_list(ssl, "ALL:@SECLEVEL=0"), 1);
        T_EQ(SSL_set_min_proto_version(ssl, DTLS1_VERSION), 1);
        T_EQ(SSL_set_max_proto_version(ssl, DTLS1_VERSION), 1);
    }
    T_EQ(dtls_new(&d, ctx, false, expected, to_client, NULL), ERR_OK);
    T_EQ(run(d, ssl, IN_ORDER), DTLS_FAILED);
    T_EQ(dtls_keys(d, &k), ERR_CRYPTO);
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

static void ends_only_by_the_peer(void)
{
    /* An alert without protection, and a ClientHello, as anybody could send them. */
    static const uint8_t alert[] = {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
    uint8_t junk[100], close_notify[LARGEST];
    struct dtls *d = NULL;
    SSL *ssl = client_new("SRTP_AEAD_AES_128_GCM");
    T_EQ(dtls_new(&d, ctx, false, fingerprint, to_client, NULL), ERR_OK);
    for (size_t i = 0; i < sizeof(junk); i++)
        junk[i] = (uint8_t)(i * 31);
    junk[0] = 22;
    T_EQ(dtls_input(d, junk, sizeof(junk)), DTLS_HANDSHAKE);
    T_EQ(run(d, ssl, IN_ORDER), DTLS_READY);
    same_keys(d, ssl, SRTP_GCM_128);
    T_EQ(dtls_input(d, alert, sizeof(alert)), DTLS_READY);
    T_EQ(dtls_input(d, junk, sizeof(junk)), DTLS_READY);
    drain();
    T_EQ(SSL_shutdown(ssl), 0);
    ssize_t n = recv(wire[1], close_notify, sizeof(close_notify), 0);
    T_OK(n > 13);
    close_notify[n - 1] ^= 1;
    T_EQ(dtls_input(d, close_notify, (size_t)n), DTLS_READY); /* not authentic */
    close_notify[n - 1] ^= 1;
    T_EQ(dtls_input(d, close_notify, (size_t)n), DTLS_CLOSED);
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

/* ---- settled ----------------------------------------------------------------------------------
 */

static struct dtls *settled(SSL *ssl)
{
    struct dtls *d = NULL;
    T_EQ(dtls_new(&d, ctx, false, fingerprint, to_client, NULL), ERR_OK);
    dtls_settle(d);
    T_OK(!dtls_is_settled(d)); /* There is nothing yet that could be kept. */
    T_EQ(run(d, ssl, IN_ORDER), DTLS_READY);
    same_keys(d, ssl, SRTP_GCM_128);
    T_OK(!dtls_is_settled(d));
    dtls_settle(d);
    T_OK(dtls_is_settled(d));
    dtls_settle(d);
    T_EQ(dtls_due_ns(d), UINT64_MAX);
    T_EQ(dtls_timer(d), DTLS_READY);
    drain();
    return d;
}

static size_t close_notify_of(SSL *ssl, uint8_t *p)
{
    T_EQ(SSL_shutdown(ssl), 0);
    ssize_t n = recv(wire[1], p, LARGEST, 0);
    T_OK(n > 13);
    return n > 0 ? (size_t)n : 0;
}

static void settled_hears_the_end_and_nothing_else(void)
{
    static const uint8_t alert[] = {21, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
    uint8_t p[LARGEST], two[2 * LARGEST];
    struct dtls_keys k;
    SSL *ssl = client_new("SRTP_AEAD_AES_128_GCM");
    struct dtls *d = settled(ssl);
    size_t before = sent;
    T_EQ(dtls_keys(d, &k), ERR_CRYPTO);
    T_EQ(feed(d, &last_flight, DOUBLED), DTLS_READY); /* the network's late copies */
    T_EQ(dtls_input(d, alert, sizeof(alert)), DTLS_READY);
    T_EQ(SSL_write(ssl, "data", 4), 4);
    ssize_t data = recv(wire[1], two, LARGEST, 0);
    T_OK(data > 13);
    T_EQ(dtls_input(d, two, (size_t)data), DTLS_READY);
    size_t n = close_notify_of(ssl, p);
    for (size_t i = 0; i < n; i++) {
        p[i] ^= 0x10;
        T_EQ(dtls_input(d, p, n), DTLS_READY);
        p[i] ^= 0x10;
        T_EQ(dtls_input(d, p, i), DTLS_READY);
    }
    memcpy(two + data, p, n); /* in one datagram with a record before it */
    T_EQ(dtls_input(d, two, (size_t)data + n), DTLS_CLOSED);
    T_EQ(dtls_input(d, p, n), DTLS_CLOSED);
    T_EQ(sent, before); /* and nothing was answered */
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

static void settled_says_the_end(bool after)
{
    uint8_t p[10];
    SSL *ssl = client_new("SRTP_AEAD_AES_128_GCM");
    struct dtls *d = settled(ssl);
    uint64_t before = nonce_sent;
    if (after)
        dtls_close(d);
    T_EQ(nonce_sent, before + after); /* goes on behind OpenSSL's, so it cannot come twice */
    int r = SSL_read(ssl, p, sizeof(p));
    T_EQ(SSL_get_error(ssl, r), after ? SSL_ERROR_ZERO_RETURN : SSL_ERROR_WANT_READ);
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

/* The peer repeats its last flight until it has heard ours: before it is settled it gets one. */
static void answers_a_repeated_last_flight(void)
{
    static struct pieces again;
    struct dtls *d = NULL;
    SSL *ssl = client_new("SRTP_AEAD_AES_128_GCM");
    T_EQ(dtls_new(&d, ctx, false, fingerprint, to_client, NULL), ERR_OK);
    T_EQ(run(d, ssl, IN_ORDER), DTLS_READY);
    drain(); /* ours is lost */
    for (int i = 0; i < 3000 && DTLSv1_handle_timeout(ssl) == 0; i++)
        (void)poll(NULL, 0, 1);
    collect(&again);
    T_OK(again.n > 0);
    T_EQ(feed(d, &again, IN_ORDER), DTLS_READY);
    same_keys(d, ssl, SRTP_GCM_128);
    dtls_settle(d);
    T_OK(dtls_is_settled(d));
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

static void another_cipher_is_not_settled(void)
{
    uint8_t p[LARGEST];
    struct dtls *d = NULL;
    SSL *ssl = client_new("SRTP_AEAD_AES_128_GCM");
    T_EQ(SSL_set_cipher_list(ssl, "ECDHE-ECDSA-AES256-GCM-SHA384"), 1);
    T_EQ(dtls_new(&d, ctx, false, fingerprint, to_client, NULL), ERR_OK);
    T_EQ(run(d, ssl, IN_ORDER), DTLS_READY);
    same_keys(d, ssl, SRTP_GCM_128);
    dtls_settle(d);
    T_OK(!dtls_is_settled(d));
    T_EQ(feed(d, &last_flight, IN_ORDER), DTLS_READY);
    drain();
    size_t n = close_notify_of(ssl, p);
    T_EQ(dtls_input(d, p, n), DTLS_CLOSED);
    SSL_free(ssl);
    dtls_free(d);
    drain();
}

int main(void)
{
    if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, wire) != 0 ||
        dtls_ctx_new(&ctx) != ERR_OK)
        return 1;
    make_client_ctx();
    for (int i = 0; i < FATES; i++)
        survives((enum fate)i);
    repeats_what_is_lost();
    takes_the_older_profile();
    for (int i = 0; i < REFUSALS; i++)
        refuses((enum refusal)i);
    ends_only_by_the_peer();
    settled_hears_the_end_and_nothing_else();
    settled_says_the_end(true);
    settled_says_the_end(false);
    answers_a_repeated_last_flight();
    another_cipher_is_not_settled();
    dtls_free(NULL);
    SSL_CTX_free(client_ctx);
    dtls_ctx_free(ctx);
    (void)close(wire[0]);
    (void)close(wire[1]);
    return t_done("dtls");
}
