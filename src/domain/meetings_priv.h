/** @file
 * What the files of meetings share. */
#ifndef DOMAIN_MEETINGS_PRIV_H
#define DOMAIN_MEETINGS_PRIV_H

#include "domain/meetings.h"

/** What the search looks at, made anew for this one. */
MUST_USE enum err meeting_index(struct db *db, const struct meeting *m);

#endif
