/*
 * rtc/srtp and the OpenSSL ciphers it puts into libsrtp: RFC 3711 B.2 and B.3, RFC 7714 16 and 17;
 * every packet is compared with a second, straightforward implementation below; replay, rollover,
 * forgery.
 */
#include "rtc/srtp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hex.h"
#include "t.h"

/* Exported by libsrtp2; its header is not packaged. */
srtp_err_status_t srtp_crypto_kernel_alloc_cipher(srtp_cipher_type_id_t id, srtp_cipher_t **out,
                                                  int key_len, int tag_len);

enum { ROOM = 2048, RTP_HEAD = 12 };

/* ---- the second implementation ------------------------------------------------------------- */

/* RFC 3711 4.1.1: key stream for a 16-byte counter block. */
static void ctr(uint8_t *out, size_t n, const uint8_t *key, const uint8_t iv[16])
{
    int done = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    T_OK(c != NULL && EVP_EncryptInit_ex(c, EVP_aes_128_ctr(), NULL, key, iv) == 1);
    T_EQ(EVP_EncryptUpdate(c, out, &done, out, (int)n), 1);
    EVP_CIPHER_CTX_free(c);
}

/* RFC 3711 4.3.1 without a derivation rate; a 12-byte salt (RFC 7714 11) has two zero bytes behind.
 */
static void derive(uint8_t *out, size_t n, const uint8_t *master, size_t salt_len, uint8_t label)
{
    uint8_t iv[16] = {0};
    memcpy(iv, master + 16, salt_len);
    iv[7] ^= label;
    memset(out, 0, n);
    ctr(out, n, master, iv);
}

struct keys {
    uint8_t cipher[16], auth[20], salt[14];
};

static struct keys derive_all(enum srtp_profile p, const uint8_t *master, bool rtcp)
{
    struct keys k;
    size_t salt = p == SRTP_GCM_128 ? 12 : 14;
    uint8_t first = rtcp ? 3 : 0;
    derive(k.cipher, sizeof(k.cipher), master, salt, first);
    derive(k.auth, sizeof(k.auth), master, salt, (uint8_t)(first + 1));
    memset(k.salt, 0, sizeof(k.salt));
    derive(k.salt, salt, master, salt, (uint8_t)(first + 2));
    return k;
}

static void xor_be(uint8_t *at, uint64_t v, size_t n)
{
    for (size_t i = n; i-- > 0; v >>= 8)
        at[i] ^= (uint8_t)v;
}

static size_t gcm_seal(const struct keys *k, const uint8_t iv[12], const uint8_t *aad,
                       size_t aad_len, uint8_t *p, size_t n)
{
    int done = 0;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    T_OK(c != NULL && EVP_EncryptInit_ex(c, EVP_aes_128_gcm(), NULL, k->cipher, iv) == 1);
    T_EQ(EVP_EncryptUpdate(c, NULL, &done, aad, (int)aad_len), 1);
    T_EQ(EVP_EncryptUpdate(c, p, &done, p, (int)n), 1);
    T_EQ(EVP_EncryptFinal_ex(c, p + n, &done), 1);
    T_EQ(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, p + n), 1);
    EVP_CIPHER_CTX_free(c);
    return n + 16;
}

/* An RTP packet with a 12-byte header. */
static size_t seal_rtp(enum srtp_profile profile, const struct keys *k, uint32_t roc, uint8_t *p,
                       size_t n)
{
    uint32_t ssrc = (uint32_t)p[8] << 24 | (uint32_t)p[9] << 16 | (uint32_t)p[10] << 8 | p[11];
    uint32_t seq = (uint32_t)p[2] << 8 | p[3];
    uint64_t index = (uint64_t)roc << 16 | seq;
    uint8_t iv[16] = {0}, mac[EVP_MAX_MD_SIZE];
    unsigned mac_len = 0;
    if (profile == SRTP_GCM_128) {
        memcpy(iv, k->salt, 12);
        xor_be(iv + 2, ssrc, 4);
        xor_be(iv + 6, index, 6);
        return 12 + gcm_seal(k, iv, p, 12, p + 12, n - 12);
    }
    memcpy(iv, k->salt, 14);
    xor_be(iv + 4, ssrc, 4);
    xor_be(iv + 8, index, 6);
    ctr(p + 12, n - 12, k->cipher, iv);
    memset(p + n, 0, 4);
    xor_be(p + n, roc, 4);
    T_OK(HMAC(EVP_sha1(), k->auth, 20, p, n + 4, mac, &mac_len) != NULL);
    memcpy(p + n, mac, 10);
    return n + 10;
}

