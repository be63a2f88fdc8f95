/* domain/imports: a file checked and written, everything or nothing; told apart from what others
 * did meanwhile; cut off at every step and gone on with; taken back. */
#include "domain/imports.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "crypto/random.h"
#include "db/db.h"
#include "domain/imports_priv.h"
#include "t.h"
#include "tmpdir.h"

#define NOW INT64_C(1795600000000)

static struct db *db;
static struct stage_rules rules;
static int64_t managers[2];
static sqlite3 *raw;
static struct project_page *page;

/* ---- the records thread of the test -----------------------------------------------------------
 */

struct desk {
    int left; /* tasks that still come through; -1: all */
    enum err then;
    char said[4096];
    size_t changed_cells;
};

static enum err write_now(void *arg, enum err (*work)(struct db *, void *), void *with)
{
    struct desk *d = (struct desk *)arg;
    if (d->left == 0)
        return d->then;
    d->left -= d->left > 0;
    T_EQ(db_savepoint(db), ERR_OK);
    enum err e = work(db, with);
    T_EQ(db_release(db, e == ERR_OK), ERR_OK);
    return e;
}

static void found(void *arg, const struct finding *f)
{
    struct desk *d = (struct desk *)arg;
    size_t n = strlen(d->said);
    for (size_t i = 0; f->faults != NULL && i < f->faults->n; i++)
        n += (size_t)snprintf(d->said + n, sizeof(d->said) - n, "%d %s %s %d;", (int)f->row,
                              column_key(f->faults->at[i].column), why_key(f->faults->at[i].why),
                              (int)f->faults->at[i].about);
    for (enum column c = 0; f->before != NULL && c < COL_IN_N; c++)
        if (importer_differs(f->before, f->parties_before, f->after, c))
            n += (size_t)snprintf(d->said + n, sizeof(d->said) - n, "%d %s changes;", (int)f->row,
                                  column_key(c));
}

static struct importer importer_for(struct desk *d, const char *path)
{
    return (struct importer){.db = db,
                             .rules = &rules,
                             .path = path,
                             .now_ms = NOW,
                             .arg = d,
                             .found = found,
                             .write = write_now};
}

/* ---- what is there ----------------------------------------------------------------------------
 */

