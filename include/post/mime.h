/**
 * @file
 * Mail as bytes (RFC 5322, MIME): a text, the same as HTML, and where there is one a calendar
 * object. Headers are ASCII: what is not is an encoded word (RFC 2047); bodies are base64.
 *
 * Nothing that a user has typed can end a header: control characters become spaces, and what is no
 * plain address (mail_is()) is refused.
 *
 * Thread: pure.
 */
#ifndef POST_MIME_H
#define POST_MIME_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { MIME_MAX = 256 << 10 }; /**< Bytes of one mail. */

struct mail {
    const char *id;                    /**< A word of letters and digits: Message-ID, boundary. */
    const char *host;                  /**< Behind the @ of the Message-ID. */
    const char *from_name, *from_mail; /**< The name may be "". */
    const char *to_name, *to_mail;
    const char *subject;
    int64_t at_ms;               /**< Date, UTC. */
    const char *language;        /**< "zh" or "en". */
    const char *text, *html;     /**< UTF-8. */
    const char *calendar;        /**< NULL: none. */
    const char *calendar_method; /**< "REQUEST" */
};

/**
 * @param out  NUL-terminated, lines end with CR LF; MIME_MAX bytes at the most.
 * @return ERR_INVAL: an address, id or host that is none; ERR_TOOBIG.
 */
MUST_USE enum err mime_write(char *out, size_t cap, size_t *len, const struct mail *m);

#endif
