/* OpenSSL's AES and HMAC behind libsrtp's public extension point. libsrtp runs its own self-tests
 * on each type before it takes it. Allocation goes through base/mem, as everywhere. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "srtp_priv.h"

/* Exported by libsrtp2: their self-test vectors are used again. */
extern const srtp_cipher_type_t srtp_aes_gcm_128, srtp_aes_icm_128;
extern const srtp_auth_type_t srtp_hmac;

enum { GCM_KEY = 28, ICM_KEY = 30, SHA1_BYTES = 20 };

static srtp_cipher_type_t gcm_type, icm_type;
static srtp_auth_type_t hmac_type;
static EVP_CIPHER *gcm_alg, *ctr_alg;
static EVP_MAC *hmac_alg;

/* Both ciphers: the state follows the handle in one block. */
struct state {
    EVP_CIPHER_CTX *ctx;
    int tag_len;
    uint8_t offset[16]; /* counter mode: the salt */
};

static srtp_err_status_t cipher_new(srtp_cipher_t **out, const srtp_cipher_type_t *type,
                                    int key_len, int tag_len)
{
    srtp_cipher_t *c = (srtp_cipher_t *)mem_zalloc(1, sizeof(*c));
    struct state *s = (struct state *)mem_zalloc(1, sizeof(*s));
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    if (c == NULL || s == NULL || ctx == NULL) {
        mem_free(c);
        mem_free(s);
        EVP_CIPHER_CTX_free(ctx);
        return srtp_err_status_alloc_fail;
    }
    s->ctx = ctx;
    s->tag_len = tag_len;
    c->state = s;
    c->type = type;
    c->algorithm = (int)type->id;
    c->key_len = key_len;
    *out = c;
    return srtp_err_status_ok;
}

static srtp_err_status_t cipher_free(srtp_cipher_t *c)
{
    struct state *s = (struct state *)c->state;
    EVP_CIPHER_CTX_free(s->ctx);
    mem_free(s);
    mem_free(c);
    return srtp_err_status_ok;
}

/* ---- AES-128-GCM: libsrtp itself folds the salt into the IV -------------------------------- */

static srtp_err_status_t gcm_alloc(srtp_cipher_t **out, int key_len, int tag_len)
{
    if (key_len != GCM_KEY)
        return srtp_err_status_bad_param;
    return cipher_new(out, &gcm_type, key_len, tag_len);
}

static srtp_err_status_t gcm_init(void *state, const uint8_t *key)
{
    EVP_CIPHER_CTX *ctx = ((struct state *)state)->ctx;
    return EVP_CipherInit_ex(ctx, gcm_alg, NULL, key, NULL, 1) == 1 ? srtp_err_status_ok
                                                                    : srtp_err_status_init_fail;
}

static srtp_err_status_t gcm_iv(void *state, uint8_t *iv, srtp_cipher_direction_t dir)
{
    EVP_CIPHER_CTX *ctx = ((struct state *)state)->ctx;
    int enc = dir == srtp_direction_encrypt;
    return EVP_CipherInit_ex(ctx, NULL, NULL, NULL, iv, enc) == 1 ? srtp_err_status_ok
                                                                  : srtp_err_status_cipher_fail;
}

static srtp_err_status_t gcm_aad(void *state, const uint8_t *aad, uint32_t n)
{
    int done = 0;
    return EVP_CipherUpdate(((struct state *)state)->ctx, NULL, &done, aad, (int)n) == 1
               ? srtp_err_status_ok
               : srtp_err_status_algo_fail;
}

/* The parameter lists are libsrtp's. */
static srtp_err_status_t gcm_encrypt(void *state, uint8_t *b,
                                     unsigned *n) // NOLINT(readability-non-const-parameter)
{
    int done = 0;
    return EVP_CipherUpdate(((struct state *)state)->ctx, b, &done, b, (int)*n) == 1
               ? srtp_err_status_ok
               : srtp_err_status_algo_fail;
}

static srtp_err_status_t gcm_tag(void *state, uint8_t *b, uint32_t *n)
{
    struct state *s = (struct state *)state;
    uint8_t none[16];
    int done = 0;
    if (EVP_CipherFinal_ex(s->ctx, none, &done) != 1 ||
        EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_GET_TAG, s->tag_len, b) != 1)
        return srtp_err_status_algo_fail;
    *n = (uint32_t)s->tag_len;
    return srtp_err_status_ok;
}