static size_t seal_rtcp(enum srtp_profile profile, const struct keys *k, uint32_t index, uint8_t *p,
                        size_t n)
{
    uint32_t ssrc = (uint32_t)p[4] << 24 | (uint32_t)p[5] << 16 | (uint32_t)p[6] << 8 | p[7];
    uint8_t iv[16] = {0}, aad[12], mac[EVP_MAX_MD_SIZE], word[4] = {0};
    unsigned mac_len = 0;
    xor_be(word, index | 0x80000000u, 4);
    if (profile == SRTP_GCM_128) {
        memcpy(iv, k->salt, 12);
        xor_be(iv + 2, ssrc, 4);
        xor_be(iv + 8, index, 4);
        memcpy(aad, p, 8);
        memcpy(aad + 8, word, 4);
        n = 8 + gcm_seal(k, iv, aad, 12, p + 8, n - 8);
        memcpy(p + n, word, 4);
        return n + 4;
    }
    memcpy(iv, k->salt, 14);
    xor_be(iv + 4, ssrc, 4);
    xor_be(iv + 8, index, 6);
    ctr(p + 8, n - 8, k->cipher, iv);
    memcpy(p + n, word, 4);
    T_OK(HMAC(EVP_sha1(), k->auth, 20, p, n + 4, mac, &mac_len) != NULL);
    memcpy(p + n + 4, mac, 10);
    return n + 14;
}

/* ---- the RFCs' vectors --------------------------------------------------------------------- */

static const char b3_master[] = "E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6";

static bool equals(const uint8_t *p, size_t n, const char *hex)
{
    uint8_t want[512];
    return from_hex(want, sizeof(want), hex) == n && memcmp(p, want, n) == 0;
}

static void rfc3711_b3_key_derivation(void)
{
    uint8_t master[DTLS_KEY_MAX], auth[94];
    (void)from_hex(master, sizeof(master), b3_master);
    struct keys k = derive_all(SRTP_CM_SHA1_80, master, false);
    T_OK(equals(k.cipher, 16, "C61E7A93744F39EE10734AFE3FF7A087"));
    T_OK(equals(k.salt, 14, "30CBBC08863D8C85D49DB34A9AE1"));
    derive(auth, sizeof(auth), master, 14, 1);
    T_OK(equals(auth, sizeof(auth),
                "CEBE321F6FF7716B6FD4AB49AF256A15 6D38BAA48F0A0ACF3C34E2359E6CDBCE"
                "E049646C43D9327AD175578EF7227098 6371C10C9A369AC2F94A8C5FBCDDDC25"
                "6D6E919A48B610EF17C2041E47403576 6B68642C59BBFC2F34DB60DBDFB2"));
    T_OK(memcmp(auth, k.auth, 20) == 0);
}

static bool packaged; /* libsrtp2's own ciphers are under test, not ours */

/* The counter mode that libsrtp really uses, taken out of its kernel by the number it is registered
 * under. */
static void rfc3711_b2_key_stream(void)
{
    static uint8_t stream[16 * 0xff02];
    uint8_t key[30], iv[16] = {0};
    srtp_cipher_t *c = NULL;
    (void)from_hex(key, sizeof(key),
                   "2B7E151628AED2A6ABF7158809CF4F3C F0F1F2F3F4F5F6F7F8F9FAFBFCFD");
    T_EQ(srtp_crypto_kernel_alloc_cipher(SRTP_AES_ICM_128, &c, 30, 0), srtp_err_status_ok);
    T_OK((strstr(c->type->description, "OpenSSL") != NULL) == !packaged);
    T_EQ(srtp_cipher_init(c, key), srtp_err_status_ok);
    T_EQ(srtp_cipher_set_iv(c, iv, srtp_direction_encrypt), srtp_err_status_ok);
    uint32_t n = sizeof(stream);
    memset(stream, 0, sizeof(stream));
    T_EQ(srtp_cipher_encrypt(c, stream, &n), srtp_err_status_ok);
    T_OK(equals(stream, 48,
                "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB"
                "41E95B3BB0A2E8DD477901E4FCA894C0"));
    T_OK(equals(stream + 16 * 0xfeff, 48,
                "EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE"
                "6A2CC3787889374FBEB4C81B17BA6C44"));
    T_EQ(srtp_cipher_dealloc(c), srtp_err_status_ok);
}

static const char gcm_rtp[] =
    "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976"
    "69736120 696e2070 61727465 73207472 6573";
