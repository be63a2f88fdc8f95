/**
 * @file
 * Days of the calendar and working days: Monday to Friday, but for what a file of exceptions says.
 *
 * A day is a number: days since 1970-01-01 in the zone of the service (TZ).
 * Thread: a calendar never changes once loaded; the functions are pure.
 */
#ifndef DOMAIN_WORKDAYS_H
#define DOMAIN_WORKDAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    DAY_TEXT_MAX = 11,   /**< "2026-11-25" with terminator. */
    DAY_MIN = -25567,    /**< 1900-01-01 ... */
    DAY_MAX = 73049,     /**< ... to 2170-01-01: what day_parse() takes. */
    CALENDAR_MAX = 4000, /**< Exceptions in one file. */
    CALENDAR_WHY = 160,
};

/** Exactly "YYYY-MM-DD", a day that exists, DAY_MIN to DAY_MAX; else ERR_INVAL. */
MUST_USE enum err day_parse(int32_t *out, const char *text);
void day_text(char out[DAY_TEXT_MAX], int32_t day);
/** The day in which a moment lies, in the zone of the process. */
int32_t day_of_ms(int64_t wall_ms);

struct calendar;

/**
 * Lines "2026-10-01 off NAME" and "2026-10-10 work NAME"; '#' begins a comment. A day stands once.
 * @param text  @p len bytes of such lines.
 * @param why   Line and reason, when refused (ERR_INVAL).
 */
MUST_USE enum err calendar_parse(struct calendar **out, const char *text, size_t len,
                                 char why[CALENDAR_WHY]);
/** The same from a file; ERR_NOENT without one. */
MUST_USE enum err calendar_load(struct calendar **out, const char *path, char why[CALENDAR_WHY]);
/** Takes NULL. */
void calendar_free(struct calendar *c);

bool calendar_works(const struct calendar *c, int32_t day);
/** Working days after @p from up to and with @p to; negative when @p to is before @p from. */
int32_t calendar_between(const struct calendar *c, int32_t from, int32_t to);
/** The @p n-th working day after @p day; @p n 0: @p day itself. */
int32_t calendar_add(const struct calendar *c, int32_t day, int32_t n);
/** The last day from which there are @p n working days up to and with @p day: what was due then is
 * late by @p n on @p day. @param n  1 or more. */
int32_t calendar_before(const struct calendar *c, int32_t day, int32_t n);
/** The same for the same exceptions: whether what was counted has to be counted anew. */
int64_t calendar_mark(const struct calendar *c);
/** The last day that the file says anything of; 0: none. Later days are only guessed. */
int32_t calendar_known_until(const struct calendar *c);

#endif
