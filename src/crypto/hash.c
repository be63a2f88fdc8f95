/* Thin wrappers, so that no other layer sees OpenSSL. */
#include "crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/mem.h"

struct sha256 {
    EVP_MD_CTX *ctx;
    const EVP_MD *kind;
    bool bad;
};

enum err hash_sha256(uint8_t out[SHA256_LEN], const void *p, size_t n)
{
    unsigned len = 0;
    return EVP_Digest(p, n, out, &len, EVP_sha256(), NULL) == 1 ? ERR_OK : ERR_CRYPTO;
}

enum err hash_hmac_sha1(uint8_t out[SHA1_LEN], const void *key, size_t key_len, const void *p,
                        size_t n)
{
    unsigned len = 0;
    const void *done = HMAC(EVP_sha1(), key, (int)key_len, (const unsigned char *)p, n, out, &len);
    return done != NULL ? ERR_OK : ERR_CRYPTO;
}

static void restart(struct sha256 *h)
{
    h->bad = EVP_DigestInit_ex(h->ctx, h->kind, NULL) != 1;
}

enum err hash_hmac_sha256(uint8_t out[SHA256_LEN], const void *key, size_t key_len, const void *p,
                          size_t n)
{
    unsigned len = 0;
    const void *done =
        HMAC(EVP_sha256(), key, (int)key_len, (const unsigned char *)p, n, out, &len);
    return done != NULL ? ERR_OK : ERR_CRYPTO;
}

static enum err new_of(struct sha256 **out, const EVP_MD *kind)
{
    struct sha256 *h = (struct sha256 *)mem_zalloc(1, sizeof(*h));
    if (h == NULL)
        return ERR_NOMEM;
    h->kind = kind;
    h->ctx = EVP_MD_CTX_new();
    if (h->ctx == NULL) {
        mem_free(h);
        return ERR_NOMEM;
    }
    restart(h);
    *out = h;
    return ERR_OK;
}

enum err sha256_new(struct sha256 **out)
{
    return new_of(out, EVP_sha256());
}

enum err sha1_new(struct sha256 **out)
{
    return new_of(out, EVP_sha1());
}

void sha256_free(struct sha256 *h)
{
    if (h == NULL)
        return;
    EVP_MD_CTX_free(h->ctx);
    mem_free(h);
}

void sha256_add(struct sha256 *h, const void *p, size_t n)
{
    if (EVP_DigestUpdate(h->ctx, p, n) != 1)
        h->bad = true;
}

enum err sha256_take(struct sha256 *h, uint8_t out[SHA256_LEN])
{
    unsigned len = 0;
    bool fine = !h->bad && EVP_DigestFinal_ex(h->ctx, out, &len) == 1;
    restart(h);
    return fine ? ERR_OK : ERR_CRYPTO;
}

bool hash_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}
