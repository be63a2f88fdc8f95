/* Two ways to the same bytes. */
#include "crypt.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/random.h"

#ifdef HAVE_IPSEC_MB
#include <intel-ipsec-mb.h>

static IMB_MGR *mgr;
#endif

struct crypt {
    uint8_t key[16], salt[12];
#ifdef HAVE_IPSEC_MB
    struct gcm_key_data *mb;
#else
    EVP_CIPHER_CTX *enc, *dec;
#endif
};

static void iv_of(const struct crypt *c, uint8_t iv[12], const uint8_t *rtp, uint32_t index)
{
    memcpy(iv, c->salt, 12);
    for (int i = 0; i < 4; i++)
        iv[2 + i] ^= rtp[8 + i];
    for (int i = 0; i < 4; i++)
        iv[8 + i] ^= (uint8_t)(index >> (24 - 8 * i));
}

struct crypt *crypt_new(void)
{
    struct crypt seed;
    random_bytes(seed.key, sizeof(seed.key));
    random_bytes(seed.salt, sizeof(seed.salt));
    return crypt_peer(&seed);
}

#ifdef HAVE_IPSEC_MB

const char *crypt_name(void)
{
    return "libipsec-mb";
}

struct crypt *crypt_peer(const struct crypt *from)
{
    struct crypt *c = (struct crypt *)calloc(1, sizeof(*c));
    if (mgr == NULL && (mgr = alloc_mb_mgr(0)) != NULL)
        init_mb_mgr_auto(mgr, NULL);
    if (c == NULL || mgr == NULL)
        abort();
    memcpy(c->key, from->key, sizeof(c->key));
    memcpy(c->salt, from->salt, sizeof(c->salt));
    c->mb = (struct gcm_key_data *)aligned_alloc(64, (sizeof(*c->mb) + 63) & ~(size_t)63);
    if (c->mb == NULL)
        abort();
    IMB_AES128_GCM_PRE(mgr, c->key, c->mb);
    return c;
}

void crypt_free(struct crypt *c)
{
    free(c->mb);
    free(c);
}

size_t crypt_protect(struct crypt *c, uint8_t *out, size_t head, const uint8_t *body, size_t n,
                     uint32_t index)
{
    struct gcm_context_data x;
    uint8_t iv[12];
    iv_of(c, iv, out, index);
    IMB_AES128_GCM_ENC(mgr, c->mb, &x, out + head, body, n, iv, out, head, out + head + n,
                       CRYPT_TAG);
    return head + n + CRYPT_TAG;
}

size_t crypt_unprotect(struct crypt *c, uint8_t *p, size_t head, size_t n, uint32_t index)
{
    struct gcm_context_data x;
    uint8_t iv[12], tag[CRYPT_TAG];
    size_t body = n - head - CRYPT_TAG;
    iv_of(c, iv, p, index);
    IMB_AES128_GCM_DEC(mgr, c->mb, &x, p + head, p + head, body, iv, p, head, tag, CRYPT_TAG);
    return hash_equal(tag, p + head + body, CRYPT_TAG) ? head + body : 0;
}

#else

const char *crypt_name(void)
{
    return "OpenSSL EVP";
}

struct crypt *crypt_peer(const struct crypt *from)
{
    struct crypt *c = (struct crypt *)calloc(1, sizeof(*c));
    if (c == NULL)
        abort();
    memcpy(c->key, from->key, sizeof(c->key));
    memcpy(c->salt, from->salt, sizeof(c->salt));
    c->enc = EVP_CIPHER_CTX_new();
    c->dec = EVP_CIPHER_CTX_new();
    if (EVP_EncryptInit_ex(c->enc, EVP_aes_128_gcm(), NULL, c->key, NULL) != 1 ||
        EVP_DecryptInit_ex(c->dec, EVP_aes_128_gcm(), NULL, c->key, NULL) != 1)
        abort();
    return c;
}

void crypt_free(struct crypt *c)
{
    EVP_CIPHER_CTX_free(c->enc);
    EVP_CIPHER_CTX_free(c->dec);
    free(c);
}

size_t crypt_protect(struct crypt *c, uint8_t *out, size_t head, const uint8_t *body, size_t n,
                     uint32_t index)
{
    uint8_t iv[12];
    int l = 0;
    iv_of(c, iv, out, index);
    if (EVP_EncryptInit_ex(c->enc, NULL, NULL, NULL, iv) != 1 ||
        EVP_EncryptUpdate(c->enc, NULL, &l, out, (int)head) != 1 ||
        EVP_EncryptUpdate(c->enc, out + head, &l, body, (int)n) != 1 ||
        EVP_EncryptFinal_ex(c->enc, out + head + n, &l) != 1 ||
        EVP_CIPHER_CTX_ctrl(c->enc, EVP_CTRL_AEAD_GET_TAG, CRYPT_TAG, out + head + n) != 1)
        abort();
    return head + n + CRYPT_TAG;
}

size_t crypt_unprotect(struct crypt *c, uint8_t *p, size_t head, size_t n, uint32_t index)
{
    uint8_t iv[12], none[16];
    int l = 0;
    size_t body = n - head - CRYPT_TAG;
    iv_of(c, iv, p, index);
    if (EVP_DecryptInit_ex(c->dec, NULL, NULL, NULL, iv) != 1 ||
        EVP_CIPHER_CTX_ctrl(c->dec, EVP_CTRL_AEAD_SET_TAG, CRYPT_TAG, p + head + body) != 1 ||
        EVP_DecryptUpdate(c->dec, NULL, &l, p, (int)head) != 1 ||
        EVP_DecryptUpdate(c->dec, p + head, &l, p + head, (int)body) != 1)
        return 0;
    return EVP_DecryptFinal_ex(c->dec, none, &l) == 1 ? head + body : 0;
}

#endif
