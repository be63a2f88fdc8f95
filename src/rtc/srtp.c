/* The only user of libsrtp2. */
#include "rtc/srtp.h"

#include <arpa/inet.h>
#include <srtp2/srtp.h>
#include <string.h>

#include "base/mem.h"
#include "srtp_priv.h"

enum { REPLAY_WINDOW = 1024 };

struct srtp {
    srtp_t raw;
    bool gcm;
    struct srtp_seal *seal;   /* NULL: libsrtp protects */
    uint32_t *claimed;        /* SSRCs that have had a sender */
    size_t n_claimed, claims; /* how many, and how many have room */
};

/* GCM can read the plain text elsewhere than where it writes. */
static bool gcm_from_afar;

enum err srtp_setup_with(enum srtp_ciphers which)
{
    static bool done;
    if (done)
        return ERR_OK;
    if (srtp_init() != srtp_err_status_ok)
        return ERR_CRYPTO;
    enum err e = which == SRTP_CIPHERS_PACKAGED ? ERR_OK : srtp_evp_install();
    if (e == ERR_OK && which == SRTP_CIPHERS_AUTO)
        gcm_from_afar = srtp_mb_install();
    done = e == ERR_OK;
    return e;
}

enum err srtp_setup(void)
{
    return srtp_setup_with(SRTP_CIPHERS_AUTO);
}

bool srtp_is_mb(void)
{
    return gcm_from_afar;
}

enum err srtp_use_openssl(void)
{
    gcm_from_afar = false;
    return srtp_evp_install();
}

/* The session keys are derived once more: libsrtp does not give its own away. */
static struct srtp_seal *seal_of(const uint8_t *master)
{
    enum { LABEL_KEY = 0, LABEL_SALT = 2 };
    uint8_t key[16], salt[12];
    struct srtp_seal *s = NULL;
    if (srtp_evp_derive(key, sizeof(key), master, LABEL_KEY) == ERR_OK &&
        srtp_evp_derive(salt, sizeof(salt), master, LABEL_SALT) == ERR_OK)
        s = srtp_seal_new(key, salt);
    explicit_bzero(key, sizeof(key));
    explicit_bzero(salt, sizeof(salt));
    return s;
}

enum err srtp_new(struct srtp **out, enum srtp_profile profile, const uint8_t *key, bool out_bound)
{
    uint8_t copy[DTLS_KEY_MAX];
    srtp_policy_t p;
    struct srtp *s = (struct srtp *)mem_zalloc(1, sizeof(*s));
    if (s == NULL)
        return ERR_NOMEM;
    memset(&p, 0, sizeof(p));
    memcpy(copy, key, sizeof(copy));
    if (profile == SRTP_GCM_128) {
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&p.rtp);
        srtp_crypto_policy_set_aes_gcm_128_16_auth(&p.rtcp);
    } else {
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p.rtp);
        srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p.rtcp);
    }
    p.ssrc.type = out_bound ? ssrc_any_outbound : ssrc_any_inbound;
    p.key = copy;
    p.window_size = REPLAY_WINDOW;
    bool fine = srtp_create(&s->raw, &p) == srtp_err_status_ok;
    explicit_bzero(copy, sizeof(copy));
    if (!fine) {
        mem_free(s);
        return ERR_CRYPTO;
    }
    s->gcm = profile == SRTP_GCM_128;
    if (s->gcm && out_bound && gcm_from_afar)
        s->seal = seal_of(key); /* Without memory for it: by libsrtp. */
    *out = s;
    return ERR_OK;
}

void srtp_free(struct srtp *s)
{
    if (s == NULL)
        return;
    (void)srtp_dealloc(s->raw);
    srtp_seal_free(s->seal);
    mem_free(s->claimed);
    mem_free(s);
}

void srtp_forget(struct srtp *s, uint32_t ssrc)
{
    (void)srtp_remove_stream(s->raw, htonl(ssrc)); /* There may be none. */
}

static enum err work(srtp_err_status_t (*f)(srtp_t, void *, int *), struct srtp *s, uint8_t *p,
                     size_t *len)
{
    int n = (int)*len;
    if (f(s->raw, p, &n) != srtp_err_status_ok)
        return ERR_PROTO;
    *len = (size_t)n;
    return ERR_OK;
}

enum err srtp_protect_rtp(struct srtp *s, uint8_t *p, size_t *len)
{
    return work(srtp_protect, s, p, len);
}

enum err srtp_protect_rtp_from(struct srtp *s, uint8_t *p, size_t head, const uint8_t *body,
                               size_t *len)
{
    if (s->gcm && gcm_from_afar)
        srtp_mb_source = body;
    else
        memcpy(p + head, body, *len - head);
    enum err e = work(srtp_protect, s, p, len);
    srtp_mb_source = NULL; /* Also when it came to nothing. */
    return e;
}

/* ---- senders ----------------------------------------------------------------------------------
 */

static bool is_claimed(const struct srtp *s, uint32_t ssrc)
{
    for (size_t i = 0; i < s->n_claimed; i++)
        if (s->claimed[i] == ssrc)
            return true;
    return false;
}

static enum err claim(struct srtp *s, uint32_t ssrc)
{
    if (is_claimed(s, ssrc))
        return ERR_CONFLICT;
    if (s->n_claimed == s->claims) {
        size_t more = s->claims == 0 ? 4 : s->claims * 2;
        uint32_t *all = (uint32_t *)mem_zalloc(more, sizeof(*all));
        if (all == NULL)
            return ERR_NOMEM;
        if (s->n_claimed > 0)
            memcpy(all, s->claimed, s->n_claimed * sizeof(*all));
        mem_free(s->claimed);
        s->claimed = all;
        s->claims = more;
    }
    s->claimed[s->n_claimed++] = ssrc;
    return ERR_OK;
}

enum err srtp_sender_open(struct srtp_sender *out, struct srtp *s, uint32_t ssrc)
{
    enum err e = claim(s, ssrc);
    if (e == ERR_OK)
        *out = (struct srtp_sender){.srtp = s, .seal = s->seal};
    return e;
}

/* Indices do not go round: after 2^32 packets the keys are used up. */
static bool spend(struct seen *spent, uint32_t index)
{
    uint32_t ahead = index - spent->newest;
    bool round = spent->any && index < spent->newest && ahead <= INT32_MAX;
    return !round && seen_mark(spent, index) == SEEN_NEW;
}

enum err srtp_send(struct srtp_sender *r, uint32_t index, uint8_t *p, size_t head,
                   const uint8_t *body, size_t *len)
{
    if (!spend(&r->spent, index))
        return ERR_CONFLICT;
    if (r->seal == NULL)
        return srtp_protect_rtp_from(r->srtp, p, head, body, len);
    srtp_seal(r->seal, index, p, head, body, *len - head);
    *len += SRTP_SEAL_TAG;
    return ERR_OK;
}

enum err srtp_protect_rtcp_packet(struct srtp *s, uint8_t *p, size_t *len)
{
    return work(srtp_protect_rtcp, s, p, len);
}

enum err srtp_unprotect_rtp(struct srtp *s, uint8_t *p, size_t *len)
{
    return work(srtp_unprotect, s, p, len);
}

enum err srtp_unprotect_rtcp_packet(struct srtp *s, uint8_t *p, size_t *len)
{
    return work(srtp_unprotect_rtcp, s, p, len);
}
