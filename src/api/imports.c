/* One import after the other; what is to be written goes over to the records thread in small tasks,
 * one at a time, so that all others come in between. */
#include "api/imports.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/writer.h"
#include "imports_priv.h"

enum { WAIT_MS = 600000, AGAIN_MS = 2000, ORPHAN_S = 86400 };

struct imports {
    struct import_report report; /* first: arg of the importer */
    char data[IMPORT_PATH_MAX - 80];
    const struct stage_rules *rules;
    struct writer *writer;
    struct mailbox *inbox, *answers;
    struct db *db;
    pthread_t thread;
    bool running;
    atomic_bool stop;
};

void import_path(char out[IMPORT_PATH_MAX], const char *data, const char *public_id,
                 const char *kind)
{
    (void)snprintf(out, IMPORT_PATH_MAX, "%s/imports/%s.%s", data, public_id, kind);
}

/* ---- over to the records thread ---------------------------------------------------------------
 */

struct order {
    struct task task; /* first */
    enum err (*work)(struct db *db, void *with);
    void *with;
};

static void run_order(struct task *t, void *db)
{
    struct order *o = (struct order *)t;
    t->result = o->work((struct db *)db, o->with);
}

static void kept(struct msg *m)
{
    (void)m; /* It lies on the waiting thread's stack. */
}

/* The answer comes for certain: the writer outlives this thread. */
static enum err write_and_wait(void *arg, enum err (*work)(struct db *db, void *with), void *with)
{
    struct imports *im = (struct imports *)arg;
    struct order o = {.task = {.msg = {.drop = kept}, .reply = im->answers, .run = run_order},
                      .work = work,
                      .with = with};
    struct pollfd p = {.fd = mailbox_fd(im->answers), .events = POLLIN};
    if (atomic_load(&im->stop))
        return ERR_BUSY;
    enum err e = writer_submit(im->writer, &o.task);
    while (e == ERR_OK && mailbox_take(im->answers) == NULL)
        (void)poll(&p, 1, -1);
    return e == ERR_OK ? o.task.result : e;
}

/* ---- files ------------------------------------------------------------------------------------
 */

static void remove_file(struct imports *im, const char *public_id, const char *kind)
{
    char path[IMPORT_PATH_MAX];
    import_path(path, im->data, public_id, kind);
    if (unlink(path) != 0 && errno != ENOENT)
        log_error("imports", "%s: %s", path, strerror(errno));
}

static void forget_files(void *arg, const char *public_id)
{
    remove_file((struct imports *)arg, public_id, "csv");
    remove_file((struct imports *)arg, public_id, "rows");
}

static enum err forget_records(struct db *db, void *with)
{
    (void)with;
    return import_forget(db, clock_wall_ms());
}

/* What was cut off while it came has no record, and is never asked for again. */
static void remove_orphans(struct imports *im)
{
    char path[IMPORT_PATH_MAX];
    (void)snprintf(path, sizeof(path), "%s/imports", im->data);
    DIR *d = opendir(path);
    for (const struct dirent *e = NULL; d != NULL && (e = readdir(d)) != NULL;) {
        struct stat st;
        if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        bool old = st.st_mtime < (time_t)(clock_wall_ms() / 1000) - ORPHAN_S;
        bool known = false;
        char id[PUBLIC_ID_LEN + 1];
        (void)snprintf(id, sizeof(id), "%.*s", PUBLIC_ID_LEN, e->d_name);
        if (!old || import_known(im->db, &known, id) != ERR_OK || known)
            continue;
        if (unlinkat(dirfd(d), e->d_name, 0) != 0)
            log_error("imports", "%s: %s", e->d_name, strerror(errno));
    }
    if (d != NULL)
        (void)closedir(d);
}

static void tidy(struct imports *im)
{
    enum err e = import_each_stale(im->db, clock_wall_ms(), forget_files, im);
    if (e == ERR_OK)
        e = write_and_wait(im, forget_records, NULL);
    if (e != ERR_OK && e != ERR_BUSY)
        log_error("imports", "old ones were not forgotten: %s", err_name(e));
    remove_orphans(im);
}

/* ---- the work ---------------------------------------------------------------------------------
 */

