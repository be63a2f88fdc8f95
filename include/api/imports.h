/**
 * @file
 * The thread that reads what is imported: checks a file, writes it, takes it back. It knows nothing
 * that is not on record: after a restart it goes on with what is unfinished.
 *
 * In the data folder: imports/ID.csv as it was sent, imports/ID.rows with what the check found, a
 * line of JSON each.
 */
#ifndef API_IMPORTS_H
#define API_IMPORTS_H

#include "base/err.h"
#include "domain/imports.h"

struct imports;
struct writer;

/**
 * Makes the folder and starts.
 * @param data   The data folder, with its database yunjian.db. Copied.
 * @param rules  Kept.
 */
MUST_USE enum err imports_new(struct imports **out, const char *data,
                              const struct stage_rules *rules, struct writer *writer);
/** Stops at the next step of what is under way. Before the writer goes. Takes NULL. */
void imports_free(struct imports *im);
/** There is something to do. Thread: any. Takes NULL. */
void imports_wake(struct imports *im);

enum { IMPORT_PATH_MAX = 400 };
/** Of a file of imports: @p kind "csv" or "rows". */
void import_path(char out[IMPORT_PATH_MAX], const char *data, const char *public_id,
                 const char *kind);

#endif
