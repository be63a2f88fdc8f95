/* backup: SHA256SUMS and manifest read and refused, folders walked, a database copied under way. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "db/copy.h"
#include "db/db.h"
#include "main/backup_priv.h"
#include "main/ops_priv.h"
#include "t.h"
#include "tmpdir.h"

#define D "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* From an exact-size copy, so that a sanitizer sees one byte too many. */
static enum err parse(struct sums *s, const char *text)
{
    size_t n = strlen(text);
    char *copy = (char *)malloc(n == 0 ? 1 : n);
    if (copy == NULL)
        abort();
    memcpy(copy, text, n);
    enum err e = sums_parse(s, copy, n);
    free(copy);
    return e;
}

static void sums_are_read(void)
{
    struct sums s = {0};
    T_EQ(parse(&s, ""), ERR_OK);
    T_EQ(s.n, 0);
    T_OK(sums_find(&s, "a") == NULL);
    T_EQ(parse(&s, D "  b/c\n" D "  a\n" D "  b.c d\n"), ERR_OK);
    T_EQ(s.n, 3);
    T_OK(strcmp(s.list[0].path, "a") == 0 && strcmp(s.list[2].path, "b/c") == 0);
    T_OK(sums_find(&s, "b/c") == &s.list[2] && strcmp(s.list[2].digest, D) == 0);
    T_OK(sums_find(&s, "b") == NULL && sums_find(&s, "z") == NULL);
    sums_free(&s);
}

static void sums_are_refused(void)
{
    static const char *const bad[] = {
        "\n",
        D "  a",
        D " a\n",
        D " *a\n",
        D "  \n",
        D "  /etc/passwd\n",
        D "  ../a\n",
        D "  a/../b\n",
        D "  a/./b\n",
        D "  a//b\n",
        D "  a/\n",
        D "  a\\b\n",
        D "  a\tb\n",
        D "  .hidden\n",
        D "  a\n" D "  a\n",
        "E3B0C44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85  a\n",
        "-  a\n",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct sums s = {0};
        enum err e = parse(&s, bad[i]);
        T_EQ(e, ERR_PROTO);
        if (e != ERR_PROTO)
            (void)fprintf(stderr, "case %zu\n", i);
        sums_free(&s);
    }
}

static void no_memory_is_said(void)
{
    enum err e = ERR_NOMEM;
    for (size_t at = 1; e == ERR_NOMEM && at < 100; at++) {
        struct sums s = {0};
        mem_fail_at(at);
        e = sums_parse(&s, D "  b\n" D "  a\n", 2 * (sizeof(D) + 3));
        mem_fail_at(0);
        sums_free(&s);
    }
    T_EQ(e, ERR_OK);
}

static void write_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    T_OK(f != NULL && fputs(text, f) >= 0 && fclose(f) == 0);
}

static void manifests(void)
{
    struct manifest m = {.made_at = "2026-11-25T02:00:00.123Z",
                         .schema = 3,
                         .files = 7,
                         .bytes = 9},
                    read = {.schema = 0};
    T_EQ(manifest_read(&read, tmpdir), ERR_NOENT);
    memcpy(m.sums, D, sizeof(D));
    T_EQ(manifest_write(&m, tmpdir), ERR_OK);
    T_EQ(manifest_read(&read, tmpdir), ERR_OK);
    T_OK(memcmp(&m, &read, sizeof(m)) == 0);
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "{\"version\":2,\"made_at\":\"x\",\"schema\":1,\"files\":1,\"bytes\":1,\"sums\":\"" D "\"}",
        "{\"version\":1,\"made_at\":\"x\",\"schema\":1,\"files\":1,\"bytes\":1,\"sums\":\"12\"}",
        "{\"version\":1,\"made_at\":\"x\",\"schema\":\"1\",\"files\":1,\"bytes\":1,\"sums\":\"" D
        "\"}",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        write_text(tmpdir_path("manifest.json"), bad[i]);
        T_EQ(manifest_read(&read, tmpdir), ERR_PROTO);
    }
}

static bool not_secret(void *arg, const char *rel, bool folder)
{
    (void)arg;
    return !folder || strcmp(rel, "secret") != 0;
}

static enum err gather(void *arg, const char *rel, const struct stat *st)
{
    char *list = (char *)arg;
    (void)snprintf(list + strlen(list), 200 - strlen(list), "%s:%d ", rel, (int)st->st_size);
    return ERR_OK;
}