static int64_t count(const char *sql)
{
    sqlite3_stmt *s = NULL;
    T_EQ(sqlite3_prepare_v2(raw, sql, -1, &s, NULL), SQLITE_OK);
    T_EQ(sqlite3_step(s), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    return n;
}

static size_t visible(const char *words)
{
    const struct project_query q = {
        .everything = true, .words = words, .cursor = "", .stage = STAGE_N};
    T_EQ(project_find(db, page, &q), ERR_OK);
    return page->n;
}

static const char *file_of(const char *name, const char *text)
{
    const char *path = tmpdir_path(name);
    FILE *f = fopen(path, "wb");
    T_OK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
    return path;
}

static struct import begin(int who, bool refuse)
{
    struct import im = {.account = managers[who], .refuse = refuse, .bytes = 1, .name = "f.csv"};
    random_hex(im.public_id, PUBLIC_ID_LEN);
    T_EQ(import_add(db, &im, NOW), ERR_OK);
    return im;
}

static struct import again(const struct import *im)
{
    struct import out;
    T_EQ(import_get(db, &out, im->public_id, im->account), ERR_OK);
    return out;
}

static struct import checked(int who, bool refuse, const char *path, struct desk *d)
{
    struct import im = begin(who, refuse);
    struct importer cfg = importer_for(d, path);
    T_EQ(importer_run(&cfg, &im), ERR_OK);
    return again(&im);
}

/* ---- tests ------------------------------------------------------------------------------------
 */

#define HEAD "number,title,customer,capacity_kva,stage,stage_on,designer,designer_person\n"

static void all_of_it(void)
{
    struct desk d = {.left = -1};
    const char *path =
        file_of("a.csv", "\xef\xbb\xbf" HEAD "A1,alpha,c,100,survey,2026-11-20,DI,Zhang\n"
                         "\n"
                         "A2,beta,c,200,,,,\n"
                         ",gamma,c,,,,,\n");
    struct import im = checked(0, false, path, &d);
    T_EQ(im.state, IMPORT_CHECKED);
    T_OK(im.counts.all == 3 && im.counts.fresh == 3 && im.counts.bad == 0);
    T_OK(strcmp(im.encoding, "utf-8") == 0 && strcmp(im.sure, "mark") == 0);
    T_OK(d.said[0] == '\0');
    T_EQ(visible(""), 0); /* A check changes nothing. */
    T_EQ(import_confirm(db, &im, NOW), ERR_OK);
    T_EQ(import_confirm(db, &im, NOW), ERR_CONFLICT);
    im = again(&im);
    struct importer cfg = importer_for(&d, path);
    T_EQ(importer_run(&cfg, &im), ERR_OK);
    T_EQ(again(&im).state, IMPORT_DONE);
    T_EQ(visible(""), 3);
    T_EQ(visible("zhang"), 1);
    struct project p;
    int64_t import = 0;
    T_EQ(project_by_number(db, &p, &import, "A1"), ERR_OK);
    T_OK(p.stage == STAGE_SURVEY && p.stage_on == 20777 && p.f.capacity_kva == 100 &&
         p.manager == managers[0] && import == im.id);
    T_EQ(count("SELECT COUNT(*) FROM audit WHERE what = 'project.import' AND detail = 'f.csv: 3 "
               "new, 0 changed'"),
         1);
}

static void bad_rows_are_all_named(void)
{
    struct desk d = {.left = -1};
    const char *path = file_of("b.csv", HEAD "B1,x,c,12 34,,,,\n"
                                             "B1,y,c,,,,,\n"
                                             ",,c,,,,,\n"
                                             "A2,other,c,,,,,\n"
                                             "B2,fine,c,,,,,\n");
    struct import im = checked(1, false, path, &d);
    T_EQ(im.state, IMPORT_CHECKED);
    T_OK(im.counts.all == 5 && im.counts.bad == 4 && im.counts.fresh == 1);
    T_OK(strcmp(d.said, "2 capacity_kva number 0;3 number twice 2;4 title missing 0;"
                        "5 number foreign 0;") == 0);
    T_EQ(import_confirm(db, &im, NOW), ERR_CONFLICT);
    T_EQ(import_cancel(db, &im, NOW), ERR_OK);
    T_EQ(again(&im).state, IMPORT_CANCELLED);
    T_EQ(import_cancel(db, &im, NOW), ERR_CONFLICT);
    static const struct {
        const char *text, *want;
    } whole[] = {
        {"", "0  empty 0;"},
        {HEAD, "0  empty 0;"},
        {"number,customer\n1,2\n", "1 title column_missing 0;"},
        {"title,customer,title\n1,2,3\n", "1 title column_twice 0;"},
        {"\"title,customer\n1,2\n",
         "1 title column_missing 0;1 customer column_missing 0;1  open_quote 0;"},
        {"sep=;\ntitle;customer\n;b\n", "3 title missing 0;"},
    };
    for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
        struct desk w = {.left = -1};
        im = checked(1, false, file_of("w.csv", whole[i].text), &w);
        if (strcmp(w.said, whole[i].want) != 0)
            (void)fprintf(stderr, "%zu: %s\n", i, w.said);
        T_OK(strcmp(w.said, whole[i].want) == 0);
        T_EQ(im.counts.bad, 1);
    }
}

