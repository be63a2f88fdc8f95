/* Both passes read the file in the same way; what the second finds must be what the first has
 * found, or nothing is changed. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/db.h"
#include "importer_priv.h"

enum { STEP_MS = 400 };

/* ---- what hands over to the records thread ----------------------------------------------------
 */

struct step {
    const struct import *im;
    int64_t now_ms;
    enum err (*run)(struct db *, const struct import *, int64_t);
};

static enum err do_step(struct db *db, void *with)
{
    const struct step *s = (const struct step *)with;
    return s->run(db, s->im, s->now_ms);
}

enum err importer_step(const struct importer *cfg, const struct import *im,
                       enum err (*run)(struct db *, const struct import *, int64_t))
{
    struct step s = {.im = im, .now_ms = clock_wall_ms(), .run = run};
    return cfg->write(cfg->arg, do_step, &s);
}

static enum err write_batch(struct db *db, void *with)
{
    struct batch *b = (struct batch *)with;
    enum err e = ERR_OK;
    for (size_t i = 0; e == ERR_OK && i < b->n; i++) {
        struct row *r = &b->rows[i];
        struct project p = {
            .manager = b->im->account, .f = r->f, .stage = r->stage, .stage_on = r->stage_on};
        p.f.parties = &r->parties;
        e = project_add_imported(db, &p, b->im->id, b->rules, b->now_ms);
    }
    return e == ERR_OK ? import_step(db, b->im, b->now_ms) : e;
}

static enum err flush(struct pass *ps)
{
    struct batch *b = &ps->batch;
    if (b->n == 0)
        return ERR_OK;
    b->now_ms = clock_wall_ms();
    ps->im->done = b->upto;
    enum err e = ps->cfg->write(ps->cfg->arg, write_batch, b);
    b->n = 0;
    return e;
}

/* ---- one row ----------------------------------------------------------------------------------
 */

static void tell(struct pass *ps, const struct csv_row *row, const struct row_faults *f,
                 bool changes)
{
    if (ps->writing || ps->cfg->found == NULL)
        return;
    const struct finding found = {.row = row->number,
                                  .faults = f->n > 0 ? f : NULL,
                                  .cells = row,
                                  .header = &ps->header,
                                  .before = changes ? &ps->before : NULL,
                                  .parties_before = &ps->parties_before,
                                  .after = &ps->row};
    ps->cfg->found(ps->cfg->arg, &found);
}

static void refuse(struct pass *ps, const struct csv_row *row, enum column c, enum row_why why,
                   int64_t about)
{
    struct row_faults f = {0};
    row_fault(&f, c, why, about);
    ps->counts.bad++;
    tell(ps, row, &f, false);
}

static void note(struct pass *ps, int64_t row, char kind, const struct project *p)
{
    char text[96];
    int n = snprintf(text, sizeof(text), "%lld %c %lld %lld\n", (long long)row, kind,
                     (long long)(p != NULL ? p->id : 0), (long long)(p != NULL ? p->version : 0));
    sha256_add(ps->digest, text, (size_t)n);
}

/* The stored project of the row's number, if it has one. */
static enum err find_before(struct pass *ps, const struct csv_row *row, struct row_faults *f,
                            bool *exists)
{
    char number[NUMBER_LEN + 1];
    uint32_t first = 0;
    int64_t import = 0;
    *exists = false;
    row_number(number, &ps->header, row);
    if (number[0] == '\0' || row->fault != CSV_FINE)
        return ERR_OK;
    enum err e = numbers_put(&ps->numbers, number, (uint32_t)row->number, &first);
    if (e != ERR_OK)
        return e;
    if (first != 0)
        row_fault(f, COL_NUMBER, WHY_TWICE, first);
    e = project_by_number(ps->cfg->db, &ps->before, &import, number);
    if (e != ERR_OK || import == ps->im->id)
        return e == ERR_NOENT ? ERR_OK : e;
    *exists = true;
    if (ps->before.manager != ps->im->account)
        row_fault(f, COL_NUMBER, WHY_FOREIGN, 0);
    else if (ps->im->refuse)
        row_fault(f, COL_NUMBER, WHY_EXISTS, 0);
    return parties_get(ps->cfg->db, &ps->parties_before, ps->before.id);
}

static void begin_row(struct pass *ps, bool exists)
{
    static const struct row nothing = {.f = {.sources = 1}, .stage = STAGE_RESERVE};
    ps->row = nothing;
    if (!exists)
        return;
    ps->row.f = ps->before.f;
    ps->row.parties = ps->parties_before;
    ps->row.stage = ps->before.stage;
    ps->row.stage_on = ps->before.stage_on;
}

