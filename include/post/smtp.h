/**
 * @file
 * Handing one mail to a mail server (RFC 5321), by libcurl: TLS with the server's certificate
 * checked, by smtps:// or STARTTLS; without TLS to this machine only. Blocks: sender threads only.
 */
#ifndef POST_SMTP_H
#define POST_SMTP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { SMTP_S = 60 /**< For all of it. */, SMTP_CONNECT_S = 10, SMTP_WHY = 200 };

struct smtp {
    const char *url;             /**< smtp:// or smtps:// */
    const char *hello;           /**< What we call ourselves in EHLO. */
    const char *user, *password; /**< ""; "": no login. */
    const char *ca_file;         /**< PEM; "": the system's. */
    const char *from, *to;       /**< Bare addresses; NULL @p to: log in and go again. */
    const char *data;            /**< The mail, lines with CR LF. */
    size_t len;
    const atomic_bool *stop; /**< Set: give up at once. NULL: nobody will. */
};

enum smtp_result {
    SMTP_TAKEN,   /**< The server has taken the mail, and answers for it. */
    SMTP_LATER,   /**< It would not take this mail now (4yz). */
    SMTP_REFUSED, /**< It will not take this mail (5yz to the recipient or the mail). */
    SMTP_NO_WAY,  /**< Not there, not trusted, or it does not let us in: any mail would fail. */
    SMTP_STOPPED,
};

/** True for smtp://host… and smtps://host… */
bool smtp_url_ok(const char *url);
/** @param why  The server's words, or what went wrong, in one line; untouched when taken. */
enum smtp_result smtp_send(const struct smtp *s, char why[SMTP_WHY]);

#endif
