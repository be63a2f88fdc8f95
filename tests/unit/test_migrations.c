/* A database of every version that was ever out there is brought up to date, and nothing in it is
 * lost. tests/vectors/schema holds one of each; `make keep-schema` adds the one of a new migration.
 */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/db.h"
#include "db/sql_gen.h"
#include "t.h"
#include "tmpdir.h"

static const struct sql migrations[] = {SQL_MIGRATIONS};
enum { MIGRATIONS = sizeof(migrations) / sizeof(migrations[0]), TABLES = 200, NAME = 64 };

/* Tables whose number of rows a migration means to change, with that migration's number. */
static const struct {
    const char *table;
    int version;
} changed[] = {{NULL, 0}};

static char *slurp(const char *path)
{
    FILE *f = fopen(path, "r");
    char *text = NULL;
    size_t cap = 0;
    if (f != NULL && getdelim(&text, &cap, '\0', f) < 0) {
        free(text);
        text = NULL;
    }
    if (f != NULL)
        (void)fclose(f);
    return text;
}

static sqlite3 *raw_open(const char *path)
{
    sqlite3 *raw = NULL;
    T_EQ(sqlite3_open(path, &raw), SQLITE_OK);
    return raw;
}

static bool run(sqlite3 *raw, const char *text)
{
    char *why = NULL;
    bool fine = sqlite3_exec(raw, text, NULL, NULL, &why) == SQLITE_OK;
    if (!fine)
        (void)fprintf(stderr, "%s\n", why != NULL ? why : sqlite3_errmsg(raw));
    sqlite3_free(why);
    return fine;
}

/* The first column of all rows, a line each; to be freed with sqlite3_free(). */
static char *all_rows(sqlite3 *raw, const char *query)
{
    sqlite3_stmt *s = NULL;
    char *text = sqlite3_mprintf("");
    T_EQ(sqlite3_prepare_v2(raw, query, -1, &s, NULL), SQLITE_OK);
    while (s != NULL && sqlite3_step(s) == SQLITE_ROW)
        text = sqlite3_mprintf("%z%s\n", text, sqlite3_column_text(s, 0));
    (void)sqlite3_finalize(s);
    return text;
}

static int64_t number(sqlite3 *raw, const char *query)
{
    char *text = all_rows(raw, query);
    int64_t n = text[0] == '\0' ? -1 : strtoll(text, NULL, 10);
    sqlite3_free(text);
    return n;
}

static char *schema_of(sqlite3 *raw)
{
    return all_rows(raw,
                    "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema "
                    "WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name");
}

static bool same(const char *a, const char *b, const char *what)
{
    size_t at = 0;
    while (a[at] == b[at] && a[at] != '\0')
        at++;
    if (a[at] == b[at])
        return true;
    (void)fprintf(stderr, "%s differ from \"%.120s\" against \"%.120s\" on\n", what, a + at,
                  b + at);
    return false;
}

struct counts {
    char table[TABLES][NAME];
    int64_t rows[TABLES];
    size_t n;
};