static void on_found(void *arg, const struct finding *f)
{
    import_report_found((struct import_report *)arg, f);
}

static void on_header(void *arg, const struct header *h, const struct csv_row *row)
{
    import_report_header((struct import_report *)arg, h, row);
}

static enum err run_import(struct imports *im, struct import *one)
{
    char csv[IMPORT_PATH_MAX], rows[IMPORT_PATH_MAX];
    import_path(csv, im->data, one->public_id, "csv");
    import_path(rows, im->data, one->public_id, "rows");
    bool check = one->state == IMPORT_CHECKING;
    const struct importer cfg = {.db = im->db,
                                 .rules = im->rules,
                                 .path = csv,
                                 .now_ms = clock_wall_ms(),
                                 .arg = im,
                                 .found = check ? on_found : NULL,
                                 .header = check ? on_header : NULL,
                                 .write = write_and_wait};
    enum err e = check ? import_report_open(&im->report, rows) : ERR_OK;
    if (e == ERR_OK)
        e = importer_run(&cfg, one);
    enum err closed = import_report_close(&im->report);
    if (e == ERR_OK && !check)
        remove_file(im, one->public_id, "csv"); /* Done, or taken back: not needed any more. */
    return e != ERR_OK ? e : closed;
}

/* @return how long to wait for the next. */
static int work_off(struct imports *im)
{
    struct import one;
    while (!atomic_load(&im->stop)) {
        enum err e = import_next(im->db, &one);
        if (e == ERR_NOENT)
            return WAIT_MS;
        if (e == ERR_OK)
            e = run_import(im, &one);
        if (e == ERR_OK)
            continue;
        if (!atomic_load(&im->stop))
            log_error("imports", "an import waits, and is tried again: %s", err_name(e));
        return AGAIN_MS;
    }
    return 0;
}

static void *thread_main(void *arg)
{
    struct imports *im = (struct imports *)arg;
    struct pollfd p = {.fd = mailbox_fd(im->inbox), .events = POLLIN};
    tidy(im);
    while (!atomic_load(&im->stop)) {
        int wait = work_off(im);
        if (poll(&p, 1, wait) == 0 && wait == WAIT_MS)
            tidy(im);
        for (struct msg *m = mailbox_take(im->inbox), *next = NULL; m != NULL; m = next) {
            next = m->next;
            msg_drop(m);
        }
    }
    return NULL;
}

void imports_wake(struct imports *im)
{
    struct msg *m = im != NULL ? (struct msg *)mem_zalloc(1, sizeof(*m)) : NULL;
    if (m != NULL && mailbox_push(im->inbox, m) != ERR_OK)
        mem_free(m); /* It is awake already. */
}

enum err imports_new(struct imports **out, const char *data, const struct stage_rules *rules,
                     struct writer *writer)
{
    char path[IMPORT_PATH_MAX];
    struct imports *im = (struct imports *)mem_zalloc(1, sizeof(*im));
    if (im == NULL)
        return ERR_NOMEM;
    (void)snprintf(im->data, sizeof(im->data), "%s", data);
    im->rules = rules;
    im->writer = writer;
    (void)snprintf(path, sizeof(path), "%s/imports", data);
    enum err e = mkdir(path, 0750) == 0 || errno == EEXIST ? ERR_OK : ERR_IO;
    (void)snprintf(path, sizeof(path), "%s/yunjian.db", data);
    if (e == ERR_OK)
        e = mailbox_new(&im->inbox, 64);
    if (e == ERR_OK)
        e = mailbox_new(&im->answers, 4);
    if (e == ERR_OK)
        e = db_open_readonly(&im->db, path);
    if (e == ERR_OK && pthread_create(&im->thread, NULL, thread_main, im) != 0)
        e = ERR_NOMEM;
    if (e != ERR_OK) {
        imports_free(im);
        return e;
    }
    im->running = true;
    *out = im;
    return ERR_OK;
}

void imports_free(struct imports *im)
{
    if (im == NULL)
        return;
    atomic_store(&im->stop, true);
    imports_wake(im);
    if (im->running)
        (void)pthread_join(im->thread, NULL);
    db_close(im->db);
    mailbox_free(im->inbox);
    mailbox_free(im->answers);
    mem_free(im);
}
