/* crypto: FIPS 180-4 and RFC 2202 vectors, tokens, passwords. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/cert.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "crypto/random.h"
#include "t.h"

static bool is_hex(const void *p, size_t n, const char *want)
{
    char text[129];
    if (n > 64)
        return false;
    hex_text(text, p, n);
    return strcmp(text, want) == 0;
}

static void hashes(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    struct sha256 *h = NULL;
    uint8_t out[SHA256_LEN];
    T_EQ(sha256_new(&h), ERR_OK);
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(rows[i].text);
        T_EQ(hash_sha256(out, rows[i].text, n), ERR_OK);
        T_OK(is_hex(out, sizeof(out), rows[i].want));
        sha256_add(h, rows[i].text, n / 2); /* in two pieces, and anew after each take */
        sha256_add(h, rows[i].text + n / 2, n - n / 2);
        T_EQ(sha256_take(h, out), ERR_OK);
        T_OK(is_hex(out, sizeof(out), rows[i].want));
    }
    sha256_free(h);
    sha256_free(NULL);
}

static void macs(void)
{
    uint8_t key[80], data[50], out[SHA1_LEN];
    memset(key, 0x0b, 20);
    T_EQ(hash_hmac_sha1(out, key, 20, "Hi There", 8), ERR_OK);
    T_OK(is_hex(out, SHA1_LEN, "b617318655057264e28bc0b6fb378c8ef146be00"));
    T_EQ(hash_hmac_sha1(out, "Jefe", 4, "what do ya want for nothing?", 28), ERR_OK);
    T_OK(is_hex(out, SHA1_LEN, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
    memset(key, 0xaa, sizeof(key));
    memset(data, 0xdd, sizeof(data));
    T_EQ(hash_hmac_sha1(out, key, 20, data, sizeof(data)), ERR_OK);
    T_OK(is_hex(out, SHA1_LEN, "125d7342b9ac11cd91a39af48aa17b4f63f175d3"));
    T_EQ(hash_hmac_sha1(out, key, sizeof(key),
                        "Test Using Larger Than Block-Size Key - Hash Key First", 54),
         ERR_OK);
    T_OK(is_hex(out, SHA1_LEN, "aa4ae5e15272d00e95705637ce8a3b55ed402112"));
}

static void compares(void)
{
    T_OK(hash_equal("abc", "abc", 3));
    T_OK(!hash_equal("abc", "abd", 3));
    T_OK(!hash_equal("bbc", "abc", 3));
    T_OK(hash_equal("abc", "abd", 2));
}

static void random_texts(void)
{
    static const char ice[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char a[65], b[65], seen[256] = {0};
    random_hex(a, 64);
    random_hex(b, 64);
    T_EQ(strlen(a), 64);
    T_EQ(strspn(a, "0123456789abcdef"), 64);
    T_OK(strcmp(a, b) != 0);
    for (int i = 0; i < 40; i++) {
        random_ice(a, 64);
        T_EQ(strspn(a, ice), 64);
        for (size_t k = 0; k < 64; k++)
            seen[(unsigned char)a[k]] = 1;
    }
    size_t kinds = 0;
    for (size_t i = 0; i < sizeof(seen); i++)
        kinds += seen[i] != 0;
    T_EQ(kinds, 64); /* 2,560 draws leave one of 64 out once in 10^15 runs */
}

static void tokens(void)
{
    char t[TOKEN_LEN + 1];
    uint8_t h[TOKEN_HASH_LEN], again[TOKEN_HASH_LEN], sha[SHA256_LEN];
    T_EQ(token_new(t, h), ERR_OK);
    T_EQ(strlen(t), TOKEN_LEN);
    T_EQ(token_hash(again, t), ERR_OK);
    T_OK(memcmp(h, again, sizeof(h)) == 0);
    T_EQ(hash_sha256(sha, t, TOKEN_LEN), ERR_OK);
    T_OK(memcmp(h, sha, sizeof(h)) == 0);
}

static void passwords(void)
{
    char h[PASSWORD_HASH_MAX], other[PASSWORD_HASH_MAX];
    T_EQ(password_hash(h, "\xe5\xaf\x86\xe7\xa0\x81 one"), ERR_OK);
    T_OK(strncmp(h, "$argon2id$v=19$m=65536,t=3,p=1$", 31) == 0);
    T_OK(password_check(h, "\xe5\xaf\x86\xe7\xa0\x81 one"));
    T_OK(!password_check(h, "\xe5\xaf\x86\xe7\xa0\x81 two"));
    T_OK(!password_check(h, ""));
    T_OK(!password_check("", "x"));
    T_OK(!password_check("$argon2id$", "x"));
    T_EQ(password_hash(other, "\xe5\xaf\x86\xe7\xa0\x81 one"), ERR_OK);
    T_OK(strcmp(h, other) != 0); /* salted */
}

static void certificate(void)
{
    char dir[] = "/tmp/yj-test-cert-XXXXXX", cert[64], key[64], line[80] = "";
    struct stat st, again;
    T_OK(mkdtemp(dir) != NULL);
    (void)snprintf(cert, sizeof(cert), "%s/cert.pem", dir);
    (void)snprintf(key, sizeof(key), "%s/key.pem", dir);
    T_EQ(cert_ensure(cert, key, "DNS:localhost,IP:127.0.0.1"), ERR_OK);
    T_OK(stat(key, &st) == 0 && (st.st_mode & 0777) == 0600);
    FILE *f = fopen(cert, "r");
    T_OK(f != NULL && fgets(line, sizeof(line), f) != NULL);
    T_OK(strncmp(line, "-----BEGIN CERTIFICATE-----", 27) == 0);
    if (f != NULL)
        (void)fclose(f);
    T_EQ(cert_ensure(cert, key, "DNS:other"), ERR_OK);
    T_OK(stat(key, &again) == 0 && again.st_mtim.tv_nsec == st.st_mtim.tv_nsec); /* kept */
    (void)unlink(cert);
    T_OK(cert_ensure(cert, key, "nonsense") != ERR_OK);
    (void)unlink(key);
    (void)unlink(cert);
    (void)rmdir(dir);
}

int main(void)
{
    hashes();
    macs();
    compares();
    random_texts();
    tokens();
    passwords();
    certificate();
    return t_done("crypto");
}