static srtp_err_status_t gcm_decrypt(void *state, uint8_t *b, unsigned *n)
{
    struct state *s = (struct state *)state;
    uint8_t none[16];
    int done = 0;
    if (*n < (unsigned)s->tag_len)
        return srtp_err_status_bad_param;
    unsigned body = *n - (unsigned)s->tag_len;
    if (EVP_CIPHER_CTX_ctrl(s->ctx, EVP_CTRL_AEAD_SET_TAG, s->tag_len, b + body) != 1 ||
        EVP_CipherUpdate(s->ctx, b, &done, b, (int)body) != 1)
        return srtp_err_status_algo_fail;
    if (EVP_CipherFinal_ex(s->ctx, none, &done) != 1)
        return srtp_err_status_auth_fail;
    *n = body;
    return srtp_err_status_ok;
}

/* ---- AES-128 counter mode: it also derives the session keys of the GCM profile -------------- */

static srtp_err_status_t icm_alloc(srtp_cipher_t **out, int key_len, int tag_len)
{
    if (key_len != ICM_KEY)
        return srtp_err_status_bad_param;
    return cipher_new(out, &icm_type, key_len, tag_len);
}

static srtp_err_status_t icm_init(void *state, const uint8_t *key)
{
    struct state *s = (struct state *)state;
    memset(s->offset, 0, sizeof(s->offset));
    memcpy(s->offset, key + 16, 14);
    return EVP_EncryptInit_ex(s->ctx, ctr_alg, NULL, key, NULL) == 1 ? srtp_err_status_ok
                                                                     : srtp_err_status_init_fail;
}

// cppcheck-suppress constParameter
static srtp_err_status_t icm_iv(void *state, uint8_t *iv, // NOLINT(readability-non-const-parameter)
                                srtp_cipher_direction_t dir)
{
    struct state *s = (struct state *)state;
    uint8_t counter[16];
    (void)dir;
    for (size_t i = 0; i < sizeof(counter); i++)
        counter[i] = s->offset[i] ^ iv[i];
    return EVP_EncryptInit_ex(s->ctx, NULL, NULL, NULL, counter) == 1 ? srtp_err_status_ok
                                                                      : srtp_err_status_cipher_fail;
}

/* ---- HMAC-SHA1 ------------------------------------------------------------------------------ */

struct mac_state {
    EVP_MAC_CTX *ctx;
};

static srtp_err_status_t mac_alloc(srtp_auth_t **out, int key_len, int tag_len)
{
    srtp_auth_t *a = (srtp_auth_t *)mem_zalloc(1, sizeof(*a));
    struct mac_state *s = (struct mac_state *)mem_zalloc(1, sizeof(*s));
    if (s != NULL)
        s->ctx = EVP_MAC_CTX_new(hmac_alg);
    if (key_len > SHA1_BYTES || tag_len > SHA1_BYTES || a == NULL || s == NULL || s->ctx == NULL) {
        if (s != NULL)
            EVP_MAC_CTX_free(s->ctx);
        mem_free(a);
        mem_free(s);
        return srtp_err_status_alloc_fail;
    }
    a->state = s;
    a->type = &hmac_type;
    a->key_len = key_len;
    a->out_len = tag_len;
    *out = a;
    return srtp_err_status_ok;
}

static srtp_err_status_t mac_free(srtp_auth_t *a)
{
    struct mac_state *s = (struct mac_state *)a->state;
    EVP_MAC_CTX_free(s->ctx);
    mem_free(s);
    mem_free(a);
    return srtp_err_status_ok;
}

static srtp_err_status_t mac_init(void *state, const uint8_t *key, int key_len)
{
    EVP_MAC_CTX *ctx = ((struct mac_state *)state)->ctx;
    char digest[] = "SHA1";
    OSSL_PARAM params[] = {
        OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, sizeof(digest) - 1), OSSL_PARAM_END};
    return EVP_MAC_init(ctx, key, (size_t)key_len, params) == 1 ? srtp_err_status_ok
                                                                : srtp_err_status_auth_fail;
}

