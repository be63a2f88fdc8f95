/* What the provider says of itself and its keys is kept for ten minutes; keys are asked for again,
 * at most once a minute, when a token names one that is not among them. */
#include "oidc_priv.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/shape.h"
#include "crypto/hash.h"
#include "crypto/jws.h"
#include "http/fetch.h"

enum { KEEP_S = 600, AGAIN_S = 60, SECRET_MAX = 256, FORM_MAX = 6000 };

struct kept {
    json_t *doc;
    uint64_t at_ns; /* 0: never */
};

struct oidc {
    const struct conf *conf;
    char redirect[CONF_TEXT + 16];
    pthread_mutex_t lock; /* held while one thread asks: the others wait for what it gets */
    struct kept about, keys;
};

enum err oidc_new(struct oidc **out, const struct conf *conf, const char *public_url)
{
    struct oidc *o = (struct oidc *)mem_zalloc(1, sizeof(*o));
    if (o == NULL)
        return ERR_NOMEM;
    o->conf = conf;
    (void)snprintf(o->redirect, sizeof(o->redirect), "%s/oidc", public_url);
    (void)pthread_mutex_init(&o->lock, NULL);
    *out = o;
    return ERR_OK;
}

void oidc_free(struct oidc *o)
{
    if (o == NULL)
        return;
    json_decref(o->about.doc);
    json_decref(o->keys.doc);
    (void)pthread_mutex_destroy(&o->lock);
    mem_free(o);
}

/* ---- asking -----------------------------------------------------------------------------------
 */

static enum err ask(json_t **out, const struct oidc *o, struct fetch *f)
{
    char *text = NULL, why[SHAPE_WHY_MAX] = "";
    long status = 0;
    f->ca_file = o->conf->oidc_ca;
    enum err e = fetch(&text, &status, f);
    if (e != ERR_OK)
        return e;
    json_t *doc = shape_parse(text, strlen(text), why);
    mem_free(text);
    if (status == 200 && doc != NULL) {
        *out = doc;
        return ERR_OK;
    }
    log_warn("oidc", "%s answered %ld%s%s %s", f->url, status, doc == NULL ? ", " : "", why,
             doc != NULL && json_is_string(json_object_get(doc, "error"))
                 ? json_string_value(json_object_get(doc, "error"))
                 : "");
    json_decref(doc);
    return status >= 500 ? ERR_IO : ERR_AUTH;
}

/* With the lock. */
static enum err keep(struct oidc *o, struct kept *k, const char *url, int old_s)
{
    json_t *doc = NULL;
    uint64_t now = clock_mono_ns();
    struct fetch f = {.url = url};
    if (k->doc != NULL && now - k->at_ns < (uint64_t)old_s * NS_PER_S)
        return ERR_OK;
    enum err e = ask(&doc, o, &f);
    if (e != ERR_OK)
        return e == ERR_AUTH ? ERR_IO : e;
    json_decref(k->doc);
    *k = (struct kept){.doc = doc, .at_ns = now};
    return ERR_OK;
}

static const char *about(const struct oidc *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o->about.doc, name));
    return s != NULL ? s : "";
}

