#include "crypt.h"

#include <openssl/crypto.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

#include "../rtcload/util.h"
#include "rtc/srtp.h"

enum { TAG = 16, IV = 12 };

static enum crypt_kind kind;
static EVP_CIPHER *gcm_alg, *ctr_alg;

/* ---- libipsec-mb ------------------------------------------------------------------------------
 */

#ifdef HAVE_IPSEC_MB
static IMB_MGR *mb;

static bool mb_init(void)
{
    mb = alloc_mb_mgr(0);
    if (mb != NULL)
        init_mb_mgr_auto(mb, NULL);
    return mb != NULL && imb_get_errno(mb) == 0;
}

static void *mb_key(const uint8_t *key)
{
    struct gcm_key_data *k = NULL;
    size_t size = (sizeof(*k) + 63) & ~(size_t)63;
    k = (struct gcm_key_data *)aligned_alloc(64, size);
    if (k != NULL)
        IMB_AES128_GCM_PRE(mb, key, k);
    return k;
}

static void mb_encrypt(struct crypt *c, uint8_t *out, const uint8_t *in, size_t h, size_t n,
                       const uint8_t *iv)
{
    struct gcm_context_data x;
    IMB_AES128_GCM_ENC(mb, c->mb, &x, out + h, in + h, n - h, iv, out, h, out + n, TAG);
}

static bool mb_decrypt(struct crypt *c, uint8_t *p, size_t h, size_t n, const uint8_t *iv)
{
    struct gcm_context_data x;
    uint8_t tag[TAG];
    IMB_AES128_GCM_DEC(mb, c->mb, &x, p + h, p + h, n - h, iv, p, h, tag, TAG);
    return CRYPTO_memcmp(tag, p + n, TAG) == 0;
}
#else
static bool mb_init(void)
{
    return false;
}

static void *mb_key(const uint8_t *key)
{
    (void)key;
    return NULL;
}

static void mb_encrypt(struct crypt *c, uint8_t *out, const uint8_t *in, size_t h, size_t n,
                       const uint8_t *iv)
{
    (void)c;
    (void)in;
    (void)h;
    (void)iv;
    out[n] = 0;
}

static bool mb_decrypt(struct crypt *c, uint8_t *p, size_t h, size_t n, const uint8_t *iv)
{
    (void)c;
    (void)h;
    (void)iv;
    p[n] = 0;
    return false;
}
#endif

/* ---- keys -------------------------------------------------------------------------------------
 */

bool crypt_init(enum crypt_kind k)
{
    kind = k;
    gcm_alg = EVP_CIPHER_fetch(NULL, "AES-128-GCM", NULL);
    ctr_alg = EVP_CIPHER_fetch(NULL, "AES-128-CTR", NULL);
    if (srtp_setup_with(k == CRYPT_PACKAGED ? SRTP_CIPHERS_PACKAGED : SRTP_CIPHERS_OPENSSL) !=
        ERR_OK)
        return false;
    return k != CRYPT_MB || mb_init();
}

/* RFC 3711 4.3 with AES-CM, key derivation rate 0; RFC 7714's 12-byte salt padded with zeros. */
static void derive(const uint8_t *master, uint8_t label, uint8_t *out, int n)
{
    uint8_t iv[16] = {0}, zero[16] = {0};
    int l = 0;
    memcpy(iv, master + 16, 12);
    iv[7] ^= label;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    (void)EVP_EncryptInit_ex(c, ctr_alg, NULL, master, iv);
    (void)EVP_EncryptUpdate(c, out, &l, zero, n);
    EVP_CIPHER_CTX_free(c);
}

bool crypt_open(struct crypt *c, srtp_t s, const uint8_t *master, bool encrypt)
{
    uint8_t key[16];
    *c = (struct crypt){.srtp = s};
    if (kind < CRYPT_EVP)
        return s != NULL;
    derive(master, 0, key, 16);
    derive(master, 2, c->salt, 12);
    if (kind == CRYPT_MB) {
        c->mb = mb_key(key);
        return c->mb != NULL;
    }
    c->evp = EVP_CIPHER_CTX_new();
    return EVP_CipherInit_ex(c->evp, gcm_alg, NULL, key, NULL, encrypt) == 1;
}