static srtp_err_status_t mac_start(void *state)
{
    EVP_MAC_CTX *ctx = ((struct mac_state *)state)->ctx;
    return EVP_MAC_init(ctx, NULL, 0, NULL) == 1 ? srtp_err_status_ok : srtp_err_status_auth_fail;
}

static srtp_err_status_t mac_update(void *state, const uint8_t *p, int n)
{
    EVP_MAC_CTX *ctx = ((struct mac_state *)state)->ctx;
    return EVP_MAC_update(ctx, p, (size_t)n) == 1 ? srtp_err_status_ok : srtp_err_status_auth_fail;
}

static srtp_err_status_t mac_compute(void *state, const uint8_t *p, int n, int tag_len,
                                     uint8_t *tag)
{
    EVP_MAC_CTX *ctx = ((struct mac_state *)state)->ctx;
    uint8_t whole[EVP_MAX_MD_SIZE];
    size_t len = 0;
    if (tag_len < 0 || tag_len > SHA1_BYTES || EVP_MAC_update(ctx, p, (size_t)n) != 1 ||
        EVP_MAC_final(ctx, whole, &len, sizeof(whole)) != 1)
        return srtp_err_status_auth_fail;
    memcpy(tag, whole, (size_t)tag_len);
    return srtp_err_status_ok;
}

/* ---- key derivation ------------------------------------------------------------------------- */

enum err srtp_evp_derive(uint8_t *out, size_t n, const uint8_t *master, uint8_t label)
{
    uint8_t counter[16] = {0};
    int done = 0;
    memcpy(counter, master + 16, 12);
    counter[7] ^= label;
    memset(out, 0, n);
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    bool fine = x != NULL && EVP_EncryptInit_ex(x, ctr_alg, NULL, master, counter) == 1 &&
                EVP_EncryptUpdate(x, out, &done, out, (int)n) == 1;
    EVP_CIPHER_CTX_free(x);
    return fine ? ERR_OK : ERR_CRYPTO;
}

/* ---- putting them in ------------------------------------------------------------------------ */

static void fill_types(void)
{
    gcm_type = srtp_aes_gcm_128;
    gcm_type.alloc = gcm_alloc;
    gcm_type.dealloc = cipher_free;
    gcm_type.init = gcm_init;
    gcm_type.set_iv = gcm_iv;
    gcm_type.set_aad = gcm_aad;
    gcm_type.encrypt = gcm_encrypt;
    gcm_type.decrypt = gcm_decrypt;
    gcm_type.get_tag = gcm_tag;
    gcm_type.description = "AES-128-GCM by OpenSSL";
    icm_type = srtp_aes_icm_128;
    icm_type.alloc = icm_alloc;
    icm_type.dealloc = cipher_free;
    icm_type.init = icm_init;
    icm_type.set_iv = icm_iv;
    icm_type.encrypt = gcm_encrypt; /* one EVP update in place, as for GCM */
    icm_type.decrypt = gcm_encrypt;
    icm_type.set_aad = NULL;
    icm_type.get_tag = NULL;
    icm_type.description = "AES-128 counter mode by OpenSSL";
    hmac_type = srtp_hmac;
    hmac_type.alloc = mac_alloc;
    hmac_type.dealloc = mac_free;
    hmac_type.init = mac_init;
    hmac_type.compute = mac_compute;
    hmac_type.update = mac_update;
    hmac_type.start = mac_start;
    hmac_type.description = "HMAC-SHA1 by OpenSSL";
}

enum err srtp_evp_install(void)
{
    gcm_alg = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    ctr_alg = EVP_CIPHER_fetch(NULL, "AES-128-CTR", NULL);
    hmac_alg = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (gcm_alg == NULL || ctr_alg == NULL || hmac_alg == NULL)
        return ERR_CRYPTO;
    fill_types();
    bool fine = srtp_replace_cipher_type(&icm_type, SRTP_AES_ICM_128) == srtp_err_status_ok &&
                srtp_replace_cipher_type(&gcm_type, SRTP_AES_GCM_128) == srtp_err_status_ok &&
                srtp_replace_auth_type(&hmac_type, SRTP_HMAC_SHA1) == srtp_err_status_ok;
    return fine ? ERR_OK : ERR_CRYPTO;
}
