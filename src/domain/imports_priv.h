/** @file
 * What the files of imports share: the steps of the record, on the records thread. Each answers
 * ERR_CONFLICT when the import is not where it should be, or is to be cancelled. */
#ifndef DOMAIN_IMPORTS_PRIV_H
#define DOMAIN_IMPORTS_PRIV_H

#include "domain/imports.h"

/** How far it is: im->done. */
MUST_USE enum err import_step(struct db *db, const struct import *im, int64_t now_ms);
MUST_USE enum err import_checked(struct db *db, const struct import *im, int64_t now_ms);
MUST_USE enum err import_done(struct db *db, const struct import *im, int64_t now_ms);
/** @param im  reason: why. */
MUST_USE enum err import_undo(struct db *db, const struct import *im, int64_t now_ms);
MUST_USE enum err import_undone(struct db *db, const struct import *im, int64_t now_ms);

/** Numbers of the file, each with the row where it stands first. */
struct numbers {
    uint64_t seed;
    char *text; /* one after the other, NUL-terminated */
    size_t text_len, text_cap;
    struct number_slot {
        uint32_t at, row; /* row 0: empty */
    } * slots;
    size_t cap, used;
};
void numbers_free(struct numbers *n);
/** @param first  The row where @p number stands already; 0: it is new, and @p row is kept. */
MUST_USE enum err numbers_put(struct numbers *n, const char *number, uint32_t row, uint32_t *first);

#endif
