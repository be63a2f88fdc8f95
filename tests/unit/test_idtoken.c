/* crypto/jws, api/idtoken: the vectors of RFC 7515, and what is refused. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "api/idtoken_priv.h"
#include "base/mem.h"
#include "crypto/jws.h"
#include "t.h"

#define PAYLOAD \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0" \
    "cnVlfQ"

static void read_into(uint8_t *out, size_t *n, size_t cap, const char *text)
{
    T_EQ(base64url_read(out, n, cap, text, strlen(text)), ERR_OK);
}

/* RFC 7515, A.2 */
static void rs256_vector(void)
{
    static const char n[] =
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt"
        "0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSX"
        "ndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5"
        "IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    static const char sig[] =
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W"
        "2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkS"
        "jtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnv"
        "Wh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    static const char text[] = "eyJhbGciOiJSUzI1NiJ9." PAYLOAD;
    struct jws_key k = {.ec = false};
    uint8_t bytes[512];
    size_t len = 0;
    read_into(k.a, &k.a_len, sizeof(k.a), n);
    read_into(k.b, &k.b_len, sizeof(k.b), "AQAB");
    read_into(bytes, &len, sizeof(bytes), sig);
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len), ERR_OK);
    T_EQ(jws_verify(&k, text, strlen(text) - 1, bytes, len), ERR_CRYPTO);
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len - 1), ERR_CRYPTO);
    bytes[7] ^= 1;
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len), ERR_CRYPTO);
    bytes[7] ^= 1;
    k.a_len = 128; /* a key of 1024 bits */
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len), ERR_CRYPTO);
    k.a_len = 0;
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len), ERR_CRYPTO);
}

/* RFC 7515, A.3 */
static void es256_vector(void)
{
    static const char text[] = "eyJhbGciOiJFUzI1NiJ9." PAYLOAD;
    struct jws_key k = {.ec = true};
    uint8_t bytes[512];
    size_t len = 0;
    read_into(k.a, &k.a_len, sizeof(k.a), "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    read_into(k.b, &k.b_len, sizeof(k.b), "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    read_into(bytes, &len, sizeof(bytes),
              "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU"
              "1Q");
    T_EQ(len, 64);
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len), ERR_OK);
    T_EQ(jws_verify(&k, text, strlen(text) - 1, bytes, len), ERR_CRYPTO);
    T_EQ(jws_verify(&k, text, strlen(text), bytes, 63), ERR_CRYPTO);
    memset(bytes, 0, 32); /* r = 0 */
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len), ERR_CRYPTO);
    k.a[3] ^= 1; /* no point of the curve */
    T_EQ(jws_verify(&k, text, strlen(text), bytes, len), ERR_CRYPTO);
}

static void base64url(void)
{
    /* RFC 4648, 10, in the alphabet of 5 and without padding */
    static const char *const rows[][2] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},      {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"\xfb\xff", "-_8"}};
    static const char *const refused[] = {"Z",    "Zg==", "Zh",  "Zm9",
                                          "Zm9+", "Zm9/", "Z g", "Zm9vYmF"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[20];
        uint8_t bytes[20];
        size_t n = 99;
        base64url_text(text, rows[i][0], strlen(rows[i][0]));
        T_OK(strcmp(text, rows[i][1]) == 0);
        read_into(bytes, &n, sizeof(bytes), text);
        T_OK(n == strlen(rows[i][0]) && memcmp(bytes, rows[i][0], n) == 0);
    }
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        uint8_t bytes[20];
        size_t n = 0;
        T_EQ(base64url_read(bytes, &n, sizeof(bytes), refused[i], strlen(refused[i])), ERR_PROTO);
    }
    uint8_t two[2];
    size_t n = 0;
    T_EQ(base64url_read(two, &n, 2, "Zm9v", 4), ERR_PROTO); /* more than there is room for */
}

/* ---- tokens of a provider of our own ----------------------------------------------------------
 */

static EVP_PKEY *ec, *other;
static json_t *jwks;

static void part(char *out, const char *json)
{
    base64url_text(out, json, strlen(json));
}

static void sign_es256(char *token, EVP_PKEY *key)
{
    unsigned char der[128], raw[64] = {0};
    size_t len = sizeof(der);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    T_OK(EVP_DigestSignInit(c, NULL, EVP_sha256(), NULL, key) == 1 &&
         EVP_DigestSign(c, der, &len, (const unsigned char *)token, strlen(token)) == 1);
    EVP_MD_CTX_free(c);
    const unsigned char *p = der;
    ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &p, (long)len);
    T_OK(BN_bn2binpad(ECDSA_SIG_get0_r(s), raw, 32) == 32 &&
         BN_bn2binpad(ECDSA_SIG_get0_s(s), raw + 32, 32) == 32);
    ECDSA_SIG_free(s);
    strcat(token, ".");
    base64url_text(token + strlen(token), raw, sizeof(raw));
}

