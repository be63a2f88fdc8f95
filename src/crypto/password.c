/* 64 MiB and three passes: a quarter of a second here. */
#include "crypto/password.h"

#include <argon2.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/random.h"

enum { PASSES = 3, KIB = 65536, LANES = 1, SALT = 16, HASH = 32 };

enum err password_hash(char out[PASSWORD_HASH_MAX], const char *password)
{
    uint8_t salt[SALT];
    random_bytes(salt, sizeof(salt));
    int rc = argon2id_hash_encoded(PASSES, KIB, LANES, password, strlen(password), salt, SALT, HASH,
                                   out, PASSWORD_HASH_MAX);
    return rc == ARGON2_OK ? ERR_OK : ERR_CRYPTO;
}

bool password_check(const char *hash, const char *password)
{
    return argon2id_verify(hash, password, strlen(password)) == ARGON2_OK;
}

enum err token_new(char out[TOKEN_LEN + 1], uint8_t hash[TOKEN_HASH_LEN])
{
    random_hex(out, TOKEN_LEN);
    return token_hash(hash, out);
}

enum err token_hash(uint8_t hash[TOKEN_HASH_LEN], const char *token)
{
    return hash_sha256(hash, token, strlen(token));
}
