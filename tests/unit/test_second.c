/* crypto/totp, crypto/seal, domain/second, domain/words: the second factor and passwords. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/seal.h"
#include "crypto/totp.h"
#include "db/db.h"
#include "domain/second.h"
#include "domain/words.h"
#include "t.h"
#include "tmpdir.h"

static const uint8_t secret[] = "12345678901234567890"; /* of both RFCs' appendices */

static void hotp_vectors(void)
{
    /* RFC 4226, appendix D */
    static const char *const want[] = {"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
    char code[9];
    for (uint64_t i = 0; i < 10; i++) {
        T_EQ(hotp(code, secret, 20, i, 6), ERR_OK);
        T_OK(strcmp(code, want[i]) == 0);
    }
    T_EQ(hotp(code, secret, 20, 0, 5), ERR_INVAL);
    T_EQ(hotp(code, secret, 20, 0, 9), ERR_INVAL);
}

static void totp_vectors(void)
{
    /* RFC 6238, appendix B, SHA-1 */
    static const struct {
        int64_t at_s;
        const char *code;
    } rows[] = {{59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
                {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char code[9];
        int64_t step = -5;
        T_EQ(hotp(code, secret, 20, (uint64_t)(rows[i].at_s / TOTP_STEP_S), 8), ERR_OK);
        T_OK(strcmp(code, rows[i].code) == 0);
        T_EQ(totp_check(&step, secret, 20, rows[i].code + 2, rows[i].at_s * 1000, -1), ERR_OK);
        T_EQ(step, rows[i].at_s / TOTP_STEP_S);
    }
}

static void a_code_is_good_for_its_time_and_once(void)
{
    int64_t step = 7;
    const int64_t at = 1234567890000;
    T_EQ(totp_check(&step, secret, 20, "005924", at + 30000, -1),
         ERR_OK); /* a clock that is slow */
    T_EQ(totp_check(&step, secret, 20, "005924", at - 30000, -1), ERR_OK);
    T_EQ(step, 41152263);
    T_EQ(totp_check(&step, secret, 20, "005924", at + 60000, -1), ERR_AUTH);
    T_EQ(totp_check(&step, secret, 20, "005924", at - 60000, -1), ERR_AUTH);
    T_EQ(totp_check(&step, secret, 20, "005924", at, 41152263), ERR_AUTH); /* used */
    T_EQ(totp_check(&step, secret, 20, "005924", at, 41152262), ERR_OK);
    T_EQ(totp_check(&step, secret, 20, "", at, -1), ERR_AUTH);
    T_EQ(totp_check(&step, secret, 20, "00592", at, -1), ERR_AUTH);
    T_EQ(totp_check(&step, secret, 20, "0059240", at, -1), ERR_AUTH);
    T_EQ(totp_check(&step, secret, 20, "005925", at, -1), ERR_AUTH);
    T_EQ(totp_check(&step, secret, 20, "287082", 0, -1), ERR_OK); /* step 1 is near the beginning */
    T_EQ(step, 1);
}

static void base32_vectors(void)
{
    /* RFC 4648, 10, without padding */
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "MY"},
                                          {"fo", "MZXQ"},
                                          {"foo", "MZXW6"},
                                          {"foob", "MZXW6YQ"},
                                          {"fooba", "MZXW6YTB"},
                                          {"foobar", "MZXW6YTBOI"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[20];
        base32_text(text, (const uint8_t *)rows[i][0], strlen(rows[i][0]));
        T_OK(strcmp(text, rows[i][1]) == 0);
    }
}

static void seals(void)
{
    const uint8_t key[SEAL_KEY_LEN] = {1}, other[SEAL_KEY_LEN] = {2};
    uint8_t sealed[20 + SEAL_EXTRA], again[20 + SEAL_EXTRA], plain[20] = {0};
    T_EQ(seal(key, "totp a", secret, 20, sealed), ERR_OK);
    T_EQ(seal(key, "totp a", secret, 20, again), ERR_OK);
    T_OK(memcmp(sealed, again, sizeof(sealed)) != 0); /* no two alike */
    T_OK(memmem(sealed, sizeof(sealed), "1234", 4) == NULL);
    T_EQ(seal_open(key, "totp a", sealed, sizeof(sealed), plain), ERR_OK);
    T_OK(memcmp(plain, secret, 20) == 0);
    memset(plain, 0, sizeof(plain));
    T_EQ(seal_open(key, "totp b", sealed, sizeof(sealed), plain), ERR_CRYPTO); /* another's row */
    T_EQ(seal_open(other, "totp a", sealed, sizeof(sealed), plain), ERR_CRYPTO);
    for (size_t n = 0; n < sizeof(sealed); n++)
        T_EQ(seal_open(key, "totp a", sealed, n, plain), ERR_CRYPTO);
    for (size_t i = 0; i < sizeof(sealed); i++) {
        sealed[i] ^= 0x40;
        T_EQ(seal_open(key, "totp a", sealed, sizeof(sealed), plain), ERR_CRYPTO);
        sealed[i] ^= 0x40;
    }
    T_OK(plain[0] == 0); /* untouched by what failed */
}

static void the_key_is_a_file_of_its_own(void)
{
    uint8_t key[SEAL_KEY_LEN], again[SEAL_KEY_LEN];
    struct stat st;
    const char *path = tmpdir_path("secret.key");
    T_EQ(seal_key_ensure(key, path), ERR_OK);
    T_OK(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600 && st.st_size == SEAL_KEY_LEN);
    T_EQ(seal_key_ensure(again, path), ERR_OK);
    T_OK(memcmp(key, again, sizeof(key)) == 0);
    T_OK(chmod(path, 0640) == 0);
    T_EQ(seal_key_ensure(again, path), ERR_CRYPTO); /* others may read it */
    T_OK(chmod(path, 0600) == 0 && truncate(path, 31) == 0);
    T_EQ(seal_key_ensure(again, path), ERR_CRYPTO);
    T_EQ(seal_key_ensure(again, "/nonexistent/secret.key"), ERR_IO);
}

/* ---- in the records ---------------------------------------------------------------------------
 */

static void enrols_uses_and_removes(struct db *db, struct account *a)
{
    const uint8_t key[SEAL_KEY_LEN] = {3};
    char text[TOTP_TEXT_LEN + 1], codes[RECOVERY_CODES][RECOVERY_LEN + 1];
    int64_t now = 1795520741000, left = 0;
    T_EQ(second_confirm(db, a, key, "123456", now), ERR_AUTH); /* nothing was offered */
    T_EQ(second_use(db, a, key, "123456", now), ERR_AUTH);
    T_EQ(second_offer(db, a, key, text), ERR_OK);
    T_EQ(strlen(text), TOTP_TEXT_LEN);
    T_EQ(second_use(db, a, key, "123456", now), ERR_AUTH); /* offered is not in force */

    /* As an authenticator reads it. */
    uint8_t bytes[TOTP_SECRET_LEN] = {0};
    uint32_t bits = 0;
    int have = 0;
    size_t n = 0;
    for (const char *p = text; *p != '\0'; p++) {
        bits = bits << 5 | (uint32_t)(*p >= 'A' ? *p - 'A' : *p - '2' + 26);
        have += 5;
        if (have >= 8)
            bytes[n++] = (uint8_t)(bits >> (have -= 8));
    }
    T_EQ(n, TOTP_SECRET_LEN);
    char code[9], next[9];
    T_EQ(hotp(code, bytes, n, (uint64_t)(now / 30000), 6), ERR_OK);
    T_EQ(hotp(next, bytes, n, (uint64_t)(now / 30000) + 1, 6), ERR_OK);
    T_EQ(second_confirm(db, a, key, code, now), ERR_OK);
    T_EQ(account_by_login(db, a, a->login), ERR_OK);
    T_EQ(a->second_at, now);
    T_EQ(second_use(db, a, key, code, now), ERR_AUTH); /* used to confirm */
    T_EQ(second_use(db, a, key, next, now), ERR_OK);
    T_EQ(second_use(db, a, key, next, now), ERR_AUTH);
    T_EQ(second_use(db, a, key, code, now), ERR_AUTH); /* older than the last */

    T_EQ(second_codes(db, a->id, codes), ERR_OK);
    T_EQ(second_codes_left(db, a->id, &left), ERR_OK);
    T_EQ(left, RECOVERY_CODES);
    T_EQ(second_use(db, a, key, codes[3], now), ERR_OK);
    T_EQ(second_use(db, a, key, codes[3], now), ERR_AUTH);
    for (char *p = codes[4]; *p != '\0'; p++)
        *p = (char)(*p == '-' ? ' ' : *p >= 'A' ? *p + 32 : *p); /* as people type */
    T_EQ(second_use(db, a, key, codes[4], now), ERR_OK);
    T_EQ(second_use(db, a, key, "AAAA-BBBB-CCCC-DDDD", now), ERR_AUTH);
    T_EQ(second_codes_left(db, a->id, &left), ERR_OK);
    T_EQ(left, RECOVERY_CODES - 2);
    T_EQ(second_remove(db, a->id), ERR_OK);
    T_EQ(second_use(db, a, key, codes[5], now), ERR_AUTH);
    T_EQ(second_codes_left(db, a->id, &left), ERR_OK);
    T_EQ(left, 0);
}

static void words(void)
{
    static const char *const logins[] = {"a", "", "a b", "zh\xe4\xb8\xad", "a/b", "a\tb"};
    char once[ONE_TIME_LEN + 1], other[ONE_TIME_LEN + 1];
    T_OK(login_refused("wang.gong@x-y_9") == NULL);
    for (size_t i = 0; i < sizeof(logins) / sizeof(logins[0]); i++)
        T_OK(login_refused(logins[i]) != NULL);
    T_OK(password_refused("correct horse", "wang") == NULL);
    T_OK(password_refused("123456789", "wang") != NULL);
    T_OK(password_refused("", "wang") != NULL);
    T_OK(password_refused("\xe4\xba\x91\xe9\x89\xb4\xe4\xba\x91", "wang") != NULL); /* 3, not 9 */
    T_OK(password_refused("aaaaaaaaaaaaaaa", "wang") != NULL);
    T_OK(password_refused("my name is WANG gong", "wang") != NULL);
    password_make(once);
    password_make(other);
    T_OK(strlen(once) == ONE_TIME_LEN && strcmp(once, other) != 0);
    T_OK(password_refused(once, "wang") == NULL);
}

int main(void)
{
    struct db *db = NULL;
    struct account a = {.login = "wang", .name = "w", .role = ROLE_ADMIN, .password = "hash"};
    tmpdir_make();
    hotp_vectors();
    totp_vectors();
    a_code_is_good_for_its_time_and_once();
    base32_vectors();
    seals();
    the_key_is_a_file_of_its_own();
    T_EQ(db_open(&db, tmpdir_path("d.sqlite")), ERR_OK);
    T_EQ(account_add(db, &a, 1), ERR_OK);
    enrols_uses_and_removes(db, &a);
    db_close(db);
    words();
    return t_done("second");
}
