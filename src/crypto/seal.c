/* AES-256-GCM with a random nonce: 2^32 seals under one key before chance matters, and these are a
 * few an account and one a message. */
#include "crypto/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "crypto/random.h"

enum { NONCE = 12, TAG = 16 };

static enum err make_key(uint8_t key[SEAL_KEY_LEN], const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return ERR_IO;
    random_bytes(key, SEAL_KEY_LEN);
    bool fine = write(fd, key, SEAL_KEY_LEN) == SEAL_KEY_LEN && fsync(fd) == 0;
    fine = close(fd) == 0 && fine;
    if (!fine)
        (void)unlink(path); /* A short key would be refused for ever. */
    return fine ? ERR_OK : ERR_IO;
}

enum err seal_key_ensure(uint8_t key[SEAL_KEY_LEN], const char *path)
{
    struct stat st;
    uint8_t bytes[SEAL_KEY_LEN + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? make_key(key, path) : ERR_IO;
    ssize_t n = read(fd, bytes, sizeof(bytes));
    bool closed = fstat(fd, &st) == 0 && (st.st_mode & 077) == 0;
    (void)close(fd);
    if (n != SEAL_KEY_LEN || !closed)
        return ERR_CRYPTO;
    memcpy(key, bytes, SEAL_KEY_LEN);
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return ERR_OK;
}

enum err seal(const uint8_t key[SEAL_KEY_LEN], const char *purpose, const void *plain, size_t n,
              uint8_t *out)
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    int len = 0, last = 0;
    random_bytes(out, NONCE);
    bool fine =
        c != NULL && n <= SEAL_MAX &&
        EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, out) == 1 &&
        EVP_EncryptUpdate(c, NULL, &len, (const unsigned char *)purpose, (int)strlen(purpose)) ==
            1 &&
        EVP_EncryptUpdate(c, out + NONCE, &len, (const unsigned char *)plain, (int)n) == 1 &&
        EVP_EncryptFinal_ex(c, out + NONCE + len, &last) == 1 &&
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + n) == 1;
    EVP_CIPHER_CTX_free(c);
    return fine ? ERR_OK : ERR_CRYPTO;
}

static bool open_into(uint8_t *plain, const uint8_t key[SEAL_KEY_LEN], const char *purpose,
                      const uint8_t *sealed, size_t body)
{
    uint8_t tag[TAG];
    int len = 0, last = 0;
    memcpy(tag, sealed + NONCE + body, TAG);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool fine = c != NULL && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, sealed) == 1 &&
                EVP_DecryptUpdate(c, NULL, &len, (const unsigned char *)purpose,
                                  (int)strlen(purpose)) == 1 &&
                EVP_DecryptUpdate(c, plain, &len, sealed + NONCE, (int)body) == 1 &&
                EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
                EVP_DecryptFinal_ex(c, plain + len, &last) == 1;
    EVP_CIPHER_CTX_free(c);
    return fine;
}

enum err seal_open(const uint8_t key[SEAL_KEY_LEN], const char *purpose, const uint8_t *sealed,
                   size_t n, uint8_t *out)
{
    if (n < SEAL_EXTRA || n - SEAL_EXTRA > SEAL_MAX)
        return ERR_CRYPTO;
    size_t body = n - SEAL_EXTRA;
    uint8_t *plain = (uint8_t *)mem_alloc(body + 1);
    if (plain == NULL)
        return ERR_NOMEM;
    bool fine = open_into(plain, key, purpose, sealed, body);
    if (fine)
        memcpy(out, plain, body);
    OPENSSL_cleanse(plain, body);
    mem_free(plain);
    return fine ? ERR_OK : ERR_CRYPTO;
}