static void make(char token[4096], const char *header, const char *claims, EVP_PKEY *key)
{
    part(token, header);
    strcat(token, ".");
    part(token + strlen(token), claims);
    if (key != NULL)
        sign_es256(token, key);
    else
        strcat(token, ".");
}

static void add_ec_key(const char *kid, EVP_PKEY *key, const char *use)
{
    unsigned char point[65];
    size_t n = 0;
    char x[48], y[48];
    T_OK(EVP_PKEY_get_octet_string_param(key, "pub", point, sizeof(point), &n) == 1 && n == 65);
    base64url_text(x, point + 1, 32);
    base64url_text(y, point + 33, 32);
    (void)json_array_append_new(json_object_get(jwks, "keys"),
                                json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "kty", "EC", "crv", "P-256",
                                          "kid", kid, "x", x, "y", y, "use", use));
}

#define NOW INT64_C(1795520741)
#define CLAIMS(iss, aud, exp, iat, nonce, more) \
    "{\"iss\":" iss ",\"aud\":" aud ",\"exp\":" exp ",\"iat\":" iat ",\"nonce\":" nonce more "}"
#define FINE \
    CLAIMS("\"https://id\"", "\"yj\"", "1795521041", "1795520741", "\"n1\"", ",\"sub\":\"u1\"")
#define ES "{\"alg\":\"ES256\",\"kid\":\"k1\"}"

static const struct {
    const char *name, *header, *claims;
    char key; /* k: the provider's, o: another's, -: none */
    enum idtoken_fault want;
} rows[] = {
    {"fine", ES, FINE, 'k', IDTOKEN_FINE},
    {"no kid", "{\"alg\":\"ES256\"}", FINE, 'k', IDTOKEN_FINE},
    {"alg none", "{\"alg\":\"none\"}", FINE, '-', IDTOKEN_ALG},
    {"alg none, signed", "{\"alg\":\"none\",\"kid\":\"k1\"}", FINE, 'k', IDTOKEN_ALG},
    {"HS256", "{\"alg\":\"HS256\",\"kid\":\"k1\"}", FINE, 'k', IDTOKEN_ALG},
    {"no alg", "{\"kid\":\"k1\"}", FINE, 'k', IDTOKEN_ALG},
    {"crit", "{\"alg\":\"ES256\",\"kid\":\"k1\",\"crit\":[\"x\"]}", FINE, 'k', IDTOKEN_ALG},
    {"RS256 with a key of a curve", "{\"alg\":\"RS256\",\"kid\":\"k1\"}", FINE, 'k', IDTOKEN_KEY},
    {"unknown kid", "{\"alg\":\"ES256\",\"kid\":\"k9\"}", FINE, 'k', IDTOKEN_KEY},
    {"a key for encryption", "{\"alg\":\"ES256\",\"kid\":\"enc\"}", FINE, 'o', IDTOKEN_KEY},
    {"another's signature", ES, FINE, 'o', IDTOKEN_SIGNATURE},
    {"no signature", ES, FINE, '-', IDTOKEN_SIGNATURE},
    {"issuer", ES,
     CLAIMS("\"https://id/\"", "\"yj\"", "1795521041", "1795520741", "\"n1\"", ",\"sub\":\"u1\""),
     'k', IDTOKEN_ISSUER},
    {"no issuer", ES, "{\"aud\":\"yj\"}", 'k', IDTOKEN_ISSUER},
    {"audience", ES,
     CLAIMS("\"https://id\"", "\"other\"", "1795521041", "1795520741", "\"n1\"", ",\"sub\":\"u1\""),
     'k', IDTOKEN_AUDIENCE},
    {"audience of one", ES,
     CLAIMS("\"https://id\"", "[\"yj\"]", "1795521041", "1795520741", "\"n1\"", ",\"sub\":\"u1\""),
     'k', IDTOKEN_FINE},
    {"audience of several", ES,
     CLAIMS("\"https://id\"", "[\"yj\",\"x\"]", "1795521041", "1795520741", "\"n1\"",
            ",\"sub\":\"u1\""),
     'k', IDTOKEN_AUDIENCE},
    {"audience of several, for us", ES,
     CLAIMS("\"https://id\"", "[\"x\",\"yj\"]", "1795521041", "1795520741", "\"n1\"",
            ",\"sub\":\"u1\",\"azp\":\"yj\""),
     'k', IDTOKEN_FINE},
    {"party of others", ES,
     CLAIMS("\"https://id\"", "\"yj\"", "1795521041", "1795520741", "\"n1\"",
            ",\"sub\":\"u1\",\"azp\":\"x\""),
     'k', IDTOKEN_AUDIENCE},
    {"run out", ES,
     CLAIMS("\"https://id\"", "\"yj\"", "1795520621", "1795520321", "\"n1\"", ",\"sub\":\"u1\""),
     'k', IDTOKEN_TIME},
    {"run out within the skew", ES,
     CLAIMS("\"https://id\"", "\"yj\"", "1795520622", "1795520321", "\"n1\"", ",\"sub\":\"u1\""),
     'k', IDTOKEN_FINE},
    {"of the future", ES,
     CLAIMS("\"https://id\"", "\"yj\"", "1795531041", "1795520861", "\"n1\"", ",\"sub\":\"u1\""),
     'k', IDTOKEN_TIME},
    {"not before", ES,
     CLAIMS("\"https://id\"", "\"yj\"", "1795521041", "1795520741", "\"n1\"",
            ",\"sub\":\"u1\",\"nbf\":1795520861"),
     'k', IDTOKEN_TIME},
    {"time as a text", ES,
     CLAIMS("\"https://id\"", "\"yj\"", "\"1795521041\"", "1795520741", "\"n1\"",
            ",\"sub\":\"u1\""),
     'k', IDTOKEN_TIME},
    {"nonce", ES,
     CLAIMS("\"https://id\"", "\"yj\"", "1795521041", "1795520741", "\"n2\"", ",\"sub\":\"u1\""),
     'k', IDTOKEN_NONCE},
    {"no subject", ES, CLAIMS("\"https://id\"", "\"yj\"", "1795521041", "1795520741", "\"n1\"", ""),
     'k', IDTOKEN_SUBJECT},
    {"doubled member", ES, "{\"iss\":\"https://id\",\"iss\":\"x\"}", 'k', IDTOKEN_FORM},
    {"no object", ES, "[]", 'k', IDTOKEN_FORM},
};

