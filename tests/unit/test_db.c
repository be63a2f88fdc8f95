/* db: schema, every stored statement, rules of the schema, transactions, what a crash leaves. */
#include "db/db.h"

#include <glob.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/sql_gen.h"
#include "t.h"
#include "tmpdir.h"

static struct db *db;

static bool sql(const char *path, const char *text)
{
    sqlite3 *raw = NULL;
    bool fine = sqlite3_open(path, &raw) == SQLITE_OK &&
                sqlite3_exec(raw, text, NULL, NULL, NULL) == SQLITE_OK;
    (void)sqlite3_close(raw);
    return fine;
}

/* A statement of the test's own. A connection keeps the address, so they live as long as the
 * process. */
static struct stmt use(const char *text)
{
    static struct sql kept[64];
    static size_t n;
    size_t i = 0;
    while (i < n && strcmp(kept[i].text, text) != 0)
        i++;
    if (i == sizeof(kept) / sizeof(kept[0]))
        abort();
    if (i == n)
        kept[n++] = (struct sql){text, text};
    return db_use(db, &kept[i]);
}

static int64_t one(const char *text)
{
    int64_t v = -1;
    struct stmt s = use(text);
    if (db_row(&s))
        v = db_i64(&s, 0);
    db_done(&s);
    return v;
}