static const char gcm_rtp_sealed[] =
    "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5"
    "0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce";
static const char gcm_rtcp[] =
    "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61"
    "deadbeef deadbeef deadbeef deadbeef deadbeef";
static const char gcm_rtcp_sealed[] =
    "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda"
    "4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4";

static struct keys gcm_keys(void)
{
    struct keys k = {.auth = {0}};
    (void)from_hex(k.cipher, 16, "000102030405060708090a0b0c0d0e0f");
    (void)from_hex(k.salt, 14, "51756964 2070726f 2071756f 0000");
    return k;
}

static void rfc7714_packets(void)
{
    uint8_t p[ROOM];
    struct keys k = gcm_keys();
    size_t n = from_hex(p, sizeof(p), gcm_rtp);
    n = seal_rtp(SRTP_GCM_128, &k, 0, p, n);
    T_OK(equals(p, n, gcm_rtp_sealed));
    n = from_hex(p, sizeof(p), gcm_rtcp);
    n = seal_rtcp(SRTP_GCM_128, &k, 0x5d4, p, n);
    T_OK(equals(p, n, gcm_rtcp_sealed));
}

/* RFC 7714 16.1.1 and 16.1.2 through the cipher that libsrtp really uses. */
static void rfc7714_cipher(void)
{
    uint8_t p[ROOM], key[28] = {0}, iv[12], plain[ROOM];
    struct keys k = gcm_keys();
    srtp_cipher_t *c = NULL;
    memcpy(key, k.cipher, 16);
    (void)from_hex(iv, sizeof(iv), "51753c65 80c2726f 20718414");
    size_t n = from_hex(p, sizeof(p), gcm_rtp), got = from_hex(plain, sizeof(plain), gcm_rtp);
    T_EQ(srtp_crypto_kernel_alloc_cipher(SRTP_AES_GCM_128, &c, 28, 16), srtp_err_status_ok);
    T_OK((strstr(c->type->description, srtp_is_mb() ? "libipsec-mb" : "OpenSSL") != NULL) ==
         !packaged);
    T_EQ(srtp_cipher_init(c, key), srtp_err_status_ok);
    uint32_t body = (uint32_t)n - 12, tag = 0;
    T_EQ(srtp_cipher_set_iv(c, iv, srtp_direction_encrypt), srtp_err_status_ok);
    T_EQ(srtp_cipher_set_aad(c, p, 12), srtp_err_status_ok);
    T_EQ(srtp_cipher_encrypt(c, p + 12, &body), srtp_err_status_ok);
    T_EQ(srtp_cipher_get_tag(c, p + n, &tag), srtp_err_status_ok);
    T_EQ(tag, 16);
    T_OK(equals(p, n + 16, gcm_rtp_sealed));
    for (int spoilt = 0; spoilt < 2; spoilt++) {
        body = (uint32_t)n - 12 + 16;
        p[3] ^= (uint8_t)spoilt;
        T_EQ(srtp_cipher_set_iv(c, iv, srtp_direction_decrypt), srtp_err_status_ok);
        T_EQ(srtp_cipher_set_aad(c, p, 12), srtp_err_status_ok);
        T_EQ(srtp_cipher_decrypt(c, p + 12, &body) == srtp_err_status_ok, !spoilt);
        if (!spoilt)
            T_OK(body == n - 12 && memcmp(p, plain, got) == 0);
        (void)from_hex(p, sizeof(p), gcm_rtp_sealed);
    }
    T_EQ(srtp_cipher_dealloc(c), srtp_err_status_ok);
}

/* ---- our own functions against the second implementation ----------------------------------- */

static const enum srtp_profile profiles[] = {SRTP_GCM_128, SRTP_CM_SHA1_80};

static size_t packet(uint8_t *p, uint16_t seq, size_t payload)
{
    static const uint8_t head[] = {0x80, 0x60, 0, 0, 0, 1, 2, 3, 0xca, 0xfe, 0xba, 0xbe};
    memcpy(p, head, sizeof(head));
    p[2] = (uint8_t)(seq >> 8);
    p[3] = (uint8_t)seq;
    for (size_t i = 0; i < payload; i++)
        p[12 + i] = (uint8_t)(i * 7 + seq);
    return 12 + payload;
}

static struct srtp *session(enum srtp_profile profile, bool out)
{
    uint8_t master[DTLS_KEY_MAX];
    struct srtp *s = NULL;
    (void)from_hex(master, sizeof(master), b3_master);
    T_EQ(srtp_new(&s, profile, master, out), ERR_OK);
    return s;
}