bool crypt_open_alone(struct crypt *c, const uint8_t *master, bool encrypt)
{
    uint8_t copy[28];
    srtp_policy_t p;
    srtp_t s = NULL;
    memset(&p, 0, sizeof(p));
    memcpy(copy, master, sizeof(copy));
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&p.rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth(&p.rtcp);
    p.ssrc.type = encrypt ? ssrc_any_outbound : ssrc_any_inbound;
    p.key = copy;
    p.window_size = 4096;
    return srtp_create(&s, &p) == srtp_err_status_ok && crypt_open(c, s, master, encrypt);
}

/* ---- packets ----------------------------------------------------------------------------------
 */

static void iv_of(const struct crypt *c, uint8_t iv[IV], const uint8_t *rtp, uint32_t index)
{
    uint8_t b[IV] = {0};
    memcpy(b + 2, rtp + 8, 4);
    put32(b + 6, index >> 16);
    put16(b + 10, index);
    for (int i = 0; i < IV; i++)
        iv[i] = b[i] ^ c->salt[i];
}

static bool evp_encrypt(EVP_CIPHER_CTX *e, uint8_t *out, const uint8_t *in, size_t h, size_t n,
                        const uint8_t *iv)
{
    int l = 0;
    return EVP_EncryptInit_ex(e, NULL, NULL, NULL, iv) == 1 &&
           EVP_EncryptUpdate(e, NULL, &l, out, (int)h) == 1 &&
           EVP_EncryptUpdate(e, out + h, &l, in + h, (int)(n - h)) == 1 &&
           EVP_EncryptFinal_ex(e, out + n, &l) == 1 &&
           EVP_CIPHER_CTX_ctrl(e, EVP_CTRL_AEAD_GET_TAG, TAG, out + n) == 1;
}

static bool evp_decrypt(EVP_CIPHER_CTX *e, uint8_t *p, size_t h, size_t n, const uint8_t *iv)
{
    uint8_t none[16];
    int l = 0;
    return EVP_DecryptInit_ex(e, NULL, NULL, NULL, iv) == 1 &&
           EVP_CIPHER_CTX_ctrl(e, EVP_CTRL_AEAD_SET_TAG, TAG, p + n) == 1 &&
           EVP_DecryptUpdate(e, NULL, &l, p, (int)h) == 1 &&
           EVP_DecryptUpdate(e, p + h, &l, p + h, (int)(n - h)) == 1 &&
           EVP_DecryptFinal_ex(e, none, &l) > 0;
}

size_t crypt_protect(struct crypt *c, uint8_t *out, const uint8_t *in, size_t h, size_t n,
                     uint32_t index)
{
    uint8_t iv[IV];
    int len = (int)n;
    if (kind < CRYPT_EVP) {
        memcpy(out + h, in + h, n - h);
        return srtp_protect(c->srtp, out, &len) == srtp_err_status_ok ? (size_t)len : 0;
    }
    iv_of(c, iv, out, index);
    if (kind == CRYPT_EVP)
        return evp_encrypt(c->evp, out, in, h, n, iv) ? n + TAG : 0;
    mb_encrypt(c, out, in, h, n, iv);
    return n + TAG;
}

size_t crypt_unprotect(struct crypt *c, uint8_t *p, size_t h, size_t n, uint32_t index)
{
    uint8_t iv[IV];
    int len = (int)n;
    if (kind < CRYPT_EVP)
        return srtp_unprotect(c->srtp, p, &len) == srtp_err_status_ok ? (size_t)len : 0;
    if (n < h + TAG)
        return 0;
    n -= TAG;
    iv_of(c, iv, p, index);
    bool fine = kind == CRYPT_EVP ? evp_decrypt(c->evp, p, h, n, iv) : mb_decrypt(c, p, h, n, iv);
    return fine ? n : 0;
}

size_t crypt_head(const uint8_t *p, size_t n)
{
    size_t h = 12 + 4 * (size_t)(p[0] & 15);
    if (n >= h + 4 && (p[0] & 0x10) != 0)
        h += 4 + 4 * (size_t)get16(p + h + 2);
    return n >= h ? h : 0;
}
