/* The algorithm is ours to choose: a key of the kind that it needs, of no other. */
#include "idtoken_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/shape.h"
#include "crypto/jws.h"

struct token {
    const char *text;
    size_t signed_len; /* header, dot, payload */
    json_t *header, *claims;
    uint8_t sig[JWS_KEY_MAX];
    size_t sig_len;
};

static json_t *read_json(const char *text, size_t len)
{
    size_t n = 0;
    uint8_t *bytes = (uint8_t *)mem_alloc(len + 1);
    json_t *o = NULL;
    if (bytes != NULL && base64url_read(bytes, &n, len, text, len) == ERR_OK) {
        char why[SHAPE_WHY_MAX];
        o = shape_parse((const char *)bytes, n, why);
    }
    mem_free(bytes);
    return o;
}

static bool split(struct token *t, const char *text)
{
    const char *first = strchr(text, '.'), *second = first != NULL ? strchr(first + 1, '.') : NULL;
    if (second == NULL || strchr(second + 1, '.') != NULL || strlen(text) > IDTOKEN_MAX)
        return false;
    t->text = text;
    t->signed_len = (size_t)(second - text);
    t->header = read_json(text, (size_t)(first - text));
    t->claims = read_json(first + 1, (size_t)(second - first - 1));
    return t->header != NULL && t->claims != NULL &&
           base64url_read(t->sig, &t->sig_len, sizeof(t->sig), second + 1, strlen(second + 1)) ==
               ERR_OK;
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s != NULL ? s : "";
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static bool read_part(uint8_t *out, size_t *n, size_t cap, const json_t *jwk, const char *name)
{
    const char *text = text_of(jwk, name);
    return *text != '\0' && base64url_read(out, n, cap, text, strlen(text)) == ERR_OK;
}

static bool read_key(struct jws_key *k, const json_t *jwk, bool ec)
{
    const char *use = text_of(jwk, "use");
    if ((*use != '\0' && strcmp(use, "sig") != 0) ||
        strcmp(text_of(jwk, "kty"), ec ? "EC" : "RSA") != 0 ||
        (ec && strcmp(text_of(jwk, "crv"), "P-256") != 0))
        return false;
    k->ec = ec;
    return read_part(k->a, &k->a_len, sizeof(k->a), jwk, ec ? "x" : "n") &&
           read_part(k->b, &k->b_len, sizeof(k->b), jwk, ec ? "y" : "e");
}

/* The one named, or all of its kind where the token names none. */
static enum idtoken_fault check_signature(const struct token *t, const json_t *jwks, bool ec)
{
    const json_t *list = json_object_get(jwks, "keys");
    const char *kid = text_of(t->header, "kid");
    enum idtoken_fault f = IDTOKEN_KEY;
    for (size_t i = 0; i < json_array_size(list) && i < JWKS_KEYS_MAX; i++) {
        struct jws_key k = {.ec = ec};
        const json_t *jwk = json_array_get(list, i);
        if ((*kid != '\0' && strcmp(kid, text_of(jwk, "kid")) != 0) || !read_key(&k, jwk, ec))
            continue;
        f = IDTOKEN_SIGNATURE;
        if (jws_verify(&k, t->text, t->signed_len, t->sig, t->sig_len) == ERR_OK)
            return IDTOKEN_FINE;
    }
    return f;
}

/* ---- claims -----------------------------------------------------------------------------------
 */

static bool is_audience(const json_t *claims, const char *client)
{
    const json_t *aud = json_object_get(claims, "aud");
    const json_t *azp = json_object_get(claims, "azp");
    bool mine = json_is_string(aud) && strcmp(json_string_value(aud), client) == 0;
    for (size_t i = 0; i < json_array_size(aud); i++) {
        const char *one = json_string_value(json_array_get(aud, i));
        mine = mine || (one != NULL && strcmp(one, client) == 0);
    }
    if (azp != NULL)
        return mine && strcmp(text_of(claims, "azp"), client) == 0;
    return mine && json_array_size(aud) <= 1; /* Of several, one must be named as the party. */
}

static bool is_time(const json_t *claims, int64_t now_s)
{
    const json_t *exp = json_object_get(claims, "exp"), *iat = json_object_get(claims, "iat");
    const json_t *nbf = json_object_get(claims, "nbf");
    if (!json_is_integer(exp) || !json_is_integer(iat) || (nbf != NULL && !json_is_integer(nbf)))
        return false;
    return json_integer_value(exp) > now_s - IDTOKEN_SKEW_S &&
           json_integer_value(iat) < now_s + IDTOKEN_SKEW_S &&
           json_integer_value(nbf) < now_s + IDTOKEN_SKEW_S;
}

static enum idtoken_fault check_claims(const json_t *c, const struct idtoken_want *want)
{
    const char *sub = text_of(c, "sub");
    if (strcmp(text_of(c, "iss"), want->issuer) != 0)
        return IDTOKEN_ISSUER;
    if (!is_audience(c, want->client))
        return IDTOKEN_AUDIENCE;
    if (!is_time(c, want->now_s))
        return IDTOKEN_TIME;
    if (want->nonce[0] == '\0' || strcmp(text_of(c, "nonce"), want->nonce) != 0)
        return IDTOKEN_NONCE;
    return *sub == '\0' || strlen(sub) > SUBJECT_LEN ? IDTOKEN_SUBJECT : IDTOKEN_FINE;
}

static enum idtoken_fault check(struct token *t, const char *text, const json_t *jwks,
                                const struct idtoken_want *want)
{
    if (!split(t, text))
        return IDTOKEN_FORM;
    const char *alg = text_of(t->header, "alg");
    bool ec = strcmp(alg, "ES256") == 0;
    if ((!ec && strcmp(alg, "RS256") != 0) || json_object_get(t->header, "crit") != NULL)
        return IDTOKEN_ALG;
    enum idtoken_fault f = check_signature(t, jwks, ec);
    return f == IDTOKEN_FINE ? check_claims(t->claims, want) : f;
}

enum idtoken_fault idtoken_check(char subject[SUBJECT_LEN + 1], const char *token,
                                 const json_t *jwks, const struct idtoken_want *want)
{
    struct token t = {.text = token};
    enum idtoken_fault f = check(&t, token, jwks, want);
    if (f == IDTOKEN_FINE)
        (void)snprintf(subject, SUBJECT_LEN + 1, "%s", text_of(t.claims, "sub"));
    json_decref(t.header);
    json_decref(t.claims);
    return f;
}

const char *idtoken_fault_text(enum idtoken_fault f)
{
    static const char *const texts[] = {
        "fine",   "form",     "algorithm", "key not known", "signature",
        "issuer", "audience", "time",      "nonce",         "subject",
    };
    return texts[f];
}
