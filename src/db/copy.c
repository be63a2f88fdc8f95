/* The online backup of SQLite, from within one read transaction: without it every commit of another
 * process would begin the copy anew. */
#include "db/copy.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_MS = 10000, STEP_PAGES = 2048 };

static enum err failed(sqlite3 *db, const char *path, char why[DB_WHY])
{
    (void)snprintf(why, DB_WHY, "%.90s: %.100s", path,
                   db != NULL ? sqlite3_errmsg(db) : "no memory");
    return ERR_DB;
}

static enum err open_raw(sqlite3 **out, const char *path, int flags, char why[DB_WHY])
{
    *out = NULL;
    if (sqlite3_open_v2(path, out, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return failed(*out, path, why);
    (void)sqlite3_busy_timeout(*out, BUSY_MS);
    return ERR_OK;
}

static bool run(sqlite3 *db, const char *text)
{
    return sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK;
}

static int copy_pages(sqlite3 *to, sqlite3 *from,
                      void (*progress)(void *arg, int64_t done, int64_t all), void *arg)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int rc = b == NULL ? SQLITE_ERROR : SQLITE_OK;
    while (rc == SQLITE_OK) {
        rc = sqlite3_backup_step(b, STEP_PAGES);
        int all = sqlite3_backup_pagecount(b);
        if (progress != NULL)
            progress(arg, all - sqlite3_backup_remaining(b), all);
    }
    int end = sqlite3_backup_finish(b);
    return rc == SQLITE_DONE ? end : rc;
}

enum err db_copy(const char *from, const char *to,
                 void (*progress)(void *arg, int64_t done, int64_t all), void *arg,
                 char why[DB_WHY])
{
    sqlite3 *in = NULL, *out = NULL;
    /* Read-write at the file, since a reader of a write-ahead log needs the shared memory. */
    enum err e = open_raw(&in, from, SQLITE_OPEN_READWRITE, why);
    if (e == ERR_OK)
        e = open_raw(&out, to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);
    /* The transaction holds its moment from its first read on. */
    if (e == ERR_OK && !run(in, "PRAGMA query_only=ON; BEGIN; SELECT COUNT(*) FROM sqlite_schema;"))
        e = failed(in, from, why);
    if (e == ERR_OK && copy_pages(out, in, progress, arg) != SQLITE_OK)
        e = failed(out, to, why);
    if (e == ERR_OK && !run(out, "PRAGMA journal_mode=DELETE;"))
        e = failed(out, to, why);
    (void)sqlite3_close(in);
    if (sqlite3_close(out) != SQLITE_OK && e == ERR_OK)
        e = failed(NULL, to, why);
    return e;
}

/* First column of the first row, into @p text. */
static enum err ask(sqlite3 *db, const char *query, char *text, size_t cap)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, query, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc == SQLITE_ROW)
        (void)snprintf(text, cap, "%s", (const char *)sqlite3_column_text(s, 0));
    (void)sqlite3_finalize(s);
    return rc == SQLITE_ROW ? ERR_OK : ERR_DB;
}

enum err db_check(const char *path, int64_t *version, char why[DB_WHY])
{
    sqlite3 *db = NULL;
    char text[DB_WHY] = "";
    *version = -1;
    enum err e = open_raw(&db, path, SQLITE_OPEN_READWRITE, why);
    if (e == ERR_OK && ask(db, "PRAGMA user_version", text, sizeof(text)) != ERR_OK)
        e = failed(db, path, why);
    if (e == ERR_OK)
        *version = strtoll(text, NULL, 10);
    if (e == ERR_OK && ask(db, "PRAGMA quick_check(1)", text, sizeof(text)) != ERR_OK)
        e = failed(db, path, why);
    if (e == ERR_OK && strcmp(text, "ok") != 0) {
        (void)snprintf(why, DB_WHY, "%s", text);
        e = ERR_DB;
    }
    (void)sqlite3_close(db);
    return e;
}