static void agrees_byte_for_byte(enum srtp_profile profile)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 160, 1100};
    uint8_t a[ROOM], b[ROOM], plain[ROOM], master[DTLS_KEY_MAX];
    struct srtp *out = session(profile, true), *in = session(profile, false);
    (void)from_hex(master, sizeof(master), b3_master);
    struct keys k = derive_all(profile, master, false), kc = derive_all(profile, master, true);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size_t n = packet(a, (uint16_t)(i + 1), sizes[i]), len = n;
        memcpy(plain, a, n);
        memcpy(b, a, n);
        T_EQ(srtp_protect_rtp(out, a, &len), ERR_OK);
        T_EQ(len, seal_rtp(profile, &k, 0, b, n));
        T_OK(len <= n + SRTP_TRAILER && memcmp(a, b, len) == 0);
        T_EQ(srtp_unprotect_rtp(in, a, &len), ERR_OK);
        T_OK(len == n && memcmp(a, plain, n) == 0);
    }
    for (uint32_t i = 1; i <= 3; i++) {
        size_t n = from_hex(a, sizeof(a), gcm_rtcp), len = n;
        memcpy(plain, a, n);
        memcpy(b, a, n);
        T_EQ(srtp_protect_rtcp_packet(out, a, &len), ERR_OK);
        T_EQ(len, seal_rtcp(profile, &kc, i, b, n));
        T_OK(len <= n + SRTP_TRAILER && memcmp(a, b, len) == 0);
        T_EQ(srtp_unprotect_rtcp_packet(in, a, &len), ERR_OK);
        T_OK(len == n && memcmp(a, plain, n) == 0);
    }
    srtp_free(out);
    srtp_free(in);
}

/* Seals with the second implementation, so that any index can be made. */
static enum err receive(struct srtp *in, enum srtp_profile profile, uint32_t roc, uint16_t seq)
{
    uint8_t p[ROOM], master[DTLS_KEY_MAX];
    (void)from_hex(master, sizeof(master), b3_master);
    struct keys k = derive_all(profile, master, false);
    size_t n = seal_rtp(profile, &k, roc, p, packet(p, seq, 50));
    return srtp_unprotect_rtp(in, p, &n);
}

static void refuses_replays_and_follows_the_rollover(enum srtp_profile profile)
{
    struct srtp *in = session(profile, false);
    T_EQ(receive(in, profile, 0, 64000), ERR_OK);
    T_EQ(receive(in, profile, 0, 64000), ERR_PROTO);
    T_EQ(receive(in, profile, 0, 63999), ERR_OK); /* out of order is no replay */
    T_EQ(receive(in, profile, 0, 65535), ERR_OK);
    T_EQ(receive(in, profile, 0, 64513), ERR_OK); /* 1,022 behind: still in the window of 1,024 */
    T_EQ(receive(in, profile, 0, 64400), ERR_PROTO); /* too old to tell */
    T_EQ(receive(in, profile, 0, 0), ERR_PROTO);     /* after the rollover the counter is 1 */
    T_EQ(receive(in, profile, 1, 2), ERR_OK);
    T_EQ(receive(in, profile, 1, 2), ERR_PROTO);
    T_EQ(receive(in, profile, 0, 65534), ERR_OK); /* late, from before the rollover */
    T_EQ(receive(in, profile, 0, 65535), ERR_PROTO);
    T_EQ(receive(in, profile, 1, 30000), ERR_OK);
    T_EQ(receive(in, profile, 1, 60000), ERR_OK);
    T_EQ(receive(in, profile, 2, 3), ERR_OK);
    srtp_free(in);
}

static void sends_across_the_rollover(enum srtp_profile profile)
{
    struct srtp *out = session(profile, true), *in = session(profile, false);
    for (uint32_t i = 65000; i < 65536 + 600; i++) {
        uint8_t p[ROOM];
        size_t n = packet(p, (uint16_t)i, 20), len = n;
        T_EQ(srtp_protect_rtp(out, p, &len), ERR_OK);
        T_EQ(srtp_unprotect_rtp(in, p, &len), ERR_OK);
        T_EQ(len, n);
    }
    srtp_free(out);
    srtp_free(in);
}

