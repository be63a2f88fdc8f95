/**
 * @file
 * Imports of projects from a file: their records, the check that finds every bad row, and the
 * writing that shows all of it at once or nothing.
 *
 * The new projects of an import are put in bit by bit, hidden, so that the records thread is never
 * held up. One last transaction changes the existing ones, puts down the audit log and takes the
 * veil off. What fails or is cancelled before that is taken out again, bit by bit too; what a crash
 * interrupts goes on after the restart.
 *
 * Thread: the functions of records that of the connection; importer_run() one of its own.
 */
#ifndef DOMAIN_IMPORTS_H
#define DOMAIN_IMPORTS_H

#include "base/charset.h"
#include "crypto/hash.h"
#include "domain/project_csv.h"

enum {
    IMPORT_BYTES_MAX = 64 << 20, /**< Of the file. */
    IMPORT_ROWS_MAX = 200000,
    IMPORT_CHANGES_MAX = 2000, /**< Existing projects that one import changes, in one transaction:
                                  measured, 180 ms for all of them. */
    IMPORT_BATCH = 50,         /**< New projects of one task of the records thread. */
    IMPORT_NAME_LEN = 120,
    IMPORT_DAYS = 7, /**< A checked one that nobody confirms is forgotten after this. */
};

enum import_state {
    IMPORT_CHECKING,
    IMPORT_CHECKED,
    IMPORT_WRITING,
    IMPORT_UNDOING,
    IMPORT_DONE,
    IMPORT_CANCELLED,
    IMPORT_FAILED,
    IMPORT_STATE_N,
};
extern const char *const import_state_words[IMPORT_STATE_N + 1];

struct import_counts {
    int64_t all, fresh, changed, unchanged, bad; /**< Rows under the header that are not empty. */
};

struct import {
    int64_t id, account, bytes, created_at, changed_at;
    char public_id[PUBLIC_ID_LEN + 1];
    char name[IMPORT_NAME_LEN + 1]; /**< Of the file, as it was sent. */
    char who[NAME_LEN + 1];         /**< Name of the account. */
    char encoding[12], sure[12];    /**< Of charset_words; mark, content or guess. */
    bool refuse;                    /**< Existing numbers are bad rows, not changes. */
    enum import_state state;
    struct import_counts counts;
    int64_t done;    /**< Rows dealt with, of the step that is running. */
    char reason[24]; /**< Why it failed or was cancelled: a word. */
    bool cancel;
    char client[64];            /**< Address from which it was confirmed. */
    uint8_t digest[SHA256_LEN]; /**< Of what the check found. */
};

/** @param im  account, name, bytes, refuse and public_id; the id is filled. */
MUST_USE enum err import_add(struct db *db, struct import *im, int64_t now_ms);
/** ERR_NOENT: not this account's. */
MUST_USE enum err import_get(struct db *db, struct import *out, const char *public_id,
                             int64_t account);
/** The oldest that has something to be done; ERR_NOENT: none. */
MUST_USE enum err import_next(struct db *db, struct import *out);
/** This account's that are not over yet. */
MUST_USE enum err import_open_count(struct db *db, int64_t *n, int64_t account);
/** From checked to writing; im->client is kept. ERR_CONFLICT: it is not checked, has bad rows, or
 * nothing to do. */
MUST_USE enum err import_confirm(struct db *db, const struct import *im, int64_t now_ms);
/** ERR_CONFLICT: it is over, or being taken back already. */
MUST_USE enum err import_cancel(struct db *db, const struct import *im, int64_t now_ms);
/** Calls @p each with the public id of those whose files are not needed any more: over for
 * IMPORT_DAYS, or checked so long ago. */
MUST_USE enum err import_each_stale(struct db *db, int64_t now_ms,
                                    void (*each)(void *arg, const char *public_id), void *arg);
MUST_USE enum err import_forget(struct db *db, int64_t now_ms);
/** Whoever's it is, and whatever became of it. */
MUST_USE enum err import_known(struct db *db, bool *known, const char *public_id);
/** Calls @p each for the latest of this account, newest first. */
MUST_USE enum err import_list(struct db *db, int64_t account,
                              void (*each)(void *arg, const struct import *im), void *arg);

/** Which encoding the file has. @param sure  "mark", "content", or "guess": bytes of it are no text
 * in any. @param separator  Of its cells. @param named  It says so itself, in a first line "sep=;".
 * ERR_NOENT: there is no such file. */
MUST_USE enum err import_sniff(const char *path, enum charset *of, const char **sure,
                               char *separator, bool *named);

/** What the check says of a row: faults, or which cells change. */
struct finding {
    int64_t row;
    const struct row_faults *faults; /**< NULL: the row is fine. */
    const struct csv_row *cells;
    const struct header *header;
    const struct project *before; /**< Of a row that changes a project, else NULL. */
    const struct parties *parties_before;
    const struct row *after;
};

struct importer {
    struct db *db; /**< For reading. */
    const struct stage_rules *rules;
    const char *path;
    int64_t now_ms;
    void *arg; /**< Of the functions below. */
    /** Every bad row and every change, in the order of the file; only in the check. May be NULL. */
    void (*found)(void *arg, const struct finding *f);
    /** Columns of the file that are not read, once; may be NULL. */
    void (*header)(void *arg, const struct header *h, const struct csv_row *row);
    /** Has @p work run on the records thread and waits until it is durable. */
    enum err (*write)(void *arg, enum err (*work)(struct db *db, void *with), void *with);
};

/** Whether the row changes what stands in this column. */
bool importer_differs(const struct project *before, const struct parties *parties,
                      const struct row *after, enum column c);

/**
 * Does what is next for @p im: checks it, writes it or takes it back, and records how that ended.
 * ERR_OK also when the import has failed: then that is on record. Other answers: it could not be
 * recorded, or the file could not be read; try again later.
 */
MUST_USE enum err importer_run(const struct importer *cfg, struct import *im);

#endif
