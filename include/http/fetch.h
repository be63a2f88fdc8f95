/**
 * @file
 * Asking another server over HTTPS: one request, one answer, bounded in size and time. No redirect
 * is followed, and plain HTTP goes to this machine only. Blocks: fetch threads only.
 */
#ifndef HTTP_FETCH_H
#define HTTP_FETCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
    FETCH_MAX = 256 << 10,
    FETCH_S = 10,    /**< For all of it. */
    FETCH_WHY = 160, /**< Of struct fetch's why. */
};

/** What may be asked, by the address that the name has turned out to be when the connection is
 * made: a name that changes its address gets round nothing. */
enum fetch_reach {
    FETCH_ANYWHERE, /**< The configuration says whom. */
    FETCH_INNER,    /**< Not what REACH_NEVER says. */
    FETCH_OUTER,    /**< Nor private addresses and this machine. */
};

struct fetch {
    const char *url;
    enum fetch_reach reach; /**< Narrower than FETCH_ANYWHERE asks without a proxy, which would hide
                               the address. */
    const char *form;       /**< Body of a POST, urlencoded; NULL: a GET. */
    const char *login;      /**< "id:secret" for basic authentication; NULL: none. */
    const char *ca_file;    /**< PEM, instead of the system's; "": the system's. */
    const char *json;       /**< Body of a POST, application/json; NULL: none. */
    const char *const *headers; /**< Lines "name: value", ended by NULL; NULL: none. */
    const atomic_bool *stop;    /**< Set: give up at once. NULL: nobody will. */
    char *why;                  /**< FETCH_WHY bytes for what went wrong; NULL: it is logged. */
    long *retry_after_s;        /**< Filled: so long the answer asks to wait; NULL: not wanted. */
};

/** True for what fetch() asks at all: https, or http on this machine. */
bool fetch_may(const char *url);
/** True for an address that fetch_may() and that has a host, no login in it and no fragment. */
bool fetch_plain(const char *url);
/** Once before the first, on the starting thread. */
MUST_USE enum err fetch_init(void);
/**
 * @param body    mem_free()d by the caller; NUL-terminated.
 * @param status  Of the answer. @return ERR_IO: none came.
 */
MUST_USE enum err fetch(char **body, long *status, const struct fetch *f);

#endif
