/**
 * @file
 * A database as a whole: copied while others write to it, and checked.
 * Thread: any; each call opens connections of its own.
 */
#ifndef DB_COPY_H
#define DB_COPY_H

#include <stdint.h>

#include "base/err.h"

enum { DB_WHY = 200 };

/**
 * Copy the database at @p from to the new file @p to, as it is at one moment: writers go on
 * meanwhile, and nothing of what they commit later is in it. The copy needs no other file beside
 * it.
 * @param progress  Called now and then with pages done and pages in all; may be NULL.
 * @param why       What failed, for people.
 */
MUST_USE enum err db_copy(const char *from, const char *to,
                          void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                          char why[DB_WHY]);

/**
 * PRAGMA quick_check. @param version  Schema version of the file, when it can be read, else -1.
 * @return ERR_OK, or ERR_DB with the first finding in @p why.
 */
MUST_USE enum err db_check(const char *path, int64_t *version, char why[DB_WHY]);

#endif
