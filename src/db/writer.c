/* Group commit: what gathered during the last fsync is the next transaction. */
#include "db/writer.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "db/db.h"

struct writer {
    struct db *db;
    struct mailbox *inbox;
    pthread_t thread;
    atomic_bool stop;
    struct metric *waiting, *written, *failed, *commit;
};

static const struct metric_family f_waiting = {"yunjian_records_waiting",
                                               "Changes that wait for the records thread.",
                                               METRIC_GAUGE,
                                               1,
                                               NULL,
                                               0};
static const struct metric_family f_written = {
    "yunjian_records_written_total", "Changes written.", METRIC_COUNTER, 1, NULL, 0};
static const struct metric_family f_failed = {
    "yunjian_records_failed_commits_total", "Commits that failed.", METRIC_COUNTER, 1, NULL, 0};
static const uint64_t bounds[] = {500000,    1000000,   2000000,    5000000,
                                  10000000,  20000000,  50000000,   100000000,
                                  200000000, 500000000, 1000000000, 5000000000};
static const struct metric_family f_commit = {"yunjian_records_commit_duration_seconds",
                                              "Time of a group of changes and its commit.",
                                              METRIC_HISTOGRAM,
                                              1e-9,
                                              bounds,
                                              sizeof(bounds) / sizeof(bounds[0])};

static void run_one(struct writer *w, struct task *t)
{
    t->result = db_savepoint(w->db);
    if (t->result != ERR_OK)
        return;
    t->run(t, w->db);
    enum err e = db_release(w->db, t->result == ERR_OK);
    if (t->result == ERR_OK)
        t->result = e;
}

static enum err run_group(struct writer *w, struct msg *first)
{
    AUTO(db_rollback) struct tx tx = {0};
    enum err e = db_begin(&tx, w->db);
    if (e != ERR_OK)
        return e;
    for (struct msg *m = first; m != NULL; m = m->next)
        run_one(w, (struct task *)m);
    return db_commit(&tx);
}

static void take_group(struct writer *w)
{
    struct msg *first = mailbox_take(w->inbox);
    if (first == NULL)
        return;
    uint64_t begun = clock_mono_ns();
    enum err e = run_group(w, first);
    metric_observe(w->commit, clock_mono_ns() - begun);
    if (e != ERR_OK)
        log_error("records", "a group of changes was not written: %s", err_name(e));
    metric_add(w->failed, e != ERR_OK);
    for (struct msg *m = first, *next = NULL; m != NULL; m = next) {
        struct task *t = (struct task *)m;
        next = m->next;
        if (e != ERR_OK)
            t->result = ERR_DB;
        metric_move(w->waiting, -1);
        metric_add(w->written, e == ERR_OK && t->result == ERR_OK);
        m->type = MSG_TASK_DONE;
        mailbox_push_always(t->reply, m);
    }
}

static void *thread_main(void *arg)
{
    struct writer *w = (struct writer *)arg;
    struct pollfd p = {.fd = mailbox_fd(w->inbox), .events = POLLIN};
    while (!atomic_load(&w->stop)) {
        (void)poll(&p, 1, 200);
        take_group(w);
    }
    take_group(w);
    return NULL;
}

enum err writer_new(struct writer **out, const char *path, size_t cap)
{
    return writer_new_watched(out, path, cap, NULL);
}

enum err writer_new_watched(struct writer **out, const char *path, size_t cap, struct metrics *ms)
{
    struct writer *w = (struct writer *)mem_zalloc(1, sizeof(*w));
    if (w == NULL)
        return ERR_NOMEM;
    w->waiting = metrics_series(ms, &f_waiting, NULL);
    w->written = metrics_series(ms, &f_written, NULL);
    w->failed = metrics_series(ms, &f_failed, NULL);
    w->commit = metrics_series(ms, &f_commit, NULL);
    enum err e = mailbox_new(&w->inbox, cap);
    if (e == ERR_OK)
        e = db_open(&w->db, path);
    if (e == ERR_OK && pthread_create(&w->thread, NULL, thread_main, w) != 0)
        e = ERR_NOMEM;
    if (e != ERR_OK) {
        db_close(w->db);
        mailbox_free(w->inbox);
        mem_free(w);
        return e;
    }
    *out = w;
    return ERR_OK;
}

void writer_free(struct writer *w)
{
    if (w == NULL)
        return;
    atomic_store(&w->stop, true);
    (void)pthread_join(w->thread, NULL);
    db_close(w->db);
    mailbox_free(w->inbox);
    mem_free(w);
}

enum err writer_submit(struct writer *w, struct task *t)
{
    metric_move(w->waiting, 1);
    enum err e = mailbox_push(w->inbox, &t->msg);
    if (e != ERR_OK)
        metric_move(w->waiting, -1);
    return e;
}

enum err reader_make(void **ctx, void *arg)
{
    return db_open_readonly((struct db **)ctx, (const char *)arg);
}

void reader_free(void *ctx)
{
    db_close((struct db *)ctx);
}
