/**
 * @file
 * The audit log: who did what to which object from where. It is written in the transaction of the
 * change, and never changed. Thread: of the connection.
 */
#ifndef DOMAIN_AUDIT_H
#define DOMAIN_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct db;

struct audit {
    int64_t id, at;
    const char *who;        /**< Name or login. */
    const char *what;       /**< "account.disable": kind of the object and verb. */
    const char *object;     /**< Its public id. */
    const char *client;     /**< Address. */
    const char *detail;     /**< What changed, in the words of the records; may be content. */
    const char *login;      /**< Read only: of the account, "" for who came by a link. */
    const char *project;    /**< Read only: title of the project it belongs to. */
    bool content;           /**< Read only: belongs to a project. */
    int64_t account;        /**< 0: none. */
    int64_t token;          /**< Of the API, by which it was done; 0: none. */
    const char *token_name; /**< Read only: "" for none. */
};

/** The project is found by the object: a project, a meeting or a participant of one. */
MUST_USE enum err audit_put(struct db *db, const struct audit *a, int64_t now_ms);
/** audit_put() without account and detail. */
MUST_USE enum err audit_add(struct db *db, int64_t now_ms, const char *who, const char *what,
                            const char *object, const char *client);

/** A page from the newest on. Texts: "" does not filter. */
struct audit_query {
    int64_t before;   /**< Entries with a smaller id; INT64_MAX for the first page. */
    int64_t from, to; /**< UTC ms; to is outside. */
    const char *what; /**< Beginning of the word. */
    const char *who;  /**< Part of the name, or the login. */
    const char *object;
    int64_t manager; /**< Only of the projects of this account; 0: all. */
    int limit;
};
/** Calls @p each for every entry; its texts are borrowed until it returns. */
MUST_USE enum err audit_list(struct db *db, const struct audit_query *q,
                             void (*each)(void *arg, const struct audit *a), void *arg);

#endif