static const struct idtoken_want want = {
    .issuer = "https://id", .client = "yj", .nonce = "n1", .now_s = NOW};

static void tokens(void)
{
    char token[4096], subject[SUBJECT_LEN + 1];
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        (void)snprintf(subject, sizeof(subject), "-");
        make(token, rows[i].header, rows[i].claims,
             rows[i].key == 'k'   ? ec
             : rows[i].key == 'o' ? other
                                  : NULL);
        enum idtoken_fault got = idtoken_check(subject, token, jwks, &want);
        T_EQ(got, rows[i].want);
        if (got != rows[i].want)
            (void)fprintf(stderr, "%s: %s\n", rows[i].name, idtoken_fault_text(got));
        T_OK(strcmp(subject, got == IDTOKEN_FINE ? "u1" : "-") == 0);
    }
}

static void forms(void)
{
    static const char *const broken[] = {"", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "e30.!.e30"};
    char token[4096], subject[SUBJECT_LEN + 1];
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        T_OK(idtoken_check(subject, broken[i], jwks, &want) != IDTOKEN_FINE);
    make(token, ES, FINE, ec);
    size_t n = strlen(token);
    for (size_t cut = 0; cut < n; cut++) { /* an exact copy of every beginning */
        char *part_of = mem_strdup(token);
        part_of[cut] = '\0';
        T_OK(idtoken_check(subject, part_of, jwks, &want) != IDTOKEN_FINE);
        mem_free(part_of);
    }
    struct idtoken_want none = want;
    none.nonce = "";
    T_EQ(idtoken_check(subject, token, jwks, &none), IDTOKEN_NONCE);
    T_EQ(idtoken_check(subject, token, NULL, &want), IDTOKEN_KEY);
}

int main(void)
{
    ec = EVP_EC_gen("P-256");
    other = EVP_EC_gen("P-256");
    jwks = json_pack("{s:[]}", "keys");
    add_ec_key("k0", other, "enc");
    add_ec_key("enc", other, "enc");
    add_ec_key("k1", ec, "sig");
    base64url();
    rs256_vector();
    es256_vector();
    tokens();
    forms();
    json_decref(jwks);
    EVP_PKEY_free(ec);
    EVP_PKEY_free(other);
    return t_done("idtoken");
}
