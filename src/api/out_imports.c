/* Answers about imports. */
#include "domain/imports.h"
#include "outlines_priv.h"

static const char *const existing[] = {"update", "refuse", NULL};
static const struct outline_words w_existing = {"Existing", existing};
static const struct outline_words w_state = {"ImportState", import_state_words};

static const struct outline_part p_counts[] = {
    O_I64("all", .about = "Rows under the header that are not empty."),
    O_I64("fresh", .about = "New projects."),
    O_I64("changed", .about = "Existing projects that change."),
    O_I64("unchanged"),
    O_I64("bad"),
};
static const struct outline o_counts = OUTLINE("ImportCounts", p_counts);

static const struct outline_part p_import[] = {
    O_TEXT("id"),
    O_TEXT("name", .about = "Of the file."),
    O_I64("bytes"),
    O_WORD("existing", &w_existing, .about = "What becomes of numbers that exist already."),
    O_WORD("state", &w_state),
    O_TEXT("encoding", .about = "utf-8, gb18030, utf-16le, utf-16be; empty before the check."),
    O_TEXT("sure", .about = "By what the encoding was told: mark, content, or guess."),
    O_TEXT("reason", .about = "Why it failed: overtaken, file; or cancelled, stale."),
    O_TIME("changed_at"),
    O_I64("done_rows", .about = "Of the step that is running."),
    O_OBJECT("rows", &o_counts),
};
const struct outline o_import = OUTLINE("Import", p_import);

static const struct outline_part p_list[] = {O_LIST("imports", &o_import)};
const struct outline o_import_list = OUTLINE("ImportList", p_list);

static const struct outline_part p_fault[] = {
    O_TEXT("column", .about = "number, title, ...; empty: the row as a whole."),
    O_TEXT("value", .about = "The cell as it stands in the file, cut off when long."),
    O_TEXT("why", .about = "A word; docs/import.md has them all."),
    O_I64("about", .about = "Another row, or a limit; 0: nothing."),
};
static const struct outline o_fault = OUTLINE("ImportFault", p_fault);

static const struct outline_part p_change[] = {
    O_TEXT("column"),
    O_EACH("before", OUTLINE_TEXT, .about = "In Chinese, in English."),
    O_EACH("after", OUTLINE_TEXT),
};
static const struct outline o_change = OUTLINE("ImportChange", p_change);

static const struct outline_part p_row[] = {
    O_I64("row", .optional = true, .about = "As a spreadsheet counts; 0: the file as a whole."),
    O_LIST("faults", &o_fault, .optional = true),
    O_TEXT("number", .optional = true),
    O_TEXT("title", .optional = true),
    O_LIST("changes", &o_change, .optional = true),
    O_EACH("unread", OUTLINE_TEXT, .optional = true, .about = "Columns that are not read."),
    O_BOOL("cut", .optional = true, .about = "The report ends here: it is too long."),
};
static const struct outline o_row = OUTLINE("ImportRow", p_row);

static const struct outline_part p_rows[] = {
    O_LIST("rows", &o_row),
    O_I64("next", .null = true, .about = "To be sent as `after`; null: that was all."),
};
const struct outline o_import_rows = OUTLINE("ImportRows", p_rows);

const struct outline_part q_imports[] = {
    O_WORD("existing", &w_existing),
    O_TEXT("name", .about = "Of the file."),
    {.name = NULL},
};
const struct outline_part q_import_rows[] = {
    O_TEXT("after", .about = "`next` of the page before."),
    {.name = NULL},
};

static const char *const encodings[] = {"utf-8", "gb18030", NULL};
static const struct outline_words w_encoding = {"ExportEncoding", encodings};
static const char *const languages[] = {"zh", "en", NULL};
static const struct outline_words w_language = {"ExportLanguage", languages};
const struct outline_part q_export[] = {
    O_WORD("encoding", &w_encoding,
           .about = "utf-8 (with a mark, as spreadsheets want it) is the default."),
    O_WORD("language", &w_language, .about = "Of names and words in the table."),
    O_TEXT("q"),
    O_TEXT("stage"),
    O_TEXT("open"),
    O_TEXT("late"),
    {.name = NULL},
};
