/** @file
 * What the files of projects share. */
#ifndef DOMAIN_PROJECTS_PRIV_H
#define DOMAIN_PROJECTS_PRIV_H

#include "db/db.h"
#include "domain/projects.h"

/** The columns of the part "columns" in projects.sql. */
void project_of_row(const struct stmt *s, struct project *out);
/** What the search looks at, made anew from the fields. */
MUST_USE enum err project_index(struct db *db, int64_t id, const struct project_fields *f);
/** Not found any more. */
MUST_USE enum err project_unindex(struct db *db, int64_t id);

#endif