static void count_rows(struct counts *c, sqlite3 *raw)
{
    char *list =
        all_rows(raw, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = "
                      "'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
    char *rest = list;
    for (char *name = NULL;
         (name = strsep(&rest, "\n")) != NULL && *name != '\0' && c->n < TABLES;) {
        char *query = sqlite3_mprintf("SELECT COUNT(*) FROM \"%w\"", name);
        (void)snprintf(c->table[c->n], NAME, "%.63s", name);
        c->rows[c->n++] = number(raw, query);
        sqlite3_free(query);
    }
    sqlite3_free(list);
}

static bool means_to_change(const char *table, size_t version)
{
    for (size_t i = 0; changed[i].table != NULL; i++)
        if (strcmp(changed[i].table, table) == 0 && (int)version < changed[i].version)
            return true;
    return false;
}

/* Every table that is still there has its rows. */
static void nothing_is_lost(const struct counts *before, sqlite3 *raw, size_t version)
{
    for (size_t i = 0; i < before->n; i++) {
        char *query =
            sqlite3_mprintf("SELECT COUNT(*) FROM pragma_table_list WHERE schema = 'main' "
                            "AND name = %Q",
                            before->table[i]);
        bool there = number(raw, query) == 1;
        sqlite3_free(query);
        if (!there || means_to_change(before->table[i], version))
            continue;
        query = sqlite3_mprintf("SELECT COUNT(*) FROM \"%w\"", before->table[i]);
        int64_t now = number(raw, query);
        sqlite3_free(query);
        T_EQ(now, before->rows[i]);
        if (now != before->rows[i])
            (void)fprintf(stderr, "version %zu: %s had %lld rows\n", version, before->table[i],
                          (long long)before->rows[i]);
    }
}

/* What the migrations up to a version make of nothing. */
static char *fresh_schema(size_t version)
{
    sqlite3 *raw = raw_open(":memory:");
    for (size_t i = 0; i < version; i++)
        T_OK(run(raw, migrations[i].text));
    char *text = schema_of(raw);
    (void)sqlite3_close(raw);
    return text;
}

static void is_sound(sqlite3 *raw)
{
    char *text = all_rows(raw, "PRAGMA integrity_check");
    T_OK(same(text, "ok\n", "integrity_check"));
    sqlite3_free(text);
    text = all_rows(raw, "SELECT \"table\" || ' ' || rowid FROM pragma_foreign_key_check");
    T_OK(same(text, "", "foreign keys"));
    sqlite3_free(text);
}

static void is_migrated(const char *dump, size_t version)
{
    static struct counts before;
    const char *path = tmpdir_path("kept.sqlite");
    char *schema = fresh_schema(version);
    struct db *db = NULL;
    (void)unlink(path);
    sqlite3 *raw = raw_open(path);
    T_OK(run(raw, dump));
    T_EQ(number(raw, "PRAGMA user_version"), (int64_t)version);
    char *kept = schema_of(raw);
    T_OK(same(kept, schema, "the kept schema and that of its migrations")); /* they never change */
    sqlite3_free(kept);
    sqlite3_free(schema);
    before.n = 0;
    count_rows(&before, raw);
    T_OK(before.n > 10);
    (void)sqlite3_close(raw);
    T_EQ(db_open(&db, path), ERR_OK);
    db_close(db);
    raw = raw_open(path);
    T_EQ(number(raw, "PRAGMA user_version"), MIGRATIONS);
    schema = fresh_schema(MIGRATIONS);
    kept = schema_of(raw);
    T_OK(same(kept, schema, "the migrated schema and a fresh one"));
    sqlite3_free(kept);
    sqlite3_free(schema);
    is_sound(raw);
    nothing_is_lost(&before, raw, version);
    T_EQ(number(raw, "SELECT COUNT(*) FROM project WHERE title = '锦澜精密制造 10 kV 业扩工程'"),
         1);
    T_EQ(number(raw, "SELECT COUNT(*) FROM audit WHERE who = '沈知远' AND what = 'session.open'"),
         1);
    (void)sqlite3_close(raw);
}

static void one_of_each(void)
{
    for (size_t i = 0; i < MIGRATIONS; i++) {
        char path[80];
        (void)snprintf(path, sizeof(path), "tests/vectors/schema/%.4s.sql", migrations[i].name);
        T_EQ(strtol(migrations[i].name, NULL, 10), (long)i + 1); /* the number is the version */
        char *dump = slurp(path);
        T_OK(dump != NULL);
        if (dump == NULL)
            (void)fprintf(stderr, "no database of %s is kept: run `make keep-schema`\n",
                          migrations[i].name);
        else
            is_migrated(dump, i + 1);
        free(dump);
    }
}

int main(void)
{
    tmpdir_make();
    one_of_each();
    return t_done("migrations");
}
