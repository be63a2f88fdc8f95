/**
 * @file
 * The virus scanner clamd over its local socket: zINSTREAM, the file's bytes in chunks with their
 * length before them, an empty chunk at the end, one line as answer (clamd(8)). Blocks: on a thread
 * of its own. Thread: any.
 */
#ifndef NET_CLAMD_H
#define NET_CLAMD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum {
    CLAMD_NAME_MAX = 121,
    CLAMD_REPLY_MAX = 512,
    CLAMD_S = 120,   /**< Without any progress. */
    CLAMD_PING_S = 5 /**< The same, of clamd_ping(). */
};

enum clamd_verdict {
    CLAMD_CLEAN,
    CLAMD_FOUND,  /**< Named. */
    CLAMD_REFUSED /**< Not scanned: too large for it, or it failed. */
};

/** @param name  What was found, or why it was not scanned; printable ASCII.
 * @param stop  Set from another thread it ends within a fifth of a second; NULL: none.
 * @return ERR_IO: it cannot be reached, broke off or was stopped; ERR_PROTO: what it said is no
 * answer. */
MUST_USE enum err clamd_scan(enum clamd_verdict *out, char name[CLAMD_NAME_MAX], const char *socket,
                             int fd, const atomic_bool *stop);
/** ERR_OK: it answers. ERR_NOENT: there is no such socket; ERR_DENIED: it may not be written to;
 * ERR_IO: nobody listens there, or it broke off; ERR_BUSY: no answer in time; ERR_PROTO: another
 * program answers. */
MUST_USE enum err clamd_ping(const char *socket);

/** The answer's line, without its end. ERR_PROTO: none that is known. Thread: pure. */
MUST_USE enum err clamd_reply(enum clamd_verdict *out, char name[CLAMD_NAME_MAX], const char *text,
                              size_t len);

#endif
