/**
 * @file
 * One meeting as an iCalendar object (RFC 5545, and RFC 5546 for its methods), for the calendar of
 * whoever is invited. Times are UTC, or of the zone Asia/Shanghai with its definition, which every
 * calendar shows right.
 *
 * Thread: pure.
 */
#ifndef POST_ICS_H
#define POST_ICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { ICS_MAX = 32 << 10 }; /**< Bytes of one object. */

/** Texts are UTF-8; NULL or "" for none. Any character may be in them. */
struct ics_event {
    bool cancel;       /**< METHOD:CANCEL instead of REQUEST. */
    const char *uid;   /**< The same in every message about one invitation. */
    int64_t sequence;  /**< Grows with every change. */
    int64_t stamp_ms;  /**< When this object was made, UTC. */
    int64_t starts_at; /**< UTC ms. */
    int64_t minutes;   /**< Duration. */
    const char *zone;  /**< "Asia/Shanghai" is written with its definition; others become UTC. */
    const char *summary, *description, *location, *url;
    const char *organiser_name, *organiser_mail; /**< Without an address there is no ORGANIZER. */
    const char *attendee_name, *attendee_mail;   /**< And without one no ATTENDEE. */
    int64_t alarm_min;                           /**< Minutes before the start; 0: none. */
};

/**
 * @param out  ICS_MAX bytes at the most, NUL-terminated, lines end with CR LF.
 * @return ERR_TOOBIG: the texts are too long; ERR_INVAL: no uid, or no time that a calendar has.
 */
MUST_USE enum err ics_write(char *out, size_t cap, const struct ics_event *e);

#endif
