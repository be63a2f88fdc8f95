/**
 * @file
 * What was answered to a request with an Idempotency-Key, so that the same request sent again has
 * the same answer and no second effect (draft-ietf-httpapi-idempotency-key-header). Written in the
 * transaction of the change. Thread: of the connection.
 */
#ifndef DOMAIN_ONCE_H
#define DOMAIN_ONCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/hash.h"

struct db;

enum {
    ONCE_KEY_MAX = 64,     /**< Characters. */
    ONCE_CALLER_MAX = 24,  /**< With terminator. */
    ONCE_KEYS_MAX = 10000, /**< Of one caller within ONCE_HOURS. */
    ONCE_HOURS = 24,
    ONCE_BODY_MAX = 256 << 10, /**< Bytes of an answer; a larger one is not kept. */
};

struct once {
    char caller[ONCE_CALLER_MAX]; /**< Whose keys: "a12" of an account, "p7" of a participant. */
    char key[ONCE_KEY_MAX + 1];
    uint8_t request[SHA256_LEN]; /**< Of route, path, query and body. */
};

/** What is kept of an answer. Borrowed. */
struct once_answer {
    int status;
    bool whole;          /**< false: it is not kept, only that there was one. */
    const char *headers; /**< As struct answer has them. */
    const char *body;    /**< JSON; "": none. */
};

/**
 * A key as the header has it, with or without the quotes of a structured field.
 * @return false: not 1 to ONCE_KEY_MAX visible ASCII characters other than " and \.
 */
bool once_key(char out[ONCE_KEY_MAX + 1], const char *header);

/**
 * What was answered to this key.
 * @param use  Called with it when there is one; its error is returned.
 * @param found  Set then.
 * @return ERR_CONFLICT: the key was used for another request.
 */
MUST_USE enum err once_find(struct db *db, const struct once *o, int64_t now_ms, bool *found,
                            enum err (*use)(void *arg, const struct once_answer *a), void *arg);
/** ERR_LIMIT: the caller has used ONCE_KEYS_MAX keys. Forgets what has run out. */
MUST_USE enum err once_keep(struct db *db, const struct once *o, const struct once_answer *a,
                            int64_t now_ms);

#endif
