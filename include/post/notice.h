/**
 * @file
 * What a person is told: of a meeting she is invited to, that it was moved or cancelled, that it
 * begins soon. A notice is put into the outbox with the change that it tells of, once for each way
 * by which the person can be reached; the sender (post/sender.h) makes a mail or a message for the
 * gateway of it.
 *
 * Thread: of the connection.
 */
#ifndef POST_NOTICE_H
#define POST_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "crypto/seal.h"
#include "domain/projects.h"

struct db;

/** What telling needs of the installation. */
struct post {
    const struct conf *conf;
    const uint8_t *secret;  /**< The key that seals, SEAL_KEY_LEN bytes. */
    const char *public_url; /**< What links begin with, without a slash at the end. */
};

enum notice_kind {
    NOTICE_INVITATION,
    NOTICE_RESCHEDULED,
    NOTICE_CANCELLED,
    NOTICE_REMINDER, /**< Put by notice_put() itself. */
    NOTICE_REVOKED,  /**< The invitation alone, not the meeting. */
    NOTICE_PROJECT_LINK,
    NOTICE_TEST, /**< Says that this way works. */
    NOTICE_KINDS,
};
/** "invitation" and so on: the kind in the outbox. */
const char *notice_kind_text(enum notice_kind k);

enum {
    NOTICE_MAIL_LEN = 254,
    NOTICE_PHONE_LEN = 32,
    NOTICE_LINK_LEN = 399,
    NOTICE_AGENDA_LEN = 4000
};

/** Texts are UTF-8, "" when not known. Zero-initialised, then filled. */
struct notice {
    int kind;                        /**< enum notice_kind */
    char about[PUBLIC_ID_LEN + 1];   /**< Public id of the invitation or project link: the
                                          messages are found by it, and it is the calendar's UID. */
    char meeting[PUBLIC_ID_LEN + 1]; /**< Its public id; "": of none. */
    char name[NAME_LEN + 1], mail[NOTICE_MAIL_LEN + 1], phone[NOTICE_PHONE_LEN + 1];
    char language[3];               /**< "zh", "en"; "": the configured one. */
    char link[NOTICE_LINK_LEN + 1]; /**< Whole address. "": it was sent before and stays good. */
    char title[TITLE_LEN + 1], meeting_kind[16], agenda[NOTICE_AGENDA_LEN + 1];
    char host[NAME_LEN + 1], project[TITLE_LEN + 1];
    int64_t starts_at, minutes; /**< UTC ms; duration. */
    int64_t sequence;           /**< Grows with every change of the meeting. */
    char reason[REASON_MAX + 1];
    int64_t expires_at; /**< Of the link, UTC ms; 0: not said. */
    bool recorded;
};

enum { NOTICE_BY_MAIL = 1, NOTICE_BY_GATEWAY = 2 };

/** By which ways somebody with these addresses can be told here: NOTICE_BY_…; 0: by none, so a link
 * must be given by hand. An address that is none counts as not known. */
unsigned notice_ways(const struct conf *c, const char *mail, const char *phone);

/**
 * Puts one message a way into the outbox. NOTICE_INVITATION and NOTICE_RESCHEDULED put a reminder
 * for conf.reminder_minutes before the start, in place of an earlier one; a rescheduled one without
 * a link takes over the earlier reminder's. NOTICE_CANCELLED and NOTICE_REVOKED take the reminder
 * back; NOTICE_REVOKED all that was not sent yet.
 * @param ways  Filled, as by notice_ways().
 */
MUST_USE enum err notice_put(struct db *db, const struct post *p, const struct notice *n,
                             int64_t now_ms, unsigned *ways);

/** When a message that is put now is given up. */
int64_t notice_give_up(const struct conf *c, int64_t now_ms);

/** A notice as the outbox holds it, mem_free()d by the caller; NULL without memory. */
char *notice_write(const struct notice *n);
/** ERR_INVAL: it is none. @param n  Written only on success. */
MUST_USE enum err notice_read(struct notice *n, const char *text);

/** The calendar object of a notice that has a meeting: ICS_MAX bytes. ERR_NOENT: it has none. */
MUST_USE enum err notice_ics(char *out, const struct post *p, const struct notice *n,
                             int64_t now_ms);

#endif