static void existing_ones(void)
{
    struct desk d = {.left = -1};
    const char *path = file_of("c.csv", HEAD "A1,alpha,c,150,survey,2026-11-20,DI,Zhang\n"
                                             "A2,beta,c,200,reserve,,,\n"
                                             "C1,delta,c,,,,,\n");
    struct import im = checked(0, true, path, &d);
    T_EQ(im.counts.bad, 2);
    T_OK(strcmp(d.said, "2 number exists 0;3 number exists 0;") == 0);
    d.said[0] = '\0';
    im = checked(0, false, path, &d);
    T_OK(im.counts.changed == 1 && im.counts.unchanged == 1 && im.counts.fresh == 1);
    T_OK(strcmp(d.said, "2 capacity_kva changes;") == 0);
    T_EQ(import_confirm(db, &im, NOW), ERR_OK);
    im = again(&im);
    struct importer cfg = importer_for(&d, path);
    T_EQ(importer_run(&cfg, &im), ERR_OK);
    T_EQ(again(&im).state, IMPORT_DONE);
    struct project p;
    int64_t import = 0;
    T_EQ(project_by_number(db, &p, &import, "A1"), ERR_OK);
    T_OK(p.f.capacity_kva == 150 && p.version == 2);
    T_EQ(project_by_number(db, &p, &import, "A2"), ERR_OK);
    T_EQ(p.version, 1);
    T_EQ(count("SELECT COUNT(*) FROM audit WHERE what = 'project.edit' AND project_id IS NOT NULL"),
         1);
    d.said[0] = '\0'; /* A stage is not moved by a table. */
    im = checked(0, false,
                 file_of("s.csv", HEAD "A1,alpha,c,150,acceptance,,DI,Zhang\n"
                                       "A2,beta,c,200,reserve,2026-11-01,,\n"),
                 &d);
    T_OK(strcmp(d.said, "2 stage stage 0;3 stage_on stage 0;") == 0);
}

