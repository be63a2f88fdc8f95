/* Verification only: nothing is signed here. */
#include "crypto/jws.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

enum { P256 = 32, PAIR = 64 };
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum err base64url_read(uint8_t *out, size_t *n, size_t cap, const char *text, size_t len)
{
    uint32_t bits = 0;
    int have = 0;
    size_t bytes = len / 4 * 3 + (len % 4 != 0 ? len % 4 - 1 : 0);
    if (len % 4 == 1 || bytes > cap)
        return ERR_PROTO;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\0' || strchr(alphabet, text[i]) == NULL)
            return ERR_PROTO;
    if (len % 4 != 0) { /* What is left over must be zero: one text for one value. */
        uint32_t last = (uint32_t)(strchr(alphabet, text[len - 1]) - alphabet);
        if ((last & (len % 4 == 2 ? 15u : 3u)) != 0)
            return ERR_PROTO;
    }
    uint8_t *p = out;
    for (size_t i = 0; i < len; i++) {
        bits = (bits << 6 | (uint32_t)(strchr(alphabet, text[i]) - alphabet)) & 0xffffu;
        have += 6;
        if (have >= 8)
            *p++ = (uint8_t)(bits >> (have -= 8));
    }
    *n = bytes;
    return ERR_OK;
}

void base64url_text(char *out, const void *p, size_t n)
{
    const uint8_t *b = (const uint8_t *)p;
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = (bits << 8 | b[i]) & 0xffffu;
        for (have += 8; have >= 6; have -= 6)
            *out++ = alphabet[bits >> (have - 6) & 63u];
    }
    if (have > 0)
        *out++ = alphabet[bits << (6 - have) & 63u];
    *out = '\0';
}

static EVP_PKEY *make_key(const char *type, OSSL_PARAM_BLD *b)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *rsa_key(const struct jws_key *k)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(k->a, (int)k->a_len, NULL), *e = BN_bin2bn(k->b, (int)k->b_len, NULL);
    if (b != NULL && n != NULL && e != NULL && BN_num_bits(n) >= JWS_RSA_MIN * 8 &&
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        key = make_key("RSA", b);
    BN_free(n);
    BN_free(e);
    OSSL_PARAM_BLD_free(b);
    return key;
}

static EVP_PKEY *ec_key(const struct jws_key *k)
{
    uint8_t point[1 + PAIR] = {4};
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    memcpy(point + 1, k->a, P256);
    memcpy(point + 1 + P256, k->b, P256);
    if (b != NULL && k->a_len == P256 && k->b_len == P256 &&
        OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) == 1)
        key = make_key("EC", b);
    OSSL_PARAM_BLD_free(b);
    return key;
}

/* RFC 7518 3.4: r and s one after the other; OpenSSL wants them in DER. */
static int der_of(unsigned char **der, const uint8_t *sig, size_t n)
{
    ECDSA_SIG *s = n == PAIR ? ECDSA_SIG_new() : NULL;
    BIGNUM *r = BN_bin2bn(sig, P256, NULL), *t = NULL;
    int len = -1;
    if (s != NULL)
        t = BN_bin2bn(sig + P256, P256, NULL);
    if (s != NULL && r != NULL && t != NULL && ECDSA_SIG_set0(s, r, t) == 1) {
        r = t = NULL;
        len = i2d_ECDSA_SIG(s, der);
    }
    BN_free(r);
    BN_free(t);
    ECDSA_SIG_free(s);
    return len;
}

static bool verify(EVP_PKEY *key, const void *text, size_t n, const uint8_t *sig, size_t sig_len)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool fine = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(ctx, sig, sig_len, (const unsigned char *)text, n) == 1;
    EVP_MD_CTX_free(ctx);
    return fine;
}

enum err jws_verify(const struct jws_key *key, const void *signed_text, size_t n,
                    const uint8_t *sig, size_t sig_len)
{
    unsigned char *der = NULL;
    bool fine = false;
    if (key->ec && sig_len != PAIR)
        return ERR_CRYPTO;
    EVP_PKEY *pkey = key->ec ? ec_key(key) : rsa_key(key);
    if (pkey != NULL && key->ec) {
        int len = der_of(&der, sig, sig_len);
        fine = len > 0 && verify(pkey, signed_text, n, der, (size_t)len);
    } else if (pkey != NULL) {
        fine = verify(pkey, signed_text, n, sig, sig_len);
    }
    OPENSSL_free(der);
    EVP_PKEY_free(pkey);
    return fine ? ERR_OK : ERR_CRYPTO;
}
