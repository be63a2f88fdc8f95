/* AES-128-GCM by libipsec-mb behind libsrtp's extension point: one call a packet instead of five,
 * and a third of the time. Only where the library was there at build time and the processor has
 * AVX-512 or AVX2; else OpenSSL's stays. */
#include <stdbool.h>

#include "srtp_priv.h"

#ifndef HAVE_IPSEC_MB

_Thread_local const uint8_t *srtp_mb_source;

bool srtp_mb_install(void)
{
    return false;
}

struct srtp_seal *srtp_seal_new(const uint8_t key[16], const uint8_t salt[12])
{
    (void)key;
    (void)salt;
    return NULL;
}

void srtp_seal_free(struct srtp_seal *s)
{
    (void)s;
}

void srtp_seal(const struct srtp_seal *s, uint32_t index, uint8_t *p, size_t head,
               const uint8_t *body, size_t n)
{
    (void)s;
    (void)index;
    (void)p;
    (void)head;
    (void)body;
    (void)n;
}

#else

#include <intel-ipsec-mb.h>
#include <srtp2/cipher.h>
#include <srtp2/srtp.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "crypto/hash.h"

extern const srtp_cipher_type_t srtp_aes_gcm_128;

enum { GCM_KEY = 28, TAG = 16, LINE = 64, JOINED = 64 };

_Thread_local const uint8_t *srtp_mb_source;
static IMB_MGR *mgr; /* functions for this processor; read only after install */
static srtp_cipher_type_t gcm_type;

struct state {
    struct gcm_key_data *key;
    void *key_block; /* key, before it was aligned */
    const uint8_t *aad;
    size_t aad_len;
    int tag_len;
    uint8_t iv[12], tag[TAG];
    uint8_t joined[JOINED]; /* SRTCP gives its header in two parts */
};

static void *aligned(void *p)
{
    size_t over = (size_t)p % LINE;
    return (uint8_t *)p + (over == 0 ? 0 : LINE - over);
}

static srtp_err_status_t mb_alloc(srtp_cipher_t **out, int key_len, int tag_len)
{
    if (key_len != GCM_KEY || tag_len > TAG)
        return srtp_err_status_bad_param;
    srtp_cipher_t *c = (srtp_cipher_t *)mem_zalloc(1, sizeof(*c));
    struct state *s = (struct state *)mem_zalloc(1, sizeof(*s));
    void *block = mem_zalloc(1, sizeof(struct gcm_key_data) + LINE);
    if (c == NULL || s == NULL || block == NULL) {
        mem_free(c);
        mem_free(s);
        mem_free(block);
        return srtp_err_status_alloc_fail;
    }
    s->key_block = block;
    s->key = (struct gcm_key_data *)aligned(block);
    s->tag_len = tag_len;
    c->state = s;
    c->type = &gcm_type;
    c->algorithm = (int)gcm_type.id;
    c->key_len = key_len;
    *out = c;
    return srtp_err_status_ok;
}

static srtp_err_status_t mb_dealloc(srtp_cipher_t *c)
{
    struct state *s = (struct state *)c->state;
    explicit_bzero(s->key_block, sizeof(struct gcm_key_data) + LINE);
    mem_free(s->key_block);
    mem_free(s);
    mem_free(c);
    return srtp_err_status_ok;
}

static srtp_err_status_t mb_init(void *state, const uint8_t *key)
{
    IMB_AES128_GCM_PRE(mgr, key, ((struct state *)state)->key);
    return srtp_err_status_ok;
}

static srtp_err_status_t mb_iv(void *state, uint8_t *iv, srtp_cipher_direction_t dir)
{
    struct state *s = (struct state *)state;
    (void)dir;
    memcpy(s->iv, iv, sizeof(s->iv));
    s->aad_len = 0;
    return srtp_err_status_ok;
}

static srtp_err_status_t mb_aad(void *state, const uint8_t *aad, uint32_t n)
{
    struct state *s = (struct state *)state;
    if (s->aad_len == 0) {
        s->aad = aad;
        s->aad_len = n;
        return srtp_err_status_ok;
    }
    if (s->aad_len + n > JOINED)
        return srtp_err_status_bad_param;
    if (s->aad != s->joined)
        memcpy(s->joined, s->aad, s->aad_len);
    memcpy(s->joined + s->aad_len, aad, n);
    s->aad = s->joined;
    s->aad_len += n;
    return srtp_err_status_ok;
}

