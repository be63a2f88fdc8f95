/**
 * @file
 * Sessions of accounts, the browsers in which they were opened, and the history of signing in.
 * Thread: of the connection.
 */
#ifndef DOMAIN_SESSIONS_H
#define DOMAIN_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/people.h"

enum {
    SESSION_DAYS = 14,
    SESSION_HALF_MIN = 10, /**< A session that still owes the second factor, in minutes. */
    AGENT_LEN = 160,
    CLIENT_LEN = 63,
    VIA_LEN = 15,
};

/** What a session still owes before it may do anything else, in the order in which it is asked. */
enum owed {
    OWES_NOTHING,
    OWES_SECOND,   /**< The code of the second factor. */
    OWES_PASSWORD, /**< A password of one's own. */
    OWES_ENROL,    /**< A second factor, which the role requires. */
};

struct session {
    int64_t id, account;
    char public_id[PUBLIC_ID_LEN + 1];
    char via[VIA_LEN + 1]; /**< password, oidc */
    char name[NAME_LEN + 1], login[LOGIN_LEN + 1];
    enum role role;
    enum owed owes;
};

/** Where a sign-in came from. */
struct origin {
    const char *client; /**< Address. */
    const char *agent;  /**< User-Agent. */
    const char *via;    /**< password, oidc */
};

/**
 * Open a session for @p a.
 * @param token   TOKEN_LEN characters, new.
 * @param second  The second factor has been shown. Without it a session of an account that has one
 *                ends after SESSION_HALF_MIN.
 */
MUST_USE enum err session_open(struct db *db, const struct account *a, const char *token,
                               const struct origin *from, bool second, int64_t now_ms);
/** ERR_AUTH when there is none, it has ended or run out, or the account is disabled. */
MUST_USE enum err session_find(struct db *db, struct session *out, const char *token,
                               int64_t now_ms);
MUST_USE enum err session_end(struct db *db, int64_t id, int64_t now_ms);
/** @param but  Id of a session that goes on; 0: none. */
MUST_USE enum err session_end_all(struct db *db, int64_t account, int64_t but, int64_t now_ms);
/** An open session of this account by its public id. */
MUST_USE enum err session_by_public_id(struct db *db, int64_t *id, int64_t account,
                                       const char *public_id);
/** The same session under a new token, its time begun anew: when what it may do has grown. */
MUST_USE enum err session_rotate(struct db *db, int64_t id, const char *token, bool second,
                                 int64_t now_ms);
/** "" for OWES_NOTHING, else second, password, enrol. */
const char *owed_text(enum owed o);

/** @name Browsers known by a cookie. @{ */
/** @param token  TOKEN_LEN characters, filled. */
MUST_USE enum err browser_add(struct db *db, int64_t account, char token[TOKEN_LEN + 1],
                              int64_t now_ms);
/** True when this account has signed in by this browser. */
bool browser_known(struct db *db, int64_t account, const char *token);
MUST_USE enum err browser_forget_all(struct db *db, int64_t account);
/** @} */

/** @param account  0: none of that login. @param result  ok, second, wrong_password, wrong_code,
 * unknown, disabled. */
MUST_USE enum err signin_add(struct db *db, int64_t account, const char *login,
                             const struct origin *from, const char *result, int64_t now_ms);

#endif