/* What somebody else did between the check and the writing ends the import, with nothing done. */
static void overtaken(void)
{
    static const struct {
        const char *number;
        int who;
        bool edit;
    } table[] = {{"D2", 0, false}, {"D2", 1, false}, {"A1", 0, true}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct desk d = {.left = -1};
        size_t before = visible("");
        const char *path = file_of("d.csv", HEAD "D1,one,c,1,,,,\nD2,two,c,2,,,,\n"
                                                 "A1,alpha,c,160,survey,2026-11-20,DI,Zhang\n");
        struct import im = checked(0, false, path, &d);
        T_EQ(import_confirm(db, &im, NOW), ERR_OK);
        struct project p = {.manager = managers[table[i].who]};
        int64_t import = 0;
        if (table[i].edit) {
            T_EQ(project_by_number(db, &p, &import, table[i].number), ERR_OK);
            T_EQ(project_edit(db, &p, &rules), ERR_OK);
        } else {
            (void)snprintf(p.f.number, sizeof(p.f.number), "%s", table[i].number);
            (void)snprintf(p.f.title, sizeof(p.f.title), "mine");
            T_EQ(project_add(db, &p, NOW), ERR_OK);
        }
        im = again(&im);
        struct importer cfg = importer_for(&d, path);
        T_EQ(importer_run(&cfg, &im), ERR_OK);
        im = again(&im);
        T_EQ(im.state, IMPORT_FAILED);
        T_OK(strcmp(im.reason, "overtaken") == 0);
        T_EQ(visible(""), before + !table[i].edit);
        T_EQ(visible("one"), 0);
        T_EQ(project_by_number(db, &p, &import, "A1"), ERR_OK);
        T_EQ(p.f.capacity_kva, 150);
        T_EQ(project_by_number(db, &p, &import, "D1"), ERR_NOENT);
        char sql[160];
        (void)snprintf(sql, sizeof(sql), "DELETE FROM project WHERE number = 'D2'");
        T_EQ(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    }
}

/* Two hundred rows, so that there are several batches. */
static const char *many(void)
{
    const char *path = tmpdir_path("many.csv");
    FILE *f = fopen(path, "wb");
    T_OK(f != NULL && fputs(HEAD, f) >= 0);
    for (int i = 0; i < 180; i++) {
        if (i % 3 == 2)
            T_OK(fprintf(f, ",many %d,c,,,,,\n", i) > 0);
        else
            T_OK(fprintf(f, "M%d,many %d,c,,,,DI %d,\n", i, i, i) > 0);
    }
    T_OK(fputs("A1,alpha,c,170,survey,2026-11-20,DI,Zhang\n", f) >= 0);
    T_EQ(fclose(f), 0);
    return path;
}

/* Cut off after each number of tasks; then it goes on from what is on record. */
static void cut_off_and_gone_on_with(void)
{
    const char *path = many();
    for (int n = 0; n < 6; n++) {
        struct desk d = {.left = -1};
        struct import im = checked(0, false, path, &d);
        T_OK(im.counts.fresh == 180 && im.counts.changed == 1);
        T_EQ(import_confirm(db, &im, NOW), ERR_OK);
        im = again(&im);
        struct importer cfg = importer_for(&d, path);
        d.left = n;
        d.then = ERR_DB;
        enum err e = importer_run(&cfg, &im);
        T_EQ(e, n < 5 ? ERR_DB : ERR_OK);
        if (n < 5) {
            T_EQ(visible("many"), 0); /* Nothing of it is there, */
            struct project p;
            int64_t import = 0;
            T_EQ(project_by_number(db, &p, &import, "A1"), ERR_OK);
            T_OK(p.f.capacity_kva != 170);
            struct import next;
            T_EQ(import_next(db, &next), ERR_OK); /* and it is found again, */
            T_EQ(next.id, im.id);
            T_EQ(next.done, n == 0 ? 0 : n < 4 ? 1 + 50 * n : 181);
            d.left = -1;
            T_EQ(importer_run(&cfg, &next), ERR_OK); /* and ends as if nothing had been. */
        }
        T_EQ(again(&im).state, IMPORT_DONE);
        T_EQ(visible("many"), PROJECT_PAGE);
        T_EQ(count("SELECT COUNT(*) FROM project WHERE title LIKE 'many%'"), 180);
        T_EQ(sqlite3_exec(
                 raw,
                 "DELETE FROM project_party WHERE project_id IN (SELECT id FROM project WHERE "
                 "title LIKE 'many%');"
                 "DELETE FROM project_text WHERE rowid IN (SELECT id FROM project WHERE title LIKE "
                 "'many%');"
                 "DELETE FROM project_chars WHERE rowid IN (SELECT id FROM project WHERE title "
                 "LIKE 'many%');"
                 "DELETE FROM project WHERE title LIKE 'many%';"
                 "UPDATE project SET capacity_kva = 150, version = version + 1 WHERE number = 'A1'",
                 NULL, NULL, NULL),
             SQLITE_OK);
    }
}

static void cancelled_in_the_middle(void)
{
    const char *path = many();
    for (int n = 1; n < 9; n++) {
        struct desk d = {.left = -1};
        struct import im = checked(0, false, path, &d);
        T_EQ(import_confirm(db, &im, NOW), ERR_OK);
        im = again(&im);
        struct importer cfg = importer_for(&d, path);
        d.left = n < 4 ? n : 4;
        d.then = ERR_DB;
        T_EQ(importer_run(&cfg, &im), ERR_DB);
        T_EQ(import_cancel(db, &im, NOW), ERR_OK);
        struct import next;
        T_EQ(import_next(db, &next), ERR_OK);
        if (n >= 4) { /* Cut off while it is taken back, too. */
            d.left = n - 4;
            T_EQ(importer_run(&cfg, &next), ERR_DB);
            T_EQ(visible("many"), 0);
            T_EQ(import_next(db, &next), ERR_OK);
        }
        d.left = -1;
        T_EQ(importer_run(&cfg, &next), ERR_OK);
        T_EQ(again(&im).state, IMPORT_CANCELLED);
        T_EQ(count("SELECT COUNT(*) FROM project WHERE title LIKE 'many%'"), 0);
        T_EQ(count("SELECT COUNT(*) FROM project_text WHERE text LIKE '%many%'"), 0);
        T_EQ(count("SELECT COUNT(*) FROM project_party WHERE organisation LIKE 'DI %'"), 0);
        T_EQ(import_next(db, &next), ERR_NOENT);
    }
    T_EQ(count("SELECT COUNT(*) FROM audit WHERE what = 'project.import_undone' AND detail = "
               "'f.csv: cancelled'"),
         8);
}

static void a_file_that_is_gone(void)
{
    struct desk d = {.left = -1};
    struct import im = checked(0, false, "/nonexistent", &d);
    T_EQ(im.state, IMPORT_FAILED);
    T_OK(strcmp(im.reason, "file") == 0);
}

static void encodings(void)
{
    static const struct {
        const char *bytes, *encoding, *sure;
        char separator;
    } table[] = {
        {"title,customer\n\xe9\x94\xa6,\xe6\xbe\x9c\n", "utf-8", "content", ','},
        {"title;customer\n\xbd\xf5;\xc0\xbd\n", "gb18030", "content", ';'},
        {"plain,ascii\n", "utf-8", "content", ','},
        {"a\tb\n\xe9\x94\xa6\xff\n", "utf-8", "guess", '\t'},
        {"sep=|\na|b\n", "utf-8", "content", '|'},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        enum charset of = CHARSET_N;
        const char *sure = "";
        char separator = 0;
        bool named = false;
        T_EQ(import_sniff(file_of("e.csv", table[i].bytes), &of, &sure, &separator, &named),
             ERR_OK);
        T_OK(of < CHARSET_N && strcmp(charset_words[of], table[i].encoding) == 0);
        T_OK(strcmp(sure, table[i].sure) == 0);
        T_EQ(separator, table[i].separator);
        T_EQ(named, table[i].bytes[0] == 's');
    }
}

static void numbers_are_kept(void)
{
    struct numbers n = {0};
    uint32_t first = 0;
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 1; i <= 5000; i++) {
            char text[20];
            (void)snprintf(text, sizeof(text), "N%u", i);
            T_EQ(numbers_put(&n, text, round * 10000 + i, &first), ERR_OK);
            T_EQ(first, round == 0 ? 0 : i);
        }
    numbers_free(&n);
}

