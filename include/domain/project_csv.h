/**
 * @file
 * Projects as rows of a table that people edit: the columns with their names in Chinese and
 * English, a row read and checked, a row written. docs/import.md has the table for people.
 * Thread: pure.
 */
#ifndef DOMAIN_PROJECT_CSV_H
#define DOMAIN_PROJECT_CSV_H

#include "base/csv.h"
#include "domain/projects.h"

enum column {
    COL_NUMBER,
    COL_TITLE,
    COL_CUSTOMER,
    COL_PARK,
    COL_ADDRESS,
    COL_LATITUDE,
    COL_LONGITUDE,
    COL_VOLTAGE,
    COL_CAPACITY,
    COL_LOAD,
    COL_IMPORTANCE,
    COL_SOURCES,
    COL_WANTED,
    COL_STAGE,
    COL_STAGE_ON,
    COL_PARTY, /**< Three for each part: organisation, person, telephone. */
    COL_IN_N = COL_PARTY + 3 * PART_N,
    COL_DUE = COL_IN_N, /**< From here on only written. */
    COL_MANAGER,
    COL_MADE,
    COL_N,
    COL_NONE = COL_N, /**< Not of one column. */
};

/** The column's name in the interface: "capacity_kva", "designer_phone". */
const char *column_key(enum column c);

enum row_why {
    WHY_NONE,
    WHY_BYTES,          /**< No text of the file's encoding. */
    WHY_STRAY,          /**< Something after the closing quote of a cell. */
    WHY_OPEN,           /**< A quote is never closed. */
    WHY_LONG_ROW,       /**< More cells or bytes than are read. */
    WHY_EXTRA,          /**< A cell under no column. */
    WHY_MISSING,        /**< Must not be empty. */
    WHY_LONG,           /**< Longer than `about` bytes. */
    WHY_CONTROL,        /**< Signs that are no text. */
    WHY_NUMBER,         /**< No number, or one that can be read in two ways. */
    WHY_RANGE,          /**< Out of the range that the column takes. */
    WHY_WORD,           /**< None of the words that the column takes. */
    WHY_DAY,            /**< No day. */
    WHY_FUTURE,         /**< A day that is still to come. */
    WHY_HALF,           /**< Latitude without longitude, or the other way round. */
    WHY_PHONE,          /**< No telephone number. */
    WHY_NOBODY,         /**< A person or telephone without an organisation. */
    WHY_PARTY_TWICE,    /**< The same organisation and person twice. */
    WHY_PARTIES,        /**< More than PARTIES_MAX of them. */
    WHY_TWICE,          /**< The number stands in row `about` too. */
    WHY_FOREIGN,        /**< The number belongs to somebody else's project. */
    WHY_EXISTS,         /**< The number exists, and the import was told to refuse that. */
    WHY_STAGE,          /**< Another stage than the project has: stages are moved on its page. */
    WHY_COLUMN_TWICE,   /**< Of the header: a column stands twice. */
    WHY_COLUMN_MISSING, /**< Of the header: a column that must be there is not. */
    WHY_ROWS,           /**< More rows than `about`. */
    WHY_CHANGES,        /**< More existing projects would change than `about`. */
    WHY_EMPTY,          /**< The file has no row under its header. */
    WHY_N,
};
/** "number_twice": the word of the interface. */
const char *why_key(enum row_why why);

enum { FAULTS_MAX = COL_IN_N + 4 };

struct row_faults {
    size_t n;
    struct {
        enum column column;
        enum row_why why;
        int64_t about;
    } at[FAULTS_MAX];
};
/** One more, unless there are FAULTS_MAX. */
void row_fault(struct row_faults *f, enum column c, enum row_why why, int64_t about);

/** Which column stands where. */
struct header {
    enum column of[CSV_CELLS_MAX]; /**< COL_NONE: none that is known. */
    size_t n;
    bool has[COL_N];
};
/** The first row of the file. Columns may be named as column_key(), in Chinese or in English. */
void header_read(struct header *h, const struct csv_row *row, struct row_faults *f);

struct row {
    struct project_fields f;
    struct parties parties;
    enum stage stage;
    int32_t stage_on; /**< 0: not given. */
};
/**
 * A row of the file put over @p r: what the header does not have stays as it is there, an empty
 * cell empties (but for the stage, which every project has). @p r->f.parties points at r->parties
 * afterwards.
 * @param today  For days that must not be to come.
 */
void row_read(struct row *r, const struct header *h, const struct csv_row *row, int32_t today,
              struct row_faults *f);
/** The number alone, as row_read() would read it; "" for none. */
void row_number(char out[NUMBER_LEN + 1], const struct header *h, const struct csv_row *row);

enum { CELL_MAX = (NAME_LEN + 2) * PARTIES_MAX };
/** One cell as it is written; empty when not known. @return whether it is a text of people's, which
 * csv_put_text() must write. */
bool row_cell(char out[CELL_MAX], const struct project *p, const struct parties *ps, enum column c,
              bool english);
/** The whole header, or one row, with a line end (CR LF). */
void header_write(struct buf *b, bool english);
void row_write(struct buf *b, const struct project *p, const struct parties *ps, bool english);

#endif
