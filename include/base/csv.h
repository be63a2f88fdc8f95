/**
 * @file
 * Comma-separated values (RFC 4180) as spreadsheets really write them: fed piece by piece, one row
 * at a time out; and written so that no spreadsheet takes a text for a formula.
 *
 * A row that cannot be read is given with its fault and the reading goes on: whoever checks a file
 * can name every bad row. Rows are counted as a spreadsheet counts them: a line end within quotes
 * does not begin another.
 * Thread: a reader belongs to one.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
    CSV_CELLS_MAX = 64,  /**< Cells of one row. */
    CSV_ROW_MAX = 32768, /**< Bytes of one row, a terminator for each cell included. */
};

enum csv_fault {
    CSV_FINE,
    CSV_STRAY, /**< Something stands after the quote that closes a cell. */
    CSV_LONG,  /**< Over CSV_ROW_MAX or CSV_CELLS_MAX; the cells are what fitted. */
    CSV_OPEN,  /**< A quote was opened and never closed: all that followed is in this row. */
    CSV_BYTES, /**< A NUL, or U+FFFD: bytes that are no text of the file's encoding. */
};

struct csv_row {
    int64_t number; /**< From 1 on, empty rows included. */
    enum csv_fault fault;
    size_t n;                        /**< 0: an empty row. */
    const char *cell[CSV_CELLS_MAX]; /**< UTF-8 as in the file; valid during the call. */
};

struct csv {
    char separator;
    enum err (*row)(void *arg, const struct csv_row *row); /**< Another answer than ERR_OK stops. */
    void *arg;
    /* The rest is the reader's own. */
    char text[CSV_ROW_MAX];
    size_t len, at[CSV_CELLS_MAX], n;
    int state;
    int64_t number;
    enum csv_fault fault;
    bool any, after_cr;
};

/** @param c  Large: not for a stack. */
void csv_init(struct csv *c, char separator, enum err (*row)(void *arg, const struct csv_row *row),
              void *arg);
/** UTF-8 without byte order mark. */
MUST_USE enum err csv_feed(struct csv *c, const char *text, size_t len);
/** The last row, when no line end follows it. */
MUST_USE enum err csv_end(struct csv *c);

/**
 * The separator of a file by its first row: of comma, semicolon and tab the one that stands there
 * most often outside of quotes; a comma when none does.
 * @param text  The beginning of the file.
 */
char csv_separator(const char *text, size_t len);

/** Adds one cell in quotes where it needs them, and a comma before it unless it is the row's first
 * (@p first). Numbers and dates of ours go through here. */
void csv_put(struct buf *b, bool first, const char *cell);
/** The same for what people have written: one that a spreadsheet would take for a formula gets an
 * apostrophe in front. */
void csv_put_text(struct buf *b, bool first, const char *cell);
/** @return the cell without the apostrophe that csv_put_text() has put in front of it. */
const char *csv_plain(const char *cell);

#endif
