/**
 * @file
 * Headers of the resumable upload protocol tus 1.0.0 (tus.io/protocols/resumable-upload): what the
 * server takes of them. Thread: pure.
 */
#ifndef HTTP_TUS_H
#define HTTP_TUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define TUS_VERSION "1.0.0"
#define TUS_EXTENSIONS "creation,termination,checksum,expiration"
#define TUS_ALGORITHMS "sha1,sha256"

enum {
    TUS_PAIRS = 8,      /**< Of metadata. */
    TUS_KEY_MAX = 32,   /**< With terminator. */
    TUS_VALUE_MAX = 800 /**< Decoded, with terminator. */
};

struct tus_metadata {
    size_t n;
    struct tus_pair {
        char key[TUS_KEY_MAX], value[TUS_VALUE_MAX];
    } pairs[TUS_PAIRS];
};

/**
 * Upload-Metadata: pairs with commas between, each a key and, after one space, its value in Base64
 * (RFC 4648 4); the value may be missing. Values are text.
 * @return ERR_INVAL: malformed, a key twice, no text, or over a limit.
 */
MUST_USE enum err tus_metadata(struct tus_metadata *out, const char *text, size_t len);
/** "" when there is none. */
const char *tus_value(const struct tus_metadata *m, const char *key);

/** Digits only, at most 2^53. */
MUST_USE enum err tus_number(uint64_t *out, const char *text);

struct tus_checksum {
    bool sha1; /**< Else SHA-256. */
    uint8_t digest[32];
    size_t len; /**< Of the digest. */
};
/** Upload-Checksum: algorithm, a space, the digest in Base64. @return ERR_INVAL: another algorithm,
 * or malformed. */
MUST_USE enum err tus_checksum(struct tus_checksum *out, const char *text, size_t len);

#endif
