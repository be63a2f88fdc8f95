/**
 * @file
 * The second factor of an account: its secret, encrypted in the records, the codes that were used,
 * and the recovery codes. Thread: of the connection.
 */
#ifndef DOMAIN_SECOND_H
#define DOMAIN_SECOND_H

#include <stdint.h>

#include "base/err.h"
#include "crypto/seal.h"
#include "crypto/totp.h"
#include "domain/people.h"

enum {
    RECOVERY_CODES = 10,
    RECOVERY_LEN = 19, /**< Four groups of four characters of base 32: 80 bits. */
    SECOND_CODE_LEN = 24,
};

/** A new secret, not in force before second_confirm(). @param text  In base 32. */
MUST_USE enum err second_offer(struct db *db, const struct account *a,
                               const uint8_t key[SEAL_KEY_LEN], char text[TOTP_TEXT_LEN + 1]);
/** The offered secret is in force when @p code is one of its. ERR_AUTH: it is not, or nothing was
 * offered. */
MUST_USE enum err second_confirm(struct db *db, const struct account *a,
                                 const uint8_t key[SEAL_KEY_LEN], const char *code, int64_t now_ms);
/** Uses up a code of the authenticator or a recovery code. ERR_AUTH: it is none, or was used. */
MUST_USE enum err second_use(struct db *db, const struct account *a,
                             const uint8_t key[SEAL_KEY_LEN], const char *code, int64_t now_ms);
/** New recovery codes in place of the old. */
MUST_USE enum err second_codes(struct db *db, int64_t account,
                               char codes[RECOVERY_CODES][RECOVERY_LEN + 1]);
/** Recovery codes that are left. */
MUST_USE enum err second_codes_left(struct db *db, int64_t account, int64_t *n);
/** No second factor, and no recovery codes any more. */
MUST_USE enum err second_remove(struct db *db, int64_t account);

#endif