static int n_stale;
static void stale(void *arg, const char *public_id)
{
    (void)arg;
    n_stale += public_id[0] != '\0';
}

static void forgotten(void)
{
    struct desk d = {.left = -1};
    struct import im = checked(1, false, file_of("f.csv", "title,customer\na,b\n"), &d);
    T_EQ(im.state, IMPORT_CHECKED);
    int64_t later = im.changed_at + (IMPORT_DAYS + 1) * INT64_C(86400000), n = 0;
    T_EQ(import_open_count(db, &n, managers[1]), ERR_OK);
    T_OK(n > 0);
    T_EQ(import_each_stale(db, im.changed_at, stale, NULL), ERR_OK);
    T_EQ(n_stale, 0);
    T_EQ(import_each_stale(db, later, stale, NULL), ERR_OK);
    T_OK(n_stale > 10);
    T_EQ(import_forget(db, later), ERR_OK);
    T_EQ(again(&im).state, IMPORT_CANCELLED);
    T_EQ(import_open_count(db, &n, managers[1]), ERR_OK);
    T_EQ(n, 0);
}

int main(void)
{
    struct calendar *c = NULL;
    char why[CALENDAR_WHY];
    (void)setenv("TZ", "UTC", 1);
    tzset();
    tmpdir_make();
    page = (struct project_page *)mem_zalloc(1, sizeof(*page));
    T_EQ(calendar_parse(&c, "", 0, why), ERR_OK);
    rules = (struct stage_rules){.calendar = c};
    T_EQ(db_open(&db, tmpdir_path("i.sqlite")), ERR_OK);
    T_EQ(sqlite3_open(tmpdir_path("i.sqlite"), &raw), SQLITE_OK);
    for (int i = 0; i < 2; i++) {
        struct account a = {.role = ROLE_MANAGER};
        (void)snprintf(a.login, sizeof(a.login), "m%d", i);
        (void)snprintf(a.name, sizeof(a.name), "m%d", i);
        T_EQ(account_add(db, &a, NOW), ERR_OK);
        managers[i] = a.id;
    }
    all_of_it();
    bad_rows_are_all_named();
    existing_ones();
    overtaken();
    cut_off_and_gone_on_with();
    cancelled_in_the_middle();
    a_file_that_is_gone();
    encodings();
    numbers_are_kept();
    forgotten();
    (void)sqlite3_close(raw);
    db_close(db);
    calendar_free(c);
    mem_free(page);
    return t_done("imports");
}
