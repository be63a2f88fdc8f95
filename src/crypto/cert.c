/* Self-signed: good for a try-out and for tests; the README tells how to put in a real one. */
#include "crypto/cert.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "crypto/random.h"

static bool add_names(X509 *cert, const char *names)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, cert, cert, NULL, NULL, 0);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, names);
    bool fine = ext != NULL && X509_add_ext(cert, ext, -1) == 1;
    X509_EXTENSION_free(ext);
    return fine;
}

static bool fill(X509 *cert, EVP_PKEY *key, const char *names)
{
    static const unsigned char name[] = "Yunjian";
    X509_NAME *subject = X509_get_subject_name(cert);
    return X509_set_version(cert, 2) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(cert), (long)(random_u32() >> 1)) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -3600) != NULL &&
           X509_gmtime_adj(X509_getm_notAfter(cert), 397 * 86400L) != NULL &&
           X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(cert, subject) == 1 && X509_set_pubkey(cert, key) == 1 &&
           add_names(cert, names) && X509_sign(cert, key, EVP_sha256()) > 0;
}

static FILE *create(const char *path, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (f == NULL && fd >= 0)
        (void)close(fd);
    return f;
}

static bool write_both(const char *cert_file, const char *key_file, X509 *cert, EVP_PKEY *key)
{
    FILE *k = create(key_file, 0600);
    bool fine = k != NULL && PEM_write_PrivateKey(k, key, NULL, NULL, 0, NULL, NULL) == 1;
    if (k != NULL && fclose(k) != 0)
        fine = false;
    FILE *c = fine ? create(cert_file, 0644) : NULL;
    fine = c != NULL && PEM_write_X509(c, cert) == 1;
    if (c != NULL && fclose(c) != 0)
        fine = false;
    return fine;
}

enum err cert_ensure(const char *cert_file, const char *key_file, const char *names)
{
    if (access(cert_file, R_OK) == 0 && access(key_file, R_OK) == 0)
        return ERR_OK;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *cert = X509_new();
    bool fine = key != NULL && cert != NULL && fill(cert, key, names) &&
                write_both(cert_file, key_file, cert, key);
    X509_free(cert);
    EVP_PKEY_free(key);
    return fine ? ERR_OK : ERR_CRYPTO;
}

/* ---- looking
 * --------------------------------------------------------------------------------------------------
 */

static int64_t seconds_of(const ASN1_TIME *t)
{
    struct tm when;
    return ASN1_TIME_to_tm(t, &when) == 1 ? (int64_t)timegm(&when) : 0;
}

static STACK_OF(X509) * read_chain(const char *file)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    FILE *f = fopen(file, "re");
    for (X509 *one = NULL; f != NULL && (one = PEM_read_X509(f, NULL, NULL, NULL)) != NULL;)
        if (sk_X509_push(chain, one) <= 0)
            X509_free(one);
    if (f != NULL)
        (void)fclose(f);
    return chain;
}

/* By what the system trusts; the time is looked at elsewhere. */
static bool known(struct cert_facts *out, X509 *cert, STACK_OF(X509) * chain)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    bool fine = store != NULL && ctx != NULL && X509_STORE_set_default_paths(store) == 1 &&
                X509_STORE_CTX_init(ctx, store, cert, chain) == 1;
    if (fine) {
        X509_STORE_CTX_set_flags(ctx, X509_V_FLAG_NO_CHECK_TIME);
        fine = X509_verify_cert(ctx) == 1;
        (void)snprintf(out->why, sizeof(out->why), "%s",
                       X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
    }
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    return fine;
}

static void look_at(struct cert_facts *out, X509 *cert, STACK_OF(X509) * chain, EVP_PKEY *key,
                    const char *host)
{
    out->not_before = seconds_of(X509_get0_notBefore(cert));
    out->not_after = seconds_of(X509_get0_notAfter(cert));
    out->key_matches = X509_check_private_key(cert, key) == 1;
    out->name_matches = *host == '\0' || X509_check_host(cert, host, 0, 0, NULL) == 1 ||
                        X509_check_ip_asc(cert, host, 0) == 1;
    out->self_signed = X509_check_issued(cert, cert) == X509_V_OK;
    out->chain_known = known(out, cert, chain);
}

enum err cert_look(struct cert_facts *out, const char *cert_file, const char *key_file,
                   const char *host)
{
    STACK_OF(X509) *chain = read_chain(cert_file);
    FILE *f = fopen(key_file, "re");
    EVP_PKEY *key = f != NULL ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
    X509 *cert = sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : NULL;
    if (f != NULL)
        (void)fclose(f);
    *out = (struct cert_facts){.not_after = 0};
    if (cert != NULL && key != NULL)
        look_at(out, cert, chain, key, host);
    enum err e = cert != NULL && key != NULL ? ERR_OK : ERR_IO;
    EVP_PKEY_free(key);
    sk_X509_pop_free(chain, X509_free);
    return e;
}