static void opens_and_migrates(void)
{
    const char *path = tmpdir_path("a.sqlite");
    T_EQ(db_open(&db, path), ERR_OK);
    int64_t version = one("PRAGMA user_version");
    T_OK(version >= 1);
    T_EQ(one("PRAGMA foreign_keys"), 1);
    T_EQ(one("PRAGMA synchronous"), 2);
    T_EQ(one("SELECT COUNT(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
    db_close(db);
    T_EQ(db_open(&db, path), ERR_OK); /* a second start changes nothing */
    T_EQ(one("PRAGMA user_version"), version);
    db_close(db);
    T_OK(sql(path, "PRAGMA user_version = 9999"));
    T_EQ(db_open(&db, path), ERR_DB); /* made by a newer program */
    T_EQ(db_open(&db, "/nonexistent/x.sqlite"), ERR_DB);
    FILE *f = fopen(tmpdir_path("garbage.sqlite"), "w");
    for (int i = 0; f != NULL && i < 1000; i++)
        (void)fputs("this is no database ", f);
    T_OK(f != NULL && fclose(f) == 0);
    T_EQ(db_open(&db, tmpdir_path("garbage.sqlite")), ERR_DB);
    db_close(NULL);
}

/* "-- scan: why" under its name in src/db/sql allows a statement to read a whole table. */
static bool marked(const char *name)
{
    glob_t files;
    char line[400], want[100];
    bool at = false, found = false;
    (void)snprintf(want, sizeof(want), "-- name: %s\n", name);
    T_EQ(glob("src/db/sql/*.sql", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        FILE *f = fopen(files.gl_pathv[i], "r");
        T_OK(f != NULL);
        while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
            found = found || (at && strncmp(line, "-- scan: ", 9) == 0);
            at = strcmp(line, want) == 0;
        }
        if (f != NULL)
            (void)fclose(f);
    }
    globfree(&files);
    return found;
}

/* Each prepares on the fresh schema, has a name of its own and scans no table, unless its source
 * says why it may. */
static void every_statement(void)
{
    size_t n = 0;
    const struct sql *const *all = db_all_statements(&n);
    T_OK(n > 30);
    for (size_t i = 0; i < n; i++) {
        bool scans = true;
        struct stmt s = db_use(db, all[i]);
        T_EQ(s.err, ERR_OK);
        db_done(&s);
        T_EQ(db_scans(db, all[i], &scans), ERR_OK);
        bool allowed = !scans || marked(all[i]->name);
        T_OK(allowed);
        if (!allowed)
            (void)fprintf(stderr, "%s scans a whole table\n", all[i]->name);
        for (size_t k = 0; k < i; k++)
            T_OK(strcmp(all[k]->name, all[i]->name) != 0);
    }
    struct sql scan = {"x", "SELECT title FROM meeting WHERE title = 'x'"};
    bool scans = false;
    T_EQ(db_scans(db, &scan, &scans), ERR_OK);
    T_OK(scans); /* and the check can tell */
}

static enum err add_account(const char *login)
{
    AUTO(db_done) struct stmt s = db_use(db, &SQL_ACCOUNT_ADD);
    db_bind_text(&s, ":public_id", login);
    db_bind_text(&s, ":login", login);
    db_bind_text(&s, ":name", "n");
    db_bind_id(&s, ":organisation", 0);
    db_bind_i64(&s, ":must_change", 0);
    db_bind_text(&s, ":role", "manager");
    db_bind_text(&s, ":password", "p");
    db_bind_i64(&s, ":now", 1);
    return db_exec(&s);
}

static void errors_stick(void)
{
    struct stmt s = db_use(db, &SQL_ACCOUNT_BY_LOGIN);
    db_bind_text(&s, ":no_such", "x");
    T_EQ(s.err, ERR_DB);
    db_bind_text(&s, ":login", "x");
    T_OK(!db_row(&s));
    T_EQ(s.err, ERR_DB);
    db_done(&s);
    db_done(&s);
    s = use("SELEC 1");
    T_OK(s.err != ERR_OK);
    T_OK(!db_row(&s));
    db_done(&s);
    T_EQ(add_account("one"), ERR_OK);
    T_EQ(add_account("ONE"), ERR_CONFLICT); /* logins differ in more than case */
    T_EQ(add_account("two"), ERR_OK);       /* and the statement is good again */
}

static void rules_of_the_schema(void)
{
    static const char *const refused[] = {
        "INSERT INTO project(public_id, title, customer, manager_id, created_at) VALUES('p', 't', "
        "'c', 999, 1)",
        "INSERT INTO account(public_id, login, name, role, password, created_at) "
        "VALUES('z', 'z', 'n', 'king', 'p', 1)",
        "INSERT INTO account(public_id, login, name, role, password, created_at) "
        "VALUES('z', 'z', 'n', 'admin', 'p', 'soon')",
        "DELETE FROM audit",
        "UPDATE audit SET who = 'x'",
        "REPLACE INTO audit(id, at, who, what, object, client) SELECT id, at, 'x', what, object, "
        "client FROM audit",
    };
    struct stmt a = db_use(db, &SQL_AUDIT_ADD);
    db_bind_i64(&a, ":now", 1);
    db_bind_text(&a, ":who", "w");
    db_bind_text(&a, ":what", "w");
    db_bind_text(&a, ":object", "o");
    db_bind_text(&a, ":client", "c");
    db_bind_id(&a, ":account", 0);
    db_bind_text(&a, ":detail", "");
    T_EQ(db_exec(&a), ERR_OK);
    db_done(&a);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct stmt s = use(refused[i]);
        T_EQ(db_exec(&s), ERR_CONFLICT);
        db_done(&s);
    }
    T_EQ(one("SELECT COUNT(*) FROM audit"), 1);
}

static void transactions(void)
{
    int64_t before = one("SELECT COUNT(*) FROM account");
    {
        AUTO(db_rollback) struct tx tx = {0};
        T_EQ(db_begin(&tx, db), ERR_OK);
        T_EQ(add_account("left"), ERR_OK);
    }
    T_EQ(one("SELECT COUNT(*) FROM account"), before);
    {
        AUTO(db_rollback) struct tx tx = {0};
        T_EQ(db_begin(&tx, db), ERR_OK);
        T_EQ(db_savepoint(db), ERR_OK);
        T_EQ(add_account("kept"), ERR_OK);
        T_EQ(db_release(db, true), ERR_OK);
        T_EQ(db_savepoint(db), ERR_OK);
        T_EQ(add_account("dropped"), ERR_OK);
        T_EQ(db_release(db, false), ERR_OK);
        T_EQ(db_commit(&tx), ERR_OK);
    }
    T_EQ(one("SELECT COUNT(*) FROM account"), before + 1);
    T_EQ(one("SELECT COUNT(*) FROM account WHERE login = 'kept'"), 1);
}

static void readers_only_read(const char *path)
{
    struct db *writer = db, *reader = NULL;
    T_EQ(db_open_readonly(&reader, path), ERR_OK);
    db = reader;
    T_EQ(one("SELECT COUNT(*) FROM account WHERE login = 'kept'"), 1);
    T_OK(add_account("by-reader") != ERR_OK);
    db = writer;
    T_EQ(add_account("by-writer"), ERR_OK);
    db = reader;
    T_EQ(one("SELECT COUNT(*) FROM account WHERE login = 'by-writer'"), 1);
    db_close(reader);
    db = writer;
}

/* A process that dies without warning: what it committed is there, what it had open is not. */
static void survives_a_kill(const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        struct tx tx;
        if (db_open(&db, path) == ERR_OK && add_account("committed") == ERR_OK &&
            db_begin(&tx, db) == ERR_OK && add_account("open") == ERR_OK)
            (void)kill(getpid(), SIGKILL);
        _exit(1);
    }
    int status = 0;
    T_EQ(waitpid(pid, &status, 0), pid);
    T_OK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    T_EQ(db_open(&db, path), ERR_OK);
    T_EQ(one("SELECT COUNT(*) FROM account WHERE login = 'committed'"), 1);
    T_EQ(one("SELECT COUNT(*) FROM account WHERE login = 'open'"), 0);
    T_EQ(one("SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

int main(void)
{
    tmpdir_make();
    opens_and_migrates();
    const char *path = tmpdir_path("b.sqlite");
    T_EQ(db_open(&db, path), ERR_OK);
    every_statement();
    errors_stick();
    rules_of_the_schema();
    transactions();
    readers_only_read(path);
    db_close(db);
    survives_a_kill(tmpdir_path("b.sqlite"));
    db_close(db);
    return t_done("db");
}