/* With the lock. The document must be of the issuer that was asked for (Discovery 4.3). */
static enum err discover(struct oidc *o)
{
    char url[CONF_TEXT + 40];
    const char *issuer = o->conf->oidc_issuer;
    size_t n = strlen(issuer);
    (void)snprintf(url, sizeof(url), "%.*s/.well-known/openid-configuration",
                   (int)(n > 0 && issuer[n - 1] == '/' ? n - 1 : n), issuer);
    enum err e = keep(o, &o->about, url, KEEP_S);
    if (e == ERR_OK && strcmp(about(o, "issuer"), issuer) != 0) {
        log_warn("oidc", "%s is of another issuer", url);
        o->about.at_ns = 0;
        return ERR_IO;
    }
    return e;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

struct writing {
    char *text;
    size_t len, cap;
    bool bad;
};

static struct writing write_into(char *out, size_t cap)
{
    out[0] = '\0';
    return (struct writing){.text = out, .cap = cap};
}

static void put(struct writing *w, const char *text)
{
    size_t n = strlen(text);
    w->bad = w->bad || n >= w->cap - w->len;
    if (w->bad)
        return;
    memcpy(w->text + w->len, text, n + 1);
    w->len += n;
}

/* Everything but unreserved characters as percent and two digits. */
static void put_encoded(struct writing *w, const char *value)
{
    for (const unsigned char *p = (const unsigned char *)value; *p != '\0'; p++) {
        char one[4];
        bool plain = isalnum(*p) || strchr("-._~", *p) != NULL;
        (void)snprintf(one, sizeof(one), plain ? "%c" : "%%%02X", *p);
        put(w, one);
    }
}

static void put_pair(struct writing *w, const char *before, const char *name, const char *value)
{
    put(w, before);
    put(w, name);
    put(w, "=");
    put_encoded(w, value);
}

enum err oidc_authorise_url(struct oidc *o, char out[OIDC_URL_MAX], const char *state,
                            const char *nonce, const char *verifier)
{
    uint8_t digest[SHA256_LEN];
    char challenge[44];
    struct writing w = write_into(out, OIDC_URL_MAX);
    enum err e = hash_sha256(digest, verifier, strlen(verifier));
    if (e != ERR_OK)
        return e;
    base64url_text(challenge, digest, sizeof(digest));
    (void)pthread_mutex_lock(&o->lock);
    e = discover(o);
    if (e == ERR_OK) {
        const char *to = about(o, "authorization_endpoint");
        put(&w, to);
        put_pair(&w, strchr(to, '?') != NULL ? "&" : "?", "response_type", "code");
        put_pair(&w, "&", "client_id", o->conf->oidc_client);
        put_pair(&w, "&", "redirect_uri", o->redirect);
        put_pair(&w, "&", "scope", "openid");
        put_pair(&w, "&", "state", state);
        put_pair(&w, "&", "nonce", nonce);
        put_pair(&w, "&", "code_challenge", challenge);
        put_pair(&w, "&", "code_challenge_method", "S256");
    }
    (void)pthread_mutex_unlock(&o->lock);
    return e == ERR_OK && w.bad ? ERR_TOOBIG : e;
}

/* ---- the code ---------------------------------------------------------------------------------
 */

/* RFC 6749 2.3.1: both are encoded before they are put together. */
static enum err read_login(const struct oidc *o, char out[FORM_MAX], bool *any)
{
    char secret[SECRET_MAX] = "";
    struct writing w = write_into(out, FORM_MAX);
    *any = o->conf->oidc_secret_file[0] != '\0';
    if (!*any)
        return ERR_OK;
    FILE *f = fopen(o->conf->oidc_secret_file, "re");
    bool read = f != NULL && fgets(secret, sizeof(secret), f) != NULL;
    if (f != NULL)
        (void)fclose(f);
    secret[strcspn(secret, "\r\n")] = '\0';
    if (!read || secret[0] == '\0') {
        log_error("oidc", "%s: cannot be read", o->conf->oidc_secret_file);
        return ERR_IO;
    }
    put_encoded(&w, o->conf->oidc_client);
    put(&w, ":");
    put_encoded(&w, secret);
    return w.bad ? ERR_TOOBIG : ERR_OK;
}

static enum err exchange_code(struct oidc *o, json_t **answer, const char *code,
                              const char *verifier)
{
    static _Thread_local char form[FORM_MAX], login[FORM_MAX];
    char url[OIDC_URL_MAX];
    bool secret = false;
    struct writing w = write_into(form, FORM_MAX);
    enum err e = read_login(o, login, &secret);
    (void)snprintf(url, sizeof(url), "%s", about(o, "token_endpoint"));
    put_pair(&w, "", "grant_type", "authorization_code");
    put_pair(&w, "&", "code", code);
    put_pair(&w, "&", "redirect_uri", o->redirect);
    put_pair(&w, "&", "code_verifier", verifier);
    if (!secret)
        put_pair(&w, "&", "client_id", o->conf->oidc_client);
    struct fetch f = {.url = url, .form = form, .login = secret ? login : NULL};
    if (e == ERR_OK && w.bad)
        e = ERR_TOOBIG;
    return e == ERR_OK ? ask(answer, o, &f) : e;
}

static enum idtoken_fault check_token(struct oidc *o, char subject[SUBJECT_LEN + 1],
                                      const char *token, const struct idtoken_want *want)
{
    enum idtoken_fault f = idtoken_check(subject, token, o->keys.doc, want);
    if (f == IDTOKEN_KEY && keep(o, &o->keys, about(o, "jwks_uri"), AGAIN_S) == ERR_OK)
        f = idtoken_check(subject, token, o->keys.doc, want);
    return f;
}

enum err oidc_subject(struct oidc *o, char subject[SUBJECT_LEN + 1], const char *code,
                      const char *verifier, const char *nonce, int64_t now_ms, const char **why)
{
    json_t *answer = NULL;
    const struct idtoken_want want = {.issuer = o->conf->oidc_issuer,
                                      .client = o->conf->oidc_client,
                                      .nonce = nonce,
                                      .now_s = now_ms / 1000};
    *why = "the provider";
    (void)pthread_mutex_lock(&o->lock);
    enum err e = discover(o);
    if (e == ERR_OK)
        e = keep(o, &o->keys, about(o, "jwks_uri"), KEEP_S);
    if (e == ERR_OK)
        e = exchange_code(o, &answer, code, verifier);
    if (e == ERR_OK) {
        const char *token = json_string_value(json_object_get(answer, "id_token"));
        enum idtoken_fault f = check_token(o, subject, token != NULL ? token : "", &want);
        *why = idtoken_fault_text(f);
        e = f == IDTOKEN_FINE ? ERR_OK : ERR_AUTH;
    }
    (void)pthread_mutex_unlock(&o->lock);
    json_decref(answer);
    return e;
}