// NOLINTNEXTLINE(readability-non-const-parameter): the type is libsrtp's
static srtp_err_status_t mb_encrypt(void *state, uint8_t *b, unsigned *n)
{
    struct state *s = (struct state *)state;
    struct gcm_context_data x;
    const uint8_t *from = srtp_mb_source != NULL ? srtp_mb_source : b;
    srtp_mb_source = NULL;
    IMB_AES128_GCM_ENC(mgr, s->key, &x, b, from, *n, s->iv, s->aad, s->aad_len, s->tag, TAG);
    return srtp_err_status_ok;
}

static srtp_err_status_t mb_tag(void *state, uint8_t *b, uint32_t *n)
{
    struct state *s = (struct state *)state;
    memcpy(b, s->tag, (size_t)s->tag_len);
    *n = (uint32_t)s->tag_len;
    return srtp_err_status_ok;
}

static srtp_err_status_t mb_decrypt(void *state, uint8_t *b, unsigned *n)
{
    struct state *s = (struct state *)state;
    struct gcm_context_data x;
    if (*n < (unsigned)s->tag_len)
        return srtp_err_status_bad_param;
    unsigned body = *n - (unsigned)s->tag_len;
    IMB_AES128_GCM_DEC(mgr, s->key, &x, b, b, body, s->iv, s->aad, s->aad_len, s->tag, TAG);
    if (!hash_equal(s->tag, b + body, (size_t)s->tag_len))
        return srtp_err_status_auth_fail;
    *n = body;
    return srtp_err_status_ok;
}

/* ---- by itself, without libsrtp: the packets that are sent on -------------------------------- */

struct srtp_seal {
    struct gcm_key_data *key;
    void *key_block; /* key, before it was aligned */
    uint8_t salt[12];
};

struct srtp_seal *srtp_seal_new(const uint8_t key[16], const uint8_t salt[12])
{
    struct srtp_seal *s = mgr == NULL ? NULL : (struct srtp_seal *)mem_zalloc(1, sizeof(*s));
    void *block = s == NULL ? NULL : mem_zalloc(1, sizeof(struct gcm_key_data) + LINE);
    if (block == NULL) {
        mem_free(s);
        return NULL;
    }
    s->key_block = block;
    s->key = (struct gcm_key_data *)aligned(block);
    memcpy(s->salt, salt, sizeof(s->salt));
    IMB_AES128_GCM_PRE(mgr, key, s->key);
    return s;
}

void srtp_seal_free(struct srtp_seal *s)
{
    if (s == NULL)
        return;
    explicit_bzero(s->key_block, sizeof(struct gcm_key_data) + LINE);
    explicit_bzero(s->salt, sizeof(s->salt));
    mem_free(s->key_block);
    mem_free(s);
}

/* RFC 7714 8.1: two zero bytes, SSRC, roll-over counter, sequence number, under the salt. */
void srtp_seal(const struct srtp_seal *s, uint32_t index, uint8_t *p, size_t head,
               const uint8_t *body, size_t n)
{
    struct gcm_context_data x;
    uint8_t iv[12] = {0, 0, p[8], p[9], p[10], p[11], 0, 0};
    iv[8] = (uint8_t)(index >> 24);
    iv[9] = (uint8_t)(index >> 16);
    iv[10] = (uint8_t)(index >> 8);
    iv[11] = (uint8_t)index;
    for (size_t i = 0; i < sizeof(iv); i++)
        iv[i] ^= s->salt[i];
    IMB_AES128_GCM_ENC(mgr, s->key, &x, p + head, body, n, iv, p, head, p + head + n, TAG);
}

bool srtp_mb_install(void)
{
    mgr = alloc_mb_mgr(0);
    if (mgr == NULL)
        return false;
    init_mb_mgr_auto(mgr, NULL);
    if ((mgr->features & (IMB_FEATURE_AVX2 | IMB_FEATURE_AVX512_SKX)) == 0) {
        free_mb_mgr(mgr);
        mgr = NULL;
        return false;
    }
    gcm_type = srtp_aes_gcm_128;
    gcm_type.alloc = mb_alloc;
    gcm_type.dealloc = mb_dealloc;
    gcm_type.init = mb_init;
    gcm_type.set_iv = mb_iv;
    gcm_type.set_aad = mb_aad;
    gcm_type.encrypt = mb_encrypt;
    gcm_type.decrypt = mb_decrypt;
    gcm_type.get_tag = mb_tag;
    gcm_type.description = "AES-128-GCM by libipsec-mb";
    /* libsrtp tests it before it takes it. */
    return srtp_replace_cipher_type(&gcm_type, SRTP_AES_GCM_128) == srtp_err_status_ok;
}

#endif
