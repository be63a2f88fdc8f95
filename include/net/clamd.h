/**
 * @file
 * The virus scanner clamd over its local socket: zINSTREAM, the file's bytes in chunks with their
 * length before them, an empty chunk at the end, one line as answer (clamd(8)). Blocks: on a thread
 * of its own. Thread: any.
 */
#ifndef NET_CLAMD_H
#define NET_CLAMD_H

#include <stddef.h>

#include "base/err.h"

enum { CLAMD_NAME_MAX = 121, CLAMD_REPLY_MAX = 512, CLAMD_S = 120 /**< Without any progress. */ };

enum clamd_verdict {
    CLAMD_CLEAN,
    CLAMD_FOUND,  /**< Named. */
    CLAMD_REFUSED /**< Not scanned: too large for it, or it failed. */
};

/** @param name  What was found, or why it was not scanned; printable ASCII.
 * @return ERR_IO: it cannot be reached or broke off; ERR_PROTO: what it said is no answer. */
MUST_USE enum err clamd_scan(enum clamd_verdict *out, char name[CLAMD_NAME_MAX], const char *socket,
                             int fd);
/** ERR_OK: it answers. */
MUST_USE enum err clamd_ping(const char *socket);

/** The answer's line, without its end. ERR_PROTO: none that is known. Thread: pure. */
MUST_USE enum err clamd_reply(enum clamd_verdict *out, char name[CLAMD_NAME_MAX], const char *text,
                              size_t len);

#endif