static void refuses_forgeries(enum srtp_profile profile)
{
    uint8_t good[ROOM], p[ROOM];
    struct srtp *out = session(profile, true), *in = session(profile, false);
    size_t n = packet(good, 9, 30);
    T_EQ(srtp_protect_rtp(out, good, &n), ERR_OK);
    for (size_t bit = 0; bit < n * 8; bit++) {
        size_t len = n;
        memcpy(p, good, n);
        p[bit / 8] = (uint8_t)(p[bit / 8] ^ 1u << bit % 8);
        T_EQ(srtp_unprotect_rtp(in, p, &len), ERR_PROTO);
    }
    for (size_t len = 0; len < n; len++) {
        uint8_t *copy = (uint8_t *)malloc(len ? len : 1);
        size_t cut = len;
        if (copy == NULL)
            abort();
        memcpy(copy, good, len);
        T_EQ(srtp_unprotect_rtp(in, copy, &cut), ERR_PROTO);
        cut = len;
        T_EQ(srtp_unprotect_rtcp_packet(in, copy, &cut), ERR_PROTO);
        free(copy);
    }
    T_EQ(srtp_unprotect_rtp(in, good, &n), ERR_OK); /* and none of them has hurt the session */
    srtp_free(out);
    srtp_free(in);
}

/* From elsewhere than where it is written: the same bytes, header extensions included. */
static void reads_the_payload_where_it_lies(enum srtp_profile profile)
{
    struct srtp *here = session(profile, true), *there = session(profile, true);
    for (uint16_t i = 0; i < 40; i++) {
        uint8_t p[ROOM], q[ROOM], body[ROOM];
        size_t n = packet(p, (uint16_t)(i + 1), 30u * i), head = 12, m = 0;
        if (i % 2 != 0) {
            memmove(p + 20, p + 12, n - 12);
            memcpy(p + 12, "\xbe\xde\x00\x01\x10\x05\x00\x00", 8);
            p[0] |= 0x10;
            head = 20;
            n += 8;
        }
        memcpy(body, p + head, n - head);
        memset(q, 0xee, sizeof(q));
        memcpy(q, p, head);
        m = n;
        T_EQ(srtp_protect_rtp(here, p, &n), ERR_OK);
        T_EQ(srtp_protect_rtp_from(there, q, head, body, &m), ERR_OK);
        T_OK(n == m && memcmp(p, q, n) == 0);
        q[0] = 0; /* no RTP: refused, and nothing of it clings to the next */
        m = 200;
        T_EQ(srtp_protect_rtp_from(there, q, 12, body, &m), ERR_PROTO);
    }
    srtp_free(here);
    srtp_free(there);
}

/* ---- senders ----------------------------------------------------------------------------------
 */

/* A header with extensions, as those are additional data, and a payload that differs. */
static size_t extended(uint8_t *p, uint32_t index, size_t payload)
{
    size_t head = RTP_HEAD + (index % 3 == 0 ? 8 : 0);
    (void)packet(p, (uint16_t)index, 0);
    if (head > RTP_HEAD) {
        p[0] |= 0x10;
        memcpy(p + RTP_HEAD, "\xbe\xde\x00\x01\x10\x30\x00\x00", 8);
    }
    for (size_t i = 0; i < payload; i++)
        p[head + i] = (uint8_t)(i * 7 + index);
    return head;
}

/* @return whether libsrtp writes the same bytes for @p index, and its receiver takes them. */
static bool same_as_libsrtp(struct srtp_sender *r, struct srtp *by_libsrtp, struct srtp *in,
                            uint32_t index, size_t payload)
{
    uint8_t body[ROOM], a[ROOM], b[ROOM];
    size_t head = extended(a, index, payload), n = head + payload, m = n;
    memcpy(body, a + head, payload);
    memcpy(b, a, n);
    memset(a + head, 0xee, payload); /* what is sent is what lies at body */
    T_EQ(srtp_send(r, index, a, head, body, &n), ERR_OK);
    T_EQ(srtp_protect_rtp(by_libsrtp, b, &m), ERR_OK);
    bool same = n == m && memcmp(a, b, n) == 0;
    T_EQ(srtp_unprotect_rtp(in, a, &n), ERR_OK);
    return same && n == head + payload && memcmp(a + head, body, payload) == 0;
}