bool importer_differs(const struct project *before, const struct parties *parties,
                      const struct row *after, enum column c)
{
    char a[CELL_MAX], b[CELL_MAX];
    const struct project p = {.f = after->f, .stage = after->stage, .stage_on = after->stage_on};
    (void)row_cell(a, before, parties, c, true);
    (void)row_cell(b, &p, &after->parties, c, true);
    return strcmp(a, b) != 0;
}

static bool changes_anything(const struct pass *ps)
{
    for (enum column c = 0; c < COL_IN_N; c++)
        if (importer_differs(&ps->before, &ps->parties_before, &ps->row, c))
            return true;
    return false;
}

static enum err keep_change(struct pass *ps)
{
    if (!ps->writing || ps->n_changes == IMPORT_CHANGES_MAX)
        return ERR_OK;
    if (ps->n_changes == ps->cap_changes) {
        size_t cap = ps->cap_changes == 0 ? 16 : 2 * ps->cap_changes;
        struct change *list = (struct change *)mem_realloc(ps->changes, cap * sizeof(*list));
        if (list == NULL)
            return ERR_NOMEM;
        ps->changes = list;
        ps->cap_changes = cap;
    }
    struct change *c = &ps->changes[ps->n_changes++];
    *c = (struct change){.p = ps->before, .parties = ps->row.parties};
    c->p.f = ps->row.f;
    return ERR_OK;
}

static enum err take_fresh(struct pass *ps, const struct csv_row *row)
{
    ps->counts.fresh++;
    note(ps, row->number, 'f', NULL);
    if (!ps->writing || row->number <= ps->resumed)
        return ERR_OK;
    if (ps->row.stage_on == 0)
        ps->row.stage_on = ps->today;
    ps->batch.rows[ps->batch.n++] = ps->row;
    ps->batch.upto = row->number;
    return ps->batch.n == IMPORT_BATCH ? flush(ps) : ERR_OK;
}

static enum err take_existing(struct pass *ps, const struct csv_row *row,
                              const struct row_faults *none)
{
    bool changes = changes_anything(ps);
    note(ps, row->number, changes ? 'c' : 'u', &ps->before);
    if (!changes) {
        ps->counts.unchanged++;
        return ERR_OK;
    }
    ps->counts.changed++;
    tell(ps, row, none, true);
    return keep_change(ps);
}

static void check_stage(const struct pass *ps, struct row_faults *f)
{
    if (ps->row.stage != ps->before.stage)
        row_fault(f, COL_STAGE, WHY_STAGE, 0);
    else if (ps->row.stage_on != ps->before.stage_on)
        row_fault(f, COL_STAGE_ON, WHY_STAGE, 0);
}

static enum err take_row(struct pass *ps, const struct csv_row *row)
{
    struct row_faults f = {0};
    bool exists = false;
    enum err e = find_before(ps, row, &f, &exists);
    if (e != ERR_OK)
        return e;
    begin_row(ps, exists);
    row_read(&ps->row, &ps->header, row, ps->today, &f);
    if (exists && f.n == 0)
        check_stage(ps, &f);
    if (f.n > 0) {
        ps->counts.bad++;
        note(ps, row->number, 'b', NULL);
        tell(ps, row, &f, false);
        return ERR_OK;
    }
    return exists ? take_existing(ps, row, &f) : take_fresh(ps, row);
}

/* ---- the file ---------------------------------------------------------------------------------
 */

static enum err take_header(struct pass *ps, const struct csv_row *row)
{
    struct row_faults f = {0};
    header_read(&ps->header, row, &f);
    ps->has_header = true;
    if (row->fault != CSV_FINE || f.n > 0) {
        if (row->fault != CSV_FINE)
            row_fault(&f, COL_NONE, WHY_OPEN, 0);
        ps->counts.bad++;
        tell(ps, row, &f, false);
        ps->over = true;
    } else if (!ps->writing && ps->cfg->header != NULL) {
        ps->cfg->header(ps->cfg->arg, &ps->header, row);
    }
    return ERR_OK;
}

/* Says now and then how far it is, and hears whether it is to stop. */
static enum err tick(struct pass *ps)
{
    uint64_t now = clock_mono_ns();
    if (ps->writing || now - ps->ticked_ns < STEP_MS * NS_PER_MS)
        return ERR_OK;
    ps->ticked_ns = now;
    ps->im->done = ps->counts.all;
    return importer_step(ps->cfg, ps->im, import_step);
}

