/* A file of any bytes: the first chooses encoding and separator, the rest is read, its first row as
 * the header, each further one as a project. What is read without a fault is written and read the
 * same again. */
#include "base/charset.h"
#include "base/mem.h"
#include "domain/project_csv.h"
#include "fuzz.h"

struct state {
    bool began, refused;
    struct header h;
};

static enum err check_row(void *arg, const struct csv_row *row)
{
    struct state *s = (struct state *)arg;
    struct row_faults f = {0};
    MUST_HOLD(row->n <= CSV_CELLS_MAX);
    if (row->n == 0 || s->refused)
        return ERR_OK;
    if (!s->began) {
        header_read(&s->h, row, &f);
        s->began = true;
        s->refused = f.n > 0;
        return ERR_OK;
    }
    struct row *r = (struct row *)mem_zalloc(1, sizeof(*r));
    char number[NUMBER_LEN + 1];
    r->f.sources = 1;
    row_number(number, &s->h, row);
    row_read(r, &s->h, row, 30000, &f);
    MUST_HOLD(f.n <= FAULTS_MAX);
    MUST_HOLD(r->parties.n <= PARTIES_MAX);
    MUST_HOLD(r->stage < STAGE_N);
    if (f.n == 0) {
        const struct project p = {.f = r->f, .stage = r->stage, .stage_on = r->stage_on};
        MUST_HOLD(r->f.sources >= 1 && r->f.sources <= 2);
        for (enum column c = 0; c < COL_N; c++) {
            char cell[CELL_MAX];
            (void)row_cell(cell, &p, &r->parties, c, true);
            MUST_HOLD(strlen(cell) < CELL_MAX);
        }
        MUST_HOLD(!s->h.has[COL_NUMBER] || strcmp(number, r->f.number) == 0);
    }
    mem_free(r);
    return ERR_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char separators[] = ",;\t";
    if (size < 1)
        return 0;
    struct charset_reader cs = {0};
    struct state s = {0};
    struct csv *c = (struct csv *)mem_alloc(sizeof(*c));
    size_t piece = 1 + data[0] / 16;
    MUST_HOLD(charset_open(&cs, (enum charset)(data[0] % CHARSET_N)) == ERR_OK);
    csv_init(c, separators[data[0] / 4 % 3], check_row, &s);
    for (size_t at = 1; at < size; at += piece) {
        char out[3 * (17 + 8)];
        size_t n = size - at < piece ? size - at : piece;
        MUST_HOLD(csv_feed(c, out, charset_read(&cs, data + at, n, out, sizeof(out))) == ERR_OK);
    }
    char last[3];
    MUST_HOLD(csv_feed(c, last, charset_finish(&cs, last, sizeof(last))) == ERR_OK);
    MUST_HOLD(csv_end(c) == ERR_OK);
    charset_close(&cs);
    mem_free(c);
    return 0;
}
