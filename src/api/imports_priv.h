/** @file
 * What the files of imports share. Thread: pure but for what it says. */
#ifndef API_IMPORTS_PRIV_H
#define API_IMPORTS_PRIV_H

#include <stdio.h>

#include "api/imports.h"

/** Where the check puts what it finds. Thread: the importer's. */
struct import_report {
    FILE *f;
    uint64_t bytes;
    bool failed, cut;
};
/** ERR_IO: the file cannot be written. */
MUST_USE enum err import_report_open(struct import_report *r, const char *path);
/** ERR_IO: not all of it is in the file. */
MUST_USE enum err import_report_close(struct import_report *r);
/** Of struct importer; arg begins with a struct import_report. */
void import_report_header(struct import_report *r, const struct header *h,
                          const struct csv_row *row);
void import_report_found(struct import_report *r, const struct finding *f);

#endif
