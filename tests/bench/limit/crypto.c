/* N sessions with keys of their own are used in turn, as when one packet goes to N receivers. */
#include <openssl/evp.h>
#include <srtp2/srtp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../rtcload/util.h"
#include "crypto/random.h"
#include "limit.h"

enum { SESSIONS = 50, ROUNDS = 2000, HEAD = 12, TAG = 16, ROOM = 1600 };

static struct {
    size_t size; /* of the RTP packet */
    srtp_t srtp[SESSIONS];
    EVP_CIPHER_CTX *cipher[SESSIONS];
    uint32_t seq;
    uint8_t source[ROOM], out[SESSIONS][ROOM];
} s;

static void copies(void *arg)
{
    (void)arg;
    memcpy(s.source, "\x80\x60\0\0\0\0\0\1\xde\xad\xbe\xef", HEAD);
    put16(s.source + 2, ++s.seq);
    for (int i = 0; i < SESSIONS; i++)
        memcpy(s.out[i], s.source, s.size);
}

static void protect(void *arg)
{
    (void)arg;
    for (int i = 0; i < SESSIONS; i++) {
        int len = (int)s.size;
        if (srtp_protect(s.srtp[i], s.out[i], &len) != srtp_err_status_ok)
            abort();
    }
}

static void gcm(void *arg)
{
    uint8_t iv[12] = {0};
    int l = 0, body = (int)s.size - HEAD;
    (void)arg;
    for (int i = 0; i < SESSIONS; i++) {
        uint8_t *p = s.out[i];
        EVP_CIPHER_CTX *c = s.cipher[i];
        memcpy(iv + 8, p, 4);
        (void)EVP_EncryptInit_ex(c, NULL, NULL, NULL, iv);
        (void)EVP_EncryptUpdate(c, NULL, &l, p, HEAD);
        (void)EVP_EncryptUpdate(c, p + HEAD, &l, p + HEAD, body);
        (void)EVP_EncryptFinal_ex(c, p + s.size, &l);
        (void)EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, p + s.size);
    }
}

static srtp_t session(srtp_profile_t profile)
{
    uint8_t key[30];
    srtp_policy_t p;
    srtp_t out = NULL;
    memset(&p, 0, sizeof(p));
    random_bytes(key, sizeof(key));
    if (srtp_crypto_policy_set_from_profile_for_rtp(&p.rtp, profile) != srtp_err_status_ok ||
        srtp_crypto_policy_set_from_profile_for_rtcp(&p.rtcp, profile) != srtp_err_status_ok)
        abort();
    p.ssrc.type = ssrc_any_outbound;
    p.key = key;
    p.window_size = 1024;
    if (srtp_create(&out, &p) != srtp_err_status_ok)
        abort();
    return out;
}

static void tell(const char *what, limit_work *work)
{
    char label[100];
    (void)snprintf(label, sizeof(label), "%s, %zu bytes, %d sessions", what, s.size, SESSIONS);
    limit_measure(&(struct limit_case){
        .label = label, .rounds = ROUNDS, .packets = SESSIONS, .prepare = copies, .work = work});
}

static void with_srtp(const char *what, srtp_profile_t profile)
{
    for (int i = 0; i < SESSIONS; i++)
        s.srtp[i] = session(profile);
    tell(what, protect);
    for (int i = 0; i < SESSIONS; i++)
        (void)srtp_dealloc(s.srtp[i]);
}

static void with_evp(void)
{
    uint8_t key[16], iv[12] = {0};
    for (int i = 0; i < SESSIONS; i++) {
        random_bytes(key, sizeof(key));
        s.cipher[i] = EVP_CIPHER_CTX_new();
        (void)EVP_EncryptInit_ex(s.cipher[i], EVP_aes_128_gcm(), NULL, key, iv);
    }
    tell("EVP AES-128-GCM", gcm);
    for (int i = 0; i < SESSIONS; i++)
        EVP_CIPHER_CTX_free(s.cipher[i]);
}

void limit_crypto(void)
{
    static const size_t sizes[] = {1112, 112};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        s.size = sizes[i];
        tell("copying", copies);
        with_srtp("srtp_protect AES128_CM_SHA1_80", srtp_profile_aes128_cm_sha1_80);
        with_srtp("srtp_protect AEAD_AES_128_GCM", srtp_profile_aead_aes_128_gcm);
        with_evp();
    }
}
