/**
 * @file
 * The one error type. A function that can fail returns it and nothing else.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

/** Zero is success; every failure is negative. base/err.c gives name and HTTP status. */
enum err {
    ERR_OK = 0,
    ERR_NOMEM = -1,
    ERR_PROTO = -2,     /**< The peer sent bytes that break a protocol or its limits. */
    ERR_INVAL = -3,     /**< The API caller sent a value we refuse. */
    ERR_NOENT = -4,     /**< No such thing, or none this caller may see. */
    ERR_DENIED = -5,    /**< Known caller, right not held. */
    ERR_BUSY = -6,      /**< A queue or pool is full; try again. */
    ERR_DB = -7,        /**< Storage failed; the log has the detail. */
    ERR_IO = -8,        /**< A file or socket failed; errno was logged where it happened. */
    ERR_AUTH = -9,      /**< Who is calling is not known, or no longer. */
    ERR_CONFLICT = -10, /**< The thing has changed since, or is in a state that refuses this. */
    ERR_TOOBIG = -11,   /**< Over a named limit. */
    ERR_CRYPTO = -12,   /**< A cryptographic library refused. */
    ERR_GONE = -13,     /**< It was there and has ended, expired or been revoked. */
    ERR_LIMIT = -14,    /**< Tried too often; later again. */
};

/** Put on every function that returns enum err. */
#define MUST_USE __attribute__((warn_unused_result))

/** Run @p fn on the address of the variable when it leaves scope. */
#define AUTO(fn) __attribute__((cleanup(fn)))

/** Stable lower-case name, e.g. "denied"; used as the error code in JSON. Never NULL. */
const char *err_name(enum err e);

/** HTTP status that answers a handler's failure. */
int err_http_status(enum err e);

#endif
