/** @file
 * One reading of an import's file. Thread: the importer's. */
#ifndef DOMAIN_IMPORTER_PRIV_H
#define DOMAIN_IMPORTER_PRIV_H

#include "imports_priv.h"
#include "projects_priv.h"

/** An existing project and what it becomes. */
struct change {
    struct project p;
    struct parties parties;
};

/** New projects on their way to the records thread. */
struct batch {
    const struct import *im;
    const struct stage_rules *rules;
    int64_t now_ms, upto; /* the row of the last of them */
    size_t n;
    struct row rows[IMPORT_BATCH];
};

struct pass {
    const struct importer *cfg;
    struct import *im;
    bool writing;
    int64_t resumed; /* the rows up to this one are in already */
    int32_t today;
    bool has_header, over, names_separator;
    struct header header;
    struct numbers numbers;
    struct import_counts counts;
    struct sha256 *digest;
    uint8_t found[SHA256_LEN];
    uint64_t ticked_ns;
    /* the row at hand */
    struct row row;
    struct project before;
    struct parties parties_before;
    struct batch batch;
    struct change *changes;
    size_t n_changes, cap_changes;
    struct csv csv;
};

MUST_USE enum err pass_new(struct pass **out, const struct importer *cfg, struct import *im,
                           bool writing);
void pass_free(struct pass **at);
/** Reads it whole: counts, changes and found are filled, and in the writing pass the new projects
 * are in. */
MUST_USE enum err pass_run(struct pass *ps);
/** @p run on the records thread. */
MUST_USE enum err importer_step(const struct importer *cfg, const struct import *im,
                                enum err (*run)(struct db *, const struct import *, int64_t));

#endif
