/**
 * @file
 * Who an account is at an identity provider. Thread: of the connection.
 */
#ifndef DOMAIN_IDENTITIES_H
#define DOMAIN_IDENTITIES_H

#include <stdint.h>

#include "base/err.h"

struct db;

/** ERR_NOENT: no account is this subject. */
MUST_USE enum err identity_find(struct db *db, int64_t *account, const char *issuer,
                                const char *subject);
/** ERR_CONFLICT: the subject is another account's, or this one's already. */
MUST_USE enum err identity_add(struct db *db, int64_t account, const char *issuer,
                               const char *subject, int64_t now_ms);
MUST_USE enum err identity_remove_all(struct db *db, int64_t account);

#endif
