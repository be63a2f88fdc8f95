/* What the check has found, a line of JSON for each row that is bad or changes a project. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "imports_priv.h"

enum {
    REPORT_MAX = 128 << 20, /* bytes; beyond, rows are only counted, and the report says so */
    SHOWN_MAX = 120,        /* of a cell */
};

enum err import_report_open(struct import_report *r, const char *path)
{
    *r = (struct import_report){.f = fopen(path, "wbe")};
    return r->f != NULL ? ERR_OK : ERR_IO;
}

enum err import_report_close(struct import_report *r)
{
    if (r->f == NULL)
        return ERR_OK;
    bool fine = fclose(r->f) == 0 && !r->failed;
    r->f = NULL;
    return fine ? ERR_OK : ERR_IO;
}

static void put(struct import_report *r, json_t *line)
{
    if (r->bytes > REPORT_MAX && !r->cut) {
        json_decref(line);
        line = json_pack("{s:b}", "cut", 1);
        r->cut = true;
    } else if (r->cut) {
        json_decref(line);
        return;
    }
    char *text = json_dumps(line, JSON_COMPACT);
    int n = text == NULL ? -1 : fprintf(r->f, "%s\n", text);
    r->failed |= n < 0;
    r->bytes += n > 0 ? (uint64_t)n : 0;
    free(text);
    json_decref(line);
}

/* At most SHOWN_MAX bytes, whole characters. */
static json_t *json_shown(const char *cell)
{
    size_t n = strlen(cell);
    if (n <= SHOWN_MAX)
        return json_string(cell);
    for (n = SHOWN_MAX; n > 0 && ((unsigned char)cell[n] & 0xc0) == 0x80;)
        n--;
    char text[SHOWN_MAX + 4];
    (void)snprintf(text, sizeof(text), "%.*s\xe2\x80\xa6", (int)n, cell);
    return json_string(text);
}

void import_report_header(struct import_report *r, const struct header *h,
                          const struct csv_row *row)
{
    json_t *unread = json_array();
    for (size_t i = 0; i < row->n; i++)
        if (row->cell[i][0] != '\0' && h->of[i] >= COL_IN_N)
            (void)json_array_append_new(unread, json_shown(row->cell[i]));
    put(r, json_pack("{s:o}", "unread", unread));
}

/* The cell of a column; of none the first that has anything in it. */
static const char *cell_of(const struct finding *f, enum column c)
{
    for (size_t i = 0; i < f->cells->n; i++)
        if (c == COL_NONE ? f->cells->cell[i][0] != '\0'
                          : i < f->header->n && f->header->of[i] == c)
            return f->cells->cell[i];
    return "";
}

static json_t *json_faults(const struct finding *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->faults->n; i++) {
        enum column c = f->faults->at[i].column;
        (void)json_array_append_new(list, json_pack("{s:s,s:s,s:o,s:I}", "column", column_key(c),
                                                    "why", why_key(f->faults->at[i].why), "value",
                                                    json_shown(cell_of(f, c)), "about",
                                                    (json_int_t)f->faults->at[i].about));
    }
    return list;
}

static json_t *json_both(const struct project *p, const struct parties *ps, enum column c)
{
    char zh[CELL_MAX], en[CELL_MAX];
    (void)row_cell(zh, p, ps, c, false);
    (void)row_cell(en, p, ps, c, true);
    return json_pack("[o,o]", json_shown(zh), json_shown(en));
}

static json_t *json_changes(const struct finding *f)
{
    const struct project after = {
        .f = f->after->f, .stage = f->after->stage, .stage_on = f->after->stage_on};
    json_t *list = json_array();
    for (enum column c = 0; c < COL_IN_N; c++) {
        if (!importer_differs(f->before, f->parties_before, f->after, c))
            continue;
        (void)json_array_append_new(list,
                                    json_pack("{s:s,s:o,s:o}", "column", column_key(c), "before",
                                              json_both(f->before, f->parties_before, c), "after",
                                              json_both(&after, &f->after->parties, c)));
    }
    return list;
}

void import_report_found(struct import_report *r, const struct finding *f)
{
    json_t *line = json_pack("{s:I}", "row", (json_int_t)f->row);
    if (f->faults != NULL)
        (void)json_object_set_new(line, "faults", json_faults(f));
    if (f->before != NULL) {
        (void)json_object_set_new(line, "number", json_string(f->before->f.number));
        (void)json_object_set_new(line, "title", json_string(f->before->f.title));
        (void)json_object_set_new(line, "changes", json_changes(f));
    }
    put(r, line);
}
