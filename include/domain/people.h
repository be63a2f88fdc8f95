/**
 * @file
 * Accounts and the organisations they belong to. Thread: of the connection.
 */
#ifndef DOMAIN_PEOPLE_H
#define DOMAIN_PEOPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "crypto/password.h"
#include "domain/audit.h"
#include "domain/policy.h"

struct db;

enum { NAME_LEN = 120, LOGIN_LEN = 64, PUBLIC_ID_LEN = 32, ORG_KIND_LEN = 15 };

struct organisation {
    int64_t id, version;
    char public_id[PUBLIC_ID_LEN + 1];
    char name[NAME_LEN + 1];
    char kind[ORG_KIND_LEN + 1]; /**< utility, design, contractor, customer */
};

struct account {
    int64_t id;
    char public_id[PUBLIC_ID_LEN + 1];
    char login[LOGIN_LEN + 1], name[NAME_LEN + 1];
    char organisation[NAME_LEN + 1]; /**< Its name; "" for none. */
    char organisation_public_id[PUBLIC_ID_LEN + 1];
    enum role role;
    int64_t disabled_at; /**< UTC ms; 0: not disabled. */
    int64_t second_at;   /**< UTC ms since when a second factor is in force; 0: none. */
    int64_t created_at, password_at;
    int64_t version;  /**< Grows with every change: who changes says which one was seen. */
    bool must_change; /**< Somebody else chose the password. */
    char password[PASSWORD_HASH_MAX]; /**< Hash; only account_by_login() fills it. */
};

/** @param o  id and public_id are filled. ERR_CONFLICT: the name is taken, or the kind is none. */
MUST_USE enum err organisation_add(struct db *db, struct organisation *o, int64_t now_ms);
MUST_USE enum err organisation_get(struct db *db, struct organisation *out, const char *public_id);
/** The one of that name, made as a @p kind when there is none; an empty name leaves id 0. */
MUST_USE enum err organisation_ensure(struct db *db, struct organisation *out, const char *name,
                                      const char *kind, int64_t now_ms);
/** Writes name and kind of @p o when o->version is still the newest, and fills the new version.
 * ERR_CONFLICT otherwise. */
MUST_USE enum err organisation_edit(struct db *db, struct organisation *o);

/** @param a  id and public_id are filled; the organisation is the one with
 * organisation_public_id, or none. ERR_CONFLICT: the login is taken. */
MUST_USE enum err account_add(struct db *db, struct account *a, int64_t now_ms);
/** Also finds a disabled account. */
MUST_USE enum err account_by_login(struct db *db, struct account *out, const char *login);
/** ERR_AUTH: there is none, or it is disabled. */
MUST_USE enum err account_by_id(struct db *db, struct account *out, int64_t id);
/** Also finds a disabled account. */
MUST_USE enum err account_by_public_id(struct db *db, struct account *out, const char *public_id);
/** Writes name, role and organisation of @p a when a->version is still the newest, and fills the
 * new version. ERR_CONFLICT otherwise. */
MUST_USE enum err account_edit(struct db *db, struct account *a);
MUST_USE enum err account_set_disabled(struct db *db, int64_t id, bool disabled, int64_t now_ms);
MUST_USE enum err account_set_password(struct db *db, int64_t id, const char *hash,
                                       bool must_change, int64_t now_ms);
/** Active administrators beside this account. */
MUST_USE enum err account_other_admins(struct db *db, int64_t *n, int64_t but);

/** A page of accounts in the order of their logins. */
struct account_query {
    const char *after; /**< Last login of the page before; "" for the first. */
    const char *q;     /**< In login, name or organisation; "": all. */
    const char *role;  /**< "": all. */
    const char *state; /**< active, disabled; "": all. */
    bool meets;        /**< Only roles that take part in meetings: manager, expert, supervisor. */
    int limit;
};
/** Calls @p each for every account of the page. */
MUST_USE enum err account_list(struct db *db, const struct account_query *q,
                               void (*each)(void *arg, const struct account *a), void *arg);

#endif