/* Twice through the roll-over, with holes and latecomers. */
static void senders_write_what_libsrtp_writes(enum srtp_profile profile)
{
    static const size_t sizes[] = {0, 1, 15, 16, 17, 100, 1011, 1172};
    struct srtp *out = session(profile, true), *by_libsrtp = session(profile, true);
    struct srtp *in = session(profile, false);
    struct srtp_sender r;
    unsigned wrong = 0, n = 0;
    T_EQ(srtp_sender_open(&r, out, 0xcafebabe), ERR_OK);
    for (uint32_t i = 0x3000; i<0x21000; i += i % 0x10000> 0xff00 || i % 0x10000 < 0x100 ? 2 : 97) {
        wrong += !same_as_libsrtp(&r, by_libsrtp, in, i, sizes[n % 8]);
        if (n++ % 5 == 4)
            wrong += !same_as_libsrtp(&r, by_libsrtp, in, i - 1, sizes[n % 8]);
    }
    T_EQ(wrong, 0);
    T_OK(n > 1000);
    srtp_free(out);
    srtp_free(by_libsrtp);
    srtp_free(in);
}

static enum err send_index(struct srtp_sender *r, uint32_t index)
{
    uint8_t p[ROOM], body[10] = {0};
    size_t head = extended(p, index, 0), len = head + sizeof(body);
    return srtp_send(r, index, p, head, body, &len);
}

static void no_nonce_comes_twice(enum srtp_profile profile)
{
    struct srtp *out = session(profile, true);
    struct srtp_sender r, other;
    T_EQ(srtp_sender_open(&r, out, 0xcafebabe), ERR_OK);
    T_EQ(send_index(&r, 5000), ERR_OK);
    T_EQ(send_index(&r, 5000), ERR_CONFLICT);
    T_EQ(send_index(&r, 5002), ERR_OK);
    T_EQ(send_index(&r, 5001), ERR_OK);
    T_EQ(send_index(&r, 5001), ERR_CONFLICT);
    T_EQ(send_index(&r, 5002 + SEEN_MAX), ERR_OK);
    T_EQ(send_index(&r, 5002), ERR_CONFLICT);
    T_EQ(send_index(&r, 4999), ERR_CONFLICT);
    T_EQ(srtp_sender_open(&other, out, 0xcafebabe), ERR_CONFLICT); /* it would begin anew */
    srtp_forget(out, 0xcafebabe);
    T_EQ(srtp_sender_open(&other, out, 0xcafebabe), ERR_CONFLICT);
    for (uint32_t i = 0; i < 20; i++)
        T_EQ(srtp_sender_open(&other, out, i), ERR_OK);
    for (uint32_t i = 0; i < 20; i++)
        T_EQ(srtp_sender_open(&other, out, i), ERR_CONFLICT);
    srtp_free(out);
}

/* The numbers do not go round. */
static void keys_are_used_up(void)
{
    struct srtp *out = session(SRTP_GCM_128, true);
    struct srtp_sender r;
    T_EQ(srtp_sender_open(&r, out, 1), ERR_OK);
    r.spent = (struct seen){.any = true, .newest = UINT32_MAX};
    T_EQ(send_index(&r, 0), ERR_CONFLICT);
    T_EQ(send_index(&r, 100), ERR_CONFLICT);
    srtp_free(out);
}

static void all_of_it(void)
{
    rfc3711_b3_key_derivation();
    rfc3711_b2_key_stream();
    rfc7714_packets();
    rfc7714_cipher();
    for (size_t i = 0; i < 2; i++) {
        agrees_byte_for_byte(profiles[i]);
        refuses_replays_and_follows_the_rollover(profiles[i]);
        sends_across_the_rollover(profiles[i]);
        refuses_forgeries(profiles[i]);
        reads_the_payload_where_it_lies(profiles[i]);
        senders_write_what_libsrtp_writes(profiles[i]);
        no_nonce_comes_twice(profiles[i]);
    }
}

/* libsrtp takes ciphers in and does not give them back: a process of its own. */
static void with_packaged_ciphers(void)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        packaged = true;
        T_EQ(srtp_setup_with(SRTP_CIPHERS_PACKAGED), ERR_OK);
        T_OK(!srtp_is_mb());
        all_of_it();
        _exit(t_done("srtp, packaged ciphers"));
    }
    T_OK(child > 0 && waitpid(child, &status, 0) == child);
    T_EQ(status, 0);
}

int main(void)
{
    with_packaged_ciphers();
    T_EQ(srtp_setup(), ERR_OK);
    T_EQ(srtp_setup(), ERR_OK);
    all_of_it(); /* libipsec-mb, where it was there at build time and the processor can */
    if (srtp_is_mb()) {
        T_EQ(srtp_use_openssl(), ERR_OK);
        T_OK(!srtp_is_mb());
        all_of_it();
    }
    keys_are_used_up();
    srtp_free(NULL);
    return t_done("srtp");
}