static enum err on_row(void *arg, const struct csv_row *row)
{
    struct pass *ps = (struct pass *)arg;
    if (ps->over || row->n == 0 || (row->number == 1 && ps->names_separator))
        return ERR_OK;
    if (!ps->has_header)
        return take_header(ps, row);
    if (++ps->counts.all > IMPORT_ROWS_MAX) {
        refuse(ps, row, COL_NONE, WHY_ROWS, IMPORT_ROWS_MAX);
        ps->over = true;
        return ERR_OK;
    }
    enum err e = take_row(ps, row);
    return e == ERR_OK ? tick(ps) : e;
}

static enum err feed_file(struct pass *ps, FILE *f, enum charset of)
{
    struct charset_reader cs = {0};
    uint8_t in[16384];
    char out[3 * (sizeof(in) + 8)];
    enum charset marked = of;
    enum err e = charset_open(&cs, of);
    size_t n = fread(in, 1, sizeof(in), f);
    size_t skip = charset_mark(&marked, in, n);
    for (; e == ERR_OK && n > 0 && !ps->over; n = fread(in, 1, sizeof(in), f), skip = 0) {
        size_t len = charset_read(&cs, in + skip, n - skip, out, sizeof(out));
        e = csv_feed(&ps->csv, out, len);
    }
    if (e == ERR_OK && ferror(f) != 0)
        e = ERR_IO;
    if (e == ERR_OK)
        e = csv_feed(&ps->csv, out, charset_finish(&cs, out, sizeof(out)));
    charset_close(&cs);
    return e == ERR_OK ? csv_end(&ps->csv) : e;
}

/* What only the whole file tells. */
static void check_whole(struct pass *ps)
{
    static const struct csv_row nowhere = {0};
    if (ps->counts.all == 0 && ps->counts.bad == 0)
        refuse(ps, &nowhere, COL_NONE, WHY_EMPTY, 0);
    if (ps->counts.changed > IMPORT_CHANGES_MAX)
        refuse(ps, &nowhere, COL_NONE, WHY_CHANGES, IMPORT_CHANGES_MAX);
}

static enum charset charset_of(const char *word)
{
    enum charset c = CHARSET_UTF8;
    while (c + 1 < CHARSET_N && strcmp(word, charset_words[c]) != 0)
        c++;
    return c;
}

enum err pass_run(struct pass *ps)
{
    enum charset of = CHARSET_UTF8;
    const char *sure = NULL;
    char separator = ',';
    bool names = false;
    enum err e = import_sniff(ps->cfg->path, &of, &sure, &separator, &names);
    if (e != ERR_OK)
        return e;
    if (ps->writing && ps->im->encoding[0] != '\0')
        of = charset_of(ps->im->encoding);
    (void)snprintf(ps->im->encoding, sizeof(ps->im->encoding), "%s", charset_words[of]);
    (void)snprintf(ps->im->sure, sizeof(ps->im->sure), "%s", sure);
    ps->names_separator = names;
    csv_init(&ps->csv, separator, on_row, ps);
    FILE *f = fopen(ps->cfg->path, "rbe");
    if (f == NULL)
        return ERR_IO;
    e = feed_file(ps, f, of);
    (void)fclose(f);
    if (e == ERR_OK)
        e = flush(ps);
    if (e == ERR_OK)
        check_whole(ps);
    return e == ERR_OK ? sha256_take(ps->digest, ps->found) : e;
}

enum err pass_new(struct pass **out, const struct importer *cfg, struct import *im, bool writing)
{
    struct pass *ps = (struct pass *)mem_zalloc(1, sizeof(*ps));
    if (ps == NULL || sha256_new(&ps->digest) != ERR_OK) {
        mem_free(ps);
        return ERR_NOMEM;
    }
    ps->cfg = cfg;
    ps->im = im;
    ps->writing = writing;
    ps->resumed = writing ? im->done : 0;
    ps->today = day_of_ms(im->created_at);
    ps->batch.im = im;
    ps->batch.rules = cfg->rules;
    ps->ticked_ns = clock_mono_ns();
    *out = ps;
    return ERR_OK;
}

void pass_free(struct pass **at)
{
    struct pass *ps = *at;
    if (ps == NULL)
        return;
    numbers_free(&ps->numbers);
    sha256_free(ps->digest);
    mem_free(ps->changes);
    mem_free(ps);
    *at = NULL;
}
