/**
 * @file
 * Accounts, their sessions, and the audit log. Thread: of the connection.
 */
#ifndef DOMAIN_PEOPLE_H
#define DOMAIN_PEOPLE_H

#include <stdint.h>

#include "base/err.h"
#include "crypto/password.h"
#include "domain/policy.h"

struct db;

enum { NAME_LEN = 120, LOGIN_LEN = 64, PUBLIC_ID_LEN = 32, SESSION_DAYS = 14 };

struct account {
    int64_t id;
    char public_id[PUBLIC_ID_LEN + 1];
    char login[LOGIN_LEN + 1], name[NAME_LEN + 1], organisation[NAME_LEN + 1];
    enum role role;
    char password[PASSWORD_HASH_MAX]; /**< Hash; only account_by_login() fills it. */
};

/** @param a  id and public_id are filled. ERR_CONFLICT: the login is taken. */
MUST_USE enum err account_add(struct db *db, struct account *a, int64_t now_ms);
MUST_USE enum err account_by_login(struct db *db, struct account *out, const char *login);
MUST_USE enum err account_by_id(struct db *db, struct account *out, int64_t id);

/** @param token  The new session's, TOKEN_LEN characters. */
MUST_USE enum err session_open(struct db *db, int64_t account, const char *token, int64_t now_ms);
/** ERR_AUTH when there is none, it has run out or the account is disabled. */
MUST_USE enum err session_find(struct db *db, int64_t *account, const char *token, int64_t now_ms);
MUST_USE enum err session_close(struct db *db, const char *token);

MUST_USE enum err audit_add(struct db *db, int64_t now_ms, const char *who, const char *what,
                            const char *object, const char *client);

#endif
