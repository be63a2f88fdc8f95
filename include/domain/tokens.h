/**
 * @file
 * Tokens by which other systems use the API. A token acts for one account: it may do what the
 * account's role may and what one of its scopes allows, never more. Thread: of the connection.
 */
#ifndef DOMAIN_TOKENS_H
#define DOMAIN_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/people.h"

#define API_TOKEN_PREFIX "yjt_" /**< By which secret scanners and people know one. */
enum {
    API_TOKEN_LEN = 4 + 32, /**< 128 random bits behind the prefix. */
    API_TOKEN_DAYS_MAX = 366,
    API_TOKENS_MAX = 20, /**< Of one account, at a time. */
    API_TOKEN_NAME_LEN = 80,
    SCOPES_LEN = 200, /**< Text of all scopes, with blanks between. */
    API_TOKEN_TOUCH_MS = 60000,
};

/** @name What tokens can be made for; recordings, minutes, accounts and signing are none of it. @{
 */
enum scope {
    SCOPE_PROJECTS_READ,
    SCOPE_PROJECTS_WRITE,
    SCOPE_MEETINGS_READ,
    SCOPE_MEETINGS_WRITE,
    SCOPE_DOCUMENTS_READ,
    SCOPE_DOCUMENTS_WRITE,
    SCOPE_ACCOUNTS_READ,
    SCOPE_AUDIT_READ,
    SCOPE_METRICS,
    SCOPE_N,
};
/** "projects:read" and so on; NULL-terminated. */
extern const char *const scope_words[SCOPE_N + 1];
/** One bit for each scope of the text "projects:read metrics". @return ERR_INVAL: a word is no
 * scope, or there is none. */
MUST_USE enum err scopes_parse(unsigned *out, const char *text);
void scopes_text(char out[SCOPES_LEN + 1], unsigned scopes);
/** Default deny: an action that no scope names is none that a token may do. */
bool scopes_allow(unsigned scopes, enum action act);
/** Whether this role may do anything of this scope at all. */
bool scope_fits(enum role role, enum scope s);
/** @} */

struct api_token {
    int64_t id, account;
    char public_id[PUBLIC_ID_LEN + 1], name[API_TOKEN_NAME_LEN + 1];
    char made_by[NAME_LEN + 1];
    unsigned scopes;
    int64_t created_at, expires_at;
    int64_t revoked_at, used_at; /**< 0: not. */
    char used_from[64];          /**< Address. */
    /* Of the account: */
    char account_public_id[PUBLIC_ID_LEN + 1], account_name[NAME_LEN + 1], login[LOGIN_LEN + 1];
    enum role role;
};

/**
 * @param t  account, name, made_by, scopes and expires_at are given, the rest is filled.
 * @param secret  Shown once; a hash of it is kept. @return ERR_LIMIT: the account has
 * API_TOKENS_MAX that are good.
 */
MUST_USE enum err api_token_add(struct db *db, struct api_token *t, char secret[API_TOKEN_LEN + 1],
                                int64_t now_ms);
/** ERR_AUTH: none, revoked, run out, or its account is disabled. */
MUST_USE enum err api_token_find(struct db *db, struct api_token *out, const char *secret,
                                 int64_t now_ms);
/** @param account  Only of this one; 0: of any. @return ERR_NOENT: no such token that is good. */
MUST_USE enum err api_token_revoke(struct db *db, const char *public_id, int64_t account,
                                   int64_t now_ms);
MUST_USE enum err api_token_revoke_all(struct db *db, int64_t account, int64_t now_ms);
/** It was used; written at most once in API_TOKEN_TOUCH_MS. */
MUST_USE enum err api_token_touch(struct db *db, int64_t id, const char *client, int64_t now_ms);

/** A page, the newest first. */
struct api_token_query {
    int64_t account; /**< 0: all. */
    int64_t before;  /**< Tokens with a smaller id; INT64_MAX for the first page. */
    int limit;
};
MUST_USE enum err api_token_list(struct db *db, const struct api_token_query *q,
                                 void (*each)(void *arg, const struct api_token *t), void *arg);

#endif