static void folders_are_walked(void)
{
    char list[200] = "", root[300], a[FILES_PATH], b[FILES_PATH], why[FILES_WHY];
    struct copied c;
    (void)snprintf(root, sizeof(root), "%s", tmpdir_path("root"));
    static const char *const names[] = {"b", "a/x", "a/.hidden", "secret/key"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        T_EQ(path_join(a, root, names[i]), ERR_OK);
        T_EQ(folders_make(a), ERR_OK);
        write_text(a, names[i]);
    }
    T_EQ(path_join(a, root, "link"), ERR_OK);
    T_EQ(symlink("/etc/passwd", a), 0);
    struct walk w = {.root = root, .wanted = not_secret, .file = gather, .arg = list};
    T_EQ(walk_run(&w), ERR_OK);
    T_OK(strcmp(list, "a/x:3 b:1 ") == 0);
    T_EQ(file_copy(a, tmpdir_path("copy"), &c, NULL, NULL, why),
         ERR_IO); /* no links are followed */
    T_EQ(path_join(a, root, "b"), ERR_OK);
    T_EQ(chmod(a, 0640), 0);
    T_EQ(path_join(b, root, "new/folder/b"), ERR_OK);
    T_EQ(file_copy(a, b, &c, NULL, NULL, why), ERR_OK);
    T_OK(strcmp(c.digest, "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d") == 0);
    T_EQ(file_copy(a, b, &c, NULL, NULL, why), ERR_IO); /* nothing is overwritten */
    struct stat one, two;
    T_OK(stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_mode == two.st_mode &&
         one.st_mtim.tv_nsec == two.st_mtim.tv_nsec);
    T_EQ(file_copy(tmpdir_path("nothing"), tmpdir_path("x"), &c, NULL, NULL, why), ERR_NOENT);
    T_EQ(tree_remove(root), ERR_OK);
    T_EQ(tree_remove(root), ERR_OK);
    T_OK(access(root, F_OK) != 0);
    w.root = root;
    T_EQ(walk_run(&w), ERR_IO);
}

static const struct sql add = {"add", "INSERT INTO audit(at, who, what, object, client) "
                                      "VALUES(1, 'w', 'w', :text, 'c')"};
static const struct sql count = {"count", "SELECT COUNT(*) FROM audit"};
static struct db *writer;

static void add_row(void)
{
    char text[4001];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    struct stmt s = db_use(writer, &add);
    db_bind_text(&s, ":text", text);
    T_EQ(db_exec(&s), ERR_OK);
    db_done(&s);
}

static int64_t rows_of(const char *path)
{
    struct db *db = NULL;
    T_EQ(db_open(&db, path), ERR_OK);
    struct stmt s = db_use(db, &count);
    T_OK(db_row(&s));
    int64_t n = db_i64(&s, 0);
    db_done(&s);
    db_close(db);
    return n;
}

static unsigned asked;

/* Somebody writes while the copy is made. */
static void write_meanwhile(void *arg, int64_t done, int64_t all)
{
    (void)arg;
    T_OK(done <= all);
    asked++;
    add_row();
}

static void a_database_is_copied(void)
{
    char from[300], to[300], why[DB_WHY] = "";
    int64_t version = 0;
    (void)snprintf(from, sizeof(from), "%s", tmpdir_path("from.db"));
    (void)snprintf(to, sizeof(to), "%s", tmpdir_path("to.db"));
    T_EQ(db_open(&writer, from), ERR_OK);
    for (int i = 0; i < 6000; i++)
        if (i < 50 || i % 2 == 0)
            add_row();
    int64_t before = rows_of(from);
    T_EQ(db_copy(from, to, write_meanwhile, NULL, why), ERR_OK);
    T_OK(asked >= 2);                    /* It took more than one step, */
    T_EQ(rows_of(to), before);           /* is of one moment, */
    T_EQ(rows_of(from), before + asked); /* and nobody waited. */
    T_EQ(db_check(to, &version, why), ERR_OK);
    T_EQ(version, db_schema_version());
    db_close(writer);
    int fd = open(to, O_RDWR);
    char junk[4096];
    memset(junk, 0x5a, sizeof(junk));
    T_OK(fd >= 0 && pwrite(fd, junk, sizeof(junk), 4096 * 3L) == (ssize_t)sizeof(junk));
    (void)close(fd);
    T_EQ(db_check(to, &version, why), ERR_DB);
    T_OK(why[0] != '\0');
    T_EQ(db_check(tmpdir_path("none.db"), &version, why), ERR_DB);
    T_EQ(version, -1);
    T_EQ(db_copy(tmpdir_path("none.db"), tmpdir_path("t.db"), NULL, NULL, why), ERR_DB);
}

int main(void)
{
    tmpdir_make();
    sums_are_read();
    sums_are_refused();
    no_memory_is_said();
    manifests();
    folders_are_walked();
    a_database_is_copied();
    return t_done("backup");
}
